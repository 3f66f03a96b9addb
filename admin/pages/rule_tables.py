"""What the editor of decision tables asks: what is wrong with the cells, how often rows fired, Excel in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import dates
from admin.names import names_of
from admin.pages.rule_drafts import lists_by_code
from admin.pages.rules import known
from admin.presenters import rule_problems
from admin.presenters.table_readings import TableReadings, wrong_cells
from admin.sessions import signed_in
from admin.values import Reader
from admin.wiring import gatehouse
from engine.errors import RulebookError
from engine.intake.bodies import read_json
from engine.intake.excel import rows_as_typed, table_to_xlsx
from engine.language.effects import EFFECTS

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_to(blueprint: Blueprint) -> None:
    """Put these on the console."""
    blueprint.add_url_rule("/rules/<stage>/table", view_func=read_table, methods=["POST"])
    blueprint.add_url_rule("/rules/<stage>/tables/<table_id>/hits", view_func=table_hits)
    workbook = "/rules/<stage>/drafts/<draft_id>/tables/<table_id>/workbook"
    blueprint.add_url_rule(workbook, view_func=table_workbook)
    blueprint.add_url_rule(workbook, endpoint="read_workbook", view_func=read_workbook, methods=["POST"])


@login_required
def read_table(stage: str) -> Response:
    """`{table, file?}` -> what `TableReadings.of` says of it; `file`: whether it is to be said as a file too."""
    signed_in().require("editor")
    asked = read_json(request.get_data())
    asked = asked if isinstance(asked, Mapping) else {}
    return jsonify(_readings(stage).of(asked.get("table"), asked.get("file") is True))


@login_required
def table_hits(stage: str, table_id: str) -> Response:
    """`{rows: {number: {day, week}}}` of the live table: how often each row fired."""
    known(stage)
    hits = gatehouse().rule_activity.rows(table_id)
    return jsonify(rows={number: {"day": each.day, "week": each.week} for number, each in hits.items()})


@login_required
def table_workbook(stage: str, draft_id: str, table_id: str) -> ResponseReturnValue:
    """The rows of a draft's table as an Excel workbook; `{problem}` where they cannot be written so."""
    signed_in().require("editor")
    document = _drafted(stage, draft_id, table_id)
    if not _readings(stage).knows_columns(document):
        return _refused(gettext("先把列改好：有的列还没有选好事实、比较方式或效果。"))
    try:
        packed = table_to_xlsx(document, _catalogue())
    except RulebookError as error:
        return _refused(_said(error))
    said = {"Content-Disposition": f'attachment; filename="{table_id}.xlsx"', "Cache-Control": "no-store"}
    return Response(packed, mimetype=_XLSX, headers=said)


@login_required
def read_workbook(stage: str, draft_id: str, table_id: str) -> ResponseReturnValue:
    """A workbook -> `{rows, wrong}`: the rows as typed and which cells cannot be read; `{problem}` for another file."""
    signed_in().require("editor")
    document = _drafted(stage, draft_id, table_id)
    if not _readings(stage).knows_columns({**document, "rows": []}):
        return _refused(gettext("先把列改好：有的列还没有选好事实、比较方式或效果。"))
    try:
        rows, wrong = rows_as_typed(request.get_data(), document, _catalogue(), EFFECTS, lists_by_code(), dates.zone())
    except RulebookError as error:
        return _refused(_said(error))
    return jsonify(rows=rows, wrong=wrong_cells(wrong))


def _drafted(stage: str, draft_id: str, table_id: str) -> Mapping[str, Any]:
    """The table of a draft. Raises NotFound."""
    tables = gatehouse().drafts.get(known(stage), draft_id)["tables"]
    found = [each for each in tables if isinstance(each, Mapping) and each.get("id") == table_id]
    return found[0] if found else abort(404)


def _readings(stage: str) -> TableReadings:
    rulebook = gatehouse().rulebooks.live().rulebook
    reader = Reader(names_of(gatehouse()), catalogue=rulebook.catalogue)
    return TableReadings(known(stage), rulebook, lists_by_code(), reader)


def _catalogue() -> Any:
    return gatehouse().rulebooks.live().rulebook.catalogue


def _said(error: RulebookError) -> str:
    shown = rule_problems.shown(error.problems, "")
    return "\n".join(" ".join(filter(None, (each["path"], each["detail"]))) for each in shown)


def _refused(problem: str) -> ResponseReturnValue:
    return jsonify(problem=problem), 422
