// The head of a decision table's grid: what each column is, and what can be done with it.

import { h, problemSlot } from './dom.js';
import { factOptions } from './leaf.js';
import { menu } from './menu.js';
import { picker } from './picker.js';
import { operatorOf, paramsOf, withColumnMoved, withInput, withInputChanged, withOutput, withParam, withoutColumn, withoutOutput } from './table_columns.js';
import { select } from './values.js';
import { say } from './words.js';

const FIRST = { int: 'between', money: 'between', weight: 'between', date: 'between', choice: 'in', text: 'in', set: 'includes', flag: 'is_true' };

/** The rows of the head. `ctx`: {rule, catalogue, fields, scope, become(table, focus)}. */
export function heads(ctx, columns) {
  const inputs = columns.filter((column) => column.kind === 'input');
  const outputs = (ctx.rule.get(['outputs']) ?? []).map((output, index) => ({ output, index, columns: columns.filter((column) => column.kind === 'output' && column.index === index) })).filter((each) => each.columns.length);
  const corner = h('th', { class: 'corner', rowspan: '2', scope: 'col', 'aria-label': say('row_number'), 'aria-colindex': '1' }, '#');
  const notes = h('th', { class: 'notes-head', rowspan: '2', scope: 'col', 'aria-colindex': columns.length + 2 }, say('row_notes'), h('small', {}, say('row_hits')));
  return [
    h('tr', { class: 'kinds', 'aria-rowindex': '1' }, corner, inputs.length ? h('th', { class: 'kind', colspan: inputs.length, scope: 'colgroup' }, say('when')) : null, outputs.map((each) => outputHead(ctx, each)), notes),
    h('tr', { class: 'heads', 'aria-rowindex': '2' }, inputs.map((column) => inputHead(ctx, column)), outputs.flatMap((each) => each.columns.map((column) => paramHead(ctx, column)))),
  ];
}

function inputHead(ctx, column) {
  const { catalogue } = ctx;
  const input = ctx.rule.get(['inputs', column.index]) ?? {};
  const become = (changed, focus) => ctx.become(withInputChanged(ctx.rule.document, column, changed, catalogue, ctx.fields.zone), focus);
  const fact = picker({
    shown: column.label, label: say('fact'), look: 'fact', placeholder: say('choose_fact'), value: column.name, focus: `inputs.${column.index}:fact`, empty: say('no_fact'),
    options: () => factOptions(catalogue, catalogue.factsFor(ctx.scope)), choose: (name) => name !== column.name && become(withFact(input, catalogue.fact(name), column), `inputs.${column.index}:fact`),
  });
  fact.title = column.fact ? catalogue.said(column.fact.help) || column.label : column.label;
  const operators = column.fact ? select(catalogue.operators(column.fact).map(([value, label]) => ({ value, label })), column.op, (op) => op && become({ ...input, is: op }, `inputs.${column.index}:op`), { label: `${column.label}: ${say('operator')}`, path: `inputs.${column.index}.is`, focus: `inputs.${column.index}:op` }) : null;
  operators?.options[0].remove();
  return h('th', { class: 'head-cell', scope: 'col', 'aria-colindex': column.place + 2 }, h('div', { class: 'column-head' }, fact, columnMenu(ctx, column)), h('div', { class: 'column-op' }, operators, unit(column)), problemSlot(`inputs.${column.index}`));
}

/** Another fact keeps how it is compared where it can be. */
function withFact(input, fact, column) {
  const keeps = input.fact && fact.operators.includes(column.op);
  return { fact: fact.name, is: keeps ? column.op : usualFor(fact) };
}

function usualFor(fact) { return fact.operators.includes(FIRST[fact.type]) ? FIRST[fact.type] : operatorOf({}, fact); }

function columnMenu(ctx, column) {
  const { rule, catalogue } = ctx;
  const move = (step) => ctx.become(withColumnMoved(rule.document, column, step, catalogue), `inputs.${column.index + step}:menu`);
  const count = rule.get(['inputs']).length;
  return menu(say('column_menu', { column: column.label }), [
    column.index > 0 && { label: say('move_left'), act: () => move(-1) },
    column.index < count - 1 && { label: say('move_right'), act: () => move(1) },
    { label: say('remove_column'), act: () => ctx.become(withoutColumn(rule.document, column, catalogue), 'inputs:add') },
  ], { focus: `inputs.${column.index}:menu` });
}

function outputHead(ctx, { output, index, columns }) {
  const { rule, catalogue } = ctx;
  const [{ effect }] = columns;
  const outputs = rule.get(['outputs']);
  const move = (step) => ctx.become(withColumnMoved(rule.document, columns[0], step, catalogue), `outputs.${index + step}:menu`);
  const missing = effect.params.filter((param) => !paramsOf(output, catalogue).includes(param.name));
  const items = [
    ...missing.map((param) => ({ label: say('add_param', { name: catalogue.said(param.labels) }), act: () => ctx.become(withParam(rule.document, index, param, catalogue), `outputs.${index}:menu`) })),
    index > 0 && { label: say('move_left'), act: () => move(-1) },
    index < outputs.length - 1 && { label: say('move_right'), act: () => move(1) },
    { label: say('remove_effect'), act: () => ctx.become(withoutOutput(rule.document, index, catalogue), 'outputs:add') },
  ];
  return h('th', { class: `kind output tone-${catalogue.tone(effect.name)}`, colspan: columns.length, scope: 'colgroup' },
    h('div', { class: 'column-head' }, h('span', {}, h('small', {}, say('then')), ' ', catalogue.said(effect.labels)), menu(say('column_menu', { column: catalogue.said(effect.labels) }), items, { focus: `outputs.${index}:menu` })), problemSlot(`outputs.${index}`));
}

function paramHead(ctx, column) {
  const drop = () => ctx.become(withoutColumn(ctx.rule.document, column, ctx.catalogue), `outputs.${column.index}:menu`);
  return h('th', { class: 'head-cell output', scope: 'col', 'aria-colindex': column.place + 2 }, h('div', { class: 'column-head' }, h('span', { class: 'param-name' }, column.label, column.required ? h('i', { class: 'must', 'aria-hidden': 'true' }, '*') : null),
    column.required ? null : menu(say('column_menu', { column: column.label }), [{ label: say('remove_column'), act: drop }], { focus: `outputs.${column.index}.${column.name}:menu` })), h('div', { class: 'column-op' }, unit(column)));
}

function unit(column) { return column.unit ? h('span', { class: 'column-unit' }, column.unit === '¥' ? say('in_yuan') : column.unit) : null; }

/** Buttons that add columns, and the effects that every row has because they take nothing. */
export function columnAdders(ctx) {
  const { rule, catalogue, scope } = ctx;
  const inputs = rule.get(['inputs']) ?? [];
  const outputs = rule.get(['outputs']) ?? [];
  const addInput = picker({
    shown: null, label: say('add_input'), placeholder: say('add_input'), look: 'adder btn btn-sm btn-link', focus: 'inputs:add', empty: say('no_fact'), options: () => factOptions(catalogue, catalogue.factsFor(scope)),
    choose: (name) => ctx.become(withInput(rule.document, { fact: name, is: usualFor(catalogue.fact(name)) }), `inputs.${inputs.length}:op`),
  });
  const addOutput = picker({
    shown: null, label: say('add_output'), placeholder: say('add_output'), look: 'adder btn btn-sm btn-link', focus: 'outputs:add',
    options: () => catalogue.effectsFor(scope.about).map((each) => ({ value: each.name, label: catalogue.said(each.labels), note: each.name, help: each.params.map((param) => catalogue.said(param.labels)).join(' · ') })),
    choose: (name) => ctx.become(withOutput(rule.document, catalogue.effect(name)), 'outputs:add'),
  });
  const always = outputs.map((output, index) => ({ output, index })).filter(({ output }) => !paramsOf(output, catalogue).length);
  return h('div', { class: 'column-adders' }, addInput, addOutput, always.map(({ output, index }) => alwaysDone(ctx, output, index)), problemSlot('inputs'), problemSlot('outputs'));
}

function alwaysDone(ctx, output, index) {
  const spec = ctx.catalogue.effect(output?.do);
  const name = spec ? ctx.catalogue.said(spec.labels) : String(output?.do);
  return h('span', { class: 'always-done' }, say('every_row', { name }), h('button', {
    type: 'button', class: 'icon-button', 'aria-label': `${say('remove')} ${name}`, on: { click: () => ctx.become({ ...ctx.rule.document, outputs: ctx.rule.get(['outputs']).filter((_, place) => place !== index) }, 'outputs:add') },
  }, '×'), problemSlot(`outputs.${index}`));
}
