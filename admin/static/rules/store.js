// The draft's document, what it was before, and who wants to know of changes.

import { at, same, withItem, withItemMoved, withoutItem, withValue } from './paths.js';

const MOST_STEPS = 300;
const ONE_STEP_MS = 1200; // typing in one field for that long without a pause is one step back

export class Store {
  #past = [];
  #future = [];
  #listeners = new Set();
  #typed = { key: null, at: 0 };

  constructor(document) { this.document = document; }

  get(path) { return at(this.document, path); }
  get canUndo() { return this.#past.length > 0; }
  get canRedo() { return this.#future.length > 0; }

  /** Told of every change: {how: 'typed' | 'built' | 'undone', path}. Typing leaves the form as it is. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A value that a field shows already. */
  type(path, value) { this.#become(withValue(this.document, path, value), 'typed', path); }

  /** A value after which the form looks different. */
  set(path, value) { this.#become(withValue(this.document, path, value), 'built', path); }
  insert(path, index, item) { this.#become(withItem(this.document, path, index, item), 'built', path); }
  remove(path, index) { this.#become(withoutItem(this.document, path, index), 'built', path); }
  move(path, from, to) { if (from !== to) this.#become(withItemMoved(this.document, path, from, to), 'built', path); }

  /** Another document altogether, as one step. */
  replace(document) { this.#become(document, 'built', []); }

  /** What somebody else saved: there is nothing to go back to. */
  reset(document) {
    this.#past = [];
    this.#future = [];
    this.document = document;
    this.#tell('undone', []);
  }

  undo() { this.#step(this.#past, this.#future); }
  redo() { this.#step(this.#future, this.#past); }

  #step(from, to) {
    if (!from.length) return;
    to.push(this.document);
    this.document = from.pop();
    this.#typed.key = null;
    this.#tell('undone', []);
  }

  #become(document, how, path) {
    if (same(document, this.document)) return;
    const key = how === 'typed' ? path.join('.') : null;
    const now = Date.now();
    if (!key || key !== this.#typed.key || now - this.#typed.at > ONE_STEP_MS) {
      this.#past.push(this.document);
      if (this.#past.length > MOST_STEPS) this.#past.shift();
    }
    this.#typed = { key, at: now };
    this.#future = [];
    this.document = document;
    this.#tell(how, path);
  }

  #tell(how, path) { for (const listener of this.#listeners) listener({ how, path }); }
}

/** One rule of a store: the same verbs, with paths inside the rule. */
export class RuleLens {
  constructor(store, index, kind = 'rules') {
    this.store = store;
    this.root = [kind, index];
  }

  get document() { return this.store.get(this.root); }
  get(path) { return this.store.get([...this.root, ...path]); }
  type(path, value) { this.store.type([...this.root, ...path], value); }
  set(path, value) { this.store.set([...this.root, ...path], value); }
  insert(path, index, item) { this.store.insert([...this.root, ...path], index, item); }
  remove(path, index) { this.store.remove([...this.root, ...path], index); }
  move(path, from, to) { this.store.move([...this.root, ...path], from, to); }
}

/** One table of a store. What its inputs look at stands for its condition. */
export class TableLens extends RuleLens {
  constructor(store, index) { super(store, index, 'tables'); }

  get(path) {
    if (path[0] !== 'when') return super.get(path);
    const inputs = this.document?.inputs ?? [];
    return { all: inputs.flatMap((each, place) => [{ ...each, value: null }, ...this.#lists(place).map((value) => ({ ...each, value }))]) };
  }

  /** The cells of a column that name lists. */
  #lists(place) {
    const named = (cell) => typeof cell?.list === 'string' || ['in_list', 'not_in_list'].includes(this.document.inputs[place]?.is);
    return (this.document.rows ?? []).map((row) => row?.[place]).filter(named);
  }

  /** Another table altogether, as one step. */
  become(table) { this.store.set(this.root, table); }
}
