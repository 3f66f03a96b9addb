// One line of a condition: a fact, how it is compared, with what, and what to do where there is no data.

import { lineOf, nodeOf, surroundings } from './conditions.js';
import { button, h } from './dom.js';
import { picker } from './picker.js';
import { oneValue, select, severalValues, twoValues } from './values.js';
import { say } from './words.js';

const FIRST = { int: 'gte', money: 'gte', weight: 'gte', date: 'gte', text: 'in', choice: 'in' }; // what is asked most

export class Line {
  constructor(ctx, path, node) {
    this.ctx = ctx;
    this.path = path;
    const { leaf, inner } = lineOf(node);
    this.leafPath = [...path, ...inner];
    this.key = path.join('.');
    this.fact = ctx.catalogue.fact(leaf.fact);
    const { negated, guarded } = surroundings(ctx.rule.get(['when']), path.slice(1));
    this.negated = negated;
    this.guarded = guarded.has(leaf.fact);
  }

  /** As it is by now: what was typed does not draw the line anew. */
  get leaf() { return lineOf(this.ctx.rule.get(this.path)).leaf; }
  get unknown() { return lineOf(this.ctx.rule.get(this.path)).unknown; }

  controls() {
    return h('div', { class: 'line-controls' }, this.#facts(), this.fact ? [this.#operators(), this.#mode(), this.#operand(), this.#missing()] : this.#strange());
  }

  /** What its menu offers beside what every condition's does. */
  offers() {
    if (!this.fact || this.ctx.catalogue.takesNothing(this.leaf.is)) return [];
    const mayMiss = !this.fact.always && !this.#needsGuard() && this.unknown === 'plain';
    return [
      this.#modeNow() !== 'other' && this.#others().length && { label: say('compare_fact'), act: () => { this.ctx.openAfter(`${this.key}:value`); this.#switch('other'); } },
      mayMiss && { label: this.#missingLabel(), note: say('missing_help'), act: () => this.#become(this.leaf, this.#checkedMeans()) },
    ];
  }

  #become(leaf, unknown = this.unknown) { this.ctx.rule.set(this.path, nodeOf(leaf, unknown)); }

  #facts() {
    const { ctx } = this;
    return picker({
      shown: this.fact ? ctx.catalogue.factLabel(this.leaf.fact) : this.leaf.fact, label: say('fact'), look: 'fact', placeholder: say('choose_fact'),
      value: this.leaf.fact, focus: `${this.key}:fact`, empty: say('no_fact'),
      options: () => [...frequent(ctx), ...factOptions(ctx.catalogue, ctx.catalogue.factsFor(ctx.scope))], choose: (name) => this.#take(ctx.catalogue.fact(name)),
    });
  }

  #take(fact) {
    if (fact.name === this.leaf.fact) return;
    const keeps = this.fact && fact.type === this.fact.type && !fact.choices.length && !this.fact.choices.length;
    const op = keeps ? this.leaf.is : FIRST[fact.type] ?? fact.operators[0];
    const leaf = keeps ? { ...this.leaf, fact: fact.name } : { fact: fact.name, is: op };
    this.ctx.focusAfter(`${this.key}:value`, `${this.key}:op`);
    this.#become(leaf, this.#unknownFor(fact, op));
  }

  #operators() {
    const options = this.ctx.catalogue.operators(this.fact).map(([value, label]) => ({ value, label }));
    const made = select(options, this.leaf.is, (op) => op && this.#compare(op), { label: say('operator'), path: [...this.leafPath, 'is'].join('.'), focus: `${this.key}:op`, none: say('choose') });
    if (this.leaf.is) made.options[0].remove();
    made.classList.add('operator');
    return made;
  }

  #compare(op) {
    const { fact, is, value, other, ...rest } = this.leaf;
    const leaf = { fact, is: op, ...rest };
    const { catalogue } = this.ctx;
    const refers = other !== undefined && catalogue.comparable(this.fact, op, this.ctx.scope).some((each) => each.name === other);
    const kept = refers ? undefined : this.#valueFor(op, value);
    this.#become({ ...leaf, ...(refers ? { other } : {}), ...(kept !== undefined ? { value: kept } : {}) }, this.#unknownFor(this.fact, op));
  }

  /** What of a value still fits another operator. */
  #valueFor(op, value) {
    const { catalogue } = this.ctx;
    if (value === undefined || catalogue.takesNothing(op)) return undefined;
    const fromList = catalogue.takesList(this.leaf.is);
    if (catalogue.takesList(op) || fromList) return catalogue.takesList(op) && fromList ? value : undefined;
    if (typeof value === 'object' && !Array.isArray(value)) return op === this.leaf.is ? value : undefined;
    const values = Array.isArray(value) ? value.filter((each) => each !== null) : [value];
    if (op === 'between') return values.length ? [values[0], values[1] ?? values[0]] : undefined;
    return catalogue.takesSeveral(op) ? values : values[0];
  }

  /** With what it is compared: a value, a list's words, or another fact. Comparing with a fact is begun in the menu. */
  #mode() {
    if (this.ctx.catalogue.takesNothing(this.leaf.is) || this.ctx.catalogue.takesList(this.leaf.is)) return null;
    const modes = [{ value: 'value', label: say('a_value') }];
    if (this.leaf.is === 'contains_any') modes.push({ value: 'list', label: say('a_list') });
    if (this.leaf.other !== undefined) modes.push({ value: 'other', label: say('another_fact') });
    if (modes.length < 2) return null;
    const made = select(modes, this.#modeNow(), (mode) => this.#switch(mode), { label: say('compare_with'), path: `${this.key}:mode`, focus: `${this.key}:mode` });
    made.options[0].remove();
    made.classList.add('mode');
    return made;
  }

  #others() { return this.ctx.catalogue.comparable(this.fact, this.leaf.is, this.ctx.scope); }

  #modeNow() {
    if (this.leaf.other !== undefined) return 'other';
    return this.leaf.value && typeof this.leaf.value === 'object' && !Array.isArray(this.leaf.value) ? 'list' : 'value';
  }

  #switch(mode) {
    if (mode === this.#modeNow()) return;
    const { value, other, ...leaf } = this.leaf;
    const start = { other: { other: '' }, list: { value: { list: '' } }, value: {} };
    this.#become({ ...leaf, ...start[mode] });
  }

  #operand() {
    const { ctx, leaf, fact } = this;
    const { catalogue } = ctx;
    if (!leaf.is || catalogue.takesNothing(leaf.is)) return null;
    const path = [...this.leafPath, 'value'];
    const type = (value) => ctx.rule.type(path, value);
    const context = { ...ctx.fields, catalogue, label: `${catalogue.factLabel(fact.name)}: ${say('value')}`, path: path.join('.'), focus: `${this.key}:value` };
    if (this.#modeNow() === 'other') return this.#other();
    if (catalogue.takesList(leaf.is)) return listPicker(ctx, leaf.value, (code) => this.#become({ ...leaf, value: code }), `${this.key}:value`);
    if (this.#modeNow() === 'list') return listPicker(ctx, leaf.value.list, (code) => this.#become({ ...leaf, value: { list: code } }), `${this.key}:value`);
    const none = (values) => type(values.length ? values : undefined);
    const made = leaf.is === 'between' ? twoValues(fact, leaf.value, type, context)
      : catalogue.takesSeveral(leaf.is) ? severalValues(fact, leaf.value, none, context) : oneValue(single(fact), leaf.value, type, context);
    return h('span', { class: 'operand' }, made);
  }

  #other() {
    const { ctx, leaf } = this;
    return picker({
      shown: leaf.other ? ctx.catalogue.factLabel(leaf.other) : '', label: say('another_fact'), look: 'fact', placeholder: say('choose_fact'), value: leaf.other, focus: `${this.key}:value`,
      options: () => factOptions(ctx.catalogue, this.#others()), choose: (name) => this.#become({ ...leaf, other: name }),
    });
  }

  #missing() {
    if (isAboutAbsence(this.leaf.is) || (!this.#needsGuard() && this.unknown === 'plain') || this.fact.always) return null;
    const box = h('input', { type: 'checkbox', class: 'form-check-input', '.checked': this.unknown === this.#checkedMeans(), data: { focus: `${this.key}:missing` } });
    box.addEventListener('change', () => this.#become(this.leaf, box.checked ? this.#checkedMeans() : this.#uncheckedMeans()));
    return h('label', { class: 'missing', title: say('missing_help') }, box, this.#missingLabel());
  }

  #missingLabel() { return say(this.ctx.stops ? 'missing_stops' : 'missing_counts'); }
  #checkedMeans() { return this.negated ? 'skip' : 'also'; }
  #uncheckedMeans() { return this.#needsGuard() ? (this.negated ? 'also' : 'skip') : 'plain'; }
  #needsGuard(fact = this.fact, op = this.leaf.is) {
    return Boolean(fact && op) && !fact.always && !isAboutAbsence(op) && !(this.guarded && fact.name === this.leaf.fact) && this.ctx.catalogue.isNegative(op) !== this.negated;
  }

  /** Holds and exclusions also hold where there is no data, unless somebody says otherwise. */
  #unknownFor(fact, op) {
    if (!this.#needsGuard(fact, op)) return 'plain';
    if (fact.name === this.leaf.fact && this.#needsGuard() && this.unknown !== 'plain') return this.unknown;
    return this.ctx.stops ? this.#checkedMeans() : this.negated ? 'also' : 'skip';
  }

  #strange() {
    if (!this.leaf.fact) return h('span', { class: 'quiet' }, say('choose_fact_hint'));
    return button(say('as_written'), null, () => {}, { look: 'btn btn-sm btn-link', disabled: true });
  }
}

/** What rules of this stage ask for most, first of all. */
function frequent(ctx) {
  const scoped = new Set(ctx.catalogue.factsFor(ctx.scope).map((fact) => fact.name));
  const names = ctx.frequent().filter((name) => scoped.has(name)).slice(0, 6);
  return factOptions(ctx.catalogue, names.map((name) => ctx.catalogue.fact(name))).map((option) => ({ ...option, group: say('frequent'), again: true }));
}

export function factOptions(catalogue, facts) {
  return facts.map((fact) => ({
    value: fact.name, label: catalogue.said(fact.labels), group: catalogue.heading(fact), help: catalogue.said(fact.help), note: fact.name,
    also: `${fact.labels.zh} ${fact.labels.en} ${fact.help.zh} ${fact.help.en}`,
  }));
}

function listPicker(ctx, code, choose, focus) {
  const { catalogue } = ctx;
  const list = catalogue.list(code);
  return picker({
    shown: list ? say('list_named', { title: list.label, count: list.items }) : code, label: say('a_list'), look: 'list', placeholder: say('choose_list'), value: code, focus, choose,
    options: () => catalogue.setup.lists.map((each) => ({ value: each.code, label: each.label, note: each.code, help: say('items', { count: each.items }) })),
  });
}

function isAboutAbsence(op) { return op === 'present' || op === 'absent'; }
function single(fact) { return fact.type === 'set' ? { ...fact, type: 'text' } : fact; }
