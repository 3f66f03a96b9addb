"""The API over a real database with the shipped rules and the demo's reference data, and callers with keys."""

from __future__ import annotations

import copy
import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api import create_app
from engine.service import Gatehouse
from engine.service.principals import ROLES
from tests import odd_bodies
from tests.api.described import Described
from tests.conftest import Clock, open_gatehouse

CHANNELS = ("taobao", "own-shop", "store")
_numbers = itertools.count(1)


class Caller:
    """Calls the API with one key, and holds every answer against its description."""

    def __init__(self, client: FlaskClient, described: Described, key: str | None):
        self.client, self.described = client, described
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        if body is not None:
            options["data"] = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {**self.headers, **options.pop("headers", {})}
        response = self.client.open(path, method=method, headers=headers, **options)
        self.described.check(method, path, response)
        return response

    def get(self, path: str, **options: Any) -> Any:
        return self("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Any:
        return self("PUT", path, body, **options)


class House:
    """An application, its use cases, and a caller for every role and a few channels."""

    def __init__(self, gatehouse: Gatehouse):
        self.gatehouse = gatehouse
        self.app = create_app(gatehouse, gatehouse.settings)
        self.client = self.app.test_client()
        self.described = Described(self.client.get("/openapi.json").json)
        people = gatehouse.people
        self.keys = {role: people.create_key(f"{role}-token", "token", frozenset({role})) for role in ROLES}
        self.keys |= {code: people.create_key(f"{code}-key", "channel", frozenset(), code) for code in CHANNELS}
        self.keys["nobody"] = people.create_key("nobody", "token")

    def caller(self, name: str | None) -> Caller:
        """A caller with the key of a role or channel."""
        return Caller(self.client, self.described, self.keys[name] if name else None)


def sample(**changes: Any) -> dict[str, Any]:
    """The contract's sample order under a number of its own."""
    document = copy.deepcopy(odd_bodies.SAMPLE_ORDER) | {"channel_order_no": f"T-{next(_numbers)}"}
    return document | changes


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of a document with one field changed."""
    document = copy.deepcopy(document)
    *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    place[last] = value
    return document


def of_high_value() -> dict[str, Any]:
    """An order that is held as HIGH_VALUE and for nothing else."""
    document = sample(coupons=[], payable_cents=600_000)
    document["lines"][0] |= {"quantity": 1, "unit_cents": 600_000}
    document["payment"]["paid_cents"] = 600_000
    return document


@pytest.fixture
def house(gatehouse: Gatehouse) -> House:
    """The API of a Gatehouse of the test's own."""
    return House(gatehouse)


@pytest.fixture(scope="module")
def shared(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory):
    """The API of a Gatehouse that the tests of a module share, judged by the evaluator alone."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(seeded_home, home)
    gatehouse = open_gatehouse(home, Clock(), MATCHING="evaluator")
    yield House(gatehouse)
    gatehouse.close()


@pytest.fixture
def taobao(house: House) -> Caller:
    """A marketplace's shop."""
    return house.caller("taobao")


@pytest.fixture
def call(house: House) -> Callable[[str | None], Caller]:
    """A caller by role or channel."""
    return house.caller
