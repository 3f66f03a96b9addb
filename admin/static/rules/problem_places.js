// Which part of a form a path of the document stands for.

/** The slot that is nearest around a path, and the control that the path is about. */
export function freeSlot(root, path) {
  const slot = nearest([...root.querySelectorAll('[data-slot]')], path, 'slot');
  if (!slot) return {};
  const inside = [...root.querySelectorAll('[data-path]')].filter((each) => within(slot.dataset.slot, each.dataset.path));
  const chooser = [...root.querySelectorAll('[data-focus]')].find((each) => each.dataset.focus === `${path.replace(/\.fact$/, '')}:fact` || each.dataset.focus === `${path.replace(/\.of$/, '')}:of`);
  return { slot, control: nearest(inside, path, 'path') ?? chooser };
}

/** Brings the place of a path into sight and gives it the focus. */
export function reveal(root, path) {
  const { slot, control } = freeSlot(root, path);
  (control ?? slot)?.scrollIntoView({ block: 'center' });
  control?.focus({ preventScroll: true });
}

/** Of elements that stand for paths, the one that is nearest around this path. */
function nearest(elements, path, name) {
  let found = null;
  for (const element of elements) {
    const own = element.dataset[name];
    if (within(own, path) && (!found || own.length > found.dataset[name].length)) found = element;
  }
  return found;
}

function within(own, path) { return own === '' || path === own || path.startsWith(`${own}.`); }
