"""Holds every answer against /openapi.json: its status, its media type, and its shape."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs


class Described:
    """The OpenAPI document of an application."""

    def __init__(self, document: dict[str, Any]):
        self.document = document
        self._paths = {
            re.compile(re.sub(r"\{\w+\}", "[^/]+", path)): operations for path, operations in document["paths"].items()
        }

    def check(self, method: str, path: str, response: Any) -> None:
        """Fail unless the document says that such an answer may come."""
        operation = self._operation(method, path.split("?")[0])
        if operation is None:  # no such route: nothing is said of it
            return
        assert str(response.status_code) in operation["responses"], f"{method} {path} gives {response.status_code}"
        said = self._resolved(operation["responses"][str(response.status_code)])
        if "content" not in said:
            assert response.data == b""
            return
        assert response.mimetype in said["content"], f"{method} {path} gives {response.mimetype}"
        for part in _parts(response):
            self.check_shape(said["content"][response.mimetype]["schema"], part)

    def check_shape(self, schema: dict[str, Any], instance: Any) -> None:
        """Fail unless the instance is of that schema."""
        jsonschema_rs.validate({**schema, "components": self.document["components"]}, instance)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        exact = self.document["paths"].get(path)
        found = exact or next((each for regex, each in self._paths.items() if regex.fullmatch(path)), {})
        return found.get(method.lower())

    def _resolved(self, said: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in said:
            return said
        return self.document["components"]["responses"][said["$ref"].rpartition("/")[2]]


def _parts(response: Any) -> list[Any]:
    if response.mimetype == "application/x-ndjson":
        return [json.loads(line) for line in response.text.splitlines()]
    if "json" in response.mimetype:
        return [response.json]
    return [response.data.decode("latin-1")]  # a file: a string of bytes, whatever they are
