from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.store.database import Database
from engine.store.migrating import config
from engine.store.models import METADATA
from tests import postgres

_AT = "2026-11-11T04:00:00.000000+00:00"


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


def test_earlier_firings_get_what_the_log_is_asked_by(empty: str) -> None:
    engine = sa.create_engine(empty)
    decision = {"firings": [{"effects": []}, {"effects": [{"do": "hold", "reason": "X"}]}]}
    with engine.begin() as connection:
        command.upgrade(config(connection), "0011")
        for table, values in (
            ("orders", {"order_no": "taobao.A.1", "channel": "taobao", "channel_order_no": "A.1", "digest": "d",
                        "status": "held", "received_at": _AT, "attempts": 0, "decisions": 1, "placed_at": _AT,
                        "payable_cents": 1, "currency": "CNY", "priority": "normal", "item_count": 1, "paid": True,
                        "refunded": False}),
            ("decisions", {"id": "d1", "order_no": "taobao.A.1", "sequence": 1, "verdict": "hold", "decided_at": _AT,
                           "trigger": "t", "rulebook": "r", "order_digest": "d", "document": json.dumps(decision),
                           "world": "{}"}),
            *(("firings", {"decision_id": "d1", "position": position, "order_no": "taobao.A.1", "at": _AT,
                           "stage": "fraud", "rule": rule, "subject": "order", "seen": "{}", "waived": False})
              for position, rule in enumerate(("fraud.a", "fraud.table#12"))),
        ):  # fmt: skip
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
        command.upgrade(config(connection), "0012")
        rows = connection.execute(sa.text("SELECT entry, channel, verdict, effects FROM firings ORDER BY position"))
        found = [(*row[:3], json.loads(row.effects)) for row in rows]
    engine.dispose()
    assert found == [
        ("fraud.a", "taobao", "hold", []),
        ("fraud.table", "taobao", "hold", [{"do": "hold", "reason": "X"}]),
    ]
