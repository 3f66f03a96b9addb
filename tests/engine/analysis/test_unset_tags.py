"""Tags that are asked for and never put on, or put on and never asked for."""

from __future__ import annotations

from engine.language.conditions import Leaf
from engine.matching.evaluate import holds
from tests.engine.analysis.cases import a_rule, a_rulebook, a_table, findings, leaf, names, the_finding

N1 = leaf("order.n", "gte", 1)


def asks(tag: str, is_: str = "includes"):
    return leaf("order.tags", is_, tag if is_ == "includes" else [tag])


def puts(tag: str):
    return [{"do": "tag", "name": tag}]


def test_a_tag_that_one_rule_puts_on_and_another_asks_for_is_fine():
    assert names(a_rule("intake.a", N1, puts("x")), a_rule("audit.b", asks("x"))) == []
    assert names(a_rule("intake.a", N1, puts("x")), a_rule("intake.b", asks("x", "includes_none"))) == []


def test_a_tag_that_no_rule_puts_on_is_found_where_it_is_asked_for():
    finding = the_finding(a_rule("audit.b", {"all": [N1, {"not": {"not": asks("x")}}]}))
    assert (finding.name, finding.severity) == ("tag-never-set", "warning")
    assert finding.path == "audit.rules.0.when.all.1.not.not"
    assert finding.witness == {"order.n": 1, "order.tags": ["x"]}
    assert "“x”" in finding.message["zh"] and "no rule puts that tag on" in finding.message["en"]


def test_the_witness_fires_the_rule_and_would_not_without_the_tag():
    rule = a_rule("audit.b", {"all": [N1, asks("x")]})
    witness = the_finding(rule).witness
    when = a_rulebook(rule).rule("audit.b").when
    values = {**witness, "order.tags": frozenset(witness["order.tags"])}
    assert holds(when, values, {}, {}) is True
    assert holds(when, {**values, "order.tags": values["order.tags"] - {"x"}}, {}, {}) is False


def test_a_tag_that_is_wanted_off_and_never_on_is_found_with_it_on():
    rule = a_rule("audit.b", asks("x", "includes_none"))
    assert the_finding(rule).witness == {"order.tags": ["x"]}
    assert holds(Leaf("order.tags", "includes_none", ("x",)), {"order.tags": frozenset("x")}, {}, {}) is False


def test_a_misspelt_tag_is_told_the_one_that_there_is():
    found = findings(a_rule("intake.a", N1, puts("to-confirm")), a_rule("audit.b", asks("to-confrm")))
    assert [each.name for each in found] == ["tag-never-asked", "tag-never-set"]
    assert found[1].suggestion["en"] == "did you mean “to-confirm”?"


def test_a_tag_that_comes_too_late_is_never_there():
    found = findings(a_rule("fulfilment.a", N1, puts("x")), a_rule("audit.b", asks("x")))
    assert [(each.name, each.rule, each.others) for each in found] == [("tag-never-set", "audit.b", ("fulfilment.a",))]
    assert "later stage" in found[0].message["en"] and "后面的环节" in found[0].message["zh"]


def test_a_tag_that_nobody_asks_for_is_found_with_an_order_that_gets_it():
    finding = the_finding(a_rule("intake.a", N1, [{"do": "instruct", "text": "i"}, *puts("x")]))
    assert (finding.name, finding.severity, finding.path) == ("tag-never-asked", "warning", "intake.rules.0.then.1")
    assert finding.witness == {"order.n": 1}


def test_disabled_rules_neither_put_on_nor_ask():
    asking, putting = a_rule("audit.b", asks("x")), a_rule("intake.a", N1, puts("x"))
    assert names({**putting, "enabled": False}, asking) == ["tag-never-set"]
    assert names(putting, {**asking, "enabled": False}) == ["tag-never-asked"]


def test_tags_taken_from_facts_may_be_any():
    free = a_rule("intake.a", leaf("order.text", "present"), [{"do": "tag", "name": {"fact": "order.text"}}])
    assert names(free, a_rule("audit.b", asks("x"))) == []
    compared = a_rule("audit.b", leaf("order.tags", "includes", other="order.text"))
    assert names(a_rule("intake.a", N1, puts("x")), compared) == []


def test_rows_of_tables_put_on_and_ask_too():
    table = a_table("intake.t", "collect", [("order.n", "between")], [[[1, None], "x"]],
                    outputs=[{"do": "tag", "name": "text"}])  # fmt: skip
    assert names(table, a_rule("audit.b", asks("x"))) == []
    assert the_finding(table).path == "intake.tables.0.rows.0"
    asking = a_table("audit.t", "collect", [("order.tags", "includes")], [["y", "i"]])
    assert the_finding(asking).path == "audit.tables.0.rows.0"
