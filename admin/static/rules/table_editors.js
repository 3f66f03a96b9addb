// The field in which a cell is edited, by what its column holds: it says what the cell becomes.

import { chips, pressable } from './chips.js';
import { h } from './dom.js';
import { suggest, valuesOf } from './suggesting.js';
import { ends, read, write } from './table_cells.js';
import { ANY, isAny } from './table_columns.js';
import { say } from './words.js';

const FEW = 9;

/** {element, focus(), value()}. With `typed` the field is empty, for what is being typed; else it holds what is there. */
export function cellEditor(column, cell, { label, typed, known }) {
  const context = { column, cell, label, typed, known };
  if (column.shape === 'range') return range(context);
  if (column.shape === 'several' && takesValues(cell)) return several(context);
  if (column.shape === 'words' && (takesValues(cell) || isList(cell))) return words(context);
  if (column.shape === 'list') return choice(context, column.lists.map((each) => ({ value: each.code, label: each.label })));
  if (column.shape === 'yesno' && (isAny(cell) || typeof cell === 'boolean')) return truth(context);
  if (column.shape === 'one' && column.choices.length && (isAny(cell) || typeof cell === 'string')) return choice(context, column.choices);
  return line(context);
}

function line({ column, cell, label, typed, known }) {
  const before = isAny(cell) ? '' : write(cell, column);
  const input = field(typed ? '' : before, label, isNumber(column));
  const untouched = typed ? before : input.value; // a field holds no line breaks
  const take = (value) => { input.value = value; };
  if (known && column.fact && column.type === 'text') suggest(input, () => valuesOf(column.name, known), take);
  return { element: input, focus: () => select(input), value: () => (input.value === untouched ? cell : read(input.value, column)) };
}

function range({ column, cell, label, typed }) {
  const before = ends(cell, column);
  const [low, high] = ['lowest', 'highest'].map((end, place) => field(typed && !place ? '' : before[place], `${label}: ${say(end)}`, isNumber(column)));
  low.placeholder = say('no_limit');
  high.placeholder = say('no_limit');
  const value = () => {
    const now = [low, high].map((each) => each.value.trim());
    if (now[0] === before[0] && now[1] === before[1]) return cell;
    if (!now.some(Boolean)) return ANY;
    const joined = read(now.join('..'), column);
    return typeof joined === 'string' && !now[1] ? read(now[0], column) : joined; // a whole range may stand in the first box
  };
  return { element: h('span', { class: 'cell-range' }, low, h('span', { 'aria-hidden': 'true' }, '–'), high), focus: () => select(low), value };
}

function several({ column, cell, label, known }) {
  const options = column.choices;
  let now = isAny(cell) ? [] : [cell].flat();
  const before = now;
  const change = (values) => { now = values; };
  const few = options.length && options.length <= FEW && now.every((each) => options.some((option) => option.value === each));
  const box = few ? pressable({ options, values: now, label, change, path: 'cell' })
    : chips({ values: now, label, change, path: 'cell', labelOf: (value) => options.find((each) => each.value === value)?.label ?? String(value), values_known: knownOf(column, known) });
  return { element: box, focus: () => (box.querySelector('.chip-input') ?? box.querySelector('button'))?.focus(), value: () => settled(box, () => (now === before ? cell : now.length ? now.map((each) => (before.includes(each) ? each : typedValue(each, column))) : ANY)) };
}

/** Words, or the words of a list. */
function words({ column, cell, label, known }) {
  let made = isList(cell) ? null : several({ column, cell, label, known });
  const lists = choice({ column, cell: isList(cell) ? cell.list : ANY, label: say('a_list') }, column.lists.map((each) => ({ value: each.code, label: say('list_named', { title: each.label, count: each.items }) })), say('own_words'));
  const element = h('span', { class: 'cell-words' }, made?.element, lists.element);
  lists.element.addEventListener('change', () => {
    const own = lists.value() === ANY;
    made?.element.remove();
    made = own ? several({ column, cell: ANY, label, known }) : null;
    if (made) element.prepend(made.element);
    (made ?? lists).focus();
  });
  const value = () => (made ? made.value() : lists.value() === cell.list ? cell : { list: lists.value() });
  return { element, focus: () => (made ?? lists).focus(), value };
}

function choice({ column, cell, label }, options, none = '–') {
  const before = isAny(cell) ? '' : cell;
  const strange = before && !options.some((each) => each.value === before) ? [{ value: before, label: before }] : [];
  const element = h('select', { class: 'cell-field', 'aria-label': label }, h('option', { value: '', '.selected': !before }, none),
    [...strange, ...options].map((each) => h('option', { value: each.value, '.selected': each.value === before }, each.label)));
  return { element, focus: () => element.focus(), value: () => (element.value === before ? cell : element.value || ANY), column };
}

function truth({ cell, label }) {
  const before = isAny(cell) ? '' : String(cell);
  const options = [['', '–'], ['true', say('yes')], ['false', say('no')]];
  const element = h('select', { class: 'cell-field', 'aria-label': label }, options.map(([value, text]) => h('option', { value, '.selected': value === before }, text)));
  return { element, focus: () => element.focus(), value: () => (element.value === before ? cell : element.value ? element.value === 'true' : ANY) };
}

function field(text, label, numeric) {
  return h('input', { type: 'text', class: `cell-field ${numeric ? 'number' : ''}`, '.value': text, 'aria-label': label, autocomplete: 'off', spellcheck: 'false', translate: 'no', inputmode: numeric ? 'decimal' : null });
}

function select(input) {
  input.focus();
  input.select();
}

/** What is typed but not yet a chip becomes one when the field is left. */
function settled(box, value) {
  const input = box.querySelector('.chip-input');
  if (input?.value) input.dispatchEvent(new Event('blur'));
  return value();
}

/** What a new chip means; a word that would mean any is that word. */
function typedValue(word, column) {
  const value = typeof word === 'string' ? read(word, { ...column, shape: 'one' }) : word;
  return value === ANY ? word : value;
}
function knownOf(column, known) { return column.choices.length ? async () => column.choices : known && column.fact && column.type === 'text' ? () => valuesOf(column.name, known) : null; }
function takesValues(cell) { return isAny(cell) || typeof cell !== 'object' || (Array.isArray(cell) && cell.every((each) => typeof each !== 'object')); }
function isList(cell) { return typeof cell?.list === 'string'; }
function isNumber({ type }) { return ['int', 'money', 'weight'].includes(type); }
