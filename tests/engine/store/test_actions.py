from __future__ import annotations

import contextlib
import datetime as dt
import threading
from dataclasses import replace

import pytest

from engine.config import Settings
from engine.decision import ActionIntent, derived_id
from engine.order import order_digest
from engine.service.actions import Actions as UseCases
from engine.standing import planned_of
from engine.store.actions import Actions
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, an_order

ORDER, LEASE_S = "own-shop.A1", 60
SECOND = dt.timedelta(seconds=1)
OUTBOUND = ActionIntent("out", "outbound", {"shipment_no": "S1"})
WAYBILL = ActionIntent("way", "waybill", {}, after=("out",))
NOTICE = ActionIntent("tell", "notify", {"to": "buyer"}, after=("out", "way"))


@pytest.fixture
def outbox(database: Database) -> Database:
    """A database whose order A1 has an outbound, a waybill after it, and a notice after both."""
    order = an_order()
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.actions.add(ORDER, "d1", (OUTBOUND, WAYBILL, NOTICE))
        uow.commit()
    return database


def due(database: Database, now: dt.datetime = NOON) -> list[str]:
    with database.read() as uow:
        return [each["id"] for each in uow.actions.due(now, LEASE_S, 10)]


def claim(database: Database, action_id: str, now: dt.datetime = NOON, worker: str = "w1", attempt: int = 1) -> bool:
    with database.write() as uow:
        claimed = uow.actions.claim(action_id, attempt, worker, now, LEASE_S)
        uow.commit()
    return claimed is not None


def do(database: Database, name: str, *arguments: object, **named: object) -> object:
    """Call a method of the actions and commit."""
    with database.write() as uow:
        answer = getattr(uow.actions, name)(*arguments, **named)
        uow.commit()
    return answer


def statuses(database: Database) -> dict[str, str]:
    with database.read() as uow:
        return {each["id"]: each["status"] for each in uow.actions.of(ORDER)}


def test_actions_are_kept_as_they_were_meant(outbox: Database) -> None:
    with outbox.read() as uow:
        out, way, tell = uow.actions.of(ORDER)
        assert uow.actions.by_ids(["tell", "nobody"]) == [tell]
    assert (out["type"], out["payload"], out["status"], out["attempt"]) == ("outbound", OUTBOUND.payload, "pending", 0)
    assert out["decision_id"] == "d1" and (way["after"], tell["after"]) == (["out"], ["out", "way"])


def test_the_same_actions_again_change_nothing(outbox: Database) -> None:
    claim(outbox, "out")
    do(outbox, "finish", "out", {"no": 1}, NOON)
    do(outbox, "add", ORDER, "d1", (OUTBOUND, WAYBILL))
    assert statuses(outbox) == {"out": "done", "way": "pending", "tell": "pending"}


def test_an_action_waits_for_those_before_it(outbox: Database) -> None:
    assert due(outbox) == ["out"] and not claim(outbox, "way")
    claim(outbox, "out")
    do(outbox, "finish", "out", {}, NOON)
    assert due(outbox) == ["way"]
    do(outbox, "withdraw", ["way", "tell"])
    assert due(outbox) == []


def test_a_dead_action_keeps_the_next_ones_waiting(outbox: Database) -> None:
    claim(outbox, "out")
    do(outbox, "fail", "out", "refused", NOON, dead=True)
    assert due(outbox, NOON + dt.timedelta(days=1)) == [] and statuses(outbox)["out"] == "dead"
    assert do(outbox, "revive", "out") and due(outbox) == ["out"]


def test_an_action_is_not_due_before_its_time(outbox: Database) -> None:
    do(outbox, "add", ORDER, "d1", (ActionIntent("late", "task", {}, not_before=NOON + SECOND),))
    assert due(outbox) == ["out"] and due(outbox, NOON + SECOND) == ["out", "late"]


def test_what_was_sent_is_due_again_after_its_lease(outbox: Database) -> None:
    do(outbox, "mark_sent", ["out"], NOON)
    assert due(outbox, NOON + (LEASE_S - 1) * SECOND) == []
    assert due(outbox, NOON + LEASE_S * SECOND) == ["out"]
    do(outbox, "mark_sent", ["out"], NOON + LEASE_S * SECOND)
    with outbox.read() as uow:
        assert uow.actions.of(ORDER)[0]["attempt"] == 2
    assert due(outbox, NOON + (LEASE_S + 1) * SECOND) == []


def test_a_worker_that_is_faster_than_the_relay_keeps_its_claim(outbox: Database) -> None:
    assert claim(outbox, "out", NOON)
    do(outbox, "mark_sent", ["out"], NOON)
    assert not claim(outbox, "out", NOON, worker="w2")
    do(outbox, "finish", "out", {}, NOON)
    do(outbox, "mark_sent", ["out"], NOON)
    assert statuses(outbox)["out"] == "done"


def test_of_many_claimers_one_gets_it(outbox: Database) -> None:
    together, answers = threading.Barrier(12, timeout=30), []

    def work(number: int) -> None:
        together.wait()
        answers.append(claim(outbox, "out", worker=f"w{number}", attempt=number % 3))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [False] * 11 + [True]


def test_an_action_of_a_worker_that_died_is_claimed_again_after_its_lease(outbox: Database) -> None:
    do(outbox, "mark_sent", ["out"], NOON)
    assert claim(outbox, "out", NOON + SECOND)
    assert not claim(outbox, "out", NOON + LEASE_S * SECOND, worker="w2")
    assert due(outbox, NOON + LEASE_S * SECOND) == []
    assert due(outbox, NOON + (LEASE_S + 1) * SECOND) == ["out"]
    assert claim(outbox, "out", NOON + (LEASE_S + 1) * SECOND, worker="w2")


def test_a_failed_action_backs_off(outbox: Database) -> None:
    claim(outbox, "out")
    do(outbox, "fail", "out", "no answer", NOON, NOON + 5 * SECOND)
    assert statuses(outbox)["out"] == "retrying" and due(outbox, NOON + 4 * SECOND) == []
    assert not claim(outbox, "out", NOON + 4 * SECOND)
    assert due(outbox, NOON + 5 * SECOND) == ["out"] and claim(outbox, "out", NOON + 5 * SECOND)
    do(outbox, "finish", "out", {"no": 7}, NOON + 6 * SECOND)
    with outbox.read() as uow:
        (done, *_) = uow.actions.of(ORDER)
    assert (done["status"], done["receipt"], done["error"]) == ("done", {"no": 7}, None)
    assert done["done_at"] == "2026-11-11T04:00:06+00:00"


def test_a_late_failure_does_not_undo_a_receipt(outbox: Database) -> None:
    claim(outbox, "out")
    do(outbox, "finish", "out", {"no": 1}, NOON)
    do(outbox, "fail", "out", "late", NOON)
    do(outbox, "finish", "out", {"no": 2}, NOON)
    with outbox.read() as uow:
        assert uow.actions.by_ids(["out"])[0]["receipt"] == {"no": 1}


def test_what_is_withdrawn_is_left_undone_unless_somebody_has_begun_it(outbox: Database) -> None:
    takes_back = ActionIntent("back", "cancel_outbound", {})
    claim(outbox, "out")
    with outbox.write() as uow:
        uow.actions.add(ORDER, "d1", (takes_back,))
        uow.actions.withdraw(["out", "way", "tell", "back"])
        uow.commit()
    assert statuses(outbox) == {"out": "sent", "way": "skipped", "tell": "skipped", "back": "pending"}


def test_what_was_withdrawn_is_done_when_it_is_wanted_again_as_is_wanted_then(outbox: Database) -> None:
    later = NOON + 5 * SECOND
    with outbox.write() as uow:
        uow.actions.withdraw(["out", "way", "tell"])
        uow.actions.add(ORDER, "d2", (ActionIntent("tell", "notify", {"to": "service"}, (), later),))
        uow.commit()
    assert (due(outbox), due(outbox, later)) == ([], ["tell"]), "it waits for its time, and no more for the others"
    with outbox.read() as uow:
        (told,) = uow.actions.by_ids(["tell"])
    assert (told["payload"], told["decision_id"], told["after"]) == ({"to": "service"}, "d2", [])


def test_what_a_person_skipped_is_not_taken_up_again(outbox: Database) -> None:
    with outbox.write() as uow:
        assert uow.actions.skip("tell")
        uow.actions.add(ORDER, "d2", (NOTICE,))
        uow.commit()
    assert statuses(outbox)["tell"] == "skipped"


def test_what_a_person_did_is_done_and_the_next_ones_go_on(outbox: Database) -> None:
    with outbox.write() as uow:
        uow.actions.take_over(["out"], "lin", {"by_hand": "lin"}, NOON)
        uow.commit()
    assert due(outbox) == ["way"]
    assert not claim(outbox, "out")


def test_open_actions_are_counted(outbox: Database) -> None:
    claim(outbox, "out")
    with outbox.read() as uow:
        assert uow.actions.open_count() == 3
    do(outbox, "finish", "out", {}, NOON)
    claim(outbox, "way")
    do(outbox, "fail", "way", "no", NOON, dead=True)
    with outbox.read() as uow:
        assert uow.actions.open_count() == 1


def test_ready_lists_what_a_worker_may_begin(outbox: Database) -> None:
    with outbox.read() as uow:
        assert [each["id"] for each in uow.actions.ready(ORDER, NOON)] == ["out"]
    claim(outbox, "out")
    do(outbox, "finish", "out", {}, NOON)
    with outbox.read() as uow:
        assert [each["id"] for each in uow.actions.ready(ORDER, NOON)] == ["way"]


def test_an_order_whose_last_two_outbounds_end_at_once_is_released(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, both, finish = an_order(), threading.Barrier(2, timeout=1), Actions.finish

    def finish_together(*arguments: object) -> None:
        finish(*arguments)  # type: ignore[arg-type]
        with contextlib.suppress(threading.BrokenBarrierError):  # SQLite has one writer, who waits for nobody
            both.wait()

    (one,) = a_decision(order).shipments
    decision = a_decision(order, shipments=(one, replace(one, shipment_no="S2", warehouse="BJ1")))
    asked = [ActionIntent(derived_id("outbound", each.shipment_no), "outbound", {}) for each in decision.shipments]
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(decision, {}, order_digest(order), "t", planned_of(order, decision))
        uow.actions.add(ORDER, decision.id, asked)
        uow.orders.set_state(ORDER, "approved", decision.id)
        uow.commit()
    monkeypatch.setattr(Actions, "finish", finish_together)
    actions = UseCases(database, Settings.from_environ({}), lambda: NOON)
    done = [{"id": each.id, "order_no": ORDER, "type": "outbound", "payload": {"shipment_no": "S"}} for each in asked]
    threads = [threading.Thread(target=actions.finish, args=(each, {})) for each in done]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.read() as uow:
        assert uow.orders.get(ORDER).status == "released"
