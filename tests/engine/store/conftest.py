"""Databases to test on: SQLite always, PostgreSQL where it can be had (REQUIRE_POSTGRES=1 fails where it cannot)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.store.database import Database
from engine.store.models import METADATA
from tests import postgres
from tests.engine.store import samples


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A running PostgreSQL server."""
    yield from postgres.for_tests()


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
    """A PostgreSQL database of the newest schema, to empty and use."""
    with postgres.database(postgres_server) as url:
        database = Database(url.render_as_string(hide_password=False))
        database.migrate()
        database.close()
        yield url


@pytest.fixture(scope="session")
def emptying(migrated_postgres: sa.URL) -> Iterator[Callable[[], None]]:
    """Empties the PostgreSQL database: 3 ms, where TRUNCATE takes 60 and another database 150."""
    pool = sa.create_engine(migrated_postgres)

    def empty() -> None:
        with pool.begin() as connection:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))  # no triggers: ledgers too
            for table in reversed(METADATA.sorted_tables):
                connection.execute(sa.delete(table))

    yield empty
    pool.dispose()


@pytest.fixture
def sqlite_database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of the newest schema."""
    shutil.copy(migrated_file, tmp_path / "gatehouse.db")
    opened = Database(f"sqlite:///{tmp_path / 'gatehouse.db'}")
    yield opened
    opened.close()


@pytest.fixture
def postgres_database(migrated_postgres: sa.URL, emptying: Callable[[], None]) -> Iterator[Database]:
    """An empty PostgreSQL database of the newest schema."""
    emptying()
    opened = Database(migrated_postgres.render_as_string(hide_password=False))
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database of the newest schema, once a kind."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture
def shop(database: Database) -> Database:
    """A database with a channel, two skus in two warehouses (10 units each, 5 of MUG at BJ1), a carrier and a list."""
    with database.write() as uow:
        for kind, code, document in samples.REFERENCE:
            uow.reference.put(kind, code, document)
        for warehouse, sku, on_hand in samples.STOCK:
            uow.stock.set(warehouse, sku, on_hand, at=samples.NOON)
        uow.commit()
    return database
