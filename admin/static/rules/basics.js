// What a rule is called, why it is there, where it stands, when it is in force.

import { button, field, h, problemSlot } from './dom.js';
import { bothLanguages, instantInput, oneValue, select } from './values.js';
import { say } from './words.js';

export function title(ctx) {
  const { rule } = ctx;
  const change = (value) => ctx.titled(value);
  return h('div', { class: 'title-fields' },
    field(say('title'), bothLanguages(rule.get(['title']), change, of(ctx, say('title'), 'title', { placeholder: say('title_help') })), { path: 'title', required: true, wide: true }));
}

export function details(ctx) {
  const { rule } = ctx;
  const why = bothLanguages(rule.get(['why']), (value) => rule.type(['why'], value), of(ctx, say('why'), 'why', { lines: 3 }));
  const priority = oneValue({ type: 'int' }, rule.get(['priority']), (value) => rule.type(['priority'], value), of(ctx, say('priority'), 'priority', { placeholder: '50' }));
  return h('div', { class: 'basics' },
    field(say('why'), why, { path: 'why', required: true, wide: true, hint: say('why_help') }),
    h('div', { class: 'basics-row' },
      field(say('priority'), priority, { path: 'priority', hint: say('priority_help') }),
      field(say('slug'), slug(ctx), { path: 'id', required: true, hint: ctx.isNew ? say('slug_help') : say('slug_fixed') })));
}

/** Whom the rule judges. */
export function about(ctx) {
  const now = ctx.rule.get(['about']) ?? 'order';
  const options = ctx.catalogue.setup.subjects.map((each) => ({ value: each.code, label: each.label }));
  const made = select(options, now, (to) => to && to !== now && ctx.rule.set(['about'], to), { label: say('about'), path: 'about', focus: 'about' });
  made.options[0].remove();
  return made;
}

/** The slug of a rule that was never published may still change; others know a published one by it. */
function slug(ctx) {
  const stage = `${ctx.catalogue.setup.stage}.`;
  const id = ctx.rule.get(['id']) ?? '';
  const input = h('input', {
    type: 'text', class: 'form-control form-control-sm mono', translate: 'no', '.value': id.startsWith(stage) ? id.slice(stage.length) : id, '.readOnly': !ctx.isNew, 'aria-label': say('slug'),
    data: { path: 'id', focus: 'id' }, on: { input: () => ctx.isNew && ctx.rule.type(['id'], `${stage}${input.value.trim()}`) },
  });
  return h('span', { class: 'with-unit' }, h('span', { class: 'unit-sign mono', translate: 'no' }, stage), input);
}

/** The window in which a rule is in force, folded away until there is one. */
export function effective(ctx) {
  const { rule } = ctx;
  const now = rule.get(['effective']);
  if (!now) {
    const limit = () => { ctx.focusAfter('effective.from'); rule.set(['effective'], {}); };
    return h('div', { class: 'window' }, h('span', { class: 'quiet' }, say('always_in_force')),
      button(say('limit_time'), 'clock', limit, { look: 'btn btn-sm btn-link adder', data: { focus: 'effective:add' } }), problemSlot('effective'));
  }
  const instant = (name) => instantInput(now[name], (value) => rule.type(['effective', name], value), of(ctx, say(`window_${name}`), `effective.${name}`));
  const choices = [{ value: 'placed_at', label: say('by_placed_at') }, { value: 'now', label: say('by_now') }];
  const byDefault = say('by_default', { which: say(ctx.catalogue.setup.by_placing ? 'by_placed_at' : 'by_now') });
  const by = select(choices, now.by ?? undefined, (value) => rule.type(['effective', 'by'], value), of(ctx, say('window_by'), 'effective.by', { none: byDefault }));
  const drop = () => { ctx.focusAfter('effective:add'); rule.set(['effective'], undefined); };
  return h('div', { class: 'window' },
    field(say('window_from'), instant('from'), { path: 'effective.from' }),
    field(say('window_until'), instant('until'), { path: 'effective.until' }),
    field(say('window_by'), by, { path: 'effective.by' }), button(say('drop_window'), 'x-lg', drop, { quiet: true }),
    h('p', { class: 'hint' }, say('until_help')), problemSlot('effective'));
}

function of(ctx, label, path, more = {}) { return { ...ctx.fields, catalogue: ctx.catalogue, label, path, focus: path, ...more }; }
