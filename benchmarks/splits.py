"""Generated orders that one warehouse seldom fills: up to 12 lines, 8 warehouses, 4 services with their own cards."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from engine.decision import Plan
from engine.order import Buyer, Delivery, Line, Order, Payment, Receiver
from engine.routing.candidates import demands, warehouse_options
from engine.routing.services import service_options
from engine.routing.sourcing import Route, route
from engine.world import Carrier, RateCard, Reference, Service, Sku, Step, StockRow, Warehouse, World, Zone

NOW = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
PLACES = {
    "SH1": ("上海市", "上海市"), "BJ1": ("北京市", "北京市"), "GZ1": ("广东省", "广州市"), "CD1": ("四川省", "成都市"),
    "WH1": ("湖北省", "武汉市"), "XA1": ("陕西省", "西安市"), "HZ1": ("浙江省", "杭州市"), "SY1": ("辽宁省", "沈阳市"),
}  # fmt: skip
PREFERENCE = ("rules", "fewest_shipments", "cost", "distance", "code")
_TO = {"province": "江苏省", "city": "苏州市", "district": "姑苏区", "address": "人民路1号"}


@dataclass(frozen=True)
class Instance:
    """An order and the world it is to be shipped from."""

    order: Order
    world: World

    def shipped(self) -> Route:
        """How Gatehouse ships it, from the facts of candidates to the report on each."""
        lines = demands(self.order, self.world)
        warehouses = warehouse_options(self.order, self.world, lines, NOW)
        services = service_options(self.order, self.world, lines, warehouses, NOW)
        return route(
            self.order, self.world, Plan(), lines, warehouses, services, NOW, PREFERENCE, lambda number: f"S{number}"
        )


def instance(seed: int) -> Instance:
    """The instance of that number; the same every time."""
    dice = random.Random(seed)
    skus = {code: _sku(code, dice) for code in "ABCDEFGHIJKL"[: dice.randint(1, 12)]}
    wanted = {code: dice.choice((1, 1, 1, 2, 3)) for code in skus}
    codes = sorted(dice.sample(list(PLACES), dice.randint(2, 8)))
    warehouses = {
        code: Warehouse(code, code, *PLACES[code], handling_cents=dice.choice((0, 100, 250, 400))) for code in codes
    }
    stock = tuple(
        StockRow(warehouse, sku, units)
        for warehouse in codes
        for sku in skus
        if (units := dice.choice((0, 0, 1, wanted[sku], wanted[sku], wanted[sku] + 5)))
    )
    cards = {code: _card(code, dice) for code in ("SF-STD", "SF-AIR", "ZTO-STD", "JD-STD")[: dice.randint(1, 4)]}
    services = tuple(_service(code, dice, len(skus)) for code in cards)
    reference = Reference(
        warehouses=warehouses, carriers={"ALL": Carrier("ALL", "ALL", services)}, rate_cards=cards, coverage={}
    )
    return Instance(_order(wanted), World(reference, skus, stock))


def large_instance(seed: int) -> Instance:
    """30 lines and 8 warehouses of which two or three together have it all; often in several parcels."""
    dice = random.Random(seed)
    skus = {code: _sku(code, dice) for code in (f"S{number:02}" for number in range(30))}
    wanted = {code: dice.choice((1, 1, 2, 3)) for code in skus}
    warehouses = {
        code: Warehouse(code, code, *place, handling_cents=dice.choice((0, 100, 250))) for code, place in PLACES.items()
    }
    stock = tuple(
        StockRow(warehouse, sku, units)
        for warehouse in warehouses
        for sku in skus
        if (units := dice.choice((0, wanted[sku], wanted[sku], wanted[sku] + 5)))
    )
    cards = {code: _card(code, dice) for code in ("SF-STD", "ZTO-STD", "JD-STD")}
    limit, takes = dice.choice((None, 10_000)), frozenset({"fragile"})
    services = tuple(Service(code, code, "standard", None if code == "SF-STD" else limit, takes) for code in cards)
    reference = Reference(
        warehouses=warehouses, carriers={"ALL": Carrier("ALL", "ALL", services)}, rate_cards=cards, coverage={}
    )
    return Instance(_order(wanted), World(reference, skus, stock))


def _sku(code: str, dice: random.Random) -> Sku:
    weight_g = dice.choice((200, 500, 500, 1000, dice.randrange(100, 3000, 100)))
    sides = dice.choice(((None, None, None), (100, 100, 100), (200, 200, 300)))
    fragile = frozenset({"fragile"}) if dice.random() < 0.1 else frozenset[str]()
    return Sku(code, code, "goods", weight_g, *sides, attributes=fragile)


def _card(code: str, dice: random.Random) -> RateCard:
    zones = tuple(_zone(province, dice) for province, _ in PLACES.values() if dice.random() < 0.95)
    return RateCard(code, zones, volumetric_cm3_per_kg=dice.choice((None, None, 6000, 12000)))


def _zone(province: str, dice: random.Random) -> Zone:
    first = dice.randrange(300, 1500, 50)
    steps = (Step(1000, first), Step(3000, first + dice.randrange(0, 400, 50)))
    return Zone(
        (province,), (), steps[: dice.randint(1, 2)], dice.choice((500, 1000)), dice.randrange(50, 400, 10),
        surcharge_cents=dice.choice((0, 0, 0, 100)), days=dice.randint(1, 4),
    )  # fmt: skip


def _service(code: str, dice: random.Random, lines: int) -> Service:
    """Parcels have limits in small orders only: then a price hangs on every unit, and the oracle must try them all."""
    limit = dice.choice((None, None, 3000, 5000)) if lines <= 5 else None
    takes = frozenset({"fragile"}) if dice.random() < 0.8 else frozenset[str]()
    return Service(code, code, "standard", limit, takes)


def _order(wanted: dict[str, int]) -> Order:
    lines = tuple(Line(str(number), sku, units, 1000) for number, (sku, units) in enumerate(wanted.items(), start=1))
    return Order(
        channel="own-shop", channel_order_no="1", placed_at=NOW, currency="CNY", buyer=Buyer("b1"),
        receiver=Receiver("张伟", "13800138000", **_TO), lines=lines, payment=Payment("paid", "alipay"),
        delivery=Delivery("ship"), payable_cents=1000 * sum(wanted.values()),
    )  # fmt: skip
