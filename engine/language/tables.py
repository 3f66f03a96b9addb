"""Decision tables: how their documents become rows that are rules, and which fired rows count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import MatcherError
from engine.language.conditions import All, Leaf, Node, compare
from engine.language.context import Context
from engine.language.examples import read_examples
from engine.language.facts import Fact
from engine.language.rule_documents import COMMON, effect_spec, read_common, read_param
from engine.language.rules import Effect, Rule, Table
from engine.language.values import did_you_mean

HITS = ("unique", "any", "priority", "first", "collect")
ANY = "-"
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions."""

    fact: Fact
    op: str


@dataclass(frozen=True, slots=True)
class Output:
    """An effect and the parameters that a row gives it, in the order in which the effect declares them."""

    spec: Any
    params: tuple[str, ...]


def settle(table: Table, fired: Sequence[Rule]) -> list[Rule]:
    """Of a table's rows that fired for one subject, those that count, in row order.

    unique: there may be one only. any: all must say the same. priority: the strongest output. first: the first row.
    collect: all of them.
    Raises MatcherError where unique or any is violated.
    """
    rows = sorted(fired, key=lambda rule: rule.row or 0)
    if len(rows) < 2 or table.hit == "collect":
        return rows
    if table.hit == "unique":
        raise MatcherError(f"Rows {_numbers(rows)} of {table.id} fired together; only one may")
    if table.hit == "any" and any(row.then != rows[0].then for row in rows):
        raise MatcherError(f"Rows {_numbers(rows)} of {table.id} fired together and say different things")
    if table.hit == "priority":
        return [min(rows, key=lambda row: table.ranks[(row.row or 1) - 1])]
    return rows[:1]


def operator_of(column: Mapping[str, Any], fact: Fact) -> str:
    """How an input compares its fact: as it says, else as facts of that type are compared most."""
    return column.get("is") or {"set": "includes", "flag": "is_true"}.get(fact.type, "eq")


def read_table(document: Any, path: str, context: Context) -> Table | None:
    """The table that the document states; None when it has problems."""
    before = len(context.problems)
    required = ("id", "title", "why", "hit", "inputs", "outputs", "rows")
    if context.fields(document, path, required, COMMON[2:]) is None:
        return None
    common = read_common(document, path, context)
    inside = context.judging(common["about"])
    hit = context.choice(document["hit"], f"{path}.hit", HITS) if document.get("hit") is not None else None
    others = len(context.problems)
    columns, actions = _list(document, "inputs", path, context), _list(document, "outputs", path, context)
    inputs = [_input(each, f"{path}.inputs.{index}", inside) for index, each in enumerate(columns)]
    outputs = [_output(each, f"{path}.outputs.{index}", inside) for index, each in enumerate(actions)]
    knows_columns = bool(columns and actions) and len(context.problems) == others
    rows = _list(document, "rows", path, context)
    examples = read_examples(document.get("examples"), f"{path}.examples", inside, len(rows))
    if len(rows) > MOST_ROWS:
        context.problem(f"{path}.rows", "too-long", f"must be at most {MOST_ROWS} rows")
        return None
    if not knows_columns:
        return None  # what a cell must be depends on its column
    made = [
        _row(row, number, common, inputs, outputs, f"{path}.rows.{number - 1}", inside)
        for number, row in enumerate(rows, start=1)
    ]
    if len(context.problems) > before:
        return None
    done = tuple(replace(row, document=document) for row in made if row is not None)
    ranks = _ranks(rows, len(inputs), outputs) if hit == "priority" else ()
    return Table(**common, hit=hit or "first", rows=done, examples=examples, document=document, ranks=ranks)


def _numbers(rows: Sequence[Rule]) -> str:
    return ", ".join(str(row.row) for row in rows)


def _list(document: Mapping[str, Any], name: str, path: str, context: Context) -> list[Any]:
    if document.get(name) is None:
        return []
    return context.items(document[name], f"{path}.{name}") or []


def _input(document: Any, path: str, context: Context) -> Input | None:
    if context.fields(document, path, ("fact",), ("is",)) is None or document.get("fact") is None:
        return None
    fact = context.fact(document["fact"], f"{path}.fact")
    if fact is None:
        return None
    op = operator_of(document, fact)
    if op not in fact.operators:
        said = f"{fact.name} is a {fact.type} and takes {', '.join(fact.operators)}"
        context.problem(f"{path}.is", "wrong-operator", said, did_you_mean(op, fact.operators))
        return None
    return Input(fact, op)


def _output(document: Any, path: str, context: Context) -> Output | None:
    spec = effect_spec(document, path, context)
    if spec is None:
        return None
    required = [name for name, param in spec.params.items() if param.required]
    context.fields(document, path, ("do", *required), [name for name in spec.params if name not in required])
    params = tuple(name for name in spec.params if name in document)
    for name in params:
        if document[name] != spec.params[name].type:
            context.problem(f"{path}.{name}", "invalid-type", f"must be the parameter's type, {spec.params[name].type}")
    return Output(spec, params)


def _row(
    cells: Any, number: int, common: Mapping[str, Any], inputs: Sequence[Any], outputs: Sequence[Any],
    path: str, context: Context,
) -> Rule | None:  # fmt: skip
    wide = len(inputs) + sum(len(output.params) for output in outputs)
    if not isinstance(cells, (list, tuple)) or len(cells) != wide:
        context.problem(path, "invalid-type", f"must be a list of {wide} cells")
        return None
    leaves = [
        _condition(cell, column, f"{path}.{index}", context)
        for index, (cell, column) in enumerate(zip(cells, inputs, strict=False))
    ]
    when = [leaf for leaf in leaves if leaf is not None]
    then = _effects(list(cells[len(inputs) :]), outputs, path, len(inputs), context)
    return Rule(
        **{**common, "id": f"{common['id']}#{number}"}, when=All(tuple(when)) if when else None, then=then,
        table=common["id"], row=number,
    )  # fmt: skip


def _condition(cell: Any, column: Input, path: str, context: Context) -> Node | None:
    if cell == ANY or cell is None:
        return None
    op, value = column.op, cell
    if op in ("present", "absent", "is_true", "is_false"):
        return _yes_or_no(cell, column, path, context)
    if op in ("in", "not_in", "includes_all", "includes_none", "contains_any") and isinstance(cell, (str, int)):
        value = [cell]
    if op == "between" and isinstance(cell, (list, tuple)) and len(cell) == 2 and None in cell:
        op, value = ("lte", cell[1]) if cell[0] is None else ("gte", cell[0])
    return compare(column.fact, op, value, path, context)


def _yes_or_no(cell: Any, column: Input, path: str, context: Context) -> Node | None:
    if not isinstance(cell, bool):
        context.problem(path, "invalid-type", f"must be true, false or {ANY}")
        return None
    opposite = {"present": "absent", "absent": "present", "is_true": "is_false", "is_false": "is_true"}
    return Leaf(column.fact.name, column.op if cell else opposite[column.op])


def _effects(
    cells: list[Any], outputs: Sequence[Output], path: str, offset: int, context: Context
) -> tuple[Effect, ...]:
    effects, index = [], 0
    for output in outputs:
        params: dict[str, Any] = {}
        for name in output.params:
            cell, where = cells[index], f"{path}.{offset + index}"
            index += 1
            if cell == ANY or cell is None:
                continue
            params[name] = read_param(cell, output.spec.params[name], where, context)
        missing = [name for name in output.params if output.spec.params[name].required and name not in params]
        if output.params and not params:
            continue  # dashes in all its cells: the row leaves the effect out
        if missing:
            context.problem(path, "required", f"{output.spec.name} needs {', '.join(missing)}")
        effects.append(Effect(output.spec.name, params))
    if not effects:
        context.problem(path, "required", "has no effect")
    return tuple(effects)


def _ranks(rows: Sequence[Sequence[Any]], inputs: int, outputs: Sequence[Output | None]) -> tuple[int, ...]:
    """By row, the place of its outputs, column by column: numbers ascending, choices as declared, left out ones last.

    Other values, and equal ones, go as rows go.
    """
    params = [output.spec.params[name] for output in outputs if output for name in output.params]
    keys = [[_strength(cell, param) for cell, param in zip(row[inputs:], params, strict=True)] for row in rows]
    order = sorted(range(len(rows)), key=lambda index: (keys[index], index))
    return tuple(order.index(index) for index in range(len(rows)))


def _strength(cell: Any, param: Any) -> tuple[bool, int]:
    if cell == ANY or cell is None:
        return True, 0
    codes = [choice[0] for choice in param.choices]
    if param.type in ("int", "money") and isinstance(cell, int):
        return False, cell
    return False, codes.index(cell) if cell in codes else 0
