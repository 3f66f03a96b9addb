"""Lists as files: which forms there are, which one is asked for, and the file itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Response, request

MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
BY_MEDIA_TYPE = dict.fromkeys(MEDIA_TYPES.values(), _BINARY)
FILES: dict[str, Any] = {"responses": {200: {"content": BY_MEDIA_TYPE}}}  # beside JSON, as OpenAPI says it


def file_format(query: dict[str, Any]) -> str | None:
    """csv, xlsx, or None for JSON: as `format` says, else the Accept header."""
    said = query.pop("format", None)
    if said is not None:
        return None if said == "json" else str(said)
    best = request.accept_mimetypes.best_match(["application/json", *MEDIA_TYPES.values()], "application/json")
    return next((format_ for format_, media_type in MEDIA_TYPES.items() if media_type == best), None)


def file(name: str, format_: str, data: bytes | Iterable[bytes]) -> Response:
    """The file, to be kept under that name; sent part by part where it comes so."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{format_}"}
    return Response(data, headers=headers, content_type=MEDIA_TYPES[format_])
