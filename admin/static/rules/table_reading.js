// What the server reads in a table: what is wrong in its cells, how its rows go together, how its examples come out.

import { ask, call } from '../api.js';

const PAUSE_MS = 260;

export class TableReading {
  #turn = 0;
  #timer = null;

  /** `done(reading)` hears of the newest only; `failed()` where the server cannot be asked. */
  constructor(address, done, failed) {
    this.address = address;
    this.done = done;
    this.failed = failed;
  }

  /** `file`: whether it is to be said as a file too, which takes longer. */
  soon(table, file) {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.#timer = setTimeout(() => this.#read({ table, file }, turn), PAUSE_MS);
  }

  async #read(asked, turn) {
    try {
      const { body } = await ask(this.address, { method: 'POST', body: asked });
      if (turn === this.#turn) this.done(body);
    } catch {
      if (turn === this.#turn) this.failed();
    }
  }
}

/** How often each row of the live table fired, by number; nothing where that cannot be known. */
export async function hitsOf(address) { return (await call(address).catch(() => ({ rows: {} }))).rows; }
