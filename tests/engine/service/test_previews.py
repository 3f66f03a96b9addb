"""A preview of past orders comes to what publishing then gives, and touches nothing."""

from __future__ import annotations

import copy
import random
import shutil
from collections import Counter

import pytest

from engine.errors import Conflict, NotFound, RulebookError
from engine.preview import Side
from engine.service import previews
from tests.conftest import ADMIN, Clock, open_gatehouse
from tests.scenarios.documents import BEIJING, LHASA, SHANGHAI, WUHAN, a_document, a_line

SCARCE, PLENTY = "SOCKS-3P", "LAUNDRY-2L"


def ordered(count: int):
    """The same orders every time: places, amounts and quantities that rules and warehouses tell apart."""
    dice = random.Random(11)
    for number in range(count):
        sku, quantity, unit_cents = dice.choice((SCARCE, PLENTY)), dice.choice((1, 2, 5, 9)), dice.choice((990, 45_000))
        line = a_line(sku, quantity, unit_cents=unit_cents)
        document = a_document(line, receiver=dice.choice((BEIJING, SHANGHAI, WUHAN, LHASA)))
        yield {**document, "channel_order_no": f"P{number:04d}"}, dice.choice(("own-shop", "taobao"))


def stricter(documents):
    """High value from CNY 900, and nothing leaves from Beijing."""
    fraud, warehouse = copy.deepcopy(documents["fraud"]), copy.deepcopy(documents["warehouse"])
    rule = next(each for each in fraud["rules"] if each["id"] == "fraud.high-value")
    rule["when"]["all"][0]["any"][0]["value"] = 90_000
    rule["examples"] = {}
    warehouse["rules"].append({
        "id": "warehouse.not-from-beijing", "title": {"zh": "北京仓停用", "en": "Nothing from Beijing"},
        "why": {"zh": "盘点", "en": "Counting"}, "about": "warehouse",
        "when": {"fact": "warehouse.code", "is": "eq", "value": "BJ1"}, "then": [{"do": "exclude", "reason": "RULE"}],
    })  # fmt: skip
    return {"fraud": fraud, "warehouse": warehouse}


@pytest.fixture
def shop(seeded_home, tmp_path):
    """shop(name) opens a shop of its own with scarce socks; shop.post(...) posts the orders minute by minute."""
    opened = []

    def open_(name: str):
        shutil.copytree(seeded_home, tmp_path / name)
        clock = Clock()
        gatehouse = open_gatehouse(tmp_path / name, clock, MATCHING="evaluator")
        opened.append(gatehouse)
        for row in gatehouse.stock.rows(sku=SCARCE)["items"]:
            count = {"adjustment_id": f"c-{row['warehouse']}", "warehouse": row["warehouse"], "sku": SCARCE}
            gatehouse.stock.adjust({**count, "on_hand": 12, "safety_stock": 0, "reason": "盘点"}, ADMIN)
        return gatehouse, clock

    yield open_
    for gatehouse in opened:
        gatehouse.close()


def post(gatehouse, clock, count):
    """Sides by order number."""
    sides = {}
    for document, channel in ordered(count):
        clock.advance(seconds=20)
        order_no = gatehouse.orders.submit(document, channel).order["order_no"]
        with gatehouse.database.read() as uow:
            sides[order_no] = Side.of(uow.decisions.latest(order_no).decision)
    return sides


def finish(gatehouse, preview_id):
    while gatehouse.previews.go_on(preview_id):
        pass
    return gatehouse.previews.status(preview_id, ADMIN)


def test_it_comes_to_what_publishing_then_gives(shop, monkeypatch):
    monkeypatch.setattr(previews, "_BIT", 7)
    here, clock = shop("here")
    before = post(here, clock, 60)
    clock.advance(minutes=5)
    changes = stricter(here.rulebooks.live_documents()[0])
    status = finish(here, here.previews.ask(changes, ADMIN)["id"])

    there, later = shop("there")
    there.rulebooks.publish_all(changes, ADMIN, "stricter")
    after = post(there, later, 60)

    impact = status["impact"]
    pairs = [(before[no], after[no]) for no in before]
    assert (status["state"], status["done"], impact["orders"]) == ("done", 60, 60)
    assert impact["changed"] == sum(one != other for one, other in pairs) > 20
    verdicts = Counter(f"{one.verdict}>{other.verdict}" for one, other in pairs if one.verdict != other.verdict)
    assert impact["verdicts"] == verdicts
    for index, sides in enumerate((before, after)):
        held = Counter(reason for side in sides.values() for reason in side.holds)
        assert {reason: both[index] for reason, both in impact["holds"].items() if both[index]} == held
        assert impact["freight_cents"][index] == sum(s.freight_cents for s in sides.values() if s.verdict == "approve")
    assert {"BJ1"} < {warehouse for side in before.values() for warehouse in side.warehouses}
    for top in impact["top"]:
        assert Side(**{name: tuple(v) if isinstance(v, list) else v for name, v in top["draft"].items()}) == after[
            top["order_no"]
        ]


def test_a_top_order_is_explained_as_the_preview_saw_it(shop):
    gatehouse, clock = shop("here")
    post(gatehouse, clock, 40)
    clock.advance(minutes=5)
    asked = gatehouse.previews.ask(stricter(gatehouse.rulebooks.live_documents()[0]), ADMIN)
    impact = finish(gatehouse, asked["id"])["impact"]
    for top in impact["top"]:
        seen = gatehouse.previews.order(asked["id"], top["order_no"], ADMIN)
        assert seen["draft"]["verdict"] == top["draft"]["verdict"]
        assert sorted(each["warehouse"] for each in seen["draft"]["shipments"]) == top["draft"]["warehouses"]
        assert seen["explanation"]["stages"]
    with pytest.raises(NotFound):
        gatehouse.previews.order(asked["id"], "own-shop.NOBODY", ADMIN)


def test_nothing_but_the_preview_is_written(shop):
    gatehouse, clock = shop("here")
    post(gatehouse, clock, 20)
    clock.advance(minutes=5)

    def everything():
        with gatehouse.database.read() as uow:
            stock, _ = uow.stock.rows(None, None, None, 200)
            ledger, _ = uow.stock.ledger(None, None, None, 200)
            return stock, ledger, uow.decisions.ids(), uow.rulesets.live(), uow.actions.open_count()

    before = everything()
    finish(gatehouse, gatehouse.previews.ask(stricter(gatehouse.rulebooks.live_documents()[0]), ADMIN)["id"])
    assert everything() == before


def test_the_same_rules_change_nothing(shop):
    gatehouse, clock = shop("here")
    post(gatehouse, clock, 20)
    clock.advance(minutes=5)
    asked = gatehouse.previews.ask({"fraud": gatehouse.rulebooks.live_documents()[0]["fraud"]}, ADMIN)
    impact = finish(gatehouse, asked["id"])["impact"]
    assert (impact["orders"], impact["changed"], impact["top"]) == (20, 0, [])


def test_a_worker_that_dies_costs_a_bit_and_nothing_twice(shop, monkeypatch):
    monkeypatch.setattr(previews, "_BIT", 5)
    gatehouse, clock = shop("here")
    post(gatehouse, clock, 20)
    clock.advance(minutes=5)
    asked = gatehouse.previews.ask(stricter(gatehouse.rulebooks.live_documents()[0]), ADMIN)
    assert gatehouse.previews.go_on(asked["id"])
    with gatehouse.database.write() as uow:  # somebody takes the next bit and is never heard of again
        assert uow.previews.take(asked["id"], clock(), clock.now.replace(year=clock.now.year + 1))
        uow.commit()
    assert gatehouse.previews.due() == []
    clock.now = clock.now.replace(year=clock.now.year + 1)
    assert gatehouse.previews.due() == [(asked["id"], 5)]
    status = finish(gatehouse, asked["id"])
    assert (status["state"], status["impact"]["orders"]) == ("done", 20)


def test_it_can_be_cancelled_and_refuses_what_is_not_valid(shop):
    gatehouse, clock = shop("here")
    post(gatehouse, clock, 3)
    clock.advance(minutes=5)
    documents = gatehouse.rulebooks.live_documents()[0]
    asked = gatehouse.previews.ask(stricter(documents), ADMIN)
    assert gatehouse.previews.cancel(asked["id"], ADMIN)["state"] == "cancelled"
    assert not gatehouse.previews.go_on(asked["id"])
    assert gatehouse.previews.due() == []
    with pytest.raises(Conflict):
        gatehouse.previews.cancel(asked["id"], ADMIN)
    broken = copy.deepcopy(documents["fraud"])
    broken["rules"][0]["when"] = {"fact": "order.nothing", "is": "eq", "value": 1}
    with pytest.raises(RulebookError):
        gatehouse.previews.ask({"fraud": broken}, ADMIN)
