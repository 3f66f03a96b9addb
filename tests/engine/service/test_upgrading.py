"""A new release brings other rules: what is live stays, and the changes are offered."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.service.principals import Principal
from tests.conftest import ROOT

EVE = Principal("person", "eve", frozenset({"editor"}))


@pytest.fixture
def release(tmp_path):
    """The shipped files, to change."""
    return Path(shutil.copytree(ROOT / "rulesets", tmp_path / "rulesets"))


def rewrite(release: Path, name: str, old: str, new: str) -> None:
    path = release / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def rule_of(draft: dict[str, Any], rule_id: str) -> dict[str, Any] | None:
    return next((each for each in draft["rules"] if each["id"] == rule_id), None)


def prioritize(release: Path, slug: str, was: int, is_: int) -> None:
    """Another priority for a rule of fraud."""
    rewrite(release, f"fraud/{slug}.yaml", f"priority: {was}", f"priority: {is_}")


def test_the_same_release_offers_nothing(gatehouse):
    assert gatehouse.upgrading.offer(ROOT / "rulesets") == []
    assert gatehouse.drafts.of() == []


def test_what_is_shipped_otherwise_is_a_draft_and_what_is_live_stays(gatehouse, release):
    prioritize(release, "high-value", 30, 44)
    (release / "fraud/score-night.yaml").unlink()
    live = gatehouse.rulebooks.live().rulebook.digest
    (draft_id,) = gatehouse.upgrading.offer(release)
    draft = gatehouse.drafts.get("fraud", draft_id)
    assert (draft["author"], draft["base_version"], draft["state"]) == ("gatehouse", 1, "draft")
    assert rule_of(draft, "fraud.high-value")["priority"] == 44
    assert rule_of(draft, "fraud.score-night") is None
    assert gatehouse.rulebooks.live().rulebook.digest == live
    assert gatehouse.upgrading.offer(release) == []
    assert gatehouse.drafts.publish("fraud", draft_id, EVE, "the new release")["version"] == 2
    assert gatehouse.upgrading.offer(release) == []


def test_what_the_shop_has_changed_itself_is_left_alone_and_named(gatehouse, release):
    gatehouse.pausing.switch("fraud", "fraud.high-value", False, EVE, "ours")
    gatehouse.pausing.switch("fraud", "fraud.score-night", False, EVE, "ours")
    prioritize(release, "high-value", 30, 44)
    prioritize(release, "blacklisted", 10, 3)
    (draft_id,) = gatehouse.upgrading.offer(release)
    draft = gatehouse.drafts.get("fraud", draft_id)
    assert rule_of(draft, "fraud.high-value")["enabled"] is False
    assert rule_of(draft, "fraud.high-value")["priority"] == 30
    assert rule_of(draft, "fraud.score-night")["enabled"] is False
    assert rule_of(draft, "fraud.blacklisted")["priority"] == 3
    assert gatehouse.drafts.history("fraud", draft_id)[-1]["details"]["left_as_they_are"] == ["fraud.high-value"]


def test_an_offer_that_nobody_took_is_replaced_by_the_next_which_has_its_changes(gatehouse, release):
    prioritize(release, "high-value", 30, 44)
    (first,) = gatehouse.upgrading.offer(release)
    prioritize(release, "blacklisted", 10, 3)
    (second,) = gatehouse.upgrading.offer(release)
    assert [each["id"] for each in gatehouse.drafts.of("fraud")] == [second]
    draft = gatehouse.drafts.get("fraud", second)
    assert rule_of(draft, "fraud.high-value")["priority"] == 44
    assert rule_of(draft, "fraud.blacklisted")["priority"] == 3
    assert first in {each["id"] for each in gatehouse.drafts.of("fraud", "discarded")}


def test_an_offer_that_somebody_works_on_stays(gatehouse, release):
    prioritize(release, "high-value", 30, 44)
    (first,) = gatehouse.upgrading.offer(release)
    draft = gatehouse.drafts.get("fraud", first)
    gatehouse.drafts.save("fraud", first, {"rules": draft["rules"], "note": "mine"}, 1, EVE)
    prioritize(release, "high-value", 44, 43)
    (second,) = gatehouse.upgrading.offer(release)
    assert {each["id"] for each in gatehouse.drafts.of("fraud")} == {first, second}


def test_an_offer_that_was_turned_down_is_not_made_again(gatehouse, release):
    prioritize(release, "high-value", 30, 44)
    (first,) = gatehouse.upgrading.offer(release)
    gatehouse.drafts.discard("fraud", first, EVE)
    assert gatehouse.upgrading.offer(release) == []
    prioritize(release, "blacklisted", 10, 3)
    (second,) = gatehouse.upgrading.offer(release)
    draft = gatehouse.drafts.get("fraud", second)
    assert rule_of(draft, "fraud.high-value")["priority"] == 30
    assert rule_of(draft, "fraud.blacklisted")["priority"] == 3


def test_new_lists_come_along_and_kept_ones_stay(gatehouse, release):
    (release / "lists/far-cities.yaml").write_text(
        "code: far-cities\ntitle: {zh: 远, en: Far}\nkind: text\nitems: [三沙市]\n", encoding="utf-8"
    )
    gatehouse.upgrading.offer(release)
    assert gatehouse.reference.get("lists", "far-cities")["items"] == ["三沙市"]


def test_declared_facts_and_the_pipeline_are_offered_too(gatehouse, release):
    rewrite(release, "pipeline.yaml", "fewest_shipments, cost", "cost, fewest_shipments")
    drafts = [gatehouse.drafts.get("pipeline", each) for each in gatehouse.upgrading.offer(release)]
    (draft,) = drafts
    assert draft["preference"].index("cost") < draft["preference"].index("fewest_shipments")
