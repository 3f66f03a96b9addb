"""By what else an order may ask for a sku: as part of a bundle, or under a channel's own code."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.store.models.orders import OrderLineRow, OrderRow
from engine.store.reference import ALIASES, ReferenceData


def asks_for(connection: sa.Connection, sku: str) -> Any:
    """The condition that an order has a line of a sku: named so, of a bundle that holds it, or by its channel's code
    for either. Bundles and codes are those of now."""
    reference = ReferenceData(connection)
    codes = _with_bundles(reference, sku)
    spelled = {each["code"]: codes_for for each in _aliases(reference, codes) if (codes_for := _codes(each, codes))}
    line, order = OrderLineRow, OrderRow
    named: list[Any] = [line.sku.in_(sorted(codes))]
    named += [sa.and_(order.channel == channel, line.sku.in_(theirs)) for channel, theirs in sorted(spelled.items())]
    return sa.exists().where(line.order_no == order.order_no, sa.or_(*named)).correlate(order)


def _with_bundles(reference: ReferenceData, sku: str) -> set[str]:
    """The sku, and every bundle that holds it, in another bundle or not."""
    found, asked = {sku}, [sku]
    while asked:
        fresh = [each.code for each in reference.holders(asked.pop()) if each.code not in found]
        found.update(fresh)
        asked.extend(fresh)
    return found


def _aliases(reference: ReferenceData, skus: set[str]) -> list[Any]:
    return [document for sku in sorted(skus) for document in reference.naming(ALIASES, sku)]


def _codes(document: Any, skus: set[str]) -> list[str]:
    return sorted(code for code, sku in document["aliases"].items() if sku in skus)
