"""Orders that wait for what reference data did not allow are decided again when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TRIGGER = "reference_changed"
_PLACES = frozenset({"INVENTORY_OUT_OF_STOCK", "CANNOT_SHIP_TOGETHER", "NO_WAREHOUSE", "OUT_OF_COVERAGE"})
_SERVICES = frozenset({"NO_WAREHOUSE", "OUT_OF_COVERAGE", "FREIGHT_UNCOVERED", "CANNOT_SHIP_TOGETHER"})
_GOODS = _PLACES | {"UNKNOWN_SKU", "NOT_FOR_SALE_HERE", "PURCHASE_LIMIT"}
# What an order may be held for that another document of a kind would have let pass.
REASONS: Mapping[str, frozenset[str]] = {
    "warehouses": _PLACES, "carriers": _SERVICES, "rate-cards": _SERVICES, "coverage": _SERVICES, "skus": _GOODS,
    "sku-aliases": _GOODS,
}  # fmt: skip


def wake(uow: Any, kind: str, code: str | None = None) -> None:
    """Have a sweep decide the orders again that may wait for that document; None: for any of the kind.

    Each is marked once for each change, and decided in the order of placing; what it still is held for holds it again.
    """
    if kind in REASONS:
        sku = code if kind == "skus" else None
        channel = code if kind == "sku-aliases" else None
        uow.orders.held_again(REASONS[kind], TRIGGER, sku, channel)
