"""What every fact of the catalogue tells an admin, and that every fact can be stated of the demo's orders."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from engine import stages, subjects
from engine.demo import reference as demo
from engine.demo.channels import CHANNELS
from engine.demo.orders import sample_orders
from engine.intake.schema import load_order
from engine.language import catalogue
from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.facts import STAGES
from engine.matching.judge import Judge

RULESETS = Path(__file__).parents[3] / "rulesets"
NOW = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)
SAMPLES = sample_orders(NOW)
NUMBERS = dict.fromkeys(("int", "money", "weight", "date"), int)
TYPES = {**NUMBERS, "text": str, "choice": str, "set": frozenset, "flag": bool}
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
every_fact = pytest.mark.parametrize("fact", list(CATALOGUE), ids=lambda fact: fact.name)


def assert_of_its_type(fact, value):
    assert type(value) is TYPES[fact.type], (fact.name, value)
    if fact.type == "date":
        dt.datetime.strptime(str(value), "%Y%m%d")
    if fact.type == "choice":
        assert value in [choice for choice, _, _ in fact.choices], fact.name
    if fact.least is not None:
        assert value >= fact.least, fact.name
    if fact.most is not None:
        assert value <= fact.most, fact.name


@every_fact
def test_fact_is_named_and_helped_in_both_languages(fact):
    assert CJK.search(fact.zh) and CJK.search(fact.help_zh)
    assert fact.en and not CJK.search(fact.en)
    assert fact.help_en and not CJK.search(fact.help_en)


@every_fact
def test_help_says_more_than_the_label(fact):
    assert fact.help_zh != fact.zh
    assert fact.help_en != fact.en


@every_fact
def test_sample_is_a_value_of_the_fact(fact):
    assert_of_its_type(fact, fact.sample)


@every_fact
def test_choices_are_named_in_both_languages(fact):
    assert bool(fact.choices) == (fact.type == "choice")
    assert all(CJK.search(zh) and en and not CJK.search(en) for _, zh, en in fact.choices)


@every_fact
def test_fact_is_known_from_a_stage_on(fact):
    assert fact.since in STAGES


def test_no_two_facts_have_a_name():
    files = [each for each in vars(catalogue).values() if hasattr(each, "FACTS")]
    names = Counter(fact.name for file in files for fact in file.FACTS)
    assert {name for name, times in names.items() if times > 1} == set()
    assert set(names) == set(CATALOGUE.facts)


@pytest.fixture(scope="module")
def shipped():
    rulebook, lists = read_rulebook(RULESETS, CATALOGUE, EFFECTS)
    return Judge(rulebook, mode="evaluator"), rulebook, lists


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name["en"])
def test_every_fact_can_be_stated_of_a_sample_at_every_stage(sample, shipped, monkeypatch):
    """Of the order and of all its parts, in the scenes of a real run: without an error, and of the fact's type."""
    judge, rulebook, lists = shipped
    met = []

    def keep(stage, book, scene, warehouses=(), services=()):
        met.append((stage, scene, subjects._parts(scene, warehouses, services)))
        return subjects.subjects_of(stage, book, scene, warehouses, services)

    monkeypatch.setattr(stages, "subjects_of", keep)
    order = load_order(sample.document, {channel.code: channel for channel in CHANNELS}[sample.channel])
    run = stages.run_stages(order, demo.world(order, NOW.date(), lists), rulebook, NOW, judge)
    assert run.error is None and met
    for stage, scene, parts in met:
        for about, each in parts.items():
            facts = CATALOGUE.of(about)
            for _, part in each:
                stated = CATALOGUE.state([fact.name for fact in facts], scene, part)
                for name, value in stated.items():
                    assert_of_its_type(CATALOGUE[name], value)
                known = [fact.name for fact in facts if fact.always and _reached(fact.since, stage)]
                assert set(known) <= set(stated)


def _reached(since, stage):
    return STAGES.index(since) <= STAGES.index(stage)
