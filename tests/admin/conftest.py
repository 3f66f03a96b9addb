"""The console over a real database with the shipped rules, the demo, three people and the sample orders."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin import register
from api import create_app
from engine.demo.orders import sample_orders
from engine.service import Gatehouse
from tests.admin.windows import address, browser, window  # noqa: F401
from tests.conftest import NOW, Clock, open_gatehouse

PASSWORD = "correct horse battery"
PEOPLE = {"ann": {"approver"}, "otto": {"ops"}, "vera": {"viewer"}}
HELD = "jd.JD-DEMO-0002"  # HIGH_VALUE, which ops may release
BLACKLISTED = "woocommerce.2005"  # which takes an approver
APPROVED = "taobao.TB-DEMO-0001"


class Visitor:
    """Somebody with a browser, without the browser."""

    def __init__(self, app: Flask):
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def token(self, path: str = "/console/sign-in") -> str:
        """The CSRF token of a page."""
        found = re.search(r'<meta name="csrf-token" content="([^"]+)">', self.get(path, follow_redirects=True).text)
        assert found, path
        return found.group(1)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        """A form, sent with the token of its session."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)

    def sign_in(self, name: str, password: str = PASSWORD, query: str = "") -> Any:
        return self.post(f"/console/sign-in{query}", {"username": name, "password": password})

    def speak(self, code: str) -> Visitor:
        self.get(f"/console/language/{code}")
        return self


@pytest.fixture(scope="session")
def console_home(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory made once; tests copy it."""
    home = tmp_path_factory.mktemp("console") / "home"
    shutil.copytree(seeded_home, home)
    gatehouse = open_gatehouse(home, Clock(), MATCHING="evaluator")
    for name, roles in PEOPLE.items():
        gatehouse.people.create_user(name, PASSWORD, frozenset(roles))
    for sample in sample_orders(NOW):
        gatehouse.orders.submit(sample.document, sample.channel)
    gatehouse.close()
    return home


@pytest.fixture
def home(console_home: Path, tmp_path: Path) -> Path:
    target = tmp_path / "home"
    shutil.copytree(console_home, target)
    return target


@pytest.fixture
def gatehouse(home: Path, clock: Clock):  # type: ignore[no-untyped-def]
    opened = open_gatehouse(home, clock, MATCHING="evaluator")
    yield opened
    opened.close()


@pytest.fixture
def app(gatehouse: Gatehouse) -> Flask:
    made = create_app(gatehouse, gatehouse.settings)
    register(made, gatehouse, gatehouse.settings)
    return made


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Not signed in."""
    return Visitor(app)


@pytest.fixture
def visit(app: Flask) -> Callable[[str], Visitor]:
    """Somebody signed in, by name."""

    def make(name: str) -> Visitor:
        visitor = Visitor(app)
        assert visitor.sign_in(name).status_code == 302
        return visitor

    return make


@pytest.fixture
def ann(visit: Callable[[str], Visitor]) -> Visitor:
    """An approver."""
    return visit("ann")


@pytest.fixture
def reading(app: Flask):  # type: ignore[no-untyped-def]
    """A request in which texts are in one language: `with reading("en"): …`."""
    return lambda code: app.test_request_context("/console/orders", headers={"Cookie": f"gatehouse_language={code}"})


@pytest.fixture
def post_order(gatehouse: Gatehouse, samples: list[Any]) -> Callable[..., str]:
    """Post a sample order under another number, changed; its order number."""

    def post(sample: int, number: str, change: Callable[[dict[str, Any]], None] = lambda document: None) -> str:
        document = {**samples[sample].document, "channel_order_no": number}
        change(document)
        return gatehouse.orders.submit(document, samples[sample].channel).order["order_no"]

    return post
