// A text field that proposes values that are known: provinces, shops, skus. Anything else may be typed too.

import { call } from '../api.js';
import { h } from './dom.js';
import { Listbox } from './listbox.js';
import { place } from './picker.js';

const known = new Map(); // by fact: a promise of its values

/** The values that are known for a fact: [{value, label}]. */
export function valuesOf(fact, address) {
  if (!known.has(fact)) known.set(fact, call(`${address}?fact=${encodeURIComponent(fact)}`).then((answer) => answer.values).catch(() => []));
  return known.get(fact);
}

/** Proposes under the field while it has the focus; `take(value)` where one is chosen. */
export function suggest(input, values, take) {
  let open = null;
  const shut = () => {
    open?.popover.remove();
    open = null;
    input.setAttribute('aria-expanded', 'false');
  };
  const show = async () => {
    const options = await values();
    if (!options.length || document.activeElement !== input) return;
    if (!open) {
      const list = new Listbox({ options, choose: (option) => { shut(); take(option.value); } });
      const popover = h('div', { class: 'popover-list' }, list.element);
      document.body.append(popover);
      open = { list, popover };
      list.rule(input);
    }
    open.list.filter(input.value);
    open.popover.hidden = !open.popover.querySelector('.listbox-item');
    place(open.popover, input);
  };
  input.addEventListener('focus', show);
  input.addEventListener('input', show);
  input.addEventListener('blur', shut);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || !open || open.popover.hidden) return;
    if (event.key === 'Escape') { event.stopPropagation(); shut(); }
    else if (event.key === 'Enter' && !input.value.trim()) return;
    else if (open.list.key(event)) event.stopImmediatePropagation();
  });
  return input;
}
