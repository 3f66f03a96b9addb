"""People who sign in to the console, as documents."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from engine.errors import OrderError, Problem
from engine.intake.fields import Choice, Items, Text
from engine.intake.problems import problems_of
from engine.intake.reference import CODE
from engine.intake.schema import Strict

ROLES = ("viewer", "ops", "editor", "approver", "admin")  # as engine.service.principals has them
SHORTEST_PASSWORD = 8
_REFUSED = "The document cannot be accepted as it is."


class UserSchema(Strict):
    """Somebody who signs in. What is left out stays as it is; a new user needs both."""

    username = Text(required=True, filled=True, longest=100, validate=CODE)
    roles = Items(Choice(ROLES, required=True), longest=len(ROLES))
    password = Text(longest=200, metadata={"writeOnly": True, "description": "Of at least 8 characters."})


_USER = UserSchema()


def load_user(username: str, document: Any) -> dict[str, Any]:
    """`{roles, password}`, None for what is left out. Raises OrderError naming every problem."""
    if isinstance(document, dict):
        if document.get("username") not in (None, username):
            other = Problem("username", "not-a-choice", "must be that in the address, or left out")
            raise OrderError([other], _REFUSED)
        document = document | {"username": username}
    try:
        values = _USER.load(document)
    except ValidationError as error:
        raise OrderError(problems_of(error, _USER), _REFUSED) from None
    password, roles = values.get("password"), values.get("roles")
    problems = []
    if password is not None and len(password) < SHORTEST_PASSWORD:
        problems.append(Problem("password", "out-of-range", f"must have at least {SHORTEST_PASSWORD} characters"))
    if roles is not None and not roles:
        problems.append(Problem("roles", "required", "must name at least one role"))
    if problems:
        raise OrderError(problems, _REFUSED)
    return {"roles": roles, "password": password}
