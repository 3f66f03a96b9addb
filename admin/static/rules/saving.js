// Keeps the draft on the server: a moment after each change, with If-Match, and never over somebody else's work.

import { ask } from '../api.js';
import { same } from './paths.js';

const PAUSE_MS = 700;
const AGAIN_MS = 5000;

/** States that are told: saved, changed, saving, offline (it is tried again), clash (somebody else saved), signed_out, refused. */
export class Saving {
  #timer = null;
  #busy = false;
  #listeners = new Set();

  constructor({ address, etag, store, tell }) {
    this.address = address;
    this.etag = etag;
    this.store = store;
    this.tell = tell;
    this.saved = store.document;
    this.state = 'saved';
    store.listen(() => this.#changed());
    addEventListener('beforeunload', (event) => this.isDirty && event.preventDefault());
    addEventListener('pagehide', () => this.isDirty && !this.#busy && this.#send({ keepalive: true }));
    addEventListener('online', () => this.state === 'offline' && this.now());
  }

  get isDirty() { return !same(this.saved, this.store.document); }

  /** Told after each save. */
  listen(listener) { this.#listeners.add(listener); }

  /** Save at once what is not saved; resolves to whether all of it is. */
  async now() {
    clearTimeout(this.#timer);
    while (this.#busy) await new Promise((done) => setTimeout(done, 50));
    if (this.isDirty && this.state !== 'clash') await this.#send({});
    return !this.isDirty;
  }

  /** After a clash: go on from what somebody else saved, or put ours over it. */
  takeTheirs(draft, document) {
    this.etag = `"${draft.revision}"`;
    this.saved = document;
    this.store.reset(document);
    this.#become('saved');
  }

  async keepOurs(draft) {
    this.etag = `"${draft.revision}"`;
    this.state = 'changed';
    return this.now();
  }

  #changed() {
    if (this.state === 'clash') return;
    if (!this.isDirty) {
      clearTimeout(this.#timer);
      this.#become('saved');
      return;
    }
    this.#become('changed');
    this.#later(PAUSE_MS);
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#busy ? this.#later(PAUSE_MS) : this.#send({})), pause);
  }

  async #send({ keepalive = false }) {
    const document = this.store.document;
    this.#busy = true;
    this.#become('saving');
    try {
      const { body, etag } = await ask(this.address, { method: 'PUT', body: document, ifMatch: this.etag, keepalive });
      this.etag = etag ?? `"${body.revision}"`;
      this.saved = document;
      this.#become(this.isDirty ? 'changed' : 'saved');
      for (const listener of this.#listeners) listener(body);
    } catch (problem) {
      this.#failed(problem);
    } finally {
      this.#busy = false;
    }
    if (this.isDirty && this.state === 'changed') this.#later(PAUSE_MS);
  }

  #failed(problem) {
    if (problem.status === 412) this.#become('clash', problem.problem);
    else if (problem.status === 401) this.#become('signed_out');
    else if (problem.status >= 400 && problem.status < 500) this.#become('refused', problem.problem);
    else {
      this.#become('offline');
      this.#later(AGAIN_MS);
    }
  }

  #become(state, said) {
    this.state = state;
    this.tell(state, said);
  }
}
