"""How every candidate did, and what a simpler way of choosing would have cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.decision import Candidate, Exclusion, Plan, Shipment
from engine.routing import exclusions
from engine.routing.candidates import WarehouseOption
from engine.routing.choose import FAR_KM, Chooser
from engine.routing.contents import Content
from engine.routing.options import Options
from engine.routing.pricing import Priced, Source
from engine.routing.services import ServiceOption

Reasons = dict[str, tuple[Exclusion, ...]]


def final_reasons(options: Options, sources: Sequence[Source], contents: Sequence[Content], one_only: bool) -> Reasons:
    """Why each candidate was not used, by subject id; nothing for one that was.

    Beside what was known before choosing: NO_CARRIER for a warehouse whose goods no service may take, and with
    `one_only` (everything from one place) INSUFFICIENT_STOCK for one that has a part.
    """
    reasons = dict(options.reasons)
    served = {source.code for source in sources}
    for option in options.opened:
        found = reasons[option.subject_id]
        if option.available_units and option.warehouse.code not in served:
            reasons[option.subject_id] = (*found, Exclusion("NO_CARRIER"))
        elif one_only and not option.fills_all and not found:
            wanted = sum(good.wanted for good in options.goods)
            reasons[option.subject_id] = (exclusions.short(wanted, option.available_units),)
    for content in contents:
        reasons[f"warehouse:{content.source.code}"] = ()
        reasons[f"service:{content.source.code}/{content.priced.way.code}"] = ()
    return reasons


def candidates_of(
    options: Options,
    plan: Plan,
    reasons: Reasons,
    sources: Sequence[Source],
    chooser: Chooser,
    contents: Sequence[Content],
    shipments: Sequence[Shipment],
) -> tuple[Candidate, ...]:
    """Every warehouse, then every service, in code order, chosen or not."""
    by_code = {source.code: source for source in sources}
    shipped = {
        content.source.code: (content, shipment) for content, shipment in zip(contents, shipments, strict=True)
    }
    return (
        *(_of_warehouse(each, plan, reasons, by_code, chooser, shipped) for each in options.warehouses),
        *(_of_service(each, plan, reasons, shipped) for each in options.services),
    )


Shipped = Mapping[str, tuple[Content, Shipment]]  # by warehouse code


def _of_warehouse(
    option: WarehouseOption,
    plan: Plan,
    reasons: Reasons,
    sources: Mapping[str, Source],
    chooser: Chooser,
    shipped: Shipped,
) -> Candidate:
    code = option.warehouse.code
    content, shipment = shipped.get(code, (None, None))
    cents = content.priced.cents if content else None
    if content is None and option.fills_all and code in sources:
        alone = chooser.pricer.best(sources[code], chooser.wanted)
        cents = alone.cents if alone else None
    return Candidate(
        kind="warehouse",
        code=code,
        chosen=shipment is not None,
        excluded=reasons[option.subject_id],
        rank=plan.ranks.get(option.subject_id),
        cost_cents=cents,
        distance_km=option.distance_km,
        available_units=option.available_units,
        shipment=shipment.shipment_no if shipment else None,
    )


def _of_service(option: ServiceOption, plan: Plan, reasons: Reasons, shipped: Shipped) -> Candidate:
    _, shipment = shipped.get(option.warehouse, (None, None))
    if shipment is not None and shipment.service != option.service:
        shipment = None
    quoted = option.quote.freight_cents if option.quote else None
    return Candidate(
        kind="service",
        code=option.code,
        chosen=shipment is not None,
        excluded=reasons[option.subject_id],
        rank=plan.ranks.get(option.subject_id),
        cost_cents=shipment.freight_cents if shipment else quoted,
        days=option.rate.days if option.rate else None,
        shipment=shipment.shipment_no if shipment else None,
    )


def greedy_of(sources: Iterable[Source], chooser: Chooser) -> Mapping[str, Any] | None:
    """What it costs to take everything there is from the nearest warehouse, the rest from the next, and so on.

    `{cost_cents, shipments, warehouses}`; None where that does not come to an end with everything shipped.
    """
    left = list(chooser.wanted)
    cents, codes = 0, []
    for source in sorted(sources, key=lambda each: (_km(each), each.code)):
        counts = tuple(map(min, left, source.available))
        priced = chooser.pricer.best(source, counts) if any(counts) else None
        if priced is None:
            continue
        left = [units - count for units, count in zip(left, counts, strict=True)]
        cents += priced.cents
        codes.append(source.code)
    return None if any(left) else {"cost_cents": cents, "shipments": len(codes), "warehouses": codes}


def _km(source: Source) -> int:
    return FAR_KM if source.distance_km is None else source.distance_km


def alone(sources: Iterable[Source], chooser: Chooser) -> Priced | None:
    """The cheapest single shipment of everything, if any one warehouse had enough of it all."""
    priced = (chooser.pricer.best(source, chooser.wanted) for source in sources)
    return min((each for each in priced if each), key=lambda each: (each.cents, each.freight_cents), default=None)
