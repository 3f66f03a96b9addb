"""Bringing a database to the newest schema, from inside the program."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

_LOCK = 0x6A7E  # any number that no other PostgreSQL advisory lock of this database has


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction; one process at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if not is_current(connection):
        command.upgrade(config(connection), "head")


def is_current(connection: sa.Connection) -> bool:
    """Whether no migration is missing."""
    at = MigrationContext.configure(connection).get_current_heads()
    return set(at) == set(ScriptDirectory.from_config(config()).get_heads())


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings
