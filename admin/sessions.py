"""Who is signed in: the session cookie, how long it is good for, and the person behind it."""

from __future__ import annotations

from flask import Flask, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_url, login_user, logout_user
from werkzeug.wrappers import Response

from admin.addresses import came_from
from admin.wiring import gatehouse, now
from engine.service.people import SESSION_LASTS as LASTS
from engine.service.principals import Principal

PRINCIPAL = "gatehouse_session_principal"  # where other parts of the application find `session_principal`
_SINCE = "signed_in_at"
_ID = "session_id"


class HttpsAwareSessions(SecureCookieSessionInterface):
    """Sessions whose cookie is marked Secure exactly when the request came over HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


class Person(UserMixin):
    """Somebody signed in, as Flask-Login wants to see them."""

    def __init__(self, principal: Principal):
        self.principal = principal
        self.id = principal.name

    @property
    def name(self) -> str:
        return self.principal.name

    def may(self, role: str) -> bool:
        """Whether they have at least that role."""
        return self.principal.may(role)


def install(app: Flask) -> None:
    """Keep sessions in signed cookies, and let the rest of the application ask who is signed in."""
    app.session_interface = HttpsAwareSessions()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    login = LoginManager(app)
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)
    app.extensions[PRINCIPAL] = session_principal


def _ask_to_sign_in() -> Response:
    """The sign-in page, which leads back to what was asked for; of a form, to the page it is on: nothing was done."""
    view = "console.sign_in"
    if request.method in ("GET", "HEAD"):
        return redirect(login_url(view, next_url=request.url))
    return redirect(url_for(view, next=came_from(), late=1))


def begin(principal: Principal) -> None:
    """Start a session from nothing, so that none from before signing in lives on."""
    session.clear()
    session.permanent = True
    session[_SINCE] = now().timestamp()
    session[_ID] = gatehouse().people.begin_session(principal.name)
    login_user(Person(principal))


def end() -> None:
    """End the session: a copy of its cookie is worth nothing either."""
    if session_id := session.get(_ID):
        gatehouse().people.end_session(session_id)
    logout_user()
    session.clear()


def session_principal() -> Principal | None:
    """Who is signed in with this request's session, if anybody."""
    return current_user.principal if current_user.is_authenticated else None


def signed_in() -> Principal:
    """Who is signed in; only for pages that ask for it."""
    return current_user.principal


def _load(username: str) -> Person | None:
    """The person of a session, with the roles they have now; nobody once it is too old or has ended, as it does when
    they sign out, are changed or removed."""
    since, session_id = session.get(_SINCE), session.get(_ID)
    if not isinstance(since, (int, float)) or now().timestamp() - since >= LASTS.total_seconds():
        return None
    principal = gatehouse().people.session_person(session_id) if isinstance(session_id, str) else None
    return Person(principal) if principal and principal.name == username else None
