"""Judges of rulebooks, closed after each test."""

from __future__ import annotations

import pytest

from engine.matching.judge import Judge
from tests.engine.matching.cases import a_rulebook


@pytest.fixture
def judging():
    """Judges of rulebooks, closed afterwards."""
    judges = []

    def judge(*rules: dict, mode: str = "both", tables: tuple[dict, ...] = ()) -> Judge:
        judges.append(Judge(a_rulebook(*rules, tables=tables), mode))
        return judges[-1]

    yield judge
    for each in judges:
        each.close()
