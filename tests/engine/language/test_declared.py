"""Facts that an admin declares: how they are written, what is refused, and what they read of an order."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from engine.errors import RulebookError
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.facts import ATTRIBUTES, Scene
from engine.language.rules import Rulebook
from engine.language.sentences import sentence

PIPELINE = {"stages": ["intake", "fraud"], "preference": ["rules", "code"]}
COLOURS = [{"value": "red", "zh": "红", "en": "Red"}, {"value": "blue", "zh": "蓝", "en": "Blue"}]


def a_fact(key: str = "gift", kind: str = "flag", **more: Any) -> dict[str, Any]:
    return {"name": f"{ATTRIBUTES}{key}", "type": kind, "zh": f"{key}标", "en": f"The {key}", **more}


def a_rule(when: Any) -> dict[str, Any]:
    return {"id": "fraud.r", "title": "规则", "why": "因为", "when": when, "then": [{"do": "score", "points": 5}]}


def a_book(facts: Any, when: Any = None) -> Rulebook:
    rules = [] if when is None else [a_rule(when)]
    documents = {"pipeline": PIPELINE, "fraud": {"rules": rules}, "facts": {"facts": facts}}
    return load_rulebook(documents, CATALOGUE, EFFECTS)


def problems_of(facts: Any, when: Any = None) -> list[tuple[str, str, str | None]]:
    with pytest.raises(RulebookError) as caught:
        a_book(facts, when)
    return [(each.path, each.code, each.suggestion) for each in caught.value.problems]


def read(fact: dict[str, Any], **attributes: Any) -> Any:
    """What the fact reads of an order with these attributes."""
    scene: Any = Scene(SimpleNamespace(attributes=attributes), None, None, dt.datetime.now(dt.UTC))  # type: ignore
    return a_book([fact]).catalogue.state([fact["name"]], scene).get(fact["name"])


def test_a_rule_may_ask_for_a_declared_fact():
    when = {"fact": "order.attributes.gift", "is": "is_true"}
    book = a_book([a_fact()], when)
    assert book.rules("fraud")[0].facts == {"order.attributes.gift"}
    fact = book.catalogue["order.attributes.gift"]
    assert (fact.subject, fact.declared, fact.always, fact.since) == ("order", True, False, "intake")
    assert [sentence(book.rules("fraud")[0].when, book.catalogue, language) for language in ("zh", "en")] == [
        "gift标", "The gift",
    ]  # fmt: skip


def test_built_in_facts_stay_and_none_is_named_like_a_declared_one():
    book = a_book([a_fact()])
    assert len(list(book.catalogue)) == len(list(CATALOGUE)) + 1
    assert not [fact.name for fact in CATALOGUE if fact.declared]


def test_a_rule_may_ask_in_any_stage_and_about_any_part():
    where = {"fact": "line.quantity", "is": "gte", "other": "order.attributes.most"}
    assert a_book([a_fact("most", "int")], {"some": "line", "where": where})


@pytest.mark.parametrize(
    "kind, more, given, wanted",
    [
        ("flag", {}, True, True),
        ("flag", {}, False, False),
        ("int", {"unit": "件"}, 3, 3),
        ("money", {}, 1999, 1999),
        ("text", {}, "双11", "双11"),
        ("text", {}, "e\u0301", "\u00e9"),
        ("date", {}, "2026-11-11", 20261111),
        ("choice", {"choices": COLOURS}, "red", "red"),
        ("set", {}, ["a", "b", "a"], frozenset("ab")),
        ("set", {}, [], frozenset()),
        ("set", {"choices": COLOURS}, ["blue"], frozenset({"blue"})),
    ],
)
def test_a_value_of_the_declared_type_is_read(kind, more, given, wanted):
    found = read(a_fact("it", kind, **more), it=given)
    assert found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize(
    "kind, more, given",
    [
        ("flag", {}, 1),
        ("flag", {}, "true"),
        ("int", {}, "3"),
        ("int", {}, 3.0),
        ("int", {}, True),
        ("int", {}, 2**53),
        ("money", {}, "19.99"),
        ("text", {}, 3),
        ("text", {}, ""),
        ("text", {}, "  "),
        ("text", {}, "a\x00b"),
        ("text", {}, "长" * 2000),
        ("text", {}, ["a"]),
        ("date", {}, "11.11.2026"),
        ("date", {}, 20261111),
        ("choice", {"choices": COLOURS}, "green"),
        ("set", {}, "a"),
        ("set", {}, ["a", 1]),
        ("set", {}, {"a": True}),
        ("set", {"choices": COLOURS}, ["blue", "green"]),
        ("text", {}, None),
    ],
)
def test_a_value_of_another_type_is_absent(kind, more, given):
    assert read(a_fact("it", kind, **more), it=given) is None
    assert read(a_fact("it", kind, **more)) is None


def test_labels_units_choices_and_help_are_kept():
    document = [
        a_fact("n", "int", unit="件", help="几件"),
        a_fact("m", "money", help={"zh": "多少钱", "en": "How much"}),
        a_fact("c", "choice", choices=["plain", COLOURS[0]]),
    ]
    count, money, choice = (a_book(document).catalogue[row["name"]] for row in document)
    assert (count.unit, count.help_zh, count.help_en) == ("件", "几件", "几件")
    assert (money.unit, money.help_zh, money.help_en) == ("cents", "多少钱", "How much")
    assert choice.choices == (("plain", "plain", "plain"), ("red", "红", "Red"))


@pytest.mark.parametrize(
    "facts, path, code",
    [
        ("gift", "facts.facts", "invalid-type"),
        (["gift"], "facts.facts.0", "invalid-type"),
        ([{**a_fact(), "zh": None}], "facts.facts.0.zh", "required"),
        ([{**a_fact(), "en": "  "}], "facts.facts.0.en", "required"),
        ([{**a_fact(), "zh": "长" * 61}], "facts.facts.0.zh", "too-long"),
        ([a_fact(typo=1)], "facts.facts.0.typo", "unknown-field"),
        ([{**a_fact(), "name": "line.attributes.gift"}], "facts.facts.0.name", "invalid-id"),
        ([a_fact("a.b")], "facts.facts.0.name", "invalid-id"),
        ([a_fact("颜色")], "facts.facts.0.name", "invalid-id"),
        ([a_fact("x" * 61)], "facts.facts.0.name", "invalid-id"),
        ([a_fact("x\n")], "facts.facts.0.name", "invalid-id"),
        ([a_fact("w", "weight")], "facts.facts.0.type", "not-a-choice"),
        ([a_fact("m", "money", unit="cents")], "facts.facts.0.unit", "unknown-field"),
        ([a_fact("i", "int", unit=3)], "facts.facts.0.unit", "invalid-type"),
        ([a_fact("c", "choice")], "facts.facts.0.choices", "required"),
        ([a_fact("c", "choice", choices=[])], "facts.facts.0.choices", "empty-group"),
        ([a_fact("c", "choice", choices=["a", "a"])], "facts.facts.0.choices", "duplicate-key"),
        ([a_fact("c", "choice", choices=[{"value": "a", "zh": "甲"}])], "facts.facts.0.choices.0.en", "required"),
        ([a_fact("c", "choice", choices=[1])], "facts.facts.0.choices.0", "invalid-type"),
        ([a_fact("t", "text", choices=["a"])], "facts.facts.0.choices", "unknown-field"),
        ([a_fact("t", "text", help={"zh": "x", "fr": "y"})], "facts.facts.0.help.fr", "unknown-field"),
        ([a_fact(), a_fact(kind="text")], "facts.facts.1.name", "duplicate-id"),
        ([a_fact(), {**a_fact("other"), "en": "The gift"}], "facts.facts.1.en", "duplicate-id"),
        ([a_fact(f"f{number}") for number in range(201)], "facts.facts", "too-long"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_path(facts, path, code):
    assert (path, code) in [(where, which) for where, which, _ in problems_of(facts)]


def test_all_problems_are_told_at_once_those_of_rules_too():
    asked = {"fact": "order.attributes.gift", "is": "gte", "value": 3}
    when = {"all": [asked, {"fact": "order.nope", "is": "present"}]}
    found = problems_of([a_fact(), a_fact("c", "choise")], when)
    assert [(path, code) for path, code, _ in found] == [
        ("facts.facts.1.type", "not-a-choice"), ("fraud.rules.0.when.all.0.is", "wrong-operator"),
        ("fraud.rules.0.when.all.1.fact", "unknown-fact"),
    ]  # fmt: skip
    assert found[0][2] == "did you mean choice?"


def test_a_fact_that_nobody_declared_is_refused_with_a_suggestion():
    facts = [a_fact("gift_wrap")]
    asked = [{"fact": f"{ATTRIBUTES}{key}", "is": "is_true"} for key in ("gift_wrp", "campaign")]
    hints = [hint for _, _, hint in problems_of(facts, {"any": asked})]
    assert hints == ["did you mean order.attributes.gift_wrap?", "declare it among the facts"]


def test_a_negative_condition_over_a_declared_fact_asks_for_its_presence():
    when = {"fact": "order.attributes.source", "is": "neq", "value": "x"}
    assert problems_of([a_fact("source", "text")], when)[0][1] == "may-be-absent"


def test_the_digest_names_what_is_declared_and_is_as_before_without():
    documents = {"pipeline": PIPELINE, "fraud": {"rules": [a_rule(None)]}}
    without = load_rulebook(documents, CATALOGUE, EFFECTS)
    assert without.digest == "d97122fbacac009f8254a0eb8196e61c4e90d5b6273a5c3efb11eaa334c11971"
    books = [a_book([a_fact()]), a_book([a_fact()]), a_book([a_fact(help="x")]), a_book([])]
    digests = [book.digest for book in books]
    assert digests[0] == digests[1] and len({*digests, without.digest}) == 4


def test_a_folder_says_facts_in_a_file_beside_the_pipeline(tmp_path):
    (tmp_path / "pipeline.yaml").write_text("stages: [fraud]\npreference: [code]\n")
    (tmp_path / "facts.yaml").write_text("facts:\n  - {name: order.attributes.a, type: flagg, zh: 甲, en: A}\n")
    (tmp_path / "fact.yaml").write_text("facts: []\n")
    with pytest.raises(RulebookError, match="fact.yaml.*did you mean facts"):
        read_folder(tmp_path)
    (tmp_path / "fact.yaml").unlink()
    folder = read_folder(tmp_path)
    assert folder.rulesets == {} and set(folder.documents) == {"pipeline", "facts"}
    with pytest.raises(RulebookError, match="facts.yaml.*2.*did you mean flag"):
        load_rulebook(folder.documents, CATALOGUE, EFFECTS, folder.lists, folder.places)


@pytest.mark.parametrize(
    "kind, sample, kept",
    [("flag", True, True), ("money", 1990, 1990), ("date", "2026-11-11", 20261111), ("text", "双11", "双11"),
     ("set", ["a"], frozenset({"a"}))],
)  # fmt: skip
def test_a_sample_is_a_value_of_the_type(kind, sample, kept):
    assert a_book([a_fact("x", kind, sample=sample)]).catalogue["order.attributes.x"].sample == kept


@pytest.mark.parametrize("kind, sample", [("flag", "yes"), ("money", 19.9), ("date", "11-11"), ("set", "a")])
def test_a_sample_of_another_type_is_refused(kind, sample):
    assert [each[:2] for each in problems_of([a_fact("x", kind, sample=sample)])] == [
        ("facts.facts.0.sample", "invalid-type"),
    ]  # fmt: skip


def test_a_sample_is_one_of_the_choices():
    assert a_book([a_fact("x", "choice", choices=COLOURS, sample="red")])
    assert problems_of([a_fact("x", "choice", choices=COLOURS, sample="rde")]) == [
        ("facts.facts.0.sample", "not-a-choice", "did you mean red?"),
    ]  # fmt: skip
