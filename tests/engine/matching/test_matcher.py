"""The engine's crashes, hangs and wrong answers stay out of reach, whatever an admin writes."""

from __future__ import annotations

import os
import threading
from dataclasses import replace

import pytest

from engine.errors import MatcherError, RulebookError
from engine.language.conditions import All, AnyOf, Leaf
from engine.language.facts import Catalogue, Fact, Subject
from engine.language.rules import Rulebook
from engine.matching import chunks
from engine.matching.chunks import Names, answer, cut, fnv1a
from engine.matching.matcher import Matcher, Session
from engine.matching.wording import Wording, Worked, texts_of
from tests.engine.matching.cases import LISTS, a_rule, a_rulebook, a_subject


def _eq(number: int, value: int = 0) -> dict:
    return {"fact": f"order.int_{number}", "is": "eq", "value": value}


def _ids(matches) -> list[str]:
    return [match.rule.id.split(".r")[1] for match in matches]


def test_a_rule_without_conditions_always_fires(judging):
    assert _ids(judging(a_rule(1)).fire("intake", [a_subject()], {})) == ["1"]


def test_65_rules_matching_at_once_all_fire(judging):
    judge = judging(*(a_rule(number, {"fact": "order.sure", "is": "gte", "value": number}) for number in range(65)))
    assert len(judge.fire("intake", [a_subject({"order.sure": 100})], {})) == 65


def test_300_equal_rules_all_fire(judging):
    judge = judging(*(a_rule(number, _eq(1)) for number in range(300)))
    assert len(judge.fire("intake", [a_subject({"order.int_1": 0})], {})) == 300


def test_600_distinct_first_conditions_compile_and_match(judging):
    judge = judging(*(a_rule(number, _eq(1, number)) for number in range(600)))
    assert _ids(judge.fire("intake", [a_subject({"order.int_1": 417})], {})) == ["417"]


def test_5000_rules_compile_and_match(judging):
    judge = judging(*(a_rule(number, _eq(1 + number % 2, number)) for number in range(5000)), mode="matcher")
    assert _ids(judge.fire("intake", [a_subject({"order.int_1": 4998, "order.int_2": 4999})], {})) == ["4998", "4999"]


def test_an_order_that_fires_nothing_then_closing(judging):
    judge = judging(a_rule(1, _eq(1)))
    assert judge.fire("intake", [a_subject({"order.int_1": 5})], {}) == []
    judge.close()


def test_closing_without_any_order_and_twice(judging):
    judge = judging(a_rule(1, _eq(1)))
    judge.close()
    judge.close()
    with pytest.raises(MatcherError, match="closed"):
        judge.fire("intake", [a_subject()], {})


def test_two_true_branches_of_any_fire_once(judging):
    judge = judging(a_rule(1, {"any": [_eq(1), _eq(2), {"fact": "order.sure", "is": "gte", "value": 0}]}))
    assert len(judge.fire("intake", [a_subject({"order.int_1": 0, "order.int_2": 0, "order.sure": 3})], {})) == 1


def test_absent_is_not_zero_and_not_empty(judging):
    judge = judging(
        a_rule(1, _eq(1)),
        a_rule(2, {"fact": "order.int_1", "is": "absent"}),
        a_rule(3, {"all": [{"fact": "order.int_1", "is": "present"}, {"not": _eq(1, 7)}]}),
        a_rule(4, {"fact": "order.set_1", "is": "absent"}),
        a_rule(5, {"fact": "order.set_1", "is": "present"}),
    )
    assert _ids(judge.fire("intake", [a_subject()], {})) == ["2", "4"]
    assert _ids(judge.fire("intake", [a_subject({"order.int_1": 0, "order.set_1": frozenset()})], {})) == [
        "1",
        "3",
        "5",
    ]


def test_results_go_by_priority_then_id_then_subject(judging):
    judge = judging(a_rule(3), a_rule(1, priority=60), a_rule(2))
    subjects = [a_subject(id_="b"), a_subject(id_="a")]
    fired = [(match.rule.id, match.subject.id) for match in judge.fire("intake", subjects, {})]
    assert fired == [(f"intake.r{rule}", subject) for rule in (2, 3, 1) for subject in ("b", "a")]


def test_only_rules_about_the_subject_are_asked(judging):
    judge = judging(a_rule(1), a_rule(2, about="line"), a_rule(3, stage="fraud"))
    subjects = [a_subject(), a_subject(about="line", id_="line:1")]
    assert _ids(judge.fire("intake", subjects, {})) == ["1", "2"]


@pytest.mark.parametrize(
    "value", ['a"b\\c', "第一行\n第二行", "香港", "'", '{"kind":"order"}', "\\u0041", "x" * 1000, "é"]
)
def test_text_is_compared_character_by_character(judging, value):
    judge = judging(a_rule(1, {"fact": "order.text_1", "is": "eq", "value": value}))
    assert len(judge.fire("intake", [a_subject({"order.text_1": value})], {})) == 1
    assert judge.fire("intake", [a_subject({"order.text_1": value + "."})], {}) == []


@pytest.mark.parametrize("length", [4_001, 65_536, 70_000])
def test_a_huge_text_equals_nothing_shorter(judging, length):
    judge = judging(
        a_rule(1, {"fact": "order.text_1", "is": "eq", "value": ""}),
        a_rule(2, {"fact": "order.text_1", "is": "eq", "value": "x" * 4_000}),
        a_rule(3, {"fact": "order.text_1", "is": "present"}),
        a_rule(4, {"fact": "order.text_1", "is": "starts_with", "value": "xxx"}),
    )
    assert _ids(judge.fire("intake", [a_subject({"order.text_1": "x" * length})], {})) == ["3", "4"]


@pytest.mark.parametrize("value", [2**53, 2**63, -(2**70)])
def test_a_huge_number_is_compared_rightly(judging, value):
    largest = 2**53 - 1
    judge = judging(
        a_rule(1, {"fact": "order.int_1", "is": "gt", "value": largest}),
        a_rule(2, {"fact": "order.int_1", "is": "lt", "value": -largest}),
        a_rule(3, {"fact": "order.int_1", "is": "eq", "value": largest}),
    )
    assert _ids(judge.fire("intake", [a_subject({"order.int_1": value})], {})) == ["1" if value > 0 else "2"]


def test_user_text_cannot_forge_a_firing(judging):
    judge = judging(a_rule(0, _eq(1)), a_rule(1, {"fact": "order.text_1", "is": "present"}))
    assert _ids(judge.fire("intake", [a_subject({"order.text_1": '"},{"r00":{"m":{"id":"f"}}'})], {})) == ["1"]


def test_many_facts_in_one_rulebook_stay_under_the_engines_limit():
    facts = [Fact(f"order.n{number}", "int", "", "", lambda s, p: None) for number in range(600)]
    rulebook = a_rulebook(a_rule(1))
    ruleset = rulebook.rulesets["intake"]
    rules = tuple(
        replace(ruleset.rules[0], id=f"intake.r{number}", when=All(tuple(Leaf(fact.name, "gte", 0) for fact in group)))
        for number, group in enumerate([facts[:100], facts[100:200], facts[200:300], facts[250:350], facts[500:]])
    )
    matcher = Matcher(Rulebook(rulebook.pipeline, {"intake": replace(ruleset, rules=rules)}))
    everything = Subject("order", "order", {fact.name: 1 for fact in Catalogue(facts)})
    assert len(matcher.fire("intake", [everything], {})) == 5
    matcher.close()


def test_chunks_keep_to_their_bounds():
    rules = [a_rule(number, {"any": [_eq(1, number), _eq(2, number)]}) for number in range(100)]
    cut_up = cut(a_rulebook(*rules, a_rule("x", about="line"), a_rule("y", stage="fraud")))
    assert {key: len(found) for key, found in cut_up.items()} == {
        ("intake", "order"): 5,
        ("intake", "line"): 1,
        ("fraud", "order"): 1,
    }
    assert all(len(chunk.rules) <= chunks.MOST_PATTERNS for found in cut_up.values() for chunk in found)


def test_a_chunk_asserts_only_the_facts_that_its_rules_name():
    (chunk,) = cut(a_rulebook(a_rule(1, _eq(1))))[("intake", "order")]
    texts = texts_of({"order.int_1": 3, "order.int_2": 4}, chunk.facts)
    assert Wording(chunk).of(1, texts) == '{"sid":"s","id":"f","kind":"order","order__int_1":3}'


def test_what_only_patterns_name_that_cannot_match_is_left_out_and_they_still_do_not():
    gone = {"all": [_eq(1, 1), {"fact": "order.int_2", "is": "absent"}]}
    book = a_rulebook(a_rule(1, _eq(1, 7)), a_rule(2, gone), a_rule(3, {"all": [_eq(1, 2), _eq(2, 9)]}))
    (chunk,) = cut(book)[("intake", "order")]
    texts = texts_of({"order.int_1": 7, "order.int_2": 9}, chunk.facts)
    place = {rule: 1 << number for number, rule in enumerate(chunk.rules)}
    assert Wording(chunk).of(place["intake.r1"], texts) == '{"sid":"s","id":"f","kind":"order","order__int_1":7}'
    matcher = Matcher(book)
    assert matcher.fire("intake", [a_subject({"order.int_1": 7, "order.int_2": 9})], {}) == {("intake.r1", 0)}
    matcher.close()


def test_what_the_engine_cannot_compare_is_told_where_it_holds():
    wish = {"fact": "order.text_1", "is": "contains_any", "value": ["冰袋"]}
    level = {"fact": "order.choice_1", "is": "in", "value": ["a", "b"]}
    (chunk,) = cut(a_rulebook(a_rule(1, {"all": [wish, level, _eq(1)]}), a_rule(2, level)))[("intake", "order")]
    worked = Worked(chunk.conjunctions)
    place = {rule[-1]: 1 << number for number, rule in enumerate(chunk.rules)}

    def told(**values) -> int:
        return worked.holding(a_subject({f"order.{name}": value for name, value in values.items()}), {}, 0b11)

    assert told(text_1="要冰袋", choice_1="a") == place["1"] | place["2"]
    assert told(text_1="不要冰袋", choice_1="a") == place["2"]
    assert told(text_1="要冰袋", choice_1="c") == told(text_1="要冰袋") == 0
    assert (
        Wording(chunk).of(place["2"], texts_of({}, chunk.facts))
        == f'{{"sid":"s","id":"f","kind":"order","{answer(chunk.rules.index("intake.r2"))}":true}}'
    )


def test_only_chunks_that_may_fire_are_asked(monkeypatch):
    rules = [a_rule(number, {"all": [_eq(1, number), _eq(2)]}) for number in range(480)]
    matcher = Matcher(a_rulebook(*rules))
    asked = []
    match = Session.match

    def counting(session, fact):
        asked.append(fact)
        return match(session, fact)

    monkeypatch.setattr(Session, "match", counting)
    assert matcher.fire("intake", [a_subject({"order.int_1": 417, "order.int_2": 0})], {}) == {("intake.r417", 0)}
    assert matcher.fire("intake", [a_subject({"order.int_1": 480, "order.int_2": 5})], {}) == set()
    matcher.close()
    assert len(asked) == 1


def test_equal_facts_are_asked_about_once_in_a_call(monkeypatch):
    matcher = Matcher(a_rulebook(a_rule(1, _eq(1))))
    asked = []
    match = Session.match
    monkeypatch.setattr(Session, "match", lambda session, fact: asked.append(fact) or match(session, fact))
    subjects = [a_subject({"order.int_1": 0, "order.int_2": number}) for number in range(9)]
    assert matcher.fire("intake", subjects, {}) == {("intake.r1", number) for number in range(9)}
    matcher.close()
    assert len(asked) == 1


def test_a_rule_that_expands_too_far_is_refused():
    pair = AnyOf((Leaf("order.int_1", "eq", 1), Leaf("order.int_2", "eq", 1)))
    rulebook = a_rulebook(a_rule(1))
    ruleset = rulebook.rulesets["intake"]
    rule = replace(ruleset.rules[0], when=All((pair,) * 9))
    with pytest.raises(RulebookError, match="256 alternatives"):
        Matcher(Rulebook(rulebook.pipeline, {"intake": replace(ruleset, rules=(rule,))}))


def test_facts_whose_names_hash_alike_are_refused():
    names = Names()
    names._hashes[fnv1a("order__int_1")] = "another"
    with pytest.raises(MatcherError, match="cannot tell"):
        names.of("order.int_1")


def test_hash_is_the_engines():
    assert fnv1a("") == 0x811C9DC5
    assert fnv1a("foobar") == 0xBF9CF968  # published test vector of FNV-1a


def test_an_engine_error_fails_this_order_and_the_next_is_right():
    documents = cut(a_rulebook(a_rule(1, _eq(1))))[("intake", "order")][0]
    session = Session(documents.document, documents.rules, "test")
    for broken in ("not json", '{"sid":"s","id":"f"', '{"sid":"s","id":"f","kind":"order","order__int_1":[1,2]'):
        with pytest.raises(MatcherError, match="engine failed"):
            session.match(broken)
    assert session.match('{"sid":"s","id":"f","kind":"order","order__int_1":0}') == ["intake.r1"]
    assert session.match('{"sid":"s","id":"f","kind":"order","order__int_1":1}') == []
    session.close()


def test_endless_firing_is_cut_off_and_the_next_order_is_right(monkeypatch):
    documents = cut(a_rulebook(a_rule(1, _eq(1))))[("intake", "order")][0]
    session = Session(documents.document, documents.rules, "test")
    fact = '{"sid":"s","id":"f","kind":"order","order__int_1":0}'
    with monkeypatch.context() as patch:
        patch.setattr(session, "_rules", {})  # so that the first firing is one too many
        with pytest.raises(MatcherError, match="without end"):
            session.match(fact)
    assert session.match(fact) == ["intake.r1"]
    session.close()


def test_two_threads_may_share_a_matcher():
    rulebook = a_rulebook(*(a_rule(number, _eq(1, number)) for number in range(100)))
    matcher = Matcher(rulebook)
    wrong: list = []

    def ask(first: int) -> None:
        for round_ in range(200):
            number = (first + round_) % 100
            if matcher.fire("intake", [a_subject({"order.int_1": number})], LISTS) != {(f"intake.r{number}", 0)}:
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(start,)) for start in (0, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    matcher.close()
    assert wrong == []


def test_a_matcher_works_after_fork():
    matcher = Matcher(a_rulebook(a_rule(1, _eq(1))))
    child = os.fork()
    if child == 0:
        right = matcher.fire("intake", [a_subject({"order.int_1": 0})], {}) == {("intake.r1", 0)}
        os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert matcher.fire("intake", [a_subject({"order.int_1": 0})], {}) == {("intake.r1", 0)}
    matcher.close()


def _resident_kb() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs /proc")
def test_memory_stays_flat_over_orders_and_swaps():
    rulebook = a_rulebook(*(a_rule(number, {"any": [_eq(1, number), _eq(2)]}) for number in range(200)))
    subject = a_subject({"order.int_1": 7, "order.int_2": 0})

    def swap_and_ask() -> None:
        matcher = Matcher(rulebook)
        for _ in range(50):
            matcher.fire("intake", [subject], {})
        del matcher  # nobody closes it: dropping it must free as much

    for _ in range(10):
        swap_and_ask()
    before = _resident_kb()
    for _ in range(50):
        swap_and_ask()
    assert _resident_kb() - before < 8_000
