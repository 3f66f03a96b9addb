"""A shop to storm: the demo's reference data, 500 units of one sku over three warehouses, and keys to post with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.service import Gatehouse
from engine.service.gatehouse import utc_now
from tests import postgres
from tests.conftest import NOW, ROOT, open_gatehouse
from tests.stress.storm import Shop


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A running PostgreSQL server."""
    yield from postgres.for_tests()


@pytest.fixture
def sqlite_shop(home: Path) -> Iterator[Shop]:
    gatehouse = open_gatehouse(home, utc_now)
    yield Shop(gatehouse, {"GATEHOUSE_HOME": str(home)})
    gatehouse.close()


@pytest.fixture
def postgres_shop(postgres_server: sa.URL, tmp_path: Path) -> Iterator[Shop]:
    with postgres.database(postgres_server) as url:
        environ = {"GATEHOUSE_HOME": str(tmp_path), "DATABASE_URL": url.render_as_string(hide_password=False)}
        gatehouse = open_gatehouse(tmp_path, utc_now, **environ)
        _furnish(gatehouse)
        yield Shop(gatehouse, environ)
        gatehouse.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest) -> Shop:
    """One on each kind of database."""
    return request.getfixturevalue(f"{request.param}_shop")


def _furnish(gatehouse: Gatehouse) -> None:
    gatehouse.database.migrate()
    gatehouse.seeding.rules(ROOT / "rulesets")
    gatehouse.seeding.demo(NOW.date())
