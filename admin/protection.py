"""What keeps a signed-in person's browser from being used against them: CSRF tokens and strict headers."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from flask_wtf.csrf import CSRFProtect

API = "/v1/"  # checks callers by itself: by key or token, or by session and the same CSRF header
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # Bootstrap draws arrows and ticks with data URLs
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def install(app: Flask, blueprint: Blueprint) -> None:
    """Ask for a CSRF token with every change outside the API, and put the headers on every page."""
    # A token is as good as the session that it belongs to, so a page left open over lunch still works.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    csrf = CSRFProtect(app)

    @app.before_request
    def check_token() -> None:
        if request.endpoint and not request.path.startswith(API):
            csrf.protect()

    blueprint.after_request(_with_headers)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
