"""Where a carrier delivers."""

from __future__ import annotations

import datetime as dt

from engine.order import Receiver
from engine.routing import geo
from engine.routing.divisions import plain, stem
from engine.world import Coverage, CoverageRow


def served(coverage: Coverage | None, receiver: Receiver, on_date: dt.date) -> tuple[bool, CoverageRow | None]:
    """Whether a service delivers there on that day, and the row that says so; no row at all means yes.

    The most specific row wins: keyword, town, district, city, province, in that order of weight. Among equals a dated
    row beats a standing one, then no beats yes, then the earlier row wins.
    """
    if coverage is None:
        return True, None
    rows = [(row, index) for index, row in enumerate(coverage.rows) if _applies(row, receiver, on_date)]
    if not rows:
        return True, None
    row, _ = min(rows, key=lambda each: (_specificity(each[0]), each[1]))
    return row.served, row


def _specificity(row: CoverageRow) -> tuple[bool, ...]:
    undated = row.from_date is None and row.until_date is None
    return (not row.keyword, not row.town, not row.district, not row.city, not row.province, undated, row.served)


def _applies(row: CoverageRow, receiver: Receiver, on_date: dt.date) -> bool:
    if on_date < (row.from_date or dt.date.min) or on_date >= (row.until_date or dt.date.max):
        return False
    if row.keyword and row.keyword not in (receiver.address or ""):
        return False
    if row.town and _town(row.town) != _town(receiver.town):
        return False
    return _same_divisions(row, receiver)


def _town(name: str | None) -> str:
    return plain(name).removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _same_divisions(row: CoverageRow, receiver: Receiver) -> bool:
    """Compared as places where both are known, so that 内蒙古 and 内蒙古自治区 are one; else as written."""
    province = geo.province_of(receiver.country, receiver.province)
    there = geo.locate(province, receiver.city, receiver.district)
    if row.province and not _equal(row.province, province, geo.province(row.province), there.province):
        return False
    here = geo.locate(row.province or province, row.city or receiver.city, row.district)
    if row.city and not _equal(row.city, receiver.city, here.city, there.city):
        return False
    return not row.district or _equal(row.district, receiver.district, here.district, there.district)


def _equal(wanted: str, stated: str | None, wanted_place: object, stated_place: object) -> bool:
    if wanted_place is not None and stated_place is not None:
        return wanted_place == stated_place
    return stem(plain(wanted)) == stem(plain(stated))
