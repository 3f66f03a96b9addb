"""What two documents of a ruleset, of the pipeline or of the declared facts say differently, for who compares them.

Either may be a draft that is not valid: what cannot be read is compared as it is written, and said with an ellipsis.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from engine import canonical
from engine.language.context import Context
from engine.language.facts import Catalogue
from engine.language.half_written import half_read
from engine.language.rules import Rule
from engine.language.sentences import LANGUAGES, sentence
from engine.language.tables import read_table

Said = Mapping[str, str]

_KINDS = {"rules": "rule", "tables": "table", "facts": "fact"}  # what has members that are known by a name
_NAMED_BY = {"facts": "name"}  # the others by their id
_ABOUT_ITSELF = ("stage",)  # says nothing about what is decided


@dataclass(frozen=True)
class Speaker:
    """Says rules in both languages."""

    catalogue: Catalogue
    effects: Mapping[str, Any]
    titles: Mapping[str, Said]  # of lists

    def rule(self, document: Any, stage: str) -> Said:
        """The rule as a sentence."""
        return self._say(half_read(document, stage, self.catalogue, self.effects))

    def rows(self, document: Any, stage: str) -> list[Said] | None:
        """The table's rows as sentences; None where the table is not valid."""
        table = read_table(document, "", Context(self.catalogue, self.effects, stage=stage))
        return None if table is None else [self._say(row) for row in table.rows]

    def _say(self, rule: Rule) -> Said:
        return {each: sentence(rule, self.catalogue, each, self.effects, self.titles) for each in LANGUAGES}


def differences(stage: str, before: Mapping[str, Any], after: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    """`{identical, fields, added, removed, changed, reordered}`.

    `added`, `removed`, `changed`: rules, tables and declared facts, each `{kind, id, title, before, after, fields,
    rows}`, where before and after are `{sentence, document}`, or None where there is none. `fields` are `{path, before,
    after}`; those beside the members are of the document itself. `reordered`: by kind, the ids that are in both, as
    they stood and as they stand, where that differs.
    """
    found: dict[str, Any] = {"added": [], "removed": [], "changed": [], "reordered": {}}
    for name, kind in _KINDS.items():
        if name in before or name in after:
            _compare_members(stage, name, kind, _members(before, name), _members(after, name), speaker, found)
    rest = [{key: each[key] for key in each if key not in (*_KINDS, *_ABOUT_ITSELF)} for each in (before, after)]
    # Members that are no list are compared as they are written.
    for name in _KINDS:
        for place, each in zip(rest, (before, after), strict=True):
            if name in each and not isinstance(each[name], (list, tuple)):
                place[name] = each[name]
    fields = list(_fields(rest[0], rest[1]))
    identical = not fields and not any(found.values())
    return {"identical": identical, "fields": fields, **found}


def _members(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The members by id; one without an id, or with that of another, by its place."""
    items = document.get(name)
    found: dict[str, Any] = {}
    for index, each in enumerate(items if isinstance(items, (list, tuple)) else ()):
        identifier = each.get(_NAMED_BY.get(name, "id")) if isinstance(each, Mapping) else None
        known = isinstance(identifier, str) and identifier and identifier not in found
        found[identifier if known else f"{name}.{index}"] = each  # type: ignore[index]
    return found


def _compare_members(
    stage: str, name: str, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], speaker: Speaker,
    found: dict[str, Any],
) -> None:  # fmt: skip
    both = [identifier for identifier in before if identifier in after]
    for identifier in before:
        if identifier not in after:
            found["removed"].append(_entry(stage, kind, identifier, before[identifier], None, speaker))
    for identifier in after:
        if identifier not in before:
            found["added"].append(_entry(stage, kind, identifier, None, after[identifier], speaker))
    for identifier in both:
        was, is_ = before[identifier], after[identifier]
        if not _equal(was, is_):
            found["changed"].append(_entry(stage, kind, identifier, was, is_, speaker))
    order = [identifier for identifier in after if identifier in before]
    if order != both:
        found["reordered"][name] = {"before": both, "after": order}


def _entry(stage: str, kind: str, identifier: str, was: Any, is_: Any, speaker: Speaker) -> dict[str, Any]:
    both = isinstance(was, Mapping) and isinstance(is_, Mapping)
    is_table = kind == "table"
    skipped = ("rows",) if is_table and both and all(_is_rows(each) for each in (was, is_)) else ()
    entry: dict[str, Any] = {
        "kind": kind, "id": identifier, "title": _title(is_ if is_ is not None else was),
        "before": _side(stage, kind, was, speaker), "after": _side(stage, kind, is_, speaker),
        "fields": list(_fields(_without(was, skipped), _without(is_, skipped))) if both else [], "rows": [],
    }  # fmt: skip
    if skipped:
        entry["rows"] = list(_rows(stage, was, is_, speaker))
    return entry


def _side(stage: str, kind: str, document: Any, speaker: Speaker) -> dict[str, Any] | None:
    if document is None:
        return None
    said = speaker.rule(document, stage) if kind == "rule" else None
    return {"sentence": said, "document": document}


def _title(document: Any) -> dict[str, str] | None:
    """The title in each language; a declared fact's labels."""
    if not isinstance(document, Mapping):
        return None
    title = document.get("title", document if "zh" in document else None)
    if isinstance(title, str):
        return dict.fromkeys(LANGUAGES, title)
    if not isinstance(title, Mapping):
        return None
    said = {each: title.get(each) for each in LANGUAGES}
    stated = next((each for each in said.values() if isinstance(each, str) and each), None)
    return None if stated is None else {key: each if isinstance(each, str) else stated for key, each in said.items()}


def _without(document: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {key: each for key, each in document.items() if key not in names}


def _is_rows(table: Mapping[str, Any]) -> bool:
    rows = table.get("rows")
    return isinstance(rows, (list, tuple))


def _rows(stage: str, was: Mapping[str, Any], is_: Mapping[str, Any], speaker: Speaker) -> Iterator[dict[str, Any]]:
    """Rows that were added, removed or changed, by their numbers from 1."""
    old, new = _said_rows(was, stage, speaker), _said_rows(is_, stage, speaker)
    was_plain, is_plain = ([_plain(row["cells"]) for row in rows] for rows in (old, new))
    matcher = difflib.SequenceMatcher(None, was_plain, is_plain, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        for one, other in zip_longest(old[start:end], new[new_start:new_end]) if tag != "equal" else ():
            change = "removed" if other is None else "added" if one is None else "changed"
            yield {"change": change, "before": one, "after": other}


def _said_rows(table: Mapping[str, Any], stage: str, speaker: Speaker) -> list[dict[str, Any]]:
    said = speaker.rows(table, stage)
    return [
        {"row": index + 1, "cells": cells, "sentence": said[index] if said else None}
        for index, cells in enumerate(table["rows"])
    ]


def _fields(was: Any, is_: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """The smallest parts that differ, by path. Lists of different length are compared as a whole."""
    if _equal(was, is_):
        return
    if isinstance(was, Mapping) and isinstance(is_, Mapping):
        for key in [*was, *(key for key in is_ if key not in was)]:
            yield from _fields(was.get(key), is_.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(was, (list, tuple)) and isinstance(is_, (list, tuple)) and len(was) == len(is_):
        for index, (one, other) in enumerate(zip(was, is_, strict=True)):
            yield from _fields(one, other, f"{path}.{index}")
    else:
        yield {"path": path, "before": was, "after": is_}


def _equal(was: Any, is_: Any) -> bool:
    return _plain(was) == _plain(is_)


def _plain(value: Any) -> bytes:
    """True and 1 differ, 1 and 1.0 too."""
    return canonical.canonical_json(value)
