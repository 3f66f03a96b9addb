"""The few statements that SQLAlchemy spells per database."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.models.reference import CounterRow

_INSERTS: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_COUNTED = {"preserve_rowcount": True}  # SQLAlchemy forgets the row count of an INSERT unless asked


def table(row: Any) -> sa.Table:
    """The table of a mapped class; statements about it are quicker to build than about the class."""
    return row.__table__


def insert(connection: sa.Connection, row: Any, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Insert one row, or several with the same columns; nothing for none."""
    if values:
        connection.execute(_inserting(row), values)


def insert_new(connection: sa.Connection, row: Any, values: Mapping[str, Any]) -> bool:
    """Insert unless a row with an equal key exists, waiting for whoever is just inserting one; whether it was new."""
    statement = _inserting_new(connection.dialect.name, row)
    return connection.execute(statement, values, execution_options=_COUNTED).rowcount == 1


def bump(connection: sa.Connection, name: str) -> int:
    """The next value of a counter, from 1. Others that bump it wait until this transaction ends."""
    statement = _INSERTS[connection.dialect.name](CounterRow).values(name=name, value=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": CounterRow.value + 1})
    return connection.execute(statement.returning(CounterRow.value)).scalar_one()


def raise_to(connection: sa.Connection, name: str, value: int) -> None:
    """Have a counter be that, unless it is further already."""
    statement = _INSERTS[connection.dialect.name](CounterRow).values(name=name, value=value)
    further = sa.case((CounterRow.value > value, CounterRow.value), else_=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": further}))


def counter(connection: sa.Connection, name: str) -> int:
    """The value of a counter; 0 before its first bump."""
    return connection.execute(_COUNTER, {"wanted": name}).scalar() or 0


_COUNTER = sa.select(CounterRow.value).where(CounterRow.name == sa.bindparam("wanted"))


# Building a statement costs more than running it, so these are built once a table.
@functools.cache
def _inserting(row: Any) -> Any:
    return sa.insert(table(row))


@functools.cache
def _inserting_new(dialect: str, row: Any) -> Any:
    return _INSERTS[dialect](table(row)).on_conflict_do_nothing()
