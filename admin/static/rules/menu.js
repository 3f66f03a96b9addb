// A button with a few things to do behind it.

import { icon } from './dom.js';
import { picker } from './picker.js';

/** `items`: [{label, note, act}], those that are falsy left out. */
export function menu(label, items, { look = 'row-menu', name = 'three-dots', focus } = {}) {
  const kept = items.filter(Boolean);
  const made = picker({
    shown: '', label, look: `icon-button ${look}`, focus, choose: (index) => kept[index].act(),
    options: () => kept.map((item, index) => ({ value: index, label: item.label, note: item.note })),
  });
  made.setAttribute('aria-label', label);
  made.title = label;
  made.classList.remove('picker', 'is-unset');
  made.replaceChildren(icon(name));
  return made;
}
