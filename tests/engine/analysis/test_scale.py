"""Two thousand rules, and tables of two thousand rows, are analysed well within the time that a person waits."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from engine.analysis import analyse
from tests.engine.analysis.cases import a_rule, a_rulebook, a_table, leaf

RULES = 2_000
MOST_S = 30.0


def a_condition(random_: random.Random) -> dict[str, Any]:
    """Two to four conditions over several facts."""
    made = [
        leaf("order.cents", random_.choice(("gte", "lt")), random_.randint(-1000, 1000)),
        leaf("order.any", random_.choice(("gte", "lt")), random_.randint(-1000, 1000)),
        leaf("order.hour", "between", sorted(random_.choices(range(24), k=2))),
        leaf("order.c", "in", random_.sample("abc", 2)),
        leaf("order.f", random_.choice(("is_true", "is_false"))),
        leaf("order.text", "in", random_.sample("uvwxyz", 3)),
        leaf("order.other", "contains_any", random_.sample(["加急", "退款", "礼物", "顺丰"], 2)),
        {"some": "line", "where": leaf("line.q", "gte", random_.randint(1, 9))},
    ]
    return {random_.choice(("all", "any")): random_.sample(made, random_.randint(2, 4))}


@pytest.mark.parametrize("effect", ["instruct", "set_priority"])
def test_two_thousand_rules_are_analysed_in_time(effect):
    random_ = random.Random(7)
    then = {
        "instruct": lambda number: [{"do": "instruct", "text": f"t{number % 50}"}],
        "set_priority": lambda number: [{"do": "set_priority", "priority": ("urgent", "normal")[number % 2]}],
    }[effect]
    book = a_rulebook(*(a_rule(f"intake.r{n}", a_condition(random_), then(n)) for n in range(RULES)))
    started = time.perf_counter()
    found = analyse(book, {})
    assert time.perf_counter() - started < MOST_S
    assert ("contradiction" in {finding.name for finding in found}) == (effect == "set_priority")


@pytest.mark.parametrize("hit", ["first", "unique", "priority"])
def test_a_table_of_two_thousand_rows_is_analysed_in_time(hit):
    random_ = random.Random(7)
    rows = [
        [[low := random_.randint(0, 99_999), low + random_.randint(0, 100)], random_.choice("abc"), f"x{number}"]
        for number in range(RULES)
    ]
    book = a_rulebook(a_table("intake.t", hit, [("order.any", "between"), ("order.c", "eq")], rows))
    started = time.perf_counter()
    found = {finding.name for finding in analyse(book, {})}
    assert time.perf_counter() - started < MOST_S
    assert "table-gap" in found
    assert ("table-overlap" in found) == (hit == "unique")
