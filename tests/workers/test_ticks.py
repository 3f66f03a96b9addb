"""What the clock sets off."""

from __future__ import annotations

import threading
from unittest.mock import Mock

from structlog.testing import capture_logs

from engine.matching.judge import Disagreement
from workers import ticks


def test_a_difference_between_evaluators_is_logged_with_both_answers(gatehouse):
    stop = threading.Event()
    stop.set()
    for thread in ticks.start(gatehouse, Mock(), stop):
        thread.join(5)
    differ = Disagreement("fraud", {("fraud.a", 0)}, set(), ["order"])
    with capture_logs() as lines:
        gatehouse.decisions.on_disagreement("jd.1", "a-digest", differ)
    assert lines == [{
        "event": "evaluators differ", "log_level": "error", "order_no": "jd.1", "rulebook": "a-digest",
        "stage": "fraud", "matcher": ["fraud.a for order"], "evaluator": [],
    }]  # fmt: skip
