from __future__ import annotations

import pytest

from engine.errors import Conflict
from engine.store.database import Database
from tests.engine.store.samples import NOON


def test_a_key_is_found_by_its_hash(database: Database) -> None:
    with database.write() as uow:
        uow.people.add_key("自营商城", "channel", "hash-1", (), "own-shop")
        uow.people.add_key("ci", "token", "hash-2", {"ops", "editor"})
        uow.people.add_key("顺丰", "vendor", "hash-4", (), vendor="SF")
        with pytest.raises(Conflict):
            uow.people.add_key("again", "token", "hash-2", ())
        uow.commit()
    with database.read() as uow:
        assert uow.people.key_by_hash("hash-1") == {
            "name": "自营商城", "kind": "channel", "roles": [], "channel": "own-shop", "vendor": None
        }  # fmt: skip
        assert uow.people.key_by_hash("hash-2")["roles"] == ["editor", "ops"]
        assert uow.people.key_by_hash("hash-4")["vendor"] == "SF"
        assert uow.people.key_by_hash("hash-3") is None


def test_wrong_passwords_are_counted_until_the_right_one(database: Database) -> None:
    with database.write() as uow:
        uow.people.add_user("li", "old", ["ops"])
        assert [uow.people.login_failed("li", "10.0.0.1", NOON) for _ in range(2)] == [1, 2]
        assert uow.people.login_failed("li", "10.0.0.2", NOON) == 1
        assert uow.people.failed_from("li", "10.0.0.1") == (2, NOON)
        assert uow.people.user("li")["failures"] == 3 and uow.people.user("li")["failed_at"] is not None
        uow.people.login_ok("li", "10.0.0.1", NOON)
        assert uow.people.failed_from("li", "10.0.0.1") is None
        assert uow.people.failed_from("li", "10.0.0.2") == (1, NOON)
        assert uow.people.user("li") == {
            "username": "li", "password_hash": "old", "roles": ["ops"], "failures": 0, "failed_at": None,
            "signed_in_at": "2026-11-11T04:00:00+00:00",
        }  # fmt: skip


def test_a_new_password_forgets_wrong_ones(database: Database) -> None:
    with database.write() as uow:
        uow.people.add_user("li", "old", [])
        uow.people.login_failed("li", "10.0.0.1", NOON)
        uow.people.set_password("li", "new")
        assert (uow.people.user("li")["password_hash"], uow.people.user("li")["failures"]) == ("new", 0)
        assert uow.people.failed_from("li", "10.0.0.1") is None


def test_a_name_is_taken_once(database: Database) -> None:
    with database.write() as uow:
        assert not uow.people.users() and uow.people.user("li") is None
        uow.people.add_user("li", "hash", [])
        with pytest.raises(Conflict):
            uow.people.add_user("li", "other", [])
        assert len(uow.people.users()) == 1
