"""Drafts published by several at once, on both databases: each once, none lost, one rulebook live."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.config import Settings
from engine.errors import Conflict, DraftChanged, StaleBase
from engine.service import Gatehouse
from engine.service.principals import Principal
from engine.store.database import Database
from tests.conftest import ROOT, Clock

EVE = Principal("person", "eve", frozenset({"editor"}))
STAGES = ("intake", "payment", "coupon", "fraud", "audit", "fulfilment")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gatehouse(database: Database, clock: Clock, tmp_path: Path) -> Iterator[Gatehouse]:
    """The shipped rules on either database."""
    settings = Settings.from_environ({"GATEHOUSE_HOME": str(tmp_path), "MATCHING": "evaluator"})
    opened = Gatehouse(database, settings, clock)
    opened.seeding.rules(ROOT / "rulesets")
    yield opened
    opened.rulebooks.close()


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each answers or raises, all begun at once."""
    start, answers = threading.Barrier(len(works), timeout=60), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = work()
        except Exception as error:  # told to the test
            answers[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def document(draft: dict[str, Any], note: str) -> dict[str, Any]:
    """The draft's document with another note."""
    return {**{name: draft[name] for name in ("stage", "rules", "tables")}, "note": note}


def noted(gatehouse: Gatehouse, stage: str, note: str = "new") -> dict[str, Any]:
    """A draft that differs from what is live by its note."""
    draft = gatehouse.drafts.create(stage, EVE)
    return gatehouse.drafts.save(stage, draft["id"], document(draft, note), 1, EVE)


def test_drafts_of_different_stages_are_all_published(gatehouse: Gatehouse) -> None:
    drafts = [noted(gatehouse, stage) for stage in STAGES]
    answers = together(*(
        lambda each=each: gatehouse.drafts.publish(each["stage"], each["id"], EVE, "at once") for each in drafts
    ))  # fmt: skip
    # Whoever was overtaken three times is told so, and may publish again.
    for each, answer in zip(drafts, answers, strict=True):
        if isinstance(answer, Conflict):
            gatehouse.drafts.publish(each["stage"], each["id"], EVE, "again")
    live, _ = gatehouse.rulebooks.live_documents()
    assert {stage: live[stage]["note"] for stage in STAGES} == dict.fromkeys(STAGES, "new")
    assert gatehouse.rulebooks.live().rulebook.ruleset("fraud").note == "new"


def test_of_drafts_of_one_stage_one_is_published(gatehouse: Gatehouse) -> None:
    drafts = [noted(gatehouse, "fraud", f"n{number}") for number in range(4)]
    answers = together(*(
        lambda each=each: gatehouse.drafts.publish("fraud", each["id"], EVE, "at once") for each in drafts
    ))  # fmt: skip
    assert all(isinstance(each, StaleBase) for each in answers if isinstance(each, Exception))
    published = [each for each in answers if not isinstance(each, Exception)]
    assert [each["version"] for each in published] == [2]
    assert len(gatehouse.rulebooks.versions("fraud")) == 2


def test_a_draft_published_by_several_is_published_once(gatehouse: Gatehouse) -> None:
    draft = noted(gatehouse, "fraud")
    answers = together(*[lambda: gatehouse.drafts.publish("fraud", draft["id"], EVE, "me")] * 4)
    assert len([each for each in answers if not isinstance(each, Exception)]) == 1
    assert all(isinstance(each, Conflict) for each in answers if isinstance(each, Exception))
    assert len(gatehouse.rulebooks.versions("fraud")) == 2


def test_of_editors_at_once_one_saves_and_nothing_of_the_others_is_lost(gatehouse: Gatehouse) -> None:
    draft = gatehouse.drafts.create("fraud", EVE)
    answers = together(*(
        lambda note=note: gatehouse.drafts.save("fraud", draft["id"], document(draft, note), 1, EVE)
        for note in ("a", "b", "c", "d")
    ))  # fmt: skip
    saved = [each for each in answers if not isinstance(each, Exception)]
    assert len(saved) == 1
    for each in answers:
        if isinstance(each, Exception):
            assert isinstance(each, DraftChanged)
            (field,) = each.details["diff"]["fields"]
            assert (field["path"], field["before"]) == ("note", saved[0]["note"])


def test_what_is_scheduled_is_published_once_by_several(gatehouse: Gatehouse, clock: Clock) -> None:
    at = clock.now + dt.timedelta(hours=1)
    for stage in ("fraud", "audit"):
        draft = noted(gatehouse, stage, "tonight")
        gatehouse.drafts.publish(stage, draft["id"], EVE, "tonight", at)
    clock.now = at
    done = together(*[gatehouse.schedule.publish_due] * 4)
    done += [gatehouse.schedule.publish_due()]  # whoever was overtaken three times leaves it to the next turn
    assert sum(done) == 2
    for stage in ("fraud", "audit"):
        assert [each["state"] for each in gatehouse.rulebooks.versions(stage)] == ["live", "superseded"]
        assert gatehouse.rulebooks.live().rulebook.ruleset(stage).note == "tonight"
