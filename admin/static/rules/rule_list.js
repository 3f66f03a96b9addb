// The rules of a draft in the order in which they go: to read, to reorder, to pause, to copy, to delete, to open.

import { button, h, icon } from './dom.js';
import { inOrder, priorityOf, reordered } from './ordering.js';
import { say } from './words.js';

export class RuleList {
  #readings = new Map(); // by rule document: what was read in it
  #dragged = null;
  #shown = '';

  /** `page`: {store, catalogue, reading, open(id), added(copyOf), isPublished(id), state(member)}. */
  constructor(page) {
    this.page = page;
    this.element = h('div', { class: 'draft-list' });
    this.live = h('p', { class: 'visually-hidden', 'aria-live': 'assertive' });
    this.draw();
  }

  get members() {
    const { rules, tables } = this.page.store.document;
    return [...(rules ?? []), ...(tables ?? [])];
  }

  draw(focus) {
    const order = inOrder(this.members);
    const list = h('ol', { class: 'rule-list is-editable', 'aria-label': say('rules') }, order.map((member, place) => this.#card(member, place, order.length)));
    this.element.replaceChildren(this.#tools(order.length), order.length ? list : this.#empty(), this.live);
    this.#filter();
    this.#fill();
    if (focus) this.element.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }

  #tools(count) {
    const input = h('input', { type: 'search', class: 'form-control form-control-sm', placeholder: say('search_rules'), 'aria-label': say('search_rules'), '.value': this.#shown, on: { input: () => { this.#shown = input.value; this.#filter(); } } });
    return h('div', { class: 'rule-tools' }, h('label', { class: 'search' }, icon('search'), input), h('span', { class: 'quiet' }, say('count_rules', { count })), h('span', { class: 'push hint keys-hint' }, say('order_help')));
  }

  #filter() {
    const words = this.#shown.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of this.element.querySelectorAll('.rule-card')) card.hidden = !words.every((word) => card.textContent.toLowerCase().includes(word));
  }

  #card(member, place, count) {
    const isTable = Array.isArray(member.rows);
    const { catalogue } = this.page;
    const off = member.enabled === false;
    const name = this.#title(member);
    const state = this.page.state(member);
    const card = h('li', { class: `rule-card ${off ? 'is-off' : ''}`, data: { rule: member.id ?? '' } },
      h('button', {
        type: 'button', class: 'grip', draggable: 'true', title: say('drag'), 'aria-label': say('grip', { title: name, place: place + 1, count }), data: { focus: `grip:${member.id}` },
        on: { keydown: (event) => this.#byKey(event, place, count, member), dragstart: (event) => this.#drag(event, card, place), dragend: () => this.#drop() },
      }, icon('grip-vertical'), h('span', { class: 'rule-order' }, priorityOf(member))),
      h('div', { class: 'rule-body' },
        h('div', { class: 'rule-head' }, h('h2', {}, h('a', { href: `#rule=${encodeURIComponent(member.id)}`, translate: 'no' }, name)),
          isTable ? h('span', { class: 'chip tone-info' }, icon('table'), say('table_rows', { rows: member.rows.length })) : null,
          state ? h('span', { class: `chip tone-${state.tone}` }, state.text) : null,
          off ? h('span', { class: 'chip tone-quiet' }, icon('pause-circle-fill'), say('paused')) : null,
          h('span', { class: 'when-chip' })),
        h('p', { class: 'rule-when' }), h('p', { class: 'rule-then' })),
      h('div', { class: 'rule-side' }, this.#switch(member, name), button(say('duplicate'), 'copy', () => this.page.added(member), { quiet: true, 'aria-label': `${say('duplicate')}: ${name}` }),
        button(say('delete'), 'trash3', () => this.#delete(member, place), { quiet: true, 'aria-label': `${say('delete')}: ${name}` })));
    card.addEventListener('dragover', (event) => this.#over(event, card));
    card.addEventListener('drop', (event) => this.#land(event, card, place));
    card.addEventListener('click', (event) => !event.target.closest('a,button,label,input') && !String(getSelection()) && this.page.open(member.id));
    if (isTable) card.querySelector('.rule-when').append(h('b', {}, say('looks_at')), ' ', (member.inputs ?? []).map((each) => catalogue.factLabel(each.fact)).join(say('comma')));
    return card;
  }

  #title(member) {
    const { title } = member;
    return (typeof title === 'string' ? title : title?.[this.page.catalogue.language] || title?.zh || title?.en) || member.id || say('untitled');
  }

  #switch(member, name) {
    const box = h('input', { type: 'checkbox', class: 'form-check-input', role: 'switch', '.checked': member.enabled !== false, 'aria-label': `${say('enabled')}: ${name}`, data: { focus: `switch:${member.id}` } });
    box.addEventListener('change', () => this.#put(member, box.checked ? undefined : false));
    return h('label', { class: 'form-check form-switch', title: say('enabled') }, box);
  }

  #pathOf(member) {
    const { rules, tables } = this.page.store.document;
    const index = rules?.indexOf(member) ?? -1;
    return index >= 0 ? ['rules', index] : ['tables', tables.indexOf(member)];
  }

  #put(member, enabled) { this.page.store.set([...this.#pathOf(member), 'enabled'], enabled); }

  #delete(member, place) {
    const [kind, index] = this.#pathOf(member);
    const next = inOrder(this.members)[place + 1] ?? inOrder(this.members)[place - 1];
    this.page.store.remove([kind], index);
    this.page.deleted(this.#title(member));
    this.draw(next ? `grip:${next.id}` : undefined);
  }

  #move(from, to, member) {
    const changed = reordered(this.members, from, to, this.page.catalogue.setup.highest_priority);
    const { document } = this.page.store;
    const moved = (each) => (changed.has(each.id) ? { ...each, priority: changed.get(each.id) } : each);
    this.page.store.replace({ ...document, rules: (document.rules ?? []).map(moved), tables: (document.tables ?? []).map(moved) });
    this.draw(`grip:${member.id}`);
    this.live.textContent = say('moved', { title: this.#title(member), place: to + 1 });
  }

  #byKey(event, place, count, member) {
    const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined || to < 0 || to >= count || to === place) return;
    event.preventDefault();
    this.#move(place, to, member);
  }

  #drag(event, card, place) {
    this.#dragged = place;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', card.dataset.rule);
    event.dataTransfer.setDragImage(card, 20, 20);
    requestAnimationFrame(() => card.classList.add('is-dragged'));
  }

  #over(event, card) {
    if (this.#dragged === null) return;
    event.preventDefault();
    const box = card.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    for (const each of this.element.querySelectorAll('.drop-above,.drop-below')) if (each !== card) each.classList.remove('drop-above', 'drop-below');
    card.classList.toggle('drop-below', below);
    card.classList.toggle('drop-above', !below);
  }

  #land(event, card, place) {
    if (this.#dragged === null) return;
    event.preventDefault();
    const from = this.#dragged;
    const slot = place + (card.classList.contains('drop-below') ? 1 : 0);
    const to = slot > from ? slot - 1 : slot;
    this.#drop();
    if (to !== from) this.#move(from, to, inOrder(this.members)[from]);
  }

  #drop() {
    this.#dragged = null;
    for (const card of this.element.querySelectorAll('.rule-card')) card.classList.remove('is-dragged', 'drop-above', 'drop-below');
  }

  /** Sentences come from the server; those of rules that did not change are kept. */
  async #fill() {
    const rules = (this.page.store.document.rules ?? []).filter((rule) => !this.#readings.has(rule));
    if (rules.length) {
      const readings = await this.page.reading.all(rules).catch(() => []);
      rules.forEach((rule, index) => readings[index] && this.#readings.set(rule, readings[index]));
    }
    for (const rule of this.page.store.document.rules ?? []) {
      const card = this.element.querySelector(`[data-rule="${CSS.escape(rule.id ?? '')}"]`);
      const reading = this.#readings.get(rule);
      if (card && reading) this.#tell(card, reading);
    }
    this.#filter();
  }

  #tell(card, { condition, doings, tone, window, problems }) {
    card.classList.add(`tone-${tone}`);
    card.querySelector('.rule-when').replaceChildren(h('b', {}, say('when')), ' ', condition || say('always'));
    card.querySelector('.rule-then').replaceChildren(...doings.map((each) => h('span', { class: `chip tone-${each.tone}` }, each.text)));
    const wrong = problems.length ? h('span', { class: 'chip tone-bad' }, icon('exclamation-triangle-fill'), say('count_problems', { count: problems.length })) : null;
    card.querySelector('.when-chip').replaceChildren(...[window ? h('span', { class: 'chip tone-busy' }, icon('clock'), window) : null, wrong].filter(Boolean));
  }

  #empty() {
    return h('section', { class: 'empty' }, icon('lightbulb'), h('h2', {}, say('no_rules')), h('p', {}, say('no_rules_help')));
  }
}
