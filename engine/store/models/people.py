"""Who may do what, and the audit log of what was done."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from engine.store.columns import Code, CodeOrNone, Key, Plain, PlainOrNone, Serial
from engine.store.models.metadata import Row


class KeyRow(Row):
    """A channel's or vendor's key or an API token. Only its hash is kept."""

    __tablename__ = "api_keys"

    key_hash: Mapped[Key]
    name: Mapped[str]
    kind: Mapped[Code]  # channel vendor token
    roles: Mapped[Plain]
    channel: Mapped[CodeOrNone]
    vendor: Mapped[CodeOrNone]


class UserRow(Row):
    """A person who signs in to the console."""

    __tablename__ = "users"

    username: Mapped[Key]
    password_hash: Mapped[str]
    roles: Mapped[Plain]
    failures: Mapped[int]  # wrong passwords since the last right one
    failed_at: Mapped[dt.datetime | None]
    signed_in_at: Mapped[dt.datetime | None]


class SessionRow(Row):
    """A person's sign-in that has not ended. Whoever changes or removes a person ends all of theirs."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "username"),)

    id: Mapped[Key]
    username: Mapped[Code]
    began_at: Mapped[dt.datetime]


class FailedSignInRow(Row):
    """Wrong passwords for a person from one address, since the last right one from there."""

    __tablename__ = "failed_sign_ins"

    username: Mapped[Key]
    address: Mapped[Key]
    failures: Mapped[int]
    failed_at: Mapped[dt.datetime]


class AuditRow(Row):
    """One change that somebody made."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "what", "id"), Index(None, "at"))

    id: Mapped[Serial]
    at: Mapped[dt.datetime]
    by: Mapped[str]
    action: Mapped[Code]
    what: Mapped[Code]
    before: Mapped[PlainOrNone]
    after: Mapped[PlainOrNone]
