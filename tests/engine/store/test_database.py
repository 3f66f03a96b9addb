from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import Busy
from engine.store.database import Database, is_contention
from tests.engine.store.samples import NOON

ADDRESS = "10.0.0.1"


def test_what_is_not_committed_is_gone(database: Database) -> None:
    with database.write() as uow:
        uow.reference.put("lists", "vip", {"items": []})
    with database.read() as uow:
        assert uow.reference.get("lists", "vip") is None


def test_what_was_committed_before_an_error_stays(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as uow:
        uow.reference.put("lists", "vip", {"items": []})
        uow.commit()
        uow.reference.put("lists", "late", {"items": []})
        _ = 1 // 0
    with database.read() as uow:
        assert uow.reference.get("lists", "vip") and not uow.reference.get("lists", "late")


def test_nothing_can_be_written_through_a_read(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as uow:
        uow.reference.put("lists", "vip", {"items": []})


def test_a_read_sees_one_instant(database: Database) -> None:
    with database.read() as reader:
        assert not reader.people.users()
        with database.write() as uow:
            uow.people.add_user("li", "hash", ["ops"])
            uow.commit()
        assert not reader.people.users()


def test_what_cannot_be_written_now_may_be_later(database: Database) -> None:
    turned = "PRAGMA query_only = ON" if database.is_sqlite else "SET TRANSACTION READ ONLY"
    with pytest.raises(Busy), database.write() as uow:
        uow._connection.exec_driver_sql(turned)
        uow.people.add_user("li", "hash", ["ops"])
    with database.write() as uow:
        uow.people.add_user("li", "hash", ["ops"])
        uow.commit()
    assert database.is_writable()


def test_a_full_disk_may_have_room_later(sqlite_database: Database) -> None:
    with pytest.raises(Busy), sqlite_database.write() as uow:
        uow._connection.exec_driver_sql("PRAGMA max_page_count = 1")
        for number in range(1000):
            uow.reference.put("lists", f"list{number}", {"items": ["x" * 1000]})
    with sqlite_database.read() as uow:
        assert uow.reference.list("lists", None, 1)[0] == []


def test_a_busy_database_is_tried_again(database: Database) -> None:
    tries = []

    def work(uow) -> str:
        uow.people.add_user(f"user{len(tries)}", "hash", [])
        tries.append(uow)
        if len(tries) < 3:
            raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))
        return "done"

    assert database.write_retrying(work) == "done"
    with database.read() as uow:
        assert uow.people.user("user2") and len(uow.people.users()) == 1


def test_a_busy_database_is_not_tried_for_ever(database: Database) -> None:
    def work(_uow) -> None:
        raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))

    with pytest.raises(Busy):
        database.write_retrying(work, attempts=2)


def test_a_mistake_is_not_tried_again(database: Database) -> None:
    tries = []

    def work(uow) -> None:
        tries.append(uow)
        uow.orders.decision_id(sa.text("no such thing"))

    with pytest.raises(sa.exc.SQLAlchemyError):
        database.write_retrying(work)
    assert len(tries) == 1


@pytest.mark.postgres
def test_a_deadlock_is_resolved_by_trying_again(postgres_database: Database) -> None:
    database = postgres_database
    with database.write() as uow:
        for name in ("a", "b"):
            uow.people.add_user(name, "hash", [])
        uow.commit()
    both_hold_one = threading.Barrier(2, timeout=10)
    tries = []

    def cross(first: str, second: str) -> None:
        def work(uow) -> None:
            tries.append(first)
            uow.people.login_failed(first, ADDRESS, NOON)
            if len(tries) <= 2:
                both_hold_one.wait()
            uow.people.login_failed(second, ADDRESS, NOON)

        database.write_retrying(work)

    threads = [threading.Thread(target=cross, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with database.read() as uow:
        assert [uow.people.user(name)["failures"] for name in ("a", "b")] == [2, 2]
    assert len(tries) == 3


def test_contention_is_told_from_other_errors() -> None:
    assert is_contention(OperationalError("x", None, Exception("database is locked")))
    assert not is_contention(OperationalError("x", None, Exception("no such table: orders")))


def test_many_writers_lose_nothing(database: Database) -> None:
    with database.write() as uow:
        uow.people.add_user("li", "hash", [])
        uow.commit()

    def work() -> None:
        for _ in range(25):
            with database.write() as uow:
                failures = uow.people.user("li")["failures"] if database.is_sqlite else None
                assert uow.people.login_failed("li", ADDRESS, NOON) > (failures or 0)
                uow.commit()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.read() as uow:
        assert uow.people.user("li")["failures"] == 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_forked_children_have_connections_of_their_own(database: Database) -> None:
    script = f"""
import datetime as dt, os, signal
from engine.store.database import Database
database = Database({database.url.render_as_string(hide_password=False)!r})

def work(name):
    with database.write() as uow:
        uow.people.add_user(name, "hash", [])
        uow.commit()
    for _ in range(20):
        with database.write() as uow:
            uow.people.login_failed("parent", "10.0.0.1", dt.datetime.now(dt.UTC))
            uow.commit()
        with database.read() as uow:
            assert uow.people.user(name)

work("parent")
children = []
for name in ("first child", "second child"):
    children.append(os.fork())
    if children[-1] == 0:
        signal.alarm(20)
        work(name)
        os._exit(0)
work("parent again")
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with database.read() as uow:
        assert uow.people.user("parent")["failures"] == 20 * 4 and len(uow.people.users()) == 4


def test_a_writer_of_sqlite_waits_for_its_turn_before_it_reads(sqlite_database: Database) -> None:
    another_process = Database(sqlite_database.url.render_as_string(hide_password=False))
    seen: list[int] = []

    def count_and_add() -> None:
        with another_process.write() as uow:
            seen.append(len(uow.people.users()))
            uow.people.add_user("second", "hash", [])
            uow.commit()

    thread = threading.Thread(target=count_and_add)
    with sqlite_database.write() as uow:
        thread.start()
        thread.join(0.3)
        uow.people.add_user("first", "hash", [])
        uow.commit()
    thread.join(30)
    assert seen == [1]
    another_process.close()


def test_a_write_inside_a_write_of_sqlite_is_refused_at_once(sqlite_database: Database) -> None:
    with sqlite_database.write(), pytest.raises(RuntimeError, match="wait for itself"), sqlite_database.write():
        pass
    with sqlite_database.write() as uow:
        assert not uow.people.users()


def test_sqlite_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="in memory"):
        Database("sqlite://")


def test_sqlite_keeps_what_it_confirmed_and_checks_references(sqlite_database: Database) -> None:
    with sqlite_database.read() as uow:
        pragma = {
            name: uow._connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_postgresql_that_says_nothing_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.database.CONNECT_S", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://x:y@127.0.0.1:{silent.getsockname()[1]}/x")
        began = time.monotonic()
        with pytest.raises(OperationalError):
            database.ping()
        assert time.monotonic() - began < 10
        database.close()
