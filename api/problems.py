"""Errors as problem documents (RFC 9457). One table says which status an error has; no other place knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Flask, Response, current_app
from werkzeug.exceptions import HTTPException

from api.logs import log_failure, request_id
from engine.errors import (
    Busy,
    Conflict,
    DraftChanged,
    Forbidden,
    GatehouseError,
    MalformedJson,
    NoRevision,
    NotFound,
    OrderError,
    Problem,
    ProblemsError,
    RulebookError,
    TooFast,
    TooLarge,
    Unauthorized,
    VendorError,
)
from engine.service import checks

MEDIA_TYPE = "application/problem+json"

# The nearest ancestor counts.
STATUS: Mapping[type[GatehouseError], int] = {
    MalformedJson: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    DraftChanged: 412,
    TooLarge: 413,
    OrderError: 422,
    RulebookError: 422,
    NoRevision: 428,
    VendorError: 502,
    TooFast: 429,
    Busy: 503,
    GatehouseError: 500,
}
_HEADERS = {401: {"WWW-Authenticate": 'Bearer realm="gatehouse"'}, 503: {"Retry-After": "2"}}
_TITLES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The body is larger than is taken here.",
    415: "The body is in a form that is not read here.",
    500: "Something went wrong on our side.",
}


def register(app: Flask) -> None:
    """Answer every error of the application with a problem document."""
    app.register_error_handler(GatehouseError, known_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unknown_error)


def status_of(error: GatehouseError) -> int:
    """The status of an error."""
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


def problem_of(error: GatehouseError) -> dict[str, Any]:
    """The problem document of an error: `{type, title, status, code, errors}`, with `detail` where there is more."""
    status = status_of(error)
    if status in (500, 502):
        return unexpected_problem()
    title = (type(error).__doc__ or "").strip().splitlines()[0]
    detail = error.message if error.message != title else None
    return {**_document(status, error.code, title, detail, _problems(error)), **getattr(error, "details", {})}


def unexpected_problem() -> dict[str, Any]:
    """The problem document of what should not have happened. What it was stands in the log, under the request's id."""
    return _document(500, "internal-error", _TITLES[500], f"It is in the log under the request id {request_id()}.", ())


def respond(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The answer that carries a problem document."""
    response = cast(Response, current_app.json.response(problem))
    response.status_code, response.mimetype = problem["status"], MEDIA_TYPE
    response.headers.update(_HEADERS.get(problem["status"], {}))
    response.headers.update(headers or {})
    return response


def known_error(error: GatehouseError) -> Response:
    """The answer to an error that was raised on purpose."""
    if status_of(error) >= 500:
        log_failure(error)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooFast) else None
    return respond(problem_of(error), headers)


def http_error(error: HTTPException) -> Response | HTTPException:
    """The answer to an error of the framework: no such route, no such method, too large."""
    status = error.code or 500
    if status < 400:
        return error
    code = "too-large" if status == 413 else re.sub(r"[^a-z]+", "-", error.name.lower())
    title = _TITLES.get(status, f"{error.name}.")
    detail = error.description if status in (400, 415) else None
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return respond(_document(status, code, title, detail, ()), headers)


def unknown_error(error: Exception) -> Response:
    """The answer to what nobody expected: nothing of it is told, all of it is logged."""
    log_failure(error)
    return respond(unexpected_problem())


def _document(
    status: int, code: str, title: str, detail: str | None, errors: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    more = {"detail": detail} if detail else {}
    kind = f"urn:gatehouse:{code}"
    return {"type": kind, "title": title, "status": status, "code": code, **more, "errors": list(errors)}


def _problems(error: GatehouseError) -> list[dict[str, Any]]:
    if isinstance(error, MalformedJson):
        return [_one(error.problem)]
    if isinstance(error, RulebookError):
        return [_finding(each) for each in checks.told_of(error)]
    return [_one(each) for each in error.problems] if isinstance(error, ProblemsError) else []


def _finding(told: Mapping[str, Any]) -> dict[str, Any]:
    """What speaks against rules, with what every problem has; both languages in one text, and by themselves."""
    texts = {name: told[name] for name in ("message", "suggestion")}
    said = {name: f"{each['zh']} / {each['en']}" if each else None for name, each in texts.items()}
    return {**told, **said, "code": told["name"], "texts": texts}


def _one(problem: Problem) -> dict[str, str]:
    hint = f"; {problem.suggestion}" if problem.suggestion else ""
    return {"path": problem.path, "code": problem.code, "message": f"{problem.message}{hint}"}
