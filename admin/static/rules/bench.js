// The test bench: an order, or typed facts, under the draft and under what is live; and why this rule, or which row of
// this table, fired or did not. Its clock moves whatever depends on time: windows, the hour, and the strip above.

import { ask, call } from '../api.js';
import { button, field, h, icon } from './dom.js';
import { factsForm, sampleFacts } from './examples.js';
import { instantAt, wallClock } from './instants.js';
import { suggest } from './suggesting.js';
import { withValue } from './paths.js';
import { say } from './words.js';

const PAUSE_MS = 400;

export class Bench {
  #timer = null;
  #turn = 0;
  #facts = null;

  /**
   * `page`: {address, tryAddress, ordersAddress, catalogue, fields, rule(), document(), formContext()}, of a table also `go(row)` and
   * `fired(rows)`; `kept`: {source, order, clock}, what is tried with, from one rule to the next.
   */
  constructor(page, kept) {
    this.page = page;
    this.kept = kept;
    this.result = h('div', { class: 'bench-result', 'aria-live': 'polite' });
    this.inputs = h('div', { class: 'bench-inputs' });
    this.element = h('aside', { class: 'bench', id: 'bench', 'aria-labelledby': 'bench-title' }, h('h2', { id: 'bench-title' }, icon('clipboard2-check'), say('bench')), this.#sources(), this.inputs, this.result);
    this.#draw();
    this.#tellClock();
    if (kept.order) this.run();
    else this.#orders().then((orders) => {
      if (this.kept.order || !orders.length) return;
      this.kept.order = orders[0].value;
      this.#draw();
      this.run();
    });
  }

  /** The rule, or what it is tried with, has changed. */
  run() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#try(), PAUSE_MS);
  }

  /** Another rule is looked at: its facts are others. */
  other() {
    this.#facts = null;
    this.#draw();
    this.run();
  }

  #sources() {
    const one = (which) => h('button', { type: 'button', 'aria-pressed': String(which === this.kept.source), on: { click: (event) => {
      this.kept.source = which;
      for (const each of event.currentTarget.parentElement.children) each.setAttribute('aria-pressed', String(each === event.currentTarget));
      this.#draw();
      this.run();
    } } }, say(`bench_${which}`));
    return h('div', { class: 'segments', role: 'group', 'aria-label': say('bench_with') }, one('order'), one('facts'));
  }

  #draw() { this.inputs.replaceChildren(...(this.kept.source === 'order' ? this.#ofOrder() : this.#ofFacts()), this.#clock()); }

  async #orders() {
    this.known ??= call(this.page.ordersAddress).then((answer) => answer.orders).catch(() => []);
    return this.known;
  }

  #ofOrder() {
    const input = h('input', { type: 'search', class: 'form-control form-control-sm', translate: 'no', autocomplete: 'off', spellcheck: 'false', placeholder: say('order_no'), '.value': this.kept.order });
    const take = (order) => { this.kept.order = order.trim(); this.run(); };
    suggest(input, () => this.#orders(), (order) => { input.value = order; take(order); });
    input.addEventListener('change', () => take(input.value));
    return [field(say('bench_which'), input)];
  }

  #clock() {
    const { zone } = this.page.fields;
    const input = h('input', { type: 'datetime-local', step: '1', class: 'form-control form-control-sm', '.value': wallClock(this.kept.clock, zone) });
    const now = button(say('as_it_was'), 'x-lg', () => { input.value = ''; turn(); input.focus(); }, { quiet: true });
    const turn = () => {
      this.kept.clock = instantAt(input.value, zone) ?? '';
      now.hidden = !this.kept.clock;
      this.#tellClock();
      this.run();
    };
    input.addEventListener('change', turn);
    now.hidden = !this.kept.clock;
    return field(say('as_if_placed'), h('span', { class: 'bench-clock' }, input, now), { hint: say('as_if_help') });
  }

  #tellClock() { document.dispatchEvent(new CustomEvent('bench-clock', { detail: this.kept.clock })); }

  #ofFacts() {
    const ctx = this.page.formContext();
    this.#facts ??= withValue(ctx.rule.get(['examples', 'fires'])?.[0] ?? sampleFacts(ctx), ['row'], undefined); // which row fires is asked here
    const change = (drawn) => (path, value) => {
      this.#facts = withValue(this.#facts, path, value);
      if (drawn) this.#draw();
      this.run();
    };
    return [factsForm({ ctx, facts: () => this.#facts, path: 'bench', type: change(false), set: change(true) })];
  }

  async #try() {
    const turn = ++this.#turn;
    const rule = this.page.rule();
    if (this.kept.source === 'order' && !this.kept.order) return this.#say(say('bench_choose'));
    this.result.classList.add('is-stale');
    try {
      const answer = this.kept.source === 'facts' ? await this.#tryFacts(rule) : await this.#tryOrder(rule);
      if (turn === this.#turn) this.#show(answer);
    } catch (problem) {
      if (turn === this.#turn) this.#say(problem.status === 404 ? say('no_such_order') : problem.problem?.message ?? say('bench_failed'));
    }
  }

  async #tryFacts(rule) {
    return { facts: (await ask(this.page.tryAddress, { method: 'POST', body: { rule, facts: this.#facts, at: this.kept.clock || null } })).body };
  }

  async #tryOrder(rule) {
    const body = { document: this.page.document(), rule: rule.id, order_no: this.kept.order, at: this.kept.clock || null };
    return (await ask(this.page.address, { method: 'POST', body })).body;
  }

  #say(text) {
    this.result.classList.remove('is-stale');
    this.page.fired?.([]);
    this.result.replaceChildren(h('p', { class: 'quiet' }, text));
  }

  #show(answer) {
    this.result.classList.remove('is-stale');
    if (answer.problem) this.#say(answer.problem);
    else this.result.replaceChildren(...(answer.facts ? this.#ofTyped(answer.facts) : this.#compared(answer)).flat());
  }

  #ofTyped({ fires, judged, note, problems }) {
    this.page.fired?.(fires ? judged.map((each) => each.row) : []);
    if (problems.length) return [h('p', { class: 'quiet' }, say('bench_unfinished'))];
    const tone = fires ? 'good' : fires === null ? 'warn' : 'quiet';
    const outcome = h('p', { class: `bench-outcome tone-${tone}` }, say(fires ? 'would_fire' : fires === null ? 'cannot_tell' : 'would_not_fire'), note ? h('small', {}, note) : null);
    return [outcome, judged.map(({ row, conditions }) => h('div', { class: 'bench-judged' }, row ? h('p', {}, this.#row(row)) : null, lines(conditions)))];
  }

  #row(row) { return h('button', { type: 'button', class: 'btn btn-sm btn-link bench-row', on: { click: () => this.page.go(row - 1) } }, say('row_named', { row })); }

  #judged({ row, subject, outcome, why_not: whyNot, conditions }) {
    return h('div', { class: 'bench-judged' },
      h('p', { class: `bench-outcome tone-${outcome.tone}` }, row ? this.#row(row) : null, outcome.text, whyNot ? h('small', {}, whyNot) : null, subject ? h('small', { translate: 'no' }, subject) : null), lines(conditions));
  }

  #compared({ live, draft, rule, more }) {
    const isTable = Boolean(this.page.fired);
    this.page.fired?.(rule.filter((each) => each.fired).map((each) => each.row));
    const changed = live.verdict.text !== draft.verdict.text || live.holds.map((each) => each.text).join() !== draft.holds.map((each) => each.text).join();
    return [
      h('div', { class: 'bench-sides' }, side(say('live'), live), side(say('draft'), draft, changed ? say('changes') : say('same_result'), changed)),
      h('h3', {}, say(isTable ? 'this_table' : 'this_rule')), rule.some((each) => each.row) && !rule.some((each) => each.fired) ? h('p', { class: 'quiet' }, say('bench_nearest')) : null,
      rule.length ? rule.map((each) => this.#judged(each)) : h('p', { class: 'quiet' }, say('not_judged')), rule.some((each) => each.row) && more ? h('p', { class: 'quiet' }, say('bench_more', { count: more })) : null].filter(Boolean);
  }
}

function side(title, { verdict, holds, flags }, note, changed) {
  return h('div', { class: `bench-side ${changed ? 'is-changed' : ''}` }, h('small', {}, title), h('span', { class: `pill tone-${verdict.tone}` }, verdict.text),
    [...holds, ...flags].map((each) => h('span', { class: `chip tone-${each.tone}` }, each.text)), note ? h('em', {}, note) : null);
}

function lines(conditions) {
  const ticks = { yes: '✓', no: '✗', unknown: '?' };
  return h('ul', { class: 'conditions' }, conditions.map((each) => h('li', { class: `depth-${Math.min(each.depth, 6)} is-${each.mark} ${each.group ? 'group-line' : ''}` },
    h('span', { class: 'tick', 'aria-label': say(`mark_${each.mark}`) }, ticks[each.mark]),
    h('span', { class: 'said' }, each.text, ' ', each.operator ? h('em', {}, each.operator) : null, ' ', each.wanted ? h('b', { translate: 'no' }, each.wanted) : null),
    each.seen ? h('span', { class: 'seen' }, h('small', {}, say('seen')), ' ', h('b', { translate: 'no' }, each.seen)) : null)));
}
