"""What warehouses and carriers report about shipments: written down, and what follows for stock, order and people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from engine import reports
from engine.config import Settings
from engine.decision import ActionIntent, derived_id
from engine.errors import Conflict, Forbidden, NotFound, OrderError, Problem
from engine.intake.events import load_vendor_event
from engine.recalls import void_id
from engine.reports import VendorEvent
from engine.routing import calendars
from engine.service import transfers
from engine.service.decisions import Decisions
from engine.service.orders import left_behind
from engine.service.parcel_reports import OfParcel, of_parcel
from engine.service.principals import Principal
from engine.standing import AMISS, GONE, amiss_flags, shipping_status
from engine.world import Refusal, Transfer

# Why an event was written down and changed nothing.
LATE = "late"  # the shipment had come further
GONE_BEFORE = "gone"  # the warehouse had refused the shipment, or we had taken it back
PART_BACK = "part_back"  # one of several parcels can be sold again

_SHIPPING = ("approved", "released", "partially_shipped", "shipped", "delivered")
_AFTER_DELIVERY = dt.timedelta(days=7)  # without a dispute: then an order is completed
_SEEN_TO_WITHIN_MINUTES = 240  # working ones
_SWEEP = 200

_TASKS: Mapping[str, tuple[str, str, str]] = {  # queue, zh, en
    "short_picked": ("warehouse", "少拣：请盘点", "Picked short: count the shelf"),
    "returned": ("service", "包裹退回：联系买家", "The parcel came back: talk to the buyer"),
    "lost": ("service", "包裹丢失：索赔并联系买家", "The parcel is lost: claim for it and talk to the buyer"),
    "damaged": ("service", "包裹破损：索赔并联系买家", "The parcel is damaged: claim for it and talk to the buyer"),
    PART_BACK: ("warehouse", "多件中退回一件：清点入库", "One of several parcels came back: count it"),
    GONE_BEFORE: ("warehouse", "已拒单或撤回的发货单却发出：请核实", "Shipped though refused or taken back: find out"),
}


class VendorEvents:
    """Use cases around the events of shipments."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], decisions: Decisions):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._decisions = decisions

    def report(self, vendor: str, document: Any, by: Principal) -> dict[str, Any]:
        """Write an event down and do what follows: `{order_no, shipment_no, status, applied, why_not}`.

        `status` is the shipment's after it. The same event again gives the same answer. Reports may overtake one
        another: a shipment never goes back. What was refused, or picked short, is decided again at once. Raises
        OrderError, NotFound (also for a shipment that is another vendor's), and Conflict for a known id with other
        content.
        """
        if by.kind == "vendor" and by.vendor != vendor:
            raise Forbidden(f"this key is for vendor {by.vendor}")
        event = load_vendor_event(document)
        answer, order_nos = self._database.write_retrying(partial(self.write, vendor, event, by))
        for order_no in order_nos:
            self._decide(order_no)
        return answer

    def complete(self) -> int:
        """Complete the orders that were delivered a week ago and that nobody wants to send back. Gives how many."""
        before = self._clock() - _AFTER_DELIVERY
        with self._database.read() as uow:
            due = uow.reports.delivered_before(before, _SWEEP)
        return sum(self._database.write_retrying(partial(self._complete, order_no, before)) for order_no in due)

    def _complete(self, order_no: str, before: dt.datetime, uow: Any) -> bool:
        uow.orders.decision_id(order_no, lock=True)
        if order_no not in uow.reports.delivered_before(before, _SWEEP):
            return False
        stored = uow.orders.get(order_no)
        uow.orders.set_state(order_no, "completed", stored.decision_id, stored.release_at)
        return True

    def _decide(self, order_no: str) -> None:
        """Decide the order if it waits for that; whoever wrote the event down may have died since."""
        with self._database.read() as uow:
            waits = uow.orders.awaits_decision(order_no)
        if waits is not None:
            self._decisions.decide(order_no, *waits)

    def write(
        self, vendor: str, event: VendorEvent, by: Principal, uow: Any
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The same inside the transaction of somebody who decides right after: the answer, and the orders whose goods
        are in the parcel."""
        brought = uow.transfers.get(event.shipment_no) if event.shipment_no else None
        if brought is not None:
            return self._write_transfer(vendor, event, by, brought[0], brought[1], uow)
        number = self._shipment(vendor, event, uow).shipment_no
        order_nos = tuple(sorted({each.order_no for each in uow.reports.parcel(number)}))
        for order_no in order_nos:
            uow.orders.decision_id(order_no, lock=True)
        known = self._known(vendor, event, uow)
        if known is not None:
            return known, order_nos
        first, *others = uow.reports.parcel(number)  # as it is now that nobody else reports of it
        status, why_not = self._apply(event, first, uow)
        for other in others:
            self._apply(event, other, uow)
        return self._keep(vendor, event, (first.order_no, number), by, status, why_not, uow), order_nos

    def _write_transfer(
        self, vendor: str, event: VendorEvent, by: Principal, order_no: str, transfer: Transfer, uow: Any
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The same for goods that are brought to where an order is picked up."""
        seen = uow.orders.decision_id(order_no, lock=True)
        known = self._known(vendor, event, uow)
        if known is not None:
            return known, (order_no,)
        now, (_, transfer) = self._clock(), uow.transfers.get(transfer.transfer_no)
        status, why_not = transfers.report(vendor, event, order_no, transfer, uow, now)
        if why_not is None:
            uow.orders.begin(order_no, seen, now, left_behind(now))
        about = (order_no, transfer.transfer_no)
        return self._keep(vendor, event, about, by, status, why_not, uow), (order_no,)

    def _known(self, vendor: str, event: VendorEvent, uow: Any) -> dict[str, Any] | None:
        """What an event that is known was answered with. Raises Conflict where it is known with other content."""
        kept = uow.reports.vendor_event(vendor, event.event_id)
        if kept is None:
            return None
        if kept.digest != event.digest:
            raise Conflict(f"event {event.event_id} of vendor {vendor} is known with other content")
        return _answer(kept.order_no, kept.shipment_no, kept.status, kept.why_not)

    def _keep(
        self, vendor: str, event: VendorEvent, about: tuple[str, str], by: Principal, status: str, why_not: str | None,
        uow: Any,
    ) -> dict[str, Any]:  # fmt: skip
        if not uow.reports.keep_vendor_event(vendor, event, *about, by.name, self._clock(), status, why_not):
            raise Conflict(f"event {event.event_id} of vendor {vendor} is known with other content")
        return _answer(*about, status, why_not)

    def _shipment(self, vendor: str, event: VendorEvent, uow: Any) -> Any:
        """The shipment that an event is about. Raises NotFound, also where it is none of the vendor's business."""
        shipment = uow.reports.shipment(event.shipment_no, event.waybill_no)
        if shipment is None or not _asked(shipment.shipment_no, uow):
            raise NotFound(f"there is no shipment {event.shipment_no or event.waybill_no}")
        ours = {shipment.asked.warehouse, shipment.asked.carrier}
        named = any(uow.reference.get(kind, vendor) for kind in ("warehouses", "carriers"))
        if named and vendor not in ours:  # who is neither a warehouse nor a carrier speaks for several
            raise NotFound(f"there is no shipment {event.shipment_no or event.waybill_no} at {vendor}")
        return shipment

    def _apply(self, event: VendorEvent, shipment: Any, uow: Any) -> tuple[str, str | None]:
        """Do what follows for one order's goods; the shipment's status after it, and why nothing does, where so."""
        was, picked, parcel = shipment.status, _picked(event, shipment), of_parcel(event, shipment, uow)
        status = parcel.status if parcel else _status_after(event, shipment, picked)
        if was in GONE:
            self._contradicts(event, shipment, uow)
            return status, GONE_BEFORE
        known = reports.says_nothing_new(parcel.was if parcel else was, event.type)
        if known or event.type == "short_picked" and reports.has_left(was):
            return status, LATE
        if status != was or picked != shipment.picked:
            uow.reports.progress(shipment, status, picked, event.at)
        if event.type != "short_picked" or picked != shipment.picked:
            self._follow(event, replace(shipment, picked=picked), status, parcel, uow)
        return status, None

    def _follow(self, event: VendorEvent, shipment: Any, status: str, parcel: OfParcel | None, uow: Any) -> None:
        """What a shipment's new status, or that of one of its parcels, means for stock, channel, order and people."""
        order_no = shipment.order_no
        left = reports.has_left(status) and not reports.has_left(shipment.status)
        if left:
            self._leave(shipment, uow)
        if event.type == "packed" and shipment.asked.carrier is None:
            uow.actions.add(order_no, uow.orders.decision_id(order_no), [_ready(shipment)])
        if event.type in ("refused", "short_picked"):
            self._refuse(event, shipment, status, uow)
        if event.type == "returned" and event.data.get("sellable"):
            self._take_back(event, shipment, parcel, uow)
        label = parcel.waybill_no if parcel else None
        if event.type in _TASKS:
            self._ask(event.type, shipment, uow, label)
        if event.type in AMISS and shipment.asked.carrier is not None:
            uow.actions.add(order_no, uow.orders.decision_id(order_no), [_amiss(event.type, shipment, label)])
        for flag in amiss_flags([event.type]):
            uow.decisions.flag(uow.decisions.latest(order_no).decision, flag, self._clock())
        self._set_status(order_no, event, left, uow)

    def _leave(self, shipment: Any, uow: Any) -> None:
        """Its units have left; the channel and the buyer hear of it."""
        order_no = shipment.order_no
        uow.stock.ship(order_no, shipment.shipment_no, _units(shipment), self._clock())
        stored = uow.orders.get(order_no)
        uow.actions.add(order_no, stored.decision_id, list(_told(stored.order, shipment)))

    def _take_back(self, event: VendorEvent, shipment: Any, parcel: OfParcel | None, uow: Any) -> None:
        """Its units are on the shelf again. What was in one of several parcels nobody knows, so each is counted."""
        if parcel:
            self._ask(PART_BACK, shipment, uow, parcel.waybill_no)
            return
        lines, reason = _units(shipment), event.data.get("reason", "")
        uow.stock.take_back(shipment.order_no, shipment.shipment_no, lines, self._clock(), reason)

    def _refuse(self, event: VendorEvent, shipment: Any, status: str, uow: Any) -> None:
        """That warehouse does not ship this order, or has no more of what was short; it is decided again without it."""
        order_no, warehouse = shipment.order_no, shipment.asked.warehouse
        reason, now = event.data.get("reason", ""), self._clock()
        short = shipment.picked.keys()
        skus = [None] if event.type == "refused" else sorted({
            line.sku for line in shipment.asked.lines if line.line_no in short
        })  # fmt: skip
        for sku in skus:
            uow.changes.refuse(order_no, Refusal(warehouse, sku, reason, event.at))
        stored = uow.orders.get(order_no)
        if status in GONE and shipment.asked.carrier is not None and not shipment.goes_along:
            uow.actions.withdraw([derived_id("waybill", shipment.shipment_no)])
            uow.actions.add(order_no, stored.decision_id, [_void(shipment)])
        uow.orders.again(order_no, "shipment_updated")
        uow.orders.begin(order_no, stored.decision_id, now, left_behind(now))

    def _set_status(self, order_no: str, event: VendorEvent, left: bool, uow: Any) -> None:
        """The order shows the least advanced of its shipments, unless something else is the matter with it."""
        stored, now = uow.orders.get(order_no), self._clock()
        if stored.status not in _SHIPPING:
            if left and stored.status not in ("completed", "cancelled", "rejected"):
                uow.orders.again(order_no, "shipment_updated")
                uow.orders.begin(order_no, stored.decision_id, now, left_behind(now))
            return
        decision = uow.decisions.get(stored.decision_id).decision
        standing = {each.shipment_no: each.status for each in uow.shipments.standing(order_no)}
        known = uow.reports.states(order_no)
        planned = ["planned" for each in decision.shipments if each.shipment_no not in {**standing, **known}]
        status = shipping_status([*standing.values(), *planned], bool(decision.backorders))
        if status == stored.status or (status == "approved" and not planned):
            return
        uow.orders.set_state(order_no, status, stored.decision_id, stored.release_at)
        if status == "delivered":
            uow.reports.delivered(order_no, event.at)

    def _contradicts(self, event: VendorEvent, shipment: Any, uow: Any) -> None:
        """A report about a shipment that is none any more. What left all the same is gone from the shelf."""
        if reports.has_left(reports.progressed("released", event.type)):
            units = _units(shipment)
            uow.stock.ship(shipment.order_no, shipment.shipment_no, units, self._clock(), promised=False)
            self._ask(GONE_BEFORE, shipment, uow)

    def _ask(self, kind: str, shipment: Any, uow: Any, label: str | None = None) -> None:
        """Have people see to it; once, however often it is reported. `label`: of which of its parcels."""
        queue, zh, en = _TASKS[kind]
        zh, en = (f"{zh} ({label})", f"{en} ({label})") if label else (zh, en)
        due_at = calendars.working_due(self._clock(), _SEEN_TO_WITHIN_MINUTES, self._settings.time_zone)
        payload = {
            "queue": queue, "title": {"zh": zh, "en": en}, "due_at": due_at.isoformat(),
            "rule": f"engine.{kind.replace('_', '-')}", "subject": f"shipment:{shipment.shipment_no}",
        }  # fmt: skip
        decision_id = uow.orders.decision_id(shipment.order_no)
        asked = ActionIntent(derived_id("task", shipment.shipment_no, kind, *_only(label)), "task", payload)
        uow.actions.add(shipment.order_no, decision_id, [asked])


def _asked(shipment_no: str, uow: Any) -> bool:
    """Whether a worker has asked a warehouse for it, as far as anybody can tell, or a person has."""
    asking = uow.actions.by_ids([derived_id("outbound", shipment_no)])
    return any(each["claimed_by"] is not None for each in asking)


def _answer(order_no: str, shipment_no: str, status: str, why_not: str | None) -> dict[str, Any]:
    return {
        "order_no": order_no, "shipment_no": shipment_no, "status": status, "applied": why_not is None,
        "why_not": why_not,
    }  # fmt: skip


def _picked(event: VendorEvent, shipment: Any) -> dict[str, int]:
    """How many units of short lines there are by now. Raises OrderError for a line that is not in the shipment."""
    picked = dict(shipment.picked)
    asked = {line.line_no: line.quantity for line in shipment.asked.lines}
    problems = []
    for at, each in enumerate(event.data.get("lines", ()) if event.type == "short_picked" else ()):
        number, units = each["line_no"], each["picked"]
        if each["order_no"] != shipment.order_no and (each["order_no"] is not None or shipment.goes_along):
            continue  # another order's in the same parcel
        if number not in asked:
            wanted = f"must be a line of the shipment: {', '.join(asked)}"
            problems.append(Problem(f"data.lines.{at}.line_no", "not-a-choice", wanted))
        elif units >= asked[number]:
            wanted = f"must be fewer than the {asked[number]} that were asked for"
            problems.append(Problem(f"data.lines.{at}.picked", "out-of-range", wanted))
        else:
            picked[number] = min(units, picked.get(number, units))
    if problems:
        raise OrderError(problems, "The event cannot be accepted as it is.")
    return picked


def _status_after(event: VendorEvent, shipment: Any, picked: Mapping[str, int]) -> str:
    """A shipment of which nothing was there is as good as refused."""
    nothing = all(picked.get(line.line_no) == 0 for line in shipment.asked.lines)
    return reports.progressed(shipment.status, "refused" if event.type == "short_picked" and nothing else event.type)


def _units(shipment: Any) -> list[tuple[str, str, int]]:
    """What is in it: (warehouse, sku, units)."""
    return [
        (shipment.asked.warehouse, line.sku, shipment.picked.get(line.line_no, line.quantity))
        for line in shipment.asked.lines
    ]


def _void(shipment: Any) -> ActionIntent:
    """Its labels are given back."""
    number, asked = shipment.shipment_no, shipment.asked
    label = {"shipment_no": number, "carrier": asked.carrier, "service": asked.service}
    return ActionIntent(void_id(number), "void_waybill", label, (derived_id("waybill", number),))


def _ready(shipment: Any) -> ActionIntent:
    """The buyer can come and take it."""
    told = {"to": "buyer", "template": "pickup-ready", "rule": "engine.pickup-ready", "shipment_no": shipment.asked_as}
    return ActionIntent(derived_id("notify", shipment.shipment_no, "ready"), "notify", told)


def _amiss(kind: str, shipment: Any, label: str | None) -> ActionIntent:
    """The buyer hears of it, and of which parcel where there are several."""
    told = {
        "to": "buyer", "template": f"parcel-{kind}", "rule": f"engine.{kind}", "shipment_no": shipment.asked_as,
        **({"waybill_no": label} if label else {}),
    }  # fmt: skip
    return ActionIntent(derived_id("notify", shipment.shipment_no, kind, *_only(label)), "notify", told)


def _only(label: str | None) -> tuple[str, ...]:
    return (label,) if label else ()


def _told(order: Any, shipment: Any) -> Iterable[ActionIntent]:
    """The channel is told what was shipped, and the buyer under which number; both wait until it has one."""
    number, asked = shipment.shipment_no, shipment.asked
    labelled = () if asked.carrier is None else (derived_id("waybill", shipment.asked_as),)
    confirmed = {
        "channel": order.channel, "channel_order_no": order.channel_order_no, "shipment_no": number,
        "labelled_as": shipment.asked_as, "carrier": asked.carrier, "service": asked.service,
        "lines": [
            {"line_no": line.line_no, "sku": line.sku, "quantity": shipment.picked.get(line.line_no, line.quantity)}
            for line in asked.lines
        ],
    }  # fmt: skip
    yield ActionIntent(derived_id("channel_confirm", number), "channel_confirm", confirmed, labelled)
    if asked.carrier is not None:
        notice = {"to": "buyer", "template": "order-shipped", "rule": "engine.shipped"}
        told = {**notice, "shipment_no": shipment.asked_as}
        yield ActionIntent(derived_id("notify", "shipped", number), "notify", told, labelled)
