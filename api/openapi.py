"""The OpenAPI document: how routes say what they take and give, and what every route has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_smorest
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask, current_app, request
from marshmallow import fields

from api.auth import authenticate
from api.incoming import Query, QueryParser
from api.problems import MEDIA_TYPE
from api.shapes import SCHEMAS, ref
from api.work_shapes import WORK_SCHEMAS
from engine.intake.adjustments import AdjustmentSchema
from engine.intake.drafts import NoteSchema, PreviewSchema, PublishSchema, RedecideSchema
from engine.intake.events import DATA_SCHEMAS as EVENT_DATA
from engine.intake.events import OrderEventSchema, ReconcileSchema, VendorEventSchema
from engine.intake.manual import (
    AdjustSchema,
    ClarifySchema,
    HoldSchema,
    MergeSchema,
    ReasonSchema,
    ReassignSchema,
    ReleaseSchema,
    ShipSchema,
    SwapSchema,
    TaskAnswerSchema,
    UnmergeSchema,
)
from engine.intake.reference import SCHEMAS as REFERENCE_SCHEMAS
from engine.intake.reference import Title
from engine.intake.schema import OrderSchema
from engine.intake.users import UserSchema

Decorator = Callable[[Any], Any]

REFERENCE_NAMES = {
    "skus": "Sku",
    "sku-aliases": "SkuAliases",
    "warehouses": "Warehouse",
    "carriers": "Carrier",
    "rate-cards": "RateCard",
    "coverage": "Coverage",
    "lists": "List",
    "channels": "Channel",
    "coupons": "CouponTerms",
    "templates": "Template",
}

_ABOUT = """Orders in, decisions out.

Send a channel's key or an API token as `Authorization: Bearer <key>`. In the path of an order `<no>` is the channel's
own number with a channel's key, and `<channel>.<number>` with a token or a console session; a session sends its CSRF
token as `X-CSRFToken` with whatever changes something.

Errors are problem documents (RFC 9457) that name every fault of a document at once. Money is whole cents; instants are
ISO 8601 with an offset. Every answer carries `X-Request-Id`.
"""
# What comes in, by the schemas that read it.
DOCUMENTS = {
    "Order": OrderSchema,
    "Release": ReleaseSchema,
    "Reason": ReasonSchema,
    "Merge": MergeSchema,
    "Unmerge": UnmergeSchema,
    "Hold": HoldSchema,
    "Reassignment": ReassignSchema,
    "LineAdjustment": AdjustSchema,
    "LineSwap": SwapSchema,
    "ShippedByHand": ShipSchema,
    "Clarification": ClarifySchema,
    "Note": NoteSchema,
    "Publish": PublishSchema,
    "Redecide": RedecideSchema,
    "PreviewAsked": PreviewSchema,
    "StockAdjustment": AdjustmentSchema,
    "UserDocument": UserSchema,
    "OrderEvent": OrderEventSchema,
    "VendorEvent": VendorEventSchema,
    "Reconciliation": ReconcileSchema,
    **EVENT_DATA,
    "TaskAnswer": TaskAnswerSchema,
    **{REFERENCE_NAMES[kind]: type(schema) for kind, schema in REFERENCE_SCHEMAS.items()},
}
_PROBLEMS = {
    400: ("Unreadable", "The body cannot be read."),
    401: ("Unauthorized", "No valid key, token or session came with the request."),
    403: ("Forbidden", "The caller may not do that."),
    404: ("NotFound", "There is nothing with that name, or it is not the caller's."),
    409: ("Conflict", "That clashes with what is stored."),
    412: ("Changed", "Somebody else has changed it meanwhile."),
    413: ("TooLarge", "The body is too large."),
    415: ("Unsupported", "The body is encoded in a way that is not read here."),
    422: ("Invalid", "Readable, but wrong; every fault is named."),
    429: ("TooFast", "More than anybody may send in a minute; `Retry-After` says when to go on."),
    428: ("RevisionRequired", "It must be said which revision this changes."),
    503: ("Unavailable", "Not ready."),
}


class Routes(flask_smorest.Blueprint):
    """Routes under /v1, all of which ask who it is."""

    ARGUMENTS_PARSER = QueryParser()

    def __init__(self, name: str, description: str):
        super().__init__(name, f"api.{name}", url_prefix="/v1", description=description)
        self.before_request(authenticate)
        self.before_request(_refuse_unread_parameters)

    def query(self, schema: Any) -> Decorator:
        """The query parameters: the view gets them as its first argument."""
        read = self.arguments(schema, location="query")

        def decorate(view: Any) -> Any:
            reading = read(view)
            reading.reads_query = True
            return reading

        return decorate

    def body(
        self, schema: Any, media_type: str = "application/json", example: Any = None, required: bool = True
    ) -> Decorator:
        """Says what the body is; the view reads it (api.incoming), for reading is strict there."""
        said = {"schema": _named(schema)} | ({"example": example} if example else {})
        return self.doc(requestBody={"required": required, "content": {media_type: said}})

    def gives(self, status: int, schema: Any, says: str, media_type: str | None = None) -> Decorator:
        """Says what a successful answer is."""
        return self.alt_response(
            status, schema=_named(schema), description=says, content_type=media_type, success=True
        )

    def refuses(self, *statuses: int) -> Decorator:
        """Says which errors there are, beside that of a missing key."""

        def decorate(view: Any) -> Any:
            for status in dict.fromkeys((401, 422, 429, *statuses)):
                view = self.alt_response(status, response=_PROBLEMS[status][0])(view)
            return view

        return decorate


class OpenRoutes(Routes):
    """Routes for everybody, at the root."""

    def __init__(self, name: str, description: str):
        flask_smorest.Blueprint.__init__(self, name, f"api.{name}", description=description)


class Document(flask_smorest.Api):
    """The document of all routes; errors are answered by api.problems, not by flask-smorest."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Nothing: see api.problems."""

    def _register_responses(self) -> None:
        """The problem responses, by status."""
        content = {MEDIA_TYPE: {"schema": ref("Problem")}}
        for name, says in _PROBLEMS.values():
            self.spec.components.response(name, {"description": says, "content": content}, lazy=True)

    def _register_pagination_header(self) -> None:
        """Nothing: pages say themselves where the next one is."""


def document(app: Flask) -> Document:
    """Serve /openapi.json. Register routes with what this gives."""
    app.config.update(
        API_TITLE="Gatehouse",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": _ABOUT}, "security": [{"key": []}, {"session": []}]},
    )
    made = Document(app)
    converter: OpenAPIConverter = made.ma_plugin.converter
    converter.add_attribute_function(_title_is_text_or_both)
    key = {"type": "http", "scheme": "bearer", "description": "A channel's key or an API token."}
    session = {"type": "apiKey", "in": "cookie", "name": "session", "description": "The console's session."}
    made.spec.components.security_scheme("key", key)
    made.spec.components.security_scheme("session", session)
    for name, schema in {**SCHEMAS, **WORK_SCHEMAS}.items():
        made.spec.components.schema(name, schema)
    for name, loader in DOCUMENTS.items():
        made.spec.components.schema(name, schema=loader)
    return made


def _refuse_unread_parameters() -> None:
    """Refuse parameters of the query where none is read: whoever sends `dry_run=1` to what knows no trial run must not
    find it done. Raises OrderError."""
    view: Any = current_app.view_functions[request.endpoint or ""]
    if hasattr(view, "view_class"):
        view = getattr(view.view_class, "get" if request.method == "HEAD" else request.method.lower(), None)
    if not getattr(view, "reads_query", False):
        Routes.ARGUMENTS_PARSER.parse(Query(), request, location="query")


def _named(schema: str | dict[str, Any] | None) -> dict[str, Any] | None:
    return ref(schema) if isinstance(schema, str) else schema


def _title_is_text_or_both(self: OpenAPIConverter, field: fields.Field, **_: Any) -> dict[str, Any]:
    if not isinstance(field, Title):
        return {}
    both = {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}, "minProperties": 1}
    return {"type": ["string", "object"], **{key: both[key] for key in ("properties", "minProperties")}}
