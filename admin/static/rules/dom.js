// Elements in one line, and icons of the console's sheet.

const SVG = 'http://www.w3.org/2000/svg';
let sheet = '';

/** Where icons come from; said once, before any is drawn. */
export function drawIconsFrom(address) { sheet = address; }

/** An element: attributes by name, `class`, `data: {…}`, `on: {event: listener}`; properties after a dot ('.value'). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) put(element, name, value);
  element.append(...flat(children));
  return element;
}

function put(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  else if (name === 'data') Object.assign(element.dataset, value);
  else if (name.startsWith('.')) element[name.slice(1)] = value;
  else element.setAttribute(name, value === true ? '' : value);
}

function flat(children) {
  return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false && each !== '');
}

export function icon(name) {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('class', 'icon');
  drawing.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${sheet}#${name}`);
  drawing.append(use);
  return drawing;
}

/** A button with an icon and words; with `quiet` the words are for those who cannot see the icon, and its title. */
export function button(words, name, listener, { look = 'btn btn-sm btn-outline-secondary', quiet = false, ...more } = {}) {
  const said = quiet ? { 'aria-label': words, title: words } : {};
  const shown = quiet ? [] : [h('span', {}, words)];
  return h('button', { type: 'button', class: quiet ? 'icon-button' : look, ...said, ...more, on: { click: listener } },
    name ? icon(name) : null, ...shown);
}

/** An id that no other element of this page has. */
export function freshId(stem = 'f') { return `${stem}-${(freshId.last = (freshId.last ?? 0) + 1)}`; }

/** A labelled field: the label is tied to the first control in it. */
export function field(label, control, { hint, path, required, wide } = {}) {
  const target = control.matches?.('input,select,textarea,button') ? control : control.querySelector?.('input,select,textarea,button');
  if (target && !target.id) target.id = freshId();
  return h('div', { class: `form-field${wide ? ' wide' : ''}` },
    h('label', { for: target?.id }, label, required ? h('i', { class: 'must', 'aria-hidden': 'true' }, '*') : null),
    control, hint ? h('p', { class: 'hint' }, hint) : null, path === undefined ? null : problemSlot(path));
}

/** Where problems of that path, or of what is below it and has no place of its own, are told. */
export function problemSlot(path) {
  return h('div', { class: 'problem-slot', data: { slot: Array.isArray(path) ? path.join('.') : path } });
}
