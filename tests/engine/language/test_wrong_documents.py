"""Every wrong document is refused where it is wrong, with a path, a reason and, where one is near, what was meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.language.cases import LEAF, a_rule, a_table, problems_of, when

SOME_LINE = {"some": "line", "where": {"fact": "line.category", "is": "eq", "value": "gift_card"}}


def _leaf(fact: str, is_: str, value: Any = None, **more: Any) -> dict[str, Any]:
    found = {"fact": fact, "is": is_, **more}
    return found if value is None else {**found, "value": value}


def _deep(depth: int) -> Any:
    return LEAF if depth == 0 else {"not": _deep(depth - 1)}


# (document, path, code, part of the suggestion)
CONDITIONS: list[tuple[Any, str, str, str | None]] = [
    (_leaf("receiver.provnce", "eq", "北京市"), ".fact", "unknown-fact", "receiver.province"),
    (_leaf("应付金额", "gte", 1), ".fact", "unknown-fact", "order.payable_cents"),
    (_leaf("Payable", "gte", 1), ".fact", "unknown-fact", "order.payable_cents"),
    (_leaf("order.payable_cents", "greater", 1), ".is", "wrong-operator", None),
    (_leaf("order.payable_cents", "betwen", [1, 2]), ".is", "wrong-operator", "between"),
    (_leaf("order.payable_cents", "contains_any", ["1"]), ".is", "wrong-operator", None),
    (_leaf("receiver.province", "gt", "北京市"), ".is", "wrong-operator", None),
    (_leaf("receiver.same_as_buyer", "eq", True), ".is", "wrong-operator", None),
    (_leaf("order.payable_cents", "gte", "300000"), ".value", "invalid-type", None),
    (_leaf("order.payable_cents", "gte", 3000.0), ".value", "invalid-type", "cents"),
    (_leaf("order.payable_cents", "gte", True), ".value", "invalid-type", None),
    (_leaf("order.payable_cents", "gte", 2**53), ".value", "out-of-range", None),
    (_leaf("order.payable_cents", "gte"), ".value", "required", None),
    (_leaf("order.payable_cents", "between", [1]), ".value", "invalid-type", None),
    (_leaf("order.payable_cents", "between", [9, 1]), ".value", "out-of-range", "swap"),
    (_leaf("order.payable_cents", "between", 5), ".value", "invalid-type", None),
    (_leaf("order.deliver_on", "lt", "13.11.2026"), ".value", "invalid-type", None),
    (_leaf("order.deliver_on", "lt", 20261113), ".value", "invalid-type", None),
    (_leaf("order.deliver_on", "lt", "2026-02-30"), ".value", "invalid-type", None),
    (_leaf("order.service_level", "eq", "next-day"), ".value", "not-a-choice", "next_day"),
    (_leaf("order.service_level", "in", ["standard", "sameday"]), ".value.1", "not-a-choice", "same_day"),
    (_leaf("receiver.province", "eq", 11), ".value", "invalid-type", "quotes"),
    (_leaf("receiver.province", "in", []), ".value", "empty-group", None),
    (_leaf("receiver.province", "in", "北京市"), ".value", "invalid-type", None),
    (_leaf("receiver.province", "in_list", "high-risk-region"), ".value", "unknown-list", "high-risk-regions"),
    (_leaf("receiver.province", "in_list", ["北京市"]), ".value", "invalid-type", None),
    (_leaf("order.remark", "contains_any", {"list": "stopwords"}), ".value.list", "unknown-list", "stop-words"),
    (_leaf("order.remark", "contains_any", "退款"), ".value", "invalid-type", None),
    (_leaf("order.remark", "contains_any", [""]), ".value", "required", None),
    (_leaf("order.remark", "starts_with", ""), ".value", "required", None),
    (_leaf("order.remark", "eq", "a\x00b"), ".value", "invalid-type", None),
    (_leaf("order.remark", "eq", "x" * 4001), ".value", "too-long", None),
    (_leaf("order.tags", "includes", ["a"]), ".value", "invalid-type", None),
    (_leaf("order.remark", "present", True), ".value", "unknown-field", None),
    (_leaf("payment.settled", "is_true", True), ".value", "unknown-field", None),
    (_leaf("line.category", "eq", "food"), ".fact", "out-of-scope", "about: line"),
    (_leaf("warehouse.code", "eq", "SH1"), ".fact", "out-of-scope", "about: warehouse"),
    (_leaf("order.risk_score", "gte", 60), ".fact", "later-stage", "audit"),
    (_leaf("receiver.province", "neq", "北京市"), "", "may-be-absent", "is: present"),
    (_leaf("receiver.province", "not_in", ["北京市"]), "", "may-be-absent", "is: absent"),
    (_leaf("receiver.province", "not_in_list", "high-risk-regions"), "", "may-be-absent", "is: absent"),
    ({"not": _leaf("receiver.province", "eq", "北京市")}, ".not", "may-be-absent", "is: present"),
    ({"not": _leaf("receiver.same_as_buyer", "is_true")}, ".not", "may-be-absent", "is: present"),
    ({"no": "line", "where": _leaf("line.category", "eq", "food")}, ".where", "may-be-absent", "line.category"),
    ({"not": SOME_LINE}, ".not.where", "may-be-absent", "line.category"),
    ({"some": "line", "where": _leaf("line.attributes", "includes_none", ["cold"])}, ".where", "may-be-absent", None),
    (
        {"any": [_leaf("receiver.province", "present"), _leaf("receiver.province", "neq", "北京市")]},
        ".any.1",
        "may-be-absent",
        "is: absent",
    ),
    ({"all": []}, ".all", "empty-group", None),
    ({"any": LEAF}, ".any", "invalid-type", None),
    ({"all": [LEAF], "any": [LEAF]}, "", "invalid-type", "under all"),
    ({"al": [LEAF]}, "", "required", "all"),
    ({}, "", "required", None),
    ([LEAF], "", "invalid-type", None),
    (_leaf("order.payable_cents", "gte", 1, valeu=2), ".valeu", "unknown-field", "value"),
    ({"all": [LEAF], "why": "x"}, ".why", "unknown-field", None),
    ({"fact": "order.payable_cents"}, ".is", "required", None),
    (_leaf("order.payable_cents", "gt", 1, other="order.goods_cents"), "", "invalid-type", None),
    (_leaf("order.payable_cents", "gt", other="order.weight_g"), ".other", "invalid-type", None),
    (_leaf("order.payable_cents", "between", other="order.goods_cents"), ".other", "invalid-type", None),
    (_leaf("order.payable_cents", "gt", other="order.good_cents"), ".other", "unknown-fact", "order.goods_cents"),
    ({"some": "warehouse"}, ".some", "later-stage", "warehouse"),
    ({"some": "lines"}, ".some", "not-a-choice", "line"),
    ({"some": "line", "where": LEAF, "is": "gte"}, ".is", "unknown-field", None),
    ({"every": "line"}, ".where", "required", None),
    ({"count": "line", "is": "gte"}, ".value", "required", None),
    ({"count": "line", "is": "in", "value": [1]}, ".is", "wrong-operator", None),
    ({"count": "line", "of": "line.quantity", "is": "gte", "value": 1}, ".of", "unknown-field", None),
    ({"sum": "line", "is": "gte", "value": 1}, ".of", "required", None),
    ({"sum": "line", "of": "line.sku", "is": "gte", "value": 1}, ".of", "invalid-type", None),
    ({"sum": "line", "of": "order.goods_cents", "is": "gte", "value": 1}, ".of", "invalid-type", None),
    ({"sum": "line", "of": "line.quantity", "is": "gte", "value": "3"}, ".value", "invalid-type", None),
    ({"some": "line", "where": {"some": "coupon"}}, ".where", "invalid-type", None),
    ({"some": "line", "where": _leaf("coupon.code", "eq", "X")}, ".where.fact", "out-of-scope", None),
    (_deep(14), ".not" * 13, "too-long", None),
    ({"all": [LEAF] * 101}, "", "too-long", "split"),
    ({"all": [{"any": [LEAF, LEAF]}] * 9}, "", "too-long", "in_list"),
]  # fmt: skip


@pytest.mark.parametrize("condition, path, code, hint", CONDITIONS)
def test_a_wrong_condition_is_refused_where_it_is_wrong(condition, path, code, hint):
    _expect(problems_of(when(condition)), f"rules.0.when{path}", code, hint)


def _then(**effect: Any) -> dict[str, Any]:
    return a_rule(then=[effect])


RULES: list[tuple[dict[str, Any], str, str, str | None]] = [
    (a_rule(id="fraud.High Value"), "id", "invalid-id", "fraud.high-value"),
    (a_rule(id="audit.high-value"), "id", "invalid-id", None),
    (a_rule(title=None), "title", "required", None),
    (a_rule(title={"zh": "大额"}), "title.en", "required", None),
    (a_rule(title={"zh": "大额", "en": "  "}), "title.en", "required", None),
    (a_rule(why=None), "why", "required", None),
    (a_rule(why="x" * 1001), "why", "too-long", None),
    (a_rule(then=[]), "then", "empty-group", None),
    (a_rule(then=None), "then", "required", None),
    (a_rule(then={"do": "approve"}), "then", "invalid-type", None),
    (a_rule(then=["hold"]), "then.0", "required", None),
    (a_rule(whenn=LEAF), "whenn", "unknown-field", "when"),
    (a_rule(about="orders"), "about", "not-a-choice", "order"),
    (a_rule(about="warehouse", when=None), "about", "later-stage", "warehouse"),
    (a_rule(priority=-1), "priority", "out-of-range", None),
    (a_rule(priority=65536), "priority", "out-of-range", None),
    (a_rule(priority="high"), "priority", "invalid-type", None),
    (a_rule(enabled="yes"), "enabled", "invalid-type", None),
    (a_rule(effective={}), "effective", "required", None),
    (a_rule(effective={"from": "2026-11-10"}), "effective.from", "invalid-type", None),
    (a_rule(effective={"from": "2026-11-10T20:00:00"}), "effective.from", "invalid-type", None),
    (
        a_rule(effective={"from": "2026-11-10T20:00:00+08:00", "until": "2026-11-10T12:00:00Z"}),
        "effective.until",
        "out-of-range",
        None,
    ),
    (a_rule(effective={"by": "placed", "until": "2026-11-10T12:00:00Z"}), "effective.by", "not-a-choice", "placed_at"),
    (_then(do="holdd", reason="HIGH_VALUE"), "then.0.do", "unknown-effect", "hold"),
    (_then(do="挂起", reason="HIGH_VALUE"), "then.0.do", "unknown-effect", "hold"),
    (_then(do="approve"), "then.0.do", "not-allowed-here", None),
    (_then(do="hold"), "then.0.reason", "required", None),
    (_then(do="hold", reason="HIGH_VALU"), "then.0.reason", "not-a-choice", "HIGH_VALUE"),
    (_then(do="hold", reason="HIGH_VALUE", queue="risks"), "then.0.queue", "not-a-choice", "risk"),
    (_then(do="hold", reason="HIGH_VALUE", due="5"), "then.0.due", "unknown-field", None),
    (_then(do="hold", reason="HIGH_VALUE", due_minutes="5"), "then.0.due_minutes", "invalid-type", None),
    (_then(do="hold", reason="HIGH_VALUE", until="tomorrow"), "then.0.until", "invalid-type", None),
    (_then(do="score", points={"fact": "receiver.province"}), "then.0.points.fact", "invalid-type", None),
    (_then(do="score", points={"fact": "order.placed_hours"}), "then.0.points.fact", "unknown-fact", "placed_hour"),
    (_then(do="tag", name=" "), "then.0.name", "required", None),
    (_then(do="flag", code="NAME_VAGUE", message={"zh": "x"}), "then.0.message", "invalid-type", None),
    (a_rule(examples=[]), "examples", "invalid-type", None),
    (a_rule(examples={"fire": []}), "examples.fire", "unknown-field", "fires"),
    (a_rule(examples={"fires": [{"order.payble_cents": 1}]}), "examples.fires.0.order.payble_cents", "unknown-fact",
     "order.payable_cents"),
    (a_rule(examples={"quiet": [{"order.payable_cents": "1"}]}), "examples.quiet.0.order.payable_cents", "invalid-type",
     None),
    (a_rule(examples={"quiet": [{"lines": [{"coupon.code": "X"}]}]}), "examples.quiet.0.lines.0.coupon.code",
     "out-of-scope", None),
    (a_rule(examples={"quiet": [{"lists": {"stop-word": []}}]}), "examples.quiet.0.lists.stop-word", "unknown-list",
     "stop-words"),
]  # fmt: skip


@pytest.mark.parametrize("document, path, code, hint", RULES)
def test_a_wrong_rule_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(problems_of(document, "fraud"), f"rules.0.{path}", code, hint)


def _rows(*rows: Any) -> dict[str, Any]:
    return a_table(rows=list(rows))


TABLES: list[tuple[dict[str, Any], str, str, str | None]] = [
    (a_table(hit="last"), "hit", "not-a-choice", None),
    (a_table(hit=None), "hit", "required", None),
    (a_table(rows=[]), "rows", "empty-group", None),
    (a_table(inputs=[{"fact": "shipment.weigth_g"}]), "inputs.0.fact", "unknown-fact", "shipment.weight_g"),
    (a_table(inputs=[{"fact": "warehouse.code"}]), "inputs.0.fact", "out-of-scope", None),
    (a_table(inputs=[{"fact": "service.code", "is": "gt"}]), "inputs.0.is", "wrong-operator", None),
    (a_table(outputs=[{"do": "prefer", "rank": "number"}]), "outputs.0.rank", "invalid-type", None),
    (a_table(outputs=[{"do": "prefer"}]), "outputs.0.rank", "required", None),
    (a_table(outputs=[{"do": "score", "points": "int"}]), "outputs.0.do", "not-allowed-here", None),
    (_rows(["-", "-", "-"]), "rows.0", "invalid-type", None),
    (_rows(["-", "-", "-", 1], ["-", "-", "-", "1"]), "rows.1.3", "invalid-type", None),
    (_rows([[0, "1"], "-", "-", 1]), "rows.0.0.1", "invalid-type", None),
    (_rows([[5, 1], "-", "-", 1]), "rows.0.0", "out-of-range", "swap"),
    (_rows(["-", ["standrad"], "-", 1]), "rows.0.1.0", "not-a-choice", "standard"),
    (_rows(["-", "-", 7, 1]), "rows.0.2", "invalid-type", "quotes"),
    (_rows(["-", "-", "-", "-"]), "rows.0", "required", None),
    (a_table(examples={"fires": [{"service.code": "X", "row": 3}]}), "examples.fires.0.row", "out-of-range", None),
]


@pytest.mark.parametrize("document, path, code, hint", TABLES)
def test_a_wrong_table_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(problems_of(document, "carrier"), f"tables.0.{path}", code, hint)


def test_all_problems_are_named_at_once():
    wrong = a_rule(
        title=None, priority=-1, when={"any": [_leaf("order.x", "eq", 1), _leaf("order.goods_cents", "x", 1)]}
    )
    assert {problem.path for problem in problems_of(wrong)} == {
        "rules.0.title",
        "rules.0.priority",
        "rules.0.when.any.0.fact",
        "rules.0.when.any.1.is",
    }


def test_effects_keep_to_their_subjects():
    wrong = a_rule(id="warehouse.x", about="order", when=None, then=[{"do": "exclude"}])
    _expect(problems_of(wrong), "rules.0.then.0.do", "not-allowed-here", None)


def test_a_negative_table_cell_over_what_may_be_absent_is_refused():
    wrong = a_table(inputs=[{"fact": "service.days", "is": "neq"}], rows=[["-", 1], [3, 1]])
    _expect(problems_of(wrong), "tables.0.rows.1.0", "may-be-absent", "service.days")


def _expect(problems: Any, path: str, code: str, hint: str | None) -> None:
    found = [problem for problem in problems if problem.path == path]
    assert [problem.code for problem in found][:1] == [code], [str(problem) for problem in problems]
    assert len(problems) == 1, [str(problem) for problem in problems]
    if hint is not None:
        assert hint in (found[0].suggestion or "")
