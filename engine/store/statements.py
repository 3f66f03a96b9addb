"""The few statements that SQLAlchemy spells per database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.models.reference import CounterRow

_INSERTS: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_COUNTED = {"preserve_rowcount": True}  # SQLAlchemy forgets the row count of an INSERT unless asked


def inserting(connection: sa.Connection, row: Any) -> Any:
    """An INSERT that understands ON CONFLICT."""
    return _INSERTS[connection.dialect.name](row)


def insert_new(connection: sa.Connection, row: Any, values: Mapping[str, Any]) -> bool:
    """Insert unless a row with an equal key exists, waiting for whoever is just inserting one; whether it was new."""
    statement = inserting(connection, row).values(**values).on_conflict_do_nothing()
    return connection.execute(statement, execution_options=_COUNTED).rowcount == 1


def upsert(connection: sa.Connection, row: Any, keys: Sequence[str], values: Mapping[str, Any]) -> None:
    """Insert, or replace all but the keys."""
    statement = inserting(connection, row).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changed))


def bump(connection: sa.Connection, name: str) -> int:
    """The next value of a counter, from 1. Others that bump it wait until this transaction ends."""
    statement = inserting(connection, CounterRow).values(name=name, value=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": CounterRow.value + 1})
    return connection.execute(statement.returning(CounterRow.value)).scalar_one()


def counter(connection: sa.Connection, name: str) -> int:
    """The value of a counter; 0 before its first bump."""
    return connection.execute(sa.select(CounterRow.value).where(CounterRow.name == name)).scalar() or 0
