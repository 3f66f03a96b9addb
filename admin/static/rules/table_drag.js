// Rows dragged by their number to another place.

export class RowDrag {
  #from = null;

  /** `move(from, slot)`: the row goes to where the row at `slot` is, or behind the last. */
  constructor(body, move) {
    this.body = body;
    this.move = move;
    for (const [name, listener] of [['dragstart', (event) => this.#start(event)], ['dragover', (event) => this.#over(event)], ['drop', (event) => this.#drop(event)], ['dragend', () => this.#end()]]) body.addEventListener(name, listener);
  }

  #start(event) {
    const line = event.target.closest('.row-handle') && event.target.closest('tr');
    if (!line) return;
    this.#from = line.sectionRowIndex;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', String(this.#from + 1));
    line.classList.add('is-dragged');
  }

  #over(event) {
    const line = this.#from !== null && event.target.closest('tr');
    if (!line) return;
    event.preventDefault();
    this.#unmark();
    line.classList.add(this.#isBelow(event, line) ? 'drop-below' : 'drop-above');
  }

  #drop(event) {
    const line = this.#from !== null && event.target.closest('tr');
    if (!line) return;
    event.preventDefault();
    const slot = line.sectionRowIndex + (this.#isBelow(event, line) ? 1 : 0);
    const from = this.#from;
    this.#end();
    this.move(from, slot);
  }

  #isBelow(event, line) {
    const box = line.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  }

  #end() {
    this.#from = null;
    this.#unmark();
    this.body.querySelector('.is-dragged')?.classList.remove('is-dragged');
  }

  #unmark() { for (const each of this.body.querySelectorAll('.drop-above, .drop-below')) each.classList.remove('drop-above', 'drop-below'); }
}
