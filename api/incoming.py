"""What a request says: its JSON document, read strictly, and its query parameters, all of them known."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import Any, NoReturn

from flask import Request, request
from marshmallow import RAISE, Schema, ValidationError
from marshmallow.fields import Field
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from engine.errors import MalformedJson, OrderError, Problem, TooLarge
from engine.intake.bodies import MAX_BODY_BYTES, read_json
from engine.intake.fields import Flag, Instant, Text, Whole
from engine.intake.problems import problems_of, shown
from engine.intake.schema import Strict

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_DRAINED_BYTES = 32_000_000  # a larger body than that is cut off without an answer
_CHUNK = 65_536


def body(most: int = MAX_BODY_BYTES) -> bytes:
    """The bytes of the body, whether they are counted beforehand or come in chunks. Raises TooLarge, and MalformedJson
    where it did not come whole: half of a file or of a batch is not what anybody meant to send."""
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        raise UnsupportedMediaType("send the body as it is, without Content-Encoding")
    if (request.content_length or 0) > most:
        raise _too_large(most)
    request.max_content_length = most + 1  # one more, for at the limit a body in chunks would just end
    read = _received()
    if len(read) > most:
        raise _too_large(most)
    if len(read) < (request.content_length or 0):
        raise MalformedJson(f"the body ended after {len(read):,} of {request.content_length:,} bytes")
    return read


def _received() -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise
    except Exception as error:  # an edge of the process: servers have errors of their own for this
        why = "the body did not come whole: it broke off, came too slowly, or its chunks are wrong"
        raise MalformedJson(why) from error


def json_document() -> Any:
    """The JSON document of the body, whatever Content-Type says. Raises MalformedJson, TooLarge."""
    return read_json(body())


def optional_document() -> Any:
    """The JSON document of the body; an empty object where there is no body. Raises MalformedJson, TooLarge."""
    sent = body()
    return read_json(sent) if sent else {}


def _too_large(most: int) -> TooLarge:
    """The error, once the sender has finished, within bounds: who is cut off while sending reads no answer."""
    in_chunks = request.content_length is None and request.environ.get("wsgi.input_terminated")
    stream, left = request.environ["wsgi.input"], _DRAINED_BYTES if in_chunks else request.content_length or 0
    left = min(left, _DRAINED_BYTES)
    with contextlib.suppress(Exception):  # as above: what is wrong with the rest of it changes nothing
        while left > 0:
            read = len(stream.read(min(left, _CHUNK)))
            left = left - read if read else 0
    return TooLarge(f"at most {most:,} bytes are taken here")


class Number(Whole):
    """A whole number written as text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise self.make_error("invalid")
        return super()._deserialize(int(value))


class Switch(Flag):
    """1 or 0."""

    wanted = "1 or 0"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if value not in ("0", "1", "false", "true"):
            raise self.make_error("invalid")
        return value in ("1", "true")


class Moment(Instant):
    """An instant whose `+` may have become a blank, as it does where it was not escaped."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dt.datetime:
        return super()._deserialize(value.replace(" ", "+"))


class Query(Strict):
    """Parameters: text all of them, so none is null."""

    def on_bind_field(self, field_name: str, field_obj: Field) -> None:
        field_obj.allow_none = False


class PageQuery(Query):
    """Which page of a list."""

    cursor = Text(longest=500, metadata={"description": "The `next_cursor` of the page before."})
    limit = Number(1, MAX_LIMIT, load_default=DEFAULT_LIMIT, metadata={"description": "Items on a page."})


class WholeListQuery(Query):
    """Which part of a list that is given whole unless a part is asked for."""

    cursor = Text(longest=500, metadata={"description": "The `next_cursor` of the part before."})
    limit = Number(1, MAX_LIMIT, metadata={"description": "Items at most; left out: all of them."})


class QueryParser(FlaskParser):
    """Query parameters by a schema, with the contract's problems: unknown and repeated ones are refused by name."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, str]:
        """The parameters by name. Raises OrderError where one stands twice."""
        repeated = [
            Problem(shown(name), "duplicate-key", "may stand in the query once only")
            for name, values in req.args.lists()
            if len(values) > 1
        ]
        if repeated:
            raise OrderError(repeated, "The query cannot be accepted as it is.")
        return req.args.to_dict()

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:
        """Raise OrderError naming every problem."""
        problems = problems_of(ValidationError(error.messages["query"]), schema)  # type: ignore[call-overload]
        raise OrderError(problems, "The query cannot be accepted as it is.") from None
