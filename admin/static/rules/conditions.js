// What can be done with the conditions of a rule document, without any of it on the screen.

export const QUANTIFIERS = ['some', 'every', 'no', 'count', 'sum'];
const GUARDS = { also: ['any', 'absent'], skip: ['all', 'present'] };

export function kindOf(node) {
  if (!node || typeof node !== 'object') return 'leaf';
  if (Array.isArray(node.all)) return 'all';
  if (Array.isArray(node.any)) return 'any';
  if ('not' in node) return 'not';
  return QUANTIFIERS.some((how) => how in node) ? 'quantifier' : 'leaf';
}

export function howOf(node) { return QUANTIFIERS.find((how) => how in node); }

/**
 * What a node shows as one line: a leaf, and what it says of missing data.
 * `unknown`: 'also' ({any: [absent, leaf]}), 'skip' ({all: [present, leaf]}) or 'plain'; `inner` is the leaf's path in it.
 */
export function lineOf(node) {
  for (const [unknown, [group, guard]] of Object.entries(GUARDS)) {
    const members = node?.[group];
    if (!Array.isArray(members) || members.length !== 2 || Object.keys(node).length !== 1) continue;
    const [first, leaf] = members;
    if (isGuard(first, guard) && kindOf(leaf) === 'leaf' && leaf?.fact === first.fact && !['present', 'absent'].includes(leaf.is)) {
      return { leaf, unknown, inner: [group, 1] };
    }
  }
  return kindOf(node) === 'leaf' ? { leaf: node ?? {}, unknown: 'plain', inner: [] } : null;
}

/** The node of a line. */
export function nodeOf(leaf, unknown) {
  if (unknown === 'plain' || !leaf.fact || ['present', 'absent'].includes(leaf.is)) return leaf;
  const [group, guard] = GUARDS[unknown];
  return { [group]: [{ fact: leaf.fact, is: guard }, leaf] };
}

function isGuard(node, guard) {
  return node && node.is === guard && typeof node.fact === 'string' && Object.keys(node).length === 2;
}

/** Whether a condition stands under an odd number of negations, and for which facts absence is spoken for. */
export function surroundings(when, path) {
  let node = when;
  let negated = false;
  const guarded = new Set();
  for (const key of path) {
    if (key === 'not' || (key === 'where' && node && ('no' in node || node.is === 'neq'))) negated = !negated;
    if (key === 'all' || key === 'any') {
      const guard = key === 'all' ? 'present' : 'absent';
      for (const each of node?.[key] ?? []) if (each?.is === guard) guarded.add(each.fact);
    }
    node = node?.[key];
  }
  return { negated, guarded };
}

/** Every fact that a condition names, in reading order; those of quantified parts come with the part. */
export function factsIn(node, part = null, found = []) {
  if (!node || typeof node !== 'object') return found;
  if (Array.isArray(node)) {
    for (const each of node) factsIn(each, part, found);
    return found;
  }
  const how = howOf(node);
  const inside = how ? node[how] : part;
  for (const name of [node.fact, node.other, node.of]) {
    if (typeof name !== 'string' || found.some((each) => each.name === name)) continue;
    found.push({ name, part: inside && name.startsWith(`${inside}.`) ? inside : null });
  }
  for (const key of ['all', 'any', 'not', 'where']) factsIn(node[key], inside, found);
  return found;
}

/** The codes of lists that a condition asks. */
export function listsIn(node, found = []) {
  if (!node || typeof node !== 'object') return found;
  if (Array.isArray(node)) node.forEach((each) => listsIn(each, found));
  else {
    const code = ['in_list', 'not_in_list'].includes(node.is) ? node.value : node.value?.list;
    if (typeof code === 'string' && code && !found.includes(code)) found.push(code);
    for (const key of ['all', 'any', 'not', 'where']) listsIn(node[key], found);
  }
  return found;
}

/** A leaf about another fact, keeping what still fits. */
export function withFact(leaf, fact, operators) {
  const op = operators.includes(leaf.is) ? leaf.is : operators[0];
  return { fact: fact.name, is: op };
}
