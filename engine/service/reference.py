"""Reference data: what decisions depend on and admins keep, by kind and code."""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from engine import canonical, goods
from engine.errors import NotFound, OrderError, Problem
from engine.intake.reference import KINDS, document_of, load_reference
from engine.language.rules import Rulebook
from engine.service.principals import Principal
from engine.service.referring import ReferredTo, Referring, referring_to
from engine.service.rulebooks import Rulebooks
from engine.service.waking import wake
from engine.world import Sku


class ReferenceData:
    """Create, read, replace and delete; every change is in the audit log."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], rulebooks: Rulebooks):
        self._database = database
        self._clock = clock
        self._rulebooks = rulebooks

    def list(self, kind: str, cursor: str | None = None, limit: int = 50, q: str | None = None) -> dict[str, Any]:
        """`{items, next_cursor}`, by code."""
        with self._database.read() as uow:
            items, next_cursor = uow.reference.list(known(kind), cursor, limit, q)
        return {"items": [document_of(kind, item) for item in items], "next_cursor": next_cursor}

    def get(self, kind: str, code: str) -> dict[str, Any]:
        """One document. Raises NotFound."""
        with self._database.read() as uow:
            document = uow.reference.get(known(kind), code)
        if document is None:
            raise NotFound(f"there is no {code} among {kind}")
        return document_of(kind, document)

    def put(self, kind: str, code: str, document: Mapping[str, Any], by: Principal) -> tuple[dict[str, Any], bool]:
        """Create or replace: (the document as kept, whether it is new). Raises OrderError with every problem."""
        by.require("admin")
        loaded = load_reference(known(kind), code, document)
        with self._database.write() as uow:
            if kind == "skus":
                check_bundle(uow, canonical.load(Sku, loaded))
            before = uow.reference.get(kind, code)
            if before != loaded:  # the same again changes nothing
                uow.reference.put(kind, code, loaded)
                wake(uow, kind, code)
                uow.audit.write(self._clock(), by.name, f"{kind}.put", code, before, loaded)
                uow.commit()
        return document_of(kind, loaded), before is None

    def delete(self, kind: str, code: str, by: Principal) -> None:
        """Delete what nothing refers to. Raises NotFound, Conflict (ReferredTo where rules or documents do)."""
        by.require("admin")
        rulebook = self._live()
        with self._database.write() as uow:
            before = uow.reference.get(known(kind), code)
            if referring := referring_to(uow, rulebook, kind, code):
                raise ReferredTo(code, referring)
            uow.reference.delete(kind, code)
            wake(uow, kind, code)
            uow.audit.write(self._clock(), by.name, f"{kind}.delete", code, before, None)
            uow.commit()

    def referring(self, kind: str, code: str) -> Sequence[Referring]:
        """The live rules and the documents that name it."""
        rulebook = self._live()
        with self._database.read() as uow:
            return referring_to(uow, rulebook, known(kind), code)

    def _live(self) -> Rulebook:
        """The rules of this instant, not of a second ago."""
        self._rulebooks.forget_live()
        return self._rulebooks.live().rulebook


def check_bundle(uow: Any, sku: Sku) -> None:
    """Raise OrderError for a bundle that holds itself, goes too deep or makes one that holds it do so, and for one that
    lies on a shelf: only what is in it is stocked."""
    if not sku.components:
        return
    uow.reference.lock_bundles()  # two bundles saved at once must not come to hold each other
    problems = []
    if uow.stock.is_kept(sku.code):
        problems.append(Problem("components", "not-a-choice", "must be empty while there are units of the sku itself"))
    if why := goods.why_not_a_bundle(sku, partial(_skus_beside, uow, sku)):
        problems.append(Problem("components", "not-a-choice", why))
    problems.extend(
        Problem("components", "not-a-choice", f"would make bundle {holder.code} wrong, which {why}")
        for holder in _holders(uow, sku)
        if (why := goods.why_not_a_bundle(holder, partial(_skus_beside, uow, sku)))
    )
    if problems:
        raise OrderError(problems[:1], "The bundle cannot be kept as it is.")


def _skus_beside(uow: Any, sku: Sku, codes: Sequence[str]) -> dict[str, Sku]:
    """The skus of some codes, one of them as it is to become."""
    return {**uow.reference.skus(codes), **({sku.code: sku} if sku.code in codes else {})}


def _holders(uow: Any, sku: Sku) -> builtins.list[Sku]:
    """Every bundle that holds the sku, in another bundle or not."""
    found: dict[str, Sku] = {}
    asked = [sku.code]
    while asked:
        holders = [each for each in uow.reference.holders(asked.pop()) if each.code not in found]
        found.update({each.code: each for each in holders})
        asked.extend(each.code for each in holders)
    return [found[code] for code in sorted(found) if code != sku.code]


def known(kind: str) -> str:
    """The kind, if there is one. Raises NotFound."""
    if kind not in KINDS:
        raise NotFound(f"there is no reference data called {kind}; there are {', '.join(KINDS)}")
    return kind
