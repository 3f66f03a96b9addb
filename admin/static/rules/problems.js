// What is wrong is told where it is: at the field of its path, else at the nearest thing around it.

import { freeSlot } from './problem_places.js';
import { freshId, h, icon } from './dom.js';

const UNFINISHED = ['required', 'empty-group']; // nothing is wrong with them; they are only not written yet

/**
 * `problems`: [{path, code, message, detail}]. Those with no place below `root` are told in its slot ''.
 * What is not filled in yet is said calmly until somebody has asked for a check (`strict`).
 */
export function tell(root, problems, strict) {
  for (const slot of root.querySelectorAll('[data-slot]')) slot.replaceChildren();
  for (const marked of root.querySelectorAll('[data-told]')) {
    for (const name of ['data-told', 'aria-invalid', 'aria-describedby']) marked.removeAttribute(name);
  }
  for (const problem of problems) place(root, problem, !strict && UNFINISHED.includes(problem.code));
}

function place(root, { path, message, detail }, calm) {
  const { slot, control } = freeSlot(root, path);
  if (!slot) return;
  const said = [...slot.children].find((each) => each.dataset.text === message) ?? slot.appendChild(line(message, detail, calm));
  control?.setAttribute('data-told', '');
  control?.setAttribute('aria-describedby', said.id);
  if (!calm) control?.setAttribute('aria-invalid', 'true');
}

function line(message, detail, calm) {
  return h('p', { class: `problem ${calm ? 'is-calm' : ''}`, id: freshId('problem'), title: detail, data: { text: message } },
    icon(calm ? 'pencil' : 'exclamation-triangle-fill'), ' ', message);
}
