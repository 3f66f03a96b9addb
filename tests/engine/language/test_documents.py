"""Rulesets, rulebooks and folders of documents become frozen values."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata

import pytest

from engine.errors import NotFound, RulebookError
from engine.language.catalogue import CATALOGUE
from engine.language.conditions import All, AnyOf, Leaf, Not, Quantified, leaves_of
from engine.language.documents import load_pipeline, load_rulebook, load_ruleset, read_folder, read_rulebook
from engine.language.effects import EFFECTS
from engine.language.rules import Effect, FactRef
from engine.language.values import ListRef
from tests.engine.language.cases import LEAF, RULE, TABLE, a_rule, a_table, load, load_rule, load_table, when

PIPELINE = {"stages": ["intake", "fraud", "carrier"], "preference": ["rules", "cost", "code"]}


def _when(condition, stage="fraud", about="order"):
    return load_rule(when(condition, stage, about)).when


def test_a_rule_takes_its_defaults():
    rule = load_rule(RULE)
    assert (rule.about, rule.priority, rule.enabled, rule.effective) == ("order", 50, True, None)
    assert rule.why == {"zh": RULE["why"], "en": RULE["why"]}
    assert rule.when == Leaf("order.payable_cents", "gte", 300000)
    assert rule.then == (Effect("hold", {"reason": "HIGH_VALUE"}),)


def test_a_rule_without_conditions_is_always_true():
    assert load_rule(a_rule(when=None)).when is None


@pytest.mark.parametrize(
    "condition, node",
    [
        ({"all": [LEAF]}, All((Leaf("order.payable_cents", "gte", 300000),))),
        ({"any": [LEAF]}, AnyOf((Leaf("order.payable_cents", "gte", 300000),))),
        ({"not": LEAF}, Not(Leaf("order.payable_cents", "gte", 300000))),
        ({"fact": "order.deliver_on", "is": "between", "value": ["2026-11-11", "2026-11-13"]},
         Leaf("order.deliver_on", "between", (20261111, 20261113))),
        ({"fact": "order.remark", "is": "contains_any", "value": {"list": "stop-words"}},
         Leaf("order.remark", "contains_any", ListRef("stop-words"))),
        ({"fact": "order.payable_cents", "is": "lt", "other": "order.goods_cents"},
         Leaf("order.payable_cents", "lt", other="order.goods_cents")),
        ({"some": "line"}, Quantified("some", "line")),
        ({"sum": "line", "of": "line.quantity", "is": "gte", "value": 3},
         Quantified("sum", "line", None, "line.quantity", "gte", 3)),
        ({"count": "coupon", "where": {"fact": "coupon.applied", "is": "is_true"}, "is": "between", "value": [2, 3]},
         Quantified("count", "coupon", Leaf("coupon.applied", "is_true"), None, "between", (2, 3))),
    ],
)  # fmt: skip
def test_conditions_become_nodes(condition, node):
    assert _when(condition) == node


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [{"fact": "receiver.province", "is": "present"},
                 {"fact": "receiver.province", "is": "neq", "value": "北京市"}]},
        {"any": [{"fact": "receiver.province", "is": "absent"},
                 {"fact": "receiver.province", "is": "not_in_list", "value": "high-risk-regions"}]},
        {"all": [{"fact": "receiver.province", "is": "present"},
                 {"any": [LEAF, {"not": {"fact": "receiver.province", "is": "eq", "value": "北京市"}}]}]},
        {"fact": "order.channel", "is": "neq", "value": "taobao"},
        {"not": {"not": {"fact": "receiver.province", "is": "eq", "value": "北京市"}}},
        {"not": {"fact": "receiver.province", "is": "neq", "value": "北京市"}},
        {"not": {"fact": "receiver.province", "is": "present"}},
        {"no": "line", "where": {"all": [{"fact": "line.category", "is": "present"},
                                         {"fact": "line.category", "is": "eq", "value": "food"}]}},
        {"no": "coupon", "where": {"fact": "coupon.applied", "is": "is_true"}},
        {"fact": "receiver.same_as_buyer", "is": "is_false"},
    ],
)  # fmt: skip
def test_a_negative_condition_is_fine_when_absence_is_spoken_for(condition):
    assert _when(condition) is not None


def test_text_is_kept_in_one_spelling():
    decomposed = unicodedata.normalize("NFD", "é")
    assert _when({"fact": "buyer.level", "is": "eq", "value": decomposed}).value == "é"


def test_a_service_rule_may_ask_for_the_weight_of_its_shipment():
    assert _when({"fact": "shipment.weight_g", "is": "gt", "value": 1000}, "carrier", "service")


def test_a_quantifier_may_compare_its_parts_with_the_order():
    where = {"fact": "line.unit_cents", "is": "gt", "other": "order.goods_cents"}
    assert _when({"some": "line", "where": where}).where.other == "order.goods_cents"


def test_a_window_is_judged_by_placing_where_the_buyer_saw_it_and_by_now_elsewhere():
    window = {"from": "2026-11-10T20:00:00+08:00", "until": "2026-11-12T00:00:00+08:00"}
    found = load_rule(a_rule(effective=window)).effective
    assert found.by == "placed_at"
    assert load_rule(a_rule(id="warehouse.x", effective=window)).effective.by == "now"
    start = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
    later = start + dt.timedelta(days=30)
    assert found.covers(start, later) and not found.covers(later, start)
    assert not found.covers(dt.datetime(2026, 11, 11, 16, tzinfo=dt.UTC), start)  # until is not included


def test_a_parameter_may_be_a_fact():
    effect = {"do": "instruct", "text": {"fact": "order.remark"}}
    assert load_rule(a_rule(then=[effect])).then == (Effect("instruct", {"text": FactRef("order.remark")}),)
    assert load_rule(a_rule(then=[effect])).facts == {"order.payable_cents", "order.remark"}


def test_dates_and_instants_in_effects_stay_as_written():
    then = [{"do": "hold", "reason": "MANUAL", "until": "2026-11-12T00:00:00+08:00"}]
    assert load_rule(a_rule(then=then)).then[0].params["until"] == "2026-11-12T00:00:00+08:00"


def test_lists_are_not_checked_when_nobody_says_which_there_are():
    unknown = when({"fact": "receiver.province", "is": "in_list", "value": "anything"})
    assert load(unknown, lists=None).rules[0].when.value == "anything"


def test_table_rows_are_rules():
    table = load_table(TABLE)
    assert [row.id for row in table.rows] == ["carrier.by-weight#1", "carrier.by-weight#2"]
    assert table.rows[0].when == All(
        (
            Leaf("shipment.weight_g", "between", (0, 1000)),
            Leaf("order.service_level", "in", ("standard",)),
            Leaf("service.code", "eq", "ZTO-STD"),
        )
    )
    assert table.rows[1].then == (Effect("prefer", {"rank": 1}),)
    assert (table.rows[1].table, table.rows[1].row, table.rows[1].about) == ("carrier.by-weight", 2, "service")


def test_a_row_of_dashes_always_fires_and_open_ends_compare_one_way():
    rows = [["-", "-", "-", 1], [[None, 5], "-", "-", 2], [[6, None], "standard", "-", 3]]
    first, second, third = load_table(a_table(rows=rows)).rows
    assert first.when is None
    assert list(leaves_of(second.when)) == [Leaf("shipment.weight_g", "lte", 5)]
    assert list(leaves_of(third.when)) == [
        Leaf("shipment.weight_g", "gte", 6),
        Leaf("order.service_level", "in", ("standard",)),
    ]


def test_flag_columns_take_true_and_false():
    rows = [[True, 1], [False, 2]]
    table = load_table(a_table(inputs=[{"fact": "order.invoice_wanted"}], rows=rows))
    assert [leaf.op for row in table.rows for leaf in leaves_of(row.when)] == ["is_true", "is_false"]


def test_outputs_take_cells_in_the_order_in_which_the_effect_declares_them():
    # documents are stored with sorted keys, so the order of keys must not mean anything
    outputs = [{"do": "hold", "queue": "choice", "reason": "choice"}, {"do": "tag", "name": "text"}]
    rows = [["-", "HIGH_VALUE", "risk", "-"], ["-", "-", "-", "seen"]]
    table = a_table(id="fraud.t", about="order", inputs=[{"fact": "order.channel"}], outputs=outputs, rows=rows)
    assert [row.then for row in load_table(table).rows] == [
        (Effect("hold", {"reason": "HIGH_VALUE", "queue": "risk"}),),
        (Effect("tag", {"name": "seen"}),),
    ]


def test_rules_and_tables_share_their_names():
    with pytest.raises(RulebookError) as caught:
        load(a_rule(), a_rule(), a_table(id="fraud.high-value", about="order", inputs=[{"fact": "order.channel"}],
                                         outputs=[{"do": "tag", "name": "text"}], rows=[["-", "x"]]))  # fmt: skip
    assert [problem.path for problem in caught.value.problems] == ["rules.1.id", "tables.0.id"]


@pytest.mark.parametrize(
    "document", [None, [], "x", {}, {"stage": "frod"}, {"stage": "fraud", "rules": {}}, {"stage": 1}]
)
def test_what_is_no_ruleset_is_refused(document):
    with pytest.raises(RulebookError):
        load_ruleset(document, CATALOGUE, EFFECTS)


def test_a_pipeline_is_read():
    pipeline = load_pipeline({**PIPELINE, "triggers": {"order_received": ["intake", "fraud"], "timer": ["fraud"]}})
    assert pipeline.stages == ("intake", "fraud", "carrier")
    assert pipeline.triggers == {"order_received": ("intake", "fraud"), "timer": ("fraud",)}
    assert load_pipeline({**PIPELINE, "triggers": ["timer"]}).triggers == {"timer": pipeline.stages}


@pytest.mark.parametrize(
    "changes, path",
    [
        ({"stages": ["intake", "frud"]}, "stages.1"),
        ({"stages": ["fraud", "intake"]}, "stages"),
        ({"stages": ["fraud", "fraud"]}, "stages.1"),
        ({"stages": []}, "stages"),
        ({"preference": ["costs"]}, "preference.0"),
        ({"triggers": {"order_recieved": ["intake"]}}, "triggers.order_recieved"),
        ({"triggers": {"timer": ["audit"]}}, "triggers.timer.0"),
        ({"stage": None, "order": 1}, "order"),
    ],
)
def test_a_wrong_pipeline_is_refused(changes, path):
    with pytest.raises(RulebookError) as caught:
        load_pipeline({**PIPELINE, **changes})
    assert [problem.path for problem in caught.value.problems] == [path]


def _documents(**rulesets):
    return {"pipeline": PIPELINE, **{stage: {"stage": stage, "rules": rules} for stage, rules in rulesets.items()}}


def _book(**rulesets):
    return load_rulebook(_documents(**rulesets), CATALOGUE, EFFECTS, None)


def test_a_rulebook_is_named_by_what_it_says():
    book = _book(fraud=[RULE])
    shuffled = json.loads(json.dumps(_documents(fraud=[RULE]), sort_keys=True))
    assert load_rulebook(shuffled, CATALOGUE, EFFECTS).digest == book.digest
    assert re.fullmatch("[0-9a-f]{64}", book.digest)
    assert _book(fraud=[a_rule(priority=51)]).digest != book.digest
    assert load_rulebook({**_documents(fraud=[RULE]), "pipeline": {**PIPELINE, "preference": ["cost"]}}, CATALOGUE,
                         EFFECTS).digest != book.digest  # fmt: skip


def test_problems_of_a_rulebook_name_the_stage():
    with pytest.raises(RulebookError) as caught:
        load_rulebook({"fraud": {"rules": [a_rule(priority=-1)]}}, CATALOGUE, EFFECTS)
    assert [problem.path for problem in caught.value.problems] == ["fraud.rules.0.priority", "pipeline"]


@pytest.mark.parametrize("document", [None, [], "fraud", {"stage": "intake"}])
def test_a_rulebook_of_something_else_is_refused(document):
    with pytest.raises(RulebookError):
        load_rulebook({"pipeline": PIPELINE, "fraud": document}, CATALOGUE, EFFECTS)


def test_rules_are_looked_up():
    book = _book(
        fraud=[RULE, a_rule(id="fraud.a"), a_rule(id="fraud.off", enabled=False), a_rule(id="fraud.z", priority=1)]
    )
    assert book.rule("fraud.off").enabled is False
    assert [rule.id for rule in book.rules("fraud", "order")] == ["fraud.z", "fraud.a", "fraud.high-value"]
    assert len(book.ruleset("fraud").all_rules) == 4
    assert book.ruleset("intake").all_rules == () and book.rules("intake") == ()
    with pytest.raises(NotFound):
        book.rule("fraud.none")


def test_the_facts_to_be_stated_are_known_by_stage_and_subject():
    some = {"some": "line", "where": {"fact": "line.unit_cents", "is": "gt", "other": "order.goods_cents"}}
    book = _book(
        fraud=[
            a_rule(when=some, then=[{"do": "tag", "name": {"fact": "buyer.id"}}]),
            a_rule(id="fraud.b", when={"no": "coupon"}),
            a_rule(id="fraud.off", enabled=False, when={"fact": "order.weight_g", "is": "present"}),
        ],
        intake=[a_rule(id="intake.l", about="line", when={"fact": "line.sku", "is": "absent"})],
    )
    assert book.facts_stated("fraud", "order") == (("buyer.id", "order.goods_cents"), ())
    assert book.part_facts_named("fraud") == {"line": {"line.unit_cents"}, "coupon": frozenset()}
    assert book.facts_stated("intake", "line") == ((), ("line.sku",))
    assert book.facts_stated("intake", "order") == ((), ())


def test_a_quantifier_within_a_rule_about_the_same_part_keeps_the_two_apart():
    some = {"some": "line", "where": {"fact": "line.quantity", "is": "gt", "value": 3}}
    condition = {"all": [{"fact": "line.sku", "is": "present"}, some]}
    rule = load_rule(when(condition, "intake", "line"))
    assert rule.facts == {"line.sku"} and rule.part_facts == {"line": {"line.quantity"}}


# folders

FOLDER = {
    "pipeline.yaml": "stages: [intake, fraud, carrier]\npreference: [rules, code]\n",
    "lists/high-risk-regions.yaml": "code: high-risk-regions\ntitle: 高风险地区\nkind: text\nitems: [西藏自治区]\n",
    "fraud/region.yaml": """\
id: fraud.region
title: {zh: 地区, en: Region}
why: Because.
when:
  all:
    - {fact: receiver.province, is: in_list, value: high-risk-regions}
    - {fact: receiver.postcode, is: eq, value: 010000}
then:
  - {do: tag, name: NO}
""",
    "README.md": "not a rule",
}


@pytest.fixture
def folder(tmp_path):
    def write(**more):
        for name, text in {**FOLDER, **more}.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def _refused(path):
    with pytest.raises(RulebookError) as caught:
        read_rulebook(path, CATALOGUE, EFFECTS)
    return [(problem.file, problem.line, problem.path, problem.code) for problem in caught.value.problems]


def test_a_folder_is_read(folder):
    path = folder(**{"fraud/region.yaml": FOLDER["fraud/region.yaml"].replace("receiver.postcode", "receiver.town")})
    book, lists = read_rulebook(path, CATALOGUE, EFFECTS)
    rule = book.rule("fraud.region")
    assert list(leaves_of(rule.when))[1].value == "010000"
    assert rule.then[0].params == {"name": "NO"}
    assert lists["high-risk-regions"]["items"] == ["西藏自治区"]
    read = read_folder(path)
    assert set(read.rulesets) == {"fraud"} and read.pipeline["stages"] == ["intake", "fraud", "carrier"]


def test_tables_are_told_from_rules_by_their_rows(folder):
    path = folder(**{
        "fraud/region.yaml": "id: fraud.region\ntitle: t\nwhy: w\nhit: first\ninputs: [{fact: order.channel}]\n"
        "outputs: [{do: tag, name: text}]\nrows:\n  - [taobao, x]\n",
    })  # fmt: skip
    book, _ = read_rulebook(path, CATALOGUE, EFFECTS)
    assert book.rule("fraud.region#1").then[0].params == {"name": "x"}


RULE_FILE = FOLDER["fraud/region.yaml"]


@pytest.mark.parametrize(
    "files, problem",
    [
        ({}, ("fraud/region.yaml", 7, "fraud.rules.0.when.all.1.fact", "unknown-fact")),
        ({"fraud/region.yaml": RULE_FILE.replace("why: Because.\n", "why: a\nwhy: b\n")},
         ("fraud/region.yaml", 4, "why", "duplicate-key")),
        ({"fraud/region.yaml": "a: [1"}, ("fraud/region.yaml", 1, "", "malformed-yaml")),
        ({"fraud/region.yaml": ""}, ("fraud/region.yaml", None, "", "required")),
        ({"frod/region.yaml": "x: 1", "fraud/region.yaml": None}, ("frod", None, "", "unknown-field")),
        ({"fraud/other.yml": "x: 1"}, ("fraud/other.yml", None, "", "unknown-field")),
        ({"lists/a.yaml": "code: b\ntitle: t\nitems: []"}, ("lists/a.yaml", 1, "code", "invalid-id")),
        ({"lists/a.yaml": "code: a\ntitle: t\nitems:\n  - x\n  - 5"}, ("lists/a.yaml", 5, "items.1", "invalid-type")),
        ({"fraud/area.yaml": RULE_FILE}, ("fraud/area.yaml", 1, "id", "invalid-id")),
        ({"pipeline.yaml": "stages: [intake, fraud]\npreference:\n  - rulez\n"},
         ("pipeline.yaml", 3, "pipeline.preference.0", "not-a-choice")),
    ],
)  # fmt: skip
def test_problems_of_files_name_file_and_line(folder, files, problem):
    assert problem in _refused(folder(**files))
