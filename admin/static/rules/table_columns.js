// The columns of a decision table: what their cells are, what they are called, and tables with other columns.

import { read, write } from './table_cells.js';

const USUAL = { set: 'includes', flag: 'is_true' };
const YES_NO = ['is_true', 'is_false', 'present', 'absent'];
const OF_PARAM = { flag: 'yesno', list: 'several', any: 'both' };

export const ANY = '-';

/**
 * Inputs, then each parameter of each output: [{kind, index, place, name, label, of, unit, type, shape, choices, lists, zone, required}].
 * `index` is that of the input or output, `place` that of the cell. `shape`: range, several, words, list, yesno, one or both.
 */
export function columnsOf(table, catalogue, zone) {
  const inputs = (table.inputs ?? []).map((input, index) => inputColumn(input ?? {}, index, catalogue));
  const outputs = (table.outputs ?? []).flatMap((output, index) => paramsOf(output, catalogue).map((name, number) => outputColumn(output, name, index, number, catalogue)));
  const lists = catalogue.setup.lists;
  return [...inputs, ...outputs].map((column, place) => ({ ...column, place, lists, zone }));
}

/** The parameters that an output has columns for, in the effect's own order. */
export function paramsOf(output, catalogue) {
  return (catalogue.effect(output?.do)?.params ?? []).map((param) => param.name).filter((name) => name in output);
}

export function operatorOf(input, fact) { return input.is || USUAL[fact?.type] || 'eq'; }

function inputColumn(input, index, catalogue) {
  const fact = catalogue.fact(input.fact);
  const op = operatorOf(input, fact);
  const shape = YES_NO.includes(op) ? 'yesno' : op === 'between' ? 'range' : catalogue.takesList(op) ? 'list' : op === 'contains_any' ? 'words' : catalogue.takesSeveral(op) ? 'several' : 'one';
  const type = shape === 'yesno' ? 'flag' : fact?.type === 'set' ? 'text' : fact?.type ?? 'text';
  return { kind: 'input', index, name: input.fact, fact, op, label: catalogue.factLabel(input.fact) || '', of: fact ? catalogue.setup.operators[fact.type][op] ?? op : '', shape, type, unit: shape === 'yesno' ? '' : unitOf(fact, catalogue), choices: choices(fact, catalogue) };
}

function outputColumn(output, name, index, number, catalogue) {
  const effect = catalogue.effect(output.do);
  const param = effect.params.find((each) => each.name === name);
  return {
    kind: 'output', index, number, name, effect, param, label: catalogue.said(param.labels), of: catalogue.said(effect.labels), shape: OF_PARAM[param.type] ?? 'one', type: param.type === 'list' ? 'text' : param.type,
    unit: unitOf(param, catalogue), choices: choices(param, catalogue), required: param.required,
  };
}

function unitOf(spec, catalogue) {
  if (spec?.type === 'money') return '¥';
  if (spec?.type === 'weight') return 'g';
  return spec?.unit ? catalogue.setup.units[spec.unit] ?? spec.unit : '';
}

function choices(spec, catalogue) {
  return (spec?.choices ?? []).map((each) => ({ value: each.value, label: catalogue.said(each.labels), also: [each.labels.zh, each.labels.en] }));
}

/** What is drawn anew only when it is another one. */
export function signature(columns) { return JSON.stringify(columns.map(({ kind, index, name, op, shape, effect }) => [kind, index, name, op, shape, effect?.name])); }

// Tables with other columns. Cells go where their columns go.

export function withInput(table, input) {
  const inputs = table.inputs ?? [];
  return { ...table, inputs: [...inputs, input], rows: spliced(table.rows, inputs.length, 0, [ANY]) };
}

export function withOutput(table, effect) {
  const wanted = effect.params.filter((param) => param.required);
  const params = wanted.length ? wanted : effect.params.slice(0, 1);
  const output = { do: effect.name, ...Object.fromEntries(params.map((param) => [param.name, param.type])) };
  return { ...table, outputs: [...(table.outputs ?? []), output], rows: (table.rows ?? []).map((row) => [...row, ...params.map(() => ANY)]) };
}

export function withParam(table, index, param, catalogue) {
  const output = { ...table.outputs[index], [param.name]: param.type };
  const at = startOf(table, index, catalogue) + paramsOf(output, catalogue).indexOf(param.name);
  return { ...table, outputs: table.outputs.map((each, place) => (place === index ? output : each)), rows: spliced(table.rows, at, 0, [ANY]) };
}

/** Without the column; an output that has none left, or lacks what it must have, goes as a whole. */
export function withoutColumn(table, column, catalogue) {
  if (column.kind === 'input') return { ...table, inputs: table.inputs.filter((_, place) => place !== column.index), rows: spliced(table.rows, column.place, 1, []) };
  const left = paramsOf(table.outputs[column.index], catalogue).filter((name) => name !== column.name);
  if (column.required || !left.length) return withoutOutput(table, column.index, catalogue);
  const { [column.name]: _, ...output } = table.outputs[column.index];
  return { ...table, outputs: table.outputs.map((each, place) => (place === column.index ? output : each)), rows: spliced(table.rows, column.place, 1, []) };
}

export function withoutOutput(table, index, catalogue) {
  const count = paramsOf(table.outputs[index], catalogue).length;
  return { ...table, outputs: table.outputs.filter((_, place) => place !== index), rows: spliced(table.rows, startOf(table, index, catalogue), count, []) };
}

/** With an input, or an output with all its parameters, one place further; the same table where there is none. */
export function withColumnMoved(table, column, step, catalogue) {
  const name = column.kind === 'input' ? 'inputs' : 'outputs';
  const to = column.index + step;
  if (to < 0 || to >= table[name].length) return table;
  const order = table[name].map((_, index) => index);
  order.splice(to, 0, ...order.splice(column.index, 1));
  const before = column.kind === 'input' ? 0 : (table.inputs ?? []).length;
  const widths = table[name].map((each) => (column.kind === 'input' ? 1 : paramsOf(each, catalogue).length));
  const starts = widths.map((_, index) => before + sum(widths.slice(0, index)));
  const after = before + sum(widths);
  const moved = (row) => [...row.slice(0, before), ...order.flatMap((index) => row.slice(starts[index], starts[index] + widths[index])), ...row.slice(after)];
  return { ...table, [name]: order.map((index) => table[name][index]), rows: table.rows.map(moved) };
}

/** With another fact or operator in an input; cells become what they say under it. */
export function withInputChanged(table, former, input, catalogue, zone) {
  const changed = { ...table, inputs: table.inputs.map((each, index) => (index === former.index ? input : each)) };
  const column = columnsOf(changed, catalogue, zone)[former.place];
  const cell = (value) => (isAny(value) ? value : former.shape === column.shape && former.type === column.type ? value : read(write(value, former), column));
  return { ...changed, rows: (table.rows ?? []).map((row) => row.map((each, place) => (place === former.place ? cell(each) : each))) };
}

export function isAny(cell) { return cell === ANY || cell === null || cell === undefined; }

function startOf(table, index, catalogue) {
  return (table.inputs ?? []).length + sum(table.outputs.slice(0, index).map((each) => paramsOf(each, catalogue).length));
}

function spliced(rows, at, count, cells) { return (rows ?? []).map((row) => [...row.slice(0, at), ...cells, ...row.slice(at + count)]); }
function sum(numbers) { return numbers.reduce((one, other) => one + other, 0); }
