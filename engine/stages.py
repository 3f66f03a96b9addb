"""The pipeline: order, world, rulebook and time in, a decision out. Pure, so a replay is byte for byte the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from engine import coupons, goods, one_parcel, rounding, verdicts
from engine.currency import base_cents
from engine.decision import AliasedLine, Backorder, Decision, Firing, Plan
from engine.errors import MatcherError
from engine.gifts import gift_demands
from engine.intake import reading
from engine.language.effects import EFFECTS, Occasion, Param
from engine.language.facts import Scene, Subject, Value
from engine.language.rule_documents import within
from engine.language.rules import Effect, FactRef, Rule, Rulebook
from engine.language.tags import ROUNDS
from engine.matching.evaluate import seen
from engine.matching.judge import Disagreement, Judge, Match
from engine.order import Order
from engine.outcomes import outcome_facts
from engine.routing import calendars
from engine.routing.arrivals import arrival_facts
from engine.routing.candidates import (
    Demand,
    WarehouseOption,
    demands,
    remaining,
    required,
    supply_facts,
    warehouse_options,
)
from engine.routing.services import ServiceOption, service_options, serving_facts
from engine.routing.sourcing import Route, route
from engine.standing import units_standing
from engine.subjects import subjects_of, supposing, with_tags
from engine.world import World

CRASHED = "deciding this order stopped the process twice"


# What routing reads of a plan; a test holds it to that.
ROUTED_BY = (
    "excluded", "ranks", "pins", "ship_together", "wished_carrier", "deliver_on", "ship_not_before", "max_shipments",
    "allow_backorder",
)  # fmt: skip


class Routes:
    """Routes of one order in one world, by what plans asked of them: "what if" asks for the same ones again."""

    def __init__(self) -> None:
        self._known: list[tuple[tuple[Any, ...], Route]] = []

    def get(self, plan: Plan, find: Callable[[], Route]) -> Route:
        """The route of such a plan, found now unless it was before."""
        asked = tuple(getattr(plan, name) for name in ROUTED_BY)
        for known, found in self._known:
            if known == asked:
                return found
        self._known.append((asked, find()))
        return self._known[-1][1]


@dataclass(frozen=True, slots=True)
class StageRun:
    """What a stage looked at and what fired there; the raw material of explanations."""

    stage: str
    subjects: tuple[Subject, ...]
    firings: tuple[Firing, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A decision and how it came about."""

    decision: Decision
    stages: tuple[StageRun, ...]
    plan: Plan
    route: Route | None
    error: str | None = None
    disagreement: Disagreement | None = None  # where the error is that the two evaluators differ
    routes: Routes = field(default_factory=Routes, compare=False, repr=False)


@dataclass(slots=True)
class _Inputs:
    order: Order
    world: World
    rulebook: Rulebook
    now: dt.datetime
    judge: Judge
    supposed: Mapping[str, Value]
    routes: Routes


def run_stages(
    order: Order,
    world: World,
    rulebook: Rulebook,
    now: dt.datetime,
    judge: Judge,
    supposed: Mapping[str, Value] | None = None,
    routes: Routes | None = None,
) -> Run:
    """Decide. `judge` is the compiled `rulebook`; it changes how fast the answer comes, never the answer.

    `supposed`: facts of the order as they would have to be, for the question "what if"; rules see these instead.
    `routes`: those of another run of the same order and world, for the same question.

    What cannot be judged (the matcher failed, or the two evaluators differ) is held as RULE_ERROR, never approved.
    """
    inputs = _Inputs(goods.ours(order, world), world, rulebook, now, judge, supposed or {}, routes or Routes())
    return _Pipeline(inputs, goods.aliased(order, world)).run()


def in_window(rule: Rule, order: Order, now: dt.datetime) -> bool:
    """Whether the rule is in its effective window (half-open) for this order."""
    return rule.effective is None or rule.effective.covers(order.placed_at, now)


class _Pipeline:
    """One run. The only state is what later stages see of earlier ones."""

    def __init__(self, inputs: _Inputs, aliased: tuple[AliasedLine, ...]):
        self.inputs = inputs
        order = inputs.order
        parts = goods.components(order, inputs.world.skus)
        self.plan = Plan(
            payable_cents=order.payable_cents, priority=order.priority, aliased=aliased, components=parts
        )
        self.derived: dict[str, Value | None] = {
            **reading.read(order, inputs.world),
            "order.payable_base_cents": base_cents(order.payable_cents, order.currency, inputs.world),
        }
        self.demands: tuple[Demand, ...] = ()
        self.warehouses: tuple[WarehouseOption, ...] = ()
        self.services: tuple[ServiceOption, ...] = ()
        self.route: Route | None = None
        self.runs: list[StageRun] = []
        self.disagreement: Disagreement | None = None
        self._cross_check = inputs.judge.cross_checks(order.order_no)

    def run(self) -> Run:
        error = self._error()
        firings = tuple(firing for run in self.runs for firing in run.firings)
        decision = verdicts.conclude(
            self.inputs.order,
            self.inputs.world,
            self.plan,
            firings,
            self.inputs.rulebook.digest,
            self.inputs.now,
            error,
        )
        return Run(decision, tuple(self.runs), self.plan, self.route, error, self.disagreement, self.inputs.routes)

    def _error(self) -> str | None:
        """What went wrong, if anything. Of an order that nobody wants any more nothing is judged."""
        if self.inputs.world.crashed:
            return CRASHED
        return None if verdicts.is_off(self.inputs.order, self.inputs.world) else self._run_all()

    def _run_all(self) -> str | None:
        """Stage after stage until one rejects; what went wrong, if rules could not be judged."""
        try:
            for stage in self.inputs.rulebook.pipeline.stages:
                self._run_stage(stage)
                if self.plan.rejections:
                    break
        except MatcherError as exception:
            if isinstance(exception, Disagreement):
                self.disagreement = exception.with_traceback(None)  # which would keep all that was judged
            return exception.message
        return None

    def _run_stage(self, stage: str) -> None:
        opening = {"warehouse": self._open_warehouse, "carrier": self._open_carrier}.get(stage)
        if opening:
            opening()
        scene = self._scene()
        subjects = subjects_of(stage, self.inputs.rulebook, scene, self.warehouses, self.services)
        if self.inputs.supposed:
            subjects = supposing(subjects, self.inputs.supposed)
        subjects, firings = self._fire(stage, subjects)
        self.runs.append(StageRun(stage, subjects, firings))
        closing = {"coupon": self._close_coupon, "carrier": self._close_carrier}.get(stage)
        if closing:
            closing()

    def _scene(self) -> Scene:
        return Scene(self.inputs.order, self.inputs.world, self.plan, self.inputs.now, self.derived)

    def _fire(self, stage: str, subjects: tuple[Subject, ...]) -> tuple[tuple[Subject, ...], tuple[Firing, ...]]:
        """Judge, apply, and judge again while rules put on tags that others of the stage ask for."""
        started = self.plan
        for _ in range(ROUNDS):
            tags = self.plan.tags
            matches = self.inputs.judge.fire(
                stage, subjects, self.inputs.world.reference.list_items, self._considered, self._cross_check
            )
            self.plan, firings = self._apply(stage, matches, started)
            if self.plan.tags == tags:
                return subjects, firings
            subjects = with_tags(subjects, self.plan)
        raise MatcherError(f"tags of stage {stage} do not settle within {ROUNDS} rounds")

    def _considered(self, rule: Rule) -> bool:
        return rule.enabled and in_window(rule, self.inputs.order, self.inputs.now)

    def _apply(self, stage: str, matches: Iterable[Match], plan: Plan) -> tuple[Plan, tuple[Firing, ...]]:
        firings = []
        for match in matches:
            plan, firing = self._apply_one(stage, match, plan)
            firings.append(firing)
        return plan, tuple(firings)

    def _apply_one(self, stage: str, match: Match, plan: Plan) -> tuple[Plan, Firing]:
        rule, subject = match.rule, match.subject
        values = seen(rule, subject)
        occasion = self._occasion(stage, rule, subject)
        effects = [{"do": effect.do, **_resolve(rule, effect, subject)} for effect in rule.then]
        waived = self._waived(rule, subject, values)
        for effect in effects:
            params = {name: value for name, value in effect.items() if name != "do"}
            if effect["do"] == "hold" and params["reason"] in waived:
                plan = verdicts.waive(plan, params["reason"])
            else:
                plan = EFFECTS[effect["do"]].apply(plan, params, occasion)
        return plan, Firing(stage, rule.id, subject.id, tuple(effects), values, bool(waived))

    def _waived(self, rule: Rule, subject: Subject, values: Mapping[str, Any]) -> frozenset[str]:
        """The reasons that a person's release keeps off, because the rule sees what it saw then."""
        return frozenset(
            waiver.reason
            for waiver in self.inputs.world.waivers
            if waiver.rule == rule.id and waiver.subject == subject.id and dict(waiver.seen) == dict(values)
        )

    def _occasion(self, stage: str, rule: Rule, subject: Subject) -> Occasion:
        zone = self.inputs.world.time_zone
        return Occasion(
            order_no=self.inputs.order.order_no,
            stage=stage,
            rule=rule.id,
            title=rule.title,
            subject=subject.id,
            line_nos=frozenset(line.line_no for line in goods.judged(self.inputs.order, self.plan.components)),
            due=lambda minutes: calendars.working_due(self.inputs.now, minutes, zone),
            day_start=lambda day: calendars.day_start(day, zone),
        )

    def _open_warehouse(self) -> None:
        inputs = self.inputs
        picked = goods.picked(inputs.order, self.plan.components)
        wanted = demands(inputs.order, inputs.world, verdicts.refund_refused(self.plan), picked)
        bundles = {each.line.line_no: each.of_line for each in self.plan.components}
        wanted = tuple(replace(each, part_of=bundles.get(each.line_no)) for each in wanted)
        standing = units_standing(inputs.world.standing)
        lines = remaining(wanted, standing)
        self.demands = (*lines, *remaining(gift_demands(self.plan.gifts, lines, inputs.world), standing))
        self.warehouses = warehouse_options(inputs.order, inputs.world, self.demands, inputs.now)
        facts = supply_facts(inputs.world, self.demands, self.warehouses, inputs.now)
        self.derived = {**self.derived, **facts}

    def _open_carrier(self) -> None:
        inputs = self.inputs
        self.services = service_options(inputs.order, inputs.world, self.demands, self.warehouses, inputs.now)
        arrival = arrival_facts(
            inputs.order, inputs.world, self.plan, self.demands, self.warehouses, self.services
        )
        self.derived = {**self.derived, **serving_facts(self.services), **arrival}

    def _close_coupon(self) -> None:
        self.plan = rounding.booked(self.inputs.order, coupons.settle(self.inputs.order, self.plan))
        nets = coupons.net_unit_cents(self.inputs.order, self.plan)
        self.derived = {**self.derived, **{f"line.net_unit_cents:{line_no}": cents for line_no, cents in nets.items()}}

    def _close_carrier(self) -> None:
        """Choose warehouses and services together, among what the rules of both stages left."""
        self.route = shown = self._routed(self.plan)
        if self.route.outcome in ("short", "split_forbidden"):
            # The order waits; what there is waits with it, planned as it would go if a person let it.
            shown = self._routed(replace(self.plan, allow_backorder=True, ship_together=False, max_shipments=None))
        waits_on = self._only_waits_on()
        self.plan = replace(
            self.plan,
            shipments=shown.shipments,
            backorders=tuple(Backorder(each.line_no, each.quantity) for each in required(self.demands))
            if waits_on
            else shown.backorders,
            route_outcome="backordered" if waits_on else self.route.outcome,
            candidates=self.route.candidates,
        )
        inputs = self.inputs
        facts = outcome_facts(
            inputs.order, inputs.world, self.plan, shown, self.demands, self.warehouses, inputs.now
        )
        self.derived = {**self.derived, **facts}
        shipments = one_parcel.together(
            inputs.order, inputs.world, self.plan, self.demands, inputs.now, inputs.rulebook.pipeline.preference
        )
        self.plan = replace(self.plan, shipments=shipments)

    def _only_waits_on(self) -> bool:
        """Whether a part has been sent to warehouses before, and of the rest, which may wait, there is nothing yet."""
        short = self.route is not None and self.route.outcome == "short"
        return short and self.plan.allow_backorder and bool(self.inputs.world.standing)

    def _routed(self, plan: Plan) -> Route:
        return self.inputs.routes.get(plan, partial(self._find_route, plan))

    def _find_route(self, plan: Plan) -> Route:
        inputs = self.inputs
        number = partial(verdicts.shipment_no, inputs.order, inputs.world.sequence)
        return route(
            inputs.order, inputs.world, plan, self.demands, self.warehouses, self.services, inputs.now,
            inputs.rulebook.pipeline.preference, number,
        )  # fmt: skip


def _taken(value: Value | None, param: Param) -> Value | None:
    """A fact's value as a parameter: a number beyond what it may be is the most, or least, that it may be."""
    return within(value, param) if param.type == "int" and isinstance(value, int) else value


def _resolve(rule: Rule, effect: Effect, subject: Subject) -> dict[str, Any]:
    """Parameters with facts put in. A required one whose fact is absent cannot be guessed: MatcherError."""
    resolved = {}
    for name, value in effect.params.items():
        if isinstance(value, FactRef):
            value = _taken(subject.values.get(value.name), EFFECTS[effect.do].params[name])
        if value is not None:
            resolved[name] = sorted(value) if isinstance(value, frozenset) else value
    for name, spec in EFFECTS[effect.do].params.items():
        if spec.required and name not in resolved:
            raise MatcherError(f"rule {rule.id}: {effect.do}.{name} has no value, its fact is absent")
    return resolved
