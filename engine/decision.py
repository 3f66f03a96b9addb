"""What a decision says, and the plan that stages refine on the way to it. Values only: nothing here computes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine import canonical
from engine.order import Line, Order
from engine.world import Merged, Standing, Transfer

_NAMESPACE = uuid.UUID("6a6c2f0e-5f0f-5d0a-9a43-0d7c7f3f5a11")


def derived_id(*parts: object) -> str:
    """A UUID that is the same for the same parts, so that a replay has the ids of the original."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


class Verdict(StrEnum):
    """The outcome; the strongest wins."""

    APPROVE = "approve"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that held for a subject, with the values it saw."""

    stage: str
    rule: str
    subject: str  # "order", "line:1", "coupon:X", "warehouse:SH1", "service:SH1/SF-AIR", "shipment:1"
    effects: tuple[Mapping[str, Any], ...]  # each {"do": name, …parameters as resolved}
    seen: Mapping[str, Any]  # fact name: value, of every fact that the rule's conditions name
    waived: bool = False  # its holds were taken off by a person's waiver


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an order waits, for whom, until when. Unique by (reason, rule)."""

    reason: str
    queue: str | None
    severity: str
    due_at: dt.datetime | None
    until: dt.datetime | None  # then decided again by itself
    rule: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should see; nobody waits for it."""

    code: str
    severity: str
    rule: str
    message: Mapping[str, str]  # {"zh": …, "en": …}


@dataclass(frozen=True, slots=True)
class Correction:
    """A coupon that was stacked wrongly, put right (made) or to be confirmed (proposed)."""

    kind: str  # dropped | applied | total
    coupon: str | None
    discount_cents: int  # what the payable changes by is -discount for applied, +discount for dropped
    rule: str
    state: str  # proposed | made


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the people who pack must know."""

    text: str
    rule: str
    line_no: str | None = None


@dataclass(frozen=True, slots=True)
class AliasedLine:
    """A line whose code, as the channel posted it, stands for one of our skus."""

    line_no: str
    code: str  # the channel's
    sku: str


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """A line that a bundle of the order comes apart into: weighed, routed, reserved and shipped in its place."""

    of_line: str  # the number of the line as ordered
    bundle: str  # its sku
    weight: int  # its part of the bundle's price, in proportion
    line: Line


@dataclass(frozen=True, slots=True)
class Gift:
    """A line that a rule added to the order: shipped and reserved like one, but it goes along only where it can."""

    line_no: str  # "gift-1"
    sku: str
    quantity: int
    rule: str


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """Units of a line, or of a gift, in a shipment."""

    line_no: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """One label."""

    weight_g: int
    waybill_no: str | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """What one warehouse is asked to ship."""

    shipment_no: str
    warehouse: str
    carrier: str | None  # None: picked up
    service: str | None
    freight_cents: int
    weight_g: int
    distance_km: int | None
    ships_on: dt.date | None
    promised_on: dt.date | None
    lines: tuple[ShipmentLine, ...]
    parcels: tuple[Parcel, ...] = ()
    status: str = "planned"
    merged: Merged | None = None  # in one parcel with other orders' goods

    @property
    def asked_as(self) -> str:
        """The number under which its warehouse and carrier are asked for it."""
        return self.merged.shipment_no if self.merged else self.shipment_no

    @property
    def goes_along(self) -> bool:
        """Whether it is in the parcel of another order, whose warehouse and carrier hear of it with that one."""
        return self.asked_as != self.shipment_no

    @property
    def is_planned(self) -> bool:
        """Whether its warehouse has not been asked for it yet."""
        return self.status == "planned"


@dataclass(frozen=True, slots=True)
class Backorder:
    """Units that nobody can fill now."""

    line_no: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ActionIntent:
    """Work for a worker that goes into the outbox with the decision. `payload` is plain data, enough to do the work."""

    id: str
    type: str  # outbound waybill notify task refund webhook channel_confirm …
    payload: Mapping[str, Any]
    after: tuple[str, ...] = ()  # ids of actions that must be done first
    not_before: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a candidate was taken out."""

    code: str  # INSUFFICIENT_STOCK … RULE
    rule: str | None = None  # the rule, where one did it
    detail: Mapping[str, Any] = field(default_factory=dict)  # the numbers behind it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A warehouse, or a service of a warehouse, that was considered, and how it did."""

    kind: str  # warehouse | service
    code: str  # "SH1"; "SH1/SF-AIR"
    chosen: bool
    excluded: tuple[Exclusion, ...]
    rank: int | None  # the best rank that rules gave, lower first; None: none did
    cost_cents: int | None
    distance_km: int | None = None
    available_units: int | None = None
    days: int | None = None
    shipment: str | None = None  # the shipment_no that chose it


@dataclass(frozen=True, slots=True)
class Plan:
    """What the stages so far want for the order. Effects are pure functions Plan -> Plan; tuples keep firing order."""

    aliased: tuple[AliasedLine, ...] = ()
    components: tuple[ComponentLine, ...] = ()
    approvals: tuple[str, ...] = ()  # rules that approved
    rejections: tuple[tuple[str, str], ...] = ()  # (reason, rule)
    holds: tuple[Hold, ...] = ()
    waived: tuple[str, ...] = ()  # reasons of holds that a waiver took off
    flags: tuple[Flag, ...] = ()
    corrections: tuple[Correction, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    gifts: tuple[Gift, ...] = ()
    intents: tuple[ActionIntent, ...] = ()  # notify, task, webhook asked for by rules
    tags: frozenset[str] = frozenset()
    risk_score: int = 0
    payable_cents: int = 0  # as corrected so far
    priority: str = "normal"
    priority_rule: str | None = None  # the rule that set it
    release_after_minutes: int | None = None  # the longest that a rule asked for
    ship_together: bool = False
    wished_carrier: str | None = None
    deliver_on: dt.date | None = None
    ship_not_before: dt.date | None = None
    max_shipments: int | None = None
    allow_backorder: bool = False
    excluded: Mapping[str, tuple[Exclusion, ...]] = field(default_factory=dict)  # candidate subject: why
    ranks: Mapping[str, int] = field(default_factory=dict)  # candidate subject: best rank
    pins: tuple[str, ...] = ()  # candidate subjects
    pick_mode: str | None = None
    labels: tuple[tuple[str, str | None], ...] = ()  # (text, number of the line it is for; None: every parcel)
    shipments: tuple[Shipment, ...] = ()
    backorders: tuple[Backorder, ...] = ()
    route_outcome: str = "none"  # see engine.routing.sourcing
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole answer about an order. A replay of the same inputs is equal byte for byte."""

    id: str
    order_no: str
    sequence: int
    verdict: Verdict
    decided_at: dt.datetime
    rulebook: str  # digest
    software: str
    holds: tuple[Hold, ...]
    flags: tuple[Flag, ...]
    corrections: tuple[Correction, ...]
    waivers: tuple[Mapping[str, Any], ...]
    risk_score: int
    payable_cents: int
    shipments: tuple[Shipment, ...]
    backorders: tuple[Backorder, ...]
    instructions: tuple[Instruction, ...]
    firings: tuple[Firing, ...]
    actions: tuple[ActionIntent, ...]
    priority: str
    pick_mode: str | None
    labels: tuple[str, ...]
    tags: frozenset[str]
    rejections: tuple[Mapping[str, str], ...]
    release_at: dt.datetime | None  # approved: when it leaves for the warehouse
    reserves: bool  # whether the shipments' units are to be reserved
    reserve_until: dt.datetime | None = None  # unpaid: then the stock is freed
    gifts: tuple[Gift, ...] = ()
    aliased: tuple[AliasedLine, ...] = ()
    components: tuple[ComponentLine, ...] = ()
    transfers: tuple[Transfer, ...] = ()  # to the store where it is picked up
    recalled: tuple[str, ...] = ()  # shipments that warehouses are asked to stop, and have not answered for
    kept: tuple[Standing, ...] = ()  # of its shipments those of the decision before, where rules could not be judged

    def replayable(self) -> bytes:
        """The bytes that a replay must reproduce: everything but the states of actions and shipments."""
        return canonical.canonical_json(self)

    def reservations(
        self, order: Order, standing: Mapping[tuple[str, str], int] | None = None
    ) -> dict[tuple[str, str], int]:
        """Units to reserve by (warehouse, sku): what is planned, if that is kept, beside those of what stands."""
        wanted, skus = dict(standing or {}), skus_by_line(order, self)
        kept = {each.shipment_no for each in self.kept}
        planned = (each for each in self.shipments if each.is_planned and each.shipment_no not in kept)
        inside = [(each.warehouse, skus[line.line_no], line.quantity) for each in planned for line in each.lines]
        inside += [(each.warehouse, line.sku, line.quantity) for each in self.kept for line in each.lines]
        for warehouse, sku, units in inside if self.reserves else ():
            wanted[warehouse, sku] = wanted.get((warehouse, sku), 0) + units
        for transfer in self.transfers if self.reserves else ():
            for sku, units in transfer.units.items() if transfer.status == "asked" else ():
                wanted[transfer.source, sku] = wanted.get((transfer.source, sku), 0) + units
        return dict(sorted(wanted.items()))


def skus_by_line(order: Order, made: Plan | Decision) -> dict[str, str]:
    """The sku of every line that a shipment may hold, by line number: as ordered, of bundles' components, and gifts.

    The order may be as posted, or in our skus already.
    """
    sold = {line.line_no: line.sku for line in order.lines}
    ours = {each.line_no: each.sku for each in made.aliased}
    parts = {each.line.line_no: each.line.sku for each in made.components}
    return {**sold, **ours, **parts, **{gift.line_no: gift.sku for gift in made.gifts}}
