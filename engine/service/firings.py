"""The log of firings as people read it and take it along: which rule held for which order, when, and what it saw."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.intake.cells import Cell
from engine.language.rules import Rule
from engine.service.log_files import file_of
from engine.service.rulebooks import Rulebooks

_LONGEST = 32_000  # characters of a cell; Excel holds a few more
_COLUMNS = (
    "at", "order_no", "channel", "stage", "rule", "title_zh", "title_en", "subject", "verdict", "waived", "effects",
    "seen", "currency", "rulebook", "decision_id",
)  # fmt: skip


class Firings:
    """Reading the log, newest first."""

    def __init__(self, database: Any, time_zone: str, rulebooks: Rulebooks):
        self._database = database
        self._zone = ZoneInfo(time_zone)
        self._rulebooks = rulebooks

    def list(self, asked: Mapping[str, Any], cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor}`. `asked`: any of rule, stage, order_no, channel, verdict, subject, waived, since,
        until."""
        with self._database.read() as uow:
            items, next_cursor = uow.firings.page(asked, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def export(self, asked: Mapping[str, Any], format_: str) -> Iterator[bytes]:
        """A file of the newest that are asked for, csv or xlsx, in parts; titles are those of today."""
        rules = {rule.id: rule for each in self._rulebooks.live().rulebook.rulesets.values() for rule in each.all_rules}
        to_row = functools.partial(self._row, rules=rules)
        return file_of(format_, "firings", _COLUMNS, functools.partial(self.list, asked), to_row)

    def _row(self, item: Mapping[str, Any], rules: Mapping[str, Rule]) -> Sequence[Cell]:
        rule = rules.get(item["rule"])
        title = rule.title if rule else {}
        said = {
            **item,
            "at": dt.datetime.fromisoformat(item["at"]).astimezone(self._zone).isoformat(timespec="seconds"),
            "title_zh": title.get("zh", ""),
            "title_en": title.get("en", ""),
            "effects": "; ".join(_effect(each) for each in item["effects"]),
            "seen": _pairs(item["seen"], " = ", "; "),
        }
        return [each[:_LONGEST] if isinstance(each := said[name], str) else each for name in _COLUMNS]


def _effect(effect: Mapping[str, Any]) -> str:
    """`hold (reason: "HIGH_VALUE")`."""
    given = _pairs({name: value for name, value in effect.items() if name != "do"}, ": ", ", ")
    return f"{effect['do']} ({given})" if given else str(effect["do"])


def _pairs(values: Mapping[str, Any], is_: str, and_: str) -> str:
    return and_.join(f"{name}{is_}{json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
