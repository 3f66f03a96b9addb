"""Keys of channels, tokens and people: only hashes are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.errors import Conflict, NotFound, OrderError, Problem, Unauthorized
from engine.service.principals import ROLES, Principal

SESSION_LASTS = dt.timedelta(hours=12)
_TRIES = 5  # wrong passwords for a person in a row from one address, then …
_PAUSE_S = 60  # … they pause there for so long
_MANY = 50  # wrong passwords in a row from wherever, then …
_FEW = 1  # … so many tries are left to each address
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe())  # checked for unknown names, so that they take as long


class People:
    """Who may come in."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def create_key(
        self, name: str, kind: str, roles: frozenset[str] = frozenset(), channel: str | None = None,
        vendor: str | None = None, by: Principal | None = None,
    ) -> str:  # fmt: skip
        """A new key (shown only now): of a channel, of a vendor (`kind` says which), or a token with roles (`kind`
        token). `by`: who made it, if not its bearer."""
        key = new_key()
        said = {"kind": kind, "channel": channel, "vendor": vendor}
        with self._database.write() as uow:
            uow.people.add_key(name, kind, hash_key(key), sorted(roles), channel, vendor)
            uow.audit.write(self._clock(), by.name if by else name, "key.create", name, None, said)
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

    def delete_key(self, name: str, by: Principal) -> int:
        """Let in the bearers of keys of that name no more; how many there were. Raises NotFound."""
        by.require("admin")
        with self._database.write() as uow:
            removed = uow.people.remove_keys(name)
            if not removed:
                raise NotFound(f"there is no key {name}")
            uow.audit.write(self._clock(), by.name, "key.delete", name, {"keys": removed}, None)
            uow.commit()
        return removed

    def create_user(self, username: str, password: str, roles: frozenset[str]) -> None:
        """Add a person. Raises Conflict when the name is taken."""
        with self._database.write() as uow:
            if uow.people.user(username) is not None:
                raise Conflict(f"there is a user {username} already")
            uow.people.add_user(username, _hasher.hash(password), sorted(roles))
            uow.audit.write(self._clock(), username, "user.create", username, None, {"roles": sorted(roles)})
            uow.commit()

    def put_user(
        self, username: str, roles: Collection[str] | None, password: str | None, by: Principal
    ) -> tuple[dict[str, Any], bool]:
        """Add a person, or give one other roles and another password: (`{username, roles, signed_in_at}`, whether new).

        None stays as it is; whoever is new needs both. A change ends their sessions. Raises OrderError, and Conflict
        where no administrator would be left.
        """
        by.require("admin")
        password_hash = _hasher.hash(password) if password is not None else None  # slow, so before the transaction
        with self._database.write() as uow:
            uow.people.lock_users()
            user = uow.people.user(username)
            before = {"roles": user["roles"]} if user else None
            if user is None:
                _require_both(roles, password)
                uow.people.add_user(username, password_hash, sorted(roles or ()))
            else:
                _change(uow, user, roles, password_hash)
            after = {"roles": sorted(roles) if roles is not None else user["roles"] if user else []}
            said = {**after, "password": "changed"} if password is not None and user else after
            if before != said:
                uow.audit.write(self._clock(), by.name, "user.put", username, before, said)
            uow.commit()
            kept = uow.people.user(username)
        return _told(kept), user is None

    def delete_user(self, username: str, by: Principal) -> None:
        """Let a person in no more, from now on. Raises NotFound, and Conflict for the last administrator."""
        by.require("admin")
        with self._database.write() as uow:
            uow.people.lock_users()
            user = uow.people.user(username)
            if user is None:
                raise NotFound(f"there is no user {username}")
            _leave_an_administrator(uow, username)
            uow.people.remove_user(username)
            uow.audit.write(self._clock(), by.name, "user.delete", username, {"roles": user["roles"]}, None)
            uow.commit()

    def set_password(self, username: str, password: str) -> None:
        """Give a person another password, which ends their sessions. Raises NotFound."""
        self.person(username)
        with self._database.write() as uow:
            uow.people.set_password(username, _hasher.hash(password))
            uow.people.end_sessions(username)
            uow.audit.write(self._clock(), username, "user.password", username, None, None)
            uow.commit()

    def sign_in(self, username: str, password: str, address: str = "") -> Principal:
        """The person with that name and password. Raises Unauthorized, also while they pause at that address.

        Wrong passwords from one address keep nobody else out. Where many come from many addresses, each address has
        one try a pause: whoever knows the password is still let in.
        """
        with self._database.read() as uow:
            user = uow.people.user(username)
            failed = uow.people.failed_from(username, address) if user else None
        # Always verified: an answer that comes quickly would tell that there is such a person.
        right = _verify(user["password_hash"] if user else _NOBODY, password)
        tries = _FEW if user and user["failures"] >= _MANY else _TRIES
        if user and failed and failed[0] >= tries and self._clock() < failed[1] + dt.timedelta(seconds=_PAUSE_S):
            raise Unauthorized("too many wrong passwords; wait a minute")
        if user is None or not right:
            self._count_failure(user, address)
            raise Unauthorized("the user name or the password is wrong")
        with self._database.write() as uow:
            uow.people.login_ok(username, address, self._clock())
            uow.commit()
        return _person(user)

    def person(self, username: str) -> Principal:
        """The person of that name. Raises NotFound."""
        return _person(self._user(username))

    def user(self, username: str) -> dict[str, Any]:
        """`{username, roles, signed_in_at}`. Raises NotFound."""
        return _told(self._user(username))

    def begin_session(self, username: str) -> str:
        """The id of a new session of a person."""
        session_id, now = secrets.token_urlsafe(32), self._clock()
        with self._database.write() as uow:
            uow.people.begin_session(hash_key(session_id), username, now, now - SESSION_LASTS)
            uow.commit()
        return session_id

    def session_person(self, session_id: str) -> Principal | None:
        """Whose session that is, with the roles they have now; None once it has ended."""
        with self._database.read() as uow:
            user = uow.people.session_user(hash_key(session_id))
        return None if user is None else _person(user)

    def end_session(self, session_id: str) -> None:
        """End a session, wherever its cookie may be."""
        with self._database.write() as uow:
            uow.people.end_session(hash_key(session_id))
            uow.commit()

    def keys(self) -> list[dict[str, Any]]:
        """Names, kinds and roles of all keys; never the keys."""
        with self._database.read() as uow:
            return uow.people.keys()

    def users(self) -> list[dict[str, Any]]:
        """Names and roles of all people."""
        with self._database.read() as uow:
            return uow.people.users()

    def _user(self, username: str) -> dict[str, Any]:
        with self._database.read() as uow:
            user = uow.people.user(username)
        if user is None:
            raise NotFound(f"there is no user {username}")
        return user

    def _count_failure(self, user: dict[str, Any] | None, address: str) -> None:
        if user is None:
            return
        with self._database.write() as uow:
            uow.people.login_failed(user["username"], address, self._clock())
            uow.commit()


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


def _told(user: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a person: never what is kept of the password."""
    return {name: user[name] for name in ("username", "roles", "signed_in_at")}


def _require_both(roles: Collection[str] | None, password: str | None) -> None:
    """Raise OrderError unless there is what a new person needs."""
    missing = [name for name, value in (("roles", roles), ("password", password)) if value is None]
    if missing:
        raise OrderError([Problem(name, "required", "is required for a new user") for name in missing])


def _change(uow: Any, user: Mapping[str, Any], roles: Collection[str] | None, password_hash: str | None) -> None:
    username = user["username"]
    if roles is not None and sorted(roles) != user["roles"]:
        if "admin" not in roles:
            _leave_an_administrator(uow, username)
        uow.people.set_roles(username, roles)
        uow.people.end_sessions(username)
    if password_hash is not None:
        uow.people.set_password(username, password_hash)
        uow.people.end_sessions(username)


def _leave_an_administrator(uow: Any, username: str) -> None:
    """Raise Conflict when nobody else is an administrator, and this one is."""
    administrators = {each["username"] for each in uow.people.users() if "admin" in each["roles"]}
    if administrators == {username}:
        raise Conflict(f"{username} is the last administrator; make somebody else one first")
