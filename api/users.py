"""People who sign in to the console; for administrators."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import answer, part_of
from api.current import gatehouse, principal
from api.incoming import WholeListQuery, json_document
from api.openapi import Routes
from engine.errors import NotFound
from engine.intake.users import load_user

routes = Routes("users", "People who sign in to the console.")


@routes.route("/users", methods=["GET"])
@routes.query(WholeListQuery)
@routes.gives(200, "UserPage", "Everybody, by name. Nothing of a password is ever told.")
@routes.refuses(403)
def list_users(query: dict[str, Any]) -> Response:
    """List users."""
    principal().require("admin")
    return answer(part_of(gatehouse().people.users(), "username", query))


@routes.route("/users/<username>", methods=["GET"])
@routes.gives(200, "User", "The user.")
@routes.refuses(403, 404)
def get_user(username: str) -> Response:
    """Get a user."""
    principal().require("admin")
    return answer(gatehouse().people.user(_plain(username)))


@routes.route("/users/<username>", methods=["PUT"])
@routes.body("UserDocument", example={"roles": ["ops"], "password": "a long sentence of four words"})
@routes.gives(200, "User", "Changed: their sessions have ended.")
@routes.gives(201, "User", "Created.")
@routes.refuses(400, 403, 409, 413, 415, 422)
def put_user(username: str) -> Response:
    """Create a user, or give one other roles or another password.

    What is left out stays as it is. A 409 where no administrator would be left.
    """
    principal().require("admin")
    said = load_user(username, json_document())
    user, created = gatehouse().people.put_user(username, said["roles"], said["password"], principal())
    return answer(user, 201 if created else 200)


@routes.route("/users/<username>", methods=["DELETE"])
@routes.gives(204, None, "Deleted; their sessions have ended.")
@routes.refuses(403, 404, 409)
def delete_user(username: str) -> Response:
    """Delete a user. The last administrator stays."""
    principal().require("admin")
    gatehouse().people.delete_user(_plain(username), principal())
    return Response(status=204)


def _plain(username: str) -> str:
    if "\0" in username:
        raise NotFound("no user name has such characters")
    return username
