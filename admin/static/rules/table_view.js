// A decision table, to read. Its grid is edited elsewhere; what stands here is what the rules of the stage are read beside.

import { h } from './dom.js';
import { say } from './words.js';

export function tableView(table, catalogue) {
  const title = typeof table.title === 'string' ? table.title : table.title?.[catalogue.language] ?? table.id;
  const inputs = (table.inputs ?? []).map((each) => {
    const fact = catalogue.fact(each.fact);
    const op = fact && each.is ? catalogue.setup.operators[fact.type][each.is] ?? each.is : '';
    return h('th', { scope: 'col' }, catalogue.factLabel(each.fact), h('small', {}, op));
  });
  const outputs = (table.outputs ?? []).flatMap((each) => {
    const spec = catalogue.effect(each.do);
    return Object.keys(each).filter((name) => name !== 'do').map((name) => {
      const param = spec?.params.find((one) => one.name === name);
      return h('th', { scope: 'col', class: 'output' }, spec ? catalogue.said(spec.labels) : each.do, h('small', {}, param ? catalogue.said(param.labels) : name));
    });
  });
  return h('div', { class: 'table-view' }, h('h2', { translate: 'no' }, title), h('p', { class: 'hint' }, say('table_help', { hit: say(`hit_${table.hit}`) })),
    h('div', { class: 'table-box' }, h('table', { class: 'plain' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, '#'), inputs, outputs)),
      h('tbody', {}, (table.rows ?? []).map((row, index) => h('tr', {}, h('th', { scope: 'row' }, index + 1), row.map((cell) => h('td', { translate: 'no' }, cellText(cell, catalogue)))))))));
}

function cellText(cell, catalogue) {
  if (cell === '-' || cell === null) return say('any_value');
  if (Array.isArray(cell)) return cell.map((each) => (each === null ? '∞' : each)).join(say('comma'));
  if (typeof cell === 'boolean') return say(cell ? 'yes' : 'no');
  if (typeof cell === 'object') return catalogue.list(cell.list)?.label ?? JSON.stringify(cell);
  return String(cell);
}
