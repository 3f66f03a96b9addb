"""Reference data as admins keep it: plain documents by kind and code."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import Conflict, NotFound
from engine.intake.reference import KINDS
from engine.store import pages
from engine.store.models.decisions import ShipmentRow
from engine.store.models.orders import OrderLineRow, OrderRow
from engine.store.models.reference import ReferenceRow
from engine.store.models.stock import StockBalanceRow
from engine.store.statements import bump, insert_new
from engine.world import Sku

ALIASES = "sku-aliases"  # what each channel calls our skus, by the channel's code
_AT_ONCE = 500  # codes that one query asks for
_BUNDLES = "bundles"  # counts how often one was saved
REFERENCE_VERSION = "reference"  # counts every change of anything but skus


class ReferenceData:
    """The documents: each in the shape that canonical.dump gives the dataclass of its kind in engine.world."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def list(
        self, kind: str, cursor: str | None, limit: int, q: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Documents by code; with `q` those whose code or name has it."""
        _require_kind(kind)
        limit, key = pages.bounded(limit), pages.decode(cursor, str)
        row = ReferenceRow
        wanted = sa.select(row.code, row.document).where(row.kind == kind)
        if q:
            named = [column.icontains(q, autoescape=True) for column in (row.code, row.title)]
            wanted = wanted.where(sa.or_(*named))
        if key is not None:
            wanted = wanted.where(row.code > key[0])
        found = self._connection.execute(wanted.order_by(row.code).limit(limit + 1)).all()
        page, next_cursor = pages.cut(found, limit, lambda each: (each.code,))
        return [each.document for each in page], next_cursor

    def get(self, kind: str, code: str) -> dict[str, Any] | None:
        """The document of a code."""
        _require_kind(kind)
        return self._connection.execute(sa.select(ReferenceRow.document).where(*_at(kind, code))).scalar()

    def some(self, kind: str, codes: Collection[str]) -> dict[str, dict[str, Any]]:
        """The documents of some codes, those that exist, by code."""
        row, wanted, found = ReferenceRow, sorted(codes), {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = row.code.in_(wanted[start : start + _AT_ONCE])
            rows = self._connection.execute(sa.select(row.code, row.document).where(row.kind == kind, some))
            found.update({each.code: each.document for each in rows})
        return found

    def put(self, kind: str, code: str, document: Mapping[str, Any]) -> bool:
        """Create or replace; whether it was new."""
        _require_kind(kind)
        document = {**document, "code": code}
        values = {"document": document, "title": _title(document)}
        created = insert_new(self._connection, ReferenceRow, {"kind": kind, "code": code, **values})
        if not created:
            self._connection.execute(sa.update(ReferenceRow).where(*_at(kind, code)).values(**values))
        self._mark(kind)
        return created

    def delete(self, kind: str, code: str) -> None:
        """Remove it. Raises NotFound, and Conflict when stock or orders refer to it."""
        _require_kind(kind)
        for what, condition in _referring(kind, code):
            if self._connection.execute(sa.select(sa.exists().where(condition))).scalar():
                raise Conflict(f"{code} cannot be deleted: {what} refer to it.")
        if kind == "skus" and (holder := self._meaning(code)):
            raise Conflict(f"{code} cannot be deleted: {holder} refers to it.")
        if self._connection.execute(sa.delete(ReferenceRow).where(*_at(kind, code))).rowcount == 0:
            raise NotFound(f"There is no {code} among the {kind}.")
        self._mark(kind)

    def skus(self, codes: Sequence[str]) -> dict[str, Sku]:
        """The skus of some codes, those that exist."""
        row = ReferenceRow
        wanted = sa.select(row.code, row.document).where(row.kind == "skus", row.code.in_(codes))
        return {each.code: canonical.load(Sku, each.document) for each in self._connection.execute(wanted)}

    def holders(self, sku: str) -> tuple[Sku, ...]:
        """The bundles that hold a sku, by code."""
        found = (canonical.load(Sku, each) for each in self.naming("skus", sku))
        return tuple(each for each in found if any(component.sku == sku for component in each.components))

    def lock_bundles(self) -> None:
        """Whoever saves a bundle waits until this transaction ends."""
        bump(self._connection, _BUNDLES)

    def naming(self, kind: str, code: str) -> Sequence[dict[str, Any]]:
        """Documents in which a code stands as a value, by their own code."""
        row = ReferenceRow
        said = sa.type_coerce(row.document, sa.Text).contains(json.dumps(code, ensure_ascii=False), autoescape=True)
        return self._connection.scalars(sa.select(row.document).where(row.kind == kind, said).order_by(row.code)).all()

    def _meaning(self, code: str) -> str | None:
        """What means a sku: a bundle that holds it, or a channel that has a code for it."""
        for bundle in self.holders(code):
            return f"bundle {bundle.code}"
        for document in self.naming(ALIASES, code):
            if code in document["aliases"].values():
                return f"the aliases of {document['code']}"
        return None

    def _mark(self, kind: str) -> None:
        if kind != "skus":
            bump(self._connection, REFERENCE_VERSION)


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound(f"There is no kind of reference data called {kind}.")


def _at(kind: str, code: str) -> tuple[Any, ...]:
    return ReferenceRow.kind == kind, ReferenceRow.code == code


def _title(document: Mapping[str, Any]) -> str:
    """Whatever names it: a title or a name, in every language that it has."""
    named = document.get("title") or document.get("name") or ""
    return " ".join(map(str, named.values())) if isinstance(named, Mapping) else str(named)


def _referring(kind: str, code: str) -> tuple[tuple[str, Any], ...]:
    """What may refer to a code, and how that shows."""
    return {
        "skus": (("stock rows", StockBalanceRow.sku == code), ("orders", OrderLineRow.sku == code)),
        "warehouses": (("stock rows", StockBalanceRow.warehouse == code), ("shipments", ShipmentRow.warehouse == code)),
        "carriers": (("shipments", ShipmentRow.carrier == code),),
        "channels": (("orders", OrderRow.channel == code),),
    }.get(kind, ())
