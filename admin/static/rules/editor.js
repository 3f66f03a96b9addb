// The page of a draft: what is saved, what is undone, the list of its rules, one rule at a time, the bench beside it.

import { Bench } from './bench.js';
import { Catalogue } from './catalogue.js';
import { Checking } from './checking.js';
import { factsIn } from './conditions.js';
import { button, drawIconsFrom, h, icon } from './dom.js';
import { freeId } from './naming.js';
import { lifecycle } from './lifecycle.js';
import { inOrder } from './ordering.js';
import { same } from './paths.js';
import { Reading } from './reading.js';
import { RuleForm } from './rule_form.js';
import { RuleList } from './rule_list.js';
import { Saving } from './saving.js';
import { RuleLens, Store, TableLens } from './store.js';
import { TableForm } from './table_form.js';
import { learn, say } from './words.js';

// What the parts of a rule's document are called in the form.
const PARTS = { title: 'title', when: 'when', then: 'then', why: 'why', priority: 'priority', id: 'slug', about: 'about', effective: 'in_force', examples: 'examples' };

class Editor {
  #shown = null; // {kind: 'list'} or {kind: 'rule', form, lens} or {kind: 'table', form, lens}

  constructor(root, setup, catalogue) {
    this.root = root;
    this.setup = setup;
    this.catalogue = catalogue;
    this.fields = { known: setup.addresses.values, zone: setup.time_zone };
    this.published = new Map(setup.published.map((each) => [each.id, each]));
    this.reading = new Reading(setup.addresses.read);
    this.kept = { source: 'order', order: '', clock: '' }; // on the bench, from one rule to the next
    this.store = new Store(setup.document);
    this.saving = new Saving({ address: setup.addresses.draft, etag: `"${setup.revision}"`, store: this.store, tell: (state, said) => this.#tellSaving(state, said) });
    this.saving.listen((draft) => { setup.revision = draft.revision; document.dispatchEvent(new Event('draft-saved')); });
    this.checking = new Checking({
      address: setup.addresses.draft, findings: setup.addresses.findings, saving: this.saving, language: setup.language, where: (path, rule) => this.#whereIs(path, rule)?.name, go: (path, rule) => this.#goTo(path, rule), began: () => { this.strict = true; this.#shown?.form?.lead(); },
    });
    this.body = h('div', { class: 'editor-body' });
    this.status = h('output', { class: 'save-state', 'aria-live': 'polite' });
    root.replaceChildren(this.#bar(), this.clash = h('div', { hidden: true }), this.checking.element, this.body);
    this.store.listen((change) => this.#changed(change));
    addEventListener('hashchange', () => this.#route());
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#tellSaving('saved');
    this.#route();
    if (setup.begin) {
      history.replaceState(null, '', location.pathname); // or a reload would begin another
      this.add(setup.begin === 'table' ? emptyTable() : undefined);
    }
  }

  /** A rule from nothing, or a copy of a rule or table; what is copied and has no id yet is new. */
  add(of) {
    const taken = this.taken();
    const stage = this.setup.stage;
    const isTable = Array.isArray(of?.rows);
    const copied = of && { ...of, id: freeId(stage, of.id?.slice(stage.length + 1) ?? '', taken), title: of.id ? copyTitle(of.title) : {} };
    const made = copied ?? { id: freeId(stage, '', taken), title: {}, why: {}, about: 'order', when: { all: [{}] }, then: [], priority: 50 };
    const kind = isTable ? 'tables' : 'rules';
    this.store.insert([kind], (this.store.get([kind]) ?? []).length, made);
    location.hash = `rule=${encodeURIComponent(made.id)}`;
  }

  taken() { return [...(this.store.document.rules ?? []), ...(this.store.document.tables ?? [])].map((each) => each.id); }

  #bar() {
    this.undo = button(say('undo'), 'arrow-counterclockwise', () => this.store.undo(), { quiet: true, title: `${say('undo')} (Ctrl Z)` });
    this.redo = button(say('redo'), 'arrow-clockwise', () => this.store.redo(), { quiet: true, title: `${say('redo')} (Ctrl Shift Z)` });
    const check = button(say('check'), 'check2-circle', () => this.checking.run(check), { look: 'btn btn-sm btn-outline-primary' });
    this.place = h('nav', { class: 'editor-place', 'aria-label': say('where') });
    const others = document.querySelector('[data-draft-actions]');
    others?.removeAttribute('hidden');
    lifecycle({ bar: others, check, saving: this.saving, checking: this.checking, setup: this.setup });
    return h('div', { class: 'editor-bar' }, this.place, this.status, h('span', { class: 'bar-group' }, this.undo, this.redo),
      button(say('new_rule'), 'plus-lg', () => this.add(), { look: 'btn btn-sm btn-outline-secondary' }),
      button(say('new_table'), 'table', () => this.add(emptyTable()), { look: 'btn btn-sm btn-outline-secondary' }), check, others ?? null);
  }

  #key(event) {
    const z = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase();
    if (z === 'z' || z === 'y') {
      event.preventDefault();
      if (z === 'y' || event.shiftKey) this.store.redo();
      else this.store.undo();
    } else if (z === 's') {
      event.preventDefault();
      this.saving.now();
    }
  }

  #changed({ how }) {
    this.undo.disabled = !this.store.canUndo;
    this.redo.disabled = !this.store.canRedo;
    const shown = this.#shown;
    if (shown?.kind === 'rule' || shown?.kind === 'table') this.#ruleChanged(shown, how);
    else if (shown?.kind === 'list') shown.list.draw(document.activeElement?.dataset?.focus);
    else if (how !== 'typed') this.#route();
  }

  #ruleChanged(shown, how) {
    const rule = shown.lens.document;
    if (!rule) return void (location.hash = '');
    if (rule.id !== shown.id) {
      const index = (this.store.document[`${shown.kind}s`] ?? []).findIndex((each) => each.id === shown.id);
      if (how === 'undone' && index >= 0) return shown.kind === 'rule' ? this.#showRule(index) : this.#showTable(index);
      shown.id = rule.id;
      history.replaceState(null, '', `#rule=${encodeURIComponent(rule.id)}`);
    }
    if (shown.kind === 'table') shown.form.changed(how);
    else if (how !== 'typed') shown.form.redraw();
    this.#drawPlace(rule);
    shown.form.read();
    shown.bench?.run();
  }

  #route() {
    const id = decodeURIComponent(/^#rule=(.*)$/.exec(location.hash)?.[1] ?? '');
    const { rules = [], tables = [] } = this.store.document;
    const index = rules.findIndex((rule) => rule.id === id);
    const table = tables.findIndex((each) => each.id === id);
    if (index >= 0) this.#showRule(index);
    else if (table >= 0) this.#showTable(table);
    else this.#showList();
  }

  #showList() {
    this.reading.forget();
    document.dispatchEvent(new CustomEvent('bench-clock', { detail: '' })); // no bench here
    const page = {
      store: this.store, catalogue: this.catalogue, reading: this.reading, open: (id) => { location.hash = `rule=${encodeURIComponent(id)}`; }, added: (of) => this.add(of),
      deleted: (title) => this.#deleted(title), state: (member) => this.#stateOf(member),
    };
    const list = new RuleList(page);
    this.#shown = { kind: 'list', list };
    this.#drawPlace(null);
    this.body.replaceChildren(list.element);
  }

  #showRule(index) {
    const lens = new RuleLens(this.store, index);
    const page = { catalogue: this.catalogue, reading: this.reading, fields: this.fields, taken: () => this.taken(), isPublished: (id) => this.published.has(id), heard: () => this.#lead(), frequent: () => this.#frequent(), strict: () => this.strict };
    const form = new RuleForm(page, lens);
    const bench = new Bench(this.#tried(lens, form), this.kept);
    this.#shown = { kind: 'rule', id: lens.document.id, lens, form, bench };
    this.#drawPlace(lens.document);
    this.body.replaceChildren(h('div', { class: 'rule-page' }, form.element, bench.element));
    scrollTo({ top: 0, behavior: 'instant' });
    if (!titleOf(lens.document, this.setup.language)) form.element.querySelector('[data-focus="title"]')?.focus();
  }

  /** What the bench tries: this rule or table, of the draft as it stands. */
  #tried(lens, form) {
    const { bench, try: typed, orders } = this.setup.addresses;
    return { address: bench, tryAddress: typed, ordersAddress: orders, catalogue: this.catalogue, fields: this.fields, rule: () => lens.document, document: () => this.store.document, formContext: () => form.context };
  }

  #showTable(index) {
    const lens = new TableLens(this.store, index);
    const { addresses } = this.setup;
    const page = {
      catalogue: this.catalogue, fields: this.fields, saving: this.saving, taken: () => this.taken(), isPublished: (id) => this.published.has(id), published: (id) => this.published.get(id), strict: () => this.strict, heard: () => this.#lead(),
      addresses: { table: addresses.table, hits: (id) => `${addresses.tables}/${encodeURIComponent(id)}/hits`, workbook: (id) => `${addresses.workbooks}/${encodeURIComponent(id)}/workbook` },
    };
    const form = new TableForm(page, lens);
    const bench = new Bench({ ...this.#tried(lens, form), go: (row) => form.grid.go(row, 0), fired: (rows) => form.grid.fired(rows) }, this.kept);
    form.tryWith(bench.element, this.kept);
    this.#shown = { kind: 'table', id: lens.document.id, lens, form, bench };
    this.#drawPlace(lens.document);
    this.body.replaceChildren(form.element);
    scrollTo({ top: 0, behavior: 'instant' });
    if (!titleOf(lens.document, this.setup.language)) form.element.querySelector('[data-focus="title"]')?.focus();
  }

  #drawPlace(rule) {
    const order = inOrder([...(this.store.document.rules ?? []), ...(this.store.document.tables ?? [])]);
    const place = rule ? order.findIndex((each) => each.id === rule.id) : -1;
    const step = (to, name, words) => h('a', { class: `icon-button ${order[to] ? '' : 'is-off'}`, href: order[to] ? `#rule=${encodeURIComponent(order[to].id)}` : null, role: order[to] ? null : 'link', 'aria-disabled': order[to] ? null : 'true', title: words, 'aria-label': words }, icon(name));
    this.place.replaceChildren(...(rule ? [
      h('a', { class: 'back', href: '#' }, icon('arrow-left'), ' ', say('all_rules')), step(place - 1, 'chevron-left', say('previous_rule')),
      h('span', { class: 'quiet' }, `${place + 1} / ${order.length}`), step(place + 1, 'chevron-right', say('next_rule'))]
      : [h('b', {}, say('rules_of_draft'))]));
  }

  /** The facts that rules of this draft ask for, the most frequent first. */
  #frequent() {
    const counts = new Map();
    for (const rule of this.store.document.rules ?? []) for (const { name } of factsIn(rule.when)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].filter(([, count]) => count > 1).sort((one, other) => other[1] - one[1]).map(([name]) => name);
  }

  /** How a rule differs from the live one. */
  #stateOf(member) {
    const live = this.published.get(member.id);
    if (!live) return { tone: 'good', text: say('is_new') };
    return same(live, member) ? null : { tone: 'warn', text: say('is_changed') };
  }

  #deleted(title) {
    this.#notice('info', 'trash3', say('deleted', { title }), [button(say('undo'), null, () => { this.store.undo(); this.clash.hidden = true; }, { look: 'btn btn-sm btn-link' })]);
    setTimeout(() => { if (this.saving.state !== 'clash') this.clash.hidden = true; }, 8000);
  }

  #tellSaving(state, said) {
    this.status.textContent = say(`save_${state}`);
    this.status.className = `save-state is-${state}`;
    this.undo.disabled = !this.store.canUndo;
    this.redo.disabled = !this.store.canRedo;
    if (state === 'clash') this.#tellClash(said);
    else if (state === 'refused') this.#notice('bad', 'exclamation-triangle-fill', said?.errors?.map((each) => each.message).join(' ') || said?.detail || said?.title || say('save_refused'), []);
  }

  #tellClash({ current }) {
    const { rules, tables, note, stage } = current;
    const theirs = { stage, note, rules, tables };
    this.#notice('warn', 'exclamation-triangle-fill', say('clash', { name: current.updated_by }), [
      button(say('take_theirs'), null, () => { this.clash.hidden = true; this.saving.takeTheirs(current, theirs); this.#route(); }, { look: 'btn btn-sm btn-outline-secondary' }),
      button(say('keep_ours'), null, () => { this.clash.hidden = true; this.saving.keepOurs(current); }, { look: 'btn btn-sm btn-outline-secondary' })]);
  }

  #notice(tone, name, text, actions) {
    this.clash.hidden = false;
    this.clash.className = `notice tone-${tone}`;
    this.clash.setAttribute('role', 'alert');
    this.clash.replaceChildren(icon(name), h('p', {}, text), ...actions);
  }

  /** Which rule a finding is about: paths are `<stage>.rules.3.…`; those of other stages lead nowhere here. */
  #whereIs(path, rule) {
    const inside = String(path ?? '').replace(new RegExp(`^${this.setup.stage}\\.`), '');
    const [, kind, index] = /^(rules|tables)\.(\d+)/.exec(inside) ?? [];
    const member = kind ? this.store.get([kind, Number(index)]) : [...(this.store.document.rules ?? []), ...(this.store.document.tables ?? [])].find((each) => each.id === rule);
    if (!member) return null;
    const inRule = kind ? inside.split('.').slice(2).join('.') : '';
    const part = PARTS[inRule.split('.')[0]];
    return { id: member.id, name: [titleOf(member, this.setup.language) || member.id, part && say(part)].filter(Boolean).join(' › '), path: inRule };
  }

  #goTo(path, rule) {
    const found = this.#whereIs(path, rule);
    if (!found) return;
    this.leadTo = found.path;
    if (this.#shown?.id === found.id) this.#lead();
    else location.hash = `rule=${encodeURIComponent(found.id)}`;
  }

  /** To where a finding is, once the rule stands there. */
  #lead() {
    if (this.leadTo) this.#shown?.form?.lead(this.leadTo);
    this.leadTo = null;
  }
}

function emptyTable() { return { title: {}, why: {}, about: 'order', hit: 'first', inputs: [], outputs: [], rows: [[]], priority: 50 }; }

function titleOf({ title }, language) { return typeof title === 'string' ? title : title?.[language] || title?.zh || title?.en || ''; }

function copyTitle(title) {
  const zh = typeof title === 'string' ? title : title?.zh;
  const en = typeof title === 'string' ? '' : title?.en;
  return { ...(zh ? { zh: `${zh} ${say('copy_zh')}` } : {}), ...(en ? { en: `${en} ${say('copy_en')}` } : {}) };
}

async function start() {
  const root = document.querySelector('[data-rule-editor]');
  if (!root) return;
  const setup = JSON.parse(root.dataset.ruleEditor);
  learn(setup.words);
  drawIconsFrom(setup.icons);
  const catalogue = await Catalogue.fetch(setup);
  root.editor = new Editor(root, setup, catalogue);
  root.dataset.ready = 'true';
}

start();
