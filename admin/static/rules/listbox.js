// A list to choose from: filtered as one types, in groups, with the keyboard and for screen readers.

import { freshId, h } from './dom.js';

const MOST = 300;

/** `options`: [{value, label, note, group, help, searched}]. `choose(option)` is told what was taken. */
export class Listbox {
  #shown = [];
  #active = -1;

  constructor({ options, choose, empty, selected }) {
    this.options = options;
    this.choose = choose;
    this.empty = empty;
    this.selected = selected;
    this.id = freshId('list');
    this.element = h('div', { class: 'listbox', role: 'listbox', id: this.id, on: { mousedown: (event) => event.preventDefault() } });
    this.filter('');
  }

  get active() { return this.#shown[this.#active]; }

  /** Show what has every one of the words in it, in the order given; exact beginnings come first. */
  filter(text) {
    const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (option) => words.every((word) => searched(option).includes(word));
    const found = this.options.filter((option) => (words.length ? !option.again && fits(option) : true));
    if (words.length) found.sort((one, other) => rank(one, words[0]) - rank(other, words[0]));
    this.#shown = found.slice(0, MOST);
    this.#draw(Boolean(words.length));
    this.#point(words.length ? 0 : this.#shown.findIndex((each) => each.value === this.selected));
  }

  /** Whether the key was for the list. */
  key(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves) this.#point(clamp(this.#active + moves[event.key], this.#shown.length));
    else if (event.key === 'Enter' && this.active) this.choose(this.active);
    else return false;
    event.preventDefault();
    return true;
  }

  /** Ties the text field to the list. */
  rule(input) {
    this.input = input;
    for (const [name, value] of [['role', 'combobox'], ['aria-expanded', 'true'], ['aria-controls', this.id], ['aria-autocomplete', 'list']]) input.setAttribute(name, value);
    this.#point(this.#active);
  }

  #draw(flat) {
    this.element.replaceChildren();
    let group;
    this.#shown.forEach((option, index) => {
      if (!flat && option.group && option.group !== group) {
        group = option.group;
        this.element.append(h('div', { class: 'listbox-group', role: 'presentation' }, group));
      }
      this.element.append(this.#item(option, index, flat));
    });
    if (!this.#shown.length && this.empty) this.element.append(h('p', { class: 'listbox-empty' }, this.empty));
  }

  #item(option, index, flat) {
    return h('div', {
      class: 'listbox-item', role: 'option', id: `${this.id}-${index}`, 'aria-selected': String(option.value === this.selected),
      on: { click: () => this.choose(option), mousemove: () => this.#active !== index && this.#point(index, false) },
    }, h('span', { class: 'listbox-label' }, option.label, flat && option.group ? h('small', {}, option.group) : null),
    option.note ? h('small', { class: 'listbox-note' }, option.note) : null,
    option.help ? h('small', { class: 'listbox-help' }, option.help) : null);
  }

  #point(index, scroll = true) {
    this.element.querySelector('.is-active')?.classList.remove('is-active');
    this.#active = index;
    const item = index < 0 ? null : document.getElementById(`${this.id}-${index}`) ?? this.element.querySelector(`#${this.id}-${index}`);
    item?.classList.add('is-active');
    if (item) this.input?.setAttribute('aria-activedescendant', item.id);
    else this.input?.removeAttribute('aria-activedescendant');
    if (scroll) item?.scrollIntoView({ block: 'nearest' });
  }
}

function searched(option) {
  option.searched ??= [option.label, option.value, option.note, option.group, option.help, option.also].filter(Boolean).join(' ').toLowerCase();
  return option.searched;
}

function rank(option, word) {
  const label = option.label.toLowerCase();
  return label === word ? 0 : label.startsWith(word) ? 1 : label.includes(word) ? 2 : 3;
}

function clamp(index, length) { return Math.max(0, Math.min(length - 1, index)); }
