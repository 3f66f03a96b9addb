"""The audit log as people read it: who changed what, when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AuditLog:
    """Reading what every change wrote down."""

    def __init__(self, database: Any):
        self._database = database

    def list(self, asked: Mapping[str, Any], cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor}`, newest first. `asked`: any of kind, what, by, since, until."""
        with self._database.read() as uow:
            items, next_cursor = uow.audit.list(cursor, limit, **asked)
        return {"items": items, "next_cursor": next_cursor}
