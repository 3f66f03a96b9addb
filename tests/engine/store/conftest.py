"""Databases to test on: SQLite always, PostgreSQL where it can be had (REQUIRE_POSTGRES=1 fails where it cannot)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.store.database import Database
from tests import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A running PostgreSQL server."""
    try:
        with postgres.start() as url:
            yield url
    except postgres.NoPostgres as why:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(f"PostgreSQL is required: {why}")
        pytest.skip(f"no PostgreSQL here: {why}")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the newest schema, to copy."""
    file = tmp_path_factory.mktemp("migrated") / "gatehouse.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: sa.URL) -> Iterator[sa.URL]:
    """An empty PostgreSQL database of the newest schema, to copy."""
    with postgres.database(postgres_server) as url:
        database = Database(url.render_as_string(hide_password=False))
        database.migrate()
        database.close()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of the newest schema, once a kind."""
    if request.param == "sqlite":
        with _sqlite(request.getfixturevalue("migrated_file"), tmp_path) as opened:
            yield opened
    else:
        template = request.getfixturevalue("migrated_postgres").database
        with postgres.database(request.getfixturevalue("postgres_server"), template) as url:
            opened = Database(url.render_as_string(hide_password=False))
            yield opened
            opened.close()


@contextmanager
def _sqlite(migrated_file: Path, folder: Path) -> Iterator[Database]:
    shutil.copy(migrated_file, folder / "gatehouse.db")
    opened = Database(f"sqlite:///{folder / 'gatehouse.db'}")
    yield opened
    opened.close()
