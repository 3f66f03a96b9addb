"""A copy of the database is as of one instant, whole, restorable, and never in anything's way."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path

import pytest

from engine.store import copying
from engine.store.database import Database
from tests import postgres
from tests.engine.store import samples


@pytest.fixture(autouse=True)
def clients_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs of the tests' own server, where it has any: older ones refuse it."""
    with contextlib.suppress(postgres.NoPostgres):
        monkeypatch.setenv("PATH", f"{postgres._binaries()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def restored(shop: Database, request: pytest.FixtureRequest):
    """restored(file): the database that a copy of `shop` is restored to."""

    @contextlib.contextmanager
    def restore(file: Path):
        if shop.is_sqlite:
            database = Database(f"sqlite:///{file}")
            yield database
            database.close()
            return
        with postgres.database(request.getfixturevalue("postgres_server")) as url:
            plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
            subprocess.run(["pg_restore", f"--dbname={plain}", "--no-owner", str(file)], check=True)
            database = Database(url.render_as_string(hide_password=False))
            yield database
            database.close()

    return restore


def units(database: Database) -> int:
    with database.read() as uow:
        return sum(row["on_hand"] for row in uow.stock.of_skus(["MUG"]))


def test_a_copy_is_restored_with_what_there_was_and_nothing_that_came_after(shop, restored, tmp_path):
    file, before = tmp_path / "copy", units(shop)
    assert shop.copy(file) == []
    with shop.write() as uow:
        uow.stock.set("BJ1", "MUG", 99, at=samples.NOON)
        uow.commit()
    with restored(file) as copy:
        assert copy.is_current() and units(copy) == before != units(shop)
        with copy.write() as uow:
            uow.stock.set("BJ1", "MUG", 7, at=samples.NOON)
            uow.commit()
    assert file.stat().st_mode & 0o077 == 0
    assert {each.name for each in tmp_path.glob("*copy*")} - {"copy-wal", "copy-shm"} == {"copy"}


def test_nobody_waits_for_a_copy(sqlite_database, tmp_path):
    """A writer that is in the middle of a transaction neither hinders the copy nor is part of it."""
    done: list[list[str]] = []
    with sqlite_database.write() as uow:
        uow.reference.put("lists", "half", {"code": "half"})
        copying_ = threading.Thread(target=lambda: done.append(sqlite_database.copy(tmp_path / "copy")))
        copying_.start()
        copying_.join(10)
        assert done == [[]]
        uow.commit()
    with Database(f"sqlite:///{tmp_path / 'copy'}").read() as uow:
        assert uow.reference.get("lists", "half") is None


def test_a_file_that_is_there_is_never_replaced(sqlite_database, tmp_path):
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(copying.NotCopied, match="is there already"):
        sqlite_database.copy(tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


@pytest.mark.postgres
def test_where_the_client_of_postgresql_is_missing_that_is_said(postgres_database, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(copying.NotCopied, match="pg_dump is not installed here"):
        postgres_database.copy(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_that_is_said(sqlite_database, tmp_path):
    with pytest.raises(copying.NotCopied, match="No such file"):
        sqlite_database.copy(tmp_path / "no folder" / "copy")
