"""Deciding: load the world, run the stages, record the decision with its reservations and actions in one commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine import canonical
from engine.config import Settings
from engine.decision import Decision, Verdict, derived_id
from engine.errors import NotFound, Outdated, StockTaken
from engine.explain import explain
from engine.gifts import gift_skus
from engine.matching.judge import Disagreement
from engine.nearest import nearest_to_rule
from engine.one_parcel import parted_from
from engine.order import Order
from engine.service import confirmations
from engine.service.rulebooks import Compiled, Rulebooks
from engine.stages import Run, run_stages
from engine.standing import planned_of, sending_off, shipping_status, units_reserved
from engine.verdicts import waits_for
from engine.world import Merge, Waiver, World

_TRIES = 3  # optimistic; then the balance rows are locked first
MOST_ATTEMPTS = 2  # an order whose deciding ended the process so often is held for a person
AWAITING = "awaiting_payment"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a decision about a stored order starts from."""

    stored: Any
    world: World
    refs: Mapping[str, Any]
    now: dt.datetime

    def merged(self, merge: Merge) -> Prepared:
        """The same with the order going in one parcel with others."""
        refs = {**self.refs, "merge": canonical.dump(merge)}
        return replace(self, world=replace(self.world, merge=merge), refs=refs)


class Decisions:
    """Use cases around one decision."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], rulebooks: Rulebooks):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._rulebooks = rulebooks
        # Told of every order that the two evaluators judged differently: (order_no, rulebook, the difference).
        self.on_disagreement: Callable[[str, str, Disagreement], None] = lambda order_no, rulebook, differ: None

    def decide(self, order_no: str, trigger: str = "order_received", after: str | None = None) -> dict[str, Any]:
        """Decide about a stored order and record it. Gives the decision document.

        `after` is the id of the decision that the caller has seen last (None: there is none yet). When another one has
        been recorded meanwhile, that one is the answer and nothing is done twice. Raises NotFound.
        """
        for _ in range(_TRIES):
            compiled = self._rulebooks.live()
            with self._database.read() as uow:
                stored, world, refs, now = self._inputs(uow, order_no, compiled)
            if stored.decision_id != after:
                return self.document(stored.decision_id)
            run = run_stages(stored.order, world, compiled.rulebook, now, compiled.judge)
            record = partial(self._record, stored=stored, world=world, run=run, refs=refs, trigger=trigger)
            try:
                recorded = self._database.write_retrying(record)
            except (StockTaken, Outdated):
                continue
            self._tell(run)
            if recorded and stored.decision_id is None:
                return decision_document(run.decision)  # its actions and shipments are as new as it is
            return self._latest(order_no)
        return self._decide_locked(order_no, trigger, after)

    def _decide_locked(self, order_no: str, trigger: str, after: str | None) -> dict[str, Any]:
        """The same with the balances held still: others took the stock each time before."""
        compiled = self._rulebooks.live()
        runs: list[Run] = []

        def decide(uow: Any) -> None:
            uow.orders.lock(order_no)  # the order first, then its shipments, then balances: as everywhere
            uow.shipments.standing(order_no, lock=True)
            order = uow.orders.get(order_no).order
            uow.stock.lock(uow.world.skus_read(order, gift_skus(compiled.rulebook, order, self._clock())))
            stored, world, refs, now = self._inputs(uow, order_no, compiled)
            if stored.decision_id == after:
                run = run_stages(stored.order, world, compiled.rulebook, now, compiled.judge)
                self._record(uow, stored, world, run, refs, trigger)
                runs[:] = [run]

        self._database.write_retrying(decide)
        for run in runs:
            self._tell(run)
        return self._latest(order_no)

    def prepared(self, uow: Any, order_no: str, compiled: Compiled, also: Iterable[str] = ()) -> Prepared:
        """What deciding about a stored order starts from; `also`: skus beside its own. Raises NotFound."""
        return Prepared(*self._inputs(uow, order_no, compiled, also))

    def record(self, uow: Any, prepared: Prepared, run: Run, trigger: str) -> bool:
        """Record a decision within a transaction of the caller's; False when another one came first.

        Raises StockTaken, Outdated: then nothing of that transaction may be committed.
        """
        return self._record(uow, prepared.stored, prepared.world, run, prepared.refs, trigger)

    def _inputs(
        self, uow: Any, order_no: str, compiled: Compiled, also: Iterable[str] = ()
    ) -> tuple[Any, World, dict[str, Any], dt.datetime]:
        stored = uow.orders.get(order_no)
        if stored is None:
            raise NotFound(f"there is no order {order_no}")
        now = self._clock()
        world, refs = self._world(uow, stored.order, now, compiled, also)
        crashed = stored.attempts > MOST_ATTEMPTS
        return stored, replace(world, crashed=crashed), {**refs, "crashed": crashed}, now

    def _world(
        self, uow: Any, order: Order, now: dt.datetime, compiled: Compiled, also: Iterable[str] = ()
    ) -> tuple[World, dict[str, Any]]:
        skus = gift_skus(compiled.rulebook, order, now) | set(also)
        return uow.world.load(order, now, self._settings.time_zone, skus)

    def _latest(self, order_no: str) -> dict[str, Any]:
        with self._database.read() as uow:
            decision_id = uow.orders.get(order_no).decision_id
        return self.document(decision_id)

    def dry_run(
        self, order: Order, compiled: Compiled | None = None, now: dt.datetime | None = None
    ) -> dict[str, Any]:
        """`{decision, explanation}` of an order that nobody stored: nothing is written or reserved.

        `compiled` is a rulebook to decide by instead of the live one, `now` an instant to decide at instead of now.
        """
        compiled = compiled or self._rulebooks.live()
        now = now or self._clock()
        with self._database.read() as uow:
            world, _ = self._world(uow, order, now, compiled)
        run = run_stages(order, world, compiled.rulebook, now, compiled.judge)
        self._tell(run)
        explanation = explain(run, order, world, compiled.rulebook, compiled.judge)
        return {"decision": decision_document(run.decision), "explanation": explanation}

    def supposing(self, order_no: str, change: Callable[[Any], Any]) -> tuple[Any, Decision]:
        """The stored order and the decision after a change, which is written for that and then taken back."""
        compiled = self._rulebooks.live()
        with self._database.write() as uow:
            change(uow)
            stored, world, _, now = self._inputs(uow, order_no, compiled)
            return stored, run_stages(stored.order, world, compiled.rulebook, now, compiled.judge).decision

    def with_waivers(self, stored: Any, waivers: Sequence[Waiver]) -> dict[str, Any]:
        """`{order, decision}`: what those waivers would change of the order, and the decision; nothing is written."""
        compiled, now = self._rulebooks.live(), self._clock()
        with self._database.read() as uow:
            world, _ = self._world(uow, stored.order, now, compiled)
        world = replace(world, waivers=(*world.waivers, *waivers))
        decision = run_stages(stored.order, world, compiled.rulebook, now, compiled.judge).decision
        return {
            "order": {"status": order_status(decision), "release_at": canonical.dump(decision.release_at)},
            "decision": decision_document(decision),
        }

    def document(self, decision_id: str) -> dict[str, Any]:
        """A recorded decision, with the states that its actions and shipments have by now. Raises NotFound."""
        with self._database.read() as uow:
            stored = uow.decisions.get(decision_id)
            if stored is None:
                raise NotFound(f"there is no decision {decision_id}")
            states = {
                each["id"]: each["status"] for each in uow.actions.by_ids([a.id for a in stored.decision.actions])
            }
            shipped = uow.vendors.shipment_states([each.asked_as for each in stored.decision.shipments])
        return decision_document(stored.decision, states, shipped)

    def order_no_of(self, decision_id: str) -> str:
        """Whose decision that is. Raises NotFound."""
        return self._stored(decision_id).decision.order_no

    def explanation(self, decision_id: str, rule_id: str | None = None) -> dict[str, Any]:
        """Why: worked out again from what the decision kept. Raises NotFound.

        With `rule_id`, `nearest` tells what would have made that rule fire (or not, where it did) instead of what would
        have lifted the holds.
        """
        stored = self._stored(decision_id)
        run, world, compiled = self._again(stored)
        explanation = explain(run, stored.order, world, compiled.rulebook, compiled.judge)
        if rule_id is None:
            return explanation
        asked = nearest_to_rule(rule_id, run, stored.order, world, compiled.rulebook, compiled.judge)
        return {**explanation, "nearest": asked}

    def replay(self, decision_id: str) -> dict[str, Any]:
        """`{identical, differences: [{path, was, is}], software}`: the same inputs, decided again. Raises NotFound."""
        stored = self._stored(decision_id)
        run, _, _ = self._again(stored)
        differences = list(_differences(canonical.dump(stored.decision), canonical.dump(run.decision)))
        identical = stored.decision.replayable() == run.decision.replayable()
        return {
            "identical": identical,
            "differences": differences,
            "software": {"was": stored.decision.software, "is": run.decision.software},
        }

    def differences(self) -> int:
        """How many recorded decisions the two evaluators judged differently, which is why they are held."""
        with self._database.read() as uow:
            return uow.decisions.differences()

    def ids(self) -> list[str]:
        """Every decision, oldest first."""
        with self._database.read() as uow:
            return uow.decisions.ids()

    def _stored(self, decision_id: str) -> Any:
        with self._database.read() as uow:
            stored = uow.decisions.get(decision_id)
        if stored is None:
            raise NotFound(f"there is no decision {decision_id}")
        return stored

    def _again(self, stored: Any) -> tuple[Run, World, Compiled]:
        compiled = self._rulebooks.at(stored.decision.rulebook)
        with self._database.read() as uow:
            world = replace(uow.world.rebuild(stored.world), crashed=stored.world.get("crashed", False))
        run = run_stages(stored.order, world, compiled.rulebook, stored.decision.decided_at, compiled.judge)
        return run, world, compiled

    def _tell(self, run: Run) -> None:
        if run.disagreement:
            self.on_disagreement(run.decision.order_no, run.decision.rulebook, run.disagreement)

    def _record(
        self, uow: Any, stored: Any, world: World, run: Run, refs: Mapping[str, Any], trigger: str
    ) -> bool:
        """Reservations, decision, actions and status in one commit; False when another decision came first.

        Raises StockTaken, Outdated: to be decided again with what there is now.
        """
        decision, order_no = run.decision, run.decision.order_no
        latest, changes_so_far = uow.orders.lock(order_no)
        if latest != stored.decision_id:
            return False
        if changes_so_far != stored.changes or len(uow.waivers.of(order_no)) != len(refs["waivers"]):
            raise Outdated(f"order {order_no} has changed meanwhile")
        if latest is not None:
            self._supersede(uow, latest, world, decision)
        wanted = decision.reservations(stored.order, units_reserved(world.standing))
        changes = uow.stock.reserve(order_no, wanted, decision.id, decision.decided_at)
        waits = waits_for(decision, stored.order)
        uow.reallocation.wait(stored.order, waits, refs["stock"], changes, first=decision.sequence == 1)
        uow.decisions.add(decision, refs, stored.digest, trigger, planned_of(stored.order, decision))
        if stored.order.delivery.method == "pickup":
            uow.transfers.keep(order_no, decision.transfers, decision.decided_at)
        if run.disagreement:
            uow.decisions.count_difference()
        uow.actions.add(order_no, decision.id, decision.actions)
        release_at = confirmations.settle(uow, decision, self._clock())
        uow.orders.set_state(order_no, order_status(decision), decision.id, release_at)
        return True


    def _supersede(self, uow: Any, former_id: str, world: World, decision: Decision) -> None:
        """Leave undone what the former decision asked for and this one does not, as far as nobody has begun it.

        Raises Outdated when a worker has begun to ask a warehouse for a shipment since the world was read, or one has
        come further: then that one stands.
        """
        if uow.shipments.standing(decision.order_no, lock=True) != world.standing:
            raise Outdated(f"a shipment of order {decision.order_no} was released meanwhile")
        former = uow.decisions.get(former_id).decision
        wanted = {each.id for each in decision.actions} | set(sending_off(world.standing))
        uow.actions.withdraw(each.id for each in former.actions if each.id not in wanted)
        parted = parted_from(former, [each.shipment_no for each in world.standing], world.merge)
        if parted is not None:
            self._part(uow, *parted)

    def _part(self, uow: Any, parcel_no: str, others: Iterable[str]) -> None:
        """An order will not go in the parcel that it was to go in: nobody is asked for that, and the others are decided
        again, each to go alone."""
        uow.actions.withdraw([derived_id("outbound", parcel_no), derived_id("waybill", parcel_no)])
        for order_no in others:
            uow.orders.again(order_no, "unmerged")


def order_status(decision: Decision) -> str:
    """The status of an order right after that decision."""
    if decision.recalled:
        return "recalling"
    if decision.verdict is Verdict.REJECT:
        ended = all(each["rule"].startswith("engine.") for each in decision.rejections)
        return "cancelled" if ended else "rejected"
    if decision.verdict is Verdict.APPROVE:
        return shipping_status([each.status for each in decision.shipments], bool(decision.backorders))
    only_waiting = all(hold.reason == "AWAITING_PAYMENT" and hold.severity == "info" for hold in decision.holds)
    return AWAITING if only_waiting else "held"


def decision_document(
    decision: Decision,
    action_states: Mapping[str, str] | None = None,
    shipments: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The decision as the contract shows it. States default to those right after deciding."""
    data = canonical.dump(decision)
    states = action_states or {}
    beside = {name: data[name] for name in ("gifts", "transfers") if data[name]}
    return {
        **beside,
        **_goods(decision),
        **{name: data[name] for name in _SHOWN},
        "shipments": [
            _shipment(data["shipments"][at], (shipments or {}).get(each.asked_as, {}))
            for at, each in enumerate(decision.shipments)
        ],
        "firings": [{name: each[name] for name in ("stage", "rule", "subject", "effects")} for each in data["firings"]],
        "actions": [
            {"id": each.id, "type": each.type, "status": states.get(each.id, "pending")} for each in decision.actions
        ],
    }


def _goods(decision: Decision) -> dict[str, Any]:
    """Which sku a channel's code meant, and what bundles came apart into; left out where nothing did."""
    aliases = [canonical.dump(each) for each in decision.aliased]
    components = [
        {
            "line_no": each.line.line_no, "of_line": each.of_line, "bundle": each.bundle, "sku": each.line.sku,
            "title": each.line.title, "quantity": each.line.quantity, "unit_cents": each.line.unit_cents,
            "discount_cents": each.line.discount_cents,
        }
        for each in decision.components
    ]  # fmt: skip
    named = {"aliases": aliases, "components": components}
    return {name: value for name, value in named.items() if value}


_SHOWN = (
    "id", "order_no", "verdict", "decided_at", "rulebook", "software", "holds", "flags", "corrections", "waivers",
    "risk_score", "payable_cents", "shipments", "backorders", "instructions", "firings", "actions",
)  # fmt: skip


def _shipment(planned: dict[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """A planned shipment with the waybills and status that vendors have given it since. `merged` where it is."""
    if planned["merged"] is None:
        planned = {name: each for name, each in planned.items() if name != "merged"}
    parcels = [dict(parcel) for parcel in planned["parcels"]]
    for parcel, waybill_no in zip(parcels, state.get("waybills", ()), strict=False):
        parcel["waybill_no"] = waybill_no
    return {**planned, "parcels": parcels, "status": state.get("status", planned["status"])}


def _differences(was: Any, is_: Any, path: str = "") -> Any:
    if isinstance(was, dict) and isinstance(is_, dict):
        for key in sorted(was.keys() | is_.keys()):
            yield from _differences(was.get(key), is_.get(key), f"{path}.{key}" if path else key)
    elif isinstance(was, list) and isinstance(is_, list) and len(was) == len(is_):
        for index, (one, other) in enumerate(zip(was, is_, strict=True)):
            yield from _differences(one, other, f"{path}.{index}")
    elif was != is_:
        yield {"path": path, "was": was, "is": is_}
