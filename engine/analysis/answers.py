"""The cells of a row that would answer what no row of a decision table answers yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.analysis.boxes import Box
from engine.analysis.domains import Domain, Names, Numbers, Span, as_value, day_number, universe
from engine.language.facts import Catalogue, Fact, Value
from engine.language.rules import Table
from engine.language.tables import ANY, operator_of


def answering(
    table: Table, gap: Box, values: Mapping[str, Value], catalogue: Catalogue
) -> tuple[Any, ...]:
    """A cell for each input of the table, as documents write them: as much of the gap as one row can say.

    `values` lie in the gap, and the row answers them. `-` where the column's operator cannot say what the gap is.
    """
    return tuple(_cell(each, gap, values, catalogue) for each in table.document["inputs"])


def _cell(column: Mapping[str, Any], gap: Box, values: Mapping[str, Value], catalogue: Catalogue) -> Any:
    fact = catalogue[column["fact"]]
    domain, op = gap.get(fact.name), operator_of(column, fact)
    if domain is None or domain == universe(fact) or fact.name not in values:
        return ANY
    if isinstance(domain, Names):
        return _named(domain, op, values[fact.name])
    return _spanned(domain, op, fact, values[fact.name])


def _named(domain: Names, op: str, value: Any) -> Any:
    if op in ("is_true", "is_false"):
        return value is (op == "is_true") if len(domain.items) == 1 else ANY
    if op == "eq":
        return value
    if op in ("in", "not_in") and (op == "in") != domain.rest:
        return sorted(map(str, domain.items))
    return ANY


def _spanned(domain: Numbers, op: str, fact: Fact, value: Any) -> Any:
    """Of several spans the one that the value lies in."""
    number = day_number(value) if fact.type == "date" else value
    span = next((each for each in domain.spans if each[0] <= number <= each[1]), None)
    cell = _CELLS.get(op)
    if span is None or cell is None:
        return ANY
    return cell(span, _ends(universe(fact)), lambda each: _written(as_value(each, fact), fact))


def _ends(domain: Domain) -> Span:
    return domain.spans[0][0], domain.spans[-1][1]


def _written(value: int, fact: Fact) -> Any:
    if fact.type != "date":
        return value
    return f"{value // 10000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"


def _between(span: Span, ends: Span, written: Any) -> Any:
    low, high = (None if own == end else written(own) for own, end in zip(span, ends, strict=True))
    return ANY if low is None and high is None else [low, high]


# By operator: (the span, the ends of what there can be, how a number is written) -> the cell.
_CELLS: Mapping[str, Any] = {
    "between": _between,
    "eq": lambda span, ends, written: written(span[0]) if span[0] == span[1] else ANY,
    "gte": lambda span, ends, written: ANY if span[0] == ends[0] else written(span[0]),
    "gt": lambda span, ends, written: ANY if span[0] == ends[0] else written(span[0] - 1),
    "lte": lambda span, ends, written: ANY if span[1] == ends[1] else written(span[1]),
    "lt": lambda span, ends, written: ANY if span[1] == ends[1] else written(span[1] + 1),
}
