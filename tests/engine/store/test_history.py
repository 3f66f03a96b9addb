from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from engine.order import Buyer, Line, Order, Payment, order_digest
from engine.store.database import Database
from engine.world import History
from tests.engine.store.samples import NOON, RECEIVER, an_order

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def earlier(number: str, ago: dt.timedelta, **changes: Any) -> Order:
    return an_order(number, placed_at=NOON - ago, **changes)


def history(database: Database, *orders: Order, of: Order | None = None, rejected: tuple[str, ...] = ()) -> History:
    """What is known of an order (stored with the others) once the others are stored."""
    order = of or an_order("NOW")
    with database.write() as uow:
        for each in (*orders, order):
            assert uow.orders.accept(each, order_digest(each), NOON)
        for number in rejected:
            uow.orders.set_state(number, "rejected", None, None)
        uow.commit()
    with database.read() as uow:
        return uow.world.load(order, NOON + DAY, "Asia/Shanghai")[0].history


def test_windows_run_up_to_the_placing_and_are_half_open(database: Database) -> None:
    second = dt.timedelta(seconds=1)
    ages = (0 * HOUR, HOUR - second, HOUR, DAY - second, DAY, 30 * DAY - second, 30 * DAY, 400 * DAY, -second)
    seen = history(database, *(earlier(f"N{n}", ago) for n, ago in enumerate(ages)))
    assert (seen.orders_1h, seen.orders_24h, seen.orders_30d, seen.paid_orders) == (2, 4, 6, 8)
    assert (seen.phone_orders_1h, seen.address_orders_1h) == (2, 2)


def test_the_order_itself_and_rejected_ones_do_not_count(database: Database) -> None:
    seen = history(database, earlier("BAD", HOUR / 2), earlier("OK", HOUR / 2), rejected=("own-shop.BAD",))
    assert (seen.orders_1h, seen.paid_orders, seen.phone_orders_1h, seen.address_orders_1h) == (1, 1, 1, 1)
    assert seen.units_30d == {"TEA": 2}


def test_a_buyer_is_known_by_channel_and_id(database: Database) -> None:
    same_id_elsewhere = earlier("T", HOUR / 2, channel="taobao")
    somebody_else = earlier("S", HOUR / 2, buyer=Buyer("b-2"))
    seen = history(database, same_id_elsewhere, somebody_else)
    assert (seen.orders_1h, seen.phone_orders_1h, seen.address_orders_1h) == (0, 2, 2)


def test_an_order_without_a_buyer_id_has_no_buyer_history(database: Database) -> None:
    seen = history(database, earlier("A", HOUR / 2), of=an_order("NOW", buyer=Buyer()))
    assert seen == History(phone_orders_1h=1, address_orders_1h=1, similar_orders_10m=0)


def test_phones_are_compared_however_they_are_spelled(database: Database) -> None:
    spelled = [
        earlier(f"N{n}", HOUR / 2, receiver=replace(RECEIVER, phone=phone, address=f"别处{n}号"))
        for n, phone in enumerate(("+86 138-0013-8000", "13800138000-1234", "138 0013 8000", "13800138001"))
    ]
    seen = history(database, *spelled)
    assert (seen.phone_orders_1h, seen.address_orders_1h) == (3, 0)


def test_addresses_are_compared_without_spaces_and_punctuation(database: Database) -> None:
    spaced = replace(RECEIVER, phone="13900139000", address="大望路甲18号院 3号楼,2单元 501")
    seen = history(database, earlier("A", HOUR / 2, receiver=spaced))
    assert (seen.phone_orders_1h, seen.address_orders_1h) == (0, 1)


def test_masked_receivers_are_known_by_fingerprint_only(database: Database) -> None:
    masked = replace(RECEIVER, phone="138****8000", name="张*", address="大望路****", masked=True)
    unknown = history(database, earlier("A", HOUR / 2, receiver=masked), of=an_order("NOW", receiver=masked))
    assert (unknown.phone_orders_1h, unknown.address_orders_1h) == (None, None)
    marked = replace(masked, fingerprint="fp-1")
    seen = history(database, earlier("B", HOUR / 2, receiver=marked), of=an_order("NEXT", receiver=marked))
    assert (seen.phone_orders_1h, seen.address_orders_1h) == (None, 1)


def test_pickup_without_a_receiver_has_no_phone_or_address(database: Database) -> None:
    seen = history(database, earlier("A", HOUR / 2), of=an_order("NOW", receiver=None))
    assert (seen.phone_orders_1h, seen.address_orders_1h, seen.orders_1h) == (None, None, 1)


def test_different_receivers_of_a_buyer_are_counted_once_each(database: Database) -> None:
    others = [
        earlier(f"N{n}", ago, receiver=receiver)
        for n, (ago, receiver) in enumerate((
            (HOUR, RECEIVER), (2 * HOUR, RECEIVER), (HOUR, replace(RECEIVER, name="李雷")),
            (HOUR, replace(RECEIVER, phone="13900139000")), (HOUR, None), (2 * DAY, replace(RECEIVER, name="王")),
        ))
    ]  # fmt: skip
    assert history(database, *others).distinct_receivers_24h == 3


@pytest.mark.parametrize(("orders", "refunded", "rate"), [(4, 4, None), (5, 2, 40), (7, 3, 42), (5, 0, 0)])
def test_a_refund_rate_needs_five_orders(database: Database, orders: int, refunded: int, rate: int | None) -> None:
    back = Payment("refunded", "alipay")
    placed = [
        earlier(f"N{n}", 40 * DAY, **({"payment": back} if n < refunded else {})) for n in range(orders)
    ]
    seen = history(database, *placed)
    assert seen.refund_rate_percent == rate and seen.paid_orders == orders - refunded


def test_units_are_counted_by_sku_over_thirty_days(database: Database) -> None:
    lines = (Line("1", "TEA", 2, 1), Line("2", "TEA", 3, 1), Line("3", "MUG", 7, 1))
    of = an_order("NOW", lines=(Line("1", "TEA", 1, 1), Line("2", "CUP", 1, 1)))
    seen = history(database, earlier("A", DAY, lines=lines), earlier("B", 31 * DAY, lines=lines), of=of)
    assert seen.units_30d == {"TEA": 5}


def test_similar_orders_share_address_and_a_sku_and_buyer_or_receiver(database: Database) -> None:
    minute = dt.timedelta(minutes=1)
    other_phone, elsewhere = replace(RECEIVER, phone="13900139000"), replace(RECEIVER, address="别处1号")
    mug = (Line("1", "MUG", 1, 4900),)
    orders = {
        "TWIN": {}, "OTHER-BUYER": {"buyer": Buyer("b-2")}, "OTHER-PHONE": {"receiver": other_phone},
        "STRANGER": {"buyer": Buyer("b-2"), "receiver": other_phone}, "ELSEWHERE": {"receiver": elsewhere},
        "OTHER-GOODS": {"lines": mug}, "ALSO-GOODS": {"lines": (*mug, Line("2", "TEA", 1, 3990))},
    }  # fmt: skip
    seen = {
        number: history(database, earlier(number, minute, **changes), of=an_order(f"NOW-{number}", placed_at=NOON))
        for number, changes in orders.items()
    }
    counts = {number: found.similar_orders_10m for number, found in seen.items()}
    # each NOW is a twin of all NOWs before it
    grown = dict(zip(orders, (1, 3, 5, 6, 7, 8, 10), strict=True))
    assert counts == grown


def test_similar_orders_are_those_of_ten_minutes_that_were_not_cancelled(database: Database) -> None:
    ages = {"NINE": dt.timedelta(minutes=10, seconds=-1), "TEN": dt.timedelta(minutes=10), "GONE": dt.timedelta()}
    with database.write() as uow:
        order = earlier("GONE", ages.pop("GONE"))
        uow.orders.accept(order, order_digest(order), NOON)
        uow.orders.set_state(order.order_no, "cancelled", None)
        uow.commit()
    seen = history(database, *(earlier(number, ago) for number, ago in ages.items()))
    assert seen.similar_orders_10m == 1


def test_whose_address_is_masked_is_compared_with_nobody(database: Database) -> None:
    masked = replace(RECEIVER, masked=True)
    assert history(database, earlier("A", HOUR / 20), of=an_order("NOW", receiver=masked)).similar_orders_10m is None
