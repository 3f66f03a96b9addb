"""A decision table's file with other rows, the rest of it left as its author wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import Problem, RulebookError
from engine.language import strict_yaml


def with_rows(source: str, rows: Sequence[Any], file: str = "") -> str:
    """The text with the table's rows exchanged; comments among the former rows are lost.

    Raises RulebookError where the text is no table, or other parts of it depend on the former rows.
    """
    document, lines = strict_yaml.read(source, file)
    if not isinstance(document, Mapping) or "rows" not in document:
        raise RulebookError([Problem("rows", "required", "is no decision table", file=file or None)])
    for only_ascii in (False, True):  # YAML takes fewer characters as they are than JSON does
        written = _exchanged(source, document, lines, rows, only_ascii)
        if _reads_as(written, {**document, "rows": list(rows)}):
            return written
    said = "cannot be exchanged here: other parts of the file share lines or anchors with them"
    raise RulebookError([Problem("rows", "invalid-type", said, lines["rows"], file=file or None)])


def _exchanged(
    source: str, document: Mapping[str, Any], lines: Mapping[str, int], rows: Sequence[Any], only_ascii: bool
) -> str:
    text = source.splitlines(keepends=True)
    start = lines["rows"] - 1
    end = min((lines[name] - 1 for name in document if lines[name] - 1 > start), default=len(text))
    while end > start + 1 and (not text[end - 1].strip() or text[end - 1].startswith("#")):
        end -= 1  # what stands before the next field belongs to it
    made = [f"  - {json.dumps(row, ensure_ascii=only_ascii)}\n" for row in rows]
    before = "".join(text[:start])
    return "".join([before, "rows:\n", *made, *text[end:]])


def _reads_as(source: str, document: Mapping[str, Any]) -> bool:
    try:
        return bool(strict_yaml.read(source)[0] == document)
    except RulebookError:
        return False
