// Examples of a rule: facts for which it must fire, or must not. They are run as one types, and again before it is published.

import { factsIn, listsIn } from './conditions.js';
import { chips } from './chips.js';
import { button, h, icon, problemSlot } from './dom.js';
import { factOptions } from './leaf.js';
import { picker } from './picker.js';
import { oneValue, severalValues } from './values.js';
import { say } from './words.js';

const KINDS = ['fires', 'quiet'];
const ROW = 'row'; // of a table's example: the row that it is about
const unfolded = new Set(); // by place

export function examples(ctx) {
  return h('div', { class: 'examples' }, KINDS.map((kind) => section(ctx, kind)), problemSlot('examples'));
}

/** Shows how each came out: {fires: [true…], quiet: […]}, or nothing where the rule cannot be judged yet. */
export function mark(root, results) {
  for (const item of root.querySelectorAll('[data-example]')) {
    const [kind, index] = item.dataset.example.split('.');
    const result = results?.[kind]?.[Number(index)];
    item.classList.toggle('is-right', result === true);
    item.classList.toggle('is-wrong', result === false);
    item.querySelector('.example-result').textContent = result === undefined ? '' : say(result ? 'as_said' : `not_as_said_${kind}`);
  }
}

function section(ctx, kind) {
  const given = ctx.rule.get(['examples', kind]) ?? [];
  const add = () => {
    const now = ctx.rule.get(['examples', kind]) ?? [];
    unfolded.add(key(ctx, kind, now.length));
    ctx.rule.set(['examples'], { ...(ctx.rule.get(['examples']) ?? {}), [kind]: [...now, startingWith(ctx, now)] });
  };
  return h('section', { class: `example-kind is-${kind}` },
    h('h3', {}, icon(kind === 'fires' ? 'check-circle-fill' : 'slash-circle'), say(kind), h('small', {}, given.length || '')),
    given.map((facts, index) => example(ctx, kind, facts, index)),
    button(say(`add_${kind}`), 'plus-lg', add, { look: 'btn btn-sm btn-link adder', data: { focus: `examples.${kind}:add` } }));
}

/** A new example starts from the last one, else from what the catalogue gives as samples. */
function startingWith(ctx, given) {
  if (given.length) return given.at(-1);
  const other = KINDS.map((kind) => ctx.rule.get(['examples', kind])?.at(-1)).find(Boolean);
  return other ?? sampleFacts(ctx);
}

/** Facts that the rule asks for, each with the catalogue's sample. */
export function sampleFacts(ctx) {
  const made = {};
  for (const { name, part } of factsIn(ctx.rule.get(['when']))) {
    const sample = ctx.catalogue.fact(name)?.sample;
    if (sample === undefined || sample === null) continue;
    const value = typeof sample === 'number' && ctx.catalogue.fact(name).type === 'date' ? dateText(sample) : sample;
    if (part) (made[`${part}s`] ??= [{}])[0][name] = value;
    else made[name] = value;
  }
  return made;
}

function example(ctx, kind, facts, index) {
  const path = ['examples', kind, index];
  const place = key(ctx, kind, index);
  const open = unfolded.has(place);
  const fold = () => { if (!unfolded.delete(place)) unfolded.add(place); ctx.redraw(`${path.join('.')}:fold`); };
  return h('div', { class: `example ${open ? 'is-open' : ''}`, data: { example: `${kind}.${index}` } },
    h('div', { class: 'example-head' },
      h('button', { type: 'button', class: 'fold', 'aria-expanded': String(open), data: { focus: `${path.join('.')}:fold` }, on: { click: fold } }, icon('chevron-right'), h('span', { class: 'example-line' }, summary(ctx, facts))),
      h('span', { class: 'example-result' }),
      button(say('duplicate'), 'copy', () => ctx.rule.insert(['examples', kind], index + 1, ctx.rule.get(path)), { quiet: true }),
      button(say('remove_example'), 'x-lg', () => { ctx.focusAfter(`examples.${kind}:add`); remove(ctx, kind, index); }, { quiet: true })),
    open ? factsForm({ ctx, facts: () => ctx.rule.get(path), path: path.join('.'), type: (at, value) => ctx.rule.type([...path, ...at], value), set: (at, value) => ctx.rule.set([...path, ...at], value) }) : null,
    problemSlot(path));
}

function remove(ctx, kind, index) {
  const left = (ctx.rule.get(['examples', kind]) ?? []).filter((_, place) => place !== index);
  const others = Object.fromEntries(Object.entries(ctx.rule.get(['examples'])).filter(([key]) => key !== kind));
  const now = left.length ? { ...ctx.rule.get(['examples']), [kind]: left } : others;
  ctx.rule.set(['examples'], Object.keys(now).length ? now : undefined);
}

/** Facts and their values, to type in: those of the subject, of parts, and what lists hold. */
export function factsForm(form) {
  const { ctx } = form;
  const facts = form.facts();
  const plurals = Object.fromEntries(ctx.catalogue.setup.parts.map((each) => [`${each.code}s`, each]));
  const own = Object.keys(facts).filter((name) => !(name in plurals) && name !== 'lists');
  const wanted = factsIn(ctx.rule.get(['when'])).filter((each) => !each.part && each.name).map((each) => each.name);
  const missing = wanted.filter((name) => !own.includes(name));
  return h('div', { class: 'facts-form' },
    own.map((name) => factRow(form, [name], name, ctx.scope)),
    missing.length ? h('p', { class: 'hint' }, say('unstated', { names: missing.map((name) => ctx.catalogue.factLabel(name)).join(say('comma')) })) : null,
    Object.entries(plurals).filter(([plural]) => facts[plural] !== undefined).map(([plural, part]) => partRows(form, plural, part)),
    facts.lists ? h('div', { class: 'part-rows' }, h('b', {}, say('lists_hold')), Object.entries(facts.lists).map(([code, items]) => listRow(form, code, items))) : null,
    h('div', { class: 'adders' }, addFact(form, [], own, ctx.scope), addMore(form, plurals)));
}

function factRow(form, at, name, scope) {
  const { ctx } = form;
  const fact = ctx.catalogue.fact(name) ?? { name, type: name === ROW ? 'int' : 'text', choices: [], labels: { zh: name, en: name } };
  const value = at.reduce((part, key) => part?.[key], form.facts());
  const path = `${form.path}.${at.join('.')}`;
  const label = labelOf(ctx, name);
  const context = { ...ctx.fields, catalogue: ctx.catalogue, label, path, focus: path, placeholder: say('no_data'), none: say('no_data') };
  const change = (now) => form.type(at, now === undefined ? null : now);
  const control = fact.type === 'set' ? severalValues(fact, value ?? [], change, context) : oneValue(fact, value ?? undefined, change, context);
  return h('div', { class: 'fact-row' }, h('span', { class: 'fact-name' }, label), control,
    button(`${say('remove')} ${label}`, 'x-lg', () => form.set(at, undefined), { quiet: true }), problemSlot(path));
}

function partRows(form, plural, part) {
  const { ctx } = form;
  const rows = form.facts()[plural];
  const now = () => form.facts()[plural];
  const scope = { ...ctx.scope, about: null, part: part.code };
  return h('div', { class: 'part-rows' }, h('b', {}, part.label),
    rows.map((row, index) => h('div', { class: 'part-row' }, h('span', { class: 'part-no' }, index + 1),
      h('div', { class: 'facts-form' }, Object.keys(row).map((name) => factRow(form, [plural, index, name], name, scope)), addFact(form, [plural, index], Object.keys(row), scope, part.code)),
      button(say('remove'), 'x-lg', () => form.set([plural], rows.length > 1 ? now().filter((_, place) => place !== index) : undefined), { quiet: true }))),
    button(say('add_part', { part: part.label }), 'plus-lg', () => form.set([plural], [...now(), now().at(-1) ?? {}]), { look: 'btn btn-sm btn-link adder' }),
    problemSlot(`${form.path}.${plural}`));
}

function listRow(form, code, items) {
  const { ctx } = form;
  const list = ctx.catalogue.list(code);
  const path = `${form.path}.lists.${code}`;
  return h('div', { class: 'fact-row' }, h('span', { class: 'fact-name' }, list?.label ?? code),
    chips({ values: items, label: list?.label ?? code, path, change: (values) => form.type(['lists', code], values) }),
    button(say('remove'), 'x-lg', () => {
      const others = Object.fromEntries(Object.entries(form.facts().lists).filter(([key]) => key !== code));
      form.set(['lists'], Object.keys(others).length ? others : undefined);
    }, { quiet: true }), problemSlot(path));
}

function addFact(form, at, present, scope, part) {
  const { ctx } = form;
  return picker({
    shown: null, label: say('add_fact'), placeholder: say('add_fact'), look: 'adder btn btn-sm btn-link',
    options: () => factOptions(ctx.catalogue, ctx.catalogue.factsFor(scope)).filter((each) => !present.includes(each.value) && (!part || ctx.catalogue.fact(each.value).subject === part)),
    choose: (name) => form.set([...at, name], ctx.catalogue.fact(name).type === 'set' ? [] : null),
  });
}

function addMore(form, plurals) {
  const { ctx } = form;
  const facts = form.facts();
  const parts = Object.entries(plurals).filter(([plural]) => facts[plural] === undefined);
  const codes = listsIn(ctx.rule.get(['when'])).filter((code) => facts.lists?.[code] === undefined);
  const choose = (value) => {
    const [kind, name] = value.split('/');
    if (kind === 'part') form.set([name], [{}]);
    else form.set(['lists'], { ...(form.facts().lists ?? {}), [name]: [] });
  };
  const options = [...parts.map(([plural, part]) => ({ value: `part/${plural}`, label: part.label })), ...codes.map((code) => ({ value: `list/${code}`, label: ctx.catalogue.list(code)?.label ?? code, note: say('a_list') }))];
  return options.length ? picker({ shown: null, label: say('add_parts_or_lists'), placeholder: say('add_parts_or_lists'), look: 'adder btn btn-sm btn-link', options: () => options, choose }) : null;
}

function summary(ctx, facts) {
  const shown = Object.entries(facts).filter(([name]) => ctx.catalogue.fact(name)).map(([name, value]) => `${ctx.catalogue.factLabel(name)} ${valueText(ctx, name, value)}`);
  const parts = ctx.catalogue.setup.parts.filter((each) => facts[`${each.code}s`]).map((each) => `${each.label} × ${facts[`${each.code}s`].length}`);
  const lists = Object.keys(facts.lists ?? {}).map((code) => ctx.catalogue.list(code)?.label ?? code);
  const row = facts[ROW] === undefined ? [] : [say('row_named', { row: facts[ROW] })];
  return [...row, ...shown, ...parts, ...lists].join(' · ') || say('no_facts');
}

function labelOf(ctx, name) { return name === ROW ? say('row_number') : ctx.catalogue.factLabel(name); }

function valueText(ctx, name, value) {
  const fact = ctx.catalogue.fact(name);
  if (value === null || value === undefined) return say('no_data');
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  if (Array.isArray(value)) return value.length ? value.join(say('comma')) : '∅';
  if (fact.type === 'money' && Number.isInteger(value)) return `¥${(value / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;
  const choice = fact.choices.find((each) => each.value === value);
  return choice ? ctx.catalogue.said(choice.labels) : String(value);
}

function key(ctx, kind, index) { return `${ctx.rule.document.id} ${kind} ${index}`; }
function dateText(day) { return `${String(day).slice(0, 4)}-${String(day).slice(4, 6)}-${String(day).slice(6, 8)}`; }
