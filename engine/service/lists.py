"""Lists as people keep them: what a change comes to, before and when it is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound
from engine.intake.cells import Cell
from engine.intake.reference import load_reference
from engine.language.mentions import Mention, Mentioning, by_mention
from engine.service.principals import Principal
from engine.service.rulebooks import Rulebooks


@dataclass(frozen=True, slots=True)
class ListChange:
    """What adding and taking away come to."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    there: int  # were to be added and stand in the list already
    absent: int  # were to be taken away and do not stand in it
    items: tuple[str, ...]  # of the list as it is to become, in its order, the new ones last

    @property
    def is_empty(self) -> bool:
        """Whether the list stays as it is."""
        return not self.added and not self.removed


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that uses a list, and how many orders it holds now."""

    rule: Mentioning
    orders: int


class Lists:
    """Lists, the rules that ask them, and changes of some items."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], rulebooks: Rulebooks):
        self._database = database
        self._clock = clock
        self._rulebooks = rulebooks

    def used(self) -> dict[str, list[Mentioning]]:
        """By list: the live rules that ask it."""
        found: dict[Mention, list[Mentioning]] = by_mention(self._rulebooks.live().rulebook)
        return {code: rules for (kind, code), rules in found.items() if kind == "lists"}

    def held_by(self, code: str) -> list[Held]:
        """The live rules that ask a list, with the orders that they hold."""
        rules = self.used().get(code, [])
        with self._database.read() as uow:
            return [Held(rule, len(uow.orders.held(None, rule.id))) for rule in rules]

    def last_changes(self, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
        """By list: its newest entry in the audit log, where there is one."""
        with self._database.read() as uow:
            return uow.audit.newest("lists", codes)

    def history(self, code: str, limit: int = 20) -> list[dict[str, Any]]:
        """Its changes, newest first: `{at, by, action, added, removed}` with the items that came and went."""
        with self._database.read() as uow:
            entries, _ = uow.audit.list(None, limit, what=code, kind="lists")
        return [{**{key: each[key] for key in ("at", "by", "action")}, **_difference(each)} for each in entries]

    def compare(self, code: str, add: Iterable[str], remove: Iterable[str]) -> ListChange:
        """What a change would come to. Raises NotFound."""
        with self._database.read() as uow:
            return _change(_existing(uow, code)["items"], add, remove)

    def change(self, code: str, add: Iterable[str], remove: Iterable[str], by: Principal) -> ListChange:
        """Add items and take others away, whatever else has changed meanwhile. Raises NotFound, OrderError."""
        by.require("admin")
        with self._database.write() as uow:
            before = _existing(uow, code)
            change = _change(before["items"], add, remove)
            if not change.is_empty:
                after = load_reference("lists", code, {**before, "items": list(change.items)})
                uow.reference.put("lists", code, after)
                uow.audit.write(self._clock(), by.name, "lists.put", code, before, after)
                uow.commit()
        return change


def items_in(rows: Sequence[Sequence[Cell]], code: str) -> list[str]:
    """The items that a file names for a list: of its column `item`, else of its first column.

    Rows of another list, which a column `code` tells, are left out.
    """
    head = [str(cell or "").strip() for cell in rows[0]] if rows else []
    place = head.index("item") if "item" in head else 0
    codes = head.index("code") if "code" in head and "item" in head else None
    found = []
    for row in rows[1:] if "item" in head else rows:
        cell = row[place] if place < len(row) else None
        if cell is not None and (codes is None or str(row[codes] or "").strip() in ("", code)):
            found.append(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip())
    return [each for each in found if each]


def _existing(uow: Any, code: str) -> dict[str, Any]:
    document = uow.reference.get("lists", code)
    if document is None:
        raise NotFound(f"there is no list {code}")
    return document


def _change(items: Sequence[str], add: Iterable[str], remove: Iterable[str]) -> ListChange:
    add, remove = list(dict.fromkeys(add)), set(remove)
    known = set(items)
    added = tuple(each for each in add if each not in known)
    removed = tuple(dict.fromkeys(each for each in items if each in remove))
    kept = (each for each in items if each not in remove)
    return ListChange(added, removed, len(add) - len(added), len(remove - known), (*kept, *added))


def _difference(entry: dict[str, Any]) -> dict[str, Any]:
    before, after = ((entry[side] or {}).get("items", ()) for side in ("before", "after"))
    was, now = set(before), set(after)
    return {
        "added": [each for each in after if each not in was],
        "removed": [each for each in before if each not in now],
        "is_new": entry["before"] is None,
    }
