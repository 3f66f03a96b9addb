"""A document that hangs or kills the engine is met in a process that may die."""

from __future__ import annotations

import json

import pytest

from engine.errors import RulebookError
from engine.matching.probe import probe, probe_documents
from tests.engine.matching.cases import a_rule, a_rulebook


def test_a_good_rulebook_passes():
    probe(a_rulebook(*(a_rule(n, {"fact": "order.int_1", "is": "eq", "value": n}) for n in range(60))))


def test_a_hanging_document_is_killed():
    # more than 512 distinct first conditions: the engine never comes back from this
    hanging = json.dumps({f"r{n}": {"all": [{"m": {f"p{n}": n}}]} for n in range(600)})
    with pytest.raises(RulebookError, match="within 2 s"):
        probe_documents([hanging], timeout_s=2)


def test_a_document_that_the_engine_refuses_is_reported():
    with pytest.raises(RulebookError, match="did not compile"):
        probe_documents(["{}["])
