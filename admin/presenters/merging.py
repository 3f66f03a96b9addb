"""One parcel for several orders: who is in it, or who could be, and what that saves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin import amounts
from engine.service import Gatehouse
from engine.service.principals import Principal

_FLAG = "MERGE_CANDIDATE"


@dataclass(frozen=True, slots=True)
class MergingView:
    """The other orders, and what the reader may do about them."""

    others: tuple[tuple[str, str], ...]  # (order_no, the channel's own number)
    merged: bool  # already; else they could be
    shipment_no: str  # the parcel's
    saves: str  # empty where nobody knows any more
    offered: bool  # merging, or taking apart, is this reader's to do now


def merging(
    stored: Mapping[str, Any], decision: Mapping[str, Any] | None, gatehouse: Gatehouse, by: Principal
) -> MergingView | None:
    """None where there is nothing to say: no other order is or could be in its parcel."""
    if decision is None:
        return None
    offered = by.may("ops") and stored["status"] == "approved" and decision["id"] == stored["decision_id"]
    together = next((each["merged"] for each in decision["shipments"] if "merged" in each), None)
    if together is not None:
        return MergingView(_others(together["order_nos"], stored), True, together["shipment_no"], "", offered)
    if not offered or all(flag["code"] != _FLAG for flag in decision["flags"]):
        return None
    found = gatehouse.merging.candidates(stored["order_no"])
    if found is None:
        return None
    saves = amounts.money(found["saves_cents"], "CNY")  # freight is paid in base currency, whatever the buyer pays in
    return MergingView(_others(found["order_nos"], stored), False, found["shipment_no"], saves, True)


def _others(order_nos: Any, stored: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((each, each.split(".", 1)[-1]) for each in order_nos if each != stored["order_no"])
