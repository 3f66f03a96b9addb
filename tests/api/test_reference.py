"""Reference data and the catalogue."""

from __future__ import annotations

import pytest

from engine.intake.reference import KINDS
from tests.api.conftest import sample

NEW = {
    "skus": {"title": "杯子", "category": "kitchen", "weight_g": 300},
    "sku-aliases": {"aliases": {"645120987": "LAUNDRY-2L"}},
    "warehouses": {"name": "新仓", "province": "广东省", "city": "广州市"},
    "carriers": {"name": "新快递", "services": [{"code": "NEW-STD", "name": "标快", "service_level": "standard"}]},
    "rate-cards": {"zones": [{"additional_g": 500, "additional_cents": 9, "steps": [{"up_to_g": 1000, "cents": 800}]}]},
    "coverage": {"rows": [{"province": "西藏自治区", "served": False, "from": "2026-12-01", "until": "2027-01-01"}]},
    "lists": {"title": {"zh": "新", "en": "New"}, "items": ["a", "b"]},
    "channels": {"name": "新店", "adapter": "own-shop"},
    "coupons": {"title": "满百减十", "min_spend_cents": 10_000, "valid_until": "2026-12-01T00:00:00+08:00"},
    "templates": {"text": {"zh": "订单 {order_no} 已处理", "en": "Order {order_no} is done"}},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_created_read_replaced_and_deleted(call, kind):
    admin, path = call("admin"), f"/v1/{kind}/NEW-1"
    assert admin.get(path).status_code == 404
    created = admin.put(path, NEW[kind])
    assert created.status_code == 201
    assert created.json["code"] == "NEW-1"
    assert call("viewer").get(path).json == created.json
    again = admin.put(path, created.json)
    assert (again.status_code, again.json) == (200, created.json)
    assert created.json in call("viewer").get(f"/v1/{kind}?q=NEW-1").json["items"]
    deleted = admin("DELETE", path)
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert admin("DELETE", path).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_and_demo_documents_can_be_put_back_as_they_are_read(call, kind):
    admin = call("admin")
    for document in admin.get(f"/v1/{kind}?limit=200").json["items"]:
        response = admin.put(f"/v1/{kind}/{document['code']}", document)
        assert (response.status_code, response.json) == (200, document)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_documents_follow_one_another(shared, kind):
    viewer = shared.caller("viewer")
    whole = [each["code"] for each in viewer.get(f"/v1/{kind}?limit=200").json["items"]]
    seen, cursor = [], ""
    while cursor is not None and len(seen) < 30:
        page = viewer.get(f"/v1/{kind}?limit=3{cursor and '&cursor=' + cursor}").json
        seen += [each["code"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == whole[: len(seen)] == sorted(seen)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "code"),
    [("limit=0", "out-of-range"), ("cursor=x", "invalid-type"), ("cursor=WyJcdWQ4MDAiXQ", "invalid-type"),
     ("foo=1", "unknown-field"), ("q=%1b", "out-of-range")],
)  # fmt: skip
def test_a_wrong_query_is_refused_by_name(shared, kind, query, code):
    response = shared.caller("viewer").get(f"/v1/{kind}?{query}")
    assert response.status_code == 422
    assert [each["code"] for each in response.json["errors"]] == [code]


def test_a_wrong_document_is_refused_with_every_problem(shared):
    body = NEW["skus"] | {"weight_g": "300", "colour": "red", "code": "OTHER"}
    response = shared.caller("admin").put("/v1/skus/NEW-1", body)
    assert response.status_code == 422
    response = shared.caller("admin").put("/v1/skus/NEW-1", {**body, "code": "NEW-1"})
    assert {each["path"] for each in response.json["errors"]} == {"weight_g", "colour"}
    assert shared.caller("admin").put("/v1/skus/NEW-1", b"{").status_code == 400
    assert shared.caller("admin").put("/v1/skus/NEW-1", b"[]").status_code == 422
    assert shared.caller("admin").put("/v1/skus/NEW-1", b" " * 1_000_001).status_code == 413
    assert shared.caller("admin").get("/v1/skus/NEW-1").status_code == 404


@pytest.mark.parametrize("code", ["%00", "a%0Ab", "x" * 300])
def test_an_impossible_code_is_not_found_and_cannot_be_put(shared, code):
    assert shared.caller("admin").get(f"/v1/skus/{code}").status_code == 404
    assert shared.caller("admin").put(f"/v1/skus/{code}", NEW["skus"]).status_code == 422
    assert shared.caller("admin")("DELETE", f"/v1/skus/{code}").status_code == 404


def test_what_is_referred_to_is_not_deleted(shared):
    warehouse = shared.caller("admin").get("/v1/stock?limit=1").json["items"][0]["warehouse"]
    response = shared.caller("admin")("DELETE", f"/v1/warehouses/{warehouse}")
    assert (response.status_code, response.json["code"]) == (409, "conflict")


def test_a_change_of_reference_data_counts_for_the_next_order(call):
    people = call("admin").get("/v1/lists/blacklist-phones").json
    assert call("taobao").post("/v1/orders", sample()).json["decision"]["verdict"] == "approve"
    people["items"].append("13800138000")
    call("admin").put("/v1/lists/blacklist-phones", people)
    assert call("taobao").post("/v1/orders", sample()).json["decision"]["verdict"] == "hold"


def test_the_catalogue_has_every_name_in_both_languages(shared):
    catalogue = shared.caller("viewer").get("/v1/catalogue").json
    assert {"order.payable_cents", "receiver.province", "warehouse.available_units"} <= {
        each["name"] for each in catalogue["facts"]
    }
    assert {"hold", "approve", "exclude"} <= {each["name"] for each in catalogue["effects"]}
    for group in ("facts", "effects", "holds", "flags"):
        assert all(each["labels"]["zh"] and each["labels"]["en"] for each in catalogue[group])


def test_the_catalogue_tells_what_a_fact_is_and_how_far_it_goes(shared):
    facts = {each["name"]: each for each in shared.caller("viewer").get("/v1/catalogue").json["facts"]}
    weekday = facts["order.placed_weekday"]
    assert (weekday["least"], weekday["most"], weekday["sample"]) == (1, 7, 3)
    assert weekday["help"] == {"zh": "1 为星期一，7 为星期日", "en": "1 is Monday, 7 is Sunday"}
    assert (facts["order.item_count"]["least"], facts["order.item_count"]["most"]) == (0, None)
    assert facts["service.attributes"]["sample"] == ["cod", "fragile"]


def test_the_catalogue_holds_what_an_admin_declared(shared):
    facts = {each["name"]: each for each in shared.caller("viewer").get("/v1/catalogue").json["facts"]}
    gift = facts["order.attributes.gift_wrap"]
    assert gift["declared"] and not facts["order.payable_cents"]["declared"]
    assert gift["labels"] == {"zh": "需要礼品包装", "en": "Gift wrap wanted"}
    assert (gift["type"], gift["subject"], gift["always"]) == ("flag", "order", False)


def test_what_a_draft_names_is_not_deleted_until_the_draft_is_given_up(call):
    admin = call("admin")
    admin.put("/v1/lists/rare-provinces", {"title": {"zh": "少见", "en": "Rare"}, "items": ["西藏自治区"]})
    base = admin.post("/v1/rulesets/fraud/drafts", {}).json
    cell = {
        "id": "fraud.by-province", "title": {"zh": "按省", "en": "By province"}, "why": "x", "hit": "first",
        "inputs": [{"fact": "receiver.province", "is": "in_list"}], "outputs": [{"do": "score", "points": "int"}],
        "rows": [["rare-provinces", 5]],
    }  # fmt: skip
    path = f"/v1/rulesets/fraud/drafts/{base['id']}"
    saved = admin("PUT", path, {**base, "tables": [cell]}, headers={"If-Match": '"1"'})
    assert saved.status_code == 200, saved.json
    refused = admin("DELETE", "/v1/lists/rare-provinces")
    assert refused.status_code == 409
    said = {"kind": "draft", "code": base["id"], "title": {"zh": "按省", "en": "By province"}, "stage": "fraud"}
    assert refused.json["referring"] == [said]
    assert admin("DELETE", path).status_code in (200, 204)
    assert admin("DELETE", "/v1/lists/rare-provinces").status_code == 204


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [
        ("lists/blacklist-phones", "rule", "fraud.blacklisted"),
        ("channels/taobao", "skus", None),
        ("carriers/SF", "rate-cards", None),
    ],
)
def test_what_rules_and_documents_name_is_not_deleted(call, path, kind, code):
    admin = call("admin")
    if kind == "skus":
        admin.put("/v1/skus/ONLY-HERE", NEW["skus"] | {"channels": ["taobao"]})
        code = "ONLY-HERE"
    refused = admin("DELETE", f"/v1/{path}")
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    named = {(each["kind"], each["code"]) for each in refused.json["referring"]}
    assert any(each[0] == kind and code in (None, each[1]) for each in named), named
    assert admin.get(f"/v1/{path}").status_code == 200
