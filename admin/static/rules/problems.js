// What is wrong is told where it is: at the field of its path, else at the nearest thing around it.

import { freshId, h, icon } from './dom.js';

/** `problems`: [{path, message, detail}]. Those with no place below `root` are told in its slot ''. */
export function tell(root, problems) {
  for (const slot of root.querySelectorAll('[data-slot]')) slot.replaceChildren();
  for (const marked of root.querySelectorAll('[aria-invalid]')) {
    marked.removeAttribute('aria-invalid');
    marked.removeAttribute('aria-describedby');
  }
  for (const group of grouped(problems)) place(root, group);
}

function place(root, { path, message, detail }) {
  const slot = nearest([...root.querySelectorAll('[data-slot]')], path, 'slot');
  if (!slot) return;
  const said = h('p', { class: 'problem', id: freshId('problem'), title: detail }, icon('exclamation-triangle-fill'), ' ', message);
  slot.append(said);
  const control = nearest([...root.querySelectorAll('[data-path]')].filter((each) => within(slot.dataset.slot, each.dataset.path)), path, 'path')
    ?? nearest([...root.querySelectorAll('[data-focus]')].filter((each) => each.dataset.focus.startsWith(`${path}:fact`)), path, 'none');
  control?.setAttribute('aria-invalid', 'true');
  control?.setAttribute('aria-describedby', said.id);
}

/** Of elements that stand for paths, the one that is nearest around this path. */
function nearest(elements, path, name) {
  if (name === 'none') return elements[0];
  let found = null;
  for (const element of elements) {
    const own = element.dataset[name];
    if (within(own, path) && (!found || own.length > found.dataset[name].length)) found = element;
  }
  return found;
}

function within(own, path) { return own === '' || path === own || path.startsWith(`${own}.`); }

/** The same thing said of the same place is said once. */
function grouped(problems) {
  const seen = new Set();
  return problems.filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`));
}
