from __future__ import annotations

from engine.store.database import Database
from tests.engine.store.samples import NOON


def test_entries_are_listed_newest_first_of_one_thing_or_all(database: Database) -> None:
    with database.write() as uow:
        for number in range(5):
            before = {"n": number - 1} if number else None
            uow.audit.write(NOON, "li", "put", f"skus/S{number % 2}", before, {"n": number})
        uow.commit()
    with database.read() as uow:
        first, cursor = uow.audit.list(None, 3)
        rest, end = uow.audit.list(cursor, 3)
        of_one, _ = uow.audit.list(None, 10, what="skus/S1")
    assert [each["after"]["n"] for each in first + rest] == [4, 3, 2, 1, 0] and end is None
    assert [each["after"]["n"] for each in of_one] == [3, 1] and rest[-1]["before"] is None
    assert first[0]["at"] == "2026-11-11T04:00:00+00:00" and (first[0]["by"], first[0]["action"]) == ("li", "put")


def test_an_entry_goes_with_the_change_that_it_tells_of(database: Database) -> None:
    with database.write() as uow:
        uow.audit.write(NOON, "li", "put", "skus/S1")
    with database.read() as uow:
        assert uow.audit.list(None, 10) == ([], None)
