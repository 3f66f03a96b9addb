"""Small differences of missed coupons, given back without anybody asking for it where a setting says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.config import Settings
from engine.errors import Conflict, NotFound, OrderError
from engine.service.manual import Manual
from engine.service.manual_coupons import COUPON, REFUND, choices
from engine.service.principals import Principal

_PAGE = 200
_AUTOMATIC = Principal("person", "gatehouse", frozenset({"ops"}))


class CouponRefunds:
    """What the clock does about coupons that were missed."""

    def __init__(self, database: Any, settings: Settings, manual: Manual):
        self._database = database
        self._below_cents = settings.auto_coupon_refund_below_cents
        self._manual = manual

    def automatic(self) -> int:
        """Give back what is below the setting, in cents of the order's own currency. Gives how many orders were."""
        if not self._below_cents:
            return 0
        return sum(self._refund(order_no) for order_no in [*self._small()])

    def _small(self) -> Iterable[str]:
        """The held orders whose difference is below the setting."""
        with self._database.read() as uow:
            cursor = None
            while True:
                page, cursor = uow.orders.search({"hold": COUPON, "status": "held"}, cursor, _PAGE)
                for each in page:
                    kept = uow.decisions.latest(each["order_no"])
                    if kept and 0 < choices(kept.decision).get(REFUND, 0) < self._below_cents:
                        yield each["order_no"]
                if cursor is None:
                    return

    def _refund(self, order_no: str) -> int:
        try:
            self._manual.clarify(order_no, {"reading": REFUND}, _AUTOMATIC)
        except (Conflict, NotFound, OrderError):  # it has changed since, or somebody was quicker
            return 0
        return 1
