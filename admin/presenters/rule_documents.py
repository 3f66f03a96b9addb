"""The rules of a document that is not live, an earlier version or a draft, as their people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.languages import either, said
from admin.presenters.rule_readings import Lists, Readings
from admin.values import fact_label
from engine.language.facts import Catalogue

_USUAL = 50


def members(stage: str, document: Mapping[str, Any], catalogue: Catalogue, lists: Lists) -> list[dict[str, Any]]:
    """Rules and tables in the order in which they go: `{id, title, why, priority, enabled, rows, condition, doings,
    tone}`; none for what has no rules."""
    readings = Readings(stage, catalogue, lists)
    found = [_rule(each, readings) for each in document.get("rules") or ()]
    found += [_table(each, catalogue) for each in document.get("tables") or ()]
    return sorted(found, key=lambda each: (each["priority"], each["id"]))


def _rule(rule: Mapping[str, Any], readings: Readings) -> dict[str, Any]:
    read = readings.of(rule)
    parts = {name: read[name] for name in ("condition", "doings", "tone", "window")}
    return {**_common(rule), **parts, "rows": 0}


def _table(table: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    names = [each["fact"] for each in table.get("inputs") or () if isinstance(each, Mapping) and "fact" in each]
    columns = either(("、", ", ")).join(fact_label(name, catalogue) for name in names)
    rows = len(table.get("rows") or ())
    return {**_common(table), "condition": columns, "doings": [], "tone": "info", "window": "", "rows": rows}


def _common(member: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": member["id"], "title": said(member.get("title")) or member["id"], "why": said(member.get("why")),
        "priority": member.get("priority", _USUAL), "enabled": member.get("enabled") is not False,
    }  # fmt: skip
