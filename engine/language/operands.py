"""What a condition compares its fact with: operands by operator and type, checked where they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.language.context import Context
from engine.language.facts import Fact
from engine.language.values import ListRef, NotValid, literal

LIST_OPERATORS = ("in_list", "not_in_list")
WITHOUT_VALUE = ("present", "absent", "is_true", "is_false")
SEVERAL = ("in", "not_in", "includes_all", "includes_none")

_SAME_TYPE = ("eq", "neq", "lt", "lte", "gt", "gte")
_WITH_SET = ("in", "not_in", "includes_all", "includes_none")


def read_value(raw: Any, fact: Fact, op: str, path: str, context: Context) -> Any:
    """What a leaf compares its fact with, as `Leaf.value` is; None when it has problems."""
    if op in LIST_OPERATORS:
        return context.named_list(raw, path)
    if op == "contains_any" and isinstance(raw, Mapping):
        context.fields(raw, path, ("list",))
        if raw.get("list") is None:  # which is noted
            return None
        code = context.named_list(raw.get("list"), f"{path}.list")
        return ListRef(code) if code else None
    if op == "between":
        return _between(raw, fact, path, context)
    if op in SEVERAL or op == "contains_any":
        items = context.items(raw, path)
        values = [_one(item, fact, f"{path}.{index}", context) for index, item in enumerate(items or ())]
        if op == "contains_any" and "" in values:
            context.problem(path, "required", "must not hold empty text")
        return tuple(values) if values and None not in values else None
    value = _one(raw, fact, path, context)
    if op == "starts_with" and value == "":
        context.problem(path, "required", "must not be empty")
        return None
    return value


def _between(raw: Any, fact: Fact, path: str, context: Context) -> tuple[int, int] | None:
    items = context.items(raw, path)
    if items is None:
        return None
    if len(items) != 2:
        context.problem(path, "invalid-type", "must be two values, [lowest, highest], both included")
        return None
    low, high = (_one(item, fact, f"{path}.{index}", context) for index, item in enumerate(items))
    if low is None or high is None:
        return None
    if low > high:
        context.problem(path, "out-of-range", "the lowest must not be above the highest", "swap the two values")
        return None
    return low, high


def _one(raw: Any, fact: Fact, path: str, context: Context) -> Any:
    try:
        return literal(raw, fact.type, fact.choices)
    except NotValid as wrong:
        context.problem(path, wrong.code, f"{wrong.message} ({fact.name} is a {fact.type})", wrong.suggestion)
        return None


def comparable(fact: Fact, op: str, other: Fact) -> bool:
    """Whether the operator can compare the two facts."""
    if op in _SAME_TYPE:
        textual = ("text", "choice")
        return fact.type == other.type or (fact.type in textual and other.type in textual)
    if op in _WITH_SET:
        return other.type == "set"
    return op == "includes" and other.type in ("text", "choice")
