from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from engine import canonical, world
from engine.errors import NotFound, OrderError
from engine.intake.reference import KINDS, SCHEMAS, document_of, load_reference

STEP = {"up_to_g": 1000, "cents": 600}
ZONE = {
    "from_provinces": ["江苏省"], "to_provinces": [], "steps": [STEP, {"up_to_g": 2000, "cents": 700}],
    "additional_g": 1000, "additional_cents": 100,
}  # fmt: skip
SERVICE = {"code": "SF-AIR", "name": "顺丰特快", "service_level": "next_day"}
GOOD: dict[str, dict[str, Any]] = {
    "coupons": {
        "title": "满百减十", "min_spend_cents": 10_000, "valid_from": "2026-11-01T00:00:00+08:00", "skus": ["A"],
        "valid_until": "2026-12-01T00:00:00+08:00", "channels": ["taobao"],
    },
    "templates": {"text": {"zh": "订单 {order_no} 已处理", "en": "Order {order_no} is done"}},
    "skus": {
        "title": "洗衣液 2L", "category": "洗护", "weight_g": 2100, "attributes": ["fragile", "cold"],
        "release_on": "2026-12-01", "components": [{"sku": "A", "quantity": 2}],
    },
    "sku-aliases": {"aliases": {"645120987": "A", "款式/红 #2": "B 1"}},
    "warehouses": {
        "name": "上海仓", "province": "上海市", "city": "上海市", "lat": 31, "cutoff": "16:00", "attributes": [],
    },
    "carriers": {"name": "顺丰", "services": [SERVICE, SERVICE | {"code": "SF-STD", "service_level": "standard"}]},
    "rate-cards": {"volumetric_cm3_per_kg": 6000, "zones": [ZONE]},
    "coverage": {"rows": [{"province": "西藏自治区", "served": False, "from": "2026-11-01", "until": "2026-12-01"}]},
    "lists": {"title": {"zh": "偏远地区", "en": "Remote regions"}, "items": ["西藏自治区"]},
    "channels": {"name": "淘宝旗舰店", "adapter": "taobao", "payment_guaranteed": True},
}  # fmt: skip


def problems(load, *arguments):
    with pytest.raises(OrderError) as caught:
        load(*arguments)
    return {(problem.path, problem.code) for problem in caught.value.problems}


def wrong(kind, /, **changes):
    return problems(load_reference, kind, "X1", GOOD[kind] | changes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_document_becomes_the_value_of_its_kind(kind):
    value = canonical.load(SCHEMAS[kind].shape, load_reference(kind, "X1", GOOD[kind]))
    assert isinstance(value, SCHEMAS[kind].shape)
    assert value.code == "X1"
    assert canonical.dump(value) == load_reference(kind, "X1", GOOD[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_loaded_loads_again(kind):
    data = load_reference(kind, "X1", GOOD[kind])
    assert load_reference(kind, "X1", document_of(kind, data)) == data


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_fields_and_other_types_are_refused(kind):
    assert wrong(kind, foo=1) == {("foo", "unknown-field")}
    for document in (None, [1], "x", 3):
        assert {code for _, code in problems(load_reference, kind, "X1", document)} <= {"invalid-type", "required"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_inside_must_be_the_code_outside(kind):
    assert load_reference(kind, "X1", GOOD[kind] | {"code": "X1"})["code"] == "X1"
    assert wrong(kind, code="X2") == {("code", "not-a-choice")}


@pytest.mark.parametrize("code", ["", "a b", "a/b", "x" * 65, "张", "\n"])
def test_a_code_that_cannot_stand_in_an_address_is_refused(code):
    assert {path for path, _ in problems(load_reference, "warehouses", code, GOOD["warehouses"])} == {"code"}


def test_a_sku_may_have_a_chinese_code_but_no_slash():
    assert load_reference("skus", "洗衣液 2L", GOOD["skus"])["code"] == "洗衣液 2L"
    assert problems(load_reference, "skus", "A/B", GOOD["skus"]) == {("code", "out-of-range")}


def test_an_unknown_kind_is_not_found():
    with pytest.raises(NotFound):
        load_reference("customers", "X1", {})


@pytest.mark.parametrize(
    ("kind", "changes", "path", "code"),
    [
        ("skus", {"weight_g": "2100"}, "weight_g", "invalid-type"),
        ("skus", {"weight_g": -1}, "weight_g", "out-of-range"),
        ("skus", {"weight_g": None}, "weight_g", "required"),
        ("skus", {"title": "x" * 1_001}, "title", "too-long"),
        ("skus", {"restock_on": "soon"}, "restock_on", "invalid-type"),
        ("skus", {"attributes": "cold"}, "attributes", "invalid-type"),
        ("skus", {"attributes": ["cold", 1]}, "attributes.1", "invalid-type"),
        ("skus", {"components": [{"sku": "A", "quantity": 0}]}, "components.0.quantity", "out-of-range"),
        ("skus", {"components": [{"sku": "X1", "quantity": 1}]}, "components.0.sku", "not-a-choice"),
        ("warehouses", {"kind": "shed"}, "kind", "not-a-choice"),
        ("warehouses", {"lat": 91}, "lat", "out-of-range"),
        ("warehouses", {"cutoff": "24:01"}, "cutoff", "out-of-range"),
        ("warehouses", {"cutoff": 57600}, "cutoff", "invalid-type"),
        ("warehouses", {"time_zone": "Mars/Olympus"}, "time_zone", "not-a-choice"),
        ("warehouses", {"time_zone": "../../etc/passwd"}, "time_zone", "not-a-choice"),
        ("carriers", {"services": [SERVICE | {"service_level": "soon"}]}, "services.0.service_level", "not-a-choice"),
        ("carriers", {"services": [SERVICE, SERVICE]}, "services.1.code", "duplicate-key"),
        ("rate-cards", {"zones": None}, "zones", "required"),
        ("rate-cards", {"zones": [ZONE | {"steps": [STEP, STEP]}]}, "zones.0.steps.1.up_to_g", "out-of-range"),
        ("rate-cards", {"zones": [ZONE | {"days": 1.5}]}, "zones.0.days", "invalid-type"),
        ("rate-cards", {"zones": [ZONE | {"additional_cents": None}]}, "zones.0.additional_cents", "required"),
        ("coverage", {"rows": [{"province": "西藏自治区"}]}, "rows.0.served", "required"),
        (
            "coverage",
            {"rows": [{"served": False, "from": "2026-11-02", "until": "2026-11-02"}]},
            "rows.0.until",
            "out-of-range",
        ),
        ("lists", {"items": ["x", None]}, "items.1", "required"),
        ("lists", {"title": {"fr": "x"}}, "title", "invalid-type"),
        ("lists", {"title": {"zh": ""}}, "title.zh", "required"),
        ("channels", {"currency": "cny"}, "currency", "out-of-range"),
        ("channels", {"pricing": "ours"}, "pricing", "not-a-choice"),
        ("channels", {"release_after_minutes": True}, "release_after_minutes", "invalid-type"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(kind, changes, path, code):
    assert wrong(kind, **changes) == {(path, code)}


def test_a_zone_without_provinces_goes_everywhere():
    zone = {"steps": [STEP], "additional_g": 1, "additional_cents": 0}
    card = canonical.load(world.RateCard, load_reference("rate-cards", "SF-AIR", {"zones": [zone]}))
    assert card.zones[0].from_provinces == card.zones[0].to_provinces == ()


def test_coverage_may_be_the_bare_list_of_its_rows_and_its_dates_are_renamed():
    data = load_reference("coverage", "ZTO-STD", GOOD["coverage"]["rows"])
    row = canonical.load(world.Coverage, data).rows[0]
    assert (row.from_date, row.until_date) == (dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    assert document_of("coverage", data)["rows"][0]["from"] == "2026-11-01"


def test_a_coupon_ends_after_it_begins():
    late = {"valid_from": "2026-12-01T00:00:00+08:00"}
    assert wrong("coupons", **late) == {("valid_until", "out-of-range")}


def test_one_title_stands_for_both_languages():
    assert load_reference("lists", "l", {"title": "词表"})["title"] == {"zh": "词表", "en": "词表"}
    assert load_reference("lists", "l", {"title": {"en": "Words"}})["title"] == {"zh": "Words", "en": "Words"}
