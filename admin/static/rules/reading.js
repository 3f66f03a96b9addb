// What the server reads in a rule: the sentence, what is wrong, how the examples come out. One source of sentences.

import { call } from '../api.js';

const PAUSE_MS = 220;

export class Reading {
  #turn = 0;
  #timer = null;

  constructor(address) { this.address = address; }

  /** What is read in each of these rules, in their order. */
  async all(rules) { return (await call(this.address, { method: 'POST', body: { rules } })).rules; }

  /** Reads one rule a moment after the last keystroke; `done(reading)` hears of the newest only. */
  soon(rule, done, failed) {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.#timer = setTimeout(async () => {
      try {
        const [reading] = await this.all([rule]);
        if (turn === this.#turn) done(reading);
      } catch (problem) {
        if (turn === this.#turn) failed(problem);
      }
    }, PAUSE_MS);
  }

  forget() {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }
}
