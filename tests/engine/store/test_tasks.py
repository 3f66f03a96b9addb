from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from engine.errors import OrderError
from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, an_order

TITLE = {"zh": "电话确认", "en": "Phone to confirm"}


@pytest.fixture
def order_no(shop: Database) -> str:
    order = an_order()
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.commit()
    return order.order_no


def asked(**more: Any) -> dict[str, Any]:
    return {"queue": "service", "title": TITLE, "due_at": NOON.isoformat(), "stage": "intake", "rule": "r", **more}


def opened(database: Database, order_no: str, *ids: str, **more: Any) -> None:
    with database.write() as uow:
        for each in ids:
            uow.tasks.open(each, order_no, asked(**more), NOON)
        uow.commit()


def test_a_task_is_opened_once(shop: Database, order_no: str) -> None:
    opened(shop, order_no, "t1")
    opened(shop, order_no, "t1", queue="risk")
    with shop.read() as uow:
        (task,) = uow.tasks.of(order_no)
        assert uow.tasks.get("t2") is None
    assert (task["queue"], task["status"], task["title"], task["tries"]) == ("service", "open", TITLE, 0)
    assert dt.datetime.fromisoformat(task["due_at"]) == NOON


def test_answers_are_kept_and_the_last_one_ends_the_task(shop: Database, order_no: str) -> None:
    opened(shop, order_no, "t1")
    later = NOON + dt.timedelta(days=1)
    with shop.write() as uow:
        uow.tasks.answer("t1", "no_answer", "", "lin", NOON)
        uow.tasks.answer("t1", "no_answer", "", "lin", NOON, later)
        assert uow.tasks.done(["t1"]) == frozenset()
        waiting = uow.tasks.get("t1")
        uow.tasks.answer("t1", "confirmed", "好的", "wang", later)
        uow.commit()
    with shop.read() as uow:
        task, answers = uow.tasks.get("t1"), uow.tasks.answers("t1")
        assert uow.tasks.done(["t1", "t2"]) == {"t1"}
    assert (waiting["status"], waiting["tries"], dt.datetime.fromisoformat(waiting["due_at"])) == ("open", 2, later)
    assert (task["status"], task["outcome"], task["note"], task["done_by"]) == ("done", "confirmed", "好的", "wang")
    assert [each["by"] for each in answers] == ["lin", "lin", "wang"]


def test_what_no_decision_wants_any_more_is_dropped_and_taken_up_again(shop: Database, order_no: str) -> None:
    opened(shop, order_no, "t1", "t2", "t3")
    opened(shop, order_no, "of-nobody", stage=None)
    with shop.write() as uow:
        uow.tasks.answer("t3", "confirmed", "", "lin", NOON)
        uow.commit()

    def kept(*wanted: str) -> dict[str, str]:
        with shop.write() as uow:
            uow.tasks.keep(order_no, wanted)
            uow.commit()
        with shop.read() as uow:
            return {each["id"]: each["status"] for each in uow.tasks.of(order_no)}

    assert kept("t1") == {"t1": "open", "t2": "dropped", "t3": "done", "of-nobody": "open"}
    assert kept("t2", "t3") == {"t1": "dropped", "t2": "open", "t3": "done", "of-nobody": "open"}
    assert kept() == {"t1": "dropped", "t2": "dropped", "t3": "done", "of-nobody": "open"}


def test_lists_are_in_the_order_in_which_tasks_are_due(shop: Database, order_no: str) -> None:
    for number in range(5):
        opened(shop, order_no, f"t{number}", due_at=(NOON - dt.timedelta(hours=number)).isoformat())
    opened(shop, order_no, "t9", due_at=None, queue="risk")
    found, cursor = [], None
    with shop.read() as uow:
        while True:
            page, cursor = uow.tasks.list({}, cursor, 2)
            found += [each["id"] for each in page]
            if cursor is None:
                break
        assert found == ["t4", "t3", "t2", "t1", "t0", "t9"]
        assert [each["id"] for each in uow.tasks.list({"queue": "risk", "status": "open"}, None, 9)[0]] == ["t9"]
        assert uow.tasks.list({"order": "own-shop.A99"}, None, 9) == ([], None)
        assert uow.tasks.counts() == {"service": 5, "risk": 1}
        with pytest.raises(OrderError):
            uow.tasks.list({}, "WzEsMl0", 2)
