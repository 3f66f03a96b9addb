"""YAML without surprises: all but true, false, null and whole numbers is text, equal keys are errors, lines are kept.

So the postcode 010000 stays text, and so do NO, on, 12:30:00, 1.5 and 2026-11-11.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from engine.errors import Problem, RulebookError

_WORDS = {"true": True, "false": False, "null": None, "": None}
_INT = re.compile(r"0|-?[1-9][0-9]{0,17}")
_MOST_NODES = 100_000  # aliases are copied, so a small text can be a huge document
_DEEPEST = 40


def read(source: str, file: str = "") -> tuple[Any, dict[str, int]]:
    """The document, and the line of each of its paths. Raises RulebookError with file and line."""
    try:
        node = yaml.compose(source, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _malformed(getattr(error, "problem", None), mark.line + 1 if mark else None, file) from None
    except RecursionError:
        raise _malformed(f"is nested more than {_DEEPEST} deep", None, file) from None
    if node is None:
        return None, {}
    builder = _Builder(file)
    document = builder.build(node, "", 0)
    if builder.problems:
        raise RulebookError(builder.problems)
    return document, builder.lines


def _malformed(said: str | None, line: int | None, file: str) -> RulebookError:
    return RulebookError([Problem("", "malformed-yaml", said or "cannot be read", line, file=file or None)])


class _Builder:
    """Makes plain data of YAML's node graph."""

    def __init__(self, file: str):
        self.file = file
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def build(self, node: Any, path: str, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > _MOST_NODES or depth > _DEEPEST:
            if not self.problems or self.problems[-1].code != "too-long":
                self._problem(path, node, "too-long", "is too large or nested too deep")
            return None
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag not in _PLAIN_TAGS:
            self._problem(path, node, "invalid-type", f"the tag {node.tag} is not possible here")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, _join(path, index), depth + 1) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: Any, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem(path, key, "invalid-type", "keys must be text")
                continue
            here = _join(path, key.value)
            if key.value in found:
                self._problem(here, key, "duplicate-key", f"the key {key.value} is already used above")
                continue
            self.lines[here] = key.start_mark.line + 1
            found[key.value] = self.build(value, here, depth + 1)
        return found

    def _problem(self, path: str, node: Any, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message, node.start_mark.line + 1, file=self.file or None))


# What YAML's own resolver makes of plain scalars; they are read by `_scalar` all the same.
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _scalar(node: Any) -> Any:
    if node.style is not None:  # quoted, or a block
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    return int(node.value) if _INT.fullmatch(node.value) else node.value
