"""Anything may happen to orders, in any order, and what must hold of them holds.

A walk is made by its seed alone; one that fails is told as the fewest steps that lead there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from tests.conftest import NOW, ROOT, Clock, open_gatehouse
from tests.scenarios.walking import Opened, trouble
from tests.scenarios.walks import COURSE, first_trouble


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    yield from postgres.for_tests()


@pytest.fixture(scope="session")
def furnished(postgres_server: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with rules and the demo, to make others from."""
    with postgres.database(postgres_server) as url:
        home = tmp_path_factory.mktemp("furnished")
        gatehouse = open_gatehouse(home, Clock(), DATABASE_URL=_plain(url), MATCHING="evaluator")
        gatehouse.database.migrate()
        gatehouse.seeding.rules(ROOT / "rulesets")
        gatehouse.seeding.demo(NOW.date())
        gatehouse.rulebooks.live()
        gatehouse.close()
        yield str(url.database)


@pytest.fixture
def postgres_house(postgres_server: sa.URL, furnished: str, tmp_path: Path) -> Opened:
    @contextmanager
    def fresh() -> Iterator[tuple]:
        clock = Clock()
        with postgres.database(postgres_server, furnished) as url:
            gatehouse = open_gatehouse(tmp_path, clock, DATABASE_URL=_plain(url), MATCHING="evaluator")
            try:
                yield gatehouse, clock
            finally:
                gatehouse.close()

    return fresh


def _plain(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def test_what_must_hold_holds_whatever_happens(seeded_home: Path) -> None:
    told = first_trouble(seeded_home, range(40), length=40)
    assert told is None, told


@pytest.mark.parametrize("seed", range(3))
def test_it_holds_on_postgresql_too(postgres_house: Opened, seed: int) -> None:
    told = trouble(postgres_house, COURSE, seed, 40, every=20)
    assert told is None, told


@pytest.mark.slow
def test_it_holds_on_a_thousand_walks(seeded_home: Path) -> None:
    told = first_trouble(seeded_home, range(1000, 2000), length=20)
    assert told is None, told
