"""Merging: several approved orders of one buyer to one receiver go in one parcel, until one of them is decided anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.config import Settings
from engine.decision import Decision, Verdict
from engine.errors import Conflict, NotFound, NotMergeable, OrderError, Outdated, Problem, StockTaken
from engine.merging import alike
from engine.one_parcel import along
from engine.service.decisions import Decisions, Prepared, decision_document, order_status
from engine.service.orders import Orders, order_document
from engine.service.principals import Principal
from engine.service.rulebooks import Compiled, Rulebooks
from engine.stages import Run, run_stages
from engine.standing import planned_of
from engine.world import Merge

MERGED, UNMERGED = "merged", "unmerged"  # triggers of decisions
MOST = 10  # orders in one parcel
_TRIES = 3
_AUTOMATIC = Principal("person", "gatehouse", frozenset({"ops"}))
_SWEEP = 100

Member = tuple[Prepared, Run]


@dataclass(frozen=True, slots=True)
class Joint:
    """Orders as they would go in one parcel, the one that the parcel is of first, and as they would go alone."""

    members: tuple[Member, ...]
    alone: tuple[Decision, ...]
    handling_cents: int  # of one shipment

    @property
    def order_nos(self) -> tuple[str, ...]:
        return tuple(run.decision.order_no for _, run in self.members)

    @property
    def saves_cents(self) -> int:
        """What the others' parcels would have cost: freight, and handling in the warehouse."""
        freight = sum(each.freight_cents for decision in self.alone for each in decision.shipments)
        spared = (len(self.members) - 1) * self.handling_cents
        return freight - self.members[0][1].decision.shipments[0].freight_cents + spared

    def document(self) -> dict[str, Any]:
        """`{order_nos, shipment_no, freight_cents, saves_cents}`."""
        (parcel,) = self.members[0][1].decision.shipments
        return {
            "order_nos": list(self.order_nos), "shipment_no": parcel.shipment_no,
            "freight_cents": parcel.freight_cents, "saves_cents": self.saves_cents,
        }  # fmt: skip


class Merging:
    """Use cases around one parcel for several orders."""

    def __init__(
        self,
        database: Any,
        settings: Settings,
        clock: Callable[[], dt.datetime],
        decisions: Decisions,
        orders: Orders,
        rulebooks: Rulebooks,
    ):
        self._database = database
        self._automatic = settings.auto_merge
        self._clock = clock
        self._decisions = decisions
        self._orders = orders
        self._rulebooks = rulebooks

    def merge(
        self, order_no: str, others: Sequence[str], reason: str, by: Principal, dry_run: bool = False
    ) -> dict[str, Any]:
        """Send other orders in this one's parcel: `{order, decision, merge: {order_nos, shipment_no, freight_cents,
        saves_cents}}`.

        Whatever one of them is merged with already comes along. Raises OrderError (nobody, itself, an unknown order),
        NotMergeable for orders that may not go in one parcel, Conflict when one of them changes at the same moment,
        Forbidden, NotFound.
        """
        by.require("ops")
        self._check(order_no, others)
        for _ in range(_TRIES):
            joint = self._joint(order_no, others)
            if dry_run:
                return _would(joint)
            try:
                self._database.write_retrying(partial(self._record, joint, reason, by))
            except (StockTaken, Outdated):
                continue
            decision = self._decisions.document(joint.members[0][1].decision.id)
            return {"order": self._orders.order(order_no), "decision": decision, "merge": joint.document()}
        raise Conflict(f"order {order_no} or one of the others changes all the time; try again")

    def unmerge(self, order_no: str, reason: str, by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Let each of the orders in its parcel go alone again: `{order, decision}`.

        Raises Conflict for an order that is not merged, or whose parcel the warehouse was asked for; Forbidden,
        NotFound.
        """
        by.require("ops")
        write = partial(self._part, order_no, reason, by)
        if dry_run:
            stored, decision = self._decisions.supposing(order_no, write)
            return {"order": _as_it_would_be(stored, decision), "decision": decision_document(decision)}
        others = self._database.write_retrying(write)
        for each in (order_no, *others):
            self._decide_again(each)
        order = self._orders.order(order_no)
        return {"order": order, "decision": self._decisions.document(order["decision_id"])}

    def candidates(self, order_no: str) -> dict[str, Any] | None:
        """What merging an order with all that fit would come to: the `merge` of `merge`; None where none fits."""
        others = self._fitting(order_no)
        if not others:
            return None
        try:
            return self._joint(order_no, others).document()
        except (Conflict, NotFound):
            return None

    def automatic(self) -> int:
        """Merge what can be merged, where the setting AUTO_MERGE is on. Gives how many orders were."""
        if not self._automatic:
            return 0
        with self._database.read() as uow:
            flagged = uow.orders.merge_candidates(_SWEEP)
        merged: set[str] = set()
        for order_no in flagged:
            others = [] if order_no in merged else self._fitting(order_no)
            try:
                done = self.merge(order_no, others, "AUTO_MERGE", _AUTOMATIC)["merge"] if others else {"order_nos": []}
            except (Conflict, NotFound):
                continue
            merged.update(done["order_nos"])
        return len(merged)

    def _fitting(self, order_no: str) -> list[str]:
        """Open orders that fit its parcel: from the same warehouse on the same day."""
        compiled = self._rulebooks.live()
        with self._database.read() as uow:
            company = Merge(_with_their_company(uow, [order_no]))
            prepared = self._decisions.prepared(uow, order_no, compiled).merged(company)
        if prepared.stored.status != "approved" or prepared.world.standing:
            return []
        run = _run(prepared, compiled)
        if len(run.decision.shipments) != 1:
            return []
        (own,) = run.decision.shipments
        fitting = alike(prepared.stored.order, prepared.world, run.plan)
        same = [each.order_no for each in fitting if (each.warehouse, each.ships_on) == (own.warehouse, own.ships_on)]
        return same[: MOST - 1]

    def _check(self, order_no: str, others: Sequence[str]) -> None:
        problems = [] if others else [Problem("with", "required", "name the orders that are to go along")]
        if len(others) >= MOST:
            problems.append(Problem("with", "too-long", f"must name fewer than {MOST} orders: that is all of a parcel"))
        with self._database.read() as uow:
            if uow.orders.get(order_no) is None:
                raise NotFound(f"there is no order {order_no}")
            for at, each in enumerate(others):
                if each == order_no or each in others[:at]:
                    problems.append(Problem(f"with.{at}", "duplicate-key", "must be another order"))
                elif uow.orders.get(each) is None:
                    problems.append(Problem(f"with.{at}", "not-a-choice", f"there is no order {each}"))
        if problems:
            raise OrderError(problems, "The orders cannot be merged as named.")

    def _joint(self, order_no: str, others: Sequence[str]) -> Joint:
        """Decide about each, alone and then together. Raises NotMergeable."""
        compiled = self._rulebooks.live()
        with self._database.read() as uow:
            order_nos = _with_their_company(uow, (order_no, *others))
            asked = Merge(order_nos)
            prepared = [self._decisions.prepared(uow, each, compiled).merged(asked) for each in order_nos]
            alone = [_run(each, compiled) for each in prepared]
            _require_fit(prepared, alone)
            beside = tuple(along(each.stored.order, run.decision) for each, run in zip(prepared, alone, strict=True))
            skus = {line.sku for each in beside[1:] for line in each.lines}
            first = self._decisions.prepared(uow, order_no, compiled, skus).merged(replace(asked, along=beside[1:]))
        leader = _run(first, compiled)
        whole = planned_of(first.stored.order, leader.decision)
        if leader.decision.verdict is not Verdict.APPROVE or len(whole) != 1 or whole[0].merged is None:
            raise NotMergeable("no service takes all of it in one parcel on that day")
        along_with = replace(asked, parcel=whole[0], release_at=leader.decision.release_at)
        rest = [each.merged(along_with) for each in prepared[1:]]
        members = ((first, leader), *((each, _run(each, compiled)) for each in rest))
        handling = first.world.reference.warehouses[whole[0].warehouse].handling_cents
        return Joint(members, tuple(run.decision for run in alone), handling)

    def _record(self, joint: Joint, reason: str, by: Principal, uow: Any) -> None:
        """All decisions in one transaction, while nobody else decides about any of them or begins to send one off.

        Raises Outdated, StockTaken.
        """
        for order_no in sorted(joint.order_nos):
            uow.orders.lock(order_no)
        for prepared, run in joint.members:  # the parcel's own first: the others' actions wait for its
            if not self._decisions.record(uow, prepared, run, MERGED):
                raise Outdated(f"order {run.decision.order_no} was decided meanwhile")
        said = {**joint.document(), "reason": reason}
        for order_no in joint.order_nos:
            uow.manual.record(order_no, "merge", by.name, self._clock(), said)
            uow.audit.write(self._clock(), by.name, "order.merge", order_no, None, said)

    def _part(self, order_no: str, reason: str, by: Principal, uow: Any) -> list[str]:
        """Mark an order as one to decide again, which parts it from the others; those others."""
        uow.orders.lock(order_no)
        stored = uow.orders.get(order_no)
        latest = uow.decisions.latest(order_no)
        merged = next((each.merged for each in latest.decision.shipments if each.merged), None) if latest else None
        if merged is None:
            raise Conflict(f"order {order_no} is not merged with another")
        if stored.status != "approved" or uow.shipments.standing(order_no, lock=True):
            raise Conflict(f"order {order_no} has been handed to its warehouse together with the others")
        others = [each for each in merged.order_nos if each != order_no]
        said = {"order_nos": list(merged.order_nos), "reason": reason}
        uow.orders.again(order_no, UNMERGED)
        for each in merged.order_nos:
            uow.manual.record(each, "unmerge", by.name, self._clock(), said)
            uow.audit.write(self._clock(), by.name, "order.unmerge", each, None, said)
        return others

    def _decide_again(self, order_no: str) -> None:
        with self._database.read() as uow:
            waits = uow.orders.awaits_decision(order_no)
        if waits is not None:
            self._decisions.decide(order_no, *waits)


def _run(prepared: Prepared, compiled: Compiled) -> Run:
    return run_stages(prepared.stored.order, prepared.world, compiled.rulebook, prepared.now, compiled.judge)


def _with_their_company(uow: Any, order_nos: Iterable[str]) -> tuple[str, ...]:
    """The orders, and those that they are merged with already."""
    found: dict[str, None] = {}
    for order_no in order_nos:
        latest = uow.decisions.latest(order_no)
        shipments = latest.decision.shipments if latest else ()
        together = (no for each in shipments if each.merged for no in each.merged.order_nos)
        found.update(dict.fromkeys([order_no, *together]))
    return tuple(found)


def _require_fit(prepared: Sequence[Prepared], alone: Sequence[Run]) -> None:
    """Raise NotMergeable, with every reason, unless scenario I9 lets them go in one parcel."""
    reasons = [why for each, run in zip(prepared, alone, strict=True) for why in _why_not_at_all(each, run)]
    if not reasons:
        pairs = zip(prepared[1:], alone[1:], strict=True)
        reasons = [why for each, run in pairs for why in _why_not_with(prepared[0], alone[0], each, run)]
    if len(prepared) > MOST:
        reasons.append(f"a parcel holds at most {MOST} orders")
    if reasons:
        raise NotMergeable("; ".join(reasons))


def _why_not_at_all(prepared: Prepared, run: Run) -> Iterator[str]:
    order_no, decision = run.decision.order_no, run.decision
    if prepared.stored.status != "approved" or prepared.world.standing:
        yield f"order {order_no} is {prepared.stored.status}, not approved and still here"
    elif decision.verdict is not Verdict.APPROVE:
        yield f"order {order_no} would not be approved if it were decided now"
    elif len(decision.shipments) != 1 or decision.backorders or decision.shipments[0].carrier is None:
        yield f"order {order_no} does not go as one parcel"
    elif any(line.kind == "presale" for line in prepared.stored.order.lines):
        yield f"order {order_no} has presale goods"


def _why_not_with(first: Prepared, first_run: Run, other: Prepared, run: Run) -> Iterator[str]:
    one, two, name = first.stored.order, other.stored.order, run.decision.order_no
    (here,), (there,) = first_run.decision.shipments, run.decision.shipments
    if (one.channel, one.buyer.id) != (two.channel, two.buyer.id) or one.buyer.id is None:
        yield f"order {name} is of another channel or buyer"
        return
    known = next((each for each in first.world.open_orders if each.order_no == name), None)
    if known is None:
        yield f"order {name} goes to another receiver"
    elif known.cod != (one.payment.method == "cod"):
        yield f"order {name} is paid on delivery, or the other one is"
    elif known not in alike(one, replace(first.world, merge=None), first_run.plan):
        yield f"order {name} is kept cold, or the other one is"
    elif (here.warehouse, here.ships_on) != (there.warehouse, there.ships_on):
        yield f"order {name} leaves from another warehouse or on another day"


def _would(joint: Joint) -> dict[str, Any]:
    prepared, run = joint.members[0]
    order = _as_it_would_be(prepared.stored, run.decision)
    return {"order": order, "decision": decision_document(run.decision), "merge": joint.document()}


def _as_it_would_be(stored: Any, decision: Decision) -> dict[str, Any]:
    leaves = decision.release_at.isoformat() if decision.release_at else None
    return {**order_document(stored), "status": order_status(decision), "release_at": leaves}
