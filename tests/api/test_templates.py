"""Templates of notices: as admins keep them, and rules that name one that there is not."""

from __future__ import annotations

from engine.notices import SHIPPED
from tests.api.conftest import of_high_value
from workers import jobs

RULE = {
    "id": "audit.tell", "title": {"zh": "告诉", "en": "Tell"}, "why": {"zh": "试", "en": "A try"},
    "then": [{"do": "notify", "to": "buyer", "template": "new-one"}],
}  # fmt: skip


def test_the_shipped_texts_are_there_in_both_languages(shared):
    found = {each["code"]: each["text"] for each in shared.caller("viewer").get("/v1/templates").json["items"]}
    assert found == {code: dict(text) for code, text in SHIPPED.items()}


def test_what_an_admin_writes_is_what_is_sent(call, house):
    call("admin").put("/v1/templates/order-exception", {"text": "单号 {order_no} 出库了 {unknown}"})
    order = call("taobao").post("/v1/orders", of_high_value()).json["order"]["order_no"]
    jobs.bind(house.gatehouse)
    jobs.carry_out(order)
    sent = {each["template"]: each["text"] for each in house.gatehouse.orders.page(order)["vendors"]["notices"]}
    assert sent["order-exception"] == f"单号 {order} 出库了 {{unknown}}"


def test_a_template_that_there_is_not_is_a_warning_until_there_is_one(house, call):
    rulebooks = house.gatehouse.rulebooks
    live = rulebooks.live().rulebook.ruleset("audit").document
    changed = {"audit": {**live, "rules": [*live["rules"], RULE]}}
    (found,) = (each for each in rulebooks.check(changed) if each.name == "unknown-template")
    assert (found.severity, found.rule) == ("warning", "audit.tell") and "new-one" in found.message["zh"]
    call("admin").put("/v1/templates/new-one", {"text": "你好"})
    assert [each for each in rulebooks.check(changed) if each.name == "unknown-template"] == []


def test_a_template_that_rules_or_gatehouse_itself_name_is_not_deleted(shared):
    for code in SHIPPED:
        assert shared.caller("admin")("DELETE", f"/v1/templates/{code}").status_code == 409, code
