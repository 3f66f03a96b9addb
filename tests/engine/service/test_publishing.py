"""Publishing: what is checked before rules go live, who may, what it leaves behind, and how live rules are swapped."""

from __future__ import annotations

import copy
import gc
import json
import os
import threading
import time
import weakref
from typing import Any

import pytest

from engine.errors import Conflict, Forbidden, NotFound, OrderError, RulebookError, RulesRefused
from engine.matching.probe import probe_documents
from engine.service import checks
from engine.service.principals import Principal
from tests.conftest import ADMIN, open_gatehouse

EDITOR = Principal("person", "eve", frozenset({"editor"}))
REASON = {"zh": "试一试", "en": "A try"}


@pytest.fixture
def live(gatehouse):
    """The live document of a stage, to change and publish."""

    def document(stage: str = "fraud") -> dict[str, Any]:
        with gatehouse.database.read() as uow:
            return copy.deepcopy(uow.rulesets.live()[stage][2])

    return document


def a_rule(slug: str = "tried", when: Any = None, **more: Any) -> dict[str, Any]:
    then = more.pop("then", [{"do": "hold", "reason": "HIGH_RISK_OF_FRAUD"}])
    condition = when or {"fact": "order.payable_cents", "is": "gte", "value": 100}
    return {"id": f"fraud.{slug}", "title": REASON, "why": REASON, "when": condition, "then": then, **more}


def with_rule(document: dict[str, Any], *rules: dict[str, Any]) -> dict[str, Any]:
    return {**document, "rules": [*document["rules"], *rules]}


def codes(error: pytest.ExceptionInfo[RulebookError]) -> dict[str, str]:
    return {problem.path: problem.code for problem in error.value.problems}


def resident_kb() -> int:
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def decided(gatehouse: Any, samples: Any, number: str = "P-1", **changes: Any) -> dict[str, Any]:
    """The decision about an order that is approved unless a rule is added."""
    document = {**samples[0].document, "channel_order_no": number, **changes}
    return gatehouse.orders.submit(document, samples[0].channel).decision


def firings(decision: dict[str, Any]) -> set[str]:
    return {each["rule"] for each in decision["firings"]}


def test_what_is_published_decides_the_next_order(gatehouse, live, samples):
    before = gatehouse.rulebooks.live().rulebook.digest
    assert gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule()), EDITOR, "for tonight") == 2
    decision = decided(gatehouse, samples)
    assert "fraud.tried" in firings(decision)
    assert decision["rulebook"] == gatehouse.rulebooks.live().rulebook.digest != before


def test_a_publish_is_a_version_with_its_author_and_stands_in_the_audit_log(gatehouse, live, clock):
    clock.advance(hours=1)
    gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule()), EDITOR, "for tonight")
    newest, first = gatehouse.rulebooks.versions("fraud")
    assert (newest["version"], newest["state"], newest["note"]) == (2, "live", "for tonight")
    assert newest["published_by"] == "eve"
    assert first["state"] == "superseded"
    assert gatehouse.rulebooks.version("fraud", 2)["document"]["rules"][-1]["id"] == "fraud.tried"
    with gatehouse.database.read() as uow:
        entry = uow.audit.list(None, 1)[0][0]
    assert (entry["by"], entry["action"], entry["what"]) == ("eve", "rulesets.publish", "fraud")
    assert entry["before"] == {"version": 1, "digest": first["digest"]}
    assert entry["after"] == {"version": 2, "digest": newest["digest"], "note": "for tonight"}


def test_an_equal_document_is_not_published_again(gatehouse, live):
    document = live()
    assert gatehouse.rulebooks.publish("fraud", document, EDITOR) == 1
    document["note"] = None  # nothing said is nothing noted
    assert gatehouse.rulebooks.publish("fraud", document, EDITOR) == 1
    assert len(gatehouse.rulebooks.versions("fraud")) == 1


def test_another_process_decides_by_it_within_two_seconds(gatehouse, live, home, clock):
    other = open_gatehouse(home, clock)
    try:
        before = other.rulebooks.live().rulebook.digest
        gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule()), EDITOR)
        published, wanted = time.monotonic(), gatehouse.rulebooks.live().rulebook.digest
        while other.rulebooks.live().rulebook.digest == before:
            assert time.monotonic() - published < 2
            time.sleep(0.05)
        assert other.rulebooks.live().rulebook.digest == wanted
    finally:
        other.close()


@pytest.mark.parametrize("role", ["viewer", "ops"])
def test_publishing_needs_an_editor(gatehouse, live, role):
    by = Principal("person", "olaf", frozenset({role}))
    with pytest.raises(Forbidden):
        gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule()), by)
    with pytest.raises(Forbidden):
        gatehouse.rulebooks.rollback("fraud", 1, by, "no")


def test_every_problem_of_a_document_is_told_with_its_path(gatehouse, live):
    wrong = a_rule("one", {"fact": "order.payable_cent", "is": "gte", "value": 1})
    wrong_too = a_rule("two", {"fact": "receiver.province", "is": "in_list", "value": "high-risk-region"})
    document = with_rule(live(), wrong, wrong_too)
    first = len(document["rules"]) - 2
    with pytest.raises(RulebookError) as error:
        gatehouse.rulebooks.publish("fraud", document, EDITOR)
    assert codes(error) == {
        f"fraud.rules.{first}.when.fact": "unknown-fact", f"fraud.rules.{first + 1}.when.value": "unknown-list",
    }  # fmt: skip
    assert [each.suggestion for each in error.value.problems] == [
        "did you mean order.payable_cents?", "did you mean high-risk-regions?",
    ]  # fmt: skip
    assert_nothing_published(gatehouse)


def assert_nothing_published(gatehouse: Any) -> None:
    assert [each["version"] for each in gatehouse.rulebooks.versions("fraud")] == [1]
    gatehouse.rulebooks.forget_live()
    assert "fraud.tried" not in {rule.id for rule in gatehouse.rulebooks.live().rulebook.rules("fraud")}


def test_a_failing_example_keeps_rules_from_going_live(gatehouse, live):
    examples = {"fires": [{"order.payable_cents": 99}], "quiet": []}
    with pytest.raises(RulesRefused) as error:
        gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule(examples=examples)), EDITOR)
    assert "example-failed" in codes(error).values()
    assert_nothing_published(gatehouse)


def test_a_rule_that_never_fires_keeps_rules_from_going_live_and_is_shown(gatehouse, live):
    never = [{"fact": "order.payable_cents", "is": op, "value": 100} for op in ("lt", "gt")]
    with pytest.raises(RulesRefused) as error:
        gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule(when={"all": never})), EDITOR)
    (finding,) = error.value.findings
    assert (finding.name, finding.rule) == ("never-fires", "fraud.tried")
    assert finding.message["zh"] and finding.path.startswith("fraud.rules.")
    assert_nothing_published(gatehouse)


def test_check_tells_warnings_too_and_publishes_nothing(gatehouse, live):
    twins = with_rule(live(), a_rule("tried"), a_rule("tried-again"))
    assert {"duplicate-rule"} <= {finding.name for finding in gatehouse.rulebooks.check({"fraud": twins})}
    assert_nothing_published(gatehouse)


def test_a_document_that_hangs_the_engine_is_killed_and_refused(gatehouse, live, monkeypatch):
    hanging = json.dumps({f"r{n}": {"all": [{"m": {f"p{n}": n}}]} for n in range(600)})
    monkeypatch.setattr(checks, "probe", lambda rulebook: probe_documents([hanging], timeout_s=2))
    with pytest.raises(RulebookError, match="within 2 s"):
        gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule()), EDITOR)
    assert_nothing_published(gatehouse)


@pytest.mark.parametrize("document", [None, [], "rules", {"stage": "audit"}, {"rules": 3}, {"rule": []}])
def test_what_is_no_ruleset_is_refused(gatehouse, document):
    with pytest.raises(RulebookError):
        gatehouse.rulebooks.publish("fraud", document, EDITOR)


def test_an_unknown_stage_is_refused_with_a_suggestion(gatehouse):
    with pytest.raises(RulebookError, match="did you mean fraud"):
        gatehouse.rulebooks.publish("froud", {}, EDITOR)


def test_who_started_from_an_old_version_is_told(gatehouse, live):
    start = live()
    gatehouse.rulebooks.publish("fraud", with_rule(start, a_rule("first")), EDITOR, base_version=1)
    with pytest.raises(Conflict, match="version 2"):
        gatehouse.rulebooks.publish("fraud", with_rule(start, a_rule("second")), EDITOR, base_version=1)
    assert gatehouse.rulebooks.versions("fraud")[0]["version"] == 2


def test_of_publishers_at_once_each_is_checked_against_what_is_live(gatehouse, live):
    """Two changes, each valid alone, that contradict each other: they do not both go live."""
    facts, fraud = live("facts"), live()
    asking = a_rule(when={"fact": "order.attributes.gift_wrap", "is": "is_true"})
    changes = [("fraud", with_rule(fraud, asking)), ("facts", {**facts, "facts": facts["facts"][1:]})]
    outcomes: list[Any] = []
    together = threading.Barrier(2, timeout=30)

    def publish(stage: str, document: Any) -> None:
        together.wait()
        try:
            outcomes.append(gatehouse.rulebooks.publish(stage, document, EDITOR))
        except (Conflict, RulebookError) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=publish, args=change) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 2 and outcomes.count(2) == 1
    gatehouse.rulebooks.live()  # what is live can be loaded


def test_facts_and_the_rules_that_ask_for_them_go_live_together(gatehouse, live, samples):
    facts = live("facts")
    crates = {"name": "order.attributes.crates", "type": "int", "zh": "箱数", "en": "Crates"}
    changes = {
        "fraud": with_rule(live(), a_rule(when={"fact": "order.attributes.crates", "is": "gte", "value": 3})),
        "facts": {**facts, "facts": [*facts["facts"], crates]},
    }
    with pytest.raises(RulebookError, match="no fact"):
        gatehouse.rulebooks.publish("fraud", changes["fraud"], EDITOR)
    assert gatehouse.rulebooks.publish_all(changes, EDITOR) == {"fraud": 2, "facts": 2}
    assert "fraud.tried" in firings(decided(gatehouse, samples, "P-1", attributes={"crates": 3}))
    for number, attributes in (("P-2", {"crates": 2}), ("P-3", {"crates": "3"}), ("P-4", {})):
        assert "fraud.tried" not in firings(decided(gatehouse, samples, number, attributes=attributes))
    with pytest.raises(RulebookError, match="declare it"):
        gatehouse.rulebooks.publish("facts", facts, EDITOR)


def test_a_decision_replays_with_the_facts_that_were_declared_then(gatehouse, live, samples):
    facts = live("facts")
    asking = a_rule(when={"fact": "order.attributes.source_campaign", "is": "eq", "value": "双11"})
    gatehouse.rulebooks.publish("fraud", with_rule(live(), asking), EDITOR)
    decision = decided(gatehouse, samples, attributes={"source_campaign": "双11"})
    assert "fraud.tried" in firings(decision)
    gatehouse.rulebooks.rollback("fraud", 1, EDITOR, "enough")
    gatehouse.rulebooks.publish("facts", {**facts, "facts": facts["facts"][:1]}, EDITOR)
    assert gatehouse.decisions.replay(decision["id"])["identical"]
    explanation = gatehouse.decisions.explanation(decision["id"])
    rules = [rule for stage in explanation["stages"] for rule in stage["rules"]]
    (told,) = [rule["conditions"] for rule in rules if rule["rule"] == "fraud.tried"]
    assert told[0]["fact"] == "order.attributes.source_campaign" and told[0]["seen"] == "双11"
    assert "fraud.tried" not in firings(decided(gatehouse, samples, "P-2", attributes={"source_campaign": "双11"}))


@pytest.mark.parametrize(
    ("key", "kind", "condition", "value"),
    [
        ("giftWrap", "flag", {"is": "is_true"}, True),
        ("utm-source", "text", {"is": "contains_any", "value": ["直播"]}, "双11直播间"),
        ("Due_on", "date", {"is": "lt", "value": "2026-11-12"}, "2026-11-11"),
        ("deposit", "money", {"is": "between", "value": [100, 200]}, 200),
        ("extras", "set", {"is": "includes", "value": "贺卡"}, ["贺卡", "丝带"]),
        ("c", "choice", {"is": "in", "value": ["red"]}, "red"),
    ],
)
def test_matcher_and_evaluator_agree_on_declared_facts(gatehouse, live, samples, key, kind, condition, value):
    name = f"order.attributes.{key}"
    fact = {"name": name, "type": kind, "zh": "某事", "en": "A thing"}
    if kind == "choice":
        fact["choices"] = ["red"]
    changes = {"facts": {"facts": [fact]}, "fraud": with_rule(live(), a_rule(when={"fact": name, **condition}))}
    gatehouse.rulebooks.publish_all(changes, EDITOR)
    for number, attributes in enumerate([{key: value}, {}, {key: "x"}, {key: 99}, {key: None}]):
        decision = decided(gatehouse, samples, f"P-{number}", attributes=attributes)
        assert "RULE_ERROR" not in {hold["reason"] for hold in decision["holds"]}
        assert ("fraud.tried" in firings(decision)) == (number == 0)


def test_a_rollback_publishes_a_former_version_again(gatehouse, live, samples):
    gatehouse.rulebooks.publish("fraud", with_rule(live(), a_rule()), EDITOR)
    assert gatehouse.rulebooks.rollback("fraud", 1, EDITOR, " held too many ") == 3
    assert "fraud.tried" not in firings(decided(gatehouse, samples))
    newest, _, first = gatehouse.rulebooks.versions("fraud")
    assert newest["digest"] == first["digest"] and newest["note"] == "held too many"
    with pytest.raises(Conflict, match="live"):
        gatehouse.rulebooks.rollback("fraud", 1, EDITOR, "again")
    with pytest.raises(OrderError):
        gatehouse.rulebooks.rollback("fraud", 2, EDITOR, "  ")
    with pytest.raises(NotFound):
        gatehouse.rulebooks.rollback("fraud", 9, EDITOR, "what?")
    with pytest.raises(NotFound):
        gatehouse.rulebooks.versions("froud")


def test_a_list_that_is_not_there_yet_comes_along_and_others_stay(gatehouse, live):
    asking = a_rule(when={"fact": "receiver.city", "is": "in_list", "value": "far-cities"})
    new = {"code": "far-cities", "title": "远", "kind": "text", "items": ["三沙市"]}
    known = {"code": "high-risk-regions", "title": "x", "kind": "text", "items": []}
    lists = {"far-cities": new, "high-risk-regions": known}
    with pytest.raises(Forbidden):
        gatehouse.rulebooks.publish_all({"fraud": with_rule(live(), asking)}, EDITOR, new_lists=lists)
    assert gatehouse.rulebooks.publish_all({"fraud": with_rule(live(), asking)}, ADMIN, new_lists=lists) == {"fraud": 2}
    assert gatehouse.reference.get("lists", "far-cities")["items"] == ["三沙市"]
    assert gatehouse.reference.get("lists", "high-risk-regions")["items"]


def test_a_judge_is_freed_when_the_last_decision_lets_go_of_it(gatehouse, live):
    gc.collect()
    gc.disable()  # counting references must do; nobody waits for a collection
    try:
        held = gatehouse.rulebooks.live()
        document, dropped = live(), []
        for number in range(6):
            gatehouse.rulebooks.publish("fraud", with_rule(document, a_rule(f"n{number}")), EDITOR)
            dropped.append(weakref.ref(gatehouse.rulebooks.live().judge._matcher))
        assert [ref() is None for ref in dropped] == [True, True, False, False, False, False]
        matcher = weakref.ref(held.judge._matcher)
        assert held.judge.fire("fraud", [], {}) == [] and matcher() is not None
        del held
        assert matcher() is None
    finally:
        gc.enable()


def test_others_decide_by_the_former_rules_while_one_compiles(gatehouse, live, monkeypatch):
    former = gatehouse.rulebooks.live()
    with gatehouse.rulebooks._looking:  # as while another thread looks
        gatehouse.rulebooks._checked_at = time.monotonic() - 1.2
        assert gatehouse.rulebooks.live() is former


def test_nobody_decides_by_rules_that_another_process_replaced_long_ago(gatehouse, live, home, clock):
    """A process that was idle: all who come at once wait for the one that compiles."""
    former, other = gatehouse.rulebooks.live(), open_gatehouse(home, clock)
    other.rulebooks.publish("fraud", with_rule(live(), a_rule()), EDITOR)
    other.close()
    gatehouse.rulebooks._checked_at = time.monotonic() - 3600
    together, used = threading.Barrier(6, timeout=30), []

    def decide() -> None:
        together.wait()
        used.append(gatehouse.rulebooks.live().rulebook.digest)

    threads = [threading.Thread(target=decide) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(used) == 6 and set(used) == {gatehouse.rulebooks.live().rulebook.digest} != {former.rulebook.digest}


def test_orders_at_once_with_publishing_are_each_decided_by_one_rulebook(gatehouse, live, samples):
    """Two rules that are always published together: every order meets both or none."""
    document, failed, stop = live(), [], threading.Event()
    pair = [a_rule(f"pair-{n}", then=[{"do": "tag", "name": f"pair-{n}"}], priority=n) for n in (1, 2)]

    def post(thread: int) -> None:
        for number in range(1000):
            if stop.is_set():
                return
            fired = firings(decided(gatehouse, samples, f"T-{thread}-{number}"))
            if len(fired & {"fraud.pair-1", "fraud.pair-2"}) == 1:
                failed.append(fired)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(8):
            gatehouse.rulebooks.publish("fraud", with_rule(document, *pair) if number % 2 == 0 else document, EDITOR)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not failed and gatehouse.rulebooks.versions("fraud")[0]["version"] == 9


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads resident memory from /proc")
def test_fifty_publishes_while_orders_come_in_leave_memory_flat(gatehouse, live, samples):
    """Figures are printed: pytest -m slow -rP"""
    document, failed, stop = live(), [], threading.Event()
    posted = [0] * 3

    def post(thread: int) -> None:
        while not stop.is_set():
            posted[thread] += 1
            try:
                decided(gatehouse, samples, f"S-{thread}-{posted[thread]}")
            except Exception as error:  # whatever it is, it is what this test looks for
                failed.append(error)
                raise

    threads = [threading.Thread(target=post, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    figures, took = [], []
    try:
        for number in range(60):
            began = time.perf_counter()
            gatehouse.rulebooks.publish("fraud", with_rule(document, a_rule(f"n{number}", priority=number)), EDITOR)
            took.append(time.perf_counter() - began)
            digest = gatehouse.rulebooks.live().rulebook.digest
            assert f"fraud.n{number}" in {rule.id for rule in gatehouse.rulebooks.at(digest).rulebook.rules("fraud")}
            figures.append(resident_kb())
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    print(f"60 publishes of {sorted(took)[30]:.2f} s, {sum(posted)} orders; resident kB: {figures[9::10]}")
    assert not failed
    assert figures[-1] - figures[9] < 20_000
