"""What a stage judges: the order, its lines, coupons, candidates and shipments as flat typed facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from engine import goods
from engine.decision import Plan, skus_by_line
from engine.language.facts import PARTS, SUBJECTS, Scene, Subject, Value
from engine.language.rules import Rulebook
from engine.routing.candidates import WarehouseOption
from engine.routing.services import ServiceOption

Parts = list[tuple[str, Any]]  # (subject id, the part that facts are read from)


def subjects_of(
    stage: str,
    rulebook: Rulebook,
    scene: Scene,
    warehouses: Iterable[WarehouseOption] = (),
    services: Iterable[ServiceOption] = (),
) -> tuple[Subject, ...]:
    """Everything that the stage's rules judge, the order first, then parts in their own order.

    Only facts that the stage's rules name are stated, so their cost follows the rules and not the catalogue.
    """
    parts_by_about = _parts(scene, warehouses, services)
    quantified = _quantified(stage, rulebook, scene, parts_by_about)
    subjects = []
    for about in SUBJECTS:
        if not rulebook.rules(stage, about):
            continue
        of_order, own = rulebook.facts_stated(stage, about)
        shared = rulebook.catalogue.state(of_order, scene)
        for subject_id, part in parts_by_about.get(about, []):
            values = shared if part is None else {**shared, **rulebook.catalogue.state(own, scene, part)}
            subjects.append(Subject(about, subject_id, values, quantified))
    return tuple(subjects)


def with_tags(subjects: Iterable[Subject], plan: Plan) -> tuple[Subject, ...]:
    """The same subjects seeing the tags that rules of this stage have just put on the order."""
    return tuple(replace(each, values={**each.values, "order.tags": plan.tags}) for each in subjects)


def supposing(subjects: Iterable[Subject], supposed: Mapping[str, Value]) -> tuple[Subject, ...]:
    """The same subjects with facts of the order as they would have to be."""
    return tuple(replace(each, values={**each.values, **supposed}) for each in subjects)


def _parts(
    scene: Scene, warehouses: Iterable[WarehouseOption], services: Iterable[ServiceOption]
) -> Mapping[str, Parts]:
    order = scene.order
    return {
        "order": [("order", None)],
        "line": [(f"line:{line.line_no}", line) for line in goods.judged(order, scene.plan.components)],
        "coupon": [(f"coupon:{coupon.code}", coupon) for coupon in order.coupons],
        "coupon_pair": [(f"coupon_pair:{a.code}+{b.code}", (a, b)) for a, b in combinations(order.coupons, 2)],
        "warehouse": [(option.subject_id, option.values) for option in warehouses],
        "service": [(option.subject_id, option.values) for option in services],
        "shipment": [(f"shipment:{each.shipment_no}", _shipment_values(scene, each)) for each in scene.plan.shipments],
    }


def _shipment_values(scene: Scene, shipment: Any) -> dict[str, Value | None]:
    skus = skus_by_line(scene.order, scene.plan)
    inside = [scene.world.skus[skus[line.line_no]] for line in shipment.lines if skus[line.line_no] in scene.world.skus]
    return {
        "shipment.weight_g": shipment.weight_g,
        "shipment.units": sum(line.quantity for line in shipment.lines),
        "shipment.warehouse": shipment.warehouse,
        "shipment.carrier": shipment.carrier,
        "shipment.service": shipment.service,
        "shipment.freight_cents": shipment.freight_cents,
        "shipment.distance_km": shipment.distance_km,
        "shipment.attributes": frozenset().union(*(sku.attributes for sku in inside)),
    }


def _quantified(
    stage: str, rulebook: Rulebook, scene: Scene, parts_by_about: Mapping[str, Parts]
) -> dict[str, tuple[dict[str, Value], ...]]:
    named = rulebook.part_facts_named(stage)
    return {
        part: tuple(rulebook.catalogue.state(named[part], scene, each) for _, each in parts_by_about[part])
        for part in PARTS
        if part in named
    }
