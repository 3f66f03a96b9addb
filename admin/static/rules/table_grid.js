// The rows of a decision table as a grid: moved in, selected and edited like a spreadsheet. Draws only what has changed.

import { h } from './dom.js';
import { fromClipboard, toClipboard } from './table_clipboard.js';
import { read, write } from './table_cells.js';
import { cellEditor } from './table_editors.js';
import { look } from './table_looks.js';
import { ANY, signature } from './table_columns.js';
import { RowDrag } from './table_drag.js';
import { say } from './words.js';

const PAGE = 12;
const HEADS = 2; // rows above the table's own
const MERGED = /\s(?:row|col)span\s*=\s*["']?\s*(?:[2-9]|1\d)/i; // in what a spreadsheet copies beside the plain text
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-PAGE, 0], PageDown: [PAGE, 0] };

export class TableGrid {
  #drawn = []; // the rows that stand there, as documents
  #signature = null;
  #at = { row: 0, place: 0 };
  #from = { row: 0, place: 0 }; // the other corner of the selection
  #editor = null;
  #painted = [];
  #marked = [];
  #hadWord = false; // whether something was typed in the field for chips, before the key that is told now

  /**
   * `page`: {table(), columns(), heads(columns) gives the rows of the head, put(cells), rows: {add, copy, move, remove} of the
   * selection, notes(row), known, said(text), selected()}.
   */
  constructor(page) {
    this.page = page;
    this.body = h('tbody', {});
    this.head = h('thead', {});
    this.widths = h('colgroup', {});
    this.table = h('table', { class: 'decision-grid', role: 'grid', 'aria-label': say('grid'), 'aria-multiselectable': 'true' }, this.widths, this.head, this.body);
    this.element = h('div', { class: 'grid-box' }, this.table);
    this.drag = new RowDrag(this.body, (from, to) => page.rows.drop(from, to));
    for (const [event, listener] of Object.entries({
      keydown: (event) => this.#key(event), mousedown: (event) => this.#press(event), mouseover: (event) => this.#sweep(event), dblclick: (event) => this.#cellOf(event) && this.edit(), focusin: (event) => this.#focused(event),
      focusout: (event) => this.#left(event), copy: (event) => this.#copy(event), cut: (event) => this.#copy(event) && this.clear(), paste: (event) => this.#pasted(event),
    })) this.body.addEventListener(event, listener);
    this.body.addEventListener('keydown', ({ target }) => { this.#hadWord = target.matches('.chip-input') && target.value.trim() !== ''; }, true);
  }

  get height() { return this.#drawn.length; }
  get at() { return this.#at; }

  /** {top, bottom, left, right} of what is selected, all included. */
  get selection() {
    const { row, place } = this.#at;
    const from = this.#from;
    const whole = place < 0 || from.place < 0;
    return { top: Math.min(row, from.row), bottom: Math.max(row, from.row), left: whole ? 0 : Math.min(place, from.place), right: whole ? this.columns.length - 1 : Math.max(place, from.place) };
  }

  /** Show the table as it is by now. */
  update() {
    const hadFocus = this.body.contains(document.activeElement);
    this.columns = this.page.columns();
    const sign = signature(this.columns);
    if (sign !== this.#signature) this.#redrawHead(sign);
    this.#drawRows(this.page.table().rows ?? []);
    this.table.setAttribute('aria-rowcount', this.height + HEADS);
    this.#at = this.#within(this.#at);
    this.#from = this.#within(this.#from);
    this.#paint();
    if (hadFocus && this.height) this.#focus();
  }

  redrawHead() { this.head.replaceChildren(...this.page.heads(this.columns)); }

  /** Show what is wrong: [{row, place, message, calm}]. */
  tell(problems) {
    for (const cell of this.#marked) {
      cell.classList.remove('is-wrong', 'is-missing');
      for (const name of ['aria-invalid', 'data-problem']) cell.removeAttribute(name);
    }
    this.#marked = problems.map((each) => this.#mark(each)).filter(Boolean);
  }

  /** Show which rows fired on the bench, by number from 1. */
  fired(rows) { for (const line of this.body.rows) line.classList.toggle('is-fired', rows.includes(line.sectionRowIndex + 1)); }

  /** Show what there is to say of each row. */
  note() { for (const line of this.body.rows) line.lastChild.replaceChildren(...this.page.notes(line.sectionRowIndex)); }

  go(row, place, { extend = false, edit = false } = {}) {
    this.#at = this.#within({ row, place });
    if (!extend) this.#from = this.#at;
    this.#paint();
    this.#focus();
    if (edit) this.edit();
  }

  select(top, left, bottom, right) {
    this.go(top, left);
    this.#from = this.#within({ row: bottom, place: right });
    this.#paint();
  }

  /** Begin to edit the cell; with `typed` an empty field, for what is being typed. */
  edit(typed = false) {
    const { row, place } = this.#at;
    const column = this.columns[place];
    const cell = this.#cell(row, place);
    if (this.#editor || !column || !cell) return;
    this.#from = this.#at;
    const label = this.#nameOf(row, column);
    const editor = cellEditor(column, this.#drawn[row]?.[place], { label, typed, known: this.page.known });
    this.#editor = { ...editor, row, place, cell };
    cell.classList.add('is-editing');
    cell.replaceChildren(editor.element);
    editor.focus();
  }

  /** End editing, and keep what was typed. */
  commit() {
    if (!this.#editor) return;
    const { row, place, value } = this.#editor;
    const now = value();
    this.#close();
    if (now !== this.#drawn[row]?.[place]) this.page.put([[row, place, now]]);
  }

  clear() {
    const cells = this.#selected(({ row, place }) => [row, place, ANY]);
    this.page.put(cells);
  }

  /** Put cells from another program here; [rows, places] that were too many for the table. */
  paste(clipboard) {
    const { top, left, bottom, right } = this.selection;
    const { rows, inCents } = this.#withoutHeads(fromClipboard(clipboard), left);
    const one = rows.length === 1 && rows[0].length === 1;
    const columns = this.columns.slice(left);
    const reading = (column) => (inCents && column.type === 'money' ? { ...column, type: 'int' } : column);
    if (one) this.page.put(this.#selected(({ row, place }) => [row, place, read(rows[0][0], reading(this.columns[place]))]));
    else this.page.put(rows.flatMap((cells, down) => cells.slice(0, columns.length).map((cell, along) => [top + down, left + along, read(cell, reading(columns[along]))])));
    const widest = Math.max(...rows.map((cells) => cells.length));
    if (one) this.select(top, left, bottom, right);
    else this.select(top, left, top + rows.length - 1, Math.min(left + widest, this.columns.length) - 1);
    this.page.pasted({ rows: rows.length, cut: Math.max(0, widest - columns.length) });
  }

  #redrawHead(sign) {
    this.#signature = sign;
    this.#drawn = [];
    this.body.replaceChildren();
    this.redrawHead();
    const wide = (column) => `of-${column.shape === 'one' ? column.type : column.shape}`;
    this.widths.replaceChildren(h('col', { class: 'of-number' }), ...this.columns.map((column) => h('col', { class: wide(column) })), h('col', { class: 'of-notes' }));
    this.table.setAttribute('aria-colcount', this.columns.length + 2);
  }

  /** Rows that are the same as before stay; those between are drawn. */
  #drawRows(rows) {
    const before = this.#drawn;
    const shorter = Math.min(rows.length, before.length);
    let start = 0;
    while (start < shorter && rows[start] === before[start]) start += 1;
    let end = 0;
    while (end < shorter - start && rows[rows.length - 1 - end] === before[before.length - 1 - end]) end += 1;
    for (let place = before.length - end - 1; place >= start; place -= 1) this.body.deleteRow(place);
    const made = document.createDocumentFragment();
    for (let row = start; row < rows.length - end; row += 1) made.append(this.#line(rows[row], row));
    this.body.insertBefore(made, this.body.rows[start] ?? null);
    this.#drawn = rows;
    if (rows.length !== before.length) for (let row = start; row < rows.length; row += 1) this.#number(this.body.rows[row], row);
  }

  #line(row, number) {
    const cells = this.columns.map((column) => this.#drawnCell(Array.isArray(row) ? row[column.place] : undefined, column));
    const line = h('tr', {}, h('th', { scope: 'row' }, h('button', { type: 'button', class: 'row-handle', tabindex: '-1', draggable: 'true' })), cells, h('td', { class: 'row-notes' }));
    this.#number(line, number);
    line.lastChild.append(...this.page.notes(number));
    return line;
  }

  #number(line, row) {
    line.setAttribute('aria-rowindex', row + HEADS + 1);
    line.firstChild.firstChild.textContent = row + 1;
    line.firstChild.firstChild.setAttribute('aria-label', say('row_named', { row: row + 1 }));
  }

  #drawnCell(value, column) {
    const kind = ['int', 'money', 'weight'].includes(column.type) ? 'number' : '';
    return h('td', { class: `cell ${kind} ${column.kind === 'output' ? 'output' : ''}`, role: 'gridcell', tabindex: '-1', 'aria-colindex': column.place + 2, translate: 'no' }, [look(value, column)].flat());
  }

  #mark({ row, place, message, calm }) {
    const cell = this.#cell(row, place);
    cell?.classList.add(calm ? 'is-missing' : 'is-wrong');
    cell?.setAttribute('data-problem', message);
    if (!calm) cell?.setAttribute('aria-invalid', 'true');
    return cell;
  }

  #cell(row, place) { return this.body.rows[row]?.cells[place + 1]; }
  #nameOf(row, column) { return `${say('row_named', { row: row + 1 })}, ${column.label}`; }
  #within({ row, place }) { return { row: clamp(row, 0, this.height - 1), place: clamp(place, -1, this.columns.length - 1) }; }

  #paint() {
    for (const cell of this.#painted) {
      cell.classList.remove('is-selected', 'is-active');
      cell.removeAttribute('aria-selected');
      if (cell.tabIndex === 0) cell.tabIndex = -1;
    }
    const { top, bottom, left, right } = this.selection;
    const several = top !== bottom || left !== right;
    this.#painted = several ? this.#selected(({ row, place }) => this.#cell(row, place)).filter(Boolean) : [];
    for (const cell of this.#painted) {
      cell.classList.add('is-selected');
      cell.setAttribute('aria-selected', 'true');
    }
    const active = this.#active();
    if (!active) return;
    active.classList.add('is-active');
    active.tabIndex = 0;
    this.#painted.push(active);
    this.page.selected();
  }

  #selected(each) {
    const { top, bottom, left, right } = this.selection;
    const found = [];
    for (let row = top; row <= bottom; row += 1) for (let place = left; place <= right; place += 1) found.push(each({ row, place }));
    return found;
  }

  #active() { return this.#at.place < 0 ? this.body.rows[this.#at.row]?.cells[0]?.firstChild : this.#cell(this.#at.row, this.#at.place); }

  #focus() {
    const active = this.#active();
    active?.focus({ preventScroll: true });
    active?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #close() {
    const { row, place, cell } = this.#editor;
    this.#editor = null;
    cell.classList.remove('is-editing');
    cell.replaceChildren(...[look(this.#drawn[row]?.[place], this.columns[place])].flat());
  }

  #cellOf(event) {
    const cell = event.target.closest('td.cell, .row-handle');
    if (!cell || !this.body.contains(cell)) return null;
    return { row: cell.closest('tr').sectionRowIndex, place: cell.matches('.row-handle') ? -1 : cell.cellIndex - 1 };
  }

  #press(event) {
    const found = event.button === 0 && this.#cellOf(event);
    if (!found || this.#editor?.cell.contains(event.target)) return;
    this.commit();
    if (found.place >= 0) event.preventDefault(); // a row may be dragged, a cell's text not
    this.go(found.row, found.place, { extend: event.shiftKey });
    this.sweeping = found.place >= 0;
  }

  #sweep(event) {
    const found = event.buttons === 1 && this.sweeping && !this.#editor && this.#cellOf(event);
    if (found && found.place >= 0) this.go(found.row, found.place, { extend: true });
  }

  #focused(event) {
    const found = !this.#editor && this.#cellOf(event);
    if (found && (found.row !== this.#at.row || found.place !== this.#at.place)) this.go(found.row, found.place);
    this.page.focused(found ? event.target.closest('td')?.dataset.problem : null, event.target);
  }

  #left(event) {
    if (this.#editor && !this.#editor.cell.contains(event.relatedTarget) && document.hasFocus()) this.commit();
    this.page.focused(null);
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.#editor) return this.#editKey(event);
    const done = this.#command(event) || this.#step(event) || this.#begins(event);
    if (done) event.preventDefault();
  }

  /** What keys do with whole rows and with what is selected. */
  #command({ key, altKey, ctrlKey, metaKey }) {
    const { rows } = this.page;
    const control = ctrlKey || metaKey;
    if (altKey && key === 'ArrowUp') rows.move(-1);
    else if (altKey && key === 'ArrowDown') rows.move(1);
    else if (control && key === 'Enter') rows.add(1);
    else if (control && key.toLowerCase() === 'd') rows.copy();
    else if (control && ['Backspace', 'Delete'].includes(key)) rows.remove();
    else if (!control && !altKey && ['Backspace', 'Delete'].includes(key)) this.clear();
    else if (control && key.toLowerCase() === 'a') this.select(0, 0, this.height - 1, this.columns.length - 1);
    else return false;
    return true;
  }

  #step(event) {
    const { key, shiftKey, altKey } = event;
    const { row, place } = this.#at;
    const control = event.ctrlKey || event.metaKey;
    const last = this.columns.length - 1;
    if (altKey) return false;
    if (key in STEPS) {
      const [down, along] = STEPS[key].map((step) => (control ? step * 10000 : step));
      this.go(row + down, control && along ? clamp(place + along, 0, last) : place + along, { extend: shiftKey });
    } else if (key === 'Home') this.go(control ? 0 : row, 0, { extend: shiftKey });
    else if (key === 'End') this.go(control ? this.height - 1 : row, last, { extend: shiftKey });
    else if (key === 'Tab') return this.#tab(shiftKey ? -1 : 1);
    else return false;
    return true;
  }

  /** To the next cell, over the ends of rows; out of the grid where there is none. */
  #tab(step) {
    const width = this.columns.length;
    const next = this.#at.row * width + Math.max(0, this.#at.place) + step;
    if (next < 0 || next >= width * this.height) return false;
    this.go(Math.floor(next / width), next % width);
    return true;
  }

  /** A key that begins to edit. One that writes goes into the field, which is there by then. */
  #begins({ key, ctrlKey, metaKey, altKey }) {
    if (this.#at.place < 0 || ctrlKey || metaKey || altKey) return false;
    if (key === 'Enter' || key === 'F2') {
      this.edit();
      return true;
    }
    if (key.length === 1 || key === 'Process') this.edit(true);
    return false;
  }

  #editKey(event) {
    const { key, shiftKey } = event;
    const { row, place, cell } = this.#editor;
    if ((event.ctrlKey || event.metaKey) && ['z', 'y'].includes(key.toLowerCase())) event.stopPropagation(); // of this field alone
    else if (key === 'Escape') {
      event.preventDefault();
      this.#close();
      this.go(row, place);
    } else if (key === 'Enter' && event.target.matches('.chip-input') && this.#hadWord) return; // which becomes a chip
    else if (key === 'Enter') {
      event.preventDefault();
      this.commit();
      this.go(row + (shiftKey ? -1 : 1), place);
    } else if (key === 'Tab') this.#tabInside(event, cell);
    else if (event.target.matches('.pressable') && ['ArrowLeft', 'ArrowRight'].includes(key)) event.target[key === 'ArrowLeft' ? 'previousElementSibling' : 'nextElementSibling']?.focus();
  }

  #tabInside(event, cell) {
    const fields = [...cell.querySelectorAll('input,select')];
    const next = fields[fields.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
    event.preventDefault();
    if (next && fields.includes(event.target)) return void next.focus();
    this.commit();
    if (!this.#tab(event.shiftKey ? -1 : 1)) this.#focus();
  }

  #copy(event) {
    if (this.#editor) return false;
    const { top, bottom, left, right } = this.selection;
    const columns = this.columns.slice(left, right + 1);
    const rows = this.#drawn.slice(top, bottom + 1).map((row) => columns.map((column) => write(row[column.place], column)));
    event.clipboardData.setData('text/plain', toClipboard(rows));
    event.preventDefault();
    this.page.said(say('copied_cells', { count: rows.length * columns.length }));
    return true;
  }

  #pasted(event) {
    if (this.#editor) return;
    event.preventDefault();
    const given = event.clipboardData.getData('text/plain');
    if (MERGED.test(event.clipboardData.getData('text/html'))) return this.page.refused(say('pasted_merged'));
    if (given && this.columns.length) this.paste(given);
  }

  /** Without the head of a sheet that was copied with it. Where it names amounts without their unit, they are in cents: sheets were so before. */
  #withoutHeads(rows, left) {
    const named = (cell) => cell.trim().replace(/ #\d+$/, '');
    const fits = (cells, names) => cells && cells.some(Boolean) && cells.every((cell, along) => !this.columns[left + along] || names(this.columns[left + along]).includes(named(cell)));
    const labels = (column) => [column.label, `${column.label} (${column.unit})`, `${column.label} ${column.of}`];
    const key = (column) => (column.kind === 'input' ? `${column.name} ${column.op}` : `${column.effect.name}.${column.name}`);
    const keys = (column) => (column.type === 'money' ? [`${key(column)} (yuan)`, key(column)] : [key(column)]);
    for (const skipped of [0, 1]) if (fits(rows[skipped], keys)) return { rows: rows.slice(skipped + 1), inCents: !rows[skipped].some((cell) => named(cell).endsWith(' (yuan)')) };
    return { rows: rows.length > 1 && fits(rows[0], labels) ? rows.slice(1) : rows, inCents: false };
  }
}

function clamp(number, least, most) { return Math.max(least, Math.min(most, number)); }
