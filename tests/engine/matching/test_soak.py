"""Long runs: memory stays flat over orders and swaps, threads and forks share a judge, and every answer stays right.

Figures are printed: pytest -m slow -rP tests/engine/matching/test_soak.py
"""

from __future__ import annotations

import gc
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.demo import reference as demo
from engine.demo.orders import sample_orders
from engine.intake.schema import load_order
from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.facts import Subject
from engine.language.rules import Rulebook
from engine.matching.judge import Judge
from engine.stages import run_stages
from tests.conftest import NOW, ROOT
from tests.engine.matching.cases import a_rule, a_rulebook, a_subject

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads resident memory from /proc"),
]
Asked = Sequence[tuple[str, Sequence[Subject]]]  # (stage, its subjects), in the order of the stages
Fired = list[list[tuple[str, str]]]
ORDERS, SWAPS, RULES = 100_000, 50, 1_000


def resident_kb() -> int:
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.fixture(scope="module")
def shipped() -> tuple[Rulebook, dict[str, frozenset[str]], list[Asked]]:
    """The shipped rules, their lists, and what each stage is asked about each sample order."""
    book, lists = read_rulebook(ROOT / "rulesets", CATALOGUE, EFFECTS)
    channels = demo.reference(NOW.date()).channels
    judge = Judge(book, "evaluator")
    asked = []
    for sample in sample_orders(NOW):
        order = load_order(sample.document, channels[sample.channel])
        run = run_stages(order, demo.world(order, NOW.date(), lists), book, NOW, judge)
        asked.append([(stage.stage, stage.subjects) for stage in run.stages])
    return book, {code: frozenset(each["items"] or ()) for code, each in lists.items()}, asked


def varied(asked: Asked, number: int) -> Asked:
    """The same order with texts and amounts that were never seen before."""
    said: dict[str, Any] = {
        "order.remark": f"第 {number} 单，请放前台", "receiver.address": f"人民路{number}号", "buyer.id": f"b-{number}",
        "order.payable_cents": number,
    }  # fmt: skip
    return [
        (stage, [
            replace(each, values={**each.values, **{name: said[name] for name in said if name in each.values}})
            for each in subjects
        ])
        for stage, subjects in asked
    ]  # fmt: skip


def fired(judge: Judge, asked: Asked, lists: Any) -> Fired:
    return [
        [(match.rule.id, match.subject.id) for match in judge.fire(stage, subjects, lists)]
        for stage, subjects in asked
    ]


def test_memory_is_flat_over_100_000_orders(shipped):
    """Both evaluators judge every order, so their answers are compared 100,000 times, too."""
    book, lists, asked = shipped
    judge = Judge(book)
    firings, figures, began = 0, [], time.perf_counter()
    for number in range(ORDERS):
        firings += sum(map(len, fired(judge, varied(asked[number % len(asked)], number), lists)))
        if (number + 1) % (ORDERS // 10) == 0:
            figures.append(resident_kb())
    took = time.perf_counter() - began
    judge.close()
    print(f"{ORDERS} orders, {firings} firings, {took / ORDERS * 1e3:.2f} ms an order; resident kB: {figures}")
    assert firings > ORDERS
    assert figures[-1] - figures[0] < 4_000


def a_large_book(random_: random.Random) -> Rulebook:
    """1,000 rules of two to four conditions, other ones each time."""
    def condition() -> dict[str, Any]:
        if random_.random() < 0.5:
            return {"fact": f"order.int_{random_.choice((1, 2))}", "is": "gte", "value": random_.randrange(10_000)}
        return {"fact": f"order.text_{random_.choice((1, 2))}", "is": "eq", "value": f"词{random_.randrange(500)}"}

    whens = ({"all": [condition() for _ in range(random_.randint(2, 4))]} for _ in range(RULES))
    return a_rulebook(*(a_rule(number, when) for number, when in enumerate(whens)))


def swapped(books: Iterator[Rulebook], close: bool) -> list[int]:
    """Resident kB after each swap, the former judge closed or merely dropped."""
    subjects = [a_subject({"order.int_1": n * 997 % 10_000, "order.text_1": f"词{n}"}) for n in range(20)]
    figures, former = [], None
    for book in books:
        judge = Judge(book)
        judge.fire("intake", subjects, {})
        if former is not None and close:
            former.close()
        former = judge
        figures.append(resident_kb())
    return figures


@pytest.mark.parametrize("close", [True, False], ids=["closed", "dropped"])
def test_memory_is_flat_over_fifty_swaps_of_a_thousand_rules(close):
    random_ = random.Random(20261111)
    figures = swapped((a_large_book(random_) for _ in range(SWAPS + 10)), close)
    print(f"{SWAPS} swaps of {RULES} rules; resident kB after the tenth swap and each tenth after: {figures[9::10]}")
    assert figures[-1] - figures[9] < 10_000  # deleting in the wrong order leaks 12 MB a swap


def test_threads_share_a_judge_and_get_their_own_answers(shipped):
    book, lists, asked = shipped
    judge, alone = Judge(book), Judge(book, "evaluator")
    wanted = {number: fired(alone, varied(asked[number % len(asked)], number), lists) for number in range(400)}
    wrong: list[int] = []

    def work(start: int) -> None:
        for number in [*range(start, 400), *range(start)]:
            if fired(judge, varied(asked[number % len(asked)], number), lists) != wanted[number]:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 400, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    judge.close()
    assert wrong == []


def test_a_judge_works_on_both_sides_of_a_fork_at_once(shipped):
    book, lists, asked = shipped
    judge, alone = Judge(book), Judge(book, "evaluator")
    wanted = [fired(alone, each, lists) for each in asked]

    def right() -> bool:
        return all([fired(judge, each, lists) for each in asked] == wanted for _ in range(100))

    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if right() else 2
            finally:
                os._exit(code)  # the parent's fixtures and reports are not the child's
        children.append(child)
    assert right()
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    judge.close()
