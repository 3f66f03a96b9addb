"""What two versions of a ruleset say differently, side by side: rules that came, went, changed, or stand elsewhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import dates
from admin.languages import either, language, said
from admin.presenters.declared_facts import TYPES

# How a change is marked: an icon and a word, and only then a colour.
MARKS: Mapping[str, tuple[Any, str, str]] = {
    "added": (lazy_gettext("新增"), "plus-lg", "good"),
    "removed": (lazy_gettext("已删除"), "trash3", "bad"),
    "changed": (lazy_gettext("修改"), "pencil", "warn"),
}
KINDS: Mapping[str, Any] = {
    "rule": lazy_gettext("规则"),
    "table": lazy_gettext("决策表"),
    "fact": lazy_gettext("自定义事实"),
}
FIELDS: Mapping[str, Any] = {
    "title": lazy_gettext("名称"),
    "why": lazy_gettext("理由"),
    "help": lazy_gettext("说明"),
    "note": lazy_gettext("说明"),
    "priority": lazy_gettext("优先级"),
    "enabled": lazy_gettext("启用"),
    "about": lazy_gettext("判断对象"),
    "when": lazy_gettext("条件"),
    "then": lazy_gettext("效果"),
    "effective": lazy_gettext("生效时间"),
    "effective.from": lazy_gettext("生效于"),
    "effective.until": lazy_gettext("失效于"),
    "effective.by": lazy_gettext("按哪个时间算"),
    "examples": lazy_gettext("例子"),
    "inputs": lazy_gettext("输入列"),
    "outputs": lazy_gettext("输出列"),
    "hit": lazy_gettext("命中方式"),
    "rows": lazy_gettext("行数"),
    "stages": lazy_gettext("环节"),
    "triggers": lazy_gettext("触发"),
    "preference": lazy_gettext("优先顺序"),
    "type": lazy_gettext("类型"),
    "unit": lazy_gettext("单位"),
    "choices": lazy_gettext("可选值"),
    "sample": lazy_gettext("示例"),
    "zh": "中文",
    "en": "English",
}
_IN_SENTENCE = ("when", "then", "about")  # said by the sentence already
_USUAL: Mapping[str, Any] = {"enabled": True, "priority": 50}  # where nothing is written
_INSTANTS = ("effective.from", "effective.until")
_BY: Mapping[str, Any] = {"placed_at": lazy_gettext("下单时间"), "now": lazy_gettext("审单时间")}
_MOST_TEXT = 160
_WORDS = re.compile(r"[A-Za-z0-9_¥%-]+(?:[.,][0-9]+)*|\s+|.", re.S)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence, and whether the other side says it otherwise."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """A field that differs; empty on the side that has none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A rule, table or fact of which the two sides differ."""

    mark: str  # added removed changed
    word: str
    icon: str
    tone: str
    kind: str
    id: str
    title: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    details: tuple[Detail, ...]
    rows: tuple[dict[str, Any], ...]  # of a table: {mark, word, icon, tone, number, before, after}


@dataclass(frozen=True, slots=True)
class Move:
    """A rule that stands at another place of the document."""

    title: str
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All of it."""

    identical: bool
    changes: tuple[Change, ...]
    fields: tuple[Detail, ...]  # of the document itself
    moves: tuple[Move, ...]
    counts: Mapping[str, int]  # by mark


def changes(diff: Mapping[str, Any], title_of: Callable[[str], str]) -> Changes:
    """What `Comparing.diff` tells; `title_of` says what a rule is called by its id."""
    found = tuple(_change(mark, each) for mark in MARKS for each in diff[mark])
    moves = tuple(each for both in diff["reordered"].values() for each in _moves(both, title_of))
    counts = {mark: len(diff[mark]) for mark in MARKS}
    return Changes(diff["identical"], found, tuple(map(_detail, diff["fields"])), moves, counts)


def _change(mark: str, entry: Mapping[str, Any]) -> Change:
    before, after = (_sentence(entry[side]) for side in ("before", "after"))
    before_pieces, after_pieces = marked(before, after)
    skipped = _IN_SENTENCE if before or after else ()
    fields = entry["fields"] or _alone(entry)
    details = _details(each for each in fields if each["path"].partition(".")[0] not in skipped)
    word, icon, tone = MARKS[mark]
    return Change(
        mark, str(word), icon, tone, str(KINDS.get(entry["kind"], entry["kind"])), entry["id"],
        said(entry["title"]) or entry["id"], before_pieces, after_pieces, details, tuple(map(_row, entry["rows"])),
    )  # fmt: skip


def _alone(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is to be known of one that came or went, beside its sentence: above all, when it is in force."""
    if entry["before"] and entry["after"]:
        return []
    sides = [_flat((entry[side] or {}).get("document") or {}, entry["kind"]) for side in ("before", "after")]
    names = dict.fromkeys(name for each in sides for name in each)
    return [{"path": name, "before": sides[0].get(name, ""), "after": sides[1].get(name, "")} for name in names]


def _flat(document: Any, kind: str) -> dict[str, Any]:
    if not isinstance(document, Mapping):
        return {}  # of a draft, which need not be valid
    if kind == "fact":
        return {name: document[name] for name in ("type", "unit", "choices", "help") if name in document}
    window = document.get("effective")
    found = {f"effective.{name}": each for name, each in window.items()} if isinstance(window, Mapping) else {}
    found |= {name: document[name] for name in _USUAL if document.get(name, _USUAL[name]) != _USUAL[name]}
    rows = document.get("rows")
    return found | ({"rows": len(rows) if isinstance(rows, list) else 0} if kind == "table" and document else {})


def _sentence(side: Mapping[str, Any] | None) -> str:
    return said(side["sentence"]) if side and side["sentence"] else ""


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both sentences in pieces; nothing is marked where one of them is missing."""
    if not before or not after:
        return tuple(Piece(each, False) for each in (before,) if each), tuple(
            Piece(each, False) for each in (after,) if each
        )
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    found: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for pieces, words in zip(found, (one[start:end], other[new_start:new_end]), strict=True):
            if words:
                pieces.append(Piece("".join(words), tag != "equal"))
    return tuple(found[0]), tuple(found[1])


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    word, icon, tone = MARKS[row["change"]]
    sides = [said(side["sentence"]) or _plain(side["cells"]) if side else "" for side in (row["before"], row["after"])]
    before, after = marked(*sides)
    number = (row["after"] or row["before"])["row"]
    return {"word": str(word), "icon": icon, "tone": tone, "number": number, "before": before, "after": after}


def _details(fields: Iterable[Mapping[str, Any]]) -> tuple[Detail, ...]:
    """Examples are told as one, for they are read where they are run."""
    found = [*fields]
    plain = [_detail(each) for each in found if each["path"].partition(".")[0] != "examples"]
    if len(found) > len(plain):
        plain.append(Detail(str(FIELDS["examples"]), "", gettext("例子有改动")))
    return tuple(plain)


def _detail(field: Mapping[str, Any]) -> Detail:
    sides = [_USUAL.get(field["path"]) if each is None else each for each in (field["before"], field["after"])]
    if field["path"] in _INSTANTS:
        sides = [_instant(each) for each in sides]
    elif field["path"] == "effective.by":
        sides = [_BY.get(each, each) if isinstance(each, str) else each for each in sides]
    elif field["path"] == "type":
        sides = [str(TYPES[each][0]) if isinstance(each, str) and each in TYPES else each for each in sides]
    return Detail(_label(field["path"]), *map(_plain, sides))


def _instant(text: Any) -> Any:
    try:
        return dates.exact(text or None)
    except (TypeError, ValueError, OverflowError):
        return text  # unfinished, or beyond the calendar


def _label(path: str) -> str:
    if path in FIELDS:
        return str(FIELDS[path])
    parts = path.split(".")
    return " · ".join(str(int(each) + 1) if each.isdigit() else str(FIELDS.get(each, each)) for each in parts)


def _plain(value: Any) -> str:
    """A value of a document as short text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, Mapping):
        spoken = value.get(language())
        text = spoken if isinstance(spoken, str) else "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    elif isinstance(value, (list, tuple)):
        text = either(("、", ", ")).join(map(_plain, value))
    else:
        text = str(value)
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"


def _moves(both: Mapping[str, Sequence[str]], title_of: Callable[[str], str]) -> list[Move]:
    """Those that were moved, among the others that kept their order."""
    before, after = list(both["before"]), list(both["after"])
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {each for block in blocks for each in after[block.b : block.b + block.size]}
    return [
        Move(title_of(each), before.index(each) + 1, place) for place, each in enumerate(after, 1) if each not in kept
    ]
