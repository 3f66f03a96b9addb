"""Holds every answer against /openapi.json: its status, its media type, and its shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
        assert list(self._untold(schema, instance)) == []

    def _untold(self, schema: dict[str, Any], instance: Any, path: str = "") -> Iterator[str]:
        """Where the instance has keys that its schema does not describe, so that nobody can know of them."""
        if "$ref" in schema:
            *_, kind, name = schema["$ref"].split("/")
            schema = self.document["components"][kind][name]
        choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        if choices and instance is not None:
            yield from min((list(self._untold(each, instance, path)) for each in choices), key=len)
        elif isinstance(instance, list):
            for at, each in enumerate(instance):
                yield from self._untold(schema.get("items", {}), each, f"{path}.{at}")
        elif isinstance(instance, dict) and ("properties" in schema or "additionalProperties" in schema):
            described, others = schema.get("properties", {}), schema.get("additionalProperties", False)
            for key, each in instance.items():
                said = described.get(key, others)
                if said is False:
                    yield f"{path}.{key}"
                elif isinstance(said, dict):
                    yield from self._untold(said, each, f"{path}.{key}")

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
