"""Whatever stands in a document that changes something, the answer is one of those described, and never our fault."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.api.conftest import House, changed, of_high_value, sample
from tests.api.test_drafts import a_rule
from tests.odd_bodies import SAMPLE_ORDER
from workers import jobs

ODD: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "below zero": -1,
    "10^30": 10**30,
    "a fraction": 0.5,
    "empty": "",
    "blanks": "  ",
    "NUL": "\x00",
    "a lone surrogate": "\ud800",
    "long": "长" * 1_001,
    "a list": [],
    "nulls": [None],
    "an object": {},
    "in a list": [{"": None}],
}
_numbers = itertools.count(1)


def an_order(house: House, carried_out: bool = False) -> str:
    """The path of an approved order of somebody who has not ordered yet."""
    number = next(_numbers)
    document = sample(remark="")
    document["buyer"] |= {"id": f"b-{number}", "phone": None}
    document["receiver"] |= {"phone": f"139{number:04}8000", "address": f"大望路甲18号院3号楼2单元{number}"}
    order = house.caller("own-shop").post("/v1/orders", document).json["order"]
    assert order["status"] == "approved"
    if carried_out:
        jobs.bind(house.gatehouse)
        jobs.carry_out(order["order_no"])
    return f"/v1/orders/{order['order_no']}"


def a_shipment(house: House) -> str:
    """The number of a shipment that its warehouse has."""
    (shipment,) = house.caller("ops").get(an_order(house, True)).json["decision"]["shipments"]
    assert shipment["status"] == "released"
    return shipment["shipment_no"]


def a_draft(house: House) -> str:
    """The path of a draft."""
    draft = house.caller("editor").post("/v1/rulesets/fraud/drafts", {"rules": [a_rule()]}).json
    return f"/v1/rulesets/fraud/drafts/{draft['id']}"


def a_task(house: House) -> str:
    """The path of a task that is open."""
    order_no = house.caller("taobao").post("/v1/orders", of_high_value()).json["order"]["order_no"]
    jobs.bind(house.gatehouse)
    jobs.carry_out(order_no)
    return f"/v1/tasks/{house.caller('ops').get(f'/v1/tasks?order={order_no}').json['items'][0]['id']}"


def an_action(house: House) -> str:
    """The path of an action."""
    order_no = an_order(house).rpartition("/")[2]
    return f"/v1/actions/{house.caller('ops').get(f'/v1/actions?order={order_no}').json['items'][0]['id']}"


def at(place: str) -> Callable[[House], str]:
    """A path that is always the same."""
    return lambda house: place


@dataclass(frozen=True)
class Route:
    """A way to change something, with a body that is right; `here` makes something new to change."""

    here: Callable[[House], str]
    more: str
    body: dict[str, Any]
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)


KNOWN = {"phone_last4": "8000", "name": "张伟"}


def _event(type_: str, data: dict[str, Any]) -> Route:
    body = {"event_id": "e", "type": type_, "at": "2026-11-11T10:31:00+08:00", "data": data, "identity": KNOWN}
    return Route(an_order, "/events", body)


def _vendor(type_: str, data: dict[str, Any]) -> Route:
    body = {"event_id": "v", "type": type_, "at": "2026-11-11T10:31:00+08:00", "shipment_no": SHIPMENT, "data": data}
    return Route(at("/v1/vendors/wms/events"), "", body)


def _put(kind: str, body: dict[str, Any]) -> Route:
    return Route(at(f"/v1/{kind}/odd"), "", body, "PUT")


SHIPMENT, DRAFT = "of a shipment", "of a draft"  # stand for the number of one
IDS = {"event_id": ("e", "v"), "adjustment_id": ("a",)}
NOTE, REASON = {"note": "so"}, {"reason": "so"}
LINE = {"line_no": "1", "reason": "so"}
ROUTES: dict[str, Route] = {
    "payment": _event("payment_updated", SAMPLE_ORDER["payment"]),
    "receiver": _event("receiver_changed", SAMPLE_ORDER["receiver"]),
    "lines": _event("lines_changed", {name: SAMPLE_ORDER[name] for name in ("lines", "coupons", "payable_cents")}),
    "cancelled": _event("cancelled", REASON),
    "refund": _event("refund_requested", {"line_no": "1"}),
    "return": _event(
        "return_requested",
        {"kind": "return", "lines": [{"line_no": "1", "quantity": 1}], "reason": "so", "evidence": ["https://x"]},
    ),
    "feedback": _event("feedback_received", {"rating": 5, "comment": "so"}),
    "accepted": _vendor("accepted", {}),
    "refused": _vendor("refused", REASON),
    "short": _vendor("short_picked", {"lines": [{"line_no": "1", "picked": 1, "order_no": None}], "reason": "so"}),
    "shipped": _vendor("shipped", {}),
    "signed": _vendor("signed", {}),
    "returned": _vendor("returned", {"sellable": True}),
    "reconcile": Route(
        at("/v1/channels/taobao/reconcile"), "",
        {"from": "2026-11-10T00:00:00Z", "to": "2026-11-11T00:00:00Z", "channel_order_nos": ["A"]},
    ),
    "draft": Route(
        at("/v1/rulesets/fraud/drafts"), "", {"note": "", "base_version": 1, "rules": [a_rule()], "tables": []}
    ),
    "saved": Route(a_draft, "", {"note": "", "rules": [a_rule()], "tables": []}, "PUT", headers={"If-Match": '"1"'}),
    "approve": Route(a_draft, "/approve", NOTE),
    "send back": Route(a_draft, "/reject", REASON),
    "publish": Route(a_draft, "/publish", {"note": "so", "at": "2031-11-11T00:00:00Z"}),
    "unschedule": Route(a_draft, "/unschedule", REASON),
    "rollback": Route(at("/v1/rulesets/fraud/versions/1/rollback"), "", REASON),
    "pause": Route(at("/v1/rulesets/fraud/rules/fraud.x/pause"), "", REASON),
    "resume": Route(at("/v1/rulesets/fraud/rules/fraud.x/resume"), "", REASON),
    "redecide": Route(at("/v1/redecide"), "", {"holds": ["HIGH_VALUE"], "rule": "fraud.high-value", "dry_run": True}),
    "preview": Route(at("/v1/preview"), "", {"draft": DRAFT, "days": 7, "channel": "taobao"}),
    "release": Route(an_order, "/release", {"holds": ["HIGH_VALUE"], **REASON}),
    "hold": Route(an_order, "/hold", {"due_at": "2026-11-12T10:31:00+08:00", **REASON, **NOTE}),
    "reject": Route(an_order, "/reject", REASON),
    "cancel": Route(an_order, "/cancel", REASON),
    "audit": Route(an_order, "/return_to_audit", REASON),
    "reassign": Route(an_order, "/reassign", {"warehouse": "SH1", "service": "SF-STD", **LINE}),
    "unassign": Route(an_order, "/unassign", REASON),
    "adjust": Route(an_order, "/adjust", {"quantity": 2, **LINE}),
    "swap": Route(an_order, "/swap", {"sku": "TISSUE-24", **LINE}),
    "ship": Route(an_order, "/ship", {"shipment_no": "x", "service": "SF-STD", "waybill_no": "W"}),
    "clarify": Route(an_order, "/clarify", {"reading": "day:soon"}),
    "merge": Route(an_order, "/merge", {"with": ["own-shop.X"], **REASON}),
    "unmerge": Route(an_order, "/unmerge", REASON),
    "task": Route(a_task, "/outcome", {"outcome": "changed", **NOTE}),
    "skip": Route(an_action, "/skip", REASON),
    "adjustment": Route(
        at("/v1/stock/adjustments"), "",
        {
            "adjustment_id": "a", "warehouse": "SH1", "sku": "TISSUE-24", "on_hand": None, "delta": 1,
            "kind": "received", "safety_stock": 0, "channel_shares": {"taobao": 50}, **REASON,
        },
    ),
    "sku": _put("skus", {
        "title": "so", "category": "so", "weight_g": 1, "attributes": ["cold"], "channels": ["taobao"],
        "release_on": "2026-11-11", "substitutes": ["TISSUE-24"], "components": [{"sku": "TISSUE-24", "quantity": 1}],
    }),
    "warehouse": _put("warehouses", {
        "name": "so", "kind": "store", "province": "上海市", "city": "上海市", "lat": 31.2, "enabled": False,
        "cutoff": "16:00", "time_zone": "Asia/Shanghai", "attributes": ["cold"], "channels": ["taobao"],
    }),
    "carrier": _put("carriers", {
        "name": "so", "services": [{"code": "ODD", "name": "so", "service_level": "standard", "attributes": ["cod"]}],
    }),
    "rates": _put("rate-cards", {"zones": [{
        "from_provinces": [], "to_provinces": ["上海市"], "steps": [{"up_to_g": 1, "cents": 1}], "additional_g": 1,
        "additional_cents": 1, "days": 1,
    }]}),
    "coverage": _put("coverage", {"rows": [{"province": "上海市", "served": True, "from": "2026-11-11"}]}),
    "list": _put("lists", {"title": {"zh": "so", "en": "so"}, "kind": "text", "items": ["so"]}),
    "channel": _put("channels", {"name": "so", "adapter": "canonical", "reserve_on": "paid", "currency": "CNY"}),
    "aliases": Route(at("/v1/sku-aliases/taobao"), "", {"code": "taobao", "aliases": {"645": "TISSUE-24"}}, "PUT"),
}  # fmt: skip


def places(value: Any, path: str = "") -> Iterator[str]:
    """Every field in a document, inner ones too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        below = f"{path}.{name}".lstrip(".")
        if "." not in str(name):
            yield below
            yield from places(each, below)


def odd(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The body with one thing odd, and what that is."""
    yield from ((f"a document that is {name}", value) for name, value in ODD.items())
    yield "every field null", dict.fromkeys(body)
    for path in places(body):
        yield from ((f"{path}: {name}", changed(body, path, value)) for name, value in ODD.items())


@pytest.mark.parametrize("name", ROUTES)
def test_nothing_odd_is_our_fault(shared, name):
    route, place, named = ROUTES[name], "", {}
    for said, document in odd(route.body):
        place = place or route.here(shared) + route.more
        named = named or _named(shared, route.body)
        body = json.dumps(_meant(document, named)).encode()
        answer = shared.caller("admin")(route.method, place, body, headers=dict(route.headers))
        assert answer.status_code < 500, f"{name}: {said}"
        if answer.status_code < 300:
            place, named = "", {}


@pytest.mark.parametrize("name", ROUTES)
def test_what_is_not_odd_is_taken(shared, name):
    """So that it is the odd thing that is refused."""
    route = ROUTES[name]
    body = json.dumps(_meant(route.body, _named(shared, route.body))).encode()
    answer = shared.caller("admin")(route.method, route.here(shared) + route.more, body, headers=dict(route.headers))
    named_nothing = {each["path"] for each in answer.json.get("errors", ())} <= {"shipment_no", "with.0"}
    assert answer.status_code in (200, 201, 202, 404, 409) or named_nothing, answer.json


def _named(house: House, body: dict[str, Any]) -> dict[str, str]:
    """Numbers for what a body names."""
    made = {SHIPMENT: a_shipment, DRAFT: lambda house: a_draft(house).rpartition("/")[2]}
    return {each: made[each](house) for each in body.values() if isinstance(each, str) and each in made}


def _meant(document: Any, named: dict[str, str]) -> Any:
    """A body with numbers in it, and an id of its own, so that it is not taken for a repetition."""
    if not isinstance(document, dict):
        return document
    ids = {key: f"odd-{next(_numbers)}" for key, right in IDS.items() if document.get(key) in right}
    meant = {key: named.get(each, each) if isinstance(each, str) else each for key, each in document.items()}
    return {**meant, **ids}
