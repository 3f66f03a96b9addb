"""Plain data under its own digest: stored once, never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import NotFound
from engine.store.models.reference import SnapshotRow
from engine.store.statements import insert_new


class Snapshots:
    """Content-addressed documents."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def put(self, data: Any) -> str:
        """The digest of the data, which is stored unless it already is."""
        digest = canonical.digest(data)
        insert_new(self._connection, SnapshotRow, {"digest": digest, "data": data})
        return digest

    def get(self, digest: str) -> Any:
        """The plain data of a digest. Raises NotFound."""
        row = self._connection.execute(sa.select(SnapshotRow.data).where(SnapshotRow.digest == digest)).first()
        if row is None:
            raise NotFound(f"There is no snapshot {digest}.")
        return row.data
