"""The desk that scenarios are played at. Whatever a scenario decided is decided again at its end, in another world."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import Desk


@pytest.fixture
def desk(gatehouse, clock):
    """Posts orders, and replays every decision at the end, after stock, rates, goods, lists and rules have changed."""
    opened = Desk(gatehouse, clock)
    yield opened
    opened.upheaval()
    assert opened.differences() == {}
