"""What holds of a shop whatever has happened to it: after each step, and when everything has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from engine import canonical, reports, tasks
from engine.decision import Decision, Verdict, derived_id
from engine.goods import picked
from engine.service.decisions import order_status
from engine.standing import cod_cents, sending_off, shipping_status, units_reserved
from engine.transfers import units_in_transfer
from engine.verdicts import waits_for
from tests.scenarios.desk import ADMIN, OPS
from tests.scenarios.walk_steps import CHANGES_OF_RULES, HOUSES, SCARCE, TICKS, relayed
from tests.scenarios.walking import Walk

STATUSES = frozenset((
    "received", "awaiting_payment", "held", "approved", "released", "partially_shipped", "shipped", "delivered",
    "completed", "recalling", "cancelled", "rejected", "returned",
))  # fmt: skip
OURS = ("no answer", "will not")  # of vendors that failed because the walk said so
ENDED_BY_TIME_OR_STOCK = frozenset((
    "INVENTORY_OUT_OF_STOCK", "CANNOT_SHIP_TOGETHER", "NO_WAREHOUSE", "PRESALE_NOT_DUE", "SHIP_DATE_NOT_DUE",
    "NO_RULE_MATCHED",
))  # fmt: skip
ROUNDS = 60


# after each step


def stock_agrees(walk: Walk) -> None:
    """Ledger, balances, reservations and decisions tell the same; nothing is below zero."""
    differences = list(walk.gatehouse.stock.differences())
    assert not differences, differences
    for row in _all(walk, "SELECT * FROM stock"):
        assert row["on_hand"] >= 0 and row["reserved"] >= 0, row
    assert not _all(walk, "SELECT * FROM reservations WHERE units <= 0")


def orders_are_consistent(walk: Walk) -> None:
    """Status, shipments, holds, actions and waivers of each order are those of its latest decision."""
    assert sorted(each["order_no"] for each in _all(walk, "SELECT order_no FROM orders")) == walk.orders()
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            stored = uow.orders.get(order_no)
            latest = uow.decisions.get(stored.decision_id) if stored.decision_id else None
            standing, again = uow.shipments.standing(order_no), uow.orders.awaits_decision(order_no)
            handed_over = uow.shipments.all_handed_over(order_no)
        assert stored.status in STATUSES
        if latest is None:
            assert stored.status == "received" and again
            continue
        _holds_are_open(walk, latest.decision)
        _waivers_are_named(latest.decision)
        if again is None:
            _status_is_right(walk, stored, latest.decision, standing, handed_over)
            _units_are_accounted_for(latest, standing)


def _holds_are_open(walk: Walk, decision: Decision) -> None:
    rows = _all(walk, "SELECT reason, rule FROM holds WHERE order_no = :no AND closed_at IS NULL", no=decision.order_no)
    opened = Counter((each["reason"], each["rule"]) for each in rows)
    assert opened == Counter({(hold.reason, hold.rule) for hold in decision.holds}), f"holds of {decision.order_no}"
    assert len(decision.holds) == len(opened), f"holds of {decision.order_no} twice"


def _waivers_are_named(decision: Decision) -> None:
    used = {firing.rule for firing in decision.firings if firing.waived}
    assert used <= {each["rule"] for each in decision.waivers}, f"waivers of {decision.order_no}"


def _status_is_right(walk: Walk, stored: Any, decision: Decision, standing: Any, handed_over: bool) -> None:
    status, order_no = stored.status, decision.order_no
    if decision.recalled or decision.verdict is not Verdict.APPROVE:
        assert status == order_status(decision), f"status of {order_no}: {status} by {decision.verdict}"
        return
    stands = {each.shipment_no: each.status for each in standing}
    gone = {each["shipment_no"] for each in _all(
        walk, "SELECT shipment_no FROM shipment_reports WHERE order_no = :no", no=order_no
    )}  # fmt: skip
    planned = ["planned" for each in decision.shipments if each.shipment_no not in {*stands, *gone}]
    wanted = shipping_status([*stands.values(), *planned], bool(decision.backorders))
    fine = {wanted, "completed"} if wanted in ("delivered", "returned") else {wanted}
    if wanted == "released" and not handed_over:
        fine = {"approved", "released"}
    assert status in fine, f"status of {order_no}: {status}, shipments {stands} {planned}"


def _units_are_accounted_for(latest: Any, standing: Any) -> None:
    """Each unit of what is shipped is in one shipment, or on backorder; of what is to stay here, in none that could
    still be stopped."""
    decision = latest.decision
    if decision.recalled or decision.verdict is not Verdict.APPROVE:
        return
    stuck = Counter()  # units that cannot be stopped any more
    there = Counter()
    gifts = {gift.line_no for gift in decision.gifts}
    for each in standing:
        for line in each.lines:
            if not line.gift:
                there[line.line_no, line.sku] += line.quantity
                stuck[line.line_no, line.sku] += line.quantity if each.has_left or each.unstoppable else 0
    skus = {line.line_no: line.sku for line in picked(latest.order, decision.components)}
    aliased = {each.line_no: each.sku for each in decision.aliased}
    skus = {**skus, **aliased}
    stands = {each.shipment_no for each in standing}
    for each in decision.shipments:
        if each.is_planned and each.shipment_no not in stands:
            there.update({(line.line_no, skus[line.line_no]): line.quantity for line in each.lines
                          if line.line_no not in gifts})  # fmt: skip
    there.update({(each.line_no, skus[each.line_no]): each.quantity for each in decision.backorders
                  if each.line_no not in gifts})  # fmt: skip
    refused = any(each["reason"] == "REFUND_REQUESTED" for each in decision.waivers)
    wanted = Counter()
    for line in picked(latest.order, decision.components):
        ships = line.refund_status == "none" or (refused and line.refund_status == "requested")
        wanted[line.line_no, skus[line.line_no]] = line.quantity if ships else 0
    for key in {*wanted, *there}:
        should = max(wanted[key], stuck[key])
        assert there[key] == should, f"{decision.order_no}: {there[key]} units of line {key}, should be {should}"


def superseded_actions_are_withdrawn(walk: Walk) -> None:
    """What an earlier decision asked for and the latest does not, and nobody has begun, is left undone."""
    takes_back = ("cancel_outbound", "void_waybill", "refund")
    for row in _all(
        walk,
        "SELECT a.* FROM actions a JOIN orders o ON o.order_no = a.order_no WHERE a.status IN ('pending', 'sent') AND "
        "a.claimed_by IS NULL",
    ):
        with walk.gatehouse.database.read() as uow:
            stored = uow.orders.get(row["order_no"])
            if stored.decision_id is None or row["type"] in takes_back:
                continue
            asked = uow.decisions.get(row["decision_id"]).decision if row["decision_id"] else None
            latest = uow.decisions.get(stored.decision_id).decision
            standing = uow.shipments.standing(row["order_no"])
        if asked is None or row["id"] not in {each.id for each in asked.actions}:
            continue  # asked for by somebody else than a decision
        wanted = {each.id for each in latest.actions} | set(sending_off(standing))
        assert row["id"] in wanted, f"{row['type']} of a superseded decision of {row['order_no']} is {row['status']}"


# at the end


def comes_to_rest(walk: Walk) -> None:
    """With vendors that answer, everything that is begun comes to an end."""
    quiet = 0
    for _ in range(ROUNDS):
        for dead in walk.gatehouse.actions.list({"status": "dead"})["items"]:
            _error_is_ours(dead)
            walk.gatehouse.actions.retry(dead["id"], OPS)
        walk.clock.advance(minutes=31)
        done = relayed(walk) + walk.gatehouse.orders.sweep() + walk.gatehouse.reallocation.sweep()
        for tick in TICKS[2:]:
            tick(walk)
        quiet = 0 if done else quiet + 1
        if quiet == 2:
            return
    raise AssertionError(f"not at rest after {ROUNDS} rounds: {walk.told[-3:]}")


def nothing_waits_that_could_go_on(walk: Walk) -> None:
    """Nobody waits for a decision, for a warehouse's answer, or for units that are there."""
    with walk.gatehouse.database.read() as uow:
        assert uow.reallocation.arrived() == []
        waiting = {order_no: uow.orders.awaits_decision(order_no) for order_no in walk.orders()}
    assert not any(waiting.values()), waiting
    for order_no in walk.orders():
        stored, latest = _latest(walk, order_no)
        assert stored.status not in ("received", "recalling"), f"{order_no} is {stored.status}"
        waits = waits_for(latest.decision, latest.order)
        rows = _all(walk, "SELECT sku FROM stock_waits WHERE order_no = :no", no=order_no)
        assert {each["sku"] for each in rows} == waits, f"{order_no} waits for {waits}"
        if waits and stored.status in ("held", "approved", "released") and not walk.world_changed:
            now = walk.gatehouse.decisions.with_waivers(stored, ())["decision"]
            assert _units(now["shipments"]) <= _units(latest.decision.shipments), f"{order_no} could have more"


def _units(shipments: Any) -> int:
    lines = canonical.dump(shipments)
    return sum(line["quantity"] for each in lines for line in each["lines"])


def orders_say_what_was_reported(walk: Walk) -> None:
    """An order is what was posted, with every event that counts laid over it."""
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            stored, posted = uow.orders.get(order_no), uow.orders.posted(order_no)
            said = reports.changed(posted, uow.reports.counting(order_no))
        assert canonical.dump(stored.order) == canonical.dump(said), order_no


def open_tasks_are_asked_for(walk: Walk) -> None:
    """Of a decision's tasks those are open that the latest one asks for."""
    for row in _all(walk, "SELECT * FROM tasks WHERE status = 'open'"):
        if not row["rule"].startswith("engine."):
            _, latest = _latest(walk, row["order_no"])
            assert row["id"] in tasks.asked(latest.decision), f"{row['rule']} of {row['order_no']}"


def everybody_was_told_once(walk: Walk) -> None:
    """Of each shipment that left, the channel; money is taken once; a courier collects what is to be paid, once."""
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            standing, vendors = uow.shipments.standing(order_no), uow.vendors.of(order_no)
        left = {each.shipment_no for each in standing if each.has_left}
        confirmed = [each["shipment_no"] for each in vendors["confirmations"]]
        skipped = _all(walk, "SELECT id FROM actions WHERE order_no = :no AND status = 'skipped'", no=order_no)
        left -= {no for no in left if derived_id("channel_confirm", no) in {each["id"] for each in skipped}}
        assert left <= set(confirmed) and len(confirmed) == len(set(confirmed)), f"{order_no}: {left} {confirmed}"
        assert len(vendors["captures"]) <= 1, order_no
    asked = sum(max(_to_collect(walk, order_no)) for order_no in walk.orders())
    labels = _all(walk, "SELECT cod_cents FROM vendor_waybills WHERE voided_at IS NULL")
    assert sum(each["cod_cents"] for each in labels) <= asked


def _to_collect(walk: Walk, order_no: str) -> Iterator[int]:
    """What any of its decisions would have had collected."""
    yield 0
    with walk.gatehouse.database.read() as uow:
        for each in uow.decisions.history(order_no):
            yield cod_cents(uow.decisions.get(each["id"]).order)


def pages_can_be_looked_at(walk: Walk) -> None:
    """Everything that is shown of an order."""
    for order_no in walk.orders()[:1]:
        decision_id = walk.gatehouse.orders.page(order_no)["order"]["decision_id"]
        walk.gatehouse.decisions.explanation(decision_id)
        walk.gatehouse.merging.candidates(order_no)
        walk.gatehouse.manual.readings(order_no)
        walk.gatehouse.order_events.of(order_no)


def _latest(walk: Walk, order_no: str) -> tuple[Any, Any]:
    with walk.gatehouse.database.read() as uow:
        stored = uow.orders.get(order_no)
        return stored, uow.decisions.get(stored.decision_id)


def actions_failed_by_vendors_only(walk: Walk) -> None:
    for row in _all(walk, "SELECT * FROM actions WHERE error IS NOT NULL"):
        _error_is_ours(row)


def _error_is_ours(action: Any) -> None:
    assert action["error"] in OURS, f"{action['type']} of {action['order_no']}: {action['error']}"


def nothing_is_promised_in_vain(walk: Walk) -> None:
    """No more is promised than is there, but for what is on its way out."""
    for row in _all(walk, "SELECT * FROM stock WHERE reserved > on_hand"):
        place, asked_for = (row["warehouse"], row["sku"]), 0
        for order_no in walk.orders():
            with walk.gatehouse.database.read() as uow:
                asked_for += units_reserved(uow.shipments.standing(order_no)).get(place, 0)
                asked_for += units_in_transfer(uow.transfers.under_way(order_no)).get(place, 0)
        assert row["reserved"] <= max(row["on_hand"], asked_for), row


def what_left_was_shipped_once(walk: Walk) -> None:
    """Of each shipment that left, its units left the stock, once."""
    moved = Counter()
    for row in _all(walk, "SELECT * FROM stock_movements WHERE kind = 'shipped'"):
        moved[row["order_no"], row["shipment_no"], row["warehouse"], row["sku"]] -= row["on_hand_change"]
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            standing = uow.shipments.standing(order_no)
        for each in standing:
            units = Counter()
            for line in each.lines:
                units[line.sku] += line.quantity if each.has_left else 0
            for sku, count in units.items():
                assert moved[order_no, each.shipment_no, each.warehouse, sku] == count, f"{each.shipment_no} {sku}"


def warehouses_were_asked_for_no_more_than_is_wanted(walk: Walk) -> None:
    """Of each line of each order, over all that warehouses were asked for and still have, or have sent off."""
    reports = {each["shipment_no"]: each for each in _all(walk, "SELECT * FROM shipment_reports")}
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            stored, outbounds = uow.orders.get(order_no), uow.vendors.of(order_no)["outbounds"]
            standing = {each.shipment_no for each in uow.shipments.standing(order_no)}
        for each in outbounds:
            if "-T" in each["shipment_no"]:
                continue
            gone = reports.get(each["shipment_no"], {"status": ""})["status"] in ("refused", "cancelled")
            here = each["cancelled_at"] is None and not gone
            assert not here or each["shipment_no"] in standing, f"{each['shipment_no']} of {stored.status} is forgotten"


def lists_agree(walk: Walk) -> None:
    """Searching, counting and the pool tell of the same orders."""
    orders, counts = walk.gatehouse.orders, walk.gatehouse.orders.counts()
    found = {each["order_no"]: each for each in _paged(orders.search, {})}
    assert sorted(found) == walk.orders()
    statuses = Counter(each["status"] for each in found.values())
    assert counts["status"] == dict(statuses)
    for status in statuses:
        assert len(list(_paged(orders.search, {"status": status}))) == statuses[status]
    rows = _all(walk, "SELECT order_no, reason, rule FROM holds WHERE closed_at IS NULL")
    reasons = Counter(each["reason"] for each in rows)
    assert counts["holds"] == dict(reasons)
    for reason in reasons:
        held = {each["order_no"] for each in rows if each["reason"] == reason}
        assert {each["order_no"] for each in _paged(orders.search, {"hold": reason})} == held
    pool = list(_paged(walk.gatehouse.exceptions.page, {}))
    counted = walk.gatehouse.exceptions.page({})["counts"]
    assert len(pool) == len({each["order_no"] for each in pool}) == walk.gatehouse.exceptions.number()
    assert counted["orders"] == len(pool)
    for queue, number in counted["queues"].items():
        assert len(list(_paged(walk.gatehouse.exceptions.page, {"queue": queue}))) == number, queue
    changed = [each["order_no"] for each in _paged(lambda _, *more: orders.changes(None, *more), {}, ends=True)]
    assert sorted(changed) == walk.orders()


def nobody_is_forgotten(walk: Walk) -> None:
    """With enough of everything, all that is paid and that no person has to look at leaves."""
    _restore(walk)
    comes_to_rest(walk)
    walk.clock.advance(days=30)
    walk.gatehouse.redeciding.redecide(None, None, ADMIN, dry_run=False)
    comes_to_rest(walk)
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            stored = uow.orders.get(order_no)
            decision = uow.decisions.get(stored.decision_id).decision
            bound = uow.changes.assignments(order_no) or uow.changes.refusals(order_no)
        reasons = {hold.reason for hold in decision.holds if hold.rule != "engine.manual"}
        if stored.status == "approved" and not bound:
            open_ = [each for each in walk.gatehouse.orders.page(order_no)["actions"] if each["status"] == "pending"]
            raise AssertionError(f"{order_no} is approved and has not left: {decision.backorders}, {open_}")
        if stored.status == "held" and not bound:
            assert not reasons or not reasons <= ENDED_BY_TIME_OR_STOCK, f"{order_no} waits in vain for {reasons}"


def _restore(walk: Walk) -> None:
    """Enough is there, everything is open, and the rules are those that were shipped."""
    for stage in CHANGES_OF_RULES:
        shipped = walk.gatehouse.rulebooks.version(stage, 1)["document"]
        walk.desk.publish(stage, lambda document, shipped=shipped: document.update(shipped))
    for house in HOUSES:
        walk.desk.change("warehouses", house, enabled=True, capacity_per_day=3000)
    walk.desk.change("skus", "MASK-20", attributes=[], limit_per_order=None)
    walk.desk.change("skus", "LAUNDRY-2L", weight_g=2150)
    with walk.gatehouse.database.write() as uow:
        for sku in SCARCE:
            for house in ("SH1", "BJ1", "ST-BJ"):
                uow.stock.set(house, sku, 500, at=walk.clock())
        uow.commit()
    for row in _all(walk, "SELECT warehouse, sku FROM stock WHERE channel_shares <> '{}' ORDER BY 1, 2"):
        document = {**row, "adjustment_id": f"all {row}", "delta": 0, "channel_shares": {}, "reason": "不再分配"}
        walk.gatehouse.stock.adjust(document, OPS)


def decisions_replay_alike(walk: Walk) -> None:
    assert walk.desk.differences() == {}


EACH_STEP = (stock_agrees, orders_are_consistent, superseded_actions_are_withdrawn)
AT_END = (
    comes_to_rest, *EACH_STEP, nothing_waits_that_could_go_on, orders_say_what_was_reported, open_tasks_are_asked_for,
    everybody_was_told_once, pages_can_be_looked_at, actions_failed_by_vendors_only, nothing_is_promised_in_vain,
    what_left_was_shipped_once, warehouses_were_asked_for_no_more_than_is_wanted, nobody_is_forgotten, *EACH_STEP,
    lists_agree, decisions_replay_alike,
)  # fmt: skip


def _all(walk: Walk, text: str, **values: Any) -> list[dict[str, Any]]:
    with walk.gatehouse.database.read() as uow:
        return [dict(row._mapping) for row in uow._connection.execute(sa.text(text), values)]


def _paged(ask: Callable[..., dict[str, Any]], filters: Any, ends: bool = False) -> Iterator[Any]:
    cursor = None
    while True:
        page = ask(filters, cursor, 9)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None or ends and not page["items"]:
            return
