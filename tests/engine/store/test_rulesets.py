from __future__ import annotations

import threading

import pytest

from engine import canonical
from engine.errors import NotFound
from engine.store.database import Database
from tests.engine.store.samples import NOON

FIRST, SECOND = {"stage": "audit", "rules": []}, {"stage": "audit", "rules": [{"id": "x"}]}
PIPELINE = {"stages": ["audit"]}


def publish(database: Database, document: dict[str, object], stage: str = "audit", note: str = "") -> int:
    with database.write() as uow:
        version = uow.rulesets.publish(stage, document, canonical.digest(document), "li", NOON, note)
        uow.commit()
    return version


def test_nothing_is_live_before_the_first_publish(database: Database) -> None:
    with database.read() as uow:
        assert uow.rulesets.empty() and uow.rulesets.live() == {} and uow.rulesets.live_digests() == {}
    publish(database, FIRST)
    with database.read() as uow:
        assert not uow.rulesets.empty()


def test_a_publish_supersedes_the_live_version_of_its_stage(database: Database) -> None:
    assert [publish(database, FIRST), publish(database, SECOND, note="more")] == [1, 2]
    assert publish(database, PIPELINE, "pipeline") == 1
    with database.read() as uow:
        assert uow.rulesets.live() == {
            "audit": (2, canonical.digest(SECOND), SECOND), "pipeline": (1, canonical.digest(PIPELINE), PIPELINE),
        }  # fmt: skip
        assert uow.rulesets.live_digests() == {stage: live[1] for stage, live in uow.rulesets.live().items()}
        versions = uow.rulesets.versions("audit")
        assert uow.rulesets.document("audit", 1) == FIRST
        with pytest.raises(NotFound):
            uow.rulesets.document("audit", 3)
    assert [(each["version"], each["state"], each["note"]) for each in versions] == [
        (2, "live", "more"), (1, "superseded", ""),
    ]  # fmt: skip
    assert versions[0]["published_by"] == "li" and versions[0]["published_at"] == "2026-11-11T04:00:00+00:00"


def test_a_rollback_publishes_an_old_document_again(database: Database) -> None:
    assert [publish(database, document) for document in (FIRST, SECOND, FIRST)] == [1, 2, 3]
    with database.read() as uow:
        assert uow.rulesets.live_digests() == {"audit": canonical.digest(FIRST)}


def test_publishers_at_once_leave_one_live_version(database: Database) -> None:
    together, versions = threading.Barrier(8, timeout=30), []

    def work(number: int) -> None:
        together.wait()
        versions.append(publish(database, {"number": number}))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.read() as uow:
        states = [each["state"] for each in uow.rulesets.versions("audit")]
    assert sorted(versions) == list(range(1, 9)) and states == ["live"] + ["superseded"] * 7


def test_a_pinned_rulebook_is_read_back_after_later_publishes(database: Database) -> None:
    publish(database, FIRST)
    with database.write() as uow:
        uow.rulesets.pin("book-1", {"audit": canonical.digest(FIRST)}, NOON)
        uow.rulesets.pin("book-1", {"audit": canonical.digest(FIRST)}, NOON)
        uow.commit()
    publish(database, SECOND)
    with database.read() as uow:
        assert uow.rulesets.rulebook("book-1") == {"audit": FIRST}
        with pytest.raises(NotFound):
            uow.rulesets.rulebook("book-2")
