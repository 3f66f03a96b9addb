// The conditions of a rule: groups inside groups, each line editable, all of it by mouse and by keyboard.

import { howOf, kindOf, lineOf, QUANTIFIERS } from './conditions.js';
import { button, h, icon, problemSlot } from './dom.js';
import { factOptions, Line } from './leaf.js';
import { menu } from './menu.js';
import { picker } from './picker.js';
import { oneValue, select, twoValues } from './values.js';
import { say } from './words.js';

const ROOT = ['when'];
const MEASURES = ['count', 'sum'];

/** The whole condition of a rule. */
export function conditions(ctx) {
  const node = ctx.rule.get(ROOT);
  if (node === undefined || node === null) {
    return h('div', { class: 'always' }, h('p', {}, icon('info-circle-fill'), ' ', say('always_help')), adders(ctx, ROOT, null), problemSlot(ROOT));
  }
  return h('div', { class: 'tree' }, any(ctx, ROOT, node));
}

/** A node, whatever it is; a line or a quantifier that stands alone gets a way to add another. */
function any(ctx, path, node) {
  const kind = lineOf(node) ? 'leaf' : kindOf(node);
  if (kind === 'all' || kind === 'any') return group(ctx, path, node, kind);
  if (kind === 'not') return negation(ctx, path, node);
  const alone = typeof path.at(-1) !== 'number';
  const row = kind === 'quantifier' ? quantifier(ctx, path, node) : line(ctx, path, node);
  return alone ? h('div', { class: 'alone' }, row, adders(ctx, path, node)) : row;
}

function group(ctx, path, node, kind) {
  const members = node[kind];
  const other = kind === 'all' ? 'any' : 'all';
  const turn = (to) => {
    if (to === kind) return;
    ctx.focusAfter(`${path.join('.')}:${to}`);
    ctx.rule.set(path, { [to]: ctx.rule.get([...path, kind]) });
  };
  const one = (which) => h('button', {
    type: 'button', 'aria-pressed': String(which === kind), data: { focus: `${path.join('.')}:${which}` }, on: { click: () => turn(which) },
  }, say(`group_${which}`));
  return h('fieldset', { class: `group is-${kind}`, data: { node: path.join('.') } },
    h('legend', { class: 'visually-hidden' }, say(`group_${kind}`)),
    h('div', { class: 'group-head' }, h('div', { class: 'segments joiner', role: 'group', 'aria-label': say('joiner') }, one('all'), one('any')),
      path.length > 1 ? tools(ctx, path, [{ label: say(`into_${other}`), act: () => turn(other) }]) : null),
    h('ol', { class: 'members', data: { joiner: say(`joiner_${kind}`) } }, members.map((member, index) => h('li', { data: { joiner: index ? say(`joiner_${kind}`) : '' } }, any(ctx, [...path, kind, index], member)))),
    problemSlot([...path, kind]), adders(ctx, path, node));
}

function negation(ctx, path, node) {
  return h('fieldset', { class: 'group is-not', data: { node: path.join('.') } },
    h('legend', { class: 'visually-hidden' }, say('group_not')),
    h('div', { class: 'group-head' }, h('b', { class: 'not-label' }, say('group_not')),
      tools(ctx, path, [{ label: say('drop_not'), act: () => ctx.rule.set(path, ctx.rule.get([...path, 'not'])) }])),
    any(ctx, [...path, 'not'], node.not));
}

function line(ctx, path, node) {
  const made = new Line(ctx, path, node);
  return h('div', { class: 'line', data: { node: path.join('.') } }, made.controls(), tools(ctx, path, made.offers()), problemSlot(path));
}

function quantifier(ctx, path, node) {
  const how = howOf(node);
  const key = path.join('.');
  const { part, fields } = { part: node[how], fields: ctx.fields };
  const become = (changed) => ctx.rule.set(path, changed);
  const hows = select(QUANTIFIERS.map((each) => ({ value: each, label: say(`how_${each}`) })), how, (to) => to && become(requantified(ctx.rule.get(path), how, to)),
    { label: say('how'), path: `${key}.${how}`, focus: `${key}:how` });
  hows.options[0].remove();
  const parts = select(ctx.catalogue.setup.parts.map((each) => ({ value: each.code, label: each.label })), part, (to) => to && become(repartitioned(ctx.rule.get(path), how, to)),
    { label: say('part'), path: `${key}.${how}:part`, focus: `${key}:fact`, none: say('choose_part') });
  const where = node.where === undefined ? null : h('div', { class: 'where' }, h('span', { class: 'where-label' }, say(how === 'every' ? 'each_satisfies' : 'that_satisfy')),
    any({ ...ctx, scope: { ...ctx.scope, part } }, [...path, 'where'], node.where));
  return h('fieldset', { class: 'group is-quantifier', data: { node: key } },
    h('legend', { class: 'visually-hidden' }, say('of_parts')),
    h('div', { class: 'line-head' }, h('div', { class: 'line-controls' }, hows, parts, how === 'sum' ? summed(ctx, path, node) : null,
      MEASURES.includes(how) ? measure(ctx, path, node, how, fields) : null), tools(ctx, path)),
    problemSlot(path), where,
    where || !part ? null : button(say('add_where'), 'plus-lg', () => { ctx.openAfter(`${key}.where:fact`); ctx.rule.set([...path, 'where'], {}); }, { look: 'btn btn-sm btn-link adder' }));
}

function summed(ctx, path, node) {
  const scope = { about: null, part: node.sum, types: ['int', 'money', 'weight'] };
  return picker({
    shown: node.of ? ctx.catalogue.factLabel(node.of) : '', label: say('summed'), look: 'fact', placeholder: say('choose_fact'), value: node.of, focus: `${path.join('.')}:of`,
    options: () => factOptions(ctx.catalogue, ctx.catalogue.factsFor(scope).filter((fact) => fact.subject === node.sum)), choose: (name) => ctx.rule.set([...path, 'of'], name),
  });
}

function measure(ctx, path, node, how, fields) {
  const key = path.join('.');
  const spec = how === 'sum' && ctx.catalogue.fact(node.of) || { type: 'int' };
  const ops = select(ctx.catalogue.measures().map(([value, label]) => ({ value, label })), node.is, (op) => op && ctx.rule.set(path, compared(ctx.rule.get(path), op)),
    { label: say('operator'), path: `${key}.is`, focus: `${key}:op`, none: say('choose') });
  ops.classList.add('operator');
  const context = { ...fields, catalogue: ctx.catalogue, label: say('value'), path: `${key}.value`, focus: `${key}:value` };
  const type = (value) => ctx.rule.type([...path, 'value'], value);
  return [ops, h('span', { class: 'operand' }, (node.is === 'between' ? twoValues : oneValue)(spec, node.value, type, context))];
}

/** What can be added beside or inside a node. */
function adders(ctx, path, node) {
  const key = path.join('.');
  const kind = node ? kindOf(node) : null;
  const isGroup = kind === 'all' || kind === 'any';
  const add = (member, last) => {
    const now = ctx.rule.get(path);
    const index = isGroup ? now[kind].length : now ? 1 : 0;
    const made = `${key}.${isGroup ? kind : 'all'}.${index}`;
    if (last.open) ctx.openAfter(`${made}${last.open}`);
    else ctx.focusAfter(`${made}${last.focus}`);
    if (isGroup) ctx.rule.insert([...path, kind], index, member);
    else ctx.rule.set(path, { all: now ? [now, member] : [member] });
  };
  const inside = ctx.scope.part;
  const opposite = kind === 'any' ? 'all' : 'any';
  return h('div', { class: 'adders' },
    button(say('add_condition'), 'plus-lg', () => add({}, { open: ':fact' }), { look: 'btn btn-sm btn-link adder', data: { focus: `${key}:add` } }),
    button(say('add_group'), 'plus-square-dotted', () => add({ [opposite]: [{}] }, { open: `.${opposite}.0:fact` }), { look: 'btn btn-sm btn-link adder' }),
    inside || !ctx.catalogue.setup.parts.length ? null
      : button(say('add_quantifier'), 'list-ul', () => add({ some: 'line' }, { focus: ':how' }), { look: 'btn btn-sm btn-link adder' }));
}

/** The menu of a node, and removing it. */
function tools(ctx, path, offers = []) {
  const index = path.at(-1);
  const inList = typeof index === 'number';
  const siblings = inList ? ctx.rule.get(path.slice(0, -1)) : [];
  const kind = inList ? path.at(-2) : null;
  const wrapped = (as) => () => ctx.rule.set(path, as === 'not' ? { not: ctx.rule.get(path) } : { [as]: [ctx.rule.get(path)] });
  const move = (to) => () => { ctx.focusAfter(`${[...path.slice(0, -1), to].join('.')}:menu`); ctx.rule.move(path.slice(0, -1), index, to); };
  return h('span', { class: 'node-tools' },
    menu(say('more'), [
      ...offers,
      { label: say('wrap_not'), act: wrapped('not') },
      { label: say(kind === 'any' ? 'wrap_all' : 'wrap_any'), act: wrapped(kind === 'any' ? 'all' : 'any') },
      inList && { label: say('duplicate'), act: () => ctx.rule.insert(path.slice(0, -1), index + 1, ctx.rule.get(path)) },
      inList && index > 0 && { label: say('move_up'), note: 'Alt ↑', act: move(index - 1) },
      inList && index < siblings.length - 1 && { label: say('move_down'), note: 'Alt ↓', act: move(index + 1) },
    ], { focus: `${path.join('.')}:menu` }),
    button(say('remove_condition'), 'x-lg', () => removeNode(ctx, path), { quiet: true }));
}

/** Takes a node out, and what would be left empty with it. */
function removeNode(ctx, path) {
  const last = path.at(-1);
  if (typeof last !== 'number') {
    if (last === 'not') removeNode(ctx, path.slice(0, -1));
    else ctx.rule.set(path, undefined);
    return;
  }
  const siblings = path.slice(0, -1);
  if (ctx.rule.get(siblings).length === 1) removeNode(ctx, path.slice(0, -2));
  else {
    ctx.focusAfter(`${path.slice(0, -2).join('.')}:add`);
    ctx.rule.remove(siblings, last);
  }
}

/** Alt and an arrow move the line that has the focus among its siblings. */
export function moveByKey(ctx, event) {
  if (!event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
  const node = event.target.closest('[data-node]')?.dataset.node;
  const path = node?.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (!path || typeof path.at(-1) !== 'number') return;
  const to = path.at(-1) + (event.key === 'ArrowUp' ? -1 : 1);
  const siblings = ctx.rule.get(path.slice(0, -1));
  if (to < 0 || to >= siblings.length) return;
  event.preventDefault();
  const focus = document.activeElement.dataset.focus?.replace(`${node}`, [...path.slice(0, -1), to].join('.'));
  if (focus) ctx.focusAfter(focus);
  ctx.rule.move(path.slice(0, -1), path.at(-1), to);
}

function without(node, ...keys) { return Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key))); }

/** A count or a sum with another operator, keeping what fits. */
function compared(node, op) {
  const { value, ...rest } = node;
  if (value === undefined) return { ...rest, is: op };
  const values = Array.isArray(value) ? value : [value];
  return { ...rest, is: op, value: op === 'between' ? [values[0], values[1] ?? values[0]] : values[0] };
}

function requantified(node, how, to) {
  const { where, is, value, of } = node;
  const measured = MEASURES.includes(to) ? { is: is ?? 'gte', ...(value === undefined ? {} : { value }) } : {};
  return { [to]: node[how], ...(to === 'sum' && of ? { of } : {}), ...(where !== undefined ? { where } : to === 'every' ? { where: {} } : {}), ...measured };
}

/** Over other parts, conditions over the former ones mean nothing. */
function repartitioned(node, how, part) {
  if (part === node[how]) return node;
  return { ...without(node, 'where', 'of'), [how]: part, ...(how === 'every' ? { where: {} } : {}) };
}
