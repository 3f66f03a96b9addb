"""What may be chosen for an order once the world and the rules have had their say, and why the rest may not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.decision import Exclusion, Plan
from engine.order import Order
from engine.routing.assigned import Assigned
from engine.routing.candidates import Demand, WarehouseOption, goods_needs, order_needs, required, units_by_sku
from engine.routing.choose import Chooser
from engine.routing.pricing import Good, Pricer, Source, Way
from engine.routing.services import ServiceOption
from engine.world import World

# Reasons that hang on what is in the shipment: judged again for each one.
_BY_CONTENT = frozenset({"OVER_WEIGHT", "ATTRIBUTE_MISMATCH"})
_STOCK = "INSUFFICIENT_STOCK"

Reasons = Mapping[str, tuple[Exclusion, ...]]  # by subject id; every candidate has a row


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose from."""

    demands: tuple[Demand, ...]
    goods: tuple[Good, ...]  # by sku
    warehouses: tuple[WarehouseOption, ...]
    services: tuple[ServiceOption, ...]
    reasons: Reasons
    needs: frozenset[str]  # of services, whatever the goods
    preference: tuple[str, ...]
    warehouse_ranks: Mapping[str, int]  # by warehouse code
    service_ranks: Mapping[str, int]  # by "SH1/SF-AIR"
    pickup: bool

    @property
    def opened(self) -> list[WarehouseOption]:
        """The warehouses that nothing but stock keeps from shipping."""
        return [each for each in self.warehouses if _only(self.reasons[each.subject_id], {_STOCK})]

    def short_units(self) -> int:
        """Units that the opened warehouses together do not have, services aside."""
        have = {good.sku: sum(each.available[good.sku] for each in self.opened) for good in self.goods}
        return sum(max(0, good.wanted - have[good.sku]) for good in self.goods)

    def sources(self, wanted: Callable[[ServiceOption], bool] = lambda option: True) -> list[Source]:
        """The opened warehouses with the ways that lead from them (only those wanted), in code order.

        A good that no way takes counts as not there; a warehouse with nothing left is left out.
        """
        from_each: dict[str, list[ServiceOption]] = {}
        for service in self.services:
            from_each.setdefault(service.warehouse, []).append(service)
        sources = [
            self._source(each, self._ways(from_each.get(each.warehouse.code, ()), wanted)) for each in self.opened
        ]
        return [source for source in sources if any(source.available)]

    def chooser(self, sources: Iterable[Source]) -> Chooser:
        """Who compares sets of these sources."""
        order = self.preference
        rank_first = "rules" in order and ("cost" not in order or order.index("rules") < order.index("cost"))
        return Chooser(Pricer(self.goods, sources, self.needs, rank_first), order)

    def _ways(self, services: Iterable[ServiceOption], wanted: Callable[[ServiceOption], bool]) -> tuple[Way, ...]:
        if self.pickup:
            return (Way(None),)
        return tuple(
            Way(each, self.service_ranks[each.code])
            for each in services
            if self.may_use(each) and wanted(each)
        )

    def may_use(self, service: ServiceOption) -> bool:
        """Whether nothing speaks against a service but, perhaps, what would be in the shipment."""
        return _only(self.reasons[service.subject_id], _BY_CONTENT)

    def _source(self, option: WarehouseOption, ways: tuple[Way, ...]) -> Source:
        taken = [any(way.takes(good, self.needs) for way in ways) for good in self.goods]
        return Source(
            code=option.warehouse.code,
            handling_cents=option.warehouse.handling_cents,
            distance_km=option.distance_km,
            priority=option.warehouse.priority,
            rank=self.warehouse_ranks[option.warehouse.code],
            available=tuple(
                option.available[good.sku] if takes else 0 for good, takes in zip(self.goods, taken, strict=True)
            ),
            ways=ways,
        )


def options_of(
    order: Order,
    world: World,
    plan: Plan,
    demands: Sequence[Demand],
    warehouses: Sequence[WarehouseOption],
    services: Sequence[ServiceOption],
    preference: Sequence[str],
) -> Options:
    """The options of an order after its rules: excluded, ranked and pinned as the plan says."""
    ranks: Mapping[str, int] = plan.ranks if "rules" in preference else {}
    pins = _pins(world, plan)
    return Options(
        demands=tuple(demands),
        goods=_goods(demands),
        warehouses=tuple(warehouses),
        services=tuple(services),
        reasons={**_warehouse_reasons(plan, pins, warehouses), **_service_reasons(plan, pins, services)},
        needs=order_needs(order, world),
        preference=tuple(preference),
        warehouse_ranks=_ranked({each.warehouse.code: ranks.get(each.subject_id) for each in warehouses}),
        service_ranks=_ranked({each.code: ranks.get(each.subject_id) for each in services}),
        pickup=order.delivery.method == "pickup",
    )


def _only(found: Collection[Exclusion], codes: Collection[str]) -> bool:
    """Whether the world stated no reasons but these, and no rule any."""
    return not found or all(each.code in codes and each.rule is None for each in found)


def _goods(demands: Sequence[Demand]) -> tuple[Good, ...]:
    wanted = units_by_sku(required(demands))
    by_sku = {each.sku: each for each in demands}
    return tuple(
        Good(sku, wanted.get(sku, 0), each.unit_weight_g, each.unit_volume_cm3 or 0, goods_needs((each,)))
        for sku, each in sorted(by_sku.items())
    )


def _ranked(ranks: Mapping[str, int | None]) -> dict[str, int]:
    """Ranks with those that no rule ranked after the last that one did; all equal when none did."""
    given = [rank for rank in ranks.values() if rank is not None]
    last = max(given) + 1 if given else 0
    return {code: last if rank is None else rank for code, rank in ranks.items()}


def _pins(world: World, plan: Plan) -> tuple[str, ...]:
    """What rules pin, but where a person chose: people outrank rules."""
    assigned = Assigned(world)
    free = {"warehouse:": not assigned.warehouses, "service:": not assigned.services}
    return tuple(pin for pin in plan.pins if any(pin.startswith(kind) for kind, left in free.items() if left))


def _warehouse_reasons(
    plan: Plan, pins: Sequence[str], warehouses: Sequence[WarehouseOption]
) -> dict[str, tuple[Exclusion, ...]]:
    reasons = {each.subject_id: (*each.exclusions, *plan.excluded.get(each.subject_id, ())) for each in warehouses}
    usable = [subject for subject, found in reasons.items() if _only(found, {_STOCK})]
    return _pinned(pins, "warehouse:", reasons, usable)


def _service_reasons(
    plan: Plan, pins: Sequence[str], services: Sequence[ServiceOption]
) -> dict[str, tuple[Exclusion, ...]]:
    reasons = {each.subject_id: (*each.exclusions, *plan.excluded.get(each.subject_id, ())) for each in services}
    for warehouse in dict.fromkeys(each.warehouse for each in services) if pins else ():
        own = {each.subject_id: reasons[each.subject_id] for each in services if each.warehouse == warehouse}
        usable = [subject for subject, found in own.items() if _only(found, _BY_CONTENT)]
        reasons |= _pinned(pins, f"service:{warehouse}/", own, usable)
    return reasons


def _pinned(
    pins: Iterable[str], prefix: str, reasons: dict[str, tuple[Exclusion, ...]], usable: Sequence[str]
) -> dict[str, tuple[Exclusion, ...]]:
    """Only the first pinned candidate that can be used is left; where none of the pinned can, none is.

    A pin is an instruction: it is not quietly replaced by another candidate. Pins come in firing order, so the first
    one is the stronger rule's.
    """
    pinned = [pin for pin in pins if pin.startswith(prefix)]
    if not pinned:
        return reasons
    kept = next((pin for pin in pinned if pin in usable), None)
    out = Exclusion("RULE", detail={"pinned": (kept or pinned[0]).removeprefix(prefix)})
    return {
        subject: (*found, out) if subject in usable and subject != kept else found for subject, found in reasons.items()
    }
