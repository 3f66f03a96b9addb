"""YAML without surprises, read and written.

All but true, false, null and whole numbers is text, equal keys are errors, lines are kept. So the postcode 010000 stays
text, and so do NO, on, 12:30:00, 1.5 and 2026-11-11.
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


def write(document: Any) -> str:
    """The document as YAML that `read` gives back equal: small parts on one line, no anchors, no folding."""
    node = _Writer("", sort_keys=False).represent_data(_plain(document))
    _set_style(node, top=True)
    return yaml.serialize(node, Dumper=_Writer, allow_unicode=True, width=_NEVER_FOLD)


_NEVER_FOLD = 1_000_000
_ONE_LINE = 110  # characters that a part may take to stand on one line
_FLATTEST = 2  # so deep may it be


class _Writer(yaml.SafeDumper):
    """Writes equal parts out each time."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _plain(value: Any) -> Any:
    """The value, if there is a spelling that is read as it: plain data without fractions. Raises TypeError."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, str)) or (isinstance(value, int) and _INT.fullmatch(str(value))):
        return value
    raise TypeError(f"{value!r} cannot be written so that it is read again")


def _set_style(node: Any, top: bool = False) -> tuple[int, int]:
    """Chooses how each part is written; gives its depth and its characters on one line."""
    if isinstance(node, yaml.ScalarNode):
        if "\n" in node.value:
            node.style = "|"
            return _FLATTEST + 1, 0
        return 0, len(node.value) + 2
    children = [each for pair in node.value for each in (pair if isinstance(pair, tuple) else (pair,))]
    measured = [_set_style(each) for each in children]
    depth = 1 + max((each for each, _ in measured), default=0)
    characters = 2 + sum(each for _, each in measured)
    node.flow_style = not children or (not top and depth <= _FLATTEST and characters <= _ONE_LINE)
    return depth, characters


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
