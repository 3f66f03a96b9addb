"""The documentation page: Swagger UI from its wheel, with nothing loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, abort, send_from_directory

docs = Blueprint("docs", __name__)

_OURS = Path(__file__).parent / "static"
_SWAGGER_UI = Path(flask_swagger_ui.__file__).parent / "dist"
_FILES = {
    "docs.css": _OURS,
    "docs.js": _OURS,
    "swagger-ui.css": _SWAGGER_UI,
    "swagger-ui-bundle.js": _SWAGGER_UI,
    "favicon-32x32.png": _SWAGGER_UI,
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@docs.route("/docs")
def page() -> Response:
    """The page; it reads /openapi.json."""
    response = send_from_directory(_OURS, "docs.html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@docs.route("/docs/<name>")
def asset(name: str) -> Response:
    """What the page loads."""
    if name not in _FILES:
        abort(404)
    return send_from_directory(_FILES[name], name)
