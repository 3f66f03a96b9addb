"""Facts about what came of an order's wishes once warehouses and services were chosen."""

from __future__ import annotations

from typing import Any

from engine.language.facts import Fact


def _outcome(name: str, type_: str, zh: str, en: str, **more: Any) -> Fact:
    return Fact(name, type_, zh, en, lambda s, _: s.derived.get(name), since="fulfilment", **more)


FACTS = (
    _outcome("order.carrier_wish_unmet", "flag", "指定快递未满足", "Another carrier than the wished one",
             help_zh="指定的承运商不送达, 或贵出太多", help_en="The wished one does not go there, or costs far more"),
    _outcome("order.gift_units_short", "int", "缺少的赠品件数", "Gift units that could not go along"),
)  # fmt: skip
