"""The audit log: who changed what, when, from what to what."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import answer
from api.current import gatehouse, principal
from api.files import FILES, MEDIA_TYPES, file, file_format
from api.incoming import Moment, PageQuery
from api.openapi import Routes
from engine.intake.fields import Choice, Text

routes = Routes("audit", "Who changed what.")


class AuditQuery(PageQuery):
    """Which entries; all conditions together."""

    kind = Text(longest=64, metadata={"description": "How their action begins: `lists`, `skus`, `order`, `user` …"})
    what = Text(longest=200, metadata={"description": "What was changed: a code, an order number, a user name."})
    by = Text(longest=200, metadata={"description": "Who changed it."})
    since = Moment(data_key="from")
    until = Moment(data_key="to", metadata={"description": "Entries before then."})
    format = Choice(("json", *MEDIA_TYPES), metadata={"description": "A file has the newest, not a page of them."})


@routes.route("/audit-log", methods=["GET"])
@routes.query(AuditQuery)
@routes.gives(200, "AuditPage", "Entries, newest first; `before` and `after` are null where there was nothing.")
@routes.refuses(403, 422)
@routes.doc(**FILES)
def list_audit_log(query: dict[str, Any]) -> Response:
    """Who changed what, when, from what to what.

    As a file (`format=csv`, `format=xlsx`): the newest 100,000, in Excel 20,000, of two documents only what differs.
    """
    principal().require("ops")  # what was changed may be people's names, phones and addresses
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    if format_ := file_format(query):
        return file("audit-log", format_, gatehouse().audit_log.export(query, format_))
    return answer(gatehouse().audit_log.list(query, cursor, limit))
