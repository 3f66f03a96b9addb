"""Reference data: what decisions depend on and admins keep. Each kind has the same routes."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from api.answers import answer
from api.current import gatehouse, principal
from api.files import BY_MEDIA_TYPE, FILES, MEDIA_TYPES, file, file_format
from api.incoming import PageQuery, Query, Switch, body, json_document
from api.openapi import REFERENCE_NAMES, Routes
from api.shapes import page, ref
from engine.errors import NotFound
from engine.intake.excel_sheets import MOST_BYTES
from engine.intake.fields import Choice, Text
from engine.service.masking import reference_seen

routes = Routes("reference", "What decisions depend on and admins keep.")

_FILE_BODY = {"required": True, "content": BY_MEDIA_TYPE}

_TITLES = {
    "skus": ("a sku", "skus"),
    "sku-aliases": ("what a channel calls our skus", "what channels call our skus"),
    "warehouses": ("a warehouse or store", "warehouses and stores"),
    "carriers": ("a carrier with its services", "carriers"),
    "rate-cards": ("the rate card of a service", "rate cards"),
    "coverage": ("the coverage of a service", "coverage"),
    "lists": ("a list that rules ask about", "lists"),
    "channels": ("a channel", "channels"),
    "coupons": ("what a coupon asks for", "coupons"),
    "templates": ("what a notice says", "templates of notices"),
}


class ListQuery(PageQuery):
    """Which documents of a kind."""

    q = Text(longest=200, metadata={"description": "Part of a code or a name."})
    format = Choice(("json", *MEDIA_TYPES), metadata={"description": "A file holds all documents, not a page of them."})


class OneQuery(Query):
    """In which form."""

    format = Choice(("json", *MEDIA_TYPES))


class ImportQuery(Query):
    """Whether to change anything."""

    dry_run = Switch()


def _all_of(kind: str, many: str) -> None:
    """The route to the list of a kind."""

    @routes.route(f"/{kind}", endpoint=f"{kind}-list", tags=[kind])
    class Documents(MethodView):
        @routes.query(ListQuery)
        @routes.gives(200, page(ref(REFERENCE_NAMES[kind])), f"A page of {many}, by code.")
        @routes.refuses(403, 422)
        @routes.doc(summary=f"List {many}", **FILES)
        def get(self, query: dict[str, Any]) -> Response:
            principal().require("viewer")
            if format_ := file_format(query):
                data = gatehouse().reference_files.export(kind, format_, principal(), query.get("q"))
                return file(kind, format_, data)
            found = gatehouse().reference.list(kind, query.get("cursor"), query["limit"], query.get("q"))
            return answer({**found, "items": [reference_seen(kind, each, principal()) for each in found["items"]]})


def _file_of(kind: str, many: str) -> None:
    """The route that takes a file of a kind."""

    @routes.route(f"/{kind}/import", endpoint=f"{kind}-import", tags=[kind])
    class File(MethodView):
        @routes.query(ImportQuery)
        @routes.gives(200, "Imported", "What the file changes; with `dry_run=1` what it would.")
        @routes.refuses(400, 403, 409, 413, 415, 422)
        @routes.doc(summary=f"Create and replace {many} by a file", requestBody=_FILE_BODY)
        def post(self, query: dict[str, Any]) -> Response:
            """All of the file or nothing: a 422 names every problem by its cell. Columns that are left out stay as they
            are; a part of a document (a zone, a service, an item) is a row of its own."""
            principal().require("admin")
            data = body(MOST_BYTES)
            return answer(gatehouse().reference_files.load(kind, data, principal(), query.get("dry_run", False)))


def _one_of(kind: str, one: str) -> None:
    """The route to one document of a kind, by its code."""
    name = REFERENCE_NAMES[kind]

    @routes.route(f"/{kind}/<code>", endpoint=f"{kind}-one", tags=[kind])
    class Document(MethodView):
        @routes.query(OneQuery)
        @routes.gives(200, name, "The document.")
        @routes.refuses(403, 404, 422)
        @routes.doc(summary=f"Get {one}", **FILES)
        def get(self, query: dict[str, Any], code: str) -> Response:
            principal().require("viewer")
            document = gatehouse().reference.get(kind, _plain(code))
            if format_ := file_format(query):
                data = gatehouse().reference_files.export(kind, format_, principal(), code=code)
                return file(f"{kind}-{code}", format_, data)
            return answer(reference_seen(kind, document, principal()))

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
    _all_of(_kind, _many)
    _file_of(_kind, _many)
    _one_of(_kind, _one)
