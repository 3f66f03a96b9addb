// The order in which rules go is that of their priorities, then of their ids. Moving one changes as few priorities as can be.

const USUAL = 50;

export function priorityOf(rule) { return Number.isInteger(rule.priority) ? rule.priority : USUAL; }

/** Rules and tables in the order in which they go. */
export function inOrder(members) {
  return [...members].sort((one, other) => compare(keyOf(one), keyOf(other)));
}

/** The priorities, by id, that change when what is at place `from` goes to place `to` of the order. */
export function reordered(members, from, to, highest) {
  const order = inOrder(members);
  const [moved] = order.splice(from, 1);
  order.splice(to, 0, moved);
  const keys = order.map(keyOf);
  keys[to] = { ...keys[to], priority: between(keys[to - 1], keys[to + 1], keys[to].id) };
  for (let place = to + 1; place < keys.length && compare(keys[place - 1], keys[place]) >= 0; place += 1) keys[place] = { ...keys[place], priority: after(keys[place - 1], keys[place].id) };
  for (let place = keys.length - 1; place >= 0 && keys[place].priority > highest; place -= 1) keys[place] = { ...keys[place], priority: highest };
  return new Map(order.map((member, place) => [member.id, keys[place].priority]).filter(([id], place) => keys[place].priority !== priorityOf(order[place])));
}

function keyOf(member) { return { priority: priorityOf(member), id: String(member.id ?? '') }; }

function compare(one, other) { return one.priority - other.priority || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0); }

/** A priority between two neighbours, in the middle where there is room; else the least after the first. */
function between(before, next, id) {
  if (!before) return next.priority > 0 ? Math.max(0, next.priority - 10) : 0;
  if (!next) return after(before, id) === before.priority ? before.priority : Math.ceil((before.priority + 1) / 10) * 10;
  if (next.priority - before.priority > 1) return Math.floor((before.priority + next.priority) / 2);
  if (before.id < id) return before.priority;
  return next.priority > before.priority && id < next.id ? next.priority : after(before, id);
}

function after(before, id) { return before.id < id ? before.priority : before.priority + 1; }
