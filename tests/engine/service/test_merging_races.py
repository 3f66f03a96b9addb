"""Workers and people act on merged orders at the same moment: an order is in one parcel or in none, and leaves once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.config import Settings
from engine.errors import Busy, Conflict, GatehouseError
from engine.service import Gatehouse
from engine.store.database import Database
from tests import postgres
from tests.conftest import NOW, ROOT, Clock, open_gatehouse
from tests.scenarios.desk import OPS, Case, Desk
from workers import jobs

ROUNDS = 5
_people = itertools.count(1)


@pytest.fixture(scope="module")
def postgres_gatehouse() -> Iterator[Gatehouse]:
    for url in postgres.for_tests():
        with postgres.database(url) as made:
            text = made.render_as_string(hide_password=False)
            settings = Settings.from_environ({"DATABASE_URL": text, "MATCHING": "evaluator"})
            opened = Gatehouse(Database(settings.database_url), settings, Clock())
            opened.database.migrate()
            opened.seeding.rules(ROOT / "rulesets")
            opened.seeding.demo(NOW.date())
            yield opened
            opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "postgres":
        opened = request.getfixturevalue("postgres_gatehouse")
    else:
        home: Path = request.getfixturevalue("home")
        opened = open_gatehouse(home, Clock(), MATCHING="evaluator")
    yield Desk(opened, opened.clock)
    if request.param == "sqlite":
        opened.close()


def of_one_buyer(desk: Desk, *skus: str) -> list[Case]:
    """Orders that fit one parcel, of somebody who has ordered nothing before."""
    number = next(_people)
    who = {"id": f"b-race-{number}", "phone": f"137{number:08d}"}
    door = {"phone": who["phone"], "address": f"大望路甲18号院{number}号楼2单元501"}
    return [desk.post(sku, buyer=who, receiver=door) for sku in skus]


def merge(desk: Desk, first: Case, *others: Case) -> Any:
    return desk.gatehouse.merging.merge(first.order_no, [each.order_no for each in others], "", OPS)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment; what each of them gave, or was refused with."""
    barrier, came = threading.Barrier(len(acts)), list[Any]([None] * len(acts))

    def run(at: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            came[at] = act()
        except GatehouseError as error:
            came[at] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def sent(*cases: Case) -> list[tuple[str, str, int]]:
    """(order, line, units) of all that warehouses were asked for, each time they were."""
    asked = [each for case in cases for each in case.page["vendors"]["outbounds"]]
    return sorted(
        (line.get("order_no", outbound["order_no"]), line["line_no"], line["quantity"])
        for outbound in asked
        for line in outbound["lines"]
    )


def settle(desk: Desk, *cases: Case) -> None:
    """Until nothing is left to decide or to do."""
    for _ in range(5):
        desk.sweep(minutes=31)
        for case in cases:
            desk.carry_out(case)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_merge_and_a_release_at_once_send_every_line_once(desk: Desk, turn: int) -> None:
    first, second = cases = of_one_buyer(desk, "MASK-20", "SOCKS-5")
    desk.clock.advance(minutes=31)
    jobs.bind(desk.gatehouse)
    merging, *_ = at_once(
        lambda: merge(desk, second, first), lambda: jobs.carry_out(first.order_no),
        lambda: jobs.carry_out(second.order_no),
    )  # fmt: skip
    assert isinstance(merging, (dict, Conflict, Busy))
    settle(desk, *cases)
    assert [first.status, second.status] == ["released", "released"]
    assert sent(*cases) == sorted((case.order_no, "1", 1) for case in cases)
    assert [sum(case.reserved.values()) for case in cases] == [1, 1]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_hold_of_one_and_the_release_of_the_parcel_at_once_agree(desk: Desk, turn: int) -> None:
    first, second = cases = of_one_buyer(desk, "MASK-20", "SOCKS-5")
    merge(desk, second, first)
    desk.clock.advance(minutes=31)
    jobs.bind(desk.gatehouse)
    said = {"reason": "MANUAL", "note": "", "due_at": None}
    at_once(
        lambda: desk.gatehouse.manual.hold(first.order_no, said, OPS), lambda: jobs.carry_out(second.order_no),
    )  # fmt: skip
    settle(desk, *cases)
    gone = sent(*cases)
    assert (second.order_no, "1", 1) in gone and len(gone) == len(set(gone))
    assert second.status == "released"
    if (first.order_no, "1", 1) in gone:
        assert first.shipments[0]["merged"]["order_nos"] == [second.order_no, first.order_no]
    else:
        assert first.status == "held"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_merges_and_a_parting_at_once_leave_one_truth(desk: Desk, turn: int) -> None:
    first, second, third = cases = of_one_buyer(desk, "MASK-20", "SOCKS-5", "CABLE-USBC")
    merge(desk, second, first)
    at_once(
        lambda: merge(desk, third, first), lambda: merge(desk, first, third),
        lambda: desk.gatehouse.merging.unmerge(second.order_no, "", OPS),
    )  # fmt: skip
    settle(desk, *cases)
    assert [case.status for case in cases] == ["released"] * 3
    assert sent(*cases) == sorted((case.order_no, "1", 1) for case in cases)
    assert [sum(case.reserved.values()) for case in cases] == [1, 1, 1]


def test_whatever_came_of_it_replays_alike(desk: Desk) -> None:
    first, second = of_one_buyer(desk, "BUNDLE-CARE", "SOCKS-5")
    merge(desk, second, first)
    desk.gatehouse.merging.unmerge(first.order_no, "", OPS)
    merge(desk, first, second)
    assert desk.differences() == {}
