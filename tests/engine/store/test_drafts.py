"""Drafts and scheduled versions as they are kept, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

from engine import canonical
from engine.store.database import Database
from tests.engine.store.samples import NOON

EMPTY = {"stage": "audit", "rules": []}
LATER = (NOON + dt.timedelta(hours=1)).astimezone(dt.UTC)


def add(database: Database, stage: str = "audit", document: Any = None) -> str:
    with database.write() as uow:
        draft_id = uow.drafts.add(stage, 1, EMPTY if document is None else document, "li", NOON)
        uow.commit()
    return draft_id


def change(database: Database, draft_id: str, **values: Any) -> None:
    with database.write() as uow:
        uow.drafts.set(draft_id, **values)
        uow.commit()


def test_a_draft_is_read_back_as_it_was_kept(database: Database) -> None:
    odd = {"rules": [{"why": "第一行\n\x00\u2028🎂", "n": [1.5, 10**30, None, True]}], "": {"a": {}}}
    draft_id = add(database, document=odd)
    with database.read() as uow:
        draft = uow.drafts.get(draft_id)
        assert uow.drafts.get("audit-99") is None
    assert draft.document == odd
    assert (draft.stage, draft.author, draft.editors, draft.state, draft.revision) == (
        "audit", "li", ("li",), "draft", 1,
    )  # fmt: skip
    assert (draft.findings, draft.publish_at, draft.created_at) == (None, None, NOON)
    change(database, draft_id, findings=[{"name": "x"}], publish_at=LATER, editors=["li", "wu"])
    with database.read() as uow:
        draft = uow.drafts.get(draft_id)
    assert (draft.findings, draft.publish_at, draft.editors) == (({"name": "x"},), LATER, ("li", "wu"))


def test_no_two_drafts_have_the_same_id(database: Database) -> None:
    together, made = threading.Barrier(6, timeout=30), []

    def work() -> None:
        together.wait()
        made.extend(add(database) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(made)) == 30


def test_drafts_are_listed_by_stage_and_state_last_changed_first(database: Database) -> None:
    first, second, other = add(database), add(database), add(database, "fraud")
    change(database, first, updated_at=LATER)
    change(database, second, state="published")
    with database.read() as uow:
        assert [each.id for each in uow.drafts.of("audit", ("draft",))] == [first]
        assert [each.id for each in uow.drafts.of("audit", ("draft", "published"))] == [first, second]
        assert [each.id for each in uow.drafts.of(None, ("draft",))] == [first, other]


def test_what_is_due_comes_in_the_order_of_its_time(database: Database) -> None:
    times = {add(database): LATER, add(database): NOON, add(database): LATER + dt.timedelta(seconds=1)}
    for draft_id, at in times.items():
        change(database, draft_id, state="scheduled", publish_at=at)
    with database.read() as uow:
        assert [each.publish_at for each in uow.drafts.due(LATER)] == [NOON, LATER]


def test_a_locked_draft_waits_for_whoever_changes_it(database: Database) -> None:
    """Ten who each count up what they read: none of their changes is lost."""
    draft_id = add(database)

    def work() -> None:
        for _ in range(5):
            with database.write() as uow:
                draft = uow.drafts.get(draft_id, lock=True)
                uow.drafts.set(draft_id, revision=draft.revision + 1)
                uow.commit()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.read() as uow:
        assert uow.drafts.get(draft_id).revision == 21


def publish(uow: Any, document: dict[str, Any], **more: Any) -> int:
    return uow.rulesets.publish("audit", document, canonical.digest(document), "li", NOON, **more)


def schedule(uow: Any, document: dict[str, Any], at: dt.datetime) -> int:
    return uow.rulesets.schedule("audit", document, canonical.digest(document), "wu", at, "later")


def test_a_scheduled_version_has_its_number_before_it_is_live(database: Database) -> None:
    other = {"stage": "audit", "rules": [{"id": "x"}]}
    with database.write() as uow:
        assert publish(uow, EMPTY) == 1
        assert schedule(uow, other, LATER) == 2
        assert uow.rulesets.live_versions() == {"audit": 1}
        assert uow.rulesets.live_digests() == {"audit": canonical.digest(EMPTY)}
        assert uow.rulesets.version("audit", 2) == {
            "version": 2, "state": "scheduled", "digest": canonical.digest(other), "published_at": LATER.isoformat(),
            "published_by": "wu", "note": "later",
        }  # fmt: skip
        assert uow.rulesets.document("audit", 2) == other
        assert publish(uow, other, scheduled=2) == 2
        assert uow.rulesets.live_versions() == {"audit": 2}
        newest, former = uow.rulesets.versions("audit")
        assert (newest["state"], newest["published_by"]) == ("live", "wu")
        assert dt.datetime.fromisoformat(newest["published_at"]) == NOON
        assert former["state"] == "superseded"
        uow.commit()


def test_a_version_that_never_was_live_is_forgotten_and_its_number_is_not_given_again(database: Database) -> None:
    with database.write() as uow:
        publish(uow, EMPTY)
        assert schedule(uow, EMPTY, LATER) == 2
        uow.rulesets.unschedule("audit", 2)
        uow.rulesets.unschedule("audit", 1)  # this one was
        assert [each["version"] for each in uow.rulesets.versions("audit")] == [1]
        assert publish(uow, EMPTY) == 3
        uow.commit()


def test_what_will_be_live_at_a_time_is_what_is_scheduled_last_before_it(database: Database) -> None:
    with database.write() as uow:
        assert uow.rulesets.expected("audit", LATER) == 0
        publish(uow, EMPTY)
        schedule(uow, {"rules": [1]}, LATER)
        schedule(uow, {"rules": [2]}, LATER + dt.timedelta(hours=2))
        hours = [uow.rulesets.expected("audit", LATER + dt.timedelta(hours=each)) for each in (-1, 0, 1, 2, 3)]
        uow.commit()
    assert hours == [1, 2, 2, 3, 3]
