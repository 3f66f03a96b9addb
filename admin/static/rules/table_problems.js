// What is wrong in the cells of a table: how many there are, and from one to the next.

import { button, h, icon } from './dom.js';
import { isAny } from './table_columns.js';
import { say } from './words.js';

const UNFINISHED = ['required', 'empty-group'];
const NAMED = 8; // choices that are told
const OF_COLUMN = ['invalid-type', 'wrong-operator'];

export class CellProblems {
  #told = [];
  #file = []; // what a workbook's cells got wrong: [{row, column, value, message}], until they are other ones
  #now = -1;

  /** `page`: {go(row, place)}. */
  constructor(page) {
    this.page = page;
    this.said = h('b', {});
    this.element = h('div', { class: 'cell-problems', role: 'status', hidden: true }, icon('exclamation-triangle-fill'), this.said,
      button(say('previous_problem'), 'chevron-left', () => this.#step(-1), { quiet: true }), button(say('next_problem'), 'chevron-right', () => this.#step(1), { quiet: true }));
  }

  /** Of everything that is wrong, what is so in cells, in their order. */
  take(problems, columns, table, strict) {
    const cells = new Map();
    for (const problem of problems) for (const found of placed(problem, columns, table, strict)) if (!cells.has(`${found.row}.${found.place}`)) cells.set(`${found.row}.${found.place}`, found);
    this.#file = this.#file.filter(({ row, column, value }) => table.rows?.[row]?.[column] === value);
    for (const { row, column, message } of this.#file) cells.set(`${row}.${column}`, { row, place: column, message, calm: false });
    this.#told = [...cells.values()].sort((one, other) => one.row - other.row || one.place - other.place);
    this.#show();
    return this.#told;
  }

  ofFile(wrong) { this.#file = wrong; }

  #show() {
    const wrong = this.#wrong();
    this.element.hidden = !wrong.length;
    const text = say('count_wrong', { count: wrong.length });
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  /** What is not filled in yet is not wrong. */
  #wrong() { return this.#told.filter((each) => !each.calm); }

  #step(step) {
    const wrong = this.#wrong();
    if (!wrong.length) return;
    this.#now = (Math.min(this.#now, wrong.length) + step + wrong.length) % wrong.length;
    this.page.go(wrong[this.#now].row, wrong[this.#now].place);
  }
}

/** A row's own problem is that of its outputs that are not filled in. */
function placed({ path, code, message }, columns, table, strict) {
  const [, row, place] = /^rows\.(\d+)(?:\.(\d+))?/.exec(path) ?? [];
  if (row === undefined) return [];
  const calm = !strict && UNFINISHED.includes(code);
  const said = (column) => (OF_COLUMN.includes(code) && column ? wanted(column) : code === 'not-a-choice' && column?.choices.length ? oneOf(column) : message);
  if (place !== undefined) return [{ row: Number(row), place: Number(place), message: said(columns[place]), calm }];
  const outputs = columns.filter((column) => column.kind === 'output');
  const empty = outputs.filter((column) => isAny(table.rows?.[row]?.[column.place]) && (column.required || outputs.every((each) => !each.required)));
  return (empty.length ? empty : [columns[0]]).filter(Boolean).map((column) => ({ row: Number(row), place: column.place, message, calm }));
}

/** How a cell of that column is written. */
function wanted(column) {
  if (column.shape === 'range') return say(column.type === 'date' ? 'cell_range_date' : column.type === 'money' ? 'cell_range_money' : 'cell_range');
  if (column.shape === 'yesno' || column.type === 'flag') return say('cell_yesno');
  if (['int', 'money', 'weight', 'date', 'instant'].includes(column.type)) return say(`cell_${column.type}`);
  return say('cell_other');
}

function oneOf({ choices }) {
  const labels = choices.slice(0, NAMED).map((each) => each.label).join(say('comma'));
  return say('cell_choice', { choices: choices.length > NAMED ? `${labels} …` : labels });
}
