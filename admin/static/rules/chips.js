// Several words, each a chip: Enter or a comma adds one, Backspace in an empty field takes the last.

import { h, icon } from './dom.js';
import { suggest } from './suggesting.js';
import { say } from './words.js';

/** `change(values)` is told; `labelOf(value)` says what a chip shows. */
export function chips({ values, label, change, labelOf = (value) => value, values_known, path, focus }) {
  let now = [...values];
  const input = h('input', {
    type: 'text', class: 'chip-input', 'aria-label': label, autocomplete: 'off', spellcheck: 'false',
    data: { path, ...(focus ? { focus } : {}) },
  });
  const box = h('div', { class: 'chip-box', on: { click: (event) => event.target === box && input.focus() } });
  const draw = () => {
    box.replaceChildren(...now.map((value, index) => h('span', { class: 'word-chip' }, h('span', { translate: 'no' }, labelOf(value)),
      h('button', { type: 'button', 'aria-label': `${say('remove')} ${labelOf(value)}`, on: { click: () => { become(now.filter((_, place) => place !== index)); input.focus(); } } }, icon('x-lg')))), input);
    input.placeholder = now.length ? '' : say('type_and_enter');
  };
  const become = (values) => {
    now = values;
    draw();
    change(now);
  };
  const add = (text) => {
    const words = text.split(/[,，、;；\n\t]/).map((word) => word.trim()).filter((word) => word && !now.includes(word));
    input.value = '';
    if (words.length) become([...now, ...words]);
  };
  draw();
  if (values_known) suggest(input, async () => (await values_known()).filter((each) => !now.includes(each.value)), (value) => { add(value); input.focus(); });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') { event.preventDefault(); add(input.value); }
    else if (event.key === 'Backspace' && !input.value && now.length) become(now.slice(0, -1));
  });
  input.addEventListener('input', () => /[,，、;；\n\t]$/.test(input.value) && add(input.value));
  input.addEventListener('paste', (event) => {
    const text = event.clipboardData.getData('text');
    if (!/[,，、;；\n\t]/.test(text)) return;
    event.preventDefault();
    add(text);
  });
  input.addEventListener('blur', () => box.isConnected && add(input.value)); // not while it is drawn anew
  return box;
}

/** Several of a few: each a button that is pressed or not. */
export function pressable({ options, values, label, change, path, focus }) {
  let now = [...values];
  const toggle = (value, button) => {
    now = now.includes(value) ? now.filter((each) => each !== value) : options.map((each) => each.value).filter((each) => now.includes(each) || each === value);
    button.setAttribute('aria-pressed', String(now.includes(value)));
    change(now);
  };
  return h('div', { class: 'pressables', role: 'group', 'aria-label': label, data: { path } }, options.map((option, index) => h('button', {
    type: 'button', class: 'pressable', 'aria-pressed': String(now.includes(option.value)), data: focus && !index ? { focus } : {},
    on: { click: (event) => toggle(option.value, event.currentTarget) },
  }, option.label)));
}
