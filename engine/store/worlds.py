"""The world of one order: everything that its decision may read, now or again at a replay."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import canonical
from engine.goods import codes_in, opened
from engine.order import Order
from engine.standing import units_reserved
from engine.store.changes import Changes
from engine.store.history import read_history
from engine.store.manual import Waivers
from engine.store.models.decisions import ShipmentRow
from engine.store.models.orders import OrderRow
from engine.store.models.reference import ReferenceRow
from engine.store.models.stock import ReservationRow, StockBalanceRow
from engine.store.open_orders import read_open_orders
from engine.store.payments import PaymentInquiries
from engine.store.reference import ALIASES, REFERENCE_VERSION
from engine.store.reference_cache import CachedReference
from engine.store.shipments import Shipments
from engine.store.snapshots import Snapshots
from engine.store.statements import counter
from engine.store.transfers import Transfers
from engine.transfers import units_in_transfer
from engine.world import CouponTerms, Reference, Sku, Standing, StockRow, World

if TYPE_CHECKING:
    from engine.store.database import Database

_KINDS = {  # of the table: the field of Reference
    "channels": "channels", "warehouses": "warehouses", "carriers": "carriers", "rate-cards": "rate_cards",
    "coverage": "coverage", "lists": "lists",
}  # fmt: skip


class Worlds:
    """Worlds, read from the tables or rebuilt from what a decision kept."""

    def __init__(self, connection: sa.Connection, snapshots: Snapshots, database: Database, writes: bool):
        self._connection = connection
        self._snapshots = snapshots
        self._database = database
        self._writes = writes

    def load(
        self, order: Order, now: dt.datetime, time_zone: str, also: Iterable[str] = ()
    ) -> tuple[World, dict[str, Any]]:
        """The world of an order (stored or not) now, and the plain refs from which `rebuild` makes an equal one.

        `also`: skus that it is to hold beside those of the order.
        """
        cached = self._reference()
        decisions, changes = self._past(order.order_no)
        names = cached.aliases.get(order.channel, {})
        aliases, known = self._goods(order, names, also)
        skus = sorted(known)
        today = now.astimezone(zoneinfo.ZoneInfo(time_zone)).date()
        promised = self._shipments(order.order_no, today)
        standing = Shipments(self._connection).standing(order.order_no) if decisions else ()
        brought = decisions and order.delivery.method == "pickup"
        transfers = Transfers(self._connection).under_way(order.order_no) if brought else ()
        staying = _sum(units_reserved(standing), units_in_transfer(transfers))
        own = self._own(order.order_no, staying)
        world = World(
            reference=cached.reference,
            skus=known,
            aliases=aliases,
            coupons=self._coupons(order),
            stock=self._stock(order, skus, own, staying),
            history=read_history(self._connection, order, known, names),
            open_orders=read_open_orders(self._connection, order, self._skus, names),
            waivers=Waivers(self._connection).of(order.order_no),
            sequence=decisions + 1,
            time_zone=time_zone,
            shipments_today=promised.pop(today, {}),
            shipments_ahead=_by_warehouse(promised),
            standing=standing,
            former=self._former(order.order_no, own) if decisions and own else (),
            transfers=transfers,
            **(self._changed(order.order_no) if changes else {}),
        )
        refs = canonical.dump(replace(world, reference=Reference()))
        return world, {**refs, "reference": dict(cached.refs)}

    def rebuild(self, refs: Mapping[str, Any]) -> World:
        """The world that `load` gave these refs for. Raises NotFound when a snapshot is missing."""
        quick = canonical.load(World, {name: value for name, value in refs.items() if name != "reference"})
        return replace(quick, reference=self._rebuilt(refs["reference"]))

    def skus_read(self, order: Order, also: Iterable[str] = ()) -> set[str]:
        """The codes of the skus that its world holds, with their stock."""
        return set(self._goods(order, self._reference().aliases.get(order.channel, {}), also)[1])

    def _goods(
        self, order: Order, names: Mapping[str, str], also: Iterable[str]
    ) -> tuple[dict[str, str], dict[str, Sku]]:
        """Which sku each code of an order means, where it is another one, and the skus by code, bundles opened."""
        aliases = {code: names[code] for code in sorted(codes_in(order)) if code in names}
        return aliases, opened({aliases.get(line.sku, line.sku) for line in order.lines} | set(also), self._skus)

    def _coupons(self, order: Order) -> dict[str, CouponTerms]:
        """What we know ourselves of its coupons, by code."""
        codes = sorted({coupon.code for coupon in order.coupons})
        if not codes:
            return {}
        rows = self._connection.execute(_COUPONS, {"codes": codes})
        return {row.code: canonical.load(CouponTerms, row.document) for row in sorted(rows, key=lambda row: row.code)}

    def _past(self, order_no: str) -> tuple[int, int]:
        """How many decisions about it there are, and how often something has changed since it was accepted."""
        row = self._connection.execute(_PAST, {"wanted": order_no}).first()
        return (row.decisions, row.changes) if row else (0, 0)

    def _changed(self, order_no: str) -> dict[str, Any]:
        """What has come about since: fields of its world."""
        answer = PaymentInquiries(self._connection).answer(order_no)
        return {**Changes(self._connection).of(order_no), "payment_answer": answer}

    def _skus(self, codes: Sequence[str]) -> dict[str, Sku]:
        rows = self._connection.execute(_SKUS, {"codes": codes})
        return {row.code: canonical.load(Sku, row.document) for row in sorted(rows, key=lambda row: row.code)}

    def _own(self, order_no: str, staying: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        """Units that an order has reserved beside those that stay reserved whatever is decided."""
        reserved = self._reserved(_OWN, {"order_no": order_no})
        own = {place: units - staying.get(place, 0) for place, units in reserved.items()}
        return {place: units for place, units in own.items() if units}

    def _former(self, order_no: str, own: Mapping[tuple[str, str], int]) -> tuple[Standing, ...]:
        """What its latest decision plans, where that is what it has reserved."""
        planned = Shipments(self._connection).planned(order_no)
        has = all(own.get(place, 0) >= units for place, units in units_reserved(planned).items())
        return planned if has else ()

    def _stock(
        self, order: Order, skus: Sequence[str], own: Mapping[tuple[str, str], int],
        standing: Mapping[tuple[str, str], int],
    ) -> tuple[StockRow, ...]:  # fmt: skip
        """Balances of the skus; the order's own units are not counted as reserved, but for those that stand."""
        balances = self._connection.execute(_BALANCES, {"codes": skus}).all()
        shared = [row.sku for row in balances if order.channel in row.channel_shares]
        by_channel = self._reserved(_BY_CHANNEL, {
            "channel": order.channel, "order_no": order.order_no, "codes": sorted(set(shared)),
        }) if shared else {}  # fmt: skip
        rows = [
            StockRow(
                warehouse=row.warehouse, sku=row.sku, on_hand=row.on_hand, safety_stock=row.safety_stock,
                reserved=row.reserved - own.get((row.warehouse, row.sku), 0), channel_shares=row.channel_shares,
                reserved_by_channel=by_channel.get((row.warehouse, row.sku), 0)
                + standing.get((row.warehouse, row.sku), 0) * (order.channel in row.channel_shares), freed=row.freed,
            )
            for row in balances
        ]  # fmt: skip
        return tuple(sorted(rows, key=lambda row: (row.warehouse, row.sku)))

    def _reserved(self, statement: Any, values: Mapping[str, Any]) -> dict[tuple[str, str], int]:
        return {(row.warehouse, row.sku): int(row.units) for row in self._connection.execute(statement, values)}

    def _shipments(self, order_no: str, day: dt.date) -> dict[dt.date, dict[str, int]]:
        """How many shipments of other orders are promised for that day and each later one, by warehouse."""
        rows = self._connection.execute(_SHIPMENTS, {"day": day, "order_no": order_no})
        promised: dict[dt.date, dict[str, int]] = {}
        for row in sorted(rows, key=lambda row: (row.ships_on, row.warehouse)):
            promised.setdefault(row.ships_on, {})[row.warehouse] = row.shipments
        return promised

    def _reference(self) -> CachedReference:
        version = counter(self._connection, REFERENCE_VERSION)
        cache = self._database.reference_cache
        known = cache.of_version(version)
        if known is not None:
            return known
        if self._writes:  # may yet be rolled back, so nobody else must count on it
            return self._read_reference(version, self._snapshots)
        with cache.filling:
            known = cache.of_version(version)
            if known is None:
                with self._database.write() as uow:
                    known = self._read_reference(version, uow.snapshots)
                    uow.commit()
                cache.keep(known)
            return known

    def _read_reference(self, version: int, snapshots: Snapshots) -> CachedReference:
        documents: dict[str, dict[str, Any]] = {field: {} for field in _KINDS.values()}
        row = ReferenceRow
        wanted = sa.select(row.kind, row.code, row.document).where(row.kind != "skus")
        aliases: dict[str, dict[str, str]] = {}
        for each in sorted(self._connection.execute(wanted), key=lambda each: (each.kind, each.code)):
            if each.kind == ALIASES:
                aliases[each.code] = each.document["aliases"]
            elif each.kind in _KINDS:
                documents[_KINDS[each.kind]][each.code] = each.document
        refs: dict[str, Any] = {field: snapshots.put(documents[field]) for field in documents if field != "lists"}
        refs["lists"] = {code: snapshots.put(document) for code, document in documents["lists"].items()}
        return CachedReference(version, canonical.load(Reference, documents), refs, aliases)

    def _rebuilt(self, refs: Mapping[str, Any]) -> Reference:
        known = self._database.reference_cache.of_refs(refs)
        if known is not None:
            return known
        documents = {field: self._snapshots.get(digest) for field, digest in refs.items() if field != "lists"}
        documents["lists"] = {code: self._snapshots.get(digest) for code, digest in refs["lists"].items()}
        reference = canonical.load(Reference, documents)
        self._database.reference_cache.keep_rebuilt(refs, reference)
        return reference


def _sum(some: Mapping[tuple[str, str], int], others: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {place: some.get(place, 0) + others.get(place, 0) for place in {**some, **others}}


def _by_warehouse(promised: Mapping[dt.date, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Counts by warehouse and ISO date."""
    turned: dict[str, dict[str, int]] = {}
    for day, counts in promised.items():
        for warehouse, shipments in counts.items():
            turned.setdefault(warehouse, {})[day.isoformat()] = shipments
    return dict(sorted(turned.items()))


_CODES: Any = sa.bindparam("codes", expanding=True)
_PAST = sa.select(OrderRow.decisions, OrderRow.changes).where(OrderRow.order_no == sa.bindparam("wanted"))
_SKUS = sa.select(ReferenceRow.code, ReferenceRow.document).where(
    ReferenceRow.kind == "skus", ReferenceRow.code.in_(_CODES)
)
_COUPONS = sa.select(ReferenceRow.code, ReferenceRow.document).where(
    ReferenceRow.kind == "coupons", ReferenceRow.code.in_(_CODES)
)
_BALANCES = sa.select(
    StockBalanceRow.warehouse, StockBalanceRow.sku, StockBalanceRow.on_hand, StockBalanceRow.reserved,
    StockBalanceRow.safety_stock, StockBalanceRow.channel_shares, StockBalanceRow.freed,
).where(StockBalanceRow.sku.in_(_CODES))  # fmt: skip
_OWN = sa.select(ReservationRow.warehouse, ReservationRow.sku, ReservationRow.units).where(
    ReservationRow.order_no == sa.bindparam("order_no")
)
_BY_CHANNEL = (
    sa.select(ReservationRow.warehouse, ReservationRow.sku, sa.func.sum(ReservationRow.units).label("units"))
    .where(
        ReservationRow.channel == sa.bindparam("channel"), ReservationRow.order_no != sa.bindparam("order_no"),
        ReservationRow.sku.in_(_CODES),
    )
    .group_by(ReservationRow.warehouse, ReservationRow.sku)
)  # fmt: skip
_SHIPMENTS = (
    sa.select(ShipmentRow.warehouse, ShipmentRow.ships_on, sa.func.count().label("shipments"))
    .where(
        ShipmentRow.ships_on >= sa.bindparam("day"), ShipmentRow.approved.is_(True),
        ShipmentRow.order_no != sa.bindparam("order_no"), ShipmentRow.sent_as.is_(None),
    )
    .group_by(ShipmentRow.warehouse, ShipmentRow.ships_on)
)  # fmt: skip
