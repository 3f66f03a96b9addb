from __future__ import annotations

import datetime as dt
import threading

from engine.store.database import Database
from tests.engine.store.samples import NOON

ORDER = "own-shop.A1"


def test_each_thing_is_kept_once_however_often_it_is_asked_for(database: Database) -> None:
    later = NOON + dt.timedelta(hours=1)
    with database.write() as uow:
        for at, number in ((NOON, 1), (later, 2)):
            uow.vendors.outbound("S1", f"SH{number}", [{"line_no": "1", "quantity": number}], ORDER, at)
            uow.vendors.waybill("S1", f"SF-{number}", ORDER, at, cod_cents=number)
            uow.vendors.notice("n1", f"buyer{number}", "shipped", "已发货", ORDER, at)
        uow.commit()
    with database.read() as uow:
        kept = uow.vendors.of(ORDER)
        assert all(found == [] for found in uow.vendors.of("own-shop.A2").values())
    assert {name: len(found) for name, found in kept.items() if found} == {
        "outbounds": 1, "waybills": 1, "notices": 1
    }  # fmt: skip
    assert kept["outbounds"][0]["warehouse"] == "SH1" and kept["waybills"][0]["service"] == "SF-1"
    assert kept["notices"][0]["to"] == "buyer1"
    assert kept["waybills"][0]["cod_cents"] == 1


def test_a_repetition_is_answered_with_the_first(database: Database) -> None:
    with database.write() as uow:
        first = uow.vendors.waybill("S1", "SF-AIR", ORDER, NOON)
        assert uow.vendors.waybill("S1", "STO-STD", ORDER, NOON) == first
        other = uow.vendors.waybill("S2", "sto", ORDER, NOON)
    assert first["waybill_no"].startswith("SF") and other["waybill_no"].startswith("STO")


def test_waybill_numbers_are_never_given_twice(database: Database) -> None:
    numbers: list[str] = []

    def label(start: int) -> None:
        for shipment in range(start, start + 10):
            with database.write() as uow:
                numbers.append(uow.vendors.waybill(f"S{shipment}", "SF-AIR", ORDER, NOON)["waybill_no"])
                uow.commit()

    threads = [threading.Thread(target=label, args=(start,)) for start in (0, 5, 10, 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(numbers) == 40 and len(set(numbers)) == 25


def test_shipments_that_were_handed_out_tell_their_state_and_labels(database: Database) -> None:
    with database.write() as uow:
        uow.vendors.outbound("S1", "SH1", [], ORDER, NOON)
        label = uow.vendors.waybill("S1", "SF-AIR", ORDER, NOON)["waybill_no"]
        uow.vendors.outbound("S2", "SH1", [], ORDER, NOON)
        states = uow.vendors.shipment_states(["S1", "S2", "S3"])
    assert states == {"S1": {"status": "released", "waybills": [label]}, "S2": {"status": "released", "waybills": []}}


def test_money_is_captured_once(database: Database) -> None:
    with database.write() as uow:
        first = uow.vendors.capture("c1", ORDER, "2026-1", 7980, NOON)
        assert uow.vendors.capture("c1", ORDER, "2026-1", 1, NOON) == first and first["cents"] == 7980
        assert uow.vendors.of(ORDER)["captures"] == [first]
