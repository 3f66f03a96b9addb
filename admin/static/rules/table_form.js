// One decision table to edit: what it is called and how its rows count, the grid, what is to be said of it, and the rest.

import { about, details, effective, title } from './basics.js';
import { documentView } from './document_view.js';
import { button, h, icon, problemSlot } from './dom.js';
import { examples, mark } from './examples.js';
import { entitle } from './naming.js';
import { reveal } from './problem_places.js';
import { tell } from './problems.js';
import { part } from './rule_form.js';
import { ANY, columnsOf } from './table_columns.js';
import { download, upload } from './table_excel.js';
import { byRow, findings, notesOf } from './table_findings.js';
import { TableGrid } from './table_grid.js';
import { columnAdders, heads } from './table_heads.js';
import { CellProblems } from './table_problems.js';
import { hitsOf, TableReading } from './table_reading.js';
import { emptyRow, withCells, withRows, withRowsMoved, withoutRows } from './table_rows.js';
import { select } from './values.js';
import { say } from './words.js';

const HITS = ['first', 'unique', 'any', 'priority', 'collect'];
const EMPTY = ['inputs', 'outputs', 'rows'];
const UPPER = ['title', 'hit', 'about', 'enabled', 'inputs', 'outputs']; // parts of the document that are shown above the grid
const LOWER = ['why', 'priority', 'id', 'effective', 'examples', 'about', 'inputs']; // and below

export class TableForm {
  #drawn = null; // the document that is shown
  #focus = [];
  #open = false;
  #reading = null;
  #notes = new Map();
  #hits = new Map(); // by row of the live table, as text

  /** `page`: {catalogue, fields, taken(), isPublished(id), published, strict(), saving, addresses: {table, hits(id), workbook(id)}}. */
  constructor(page, lens) {
    this.page = page;
    this.rule = lens;
    this.reading = new TableReading(page.addresses.table, (reading) => this.#show(reading), () => { this.live.textContent = say('cannot_check_cells'); });
    this.live = h('p', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
    this.problems = new CellProblems({ go: (row, place) => this.grid.go(row, place) });
    this.#frame();
    this.changed();
    this.read();
    if (page.isPublished(lens.document.id)) hitsOf(page.addresses.hits(lens.document.id)).then((hits) => this.#showHits(hits));
  }

  get columns() { return columnsOf(this.rule.document, this.page.catalogue, this.page.fields.zone); }

  get context() {
    const { rule, page } = this;
    const isNew = !page.isPublished(rule.document.id);
    return {
      rule, catalogue: page.catalogue, fields: page.fields, isNew, scope: { about: rule.get(['about']) ?? 'order' },
      focusAfter: (...keys) => { this.#focus = keys; this.#open = false; },
      openAfter: (key) => { this.#focus = [key]; this.#open = true; },
      redraw: (focus) => { this.#focus = [focus]; this.#drawLower(); this.#refocus(); },
      titled: (value) => entitle({ rule, isNew, stage: page.catalogue.setup.stage, taken: page.taken(), form: this.element }, value),
      become: (table, focus) => { this.#focus = [focus]; rule.become(table); },
    };
  }

  /** The document is another one: show what is not shown yet. */
  changed(how = 'built') {
    const document = this.rule.document;
    const before = this.#drawn;
    const focused = window.document.activeElement?.dataset?.focus;
    if (!this.#focus.length && focused) this.#focus = [focused];
    this.#drawn = document;
    if (how === 'typed') return;
    const isOther = (name) => !before || before[name] !== document[name];
    if (UPPER.some(isOther)) this.#drawUpper();
    this.grid.update();
    if (['about', 'inputs', 'outputs'].some(isOther)) this.grid.redrawHead();
    if (LOWER.some(isOther)) this.#drawLower();
    this.empty.hidden = Boolean(this.columns.length);
    this.count.textContent = say('count_rows', { count: document.rows?.length ?? 0 });
    this.#refocus();
  }

  /** Ask what is to be said of it by now. */
  read() { this.reading.soon(this.rule.document, this.view?.open ?? false); }

  /** Show what is wrong anew, and lead to the place of a path. */
  lead(path) {
    if (this.#reading) this.#show(this.#reading);
    const [, row, place] = /^rows\.(\d+)(?:\.(\d+))?/.exec(path ?? '') ?? [];
    if (row !== undefined) this.grid.go(Number(row), Number(place ?? 0));
    else if (path) reveal(this.element, path);
  }

  #frame() {
    this.upper = h('div', { class: 'table-upper' });
    this.rowTools = this.#rowTools();
    this.empty = h('p', { class: 'hint grid-empty' }, say('no_columns'));
    this.bubble = h('p', { class: 'cell-bubble', 'aria-hidden': 'true', hidden: true });
    this.notice = h('div', { hidden: true });
    this.findings = h('section', { class: 'table-findings', 'aria-label': say('rows_together'), hidden: true });
    this.lower = h('div', { class: 'table-lower' });
    this.grid = new TableGrid({
      table: () => this.rule.document, columns: () => this.columns, heads: (columns) => heads(this.context, columns), notes: (row) => this.#rowNotes(row), known: this.page.fields.known,
      put: (cells) => this.rule.become(withCells(this.rule.document, cells, this.columns.length)), rows: this.#rows(), said: (text) => { this.live.textContent = text; }, selected: () => this.#selected(),
      focused: (problem, cell) => this.#showBubble(problem, cell), pasted: (pasted) => this.#pasted(pasted), refused: (text) => this.#notify('bad', [text]),
    });
    this.adders = h('div', { class: 'grid-adders' });
    this.element = h('div', { class: 'table-form' }, problemSlot(''), this.upper,
      h('section', { class: 'form-part part-grid', 'aria-label': say('grid') }, h('div', { class: 'grid-tools' }, this.rowTools, this.problems.element, this.#excelTools()), this.notice, this.empty, this.grid.element, problemSlot('rows'), this.bubble, this.adders, this.findings, this.live, keys()),
      this.lower);
    this.grid.element.addEventListener('scroll', () => { this.bubble.hidden = true; }, { passive: true });
  }

  /** The bench stands beside the grid, or below it where there is no room, and folds away for a wide table. */
  tryWith(bench, kept) {
    kept.open ??= innerWidth >= 1440;
    const show = () => { bench.hidden = !kept.open; this.element.classList.toggle('has-bench', kept.open); opener.setAttribute('aria-expanded', String(kept.open)); };
    const opener = button(say('bench'), 'clipboard2-check', () => { kept.open = !kept.open; show(); if (kept.open) bench.querySelector('input, button')?.focus(); }, { 'aria-controls': bench.id });
    this.element.querySelector('.excel-tools').append(opener);
    this.lower.before(bench);
    show();
  }

  #drawUpper() {
    const { rule } = this;
    const ctx = this.context;
    const hit = rule.get(['hit']);
    const policy = select(HITS.map((value) => ({ value, label: say(`policy_${value}`) })), hit, (value) => value && rule.set(['hit'], value), { label: say('hit_policy'), path: 'hit', focus: 'hit' });
    if (HITS.includes(hit)) policy.options[0].remove();
    const enabled = h('input', { type: 'checkbox', class: 'form-check-input', role: 'switch', '.checked': rule.get(['enabled']) !== false, data: { focus: 'enabled' } });
    enabled.addEventListener('change', () => rule.set(['enabled'], enabled.checked ? undefined : false));
    this.upper.replaceChildren(title(ctx), h('div', { class: 'policy' },
      h('span', { class: 'policy-part' }, h('span', {}, say('each')), about(ctx), problemSlot('about')),
      h('span', { class: 'policy-part of-hit' }, h('span', {}, say('hit_policy')), policy, h('span', { class: 'hint' }, HITS.includes(hit) ? say(`hit_${hit}`) : ''), problemSlot('hit')),
      h('label', { class: 'form-check form-switch' }, enabled, say('enabled'))));
    this.adders.replaceChildren(button(say('add_row'), 'plus-lg', () => this.#append(), { look: 'btn btn-sm btn-link adder', data: { focus: 'rows:add' } }), columnAdders(ctx), this.count = h('span', { class: 'quiet push' }));
  }

  #drawLower() {
    const ctx = this.context;
    this.lower.replaceChildren(
      part('details', 'info-circle-fill', say('details'), details(ctx)), part('effective', 'clock', say('in_force'), effective(ctx)),
      part('examples', 'check2-square', say('examples'), [h('p', { class: 'hint' }, say('examples_help')), examples(ctx)]),
      this.view = documentView(() => ({ document: this.rule.document, file: this.#reading?.file ?? '' })));
    this.view.addEventListener('toggle', () => this.view.open && this.read());
    if (this.#reading) this.#tellForm();
  }

  #refocus() {
    const target = this.#focus.filter(Boolean).map((key) => this.element.querySelector(`[data-focus="${CSS.escape(key)}"]`)).find(Boolean);
    const open = this.#open;
    this.#focus = [];
    this.#open = false;
    if (!target || target === document.activeElement) return;
    target.focus({ preventScroll: true });
    if (open) target.open?.();
  }

  #rowTools() {
    const rows = this.#rows();
    const tool = (words, name, act, keys) => button(say(words), name, act, { quiet: true, title: `${say(words)} (${keys})` });
    return h('div', { class: 'row-tools', role: 'toolbar', 'aria-label': say('row_tools') },
      tool('insert_row', 'plus-lg', () => rows.add(1), 'Ctrl Enter'), tool('copy_row', 'copy', () => rows.copy(), 'Ctrl D'), tool('row_up', 'arrow-up', () => rows.move(-1), 'Alt ↑'),
      tool('row_down', 'arrow-down', () => rows.move(1), 'Alt ↓'), tool('delete_row', 'trash3', () => rows.remove(), 'Ctrl Delete'), this.selected = h('span', { class: 'quiet selected-rows' }));
  }

  /** What can be done with the selected rows. */
  #rows() {
    const chosen = () => ({ ...this.grid.selection, table: this.rule.document, count: this.grid.selection.bottom - this.grid.selection.top + 1, has: this.grid.height > 0 });
    const show = (table, top, count) => {
      const { left, right } = this.grid.selection;
      const whole = this.grid.at.place < 0;
      this.rule.become(table);
      if (this.grid.height) this.grid.select(top, whole ? -1 : left, top + count - 1, whole ? -1 : right);
    };
    const left = (table) => (table.rows.length ? table : { ...table, rows: [emptyRow(this.columns.length)] }); // somewhere to paste
    return {
      add: (below) => { const { bottom, top, table, has } = chosen(); const at = has ? (below ? bottom + 1 : top) : 0; show(withRows(table, at, [emptyRow(this.columns.length)]), at, 1); this.grid.go(at, 0); },
      copy: () => { const { top, bottom, table, count, has } = chosen(); if (has) show(withRows(table, bottom + 1, table.rows.slice(top, bottom + 1)), bottom + 1, count); },
      remove: () => { const { top, table, count, has } = chosen(); if (has) { show(left(withoutRows(table, top, count)), top, 1); this.live.textContent = say('rows_removed', { count }); } },
      move: (step) => { const { top, count, table, has } = chosen(); const to = top + step; if (has && to >= 0 && to + count <= this.grid.height) { show(withRowsMoved(table, top, count, to), to, count); this.live.textContent = say('row_moved', { row: to + 1 }); } },
      drop: (from, slot) => { const to = slot > from ? slot - 1 : slot; if (to !== from) show(withRowsMoved(this.rule.document, from, 1, to), to, 1); },
    };
  }

  #append(cells = []) {
    const { document } = this.rule;
    const row = [...cells, ...emptyRow(this.columns.length - cells.length)];
    const at = document.rows?.length ?? 0;
    this.rule.become(withRows(document, at, [row]));
    const place = cells.length ? Math.min(cells.length, this.columns.length - 1) : 0;
    this.grid.go(at, place);
    if (cells.length) this.grid.element.scrollIntoView({ block: 'nearest' });
  }

  #selected() {
    const { top, bottom } = this.grid.selection;
    this.selected.textContent = bottom > top ? say('rows_selected', { from: top + 1, to: bottom + 1 }) : say('row_named', { row: top + 1 });
  }

  #pasted({ rows, cut }) {
    this.live.textContent = say('pasted', { rows });
    if (cut) this.#notify('warn', [say('pasted_too_wide', { count: cut })]);
  }

  #show(reading) {
    this.#reading = reading;
    if (this.view.open) this.view.refresh();
    const columns = this.columns;
    const told = this.problems.take(reading.problems, columns, this.rule.document, this.page.strict());
    this.grid.tell(told);
    this.#notes = byRow(reading.rows);
    this.grid.note();
    const lines = findings(reading, columns, { go: (row) => this.grid.go(row, 0), fill: (gap) => this.#append(gap.cells) });
    this.findings.hidden = !lines.length;
    this.findings.replaceChildren(h('h3', {}, icon('exclamation-triangle-fill'), say('rows_together'), h('small', {}, lines.length)), h('ul', {}, lines));
    this.#tellForm();
  }

  #tellForm() {
    const isSaid = ({ path, code }) => /^rows\.\d/.test(path) || (!this.page.strict() && EMPTY.includes(path) && code === 'empty-group'); // at its cell, or by the hint
    tell(this.element, this.#reading.problems.filter((each) => !isSaid(each)), this.page.strict());
    mark(this.element, this.#reading.examples);
  }

  /** Counts belong to rows of the live table; a row of the draft that says the same is that row. */
  #showHits(hits) {
    const live = this.page.published(this.rule.document.id)?.rows ?? [];
    live.forEach((row, index) => {
      const key = JSON.stringify(row);
      if (!this.#hits.has(key)) this.#hits.set(key, hits[index + 1] ?? { day: 0, week: 0 });
    });
    this.grid.note();
  }

  #rowNotes(row) {
    const notes = notesOf(this.#notes.get(row) ?? [], (other) => this.grid.go(other, 0));
    const hits = this.#hits.size && this.#hits.get(JSON.stringify(this.rule.document.rows[row]));
    return hits ? [...notes, h('span', { class: `hits ${hits.week ? '' : 'none'}`, title: say('row_hits') }, `${hits.day} / ${hits.week}`)] : notes;
  }

  #showBubble(problem, cell) {
    this.bubble.hidden = !problem;
    if (!problem) return;
    this.bubble.textContent = problem;
    this.live.textContent = problem;
    const box = cell.closest('td').getBoundingClientRect();
    this.bubble.style.left = `${Math.max(8, Math.min(box.left, innerWidth - this.bubble.offsetWidth - 8))}px`;
    this.bubble.style.top = `${box.bottom + 4}px`;
  }

  #excelTools() {
    const file = h('input', { type: 'file', accept: '.xlsx', class: 'visually-hidden', tabindex: '-1', 'aria-label': say('excel_upload') });
    file.addEventListener('change', () => file.files[0] && this.#upload(file));
    return h('span', { class: 'excel-tools push' }, button(say('excel_download'), 'download', () => this.#download(), { look: 'btn btn-sm btn-outline-secondary' }),
      button(say('excel_upload'), 'upload', () => file.click(), { look: 'btn btn-sm btn-outline-secondary' }), file);
  }

  async #download() {
    const { id } = this.rule.document;
    const problem = (await this.page.saving.now()) ? await download(this.page.addresses.workbook(id), id) : say('not_saved_yet');
    if (problem) this.#notify('bad', problem.split('\n'));
    else this.notice.hidden = true;
  }

  async #upload(input) {
    const [file] = input.files;
    const answer = (await this.page.saving.now()) ? await upload(this.page.addresses.workbook(this.rule.document.id), file) : { problem: say('not_saved_yet') };
    input.value = '';
    if (!answer.rows) return this.#notify('bad', (answer.problem ?? say('excel_failed')).split('\n'));
    const { document } = this.rule;
    this.problems.ofFile(answer.wrong.map((each) => ({ ...each, value: answer.rows[each.row][each.column] })));
    this.rule.become({ ...document, rows: answer.rows.map((row) => row.map((cell) => cell ?? ANY)) });
    this.#notify(answer.wrong.length ? 'warn' : 'info', [say(answer.wrong.length ? 'excel_taken_wrong' : 'excel_taken', { rows: answer.rows.length, count: answer.wrong.length }), ...answer.wrong.slice(0, 8).map((each) => `${each.cell}: ${each.message}`)]);
  }

  #notify(tone, lines) {
    this.notice.hidden = false;
    this.notice.className = `notice tone-${tone}`;
    this.notice.setAttribute('role', 'alert');
    this.notice.replaceChildren(icon(tone === 'info' ? 'info-circle-fill' : 'exclamation-triangle-fill'), h('div', {}, lines.map((line) => h('p', {}, line))), button(say('close'), 'x-lg', () => { this.notice.hidden = true; }, { quiet: true }));
  }
}

function keys() {
  const rows = [['↑ ↓ ← →', 'key_move'], ['Enter · F2', 'key_edit'], ['Shift ↑ ↓ ← →', 'key_select'], ['Ctrl C · Ctrl V · Delete', 'key_clipboard'], ['Ctrl Enter · Ctrl D', 'key_add'], ['Alt ↑ ↓', 'key_row'], ['Ctrl Delete', 'key_delete'], ['Esc', 'key_escape']];
  return h('details', { class: 'grid-keys' }, h('summary', {}, icon('info-circle-fill'), say('keys')), h('dl', {}, rows.map(([key, words]) => h('div', {}, h('dt', {}, key), h('dd', {}, say(words))))));
}
