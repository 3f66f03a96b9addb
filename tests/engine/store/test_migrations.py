from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.store.database import Database
from engine.store.models import METADATA
from tests import postgres


@pytest.fixture
def empty(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, of the kind of `database`."""
    if database.is_sqlite:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        yield url.render_as_string(hide_password=False)


def test_migrations_end_where_the_models_are(database: Database) -> None:
    with database.read() as uow:
        context = MigrationContext.configure(uow._connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrations_name_constraints_and_defaults_like_the_models(database: Database, empty: str) -> None:
    created = sa.create_engine(empty)
    METADATA.create_all(created)
    try:
        with database.read() as uow:
            assert _shape(sa.inspect(uow._connection)) == _shape(sa.inspect(created))
    finally:
        created.dispose()


def _shape(inspector: sa.Inspector) -> dict[str, object]:
    shape: dict[str, object] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        columns = [
            (each["name"], str(each["type"]), each["nullable"], str(each["default"]).replace(table, ""))
            for each in inspector.get_columns(table)
        ]
        named = [
            sorted(str(each["name"]) for each in found)
            for found in (
                inspector.get_indexes(table), inspector.get_foreign_keys(table),
                inspector.get_unique_constraints(table), inspector.get_check_constraints(table),
            )
        ]  # fmt: skip
        shape[table] = (columns, inspector.get_pk_constraint(table), named)
    return shape


def test_processes_that_start_together_migrate_once(empty: str) -> None:
    databases = [Database(empty) for _ in range(4)]  # each with a lock of its own, like processes
    errors: list[BaseException] = []

    def migrate(database: Database) -> None:
        try:
            database.migrate()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=migrate, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert all(database.is_current() for database in databases)
    for database in databases:
        database.close()


def test_a_new_database_is_not_current_before_it_is_migrated(empty: str) -> None:
    database = Database(empty)
    assert not database.is_current()
    database.migrate()
    database.migrate()
    assert database.is_current()
    database.close()
