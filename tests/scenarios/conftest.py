"""The desk that scenarios are played at. Whatever a scenario decided is decided again at its end, in another world."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Clock, open_gatehouse
from tests.scenarios.compiling import compiled_once
from tests.scenarios.desk import Desk


@pytest.fixture(scope="session")
def _compiled_rulebooks():
    return {}


@pytest.fixture(scope="module", autouse=True)
def _compiled_once(_compiled_rulebooks):
    """Rules that are the same are compiled once for all scenarios, as in one process that decides many orders."""
    with compiled_once(_compiled_rulebooks):  # of these modules only: others count on judges of their own
        yield


@pytest.fixture(scope="session")
def seeded_home(seeded_home) -> Path:
    """The same, with its rulebook pinned already: hundreds of tests start from it."""
    gatehouse = open_gatehouse(seeded_home, Clock(), MATCHING="evaluator")
    gatehouse.rulebooks.live()
    gatehouse.close()
    return seeded_home


@pytest.fixture
def desk(gatehouse, clock):
    """Posts orders, and replays every decision at the end, after stock, rates, goods, lists and rules have changed."""
    opened = Desk(gatehouse, clock)
    yield opened
    opened.upheaval()
    assert opened.differences() == {}
