"""An order desk under test: posts orders to a real Gatehouse, looks at what came of them, and changes the world."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping
from typing import Any

from engine import canonical
from engine.digests import TOLD_TOGETHER
from engine.service import Gatehouse
from engine.service.principals import Principal
from tests.scenarios.documents import a_document
from workers import jobs

ADMIN = Principal("person", "admin", frozenset({"admin"}))
OPS = Principal("person", "lin", frozenset({"ops"}))
APPROVER = Principal("person", "wang", frozenset({"approver"}))


def channel_of(order_no: str) -> Principal:
    """Who has the key of an order's channel."""
    channel = order_no.partition(".")[0]
    return Principal("channel", channel, frozenset(), channel)


class Case:
    """A posted order, as it stands whenever it is asked."""

    def __init__(self, gatehouse: Gatehouse, order_no: str):
        self._gatehouse = gatehouse
        self.order_no = order_no

    @property
    def page(self) -> dict[str, Any]:
        return self._gatehouse.orders.page(self.order_no)

    @property
    def status(self) -> str:
        return self._gatehouse.orders.order(self.order_no)["status"]

    @property
    def decision(self) -> dict[str, Any]:
        """The latest one."""
        return self._gatehouse.decisions.document(self._gatehouse.orders.order(self.order_no)["decision_id"])

    @property
    def verdict(self) -> str:
        return self.decision["verdict"]

    @property
    def holds(self) -> list[str]:
        """Reasons, in the order of the alphabet."""
        return sorted(hold["reason"] for hold in self.decision["holds"])

    def hold(self, reason: str) -> dict[str, Any]:
        """The one hold of that reason."""
        (found,) = (hold for hold in self.decision["holds"] if hold["reason"] == reason)
        return found

    @property
    def flags(self) -> list[str]:
        return sorted(flag["code"] for flag in self.decision["flags"])

    @property
    def instructions(self) -> list[tuple[str, str | None]]:
        return [(each["text"], each["line_no"]) for each in self.decision["instructions"]]

    @property
    def shipments(self) -> list[dict[str, Any]]:
        return self.decision["shipments"]

    @property
    def routes(self) -> list[tuple[str, str | None]]:
        """(warehouse, service) of each shipment."""
        return [(each["warehouse"], each["service"]) for each in self.shipments]

    @property
    def units(self) -> dict[str, dict[str, int]]:
        """By warehouse, units by line number."""
        return {
            each["warehouse"]: {line["line_no"]: line["quantity"] for line in each["lines"]} for each in self.shipments
        }

    @property
    def backorders(self) -> dict[str, int]:
        return {each["line_no"]: each["quantity"] for each in self.decision["backorders"]}

    @property
    def reserved(self) -> dict[tuple[str, str], int]:
        """Units by (warehouse, sku)."""
        return self.page["reservations"]

    def actions(self, type_: str | None = None) -> list[dict[str, Any]]:
        """What workers are asked to do, payloads included."""
        asked = [each for each in self.page["actions"] if each not in self.digests()]
        return [each for each in asked if type_ in (None, each["type"])]

    def digests(self) -> list[dict[str, Any]]:
        """What the clock tells together with that of other orders."""
        return [each for each in self.page["actions"] if each["payload"].get("to") in TOLD_TOGETHER]

    def tasks(self) -> list[tuple[str, str]]:
        """(queue, rule that asks) of each task."""
        return [(each["payload"]["queue"], each["payload"]["rule"]) for each in self.actions("task")]

    def notices(self) -> list[tuple[str, str]]:
        """(to, template) of each notice."""
        return [(each["payload"]["to"], each["payload"]["template"]) for each in self.actions("notify")]

    def explanation(self) -> dict[str, Any]:
        return self._gatehouse.decisions.explanation(self.decision["id"])

    def exclusions(self, kind: str) -> dict[str, list[str]]:
        """Why each candidate (of `warehouse` or `service`) is out, by its code; those that are not are left out."""
        candidates = self.explanation()["candidates"]
        return {each["code"]: each["excluded"] for each in candidates if each["kind"] == kind and each["excluded"]}


class Desk:
    """Where orders come in."""

    def __init__(self, gatehouse: Gatehouse, clock: Any):
        self.gatehouse = gatehouse
        self.clock = clock
        self._adjustments = itertools.count(1)
        self._ordered: set[str] = set()  # skus

    def post(self, *lines: Any, channel: str = "own-shop", **changes: Any) -> Case:
        """The ordinary order with these lines and changes (see `a_document`), posted and decided."""
        return self.submit(a_document(*lines, **changes), channel)

    def submit(self, document: dict[str, Any], channel: str) -> Case:
        """A whole document, posted and decided."""
        self._ordered.update(line["sku"] for line in document["lines"])
        submission = self.gatehouse.orders.submit(document, channel)
        return Case(self.gatehouse, submission.order["order_no"])

    def release(
        self, case: Case, *holds: str, by: Principal = OPS, reason: str = "确认过", dry_run: bool = False
    ) -> dict[str, Any]:
        return self.gatehouse.manual.release(case.order_no, list(holds), reason, by, dry_run)

    def report(self, case: Case, type_: str, *, event_id: str = "", at: Any = None, **data: Any) -> dict[str, Any]:
        """The channel tells of something that happened to the order, now unless `at` says when."""
        happened = at or self.clock()
        document = {
            "event_id": event_id or f"e-{next(self._adjustments)}", "type": type_, "at": happened.isoformat(),
            "data": data,
        }  # fmt: skip
        return self.gatehouse.order_events.report(case.order_no, document, channel_of(case.order_no))

    def tell(self, shipment: Mapping[str, Any], type_: str, **data: Any) -> dict[str, Any]:
        """The warehouse, or the carrier, tells of something that happened to a shipment just now."""
        document = {
            "event_id": f"v-{next(self._adjustments)}", "type": type_, "at": self.clock().isoformat(),
            "shipment_no": shipment["shipment_no"], "data": data,
        }  # fmt: skip
        return self.gatehouse.vendor_events.report(shipment["warehouse"], document, OPS)

    def hand_over(self, case: Case) -> int:
        """Time passes until the order leaves, and the workers' turn: its warehouses are asked for it."""
        self.clock.advance(minutes=31)
        return self.carry_out(case)

    def sweep(self, **later: float) -> int:
        """The clockwork's turn, after so much time."""
        self.clock.advance(**later)
        return self.gatehouse.orders.sweep()

    def reallocate(self) -> int:
        """The turn of whoever gained or lost units: how many orders were decided again."""
        return self.gatehouse.reallocation.sweep()

    def carry_out(self, case: Case) -> int:
        """The worker's turn: how many actions of the order it did."""
        jobs.bind(self.gatehouse)
        return jobs.carry_out(case.order_no)

    def change(self, kind: str, code: str, **changes: Any) -> None:
        """Replace fields of a reference document."""
        document = self.gatehouse.reference.get(kind, code)
        self.gatehouse.reference.put(kind, code, {**document, **changes}, ADMIN)

    def create(self, kind: str, code: str, **document: Any) -> None:
        self.gatehouse.reference.put(kind, code, document, ADMIN)

    def list_items(self, code: str, *items: str) -> None:
        """Add to a list."""
        known = self.gatehouse.reference.get("lists", code)["items"]
        self.change("lists", code, items=[*known, *items])

    def stock(self, sku: str, on_hand: Mapping[str, int], **more: Any) -> None:
        """Count a sku: exactly these units, and none anywhere else; no safety stock unless stated."""
        rows = self.gatehouse.stock.rows(sku=sku)["items"]
        counted = {row["warehouse"]: 0 for row in rows} | dict(on_hand)
        for warehouse, units in counted.items():
            number = next(self._adjustments)
            document = {"adjustment_id": f"c-{number}", "warehouse": warehouse, "sku": sku, "on_hand": units}
            self.gatehouse.stock.adjust({"safety_stock": 0, "reason": "盘点", **document, **more}, OPS)

    def receive(self, warehouse: str, sku: str, units: int) -> dict[str, Any]:
        """Goods come in."""
        number = next(self._adjustments)
        document = {"adjustment_id": f"r-{number}", "warehouse": warehouse, "sku": sku, "delta": units}
        return self.gatehouse.stock.adjust({**document, "kind": "received", "reason": "到货"}, OPS)

    def count(self, warehouse: str, sku: str, on_hand: int) -> dict[str, Any]:
        """Somebody counts what is on one shelf."""
        number = next(self._adjustments)
        document = {"adjustment_id": f"n-{number}", "warehouse": warehouse, "sku": sku, "on_hand": on_hand}
        return self.gatehouse.stock.adjust({**document, "reason": "盘点"}, OPS)

    def available(self, sku: str) -> dict[str, int]:
        """What may still be promised, by warehouse; those with nothing left out."""
        rows = self.gatehouse.stock.rows(sku=sku)["items"]
        return {row["warehouse"]: row["available"] for row in rows if row["available"]}

    def publish(self, stage: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Make a changed ruleset the live one."""
        with self.gatehouse.database.write() as uow:
            document = copy.deepcopy(uow.rulesets.live()[stage][2])
            change(document)
            digest = canonical.digest(document)
            uow.rulesets.publish(stage, document, digest, ADMIN.name, self.clock(), "changed by a test")
            uow.commit()
        self.gatehouse.rulebooks.forget_live()

    def upheaval(self) -> None:
        """Nothing is as it was: no stock of what was ordered, heavier goods, other rates, empty lists, other rules."""
        with self.gatehouse.database.write() as uow:
            for code in sorted(self._ordered):
                sku = uow.reference.get("skus", code)
                if sku is not None:
                    changed = {"weight_g": sku["weight_g"] + 777, "floor_cents": 10**9}
                    uow.reference.put("skus", code, {**sku, **changed})
                for row in uow.stock.rows(code, None, None, 200)[0]:
                    uow.stock.set(row["warehouse"], code, 0)
            for card in uow.reference.list("rate-cards", None, 200)[0]:
                uow.reference.put("rate-cards", card["code"], {**card, "zones": card["zones"][:1]})
            for code in ("surnames", "place-words", "stop-words", "high-risk-regions", "promotion-days"):
                uow.reference.put("lists", code, {**uow.reference.get("lists", code), "items": []})
            uow.commit()
        self.publish("audit", lambda document: document.update(rules=document["rules"][:1]))

    def differences(self) -> dict[str, Any]:
        """What replays of all decisions gave otherwise, by decision; nothing when all are identical."""
        replays = {each: self.gatehouse.decisions.replay(each) for each in self.gatehouse.decisions.ids()}
        return {each: found["differences"] for each, found in replays.items() if not found["identical"]}
