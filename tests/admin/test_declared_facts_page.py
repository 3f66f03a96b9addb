"""Facts that the shop declares: the form, its checks, and the way into rules."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import PASSWORD

COLOUR = {"key": "colour", "type": "choice", "zh": "颜色", "en": "Colour", "choices": "red | 红 | Red\nblue\t蓝\tBlue",
          "help_zh": "结算页选的", "sample": "red"}  # fmt: skip
WRAP = "order.attributes.gift_wrap"


@pytest.fixture
def ed(gatehouse, visit):
    """Somebody who writes rules."""
    gatehouse.people.create_user("ed", PASSWORD, frozenset({"editor"}))
    return visit("ed")


def draft(gatehouse):
    (found,) = gatehouse.drafts.of("facts")
    return gatehouse.drafts.get("facts", found["id"])


def declare(visitor, name="", **fields):
    return visitor.post(f"/console/rules/facts/form{f'?name={name}' if name else ''}", fields)


def problems(page):
    return dict(re.findall(r'class="wrong" id="wrong-(\w+)"><svg.*?</svg> (.*?)</p>', page.text))


def test_a_fact_goes_from_the_form_through_a_draft_into_the_catalogue(ed, gatehouse):
    assert declare(ed, **COLOUR).status_code == 302
    made = draft(gatehouse)
    assert made["facts"][-1] == {
        "name": "order.attributes.colour", "type": "choice", "zh": "颜色", "en": "Colour", "sample": "red",
        "choices": [{"value": "red", "zh": "红", "en": "Red"}, {"value": "blue", "zh": "蓝", "en": "Blue"}],
        "help": "结算页选的",
    }  # fmt: skip
    assert len(made["facts"]) == 3, "what is declared already stays"
    page = ed.get("/console/rules/facts").text
    assert "新增" in page and f"/console/rules/facts/drafts/{made['id']}/review" in page
    review = ed.get(f"/console/rules/facts/drafts/{made['id']}/review").text
    assert "单选" in review and "结算页选的" in review
    by = gatehouse.people.person("ed")
    gatehouse.drafts.check("facts", made["id"], by)
    gatehouse.drafts.publish("facts", made["id"], by, "why")
    fact = gatehouse.rulebooks.live().rulebook.catalogue["order.attributes.colour"]
    assert (fact.type, fact.sample, fact.choices[1]) == ("choice", "red", ("blue", "蓝", "Blue"))


def test_everything_that_is_wrong_is_said_at_its_field_and_nothing_is_kept(ed, gatehouse):
    page = declare(ed, key="1 bad", type="money", zh="需要礼品包装", en="", sample="abc")
    assert page.status_code == 422
    assert set(problems(page)) == {"name", "zh", "en", "sample"}
    assert 'value="1 bad"' in page.text and 'value="abc"' in page.text
    assert not gatehouse.drafts.of("facts")
    assert set(problems(declare(ed, key="c", type="choice", zh="色", en="C"))) == {"choices"}
    twice = declare(ed, key="c", type="set", zh="色", en="C", choices="a\na")
    assert set(problems(twice)) == {"choices"}
    assert set(problems(declare(ed, key="gift_wrap", type="flag", zh="另一个", en="Other"))) == {"name"}


@pytest.mark.parametrize(
    "kind, typed, kept",
    [("money", "19.90", 1990), ("int", "1,200", 1200), ("flag", "是", True), ("set", "a, b", ["a", "b"]),
     ("date", "2026-11-11", "2026-11-11"), ("text", "0100", "0100")],
)  # fmt: skip
def test_a_sample_is_typed_as_people_write_it(ed, gatehouse, kind, typed, kept):
    declare(ed, key="x", type=kind, zh="某值", en="Some value", sample=typed)
    assert draft(gatehouse)["facts"][-1]["sample"] == kept
    form = ed.get("/console/rules/facts/form?name=order.attributes.x").text
    shown = re.search(r'name="sample" value="([^"]*)"', form).group(1)
    declare(ed, "order.attributes.x", key="x", type=kind, zh="某值", en="Some value", sample=shown)
    assert draft(gatehouse)["facts"][-1]["sample"] == kept, "what the form shows means the same"


def test_a_published_fact_is_changed_in_its_place_and_keeps_its_key(ed, gatehouse):
    declare(ed, WRAP, key="other", type="flag", zh="要礼品包装", en="Gift wrap")
    first, *_ = draft(gatehouse)["facts"]
    assert (first["name"], first["zh"]) == (WRAP, "要礼品包装")
    assert "已改" in ed.get("/console/rules/facts").text
    ed.post("/console/rules/facts/restore", {"name": WRAP})
    assert not gatehouse.drafts.of("facts"), "a draft that says nothing new is given up"


def test_a_fact_is_taken_away_and_put_back(ed, gatehouse):
    ed.post("/console/rules/facts/remove", {"name": WRAP})
    assert [each["name"] for each in draft(gatehouse)["facts"]] == ["order.attributes.source_campaign"]
    assert "将删除" in ed.get("/console/rules/facts").text
    declare(ed, **COLOUR)
    ed.post("/console/rules/facts/restore", {"name": WRAP})
    assert {each["name"] for each in draft(gatehouse)["facts"]} == {
        WRAP, "order.attributes.source_campaign", "order.attributes.colour",
    }  # fmt: skip


def test_a_fact_that_rules_ask_for_names_them_and_stays(ed, gatehouse):
    by = gatehouse.people.person("ed")
    made = gatehouse.drafts.create("fraud", by)
    rule = {"id": "fraud.wrapped", "title": {"zh": "礼品先看", "en": "Look at gifts"}, "why": {"zh": "因", "en": "b"},
            "when": {"fact": WRAP, "is": "is_true"}, "then": [{"do": "score", "points": 5}]}  # fmt: skip
    document = {"stage": "fraud", "note": "", "rules": [*made["rules"], rule], "tables": made["tables"]}
    made = gatehouse.drafts.save("fraud", made["id"], document, made["revision"], by)
    gatehouse.drafts.check("fraud", made["id"], by)
    gatehouse.drafts.publish("fraud", made["id"], by, "why")
    assert "礼品先看" in ed.get("/console/rules/facts").text
    page = ed.post("/console/rules/facts/remove", {"name": WRAP}, follow_redirects=True).text
    assert "不能删除" in page and not gatehouse.drafts.of("facts")


def test_who_only_looks_is_offered_and_allowed_nothing(visit, gatehouse):
    vera = visit("vera")
    assert "/console/rules/facts/form" not in vera.get("/console/rules/facts").text
    assert vera.get("/console/rules/facts/form").status_code == 403
    assert vera.post("/console/rules/facts/remove", {"name": WRAP}).status_code == 403
    assert declare(vera, **COLOUR).status_code == 403
    assert not gatehouse.drafts.of("facts")


def test_there_is_no_form_of_a_fact_that_there_is_not(ed):
    assert ed.get("/console/rules/facts/form?name=order.attributes.nope").status_code == 404
