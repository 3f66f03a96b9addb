// What a rule of this stage may mention and do: the API's catalogue, with what the page says beside it.

import { call } from '../api.js';

const TEXTUAL = ['text', 'choice'];
const SAME_TYPE = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte'];
const WITH_SET = ['in', 'not_in', 'includes_all', 'includes_none'];

export class Catalogue {
  #facts;
  #effects;

  constructor(document, setup) {
    this.setup = setup;
    this.language = setup.language;
    this.#facts = new Map(document.facts.map((each) => [each.name, each]));
    this.#effects = new Map(document.effects.map((each) => [each.name, each]));
    this.holds = new Map(document.holds.map((each) => [each.reason, each]));
  }

  static async fetch(setup) { return new Catalogue(await call('/v1/catalogue'), setup); }

  fact(name) { return this.#facts.get(name); }
  effect(name) { return this.#effects.get(name); }
  said(labels) { return labels[this.language] ?? labels.zh; }
  factLabel(name) { return this.fact(name) ? this.said(this.fact(name).labels) : name; }
  heading(fact) { return this.setup.groups[fact.name.split('.')[0]] ?? fact.subject; }

  /** The facts that a condition may ask for: `part` inside a quantifier over these. */
  factsFor({ about, part, types }) {
    return [...this.#facts.values()].filter((fact) => this.#known(fact)
      && (fact.subject === part || fact.subject === 'order' || fact.subject === about
        || (this.setup.also_in_scope[about] ?? []).includes(fact.name))
      && (!types || types.includes(fact.type)));
  }

  effectsFor(about) {
    return [...this.#effects.values()].filter((each) => (!each.stages || each.stages.includes(this.setup.stage))
      && (!each.about || each.about.includes(about)));
  }

  operators(fact) { return fact.operators.map((op) => [op, this.setup.operators[fact.type][op] ?? op]); }
  measures() { return this.setup.measures.map((op) => [op, this.setup.operators.int[op] ?? op]); }

  /** Facts that the operator can compare this one with. */
  comparable(fact, op, scope) {
    const types = SAME_TYPE.includes(op) ? (TEXTUAL.includes(fact.type) ? TEXTUAL : [fact.type])
      : WITH_SET.includes(op) ? ['set'] : op === 'includes' ? TEXTUAL : [];
    return this.factsFor({ ...scope, types }).filter((each) => each.name !== fact.name);
  }

  takesNothing(op) { return this.setup.without_value.includes(op); }
  takesSeveral(op) { return this.setup.several.includes(op); }
  takesList(op) { return this.setup.from_list.includes(op); }
  isNegative(op) { return this.setup.negative.includes(op); }
  list(code) { return this.setup.lists.find((each) => each.code === code); }
  tone(effect) { return this.setup.tones[effect] ?? 'quiet'; }

  #known(fact) { return this.setup.stages.indexOf(fact.since) <= this.setup.stages.indexOf(this.setup.stage); }
}
