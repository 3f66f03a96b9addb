"""In which language a reader gets the console: Chinese, unless they switched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, request
from flask_babel import Babel, get_locale

DEFAULT = "zh_CN"
LANGUAGES: Mapping[str, tuple[str, str]] = {"zh_CN": ("zh-CN", "中文"), "en": ("en", "English")}  # HTML code, own name
TRANSLATIONS = Path(__file__).parent / "translations"
_COOKIE = "gatehouse_language"
_YEAR_S = 365 * 24 * 3600


def install(app: Flask, time_zone: str) -> None:
    """Translate pages; texts in the code are Chinese, the other catalogue is in `translations`."""
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone=time_zone,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=chosen,
    )


def chosen() -> str:
    """The reader's locale."""
    code = request.cookies.get(_COOKIE, DEFAULT)
    return code if code in LANGUAGES else DEFAULT


def remember(response: Response, code: str) -> Response:
    """Keep the choice in a cookie, for whoever signs in on this machine."""
    response.set_cookie(_COOKIE, code, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def language() -> str:
    """`zh` or `en`."""
    locale = get_locale()
    return locale.language if locale else "zh"


def html_language() -> str:
    """The reader's language as HTML names it."""
    return LANGUAGES[chosen()][0]


def said(text: str | Mapping[str, str] | None) -> str:
    """A text that is kept in both languages, in the reader's; one that is not, as it is."""
    if isinstance(text, Mapping):
        return text.get(language()) or next(iter(text.values()), "")
    return text or ""


def either(pair: tuple[str, str]) -> str:
    """Of (Chinese, English) the reader's."""
    return pair[1] if language() == "en" else pair[0]
