// One rule to edit: its sentence on top, then when, what, why, until when, and examples.

import { about, details, effective, title } from './basics.js';
import { documentView } from './document_view.js';
import { effects, stops } from './effects.js';
import { examples, mark } from './examples.js';
import { h, icon, problemSlot } from './dom.js';
import { entitle } from './naming.js';
import { reveal } from './problem_places.js';
import { tell } from './problems.js';
import { conditions, moveByKey } from './tree.js';
import { say } from './words.js';

export class RuleForm {
  #focus = []; // what gets the focus after the next drawing: the first that is there
  #open = false; // and whether it is opened at once
  #reading = null;

  /** `page`: {catalogue, reading, fields, taken(), isPublished(id), heard(reading)}. */
  constructor(page, lens) {
    this.page = page;
    this.rule = lens;
    this.element = h('div', { class: 'rule-form', on: { keydown: (event) => moveByKey(this.context, event) } });
    this.#draw();
    this.read();
  }

  get reading() { return this.#reading; }

  /** After a change of the document that the fields do not show by themselves. */
  redraw(focus) {
    const active = focus ?? document.activeElement?.dataset?.focus;
    const wanted = this.#focus.length ? this.#focus : [active];
    const open = this.#open;
    this.#focus = [];
    this.#open = false;
    const scrolled = scrollY;
    this.#draw();
    scrollTo({ top: scrolled, behavior: 'instant' });
    const target = wanted.filter(Boolean).map((key) => this.element.querySelector(`[data-focus="${CSS.escape(key)}"]`)).find(Boolean);
    target?.focus({ preventScroll: !this.#isOut(target) });
    if (open) target?.open?.();
    if (this.#reading) this.#show(this.#reading);
  }

  /** Show what is wrong anew, and lead to the place of a path. */
  lead(path) {
    if (this.#reading) this.#show(this.#reading);
    if (path) reveal(this.element, path);
  }

  /** Ask what the rule says by now. */
  read() {
    this.sentence.classList.add('is-stale');
    this.page.reading.soon(this.rule.document, (reading) => {
      this.#reading = reading;
      this.#show(reading);
      this.page.heard(reading);
    }, () => { this.said.textContent = say('cannot_read'); });
  }

  #isOut(target) {
    const box = target.getBoundingClientRect();
    return box.top < 120 || box.bottom > innerHeight;
  }

  get context() {
    const { rule, page } = this;
    const isNew = !page.isPublished(rule.document.id);
    return {
      rule, catalogue: page.catalogue, fields: page.fields, isNew, scope: { about: rule.get(['about']) ?? 'order' }, stops: stops(rule.document, page.catalogue),
      focusAfter: (...keys) => { this.#focus = keys; this.#open = false; },
      openAfter: (key) => { this.#focus = [key]; this.#open = true; },
      redraw: (focus) => this.redraw(focus),
      titled: (value) => entitle({ rule, isNew, stage: page.catalogue.setup.stage, taken: page.taken(), form: this.element }, value),
      frequent: () => page.frequent(),
    };
  }

  #draw() {
    const ctx = this.context;
    this.said = h('p', { class: 'said', 'aria-live': 'polite', 'aria-atomic': 'true' });
    this.other = h('p', { class: 'said-otherwise', lang: ctx.catalogue.language === 'en' ? 'zh' : 'en' });
    this.sentence = h('section', { class: 'sentence-card', 'aria-label': say('sentence'), tabindex: '0' },
      h('span', { class: 'sentence-mark' }, icon('chat-left-quote')), h('div', {}, this.said, this.other));
    this.element.replaceChildren(
      problemSlot(''), title(ctx), this.sentence,
      part('when', 'funnel', say('when'), [h('div', { class: 'judged' }, h('span', {}, say('each')), about(ctx), problemSlot('about')), conditions(ctx)]),
      part('then', 'lightning-charge-fill', say('then'), effects(ctx)),
      part('details', 'info-circle-fill', say('details'), details(ctx)),
      part('effective', 'clock', say('in_force'), effective(ctx)),
      part('examples', 'check2-square', say('examples'), [h('p', { class: 'hint' }, say('examples_help')), examples(ctx)]),
      documentView(() => ({ document: this.rule.document, file: this.#reading?.file ?? '' })));
  }

  #show(reading) {
    const language = this.page.catalogue.language;
    this.sentence.classList.remove('is-stale');
    this.sentence.className = `sentence-card tone-${reading.tone}`;
    if (this.said.textContent !== reading.sentence[language]) this.said.textContent = reading.sentence[language];
    this.other.textContent = reading.sentence[language === 'en' ? 'zh' : 'en'];
    this.other.title = this.other.textContent;
    tell(this.element, reading.problems, this.page.strict());
    mark(this.element, reading.examples);
  }
}

export function part(id, name, title, content) {
  return h('section', { class: `form-part part-${id}`, 'aria-labelledby': `part-${id}` }, h('h2', { id: `part-${id}` }, icon(name), title), content);
}
