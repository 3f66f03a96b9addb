"""Held orders decided again because rules have changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.errors import Forbidden, OrderError
from engine.service.principals import Principal
from engine.service.redeciding import TRIGGER
from tests.conftest import ADMIN

OLAF = Principal("person", "olaf", frozenset({"ops"}))
ADA = Principal("person", "ada", frozenset({"approver"}))
TEXT = {"zh": "试一试", "en": "A try"}


def rule(slug: str, reason: str, **more: Any) -> dict[str, Any]:
    when = {"fact": "order.payable_cents", "is": "gte", "value": 1}
    return {"id": f"fraud.{slug}", "title": TEXT, "why": TEXT, "when": when, "then": [{"do": "hold", "reason": reason}],
            **more}  # fmt: skip


@pytest.fixture
def hold(gatehouse):
    """hold(*rules): those are in force beside the shipped ones of fraud."""
    shipped = gatehouse.rulebooks.version("fraud", 1)["document"]

    def publish(*rules: dict[str, Any]) -> None:
        gatehouse.rulebooks.publish("fraud", {**shipped, "rules": [*shipped["rules"], *rules]}, ADMIN)

    return publish


@pytest.fixture
def submit(gatehouse, samples):
    """submit(number) posts an order that is approved unless a rule is added: its number."""

    def post(number: str, placed: str | None = None) -> str:
        document = copy.deepcopy(dict(samples[0].document)) | {"channel_order_no": number}
        document["placed_at"] = placed or document["placed_at"]
        document["buyer"] = {**document["buyer"], "id": number}
        document["receiver"] = {**document["receiver"], "address": f"大望路甲18号院3号楼2单元{number[-3:]}室"}
        return gatehouse.orders.submit(document, samples[0].channel).order["order_no"]

    return post


def statuses(gatehouse: Any, orders: list[str]) -> list[str]:
    return [gatehouse.orders.order(each)["status"] for each in orders]


def test_a_dry_run_tells_how_many_held_orders_would_now_pass(gatehouse, hold, submit):
    hold(rule("tried", "HIGH_RISK_OF_FRAUD"))
    orders = [submit(f"R-{number}") for number in (101, 102, 103)]
    hold()
    found = gatehouse.redeciding.redecide(["HIGH_RISK_OF_FRAUD"], None, OLAF)
    assert {name: found[name] for name in ("dry_run", "matched", "left_out", "tried", "would")} == {
        "dry_run": True, "matched": 3, "left_out": 0, "tried": 3, "would": {"approve": 3, "hold": 0, "reject": 0},
    }  # fmt: skip
    assert found["sample"][0] == {
        "order_no": orders[0], "holds": ["HIGH_RISK_OF_FRAUD"], "would": {"verdict": "approve", "holds": []},
    }  # fmt: skip
    assert statuses(gatehouse, orders) == ["held"] * 3
    assert gatehouse.orders.waiting() == []


def test_rules_that_hold_still_hold_again(gatehouse, hold, submit):
    hold(rule("tried", "HIGH_RISK_OF_FRAUD"))
    orders = [submit("R-101")]
    assert gatehouse.redeciding.redecide(None, "fraud.tried", OLAF)["would"]["hold"] == 1
    assert gatehouse.redeciding.redecide(None, "fraud.tried", OLAF, dry_run=False)["marked"] == 1
    gatehouse.clock.advance(minutes=1)
    assert gatehouse.orders.sweep() == 1
    assert statuses(gatehouse, orders) == ["held"]


def test_orders_are_decided_again_by_the_sweep_in_the_order_of_placing(gatehouse, hold, submit, clock):
    hold(rule("tried", "HIGH_RISK_OF_FRAUD"))
    minutes = {"R-101": 3, "R-102": 1, "R-103": 2}
    orders = {number: submit(number, f"2026-11-11T09:0{each}:00+08:00") for number, each in minutes.items()}
    hold()
    clock.advance(minutes=1)
    answer = gatehouse.redeciding.redecide(["HIGH_RISK_OF_FRAUD"], None, OLAF, dry_run=False)
    assert (answer["marked"], answer["matched"]) == (3, 3)
    assert [each.order_no for each in gatehouse.orders.waiting()] == [
        orders["R-102"], orders["R-103"], orders["R-101"],
    ]  # fmt: skip
    assert gatehouse.orders.sweep() == 3
    assert set(statuses(gatehouse, list(orders.values()))) <= {"approved", "released"}
    page = gatehouse.orders.page(orders["R-101"])
    assert page["history"][-1]["trigger"] == TRIGGER
    assert [(each["kind"], each["by"]) for each in page["manual"]] == [("redecide", "olaf")]
    assert gatehouse.redeciding.redecide(["HIGH_RISK_OF_FRAUD"], None, OLAF)["matched"] == 0


def test_what_only_an_approver_may_lift_is_left_to_approvers(gatehouse, hold, submit):
    hold(rule("tried", "HIGH_RISK_OF_FRAUD"), rule("listed", "BLACKLISTED"))
    submit("R-101")
    hold()
    for dry_run in (True, False):
        answer = gatehouse.redeciding.redecide(["HIGH_RISK_OF_FRAUD"], None, OLAF, dry_run)
        assert (answer["matched"], answer["left_out"], answer.get("marked", 0)) == (1, 1, 0)
    assert gatehouse.redeciding.redecide(["BLACKLISTED"], None, ADA)["would"]["approve"] == 1
    assert gatehouse.redeciding.redecide(["BLACKLISTED"], None, ADA, dry_run=False)["marked"] == 1


def test_orders_are_chosen_by_reason_and_by_rule(gatehouse, hold, submit):
    hold(rule("tried", "HIGH_RISK_OF_FRAUD"), rule("tall", "HIGH_VALUE"))
    submit("R-101")

    def matched(holds: Any = None, by_rule: str | None = None) -> int:
        return gatehouse.redeciding.redecide(holds, by_rule, OLAF)["matched"]

    assert matched() == matched(["HIGH_VALUE"]) == matched(["HIGH_VALUE", "NO_WAREHOUSE"]) == 1
    assert matched(None, "fraud.tall") == matched(["HIGH_VALUE"], "fraud.tall") == 1
    assert matched(["NO_WAREHOUSE"]) == matched(None, "fraud.ta") == matched(["HIGH_VALUE"], "fraud.tried") == 0
    assert matched(None, "fraud.%") == matched(None, "fraud.t_ll") == 0


def test_a_reason_that_there_is_not_is_refused(gatehouse):
    with pytest.raises(OrderError) as error:
        gatehouse.redeciding.redecide(["HIGH_VALUES"], None, OLAF)
    (problem,) = error.value.problems
    assert (problem.path, problem.suggestion) == ("holds.0", "did you mean HIGH_VALUE?")
    with pytest.raises(Forbidden):
        gatehouse.redeciding.redecide(None, None, Principal("person", "vi", frozenset({"viewer"})))
