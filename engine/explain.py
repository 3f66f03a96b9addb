"""Why a decision is what it is: every rule of every stage with what it wanted and saw, every candidate, and the nearest
change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine import canonical, losses
from engine.decision import Candidate
from engine.language.facts import Subject
from engine.language.rules import Rule, Rulebook
from engine.matching.evaluate import holds, trace
from engine.matching.judge import Judge
from engine.nearest import nearest
from engine.order import Order
from engine.overruled import Key, Overruled, overruled
from engine.routing.losing import Lost
from engine.stages import Run, StageRun, in_window
from engine.telling import Teller, error_said
from engine.world import World

Lists = Mapping[str, frozenset[str]]


def explain(run: Run, order: Order, world: World, rulebook: Rulebook, judge: Judge) -> dict[str, Any]:
    """The explanation of the contract: `{summary, error, stages, candidates, routing, greedy, nearest}`, plain data.

    The summary, each rule and each nearest change come with a sentence, `{zh, en}`. `error` is one too: where rules
    could not be judged it says why.

    `routing` is what shipping comes to, freight and handling: `{cost_cents, shipments, exact, least_cents, sentence}`.
    Where the search was cut short, `exact` is false and no way costs less than `least_cents`. `greedy` is what it would
    cost to take from the nearest warehouse first: `{cost_cents, shipments, warehouses}`; None where that does not fill
    all. A candidate that was neither chosen nor excluded has `lost`: `{criterion, own, chosen, sentence}`.

    A rule's outcome is `fired`, `not_fired` (its `why_not` is `conditions`) or `not_considered` (`disabled`,
    `outside_window`, `shadowed` by another row of its table, `stage_not_reached`, `no_subject`: there was nothing of
    what it judges). Every rule of the rulebook has a row at least. One that fired has `waived`, and `overruled`: what
    it asked for in vain, `[{asked, by, kept, sentence}]`, with effects like `{do: pick_mode, mode: wave}`.
    """
    lists = world.reference.list_items
    teller = Teller.of(rulebook, order, world)
    in_vain = overruled(run.decision.firings)
    return {
        "summary": teller.summary(run.decision, run.error),
        "error": error_said(run.error) if run.error else None,
        "stages": [_stage(stage, run, order, lists, teller, in_vain) for stage in rulebook.pipeline.stages],
        "candidates": _candidates(run),
        "routing": _routing(run),
        "greedy": canonical.dump(run.route.greedy) if run.route else None,
        "nearest": nearest(run, order, world, rulebook, judge),
    }


def _routing(run: Run) -> dict[str, Any] | None:
    """None where nothing was routed."""
    route = run.route
    if route is None or route.cost_cents is None:
        return None
    shipments = len(route.shipments)
    return {
        "cost_cents": route.cost_cents,
        "shipments": shipments,
        "exact": route.exact,
        "least_cents": route.cost_cents if route.least_cents is None else route.least_cents,
        "sentence": losses.told_of_all(route.cost_cents, shipments, route.least_cents, route.greedy),
    }


def _stage(
    stage: str, run: Run, order: Order, lists: Lists, teller: Teller, in_vain: Mapping[Key, tuple[Overruled, ...]]
) -> dict[str, Any]:
    reached = next((each for each in run.stages if each.stage == stage), None)
    rows: list[dict[str, Any]] = []
    for rule in teller.rulebook.ruleset(stage).all_rules:
        if reached is None:
            found = [_row(rule, rule.about, "not_considered", "stage_not_reached")]
        else:
            now = run.decision.decided_at
            judged = [_judged(rule, subject, reached, order, lists, now) for subject in _judges(rule, reached)]
            found = judged or [_row(rule, rule.about, *_nothing_to_judge(rule, order, now))]
        rows.extend({**row, "sentence": teller.rule(rule, row)} for row in found)
    for row in rows:
        if row["outcome"] == "fired":
            lost = in_vain.get((row["rule"], row["subject"]), ())
            row["overruled"] = [{**canonical.dump(each), "sentence": teller.overruled(each)} for each in lost]
    return {"stage": stage, "reached": reached is not None, "rules": rows}


def _judges(rule: Rule, reached: StageRun) -> Iterator[Subject]:
    return (subject for subject in reached.subjects if subject.about == rule.about)


def _nothing_to_judge(rule: Rule, order: Order, now: dt.datetime) -> tuple[str, str]:
    """Why a rule has no row: there was nothing of what it judges, unless it would not have been considered anyhow."""
    return "not_considered", _left_out(rule, order, now) or "no_subject"


def _judged(
    rule: Rule, subject: Subject, reached: StageRun, order: Order, lists: Lists, now: dt.datetime
) -> dict[str, Any]:
    conditions = [canonical.dump(_condition(each)) for each in trace(rule, subject, lists)]
    fired = next((each for each in reached.firings if each.rule == rule.id and each.subject == subject.id), None)
    if fired:
        return {**_row(rule, subject.id, "fired", None, conditions), "waived": fired.waived}
    outcome, why_not = _why_not(rule, subject, order, lists, now)
    return _row(rule, subject.id, outcome, why_not, conditions)


def _why_not(rule: Rule, subject: Subject, order: Order, lists: Lists, now: dt.datetime) -> tuple[str, str]:
    left_out = _left_out(rule, order, now)
    if left_out:
        return "not_considered", left_out
    if rule.table and (rule.when is None or holds(rule.when, subject.values, subject.parts, lists)):
        return "not_considered", "shadowed"
    return "not_fired", "conditions"


def _left_out(rule: Rule, order: Order, now: dt.datetime) -> str | None:
    if not rule.enabled:
        return "disabled"
    return None if in_window(rule, order, now) else "outside_window"


def _row(
    rule: Rule, subject: str, outcome: str, why_not: str | None, conditions: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": dict(rule.title),
        "subject": subject,
        "outcome": outcome,
        "why_not": why_not,
        "conditions": list(conditions),
    }


def _condition(row: Any) -> dict[str, Any]:
    return {
        "depth": row.depth,
        "joiner": row.joiner,
        "fact": row.fact,
        "is": row.is_,
        "wanted": row.wanted,
        "seen": row.seen,
        "result": row.result,
    }


def _candidates(run: Run) -> list[dict[str, Any]]:
    lost = run.route.losing.all() if run.route and run.route.losing else {}
    return [_candidate(each, lost.get(f"{each.kind}:{each.code}")) for each in run.plan.candidates]


def _candidate(candidate: Candidate, lost: Lost | None) -> dict[str, Any]:
    data = canonical.dump(candidate)
    exclusions = data.pop("excluded")
    codes = [each["code"] for each in exclusions]
    return {**data, "excluded": codes, "reasons": exclusions, "lost": _lost(lost) if lost else None}


def _lost(lost: Lost) -> dict[str, Any]:
    return {**canonical.dump(lost), "sentence": losses.told(lost)}
