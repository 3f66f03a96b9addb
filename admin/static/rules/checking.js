// The whole check of a draft: what speaks against it, and warnings, each with a way to the place it is about.

import { ask } from '../api.js';
import { button, h, icon } from './dom.js';
import { say } from './words.js';

export class Checking {
  /** `page`: {address, saving, language, where(path, rule), go(path, rule), began()}. */
  constructor(page) {
    this.page = page;
    this.element = h('section', { class: 'check-panel', 'aria-live': 'polite', tabindex: '-1', hidden: true });
  }

  async run(trigger) {
    trigger.disabled = true;
    this.page.began();
    this.#show('busy', 'checking');
    try {
      if (!(await this.page.saving.now())) return this.#show('bad', 'not_saved_yet');
      const { body } = await ask(`${this.page.address}/check`, { method: 'POST' });
      if (body.findings.length) this.#show('warn', 'check_warns', body.findings);
      else this.#show('good', 'check_good');
    } catch (problem) {
      const errors = problem.problem?.errors ?? [];
      if (errors.length) this.#show('bad', 'check_bad', errors);
      else this.#show('bad', 'check_failed');
    } finally {
      trigger.disabled = false;
    }
  }

  hide() { this.element.hidden = true; }

  #show(tone, text, findings = []) {
    const lines = this.#told(findings);
    if (this.element.hidden) requestAnimationFrame(() => this.element.scrollIntoView({ block: 'nearest' }));
    this.element.hidden = false;
    this.element.className = `check-panel tone-${tone}`;
    this.element.replaceChildren(
      h('header', {}, icon({ good: 'check-circle-fill', busy: 'arrow-repeat' }[tone] ?? 'exclamation-triangle-fill'), h('b', {}, say(text, { count: lines.length })), button(say('close'), 'x-lg', () => this.hide(), { quiet: true })),
      lines.length ? h('ul', {}, lines) : '');
  }

  /** Two halves of one field that are empty are one thing to do. */
  #told(findings) {
    const lines = findings.map((each) => this.#finding(each));
    const texts = lines.map((line) => line.textContent);
    return lines.filter((_, index) => texts.indexOf(texts[index]) === index);
  }

  #finding(finding) {
    const { path, rule, severity } = finding;
    const { message, suggestion } = finding.texts ?? finding;
    const place = this.page.where(path, rule);
    const hint = this.#said(suggestion);
    return h('li', { class: severity === 'error' || !severity ? 'tone-bad' : 'tone-warn' }, h('i', { class: 'dot' }),
      h('div', {}, place ? h('button', { type: 'button', class: 'link', on: { click: () => this.page.go(path, rule) } }, place) : null, h('span', {}, this.#said(message)), hint ? h('small', {}, hint) : null));
  }

  #said(text) { return typeof text === 'string' ? text : text?.[this.page.language] ?? text?.en ?? ''; }
}
