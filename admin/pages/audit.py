"""The audit log for administrators: who changed what, when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import dates
from admin.filters import PERIODS, Filters, filters_of
from admin.names import names_of
from admin.presenters import audit as presenter
from admin.presenters import audit_words
from admin.sessions import signed_in
from admin.wiring import gatehouse, now
from engine.errors import OrderError

_PAGE = 30
_LONGEST = 200
_CHOICES: Mapping[str, tuple[str, ...] | None] = {"by": None, "kind": tuple(audit_words.KINDS), "what": None}


def add_to(blueprint: Blueprint) -> None:
    """Put this page on the console."""
    blueprint.add_url_rule("/audit", view_func=audit)


@login_required
def audit() -> ResponseReturnValue:
    """The changes that pass the filters, newest first."""
    signed_in().require("admin")
    asked, days, cursor = _asked(request.args), _days(request.args), request.args.get("cursor")
    wanted: dict[str, Any] = {**asked, **days.instants(dates.instant(now()).date())}
    try:
        found = gatehouse().audit_log.list(wanted, cursor, _PAGE)
    except OrderError:  # a cursor that is none
        return redirect(f"{url_for('console.audit')}?{urlencode({**asked, **days.query})}")
    return render_template(
        "console/audit.html",
        entries=presenter.entries(found["items"], names_of(gatehouse())),
        asked=asked,
        days=days,
        query={**asked, **days.query},
        kinds=[(code, str(text)) for code, text in audit_words.KINDS.items()],
        periods=[("", gettext("不限")), *((code, str(text)) for code, text in PERIODS.items())],
        people=[each["username"] for each in gatehouse().people.users()],
        next_cursor=found["next_cursor"],
        is_first=not cursor,
        files=_files(wanted),
    )


def _files(wanted: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where the same is to be had as a file: (form, address)."""
    named = {"since": "from", "until": "to"}
    query = {named.get(name, name): value for name, value in wanted.items()}
    plain = {name: value if isinstance(value, str) else value.isoformat() for name, value in query.items()}
    forms = (("CSV", "csv"), ("Excel", "xlsx"))
    return [(form, f"/v1/audit-log?{urlencode({**plain, 'format': code})}") for form, code in forms]


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for; what is none is ignored."""
    wanted = {name: given.get(name, "").strip()[:_LONGEST].replace("\0", "") for name in _CHOICES}
    return {name: value for name, value in wanted.items() if value and value in (_CHOICES[name] or (value,))}


def _days(given: Mapping[str, str]) -> Filters:
    """The days that an address asks for, as those of the list of orders."""
    return filters_of({name: given[name] for name in ("period", "from", "to") if name in given})
