// Fields for values: one for each type of fact or parameter. What they show and what documents hold are the same thing.

import { asDecimal, fromDecimal, fromWhole } from './amounts.js';
import { chips, pressable } from './chips.js';
import { h } from './dom.js';
import { instantAt, wallClock } from './instants.js';
import { suggest, valuesOf } from './suggesting.js';
import { say } from './words.js';

const FEW = 9; // choices that are shown all at once

/**
 * A field for one value. `spec`: {type, unit, choices, name} of a fact or a parameter; `change(value)` is told, with
 * undefined for nothing. Keeps what it was given where nobody changed it.
 */
export function oneValue(spec, value, change, context) {
  const made = ONE[spec.choices?.length ? 'choice' : spec.type] ?? ONE.text;
  return made(spec, value, change, context);
}

/** A field for several values. */
export function severalValues(spec, values, change, context) {
  const given = Array.isArray(values) ? values : values === undefined ? [] : [values];
  const options = choicesOf(spec, context);
  if (options.length && options.length <= FEW && given.every((each) => options.some((option) => option.value === each))) {
    return pressable({ options, values: given, label: context.label, change, path: context.path, focus: context.focus });
  }
  const number = ['int', 'money', 'weight'].includes(spec.type);
  return chips({
    values: given, label: context.label, path: context.path, focus: context.focus, change: (words) => change(number ? words.map((word) => fromWhole(String(word)) ?? word) : words),
    labelOf: (each) => options.find((option) => option.value === each)?.label ?? String(each),
    values_known: options.length ? async () => options : number ? null : known(spec, context),
  });
}

/** Two values, both included. */
export function twoValues(spec, values, change, context) {
  const now = Array.isArray(values) ? [...values] : [];
  const one = (place) => oneValue(spec, now[place], (value) => {
    now[place] = value;
    change(now[0] === undefined && now[1] === undefined ? undefined : [now[0] ?? null, now[1] ?? null]);
  }, { ...context, label: `${context.label}: ${say(place ? 'highest' : 'lowest')}`, path: `${context.path}.${place}`, focus: place ? undefined : context.focus });
  return h('span', { class: 'two-values' }, one(0), h('span', { class: 'quiet' }, say('to')), one(1));
}

const ONE = {
  text: (spec, value, change, context) => {
    const input = textInput(value, context, (text) => change(text === '' ? undefined : text));
    const values = known(spec, context);
    if (values) suggest(input, values, (chosen) => { input.value = chosen; change(chosen); });
    return input;
  },
  int: (spec, value, change, context) => withUnit(textInput(value, { ...context, numeric: true }, (text) => change(fromWhole(text))), unitOf(spec, context)),
  money: (spec, value, change, context) => withUnit(
    textInput(asDecimal(value, 2), { ...context, numeric: true }, (text) => change(fromDecimal(text, 2))), null, '¥'),
  weight: weight,
  date: (spec, value, change, context) => h('input', {
    type: 'date', class: 'form-control form-control-sm', '.value': value ?? '', ...common(context), on: { change: (event) => change(event.target.value || undefined) },
  }),
  instant: (spec, value, change, context) => instantInput(value, change, context),
  choice: (spec, value, change, context) => select(choicesOf(spec, context), value, change, context),
  flag: (spec, value, change, context) => select([{ value: 'true', label: say('yes') }, { value: 'false', label: say('no') }],
    value === undefined ? undefined : String(value), (text) => change(text === undefined ? undefined : text === 'true'), context),
  set: (spec, value, change, context) => (Array.isArray(value) ? severalValues(spec, value, change, context) : ONE.text(spec, value, change, context)),
  list: (spec, value, change, context) => severalValues(spec, value, (values) => change(values.length ? values : undefined), context),
  any: (spec, value, change, context) => bothLanguages(value, change, context),
};

/** A choice of one; a value that is none of them is kept and shown. */
export function select(options, value, change, context) {
  const strange = value !== undefined && value !== null && !options.some((option) => option.value === value);
  return h('select', {
    class: 'form-select form-select-sm', ...common(context),
    on: { change: (event) => change(event.target.value === '' ? undefined : event.target.value) },
  }, h('option', { value: '', '.selected': value === undefined }, context.none ?? say('choose')),
  strange ? h('option', { value, '.selected': true }, String(value)) : null,
  options.map((option) => h('option', { value: option.value, '.selected': option.value === value }, option.label)));
}

/** Text in Chinese and English; text that stands for both stays so until it is told apart. */
export function bothLanguages(value, change, context) {
  const plain = typeof value === 'string';
  const now = plain ? { zh: value, en: '' } : { zh: value?.zh ?? '', en: value?.en ?? '' };
  const told = () => {
    if (!now.zh && !now.en) change(undefined);
    else if (plain && !now.en) change(now.zh);
    else change({ ...(now.zh || 'zh' in (value ?? {}) ? { zh: now.zh } : {}), ...(now.en ? { en: now.en } : {}) });
  };
  const one = (language, name) => {
    const attributes = { ...common({ ...context, label: `${context.label} (${name})`, path: `${context.path}.${language}`, focus: language === 'zh' ? context.focus : undefined }), lang: language };
    const input = context.lines
      ? h('textarea', { class: 'form-control form-control-sm', rows: context.lines, '.value': now[language], ...attributes })
      : h('input', { type: 'text', class: 'form-control form-control-sm', '.value': now[language], ...attributes });
    input.addEventListener('input', () => { now[language] = input.value; told(); });
    return h('div', { class: 'of-language' }, h('span', { 'aria-hidden': 'true' }, name), input);
  };
  return h('div', { class: `both-languages ${context.lines ? 'long' : ''}` }, one('zh', '中'), one('en', 'EN'));
}

export function instantInput(value, change, context) {
  const shown = wallClock(value, context.zone);
  const input = h('input', { type: 'datetime-local', step: '1', class: 'form-control form-control-sm', '.value': shown, ...common(context) });
  input.addEventListener('change', () => change(sameClock(input.value, shown) ? value : instantAt(input.value, context.zone)));
  return input;
}

function sameClock(one, other) { return one && other && new Date(one).getTime() === new Date(other).getTime(); }

function textInput(value, context, change) {
  const text = value === undefined || value === null ? '' : String(value);
  const lines = text.split('\n').length; // a field of one line would lose them
  return h(lines > 1 ? 'textarea' : 'input', {
    ...(lines > 1 ? { rows: Math.min(lines, 6) } : { type: 'text' }), class: `form-control form-control-sm ${context.numeric ? 'number' : ''}`, inputmode: context.numeric ? 'decimal' : null, autocomplete: 'off', spellcheck: 'false',
    translate: 'no', '.value': text, ...common(context), on: { input: (event) => change(event.target.value) },
  });
}

function weight(spec, value, change, context) {
  let places = Number.isInteger(value) && Math.abs(value) >= 1000 ? 3 : 0;
  const shown = () => (places ? asDecimal(value, 3, { trim: true }) : value ?? '');
  const read = (text) => (places ? fromDecimal(text, 3) : fromWhole(text));
  const input = textInput(shown(), { ...context, numeric: true }, (text) => { value = read(text); change(value); });
  const unit = h('select', { class: 'form-select form-select-sm unit', 'aria-label': say('unit') },
    h('option', { value: '0', '.selected': !places }, 'g'), h('option', { value: '3', '.selected': places === 3 }, 'kg'));
  unit.addEventListener('change', () => {
    if (Number(unit.value) === places) return;
    places = Number(unit.value);
    value = read(input.value);
    change(value);
  });
  return h('span', { class: 'with-unit' }, input, unit);
}

function withUnit(input, unit, sign) {
  if (!unit && !sign) return input;
  return h('span', { class: 'with-unit' }, sign ? h('span', { class: 'unit-sign' }, sign) : null, input, unit ? h('span', { class: 'unit-name' }, unit) : null);
}

function unitOf(spec, context) { return spec.unit && spec.unit !== 'cents' ? context.catalogue.setup.units[spec.unit] ?? spec.unit : null; }

export function choicesOf(spec, context) {
  return (spec.choices ?? []).map((choice) => ({ value: choice.value, label: context.catalogue.said(choice.labels) }));
}

function known(spec, context) { return spec.name?.includes('.') && context.known ? () => valuesOf(spec.name, context.known) : null; }

function common(context) {
  return { 'aria-label': context.label, data: { path: context.path, ...(context.focus ? { focus: context.focus } : {}) }, placeholder: context.placeholder };
}
