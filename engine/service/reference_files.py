"""Reference data as files: every kind to CSV and Excel, and back, all of a file or nothing of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine import canonical
from engine.errors import Conflict, OrderError, Problem, TooLarge
from engine.intake.cells import Cell
from engine.intake.delimited import csv_of, rows_of_csv
from engine.intake.excel_sheets import MOST_BYTES, rows_of_xlsx, xlsx_of
from engine.intake.reference import document_of, load_reference
from engine.intake.reference_rows import Entry, Read, read_rows, rows_of
from engine.service import masking
from engine.service.principals import Principal
from engine.service.reference import check_bundle, known
from engine.service.waking import wake
from engine.world import Sku

MOST_DOCUMENTS = 5_000  # of a file: they are changed in one transaction, and orders wait for that
_PAGE = 1_000
_ZIP = b"PK\x03\x04"  # how a workbook begins


class ReferenceFiles:
    """Export and import."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def export(self, kind: str, format_: str, by: Principal, q: str | None = None, code: str | None = None) -> bytes:
        """A file of all documents of a kind, of those with `q` in code or name, or of one."""
        documents = [masking.reference_seen(kind, document_of(kind, each), by) for each in self._kept(kind, q, code)]
        rows = rows_of(known(kind), documents)
        return csv_of(rows) if format_ == "csv" else xlsx_of(rows, kind)

    def read(self, data: bytes) -> list[list[Cell]]:
        """The rows of a file, whichever of the two it is. Raises OrderError, TooLarge."""
        if len(data) > MOST_BYTES:
            raise TooLarge(f"a file has at most {MOST_BYTES:,} bytes")
        return rows_of_xlsx(data) if data.startswith(_ZIP) else rows_of_csv(data)

    def load(self, kind: str, data: bytes, by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Create and replace what a file says: `{dry_run, created, changed, unchanged, items: [{code, change,
        fields}]}`.

        Columns that the file leaves out stay as they are; documents that it does not name, too. Raises OrderError with
        every problem by its cell, and then nothing is changed.
        """
        by.require("admin")
        read = read_rows(known(kind), self.read(data))
        if len(read.entries) > MOST_DOCUMENTS:
            raise OrderError([Problem("A1", "too-long", f"a file says at most {MOST_DOCUMENTS:,} documents")])
        codes = [entry.code for entry in read.entries]
        with self._database.read() as uow:
            stored = uow.reference.some(kind, codes)
        loaded = _loaded(kind, read, stored)
        changes = {code: each for code, each in loaded.items() if stored.get(code) != each}
        with self._database.write() as uow:
            self._put(uow, kind, read, stored, changes, by)
            if not dry_run:
                uow.commit()
        return {"dry_run": dry_run, **_told(stored, loaded, changes)}

    def _put(
        self, uow: Any, kind: str, read: Read, stored: Mapping[str, Any], changes: Mapping[str, Any], by: Principal
    ) -> None:
        if {code: stored[code] for code in changes if code in stored} != uow.reference.some(kind, list(changes)):
            raise Conflict("Somebody else has changed it meanwhile; send the file again.")
        now = self._clock()
        for code, document in changes.items():
            uow.reference.put(kind, code, document)
            uow.audit.write(now, by.name, f"{kind}.put", code, stored.get(code), document)
        if changes:
            wake(uow, kind)
        if kind == "skus":
            _check_bundles(uow, read, changes)

    def _kept(self, kind: str, q: str | None, code: str | None) -> list[dict[str, Any]]:
        with self._database.read() as uow:
            if code is not None:
                return list(uow.reference.some(known(kind), [code]).values())
            found: list[dict[str, Any]] = []
            cursor: str | None = None
            while True:
                page, cursor = uow.reference.list(known(kind), cursor, _PAGE, q)
                found += page
                if cursor is None:
                    return found


def _loaded(kind: str, read: Read, stored: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The documents as they are to be. Raises OrderError with every problem by its cell."""
    found: dict[str, dict[str, Any]] = {}
    problems: list[tuple[Entry, Problem]] = []
    for entry in read.entries:
        before = document_of(kind, stored[entry.code]) if entry.code in stored else {}
        try:
            found[entry.code] = load_reference(kind, entry.code, {**before, **entry.said})
        except OrderError as error:
            problems.extend((entry, each) for each in error.problems)
    if problems:
        raise read.refused(problems)
    return found


def _check_bundles(uow: Any, read: Read, changes: Mapping[str, Any]) -> None:
    """Raise OrderError, by cell, for bundles that are wrong as all of it is to become."""
    problems: list[tuple[Entry, Problem]] = []
    for entry in read.entries:
        if entry.code in changes:
            try:
                check_bundle(uow, canonical.load(Sku, changes[entry.code]))
            except OrderError as error:
                problems.extend((entry, each) for each in error.problems)
    if problems:
        raise read.refused(problems)


def _told(
    stored: Mapping[str, Mapping[str, Any]], loaded: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Any]
) -> dict[str, Any]:
    created = [code for code in changes if code not in stored]
    items = [
        {
            "code": code,
            "change": "changed" if code in stored else "created",
            "fields": _fields(stored.get(code, {}), document) if code in stored else [],
        }
        for code, document in changes.items()
    ]
    counts = {"created": len(created), "changed": len(changes) - len(created), "unchanged": len(loaded) - len(changes)}
    return {**counts, "items": items}


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[str]:
    return [name for name in after if before.get(name) != after[name]]
