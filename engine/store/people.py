"""Who may come in: keys of channels, API tokens, and people with passwords. Only hashes are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import Conflict
from engine.store.models.people import KeyRow, UserRow
from engine.store.statements import insert_new, table


class People:
    """Keys and users."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def add_key(
        self, name: str, kind: str, key_hash: str, roles: Iterable[str], channel: str | None = None,
        vendor: str | None = None,
    ) -> None:  # fmt: skip
        """Let the bearer of a key in. `kind` is channel, vendor or token. Raises Conflict when the hash is known."""
        whose = {"channel": channel, "vendor": vendor}
        values = {"key_hash": key_hash, "name": name, "kind": kind, "roles": sorted(roles), **whose}
        if not insert_new(self._connection, KeyRow, values):
            raise Conflict("That key exists.")

    def key_by_hash(self, key_hash: str) -> dict[str, Any] | None:
        """`{name, kind, roles, channel, vendor}` of a key."""
        row = KeyRow
        wanted = sa.select(row.name, row.kind, row.roles, row.channel, row.vendor).where(row.key_hash == key_hash)
        found = self._connection.execute(wanted).first()
        return None if found is None else dict(found._mapping)

    def add_user(self, username: str, password_hash: str, roles: Iterable[str]) -> None:
        """A new person. Raises Conflict when the name is taken."""
        values = {"username": username, "password_hash": password_hash, "roles": sorted(roles), "failures": 0}
        if not insert_new(self._connection, UserRow, values):
            raise Conflict(f"There is a user {username} already.")

    def user(self, username: str) -> dict[str, Any] | None:
        """`{username, password_hash, roles, failures, failed_at, signed_in_at}`; the last two are ISO text or None."""
        found = self._connection.execute(sa.select(*table(UserRow).c).where(UserRow.username == username)).first()
        return None if found is None else canonical.dump(found._mapping)

    def count_users(self) -> int:
        """How many people there are."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(UserRow)).scalar_one()

    def set_password(self, username: str, password_hash: str) -> None:
        """Another password; wrong ones of before are forgotten."""
        self._update(username, password_hash=password_hash, failures=0, failed_at=None)

    def login_failed(self, username: str, at: dt.datetime) -> int:
        """A wrong password; how many in a row that makes. 0: no such person."""
        changed = sa.update(UserRow).where(UserRow.username == username)
        changed = changed.values(failures=UserRow.failures + 1, failed_at=at)
        return self._connection.execute(changed.returning(UserRow.failures)).scalar() or 0

    def login_ok(self, username: str, at: dt.datetime) -> None:
        """The right password."""
        self._update(username, failures=0, failed_at=None, signed_in_at=at)

    def keys(self) -> list[dict[str, Any]]:
        """`{name, kind, roles, channel, vendor}` of every key, by name."""
        row = KeyRow
        wanted = sa.select(row.name, row.kind, row.roles, row.channel, row.vendor).order_by(row.name, row.kind)
        return [dict(each._mapping) for each in self._connection.execute(wanted)]

    def users(self) -> list[dict[str, Any]]:
        """`{username, roles}` of everybody, by name."""
        wanted = sa.select(UserRow.username, UserRow.roles).order_by(UserRow.username)
        return [dict(each._mapping) for each in self._connection.execute(wanted)]

    def _update(self, username: str, **values: Any) -> None:
        self._connection.execute(sa.update(UserRow).where(UserRow.username == username).values(**values))
