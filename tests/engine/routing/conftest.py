"""A small made-up world, and orders in it, that the tests of routing change to their liking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.decision import Plan
from engine.order import Buyer, Delivery, Line, Order, Payment, Receiver
from engine.routing.candidates import demands, warehouse_options
from engine.routing.services import service_options
from engine.routing.sourcing import Route, route
from engine.world import (
    Carrier,
    Coverage,
    RateCard,
    Reference,
    Service,
    Sku,
    Step,
    StockRow,
    Warehouse,
    World,
    Zone,
)

NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)  # 12:00 in Shanghai, a Friday
DEFAULT_PREFERENCE = ("rules", "fewest_shipments", "cost", "distance", "code")
PLACES = {
    "SH1": ("上海市", "上海市"),
    "BJ1": ("北京市", "北京市"),
    "GZ1": ("广东省", "广州市"),
    "CD1": ("四川省", "成都市"),
}


def flat_card(code: str, first_cents: int, additional_cents: int = 100, days: int = 2, **more: Any) -> RateCard:
    """First kilogram, and each started one after it, from everywhere to everywhere."""
    return RateCard(code, (Zone((), (), (Step(1000, first_cents),), 1000, additional_cents, days=days),), **more)


@dataclass
class Stage:
    """Everything that routing reads, open to change before `run`."""

    order: Order
    warehouses: dict[str, Warehouse]
    carriers: dict[str, Carrier]
    cards: dict[str, RateCard]
    skus: dict[str, Sku]
    stock: list[StockRow]
    coverage: dict[str, Coverage]
    plan: Plan
    now: dt.datetime = NOON
    preference: Sequence[str] = DEFAULT_PREFERENCE
    shipments_today: Mapping[str, int] | None = None

    @property
    def world(self) -> World:
        reference = Reference(
            warehouses=self.warehouses, carriers=self.carriers, rate_cards=self.cards, coverage=self.coverage
        )
        rows = sorted(self.stock, key=lambda row: (row.warehouse, row.sku))
        return World(reference, self.skus, tuple(rows), shipments_today=self.shipments_today or {})

    def sku(self, code: str, weight_g: int = 500, **more: Any) -> None:
        self.skus[code] = Sku(code, code, "goods", weight_g, **more)

    def lines(self, **units: int) -> None:
        self.order = replace(
            self.order,
            lines=tuple(Line(str(n), sku, count, 1000) for n, (sku, count) in enumerate(units.items(), start=1)),
        )

    def holds(self, warehouse: str, **units: int) -> None:
        """The warehouse has these units of these skus and nothing else; it is made where it is not known."""
        if warehouse not in self.warehouses:
            province, city = PLACES.get(warehouse, ("上海市", "上海市"))
            self.warehouses[warehouse] = Warehouse(warehouse, warehouse, province, city)
        self.stock = [row for row in self.stock if row.warehouse != warehouse]
        self.stock += [StockRow(warehouse, sku, count) for sku, count in units.items()]

    def warehouse(self, code: str, **changes: Any) -> None:
        self.warehouses[code] = replace(self.warehouses[code], **changes)

    def service(self, code: str, card: RateCard, carrier: str = "SF", **more: Any) -> None:
        made = Service(code, code, more.pop("service_level", "standard"), **more)
        known = self.carriers.get(carrier, Carrier(carrier, carrier))
        others = tuple(each for each in known.services if each.code != code)
        self.carriers[carrier] = replace(known, services=(*others, made))
        self.cards[code] = card

    def deliver(self, **changes: Any) -> None:
        self.order = replace(self.order, delivery=replace(self.order.delivery, **changes))

    def demands(self):  # type: ignore[no-untyped-def]
        return demands(self.order, self.world)

    def warehouse_options(self):  # type: ignore[no-untyped-def]
        return warehouse_options(self.order, self.world, self.demands(), self.now)

    def warehouse_option(self, code: str):  # type: ignore[no-untyped-def]
        return next(each for each in self.warehouse_options() if each.warehouse.code == code)

    def service_options(self):  # type: ignore[no-untyped-def]
        return service_options(self.order, self.world, self.demands(), self.warehouse_options(), self.now)

    def service_option(self, code: str):  # type: ignore[no-untyped-def]
        return next(each for each in self.service_options() if each.code == code)

    def run(self, **plan: Any) -> Route:
        return route(
            self.order,
            self.world,
            replace(self.plan, **plan),
            self.demands(),
            self.warehouse_options(),
            self.service_options(),
            self.now,
            self.preference,
            lambda number: f"S{number}",
        )


@pytest.fixture
def make_stage() -> Callable[[], Stage]:
    """A stage with sku A and B of 500 g, no warehouses, and the service SF-STD at CNY 10 + 1 a kilogram."""

    def make() -> Stage:
        place = {"province": "江苏省", "city": "苏州市", "district": "姑苏区", "address": "人民路1号"}
        receiver = Receiver("张伟", "13800138000", **place)
        order = Order(
            channel="own-shop",
            channel_order_no="1",
            placed_at=NOON,
            currency="CNY",
            buyer=Buyer("b1"),
            receiver=receiver,
            lines=(Line("1", "A", 2, 1000),),
            payment=Payment("paid", "alipay"),
            delivery=Delivery("ship"),
            payable_cents=2000,
        )
        stage = Stage(order, {}, {}, {}, {}, [], {}, Plan())
        stage.sku("A")
        stage.sku("B")
        stage.service("SF-STD", flat_card("SF-STD", 1000))
        return stage

    return make


@pytest.fixture
def stage(make_stage: Callable[[], Stage]) -> Stage:
    return make_stage()


@pytest.fixture
def flat() -> Callable[..., RateCard]:
    """`flat_card`, for tests that do not import this file."""
    return flat_card
