// How the rows of a table go together: rows that meet, rows that never count, and what no row answers.

import { button, h, icon } from './dom.js';
import { text } from './table_looks.js';
import { isAny } from './table_columns.js';
import { say } from './words.js';

const SHOWN = 3; // other rows that a note names

/** What stands beside a row, short. */
export function notesOf(found, go) {
  return found.filter((each) => each.row).map((each) => h('button', {
    type: 'button', class: `row-note tone-${each.severity === 'error' ? 'bad' : 'warn'}`, tabindex: '-1', title: [each.message, witness(each)].filter(Boolean).join('\n'), on: { click: () => each.others.length && go(each.others[0] - 1) },
  }, icon('exclamation-triangle-fill'), said(each)));
}

/** A rows' finding, told at both of the rows that it is about. */
export function byRow(found) {
  const rows = new Map();
  const note = (row, each) => rows.set(row, [...(rows.get(row) ?? []), each]);
  for (const each of found) {
    note(each.row - 1, each);
    if (each.name === 'table-overlap') note(each.others[0] - 1, { ...each, row: each.others[0], others: [each.row] });
  }
  return rows;
}

/** Everything below the grid: what rows do to one another, each with an order that shows it, and gaps to be filled. */
export function findings(reading, columns, { go, fill }) {
  const rows = reading.rows.map((each) => h('li', { class: each.severity === 'error' ? 'tone-bad' : 'tone-warn' }, h('i', { class: 'dot' }),
    h('div', {}, each.row ? h('button', { type: 'button', class: 'link', on: { click: () => go(each.row - 1) } }, say('row_named', { row: each.row })) : null, h('span', {}, each.row ? said(each) : each.message), h('small', {}, [each.name === 'table-overlap' ? say('overlaps_help') : each.suggestion, witness(each)].filter(Boolean).join(say('full_stop'))))));
  const gaps = reading.gaps.map((gap) => h('li', { class: 'tone-warn gap' }, h('i', { class: 'dot' }),
    h('div', {}, h('span', {}, say('gap_said', { cells: cellsOf(gap, columns) })), h('small', {}, witness(gap))), button(say('add_row_for_gap'), 'plus-lg', () => fill(gap), { look: 'btn btn-sm btn-outline-primary' })));
  return [...rows, ...gaps];
}

function said({ name, others, message }) {
  const rows = others.slice(0, SHOWN).join(say('comma')) + (others.length > SHOWN ? '…' : '');
  if (name === 'table-overlap') return say('overlaps', { rows });
  if (name === 'always-shadowed') return say('shadowed', { rows });
  if (name === 'duplicate-rule') return say('duplicates', { rows });
  return name === 'never-fires' ? say('never_fires') : message;
}

function witness(found) {
  return found.witness.length ? say('for_example', { facts: found.witness.map((each) => `${each.label} ${each.text}`).join(say('comma')) }) : '';
}

function cellsOf(gap, columns) {
  const named = gap.cells.map((cell, place) => (isAny(cell) ? null : `${columns[place].label} ${text(cell, columns[place])}${columns[place].unit === '¥' ? ` ${say('in_yuan')}` : columns[place].unit ? ` ${columns[place].unit}` : ''}`)).filter(Boolean);
  return named.length ? named.join(say('comma')) : say('gap_any');
}
