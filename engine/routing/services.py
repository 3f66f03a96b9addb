"""How an order could go: every carrier's service from each warehouse, at what price and by when, and why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.decision import Exclusion
from engine.language.facts import Value, date_value
from engine.order import Order, Receiver
from engine.routing import calendars, carriers, exclusions, geo
from engine.routing.assigned import Assigned
from engine.routing.candidates import Demand, Facts, WarehouseOption, goods_needs, order_needs, required, units_of
from engine.routing.departures import Departure, departure, earlier
from engine.routing.parcels import Load, pack
from engine.routing.tariffs import Quote, Rate, place_key, tariffs
from engine.world import Carrier, Service, Warehouse, World

# Where a zone to everywhere (`[]`) reaches; another country has to be named in the rate card by its code.
HOME = frozenset({"CN", "HK", "MO", "TW"})


class ServiceOption(NamedTuple):  # made by the dozen for every order, in less than half the time of a frozen dataclass
    """A carrier's service from one warehouse, judged for the whole order.

    OVER_WEIGHT and ATTRIBUTE_MISMATCH are judged again for each shipment's own goods when shipments are chosen.
    """

    code: str  # SH1/SF-AIR
    subject_id: str
    warehouse: str  # code
    carrier: str  # code
    service: str  # code
    quote: Quote | None  # for the whole order's weight; None: no zone, or too heavy
    ships_on: dt.date
    promised_on: dt.date | None
    exclusions: tuple[Exclusion, ...]
    values: Mapping[str, Value]  # its facts; absent ones are left out
    stocked: bool  # the warehouse is open and has something of what is wanted
    offer: Service
    carrier_name: str
    rate: Rate | None  # None: not covered
    max_weight_g: int | None  # of a parcel; None: no limit

    def excluded_for(self, code: str) -> bool:
        """Whether one of its built-in reasons has this code."""
        return any(each.code == code for each in self.exclusions)


def service_options(
    order: Order, world: World, demands: Sequence[Demand], warehouses: Iterable[WarehouseOption], now: dt.datetime
) -> tuple[ServiceOption, ...]:
    """Every service of every carrier from each warehouse that could serve the order, in (warehouse, service) order.

    Warehouses that are disabled or out of zone are left out. Empty for pickup and where nothing is to be shipped.
    """
    if order.receiver is None or order.delivery.method == "pickup" or not demands:
        return ()
    asked = _Asked(order, order.receiver, world, tuple(demands), now)
    offers = [_Offer(asked, *each) for _, each in sorted(world.reference.services.items())]
    return tuple(
        offer.from_(stock)
        for option in warehouses
        if not any(each.code in ("DISABLED", "OUT_OF_ZONE") for each in option.exclusions)
        for stock in (_Stock(asked, option),)
        for offer in offers
    )


class _Asked:
    """What every service is asked to do."""

    def __init__(self, order: Order, receiver: Receiver, world: World, demands: tuple[Demand, ...], now: dt.datetime):
        self.order, self.receiver, self.world, self.now = order, receiver, world, now
        self.assigned = Assigned(world)
        self.quick = order.delivery.service_level in exclusions.QUICK_DAYS
        self.required = required(demands)
        self.needs = order_needs(order, world)  # of services, whatever the goods
        self.facts: Facts = {
            "shipment.weight_g": sum(each.quantity * each.unit_weight_g for each in demands),
            "shipment.units": sum(each.quantity for each in demands),
        }
        self._units = units_of(demands)
        self._loads: dict[int | None, tuple[Load, ...] | None] = {}
        self.abroad = receiver.country not in HOME
        place = receiver.country if self.abroad else geo.province_of(receiver.country, receiver.province)
        self.place_key = place_key(place or "")

    def loads(self, limit: int | None) -> tuple[Load, ...] | None:
        """Everything in parcels of at most so many grams; None when that cannot be."""
        if limit not in self._loads:
            self._loads[limit] = pack(self._units, limit)
        return self._loads[limit]


class _Stock:
    """What one warehouse has of what is asked, and when it leaves."""

    def __init__(self, asked: _Asked, option: WarehouseOption):
        self.option, self.warehouse = option, option.warehouse
        self.place_key = place_key(option.warehouse.province)
        self.stocked = option.open and option.available_units > 0
        # of all, if it has none
        goods = [each for each in asked.required if option.available.get(each.sku)] or asked.required
        self.needs = asked.needs | goods_needs(goods)
        self._asked = asked
        self._goods = goods
        self._units = units_of(goods)
        self._weight_g = sum(each.count * each.weight_g for each in self._units)
        self._departures: dict[str, Departure] = {}
        self._too_heavy: dict[int, tuple[Exclusion, ...]] = {}

    def departure(self, cutoff: str | None) -> Departure:
        """By a service with that cut-off of its own."""
        first = earlier(self.warehouse.cutoff, cutoff)
        if first not in self._departures:
            asked = self._asked
            self._departures[first] = departure(asked.order, asked.world, self.warehouse, asked.now, first)
        return self._departures[first]

    def too_heavy(self, limit: int | None) -> tuple[Exclusion, ...]:
        """OVER_WEIGHT where the goods do not go into parcels of at most so many grams."""
        if limit is None or self._weight_g <= limit:  # one parcel
            return ()
        if limit not in self._too_heavy:
            self._too_heavy[limit] = () if pack(self._units, limit) is not None else (self._over_weight(limit),)
        return self._too_heavy[limit]

    def _over_weight(self, limit: int) -> Exclusion:
        heaviest = max(each.unit_weight_g for each in self._goods)
        return exclusions.over_weight(limit, heaviest, sum(each.quantity * each.unit_weight_g for each in self._goods))


class _Terms(NamedTuple):
    """What a service asks for everything, to where the order goes."""

    rate: Rate | None
    limit: int | None
    quote: Quote | None


class _Offer:
    """One service, for one order. What several warehouses have in common is worked out once."""

    def __init__(self, asked: _Asked, carrier: Carrier, service: Service):
        self._asked, self._carrier, self._service = asked, carrier, service
        self._tariff = tariffs(asked.world.reference).get(service.code)
        self._coverage = asked.world.reference.coverage.get(service.code)
        self._off = tuple(exclusions.switched_off(carrier, service))
        self._facts: Facts = {
            "service.code": service.code,
            "service.name": service.name,
            "service.carrier": carrier.code,
            "service.level": service.service_level,
            "service.attributes": service.attributes,
            **asked.facts,
        }
        self._terms: dict[Rate | None, _Terms] = {}
        self._served: dict[dt.date, tuple[Exclusion, ...]] = {}

    def from_(self, stock: _Stock) -> ServiceOption:
        """The service from that warehouse."""
        terms = self._terms_of(self._rate(stock))
        days = terms.rate.days if terms.rate else None
        leaves = stock.departure(self._service.cutoff)
        lacking = not stock.needs <= self._service.attributes
        arrives = calendars.promised_on(leaves.on, days) if days is not None else None
        code = f"{stock.warehouse.code}/{self._service.code}"
        return ServiceOption(
            code=code,
            subject_id=f"service:{code}",
            warehouse=stock.warehouse.code,
            carrier=self._carrier.code,
            service=self._service.code,
            quote=terms.quote,
            ships_on=leaves.on,
            promised_on=arrives,
            exclusions=(
                *self._off,
                *self._asked.assigned.not_with(stock.warehouse.code, self._service.code),
                *self._not_covered(terms.rate, leaves.on),
                *(exclusions.misses_level(self._asked.order, leaves, days) if self._asked.quick else ()),
                *(exclusions.does_not_take(stock.needs, self._service) if lacking else ()),
                *stock.too_heavy(terms.limit),
            ),
            values=self._values(stock.warehouse, terms.quote, days, arrives),
            stocked=stock.stocked,
            offer=self._service,
            carrier_name=self._carrier.name,
            rate=terms.rate,
            max_weight_g=terms.limit,
        )

    def _rate(self, stock: _Stock) -> Rate | None:
        rate = self._tariff.rate(stock.place_key, self._asked.place_key) if self._tariff else None
        return None if rate and rate.to_everywhere and self._asked.abroad else rate

    def _terms_of(self, rate: Rate | None) -> _Terms:
        if rate not in self._terms:
            self._terms[rate] = self._new_terms(rate)
        return self._terms[rate]

    def _new_terms(self, rate: Rate | None) -> _Terms:
        if rate is None:
            return _Terms(None, self._service.max_weight_g, None)
        limit = rate.limit_g(self._service.max_weight_g)
        loads = self._asked.loads(limit)
        return _Terms(rate, limit, rate.quote(loads) if loads else None)

    def _not_covered(self, rate: Rate | None, on: dt.date) -> tuple[Exclusion, ...]:
        if rate is None:
            return tuple(exclusions.not_covered(None, True, None))
        if on not in self._served:
            served, row = carriers.served(self._coverage, self._asked.receiver, on)
            self._served[on] = tuple(exclusions.not_covered(rate.zone, served, row))
        return self._served[on]

    def _values(
        self, warehouse: Warehouse, quote: Quote | None, days: int | None, arrives: dt.date | None
    ) -> Mapping[str, Value]:
        values: Facts = {**self._facts, "service.warehouse": warehouse.code}
        if quote:
            values["service.freight_cents"] = quote.freight_cents
        if days is not None:
            values["service.days"] = days
        if arrives is not None:
            values["service.arrives_on"] = date_value(arrives)
        return values


def serving_facts(services: Sequence[ServiceOption]) -> Facts:
    """Whether anybody delivers, as facts of the order. Nothing where there are no services to speak of (pickup).

    Counted from warehouses that are open and have something of what is wanted, or from all of them where none has.
    """
    counted = [each for each in services if each.stocked] or list(services)
    if not counted:
        return {}
    enabled = [each for each in counted if not each.excluded_for("DISABLED")]
    covering = [each for each in enabled if not each.excluded_for("NOT_COVERED")]
    serving = [each for each in covering if not each.exclusions]
    facts: Facts = {
        "order.serving_services": len(serving),
        "order.uncovered": bool(enabled) and not covering,
        "order.sla_missed": bool(covering) and all(each.excluded_for("SLA_MISSED") for each in covering),
    }
    prices = [each.quote.freight_cents for each in serving if each.quote]
    return {**facts, "order.freight_cents_min": min(prices)} if prices else facts
