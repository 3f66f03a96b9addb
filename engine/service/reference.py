"""Reference data: what decisions depend on and admins keep, by kind and code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import NotFound
from engine.intake.reference import document_of, load_reference
from engine.service.principals import Principal

KINDS = ("skus", "warehouses", "carriers", "rate-cards", "coverage", "lists", "channels")


class ReferenceData:
    """Create, read, replace and delete; every change is in the audit log."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def list(self, kind: str, cursor: str | None = None, limit: int = 50, q: str | None = None) -> dict[str, Any]:
        """`{items, next_cursor}`, by code."""
        with self._database.read() as uow:
            items, next_cursor = uow.reference.list(_known(kind), cursor, limit, q)
        return {"items": [document_of(kind, item) for item in items], "next_cursor": next_cursor}

    def get(self, kind: str, code: str) -> dict[str, Any]:
        """One document. Raises NotFound."""
        with self._database.read() as uow:
            document = uow.reference.get(_known(kind), code)
        if document is None:
            raise NotFound(f"there is no {code} among {kind}")
        return document_of(kind, document)

    def put(self, kind: str, code: str, document: Mapping[str, Any], by: Principal) -> tuple[dict[str, Any], bool]:
        """Create or replace: (the document as kept, whether it is new). Raises OrderError with every problem."""
        by.require("admin")
        loaded = load_reference(_known(kind), code, document)
        with self._database.write() as uow:
            before = uow.reference.get(kind, code)
            created = uow.reference.put(kind, code, loaded)
            uow.audit.write(self._clock(), by.name, f"{kind}.put", code, before, loaded)
            uow.commit()
        return document_of(kind, loaded), created

    def delete(self, kind: str, code: str, by: Principal) -> None:
        """Delete what nothing refers to. Raises NotFound, Conflict."""
        by.require("admin")
        before = self.get(kind, code)
        with self._database.write() as uow:
            uow.reference.delete(kind, code)
            uow.audit.write(self._clock(), by.name, f"{kind}.delete", code, before, None)
            uow.commit()


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound(f"there is no reference data called {kind}; there are {', '.join(KINDS)}")
    return kind
