"""Keys of channels, tokens and people: only hashes are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.errors import Conflict, NotFound, Unauthorized
from engine.service.principals import ROLES, Principal

_TRIES = 5  # wrong passwords in a row, then …
_PAUSE_S = 60  # … the account pauses for so long
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe())  # checked for unknown names, so that they take as long


class People:
    """Who may come in."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def create_key(
        self, name: str, kind: str, roles: frozenset[str] = frozenset(), channel: str | None = None,
        vendor: str | None = None,
    ) -> str:  # fmt: skip
        """A new key (shown only now): of a channel, of a vendor (`kind` says which), or a token with roles (`kind`
        token)."""
        key = new_key()
        said = {"kind": kind, "channel": channel, "vendor": vendor}
        with self._database.write() as uow:
            uow.people.add_key(name, kind, hash_key(key), sorted(roles), channel, vendor)
            uow.audit.write(self._clock(), name, "key.create", name, None, said)
            uow.commit()
        return key

    def adopt(self, credentials: Mapping[str, Any]) -> None:
        """Let in who a credentials.json names, all at once: the administrator, tokens, channels, vendors."""
        console, everything, now = credentials["console"], list(ROLES), self._clock()
        with self._database.write() as uow:
            uow.people.add_user(console["username"], _hasher.hash(console["password"]), everything)
            for name, key in credentials["api_tokens"].items():
                uow.people.add_key(name, "token", hash_key(key), everything, None)
            for code, channel in credentials["channels"].items():
                uow.people.add_key(code, "channel", hash_key(channel["key"]), [], code)
            for code, key in credentials["vendors"].items():
                uow.people.add_key(code, "vendor", hash_key(key), [], vendor=code)
            uow.audit.write(now, console["username"], "credentials.create", "credentials.json", None, None)
            uow.commit()

    def authenticate(self, key: str) -> Principal:
        """Whose key that is. Raises Unauthorized."""
        with self._database.read() as uow:
            row = uow.people.key_by_hash(hash_key(key))
        if row is None:
            raise Unauthorized("the key is not known")
        return Principal(row["kind"], row["name"], frozenset(row["roles"]), row["channel"], row["vendor"])

    def create_user(self, username: str, password: str, roles: frozenset[str]) -> None:
        """Add a person. Raises Conflict when the name is taken."""
        with self._database.write() as uow:
            if uow.people.user(username) is not None:
                raise Conflict(f"there is a user {username} already")
            uow.people.add_user(username, _hasher.hash(password), sorted(roles))
            uow.audit.write(self._clock(), username, "user.create", username, None, {"roles": sorted(roles)})
            uow.commit()

    def set_password(self, username: str, password: str) -> None:
        """Give a person another password. Raises NotFound."""
        self.person(username)
        with self._database.write() as uow:
            uow.people.set_password(username, _hasher.hash(password))
            uow.audit.write(self._clock(), username, "user.password", username, None, None)
            uow.commit()

    def sign_in(self, username: str, password: str) -> Principal:
        """The person with that name and password. Raises Unauthorized, also while the account pauses."""
        with self._database.read() as uow:
            user = uow.people.user(username)
        # Always verified: an answer that comes quickly would tell that there is such a person.
        right = _verify(user["password_hash"] if user else _NOBODY, password)
        if user and self._pauses(user):
            raise Unauthorized("too many wrong passwords; wait a minute")
        if user is None or not right:
            self._count_failure(user)
            raise Unauthorized("the user name or the password is wrong")
        with self._database.write() as uow:
            uow.people.login_ok(username, self._clock())
            uow.commit()
        return _person(user)

    def person(self, username: str) -> Principal:
        """The person of a session. Raises NotFound."""
        with self._database.read() as uow:
            user = uow.people.user(username)
        if user is None:
            raise NotFound(f"there is no user {username}")
        return _person(user)

    def password_mark(self, username: str) -> str:
        """Changes whenever the password does, so that a session can tell that it is from before. Raises NotFound."""
        with self._database.read() as uow:
            user = uow.people.user(username)
        if user is None:
            raise NotFound(f"there is no user {username}")
        return hashlib.sha256(user["password_hash"].encode()).hexdigest()[:16]

    def keys(self) -> list[dict[str, Any]]:
        """Names, kinds and roles of all keys; never the keys."""
        with self._database.read() as uow:
            return uow.people.keys()

    def users(self) -> list[dict[str, Any]]:
        """Names and roles of all people."""
        with self._database.read() as uow:
            return uow.people.users()

    def _count_failure(self, user: dict[str, Any] | None) -> None:
        if user is None:
            return
        with self._database.write() as uow:
            uow.people.login_failed(user["username"], self._clock())
            uow.commit()

    def _pauses(self, user: dict[str, Any]) -> bool:
        if user["failures"] < _TRIES or user["failed_at"] is None:
            return False
        return self._clock() < dt.datetime.fromisoformat(user["failed_at"]) + dt.timedelta(seconds=_PAUSE_S)


def new_key() -> str:
    """A key that nobody can guess."""
    return f"gh_{secrets.token_urlsafe(32)}"


def hash_key(key: str) -> str:
    """SHA-256: a key is 256 random bits, which no dictionary holds, so a slow hash would only slow every request."""
    return hashlib.sha256(key.encode()).hexdigest()


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _person(user: dict[str, Any]) -> Principal:
    return Principal("person", user["username"], frozenset(user["roles"]))
