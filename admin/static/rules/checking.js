// The whole check of a draft: what speaks against it, and warnings, each with a way to the place it is about.

import { ask } from '../api.js';
import { button, h, icon } from './dom.js';
import { say } from './words.js';

export class Checking {
  #listeners = new Set();

  /** `page`: {address, findings, saving, language, where(path, rule), go(path, rule), began()}. */
  constructor(page) {
    this.page = page;
    this.element = h('section', { class: 'check-panel', 'aria-live': 'polite', tabindex: '-1', hidden: true });
  }

  /** Told whether the draft may go live, after each check. */
  listen(listener) { this.#listeners.add(listener); }

  async run(trigger) {
    trigger.disabled = true;
    this.page.began();
    this.#show('busy', 'checking');
    try {
      if (!(await this.page.saving.now())) return this.#show('bad', 'not_saved_yet');
      const { body } = await ask(`${this.page.address}/check`, { method: 'POST' });
      if (body.findings.length) this.#show('warn', 'check_warns', await this.#told());
      else this.#show('good', 'check_good');
      this.#tell(true);
    } catch (problem) {
      const errors = problem.problem?.errors ?? [];
      if (errors.length) this.#show('bad', 'check_bad', await this.#told());
      else this.#show('bad', 'check_failed');
      this.#tell(false);
    } finally {
      trigger.disabled = false;
    }
  }

  hide() { this.element.hidden = true; }

  #tell(good) { for (const listener of this.#listeners) listener(good); }

  /** The findings in the reader's language, with the facts that show each. */
  async #told() { return (await ask(this.page.findings)).body.findings; }

  #show(tone, text, findings = []) {
    const lines = this.#lines(findings);
    if (this.element.hidden) requestAnimationFrame(() => this.element.scrollIntoView({ block: 'nearest' }));
    this.element.hidden = false;
    this.element.className = `check-panel tone-${tone}`;
    this.element.replaceChildren(
      h('header', {}, icon({ good: 'check-circle-fill', busy: 'arrow-repeat' }[tone] ?? 'exclamation-triangle-fill'), h('b', {}, say(text, { count: tone === 'bad' ? lines.filter((line) => line.className === 'tone-bad').length : lines.length })), button(say('close'), 'x-lg', () => this.hide(), { quiet: true })),
      lines.length ? h('ul', {}, lines) : '');
  }

  /** Two halves of one field that are empty are one thing to do. */
  #lines(findings) {
    const lines = findings.map((each) => this.#finding(each));
    const texts = lines.map((line) => line.textContent);
    return lines.filter((_, index) => texts.indexOf(texts[index]) === index);
  }

  #finding({ path, rule, error, name, message, suggestion, witness }) {
    const place = this.page.where(path, rule);
    return h('li', { class: error ? 'tone-bad' : 'tone-warn' }, h('i', { class: 'dot' }),
      h('div', {}, place ? h('button', { type: 'button', class: 'link', on: { click: () => this.page.go(path, rule) } }, place) : null, name ? h('span', { class: 'chip' }, name) : null, ' ', h('span', {}, message),
        suggestion ? h('small', {}, icon('lightbulb'), ' ', suggestion) : null, witness.length ? shownBy(witness) : null));
  }
}

/** An order that shows it, fact by fact. */
function shownBy(witness) {
  return h('details', { class: 'witness' }, h('summary', {}, say('shown_by')),
    h('dl', {}, witness.map(({ label, text }) => h('div', {}, h('dt', {}, label), h('dd', { translate: 'no' }, text)))));
}
