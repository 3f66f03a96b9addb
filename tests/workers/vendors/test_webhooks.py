"""Other systems are told once, signed and soon, and whatever they answer the outbox goes on."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import time

import pytest

from engine.service.principals import Principal
from tests.conftest import open_gatehouse
from tests.workers.vendors.conftest import plain
from workers import jobs
from workers.vendors import webhooks

SECRET = "a-secret-for-the-tests"
EDITOR = Principal("person", "eva", frozenset({"editor"}))
RULE = {
    "id": "audit.tell-crm", "title": {"zh": "告诉客户系统", "en": "Tell the CRM"}, "why": {"zh": "试", "en": "A try"},
    "then": [{"do": "webhook", "name": "crm"}],
}  # fmt: skip


@pytest.fixture
def gatehouse(home, clock, system):
    """A Gatehouse whose audit rules have `crm` told of each order, and which knows where that is."""
    where = {"WEBHOOKS": f"crm={system.url}/hooks?from=gatehouse", "WEBHOOK_SECRET": SECRET}
    opened = open_gatehouse(home, clock, MATCHING="evaluator", **where)
    live = opened.rulebooks.live().rulebook.ruleset("audit").document
    opened.rulebooks.publish("audit", {**live, "rules": [*live["rules"], RULE]}, EDITOR)
    jobs.bind(opened)
    yield opened
    opened.close()


@pytest.fixture
def ask(gatehouse, samples):
    """ask() posts an order that is held, has it carried out and gives the webhook's action."""
    held = next(each for each in samples if each.verdict == "hold")

    def carry_out():
        order_no = gatehouse.orders.submit(held.document, held.channel).order["order_no"]
        jobs.carry_out(order_no)
        return the_webhook(gatehouse, order_no)

    return carry_out


def the_webhook(gatehouse, order_no):
    (action,) = (each for each in gatehouse.orders.page(order_no)["actions"] if each["type"] == "webhook")
    return action


def test_a_system_is_told_once_with_a_signature_whatever_the_verdict(gatehouse, ask, system):
    action = ask()
    assert (action["status"], action["receipt"]) == ("done", {"status": 200})
    assert action["payload"] == {
        "name": "crm", "order_no": action["order_no"], "stage": "audit", "rule": "audit.tell-crm",
    }  # fmt: skip
    (told,) = system.told
    decision = gatehouse.decisions.document(action["decision_id"])
    assert decision["verdict"] == "hold"
    assert json.loads(told.body) == {
        "id": action["id"], "type": "order.rule_fired", "order_no": action["order_no"], "decision_id": decision["id"],
        "stage": "audit", "rule": "audit.tell-crm", "name": "crm", "at": decision["decided_at"],
    }  # fmt: skip
    assert (told.path, told.headers["Content-Type"]) == ("/hooks?from=gatehouse", "application/json")
    assert told.headers["Idempotency-Key"] == action["id"]
    stated, _, signed = told.headers["X-Gatehouse-Signature"].partition(",v1=")
    assert stated == f"t={int(gatehouse.clock().timestamp())}"
    assert signed == hmac.new(SECRET.encode(), stated[2:].encode() + b"." + told.body, hashlib.sha256).hexdigest()


def test_deciding_again_does_not_tell_twice_and_replays_alike(gatehouse, ask, system):
    action = ask()
    with gatehouse.database.write() as uow:
        uow.orders.again(action["order_no"], "rules_changed")
        uow.commit()
    gatehouse.orders.sweep()
    jobs.carry_out(action["order_no"])
    page = gatehouse.orders.page(action["order_no"])
    assert len(page["history"]) == 2 and the_webhook(gatehouse, action["order_no"])["id"] == action["id"]
    assert len(system.told) == 1
    assert all(gatehouse.decisions.replay(each["id"])["identical"] for each in page["history"])


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_an_answer_that_stays_what_it_is_goes_to_a_person(gatehouse, ask, system, status):
    system.answer = lambda handler: plain(handler, status, b"no")
    action = ask()
    assert (action["status"], action["error"]) == ("dead", f"webhook crm answered {status}")
    assert gatehouse.exceptions.waiting()["reasons"]["ACTION_FAILED"] == 1
    system.answer = lambda handler: plain(handler, 204)
    gatehouse.actions.retry(action["id"], Principal("person", "lin", frozenset({"ops"})))
    jobs.carry_out(action["order_no"])
    assert the_webhook(gatehouse, action["order_no"])["receipt"] == {"status": 204}
    assert {each.headers["Idempotency-Key"] for each in system.told} == {action["id"]}


@pytest.mark.parametrize("status", [302, 307, 408, 429, 500, 503])
def test_other_answers_are_tried_again_with_the_same_body(gatehouse, ask, system, clock, status):
    system.answer = lambda handler: plain(handler, status, Location=f"{system.url}/elsewhere")
    action = ask()
    assert (action["status"], action["error"]) == ("retrying", f"webhook crm answered {status}")
    system.answer = lambda handler: plain(handler, 200)
    clock.advance(seconds=5)
    jobs.carry_out(action["order_no"])
    assert the_webhook(gatehouse, action["order_no"])["status"] == "done"
    first, second = system.told
    assert (first.path, first.body, first.headers["Idempotency-Key"]) == (
        second.path, second.body, second.headers["Idempotency-Key"],
    )  # fmt: skip


def silent(handler):
    time.sleep(2)


def dripping(handler):
    with contextlib.suppress(OSError):
        for _ in range(40):  # each byte in time for a socket's timeout, but never an answer
            handler.wfile.write(b"H")
            time.sleep(0.05)


@pytest.mark.parametrize("answer", [silent, dripping])
def test_an_answer_that_does_not_come_in_time_is_given_up_for_now(ask, system, monkeypatch, answer):
    monkeypatch.setattr(webhooks, "TIMEOUT_S", 0.4)
    system.answer = answer
    began = time.monotonic()
    action = ask()
    assert time.monotonic() - began < 1.9
    assert (action["status"], action["error"]) == ("retrying", "webhook crm cannot be reached: no answer within 0.4 s")


def test_a_status_that_came_in_time_counts_though_its_body_never_ends(ask, system, monkeypatch):
    monkeypatch.setattr(webhooks, "TIMEOUT_S", 0.4)

    def endless(handler):
        plain(handler, 200, **{"Content-Length": "1000"})
        dripping(handler)

    system.answer = endless
    assert ask()["receipt"] == {"status": 200}


def test_of_a_huge_answer_no_more_is_read_than_is_allowed(ask, system):
    sent = []

    def huge(handler):
        plain(handler, 200, **{"Content-Length": str(10**9)})
        with contextlib.suppress(OSError):
            for _ in range(2000):
                sent.append(handler.wfile.write(bytes(10**6)))

    system.answer = huge
    began = time.monotonic()
    assert ask()["receipt"] == {"status": 200}
    assert time.monotonic() - began < 5
    time.sleep(0.2)
    assert len(sent) < 100  # what the system's own buffers took


def test_a_system_that_is_not_there_is_tried_again(gatehouse, samples, system, home, clock):
    nobody = open_gatehouse(home, clock, WEBHOOKS="crm=http://127.0.0.1:1/", WEBHOOK_SECRET=SECRET)
    jobs.bind(nobody)
    held = next(each for each in samples if each.verdict == "hold")
    order_no = nobody.orders.submit(held.document, held.channel).order["order_no"]
    jobs.carry_out(order_no)
    action = the_webhook(nobody, order_no)
    assert action["status"] == "retrying" and action["error"].startswith("webhook crm cannot be reached: ")
    nobody.close()


def test_a_webhook_that_no_setting_names_fails_at_once_and_says_which(gatehouse, ask, system, home, clock):
    unset = open_gatehouse(home, clock)
    jobs.bind(unset)
    action = ask()
    assert action["status"] == "dead" and "add crm=https://… to the setting WEBHOOKS" in action["error"]
    assert system.told == []
    unset.close()


def test_what_fulfilment_rules_tell_a_system_waits_for_nothing(gatehouse, samples, system):
    live = gatehouse.rulebooks.live().rulebook.ruleset("fulfilment").document
    rule = {**RULE, "id": "fulfilment.tell-crm"}
    gatehouse.rulebooks.publish("fulfilment", {**live, "rules": [*live["rules"], rule]}, EDITOR)
    approved = next(each for each in samples if each.verdict == "approve")
    order_no = gatehouse.orders.submit(approved.document, approved.channel).order["order_no"]
    asked = [each for each in gatehouse.orders.page(order_no)["actions"] if each["type"] == "webhook"]
    assert [(each["payload"]["rule"], each["after"], each["not_before"]) for each in asked] == [
        ("audit.tell-crm", [], None), ("fulfilment.tell-crm", [], None),
    ]  # fmt: skip
    jobs.carry_out(order_no)
    assert len({told.headers["Idempotency-Key"] for told in system.told}) == len(system.told) == 2


def test_a_rule_that_calls_one_that_there_is_not_is_warned_of(gatehouse, home, clock):
    unset = open_gatehouse(home, clock)
    live = unset.rulebooks.live().rulebook.ruleset("audit").document
    (found,) = (each for each in unset.rulebooks.check({"audit": live}) if each.name == "unknown-webhook")
    assert (found.severity, found.rule) == ("warning", "audit.tell-crm") and "crm" in found.message["zh"]
    assert [each for each in gatehouse.rulebooks.check({"audit": live}) if each.name == "unknown-webhook"] == []
    unset.close()
