"""People change orders while workers release them: whoever is first, no unit is shipped twice or left reserved."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.config import Settings
from engine.service import Gatehouse, decisions
from engine.service.principals import Principal
from engine.store.database import Database
from tests import postgres
from tests.conftest import NOW, ROOT, Clock, open_gatehouse
from tests.scenarios.documents import a_document, a_line
from workers import jobs

OPS = Principal("person", "lin", frozenset({"ops"}))
ROUNDS = 12


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


@pytest.fixture(params=["sqlite", "postgres"])
def gatehouse(request: pytest.FixtureRequest) -> Iterator[Gatehouse]:
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_gatehouse")
        return
    home: Path = request.getfixturevalue("home")
    opened = open_gatehouse(home, Clock(), MATCHING="evaluator")
    yield opened
    opened.close()


def posted(gatehouse: Gatehouse) -> str:
    """An approved order that may leave at once."""
    order = gatehouse.orders.submit(a_document(a_line("LAUNDRY-2L", 2)), "own-shop").order
    assert order["status"] == "approved"
    return str(order["order_no"])


def at_once(*calls: Callable[[], object]) -> None:
    barrier, errors = threading.Barrier(len(calls)), list[BaseException]()

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def settle(gatehouse: Gatehouse, order_no: str) -> None:
    """Workers and clock, until there is nothing left to do."""
    for _ in range(6):
        if not jobs.carry_out(order_no) + gatehouse.orders.sweep():
            return
    raise AssertionError("it never comes to rest")


def asked_for(gatehouse: Gatehouse, order_no: str) -> int:
    """Units that warehouses have been asked for and have not put aside."""
    outbounds = gatehouse.orders.page(order_no)["vendors"]["outbounds"]
    return sum(line["quantity"] for each in outbounds if not each["cancelled_at"] for line in each["lines"])


def reserved(gatehouse: Gatehouse) -> int:
    return sum(row["reserved"] for row in gatehouse.stock.rows(sku="LAUNDRY-2L")["items"])


def test_a_cancelled_order_ships_nothing_whoever_was_first(gatehouse: Gatehouse) -> None:
    jobs.bind(gatehouse)
    before = reserved(gatehouse)
    for turn in range(ROUNDS):
        order_no = posted(gatehouse)
        at_once(
            lambda no=order_no: gatehouse.manual.cancel(no, {"reason": "x"}, OPS),
            lambda no=order_no, late_s=turn * 0.004: time.sleep(late_s) or jobs.carry_out(no),
        )
        settle(gatehouse, order_no)
        page = gatehouse.orders.page(order_no)
        assert (page["order"]["status"], page["reservations"]) == ("cancelled", {})
        assert asked_for(gatehouse, order_no) == 0
        assert gatehouse.decisions.replay(page["order"]["decision_id"])["identical"]
    assert reserved(gatehouse) == before


def test_an_adjusted_order_ships_what_is_wanted_whoever_was_first(gatehouse: Gatehouse) -> None:
    jobs.bind(gatehouse)
    for wanted in (1, 3) * (ROUNDS // 2):
        order_no = posted(gatehouse)
        said = {"line_no": "1", "quantity": wanted, "reason": "x"}
        at_once(
            lambda no=order_no, said=said: gatehouse.manual.adjust(no, said, OPS),
            lambda no=order_no: jobs.carry_out(no),
            lambda no=order_no: jobs.carry_out(no),
        )
        settle(gatehouse, order_no)
        page = gatehouse.orders.page(order_no)
        assert (page["order"]["status"], sum(page["reservations"].values())) == ("released", wanted)
        assert asked_for(gatehouse, order_no) == wanted


def meanwhile(monkeypatch: pytest.MonkeyPatch, *calls: Callable[[], object]) -> None:
    """Have each of the next decisions be overtaken by one of these: after it read the world, before it is recorded."""
    left, real = list(calls), decisions.run_stages

    def run_stages(*arguments):  # type: ignore[no-untyped-def]
        if left:
            left.pop(0)()
        return real(*arguments)

    monkeypatch.setattr(decisions, "run_stages", run_stages)


def test_a_shipment_that_is_released_while_its_order_is_decided_stands(
    gatehouse: Gatehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.bind(gatehouse)
    order_no = posted(gatehouse)
    meanwhile(monkeypatch, lambda: jobs.carry_out(order_no))
    answer = gatehouse.manual.cancel(order_no, {"reason": "x"}, OPS)
    assert answer["order"]["status"] == "recalling"
    assert [each["status"] for each in answer["decision"]["shipments"]] == ["released"]
    settle(gatehouse, order_no)
    assert (gatehouse.orders.order(order_no)["status"], asked_for(gatehouse, order_no)) == ("cancelled", 0)


def test_an_action_that_a_decision_took_back_is_not_begun_any_more(gatehouse: Gatehouse) -> None:
    jobs.bind(gatehouse)
    order_no = posted(gatehouse)
    handed_out = gatehouse.actions.handed_out(order_no)
    gatehouse.manual.cancel(order_no, {"reason": "x"}, OPS)
    claimed = [gatehouse.actions.claim(each["id"], 1, "late worker") for each in handed_out]
    assert claimed == [None] * len(handed_out)
    assert asked_for(gatehouse, order_no) == 0


def test_what_changes_an_order_again_and_again_is_seen_in_the_end(
    gatehouse: Gatehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.bind(gatehouse)
    order_no = posted(gatehouse)

    def note() -> None:
        with gatehouse.database.write() as uow:
            uow.orders.again(order_no, "test")
            uow.commit()

    meanwhile(monkeypatch, note, note, lambda: jobs.carry_out(order_no))
    answer = gatehouse.manual.return_to_audit(order_no, {"reason": "x"}, OPS)
    assert answer["order"]["status"] == "recalling", "the balances were locked, and the shipments with them"
    settle(gatehouse, order_no)
    assert gatehouse.orders.order(order_no)["status"] == "held"


def test_of_two_people_who_decide_at_once_both_are_heard(gatehouse: Gatehouse) -> None:
    jobs.bind(gatehouse)
    for _ in range(ROUNDS // 2):
        order_no = posted(gatehouse)
        waits = {"reason": "等等", "note": "", "due_at": None}
        at_once(
            lambda no=order_no, said=waits: gatehouse.manual.hold(no, said, OPS),
            lambda no=order_no: gatehouse.manual.swap(no, {"line_no": "1", "sku": "TISSUE-24", "reason": "x"}, OPS),
        )
        page = gatehouse.orders.page(order_no)
        assert page["order"]["status"] == "held"
        assert {sku for _, sku in page["reservations"]} == {"TISSUE-24"}
        gatehouse.manual.release(order_no, ["MANUAL"], "x", OPS)
        settle(gatehouse, order_no)
        assert asked_for(gatehouse, order_no) == 2
