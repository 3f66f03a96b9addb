"""Bringing a database to the newest schema, from inside the program."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.errors import GatehouseError


class NewerSchema(GatehouseError):
    """The database was migrated by a newer Gatehouse than this one."""

    code = "newer-schema"


_LOCK = 0x6A7E  # any number that no other PostgreSQL advisory lock of this database has


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction; one process at a time.

    Raises NewerSchema.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if not is_current(connection):
        _refuse_newer(connection)
        command.upgrade(config(connection), "head")


def is_current(connection: sa.Connection) -> bool:
    """Whether no migration is missing."""
    at = MigrationContext.configure(connection).get_current_heads()
    return set(at) == set(ScriptDirectory.from_config(config()).get_heads())


def _refuse_newer(connection: sa.Connection) -> None:
    """Going back would lose what the newer one has written."""
    known = {each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()}
    newer = set(MigrationContext.configure(connection).get_current_heads()) - known
    if newer:
        raise NewerSchema(
            f"the database is at version {', '.join(sorted(newer))}, which this Gatehouse does not know: "
            "run the newer one that it comes from, or restore a backup from before"
        )


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings
