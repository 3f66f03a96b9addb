// What a rule does: one card an effect, its fields from the catalogue.

import { button, field, h, problemSlot } from './dom.js';
import { factOptions } from './leaf.js';
import { picker } from './picker.js';
import { bothLanguages, choicesOf, oneValue } from './values.js';
import { say } from './words.js';

const FEW = 8;
const shownFields = new Set(); // optional fields that somebody has asked for, by place

export function effects(ctx) {
  const then = ctx.rule.get(['then']) ?? [];
  return h('div', { class: 'effects' }, then.map((effect, index) => card(ctx, effect, index)), problemSlot(['then']), adder(ctx));
}

function card(ctx, effect, index) {
  const spec = ctx.catalogue.effect(effect?.do);
  const path = ['then', index];
  return h('div', { class: `effect tone-${ctx.catalogue.tone(effect?.do)}` },
    h('div', { class: 'effect-head' }, chooser(ctx, effect, path),
      h('span', { class: 'node-tools' }, index ? button(say('move_up'), 'arrow-up', () => ctx.rule.move(['then'], index, index - 1), { quiet: true }) : null,
        button(say('remove_effect'), 'x-lg', () => { ctx.focusAfter('then:add'); ctx.rule.remove(['then'], index); }, { quiet: true }))),
    spec ? fields(ctx, spec, effect, path) : null, problemSlot(path));
}

function chooser(ctx, effect, path) {
  const spec = ctx.catalogue.effect(effect?.do);
  return picker({
    shown: spec ? ctx.catalogue.said(spec.labels) : effect?.do, label: say('effect'), look: 'effect-name', placeholder: say('choose_effect'), value: effect?.do, focus: `${path.join('.')}:do`,
    options: () => options(ctx), choose: (name) => name !== effect?.do && begin(ctx, path, name),
  });
}

function begin(ctx, path, name) {
  const first = ctx.catalogue.effect(name).params[0];
  if (first) ctx.focusAfter(`${path.join('.')}.${first.name}`);
  ctx.rule.set(path, { do: name });
}

function options(ctx) {
  return ctx.catalogue.effectsFor(ctx.scope.about).map((each) => ({
    value: each.name, label: ctx.catalogue.said(each.labels), note: each.name, help: each.params.map((param) => ctx.catalogue.said(param.labels)).join(' · '),
    also: `${each.labels.zh} ${each.labels.en}`,
  }));
}

function adder(ctx) {
  return h('div', { class: 'adders' }, picker({
    shown: null, label: say('add_effect'), placeholder: say('add_effect'), look: 'adder btn btn-sm btn-link', focus: 'then:add', options: () => options(ctx),
    choose: (name) => {
      const now = ctx.rule.get(['then']) ?? [];
      const index = now.length;
      const first = ctx.catalogue.effect(name).params[0];
      ctx.focusAfter(first ? `then.${index}.${first.name}` : `then.${index}:do`);
      ctx.rule.set(['then'], [...now, { do: name }]);
    },
  }));
}

function fields(ctx, spec, effect, path) {
  if (!spec.params.length) return null;
  const place = `${ctx.rule.document.id} ${path.join('.')} ${spec.name}`;
  const needsOne = !spec.params.some((param) => param.required);
  const stated = (param) => effect[param.name] !== undefined && effect[param.name] !== null;
  const open = shownFields.has(place) || needsOne;
  const shown = spec.params.filter((param) => param.required || stated(param) || open);
  const hidden = spec.params.filter((param) => !shown.includes(param));
  return h('div', { class: 'params' }, shown.map((param) => parameter(ctx, spec, param, effect, path)),
    hidden.length ? button(say('more_fields', { names: hidden.map((param) => ctx.catalogue.said(param.labels)).join(say('comma')) }), 'plus-lg', () => {
      shownFields.add(place);
      ctx.redraw(`${[...path, hidden[0].name].join('.')}`);
    }, { look: 'btn btn-sm btn-link adder' }) : null);
}

function parameter(ctx, spec, param, effect, path) {
  const place = [...path, param.name];
  const label = ctx.catalogue.said(param.labels);
  const value = effect[param.name] ?? undefined;
  const takes = ctx.catalogue.factsFor({ ...ctx.scope, types: ctx.catalogue.setup.fact_types[param.type] ?? [] });
  const fromFact = value !== null && typeof value === 'object' && 'fact' in value;
  const control = fromFact ? reference(ctx, value, place, takes, label) : plain(ctx, spec, param, effect, value, place, label);
  const turn = takes.length && !param.choices.length ? button(say(fromFact ? 'type_value' : 'take_from_fact'), fromFact ? 'pencil' : 'link-45deg', () => {
    if (fromFact) ctx.focusAfter(place.join('.'));
    else ctx.openAfter(`${place.join('.')}:fact`);
    ctx.rule.set(place, fromFact ? undefined : { fact: '' });
  }, { quiet: true }) : null;
  return field(label, h('span', { class: 'param-control' }, control, turn), { path: place, required: param.required, wide: param.type === 'any' || param.type === 'text' });
}

function reference(ctx, value, place, takes, label) {
  return picker({
    shown: value.fact ? ctx.catalogue.factLabel(value.fact) : '', label, look: 'fact', placeholder: say('choose_fact'), value: value.fact, focus: `${place.join('.')}:fact`,
    options: () => factOptions(ctx.catalogue, takes), choose: (name) => ctx.rule.set(place, { fact: name }),
  });
}

function plain(ctx, spec, param, effect, value, place, label) {
  const context = { ...ctx.fields, catalogue: ctx.catalogue, label, path: place.join('.'), focus: place.join('.'), ...usually(ctx, spec, param, effect) };
  const change = (now) => ctx.rule.type(place, now);
  if (param.choices.length > FEW) {
    const options = choicesOf(param, context).map((each) => ({ ...each, note: each.value }));
    return picker({ shown: options.find((each) => each.value === value)?.label ?? value, label, value, focus: context.focus, options: () => options, choose: (now) => ctx.rule.set(place, now) });
  }
  if (param.choices.length && param.required !== true) context.none = context.placeholder ?? say('not_stated');
  if (param.type === 'any') return bothLanguages(value, change, context);
  if (param.choices.length) return oneValue(param, value, (now) => ctx.rule.set(place, now), context);
  return oneValue(param, value, change, context);
}

/** What a field comes to where it is left empty, read off the table of hold reasons. */
function usually(ctx, spec, param, effect) {
  const row = spec.params.map((each) => ctx.catalogue.holds.get(effect[each.name])).find(Boolean);
  const value = row?.[param.name];
  if (value === undefined || value === null || param.required) return {};
  const said = choicesOf(param, { catalogue: ctx.catalogue }).find((each) => each.value === value)?.label ?? String(value);
  return { placeholder: say('usually', { value: said }) };
}

/** Whether the rule keeps orders or candidates back, so that missing data should rather stop too. */
export function stops(rule, catalogue) {
  const then = rule?.then ?? [];
  return !then.length || then.some((each) => ['warn', 'bad'].includes(catalogue.tone(each?.do)));
}

