"""What other rules would have made of past orders: both sides of each order, and what they come to together.

Orders are taken in the order in which they were decided. Each is judged in the world that its decision kept, but for
what the orders before it would have taken differently: units of stock, and places in a warehouse's day. So scarce stock
is used up in turn on either side, and nothing outside is touched.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine import canonical
from engine.decision import Decision, Verdict
from engine.order import Order
from engine.world import StockRow, World

TOP = 50  # changed orders that are kept one by one: those with most at stake


@dataclass(frozen=True, slots=True)
class Side:
    """What a decision came to."""

    verdict: str
    holds: tuple[str, ...]  # reasons
    warehouses: tuple[str, ...]  # one a shipment
    services: tuple[str, ...]
    freight_cents: int
    backordered: int  # units

    @classmethod
    def of(cls, decision: Decision) -> Side:
        """Of a decision; reasons and shipments in a fixed order."""
        shipments = sorted(decision.shipments, key=lambda each: (each.warehouse, each.service or ""))
        return cls(
            decision.verdict.value,
            tuple(sorted({hold.reason for hold in decision.holds})),
            tuple(each.warehouse for each in shipments),
            tuple(each.service or "" for each in shipments),
            sum(each.freight_cents for each in shipments),
            sum(each.quantity for each in decision.backorders),
        )


@dataclass
class Taken:
    """What a side took more (or, negative, less) than the orders really did, so far."""

    units: dict[str, int] = field(default_factory=dict)  # by "warehouse|sku"
    by_channel: dict[str, int] = field(default_factory=dict)  # by "warehouse|sku|channel"
    shipments: dict[str, int] = field(default_factory=dict)  # by "warehouse|ISO date"

    def differs_for(self, world: World) -> bool:
        """Whether that touches what an order reads."""
        touched = any(f"{row.warehouse}|{row.sku}" in self.units for row in world.stock)
        return touched or bool(self.shipments)

    def seen_in(self, world: World, channel: str, today: str) -> World:
        """The world with that taken."""
        stock = tuple(self._row(row, channel) for row in world.stock)
        days = {warehouse: dict(counts) for warehouse, counts in world.shipments_ahead.items()}
        on_day = dict(world.shipments_today)
        for key, more in self.shipments.items():
            warehouse, day = key.split("|")
            counts = on_day if day == today else days.setdefault(warehouse, {})
            name = warehouse if day == today else day
            counts[name] = max(0, counts.get(name, 0) + more)
        return replace(world, stock=stock, shipments_today=on_day, shipments_ahead=days)

    def add(self, decision: Decision, order: Order, sign: int) -> None:
        """Count what a decision takes (+1), or that it does not after all (-1)."""
        for (warehouse, sku), units in decision.reservations(order).items():
            _count(self.units, f"{warehouse}|{sku}", sign * units)
            _count(self.by_channel, f"{warehouse}|{sku}|{order.channel}", sign * units)
        if decision.verdict is Verdict.APPROVE:
            for shipment in decision.shipments:
                if shipment.ships_on:
                    _count(self.shipments, f"{shipment.warehouse}|{shipment.ships_on.isoformat()}", sign)

    def touching(self, world: World) -> dict[str, Any]:
        """As plain data, of the stock that an order reads, so that it can be judged once more."""
        keys = {f"{row.warehouse}|{row.sku}" for row in world.stock}
        return {
            "units": {key: more for key, more in self.units.items() if key in keys},
            "by_channel": {key: more for key, more in self.by_channel.items() if key.rpartition("|")[0] in keys},
            "shipments": dict(self.shipments),
        }

    def _row(self, row: StockRow, channel: str) -> StockRow:
        key = f"{row.warehouse}|{row.sku}"
        if key not in self.units:
            return row
        own = self.by_channel.get(f"{key}|{channel}", 0)
        return replace(row, reserved=row.reserved + self.units[key], reserved_by_channel=row.reserved_by_channel + own)


@dataclass
class Impact:
    """What the orders so far come to; plain data, so that it can be put away and taken up again."""

    orders: int = 0
    changed: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)  # "approve>hold": orders
    holds: dict[str, list[int]] = field(default_factory=dict)  # reason: orders [live, draft]
    warehouses: dict[str, int] = field(default_factory=dict)  # "BJ1>SH1": orders
    services: dict[str, int] = field(default_factory=dict)
    freight_cents: list[int] = field(default_factory=lambda: [0, 0])  # of approved orders [live, draft]
    splits: list[int] = field(default_factory=lambda: [0, 0])  # approved orders of several shipments
    backordered: list[int] = field(default_factory=lambda: [0, 0])  # units
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)  # {orders, changed, verdicts}
    top: list[dict[str, Any]] = field(default_factory=list)  # changed orders, those with most at stake first

    def count(self, live: Side, draft: Side, about: Mapping[str, Any]) -> None:
        """One more order. `about` is what to keep of it should it be among the top: `{order_no, channel,
        payable_cents, …}`."""
        self.orders += 1
        channel = self.channels.setdefault(about["channel"], {"orders": 0, "changed": 0, "verdicts": {}})
        channel["orders"] += 1
        for index, side in enumerate((live, draft)):
            self._count_side(index, side)
        if live == draft:
            return
        self.changed += 1
        channel["changed"] += 1
        if live.verdict != draft.verdict:
            _count(self.verdicts, f"{live.verdict}>{draft.verdict}", 1)
            _count(channel["verdicts"], f"{live.verdict}>{draft.verdict}", 1)
        _count_move(self.warehouses, live.warehouses, draft.warehouses)
        _count_move(self.services, live.services, draft.services)
        self._keep({**about, "live": canonical.dump(live), "draft": canonical.dump(draft)})

    def _count_side(self, index: int, side: Side) -> None:
        for reason in side.holds:
            self.holds.setdefault(reason, [0, 0])[index] += 1
        if side.verdict == Verdict.APPROVE.value:
            self.freight_cents[index] += side.freight_cents
            self.splits[index] += len(side.warehouses) > 1
        self.backordered[index] += side.backordered

    def _keep(self, order: dict[str, Any]) -> None:
        self.top.append(order)
        self.top.sort(key=_at_stake)
        del self.top[TOP:]


def _at_stake(order: Mapping[str, Any]) -> tuple[bool, int, str]:
    """Changed verdicts first, then the larger amount, then the order number."""
    return order["live"]["verdict"] == order["draft"]["verdict"], -order["payable_cents"], order["order_no"]


def _count(counts: dict[str, int], key: str, more: int) -> None:
    """Add to a count; one that comes back to nothing is forgotten."""
    counts[key] = counts.get(key, 0) + more
    if not counts[key]:
        del counts[key]


def _count_move(moves: dict[str, int], live: Iterable[str], draft: Iterable[str]) -> None:
    """An order that leaves from elsewhere, or with another service; none where it leaves on one side only."""
    before, after = Counter(live), Counter(draft)
    if before and after and before != after:
        left, come = "+".join(sorted((before - after).elements())), "+".join(sorted((after - before).elements()))
        _count(moves, f"{left or '-'}>{come or '-'}", 1)


Decide = Callable[[Order, World, dt.datetime], Decision]


class Previewing:
    """Both sides, order after order."""

    def __init__(self, live: Decide, draft: Decide, live_rulebook: str):
        self._decide_live, self._decide_draft, self._live_rulebook = live, draft, live_rulebook
        self.impact, self.live, self.draft = Impact(), Taken(), Taken()

    def state(self) -> dict[str, Any]:
        """Everything so far as plain data."""
        return {"impact": canonical.dump(self.impact), "live": vars(self.live), "draft": vars(self.draft)}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        self.impact = Impact(**state["impact"])
        self.live, self.draft = Taken(**state["live"]), Taken(**state["draft"])

    def take(self, recorded: Decision, order: Order, world: World, today: str) -> None:
        """Judge one more order. What was recorded is the live side where the live rules made it in the same world."""
        seen_by_draft = self.draft.seen_in(world, order.channel, today)
        if recorded.rulebook == self._live_rulebook and not self.live.differs_for(world):
            live = recorded
        else:
            live = self._decide_live(order, self.live.seen_in(world, order.channel, today), recorded.decided_at)
        draft = self._decide_draft(order, seen_by_draft, recorded.decided_at)
        about = {
            "order_no": order.order_no, "decision_id": recorded.id, "channel": order.channel,
            "currency": order.currency, "payable_cents": order.payable_cents,
            "taken": self.draft.touching(world),
        }  # fmt: skip
        self.impact.count(Side.of(live), Side.of(draft), about)
        for taken, decision in ((self.live, live), (self.draft, draft)):
            taken.add(recorded, order, -1)
            taken.add(decision, order, +1)
