"""Reference data: what decisions depend on and admins keep. Eight kinds, each with the same five routes."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api.answers import answer
from api.current import gatehouse, principal
from api.incoming import PageQuery, json_document
from api.openapi import REFERENCE_NAMES, Routes
from api.shapes import page, ref
from engine.errors import NotFound
from engine.intake.fields import Text

routes = Routes("reference", "What decisions depend on and admins keep.")

_TITLES = {
    "skus": ("a sku", "skus"),
    "sku-aliases": ("what a channel calls our skus", "what channels call our skus"),
    "warehouses": ("a warehouse or store", "warehouses and stores"),
    "carriers": ("a carrier with its services", "carriers"),
    "rate-cards": ("the rate card of a service", "rate cards"),
    "coverage": ("the coverage of a service", "coverage"),
    "lists": ("a list that rules ask about", "lists"),
    "channels": ("a channel", "channels"),
}


class ListQuery(PageQuery):
    """Which documents of a kind."""

    q = Text(longest=200, metadata={"description": "Part of a code or a name."})


def _routes_of(kind: str, one: str, many: str) -> None:
    """The list of a kind, and one document of it by code."""
    name = REFERENCE_NAMES[kind]

    @routes.route(f"/{kind}", endpoint=f"{kind}-list", tags=[kind])
    class Documents(MethodView):
        @routes.query(ListQuery)
        @routes.gives(200, page(ref(name)), f"A page of {many}, by code.")
        @routes.refuses(403, 422)
        @routes.doc(summary=f"List {many}")
        def get(self, query: dict[str, Any]) -> Response:
            principal().require("viewer")
            found = gatehouse().reference.list(kind, query.get("cursor"), query["limit"], query.get("q"))
            return answer(found)

    @routes.route(f"/{kind}/<code>", endpoint=f"{kind}-one", tags=[kind])
    class Document(MethodView):
        @routes.gives(200, name, "The document.")
        @routes.refuses(403, 404)
        @routes.doc(summary=f"Get {one}")
        def get(self, code: str) -> Response:
            principal().require("viewer")
            return answer(gatehouse().reference.get(kind, _plain(code)))

        @routes.body(name)
        @routes.gives(200, name, "Replaced.")
        @routes.gives(201, name, "Created.")
        @routes.refuses(400, 403, 409, 413, 415, 422)
        @routes.doc(summary=f"Create or replace {one}")
        def put(self, code: str) -> Response:
            principal().require("admin")
            document, created = gatehouse().reference.put(kind, code, json_document(), principal())
            return answer(document, 201 if created else 200)

        @routes.gives(204, None, "Deleted.")
        @routes.refuses(403, 404, 409)
        @routes.doc(summary=f"Delete {one}, where nothing refers to it")
        def delete(self, code: str) -> Response:
            principal().require("admin")
            gatehouse().reference.delete(kind, _plain(code), principal())
            return Response(status=204)


def _plain(code: str) -> str:
    """The code, which a database can be asked for. Raises NotFound."""
    if "\0" in code:
        raise NotFound("no code has such characters")
    return code


for _kind, (_one, _many) in _TITLES.items():
    _routes_of(_kind, _one, _many)
