"""The audit log as people read it: who did what with which thing, and what it said before and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from admin import amounts, dates, labels
from admin.languages import either, said
from admin.names import Names
from admin.presenters import audit_words
from admin.presenters.tasks import ANSWERS
from engine.holds import HOLD_REASONS
from engine.language.facts import STAGES

_MOST_TEXT = 160
_MOST_ITEMS = 12
_DIGEST = re.compile(r"[0-9a-f]{64}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_NAMES_A_PART = ("code", "id", "line_no", "sku")  # which field says which of several parts it is
_SAID_ALREADY = {"stock.adjust": ("adjustment_id", "sku", "warehouse")}  # by the thing itself, or to nobody
_MISSING = object()

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was changed, or said for the first time."""

    label: tuple[tuple[str, bool], ...]  # its parts, from the outside, and whether each is a word of ours
    mark: str  # added removed changed; said: there is no former state to compare with
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change."""

    ago: str
    exact: str
    by: str
    kind: str
    step: str
    what: str
    href: str  # of the thing's own page; empty where it has none
    note: str  # why, in their words
    differences: tuple[Difference, ...]


def entries(items: Iterable[Mapping[str, Any]], names: Names) -> list[Entry]:
    """The entries of a page, in their order."""
    return [_entry(each, names) for each in items]


def _entry(item: Mapping[str, Any], names: Names) -> Entry:
    action, before, after = item["action"], item["before"], item["after"]
    note = _note(after)
    found = differences(_telling(action, before, note), _telling(action, after, note), names)
    return Entry(
        ago=dates.ago(item["at"]),
        exact=dates.exact(item["at"]),
        by=item["by"],
        kind=audit_words.kind(action),
        step=audit_words.step(action, before is None),
        what=_what(item),
        href=_href(item),
        note=note,
        differences=tuple(found),
    )


def _note(after: Any) -> str:
    """What somebody wrote to explain it; a reason that is a code is no explanation."""
    said_ = (after.get("note"), after.get("reason")) if isinstance(after, Mapping) else ()
    return next((each for each in said_ if isinstance(each, str) and each and each not in HOLD_REASONS), "")


def _telling(action: str, document: Any, note: str) -> Any:
    """A document without what the entry says already."""
    if not isinstance(document, Mapping):
        return document
    said_already = ("code", *_SAID_ALREADY.get(action, ()))
    told = {name: each for name, each in document.items() if name not in said_already}
    return {name: each for name, each in told.items() if not (note and name in ("note", "reason") and each == note)}


def _what(item: Mapping[str, Any]) -> str:
    kind, what = item["action"].partition(".")[0], item["what"].rpartition("/")[2]
    if kind == "drafts":
        stage, _, number = what.rpartition("-")
        return f"{labels.word(labels.STAGES, stage)} · {number}"
    return labels.word(labels.STAGES, what) if kind == "rulesets" else str(item["what"])


def _href(item: Mapping[str, Any]) -> str:
    if item["action"].endswith((".delete", ".discard")):
        return ""
    address = _PAGES.get(item["action"].partition(".")[0])
    return address(item["what"]) if address else ""


def _of_draft(what: str) -> str:
    draft_id = what.removeprefix("drafts/")
    return url_for("console.rule_draft", stage=draft_id.rpartition("-")[0], draft_id=draft_id)


def _of_stage(what: str) -> str:
    stage = what.removeprefix("shipped/")
    return url_for("console.rule_history", stage=stage) if stage in STAGES else ""


def _of_balance(what: str) -> str:
    warehouse, _, sku = what.partition("/")
    return url_for("console.stock_ledger", sku=sku, warehouse=warehouse)


def _of_order(what: str) -> str:
    return url_for("console.order", order_no=what)


_PAGES: Mapping[str, Callable[[str], str]] = {
    "order": _of_order,
    "task": _of_order,
    "action": _of_order,
    "stock": _of_balance,
    "rulesets": _of_stage,
    "drafts": _of_draft,
    "lists": lambda what: url_for("console.list", code=what),
    "skus": lambda what: url_for("console.stock_ledger", sku=what),
    "user": lambda what: url_for("console.users"),
}


def differences(before: Any, after: Any, names: Names) -> list[Difference]:
    """Field by field what is not the same, in the order of the fields; nothing for what says nothing."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    compares = before is not None and after is not None
    found = (
        _difference(path, old.get(path, _MISSING), new.get(path, _MISSING), compares, names)
        for path in dict.fromkeys((*old, *new))
        if old.get(path, _MISSING) != new.get(path, _MISSING)
    )
    return [each for each in found if each]


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a document by where it stands; several words are one value, and so is a text in both languages."""
    if isinstance(value, Mapping) and value and not {"zh", "en"} >= value.keys():
        for name, each in value.items():
            yield from _leaves(each, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for name, each in zip(_parts(value), value, strict=True):
            yield from _leaves(each, (*path, name))
    elif value is not None:
        yield path, value


def _parts(values: list[Any]) -> list[str]:
    """What tells the parts of a list apart: their codes, else where they stand."""
    for name in _NAMES_A_PART:
        found = [str(each[name]) for each in values if isinstance(each, Mapping) and name in each]
        if len(set(found)) == len(values):
            return found
    return [str(at) for at, _ in enumerate(values, start=1)]


def _difference(path: Path, old: Any, new: Any, compares: bool, names: Names) -> Difference | None:
    key = next((part for part in reversed(path) if audit_words.field(part)), "")
    label = tuple((audit_words.field(part) or part, bool(audit_words.field(part))) for part in path)
    if isinstance(old, list) and isinstance(new, list):
        gone, came = [each for each in old if each not in new], [each for each in new if each not in old]
        if gone or came:
            mark = "changed" if gone and came else "added" if came else "removed"
            return Difference(label, mark, _said(key, gone, names), _said(key, came, names))
    before = "" if old is _MISSING else _said(key, old, names)
    after = "" if new is _MISSING else _said(key, new, names)
    if not compares:
        return Difference(label, "said", before, after) if (before or after) and not _is_plain(old, new) else None
    return Difference(label, "changed", before or gettext("无"), after or gettext("无"))


def _is_plain(old: Any, new: Any) -> bool:
    """Whether it says only that something is not so, which of something new or gone goes without saying."""
    return all(each is _MISSING or each in (False, [], {}, "") for each in (old, new))


def _said(key: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        shown = [_said(key, each, names) for each in value[:_MOST_ITEMS]]
        more = len(value) - len(shown)
        joined = either(("、", ", ")).join(shown)
        return gettext("%(some)s 等 %(count)d 项", some=joined, count=len(value)) if more > 0 else joined
    if isinstance(value, Mapping):
        return said(value)
    return _number(key, value) if isinstance(value, (int, float)) else _text(key, str(value), names)


def _number(key: str, value: float) -> str:
    if isinstance(value, int) and key.endswith("_cents"):
        return amounts.money(value)
    if isinstance(value, int) and key.endswith("_g"):
        return amounts.weight(value)
    if key.endswith("_mm"):
        return f"{value:,} mm"
    return f"{value:+,}" if key == "delta" else f"{value:,}"


def _text(key: str, value: str, names: Names) -> str:
    if key in ("holds", "reason") and value in HOLD_REASONS:
        return labels.hold(value).text
    if _INSTANT.match(value):
        return dates.exact(value)
    if _DIGEST.fullmatch(value):
        return value[:10]
    if key in _NAMED:
        return _NAMED[key](names, value)
    return value if len(value) <= _MOST_TEXT else f"{value[:_MOST_TEXT]}…"


_NAMED: Mapping[str, Callable[[Names, str], str]] = {
    "warehouse": lambda names, code: names.warehouse(code),
    "service": lambda names, code: names.service(code),
    "carrier": lambda names, code: names.carrier(code),
    "channel": lambda names, code: names.channel(code),
    "channels": lambda names, code: names.channel(code),
    "roles": lambda names, code: labels.word(labels.ROLES, code),
    "attributes": lambda names, code: labels.attribute(code),
    "kind": lambda names, code: labels.look(labels.STOCK_MOVEMENTS, code).text,
    "outcome": lambda names, code: str(ANSWERS[code][0]) if code in ANSWERS else code,
}
