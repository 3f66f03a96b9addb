"""Decision tables of which one row counts: rows that never do, cells that no row answers, rows that fire together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.analysis.answers import answering
from engine.analysis.boxes import Box, meet_all
from engine.analysis.domains import Names, only
from engine.analysis.findings import Finding
from engine.analysis.grids import Grid, TooManySteps
from engine.analysis.spoken import as_condition
from engine.analysis.study import Study, both
from engine.analysis.witnesses import Witness
from engine.language.rules import Rule, Table

MOST_GAPS = 5  # a table
MOST_OVERLAPS = 20  # a table
MOST_PAIRS = 2_000
MOST_NAMED = 20  # rows that a message sorts out


@dataclass(frozen=True, slots=True)
class Laid:
    """A table with the rows that can fire laid over a grid, by row number from 1."""

    table: Table
    rows: dict[int, Rule]
    grid: Grid
    known: Box  # what every order has of its inputs


def check_tables(study: Study) -> Iterator[Finding]:
    """The findings about the enabled tables."""
    for table in study.tables():
        if table.hit == "collect":
            continue
        laid = _laid(table, study)
        if laid is None:
            yield study.not_analysed(table, both("各行的覆盖", "its rows cover each other"), "rows")
            continue
        if table.hit in ("unique", "any"):
            yield from _overlaps(laid, study)
        else:
            yield from _shadowed(laid, study)
        yield from _gaps(laid, study)


def _laid(table: Table, study: Study) -> Laid | None:
    """None: a row has too many alternatives."""
    rows, boxes = {}, {}
    for row in table.rows:
        alternatives = study.boxes(row)
        if alternatives is None or len(alternatives) > 1:
            return None
        solution = study.solution(row)
        if alternatives and not (solution.model is None and solution.sure):
            number = row.row or 0
            rows[number], boxes[number] = row, alternatives[0]
    known = study.known(*(row.when for row in rows.values()))
    return Laid(table, rows, Grid(boxes, study.solver.boxes), known)


def _overlaps(laid: Laid, study: Study) -> Iterator[Finding]:
    """Pairs of rows that may not fire together, but do for some order."""
    found = 0
    unknown: tuple[Rule, Rule] | None = None
    for tried, (one, other) in enumerate(_pairs(laid)):
        if found == MOST_OVERLAPS or tried == MOST_PAIRS:
            unknown = unknown or (one, other)
            break
        solution = study.solver.solve(meet_all(study.boxes(one) or (), study.boxes(other) or ()))
        witness = study.shown(solution.model, one, other) if solution.model else None
        if witness is not None and witness.counting(laid.table) is None:
            found += 1
            yield _overlap(one, other, laid.table, witness, study)
        elif not solution.sure or solution.model:
            unknown = unknown or (one, other)
    if unknown:
        rows = {"one": unknown[0].row, "other": unknown[1].row}
        what = both(
            "各行是否同时命中（自第 {one} 行与第 {other} 行起）",
            "rows fire together (from rows {one} and {other} on)",
            **rows,
        )
        yield study.not_analysed(laid.table, what, "rows", others=(unknown[0].id, unknown[1].id))


def _pairs(laid: Laid) -> Iterator[tuple[Rule, Rule]]:
    for number, row in laid.rows.items():
        for other in laid.grid.touching(number):
            if other > number and (laid.table.hit == "unique" or laid.rows[other].then != row.then):
                yield row, laid.rows[other]


def _overlap(one: Rule, other: Rule, table: Table, witness: Witness, study: Study) -> Finding:
    unique = table.hit == "unique"
    return Finding.named(
        "table-overlap", study.path(other), other.id,
        both(
            "{table} 的第 {one} 行与第 {other} 行会同时命中，"
            + ("而 unique 表只许一行命中" if unique else "而输出不同"),
            "Rows {one} and {other} of {table} fire together, "
            + ("and of a unique table only one may" if unique else "and say different things"),
            table=table.id, one=one.row, other=other.row,
        ),
        both("收窄其中一行，或改用 hit: first", "narrow one of the rows, or say hit: first"),
        witness=witness.document(study.catalogue), others=(one.id,),
    )  # fmt: skip


def _shadowed(laid: Laid, study: Study) -> Iterator[Finding]:
    """Rows that never count, because stronger ones cover all of what they say."""
    for number, row in laid.rows.items():
        stronger = [each for each in laid.grid.touching(number) if _stronger(each, number, laid.table)]
        try:
            if not stronger or laid.grid.uncovered(laid.grid.rows[number], stronger):
                continue
            covering = _sorted_out(laid.grid, number, stronger)
        except TooManySteps:
            yield study.not_analysed(row, both("它能否被采用", "it ever counts"))
            continue
        model = study.solver.solve(meet_all([laid.known], study.boxes(row) or ())).model
        witness = study.shown(model, row) if model else None
        counting = witness.counting(laid.table) if witness else None
        if witness is None or counting is None or row in counting:
            yield study.not_analysed(row, both("它能否被采用", "it ever counts"))
        else:
            yield _shadow(row, covering, laid.table, witness, study)


def _stronger(one: int, other: int, table: Table) -> bool:
    """Whether the first of two rows counts when both fire."""
    if table.hit == "priority":
        return table.ranks[one - 1] < table.ranks[other - 1]
    return one < other


def _sorted_out(grid: Grid, row: int, covering: list[int]) -> list[int]:
    """Those of the rows that are needed to cover this one."""
    kept = list(covering)
    for each in reversed(covering if len(covering) <= MOST_NAMED else []):
        fewer = [other for other in kept if other != each]
        if fewer and not grid.uncovered(grid.rows[row], fewer):
            kept = fewer
    return kept


def _shadow(row: Rule, covering: list[int], table: Table, witness: Witness, study: Study) -> Finding:
    said = ", ".join(map(str, covering[:MOST_NAMED])) + (" …" if len(covering) > MOST_NAMED else "")
    return Finding.named(
        "always-shadowed", study.path(row), row.id,
        both(
            "{table} 的第 {row} 行永远不会被采用：第 {rows} 行总是先占",
            "Row {row} of {table} never counts: row {rows} always goes before it",
            table=table.id, row=row.row, rows=said,
        ),
        both("把它移到前面，收窄前面的行，或删掉它", "move it up, narrow the rows before it, or delete it")
        if table.hit == "first" else both("改它的输出，或删掉它", "change its outputs, or delete it"),
        witness=witness.document(study.catalogue), others=tuple(table.rows[each - 1].id for each in covering),
    )  # fmt: skip


def _gaps(laid: Laid, study: Study) -> Iterator[Finding]:
    """What no row answers, of tables whose inputs are numbers, choices and flags that are known."""
    axes = laid.grid.axes
    if not axes or not all(isinstance(axis.dimension, str) and not _endless(axis.everything) for axis in axes):
        return
    known: Box = {axis.dimension: only(axis.everything, False) for axis in axes}
    try:
        found = laid.grid.uncovered(known, laid.rows, MOST_GAPS + 1)
    except TooManySteps:
        yield study.not_analysed(laid.table, both("是否有遗漏", "it has gaps"), "rows")
        return
    for number, gap in enumerate(found[:MOST_GAPS], start=1):
        model = study.solver.solve_box(gap).model
        witness = Witness(model.own) if model else None
        if witness is None or any(witness.fires(row) for row in laid.table.rows):
            yield study.not_analysed(laid.table, both("是否有遗漏", "it has gaps"), "rows")
        else:
            yield _gap(laid.table, gap, known, witness, study, number == MOST_GAPS < len(found))


def _endless(domain: object) -> bool:
    return isinstance(domain, Names) and domain.rest


def _gap(table: Table, gap: Box, known: Box, witness: Witness, study: Study, more: bool) -> Finding:
    said = study.said(
        as_condition({name: domain for name, domain in gap.items() if domain != known[name]}, study.solver.boxes)
    )
    return Finding.named(
        "table-gap", study.path(table, "rows"), table.id,
        both(
            "{table} 没有一行回答：{said}" + ("（还有其他遗漏）" if more else ""),
            "No row of {table} answers: {said}" + (" (and there is more)" if more else ""),
            table=table.id, said=said,
        ),
        both("加一行，或在最后加一行全为 - 的兜底行", "add a row, or a last one that has - in every input"),
        witness=witness.document(study.catalogue), answer=answering(table, gap, witness.values, study.catalogue),
    )  # fmt: skip
