"""The log of firings: which rule held for which order, when, and what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from flask import Response

from api.answers import about, answer
from api.current import gatehouse, principal
from api.files import FILES, MEDIA_TYPES, file, file_format
from api.incoming import Moment, PageQuery, Switch
from api.openapi import Routes
from api.work_shapes import VERDICTS
from engine.intake.fields import Choice, Text
from engine.language.facts import STAGES

routes = Routes("firings", "Which rules held for which orders.")


class FiringQuery(PageQuery):
    """Which firings; all conditions together."""

    rule = Text(longest=200, metadata={"description": "A rule; a table, which means all its rows; or a row of one."})
    stage = Choice(STAGES)
    order_no = Text(longest=200)
    channel = Text(longest=64)
    verdict = Choice(VERDICTS, metadata={"description": "What came of the decision as a whole."})
    subject = Text(longest=200, metadata={"description": "What was judged: `order`, `line:1`, `warehouse:SH1` …"})
    waived = Switch(metadata={"description": "1: only what a person's release took the hold off; 0: only the rest."})
    since = Moment(data_key="from")
    until = Moment(data_key="to", metadata={"description": "Firings before then."})
    format = Choice(("json", *MEDIA_TYPES), metadata={"description": "A file has the newest, not a page of them."})


@routes.route("/firings", methods=["GET"])
@routes.query(FiringQuery)
@routes.gives(200, "FiringPage", "Firings, newest first.")
@routes.refuses(403, 422)
@routes.doc(**FILES)
def list_firings(query: dict[str, Any]) -> Response:
    """Which rules held for which orders, when, what they saw and did, and by which version of the rules.

    As a file (`format=csv`, `format=xlsx`), for those who may see people: the newest 100,000, in Excel 20,000.
    """
    cursor, limit, format_ = query.pop("cursor", None), query.pop("limit"), file_format(query)
    if format_:
        principal().require("ops")  # values in bulk, with what customers wrote
        return file("firings", format_, gatehouse().firings.export(query, format_))
    principal().require("viewer")
    found = gatehouse().firings.list(query, cursor, limit)
    return answer({**found, "items": _seen(found["items"])})


def _seen(items: Iterable[Mapping[str, Any]]) -> list[Any]:
    """As the caller may see them."""
    if principal().sees_people():
        return list(items)
    by_order = groupby(items, key=lambda each: each["order_no"])
    return [each for order_no, some in by_order for each in about(gatehouse().orders.order(order_no), list(some))]
