// How cells look when nobody edits them.

import { h, icon } from './dom.js';
import { write, writeOne } from './table_cells.js';
import { isAny } from './table_columns.js';
import { say } from './words.js';

/** What goes into the cell's element. */
export function look(cell, column) {
  if (isAny(cell)) return h('span', { class: 'any' }, '–');
  if (typeof cell === 'object' && !Array.isArray(cell)) return reference(cell, column);
  if (column.shape === 'list') return listed(cell, column);
  if (column.shape === 'range' && Array.isArray(cell) && cell.length === 2) return rangeText(cell, column);
  if (['several', 'words'].includes(column.shape)) return [cell].flat().map((each) => h('span', { class: 'cell-chip' }, oneText(each, column)));
  return oneText(cell, column);
}

/** The same as text alone. */
export function text(cell, column) {
  if (isAny(cell)) return say('any_at_all');
  return column.shape === 'range' && Array.isArray(cell) && cell.length === 2 ? rangeText(cell, column) : write(cell, column);
}

function rangeText([low, high], column) {
  if (low === null && high === null) return '–';
  if (low === null) return `≤ ${oneText(high, column)}`;
  if (low === high) return oneText(low, column);
  return high === null ? `≥ ${oneText(low, column)}` : `${oneText(low, column)} – ${oneText(high, column)}`;
}

function oneText(value, column) {
  const written = typeof value === 'object' ? JSON.stringify(value) : writeOne(value, column);
  const number = typeof value === 'number' && /^(-?\d+)(\.\d+)?$/.exec(written);
  return number ? number[1].replace(/\B(?=(\d{3})+$)/g, ',') + (number[2] ?? '') : written;
}

function reference(cell, column) {
  if (typeof cell.list === 'string') return listed(cell.list, column);
  if (typeof cell.fact === 'string') return h('span', { class: 'cell-chip of-fact' }, icon('link-45deg'), column.factLabel?.(cell.fact) ?? cell.fact);
  return cell.zh || cell.en || JSON.stringify(cell);
}

function listed(code, { lists }) {
  const list = lists.find((each) => each.code === code);
  return h('span', { class: 'cell-chip of-list' }, icon('list-ul'), list?.label ?? String(code));
}
