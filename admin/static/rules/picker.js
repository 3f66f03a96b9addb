// A button that opens a list with a search field: for facts, lists, effects.

import { h, icon } from './dom.js';
import { Listbox } from './listbox.js';
import { say } from './words.js';

let opened = null;

/**
 * `shown`: what the button says; `options()` gives the list; `choose(value)` is told.
 * The button has `open()`, so that what was just added can ask at once.
 */
export function picker({ shown, label, options, value, choose, look = '', placeholder, empty, focus }) {
  const trigger = h('button', {
    type: 'button', class: `picker ${look} ${shown ? '' : 'is-unset'}`, 'aria-haspopup': 'listbox', 'aria-expanded': 'false',
    'aria-label': shown === null ? label : `${label}: ${shown || say('choose')}`, data: focus ? { focus } : {},
    on: {
      click: () => (opened?.trigger === trigger ? shut() : open()),
      keydown: (event) => ['ArrowDown', 'ArrowUp'].includes(event.key) && !event.altKey && (event.preventDefault(), open()),
    },
  }, h('span', {}, shown || placeholder || say('choose')), icon('chevron-down'));
  const open = () => openList({ trigger, label, options: options(), value, choose, empty });
  trigger.open = open;
  return trigger;
}

function openList({ trigger, label, options, value, choose, empty }) {
  shut();
  const take = (option) => {
    shut();
    trigger.focus();
    choose(option.value);
  };
  const list = new Listbox({ options, choose: take, selected: value, empty: empty ?? say('nothing_found') });
  const input = h('input', {
    type: 'search', class: 'form-control form-control-sm', 'aria-label': `${label}: ${say('search')}`, placeholder: say('search'),
    autocomplete: 'off', spellcheck: 'false',
    on: { input: () => list.filter(input.value), keydown: (event) => !event.isComposing && onKey(event, list, trigger) },
  });
  const popover = h('div', { class: 'popover-list' }, options.length > 7 ? h('div', { class: 'popover-search' }, icon('search'), input) : input, list.element);
  if (options.length <= 7) input.classList.add('visually-hidden');
  document.body.append(popover);
  opened = { trigger, popover };
  trigger.setAttribute('aria-expanded', 'true');
  place(popover, trigger);
  list.rule(input);
  input.focus({ preventScroll: true });
  list.filter('');
  setTimeout(() => document.addEventListener('pointerdown', outside));
  addEventListener('resize', shut);
  addEventListener('scroll', follow, { capture: true, passive: true });
}

function onKey(event, list, trigger) {
  if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    shut();
    trigger.focus();
  } else if (event.key === 'Tab') shut();
  else list.key(event);
}

function outside(event) {
  if (opened && !opened.popover.contains(event.target) && !opened.trigger.contains(event.target)) shut();
}

function follow(event) { if (opened && !opened.popover.contains(event.target)) place(opened.popover, opened.trigger); }

function shut() {
  if (!opened) return;
  opened.popover.remove();
  opened.trigger.setAttribute('aria-expanded', 'false');
  opened = null;
  document.removeEventListener('pointerdown', outside);
  removeEventListener('resize', shut);
  removeEventListener('scroll', follow, { capture: true });
}

/** Below its anchor, or above where there is more room; inside the window. */
export function place(popover, anchor) {
  const box = anchor.getBoundingClientRect();
  const below = innerHeight - box.bottom - 12;
  const above = box.top - 12;
  const up = below < 240 && above > below;
  popover.style.maxHeight = `${Math.min(400, Math.max(160, up ? above : below))}px`;
  popover.style.minWidth = `${Math.max(box.width, 220)}px`;
  popover.style.left = `${Math.max(8, Math.min(box.left, innerWidth - popover.offsetWidth - 8))}px`;
  popover.style.top = up ? '' : `${box.bottom + 4}px`;
  popover.style.bottom = up ? `${innerHeight - box.top + 4}px` : '';
}
