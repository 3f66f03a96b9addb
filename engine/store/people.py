"""Who may come in: keys of channels, API tokens, and people with passwords. Only hashes are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import Conflict
from engine.store.models.people import FailedSignInRow, KeyRow, SessionRow, UserRow
from engine.store.statements import bump, insert, insert_new, table

_USERS = "users"  # counts how often people were changed


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

    def set_password(self, username: str, password_hash: str) -> None:
        """Another password; wrong ones of before are forgotten."""
        self._update(username, password_hash=password_hash, failures=0, failed_at=None)
        self._forget_failures(username)

    def set_roles(self, username: str, roles: Iterable[str]) -> None:
        """Other roles."""
        self._update(username, roles=sorted(roles))

    def remove_user(self, username: str) -> bool:
        """Let a person in no more; whether there was one."""
        self.end_sessions(username)
        self._forget_failures(username)
        return self._connection.execute(sa.delete(UserRow).where(UserRow.username == username)).rowcount == 1

    def lock_users(self) -> None:
        """Whoever changes a person waits until this transaction ends, so that an administrator is always left."""
        bump(self._connection, _USERS)

    def remove_keys(self, name: str) -> int:
        """Let the bearers of keys of that name in no more; how many there were."""
        return self._connection.execute(sa.delete(KeyRow).where(KeyRow.name == name)).rowcount

    def login_failed(self, username: str, address: str, at: dt.datetime) -> int:
        """A wrong password; how many in a row that makes from that address."""
        whole = sa.update(UserRow).where(UserRow.username == username)
        self._connection.execute(whole.values(failures=UserRow.failures + 1, failed_at=at))
        first = {"username": username, "address": address, "failures": 1, "failed_at": at}
        if insert_new(self._connection, FailedSignInRow, first):
            return 1
        row = FailedSignInRow
        again = sa.update(row).where(row.username == username, row.address == address)
        again = again.values(failures=row.failures + 1, failed_at=at)
        return self._connection.execute(again.returning(row.failures)).scalar_one()

    def failed_from(self, username: str, address: str) -> tuple[int, dt.datetime] | None:
        """How many wrong passwords in a row came from an address, and when the last one; None: none."""
        row = FailedSignInRow
        wanted = sa.select(row.failures, row.failed_at).where(row.username == username, row.address == address)
        found = self._connection.execute(wanted).first()
        return None if found is None else (found.failures, found.failed_at)

    def login_ok(self, username: str, address: str, at: dt.datetime) -> None:
        """The right password."""
        self._update(username, failures=0, failed_at=None, signed_in_at=at)
        self._forget_failures(username, address)

    def begin_session(self, session_id: str, username: str, at: dt.datetime, oldest: dt.datetime) -> None:
        """Remember a sign-in; those of theirs that began before `oldest` are over."""
        over = sa.delete(SessionRow).where(SessionRow.username == username, SessionRow.began_at < oldest)
        self._connection.execute(over)
        insert(self._connection, SessionRow, {"id": session_id, "username": username, "began_at": at})

    def session_user(self, session_id: str) -> dict[str, Any] | None:
        """`{username, roles}` of whoever signed in, as long as it has not ended."""
        wanted = sa.select(UserRow.username, UserRow.roles).join(SessionRow, SessionRow.username == UserRow.username)
        found = self._connection.execute(wanted.where(SessionRow.id == session_id)).first()
        return None if found is None else dict(found._mapping)

    def end_session(self, session_id: str) -> None:
        """That sign-in is over."""
        self._connection.execute(sa.delete(SessionRow).where(SessionRow.id == session_id))

    def end_sessions(self, username: str) -> None:
        """All of a person's are."""
        self._connection.execute(sa.delete(SessionRow).where(SessionRow.username == username))

    def keys(self) -> list[dict[str, Any]]:
        """`{name, kind, roles, channel, vendor}` of every key, by name."""
        row = KeyRow
        wanted = sa.select(row.name, row.kind, row.roles, row.channel, row.vendor).order_by(row.name, row.kind)
        return [dict(each._mapping) for each in self._connection.execute(wanted)]

    def users(self) -> list[dict[str, Any]]:
        """`{username, roles, signed_in_at}` of everybody, by name."""
        wanted = sa.select(UserRow.username, UserRow.roles, UserRow.signed_in_at).order_by(UserRow.username)
        return [canonical.dump(each._mapping) for each in self._connection.execute(wanted)]

    def _update(self, username: str, **values: Any) -> None:
        self._connection.execute(sa.update(UserRow).where(UserRow.username == username).values(**values))

    def _forget_failures(self, username: str, address: str | None = None) -> None:
        row = FailedSignInRow
        meant = [row.username == username, *([row.address == address] if address is not None else [])]
        self._connection.execute(sa.delete(row).where(*meant))
