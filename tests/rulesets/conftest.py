"""The shipped rules, read and compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.matching.judge import Judge

FOLDER = Path(__file__).parents[2] / "rulesets"


@pytest.fixture(scope="session")
def shipped():
    """(rulebook, list documents by code) of rulesets/."""
    return read_rulebook(FOLDER, CATALOGUE, EFFECTS)


@pytest.fixture(scope="session")
def book(shipped):
    return shipped[0]


@pytest.fixture(scope="session")
def lists(shipped):
    """The items of the shipped lists, as rules are judged with."""
    return {code: frozenset(document["items"] or ()) for code, document in shipped[1].items()}


@pytest.fixture(scope="session")
def judge(book):
    """Both evaluators over the shipped rules, each checking the other."""
    opened = Judge(book)
    yield opened
    opened.close()
