from __future__ import annotations

import datetime as dt

import pytest

from engine import canonical
from engine.demo.rates import PROVINCES
from engine.demo.reference import documents, reference, stock, world
from engine.demo.skus import PRICES
from engine.intake.reference import KINDS, SCHEMAS, load_reference
from engine.intake.schema import load_order
from engine.routing import geo
from tests.odd_bodies import SAMPLE_ORDER

TODAY = dt.date(2026, 11, 21)
DOCUMENTS = documents(TODAY)
REFERENCE = reference(TODAY)


def loaded(kind):
    return [canonical.load(SCHEMAS[kind].shape, load_reference(kind, each["code"], each)) for each in DOCUMENTS[kind]]


def test_there_are_documents_of_every_kind():
    """But of coupons, whose terms the demo's orders carry, and of templates, which come with the rules."""
    counts = {kind: len(each) for kind, each in DOCUMENTS.items()}
    assert set(counts) == set(KINDS) - {"coupons", "templates"}
    assert counts | {"lists": 0} == {
        "channels": 8, "warehouses": 8, "carriers": 4, "rate-cards": 8, "coverage": 8, "lists": 0, "skus": 61,
        "sku-aliases": 2,
    }  # fmt: skip


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_document_loads_as_the_value_it_came_from(kind):
    values = {value.code: value for value in loaded(kind)}
    assert len(values) == len(DOCUMENTS[kind])
    if kind not in ("skus", "sku-aliases"):
        assert values == getattr(REFERENCE, kind.replace("-", "_"))


def test_the_channels_are_set_as_the_contract_says():
    ours = {"own-shop", "store", "phone"}
    assert set(REFERENCE.channels) == ours | {"taobao", "jd", "douyin", "shopify", "woocommerce"}
    for code, channel in REFERENCE.channels.items():
        settings = (
            channel.payment_guaranteed, channel.pricing, channel.reserve_on, channel.release_after_minutes,
        )  # fmt: skip
        assert settings == ((False, "gatehouse", "placed", 0) if code in ours else (True, "channel", "paid", 10))
        assert channel.enabled and channel.adapter == code


def test_the_places_exist_and_lie_where_they_say():
    kinds = [warehouse.kind for warehouse in REFERENCE.warehouses.values()]
    assert (kinds.count("warehouse"), kinds.count("store")) == (6, 2)
    for warehouse in REFERENCE.warehouses.values():
        place = geo.locate(warehouse.province, warehouse.city, warehouse.district)
        assert place.district is not None and place.point is not None
        assert geo.distance_km((warehouse.lat, warehouse.lng), place.point) < 20


def test_every_service_has_a_card_and_coverage_and_every_level_is_served():
    services = [service for carrier in REFERENCE.carriers.values() for service in carrier.services]
    assert {service.code for service in services} == set(REFERENCE.rate_cards) == set(REFERENCE.coverage)
    assert {service.service_level for service in services} == {"standard", "next_day", "same_day"}
    for wanted in ("cod", "cold", "fragile", "hazardous", "oversize"):
        assert any(wanted in service.attributes for service in services)


def test_the_provinces_of_the_rate_cards_exist():
    assert len(PROVINCES) == 31
    named = {name for card in REFERENCE.rate_cards.values() for zone in card.zones for name in zone.to_provinces}
    assert named >= set(PROVINCES)
    assert all(geo.province(name).name == name for name in named)


def test_standard_parcels_reach_every_province_from_every_warehouse_at_prices_that_rise_with_distance():
    origins = {each.province for each in REFERENCE.warehouses.values()}
    for code in ("SF-STD", "ZTO-STD", "JD-STD"):
        for origin in origins:
            zones = [zone for zone in REFERENCE.rate_cards[code].zones if origin in zone.from_provinces]
            assert sorted(name for zone in zones for name in zone.to_provinces) == sorted(PROVINCES)
            home = next(zone for zone in zones if origin in zone.to_provinces)
            assert all(zone.days >= home.days and zone.additional_cents >= home.additional_cents for zone in zones)


def test_the_prices_out_of_shanghai_are_those_of_the_source():
    def zone(code, province):
        found = REFERENCE.rate_cards[code].zones
        return next(each for each in found if "上海市" in each.from_provinces and province in each.to_provinces)

    assert (zone("SF-STD", "广东省").steps[0].cents, zone("SF-STD", "广东省").additional_cents) == (700, 180)
    assert (zone("SF-STD", "西藏自治区").steps[0].cents, zone("SF-STD", "西藏自治区").additional_cents) == (1200, 800)
    assert [step.cents for step in zone("ZTO-STD", "浙江省").steps] == [350, 400, 450]
    assert zone("ZTO-STD", "青海省").additional_cents == 400


def test_closures_are_dated_around_the_day_of_loading():
    rows = [row for coverage in REFERENCE.coverage.values() for row in coverage.rows]
    dated = [row for row in rows if row.from_date]
    assert dated and all(row.from_date <= TODAY < row.until_date for row in dated)
    assert any(row.town for row in rows) and any(row.keyword for row in rows) and any(row.served for row in rows)


def test_stock_lies_only_where_it_may():
    skus = {value.code: value for value in loaded("skus")}
    assert set(PRICES) == set(skus)
    for row in stock():
        needs = skus[row["sku"]].attributes & {"cold", "hazardous", "oversize"}
        assert needs <= REFERENCE.warehouses[row["warehouse"]].attributes, row
        assert row["on_hand"] > row["safety_stock"] >= 0


def test_some_goods_are_nowhere_some_in_one_place_and_some_come_later():
    places = {}
    for row in stock():
        places.setdefault(row["sku"], {})[row["warehouse"]] = row["on_hand"]
    skus = {value.code: value for value in loaded("skus")}
    assert "PHONE-X" not in places
    assert places["AIRFRYER-5L"] == {"SH1": 3} and skus["AIRFRYER-5L"].restock_on == TODAY + dt.timedelta(days=10)
    assert (set(places["TEASET-CELADON"]), set(places["OOLONG-500"])) == ({"SH1"}, {"GZ1"})
    assert skus["PHONE-2027"].release_on > TODAY and skus["MP3-CLASSIC"].discontinued


def test_substitutes_and_parts_are_skus_and_floors_are_below_prices():
    skus = {value.code: value for value in loaded("skus")}
    for sku in skus.values():
        assert {part.sku for part in sku.components} | set(sku.substitutes) <= set(skus)
        assert (sku.floor_cents or 0) <= PRICES[sku.code]


def test_the_world_of_an_order_knows_its_skus_and_their_stock():
    order = load_order(SAMPLE_ORDER, REFERENCE.channels["taobao"])
    seen = world(order, TODAY, {"surnames": {"title": {"zh": "姓", "en": "Surnames"}, "items": ["张"], "kind": "text"}})
    assert set(seen.skus) == {"LAUNDRY-2L"}
    assert [(row.warehouse, row.sku) for row in seen.stock] == sorted((row.warehouse, row.sku) for row in seen.stock)
    assert {row.sku for row in seen.stock} == {"LAUNDRY-2L"}
    assert seen.items("surnames") == {"张"}
    assert "17000000000" in seen.items("blacklist-phones")


def test_the_demo_is_the_same_every_time():
    assert documents(TODAY) == DOCUMENTS
    assert canonical.digest(reference(TODAY)) == canonical.digest(REFERENCE)
