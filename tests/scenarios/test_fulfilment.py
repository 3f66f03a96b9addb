"""K1, K2, K3, K5: how it is picked, checked and packed, and what goes out to whom once it is released."""

from __future__ import annotations

import pytest

from tests.scenarios.documents import SHANGHAI, a_line
from workers.handlers import HANDLERS

ORDINARY_DAY = "2026-11-09T10:00:00+08:00"
SPLIT = (a_line("TEASET-CELADON"), a_line("OOLONG-500"))  # the one lies in Shanghai, the other in Guangzhou
GLASS = "质检：对光检查有无划痕 / Check for scratches against the light"
FOOD = (
    "质检：保质期至少剩 6 个月，不足 6 个月的至少剩一半 / "
    "At least 6 months of shelf life left, or half of it if shorter"
)
CLOTHES = "质检：线头、污渍、吊牌 / Check for loose threads, stains and the tag"
PAD = "气泡膜包裹并填充, 贴易碎标 / Wrap in bubble film and pad, put on the fragile label"


def outbound(case):
    """The message to the warehouse."""
    (action,) = case.actions("outbound")
    return action["payload"]


# K1 how it is picked


def test_k1_up_to_three_items_are_picked_by_order_and_more_in_batches_on_promotion_days(desk):
    def mode(quantity, **changes):
        return outbound(desk.post(a_line("LAUNDRY-2L", quantity), **changes))["pick_mode"]

    assert (mode(3), mode(4)) == ("by_order", "batch")
    assert (mode(3, placed_at=ORDINARY_DAY), mode(4, placed_at=ORDINARY_DAY)) == ("by_order", "by_order")


def test_k1_items_of_all_lines_count_and_the_promotion_days_are_a_list(desk):
    lines = a_line("LAUNDRY-2L", 2), a_line("MASK-20", 2)
    assert outbound(desk.post(*lines))["pick_mode"] == "batch"
    assert outbound(desk.post(*lines, placed_at=ORDINARY_DAY))["pick_mode"] == "by_order"
    desk.list_items("promotion-days", "2026-11-09")
    assert outbound(desk.post(*lines, placed_at=ORDINARY_DAY))["pick_mode"] == "batch"


# K2 what is checked


@pytest.mark.parametrize(
    ("sku", "told"),
    [
        ("GLASS-RED-6", [GLASS, PAD]), ("YOGURT-12", [FOOD]), ("FORMULA-900", [FOOD]), ("TSHIRT-M-WHITE", [CLOTHES]),
        ("LAUNDRY-2L", []),
    ],
)  # fmt: skip
def test_k2_each_kind_of_goods_is_checked_in_its_way(desk, sku, told):
    case = desk.post(sku)
    assert case.instructions == [(text, "1") for text in told]
    assert [each["text"] for each in outbound(case)["instructions"]] == told


def test_k2_an_instruction_goes_with_its_line_to_the_warehouse_that_has_it(desk):
    case = desk.post(*SPLIT, remark="放前台")
    heard = {
        each["payload"]["warehouse"]: [(told["text"], told["line_no"]) for told in each["payload"]["instructions"]]
        for each in case.actions("outbound")
    }
    desk_wish = ("放前台 / Leave at the front desk", None)
    assert heard == {"SH1": [desk_wish, (PAD, "1")], "GZ1": [desk_wish, (FOOD, "2")]}


# K3 fragile goods


def test_k3_fragile_goods_are_padded_and_labelled_and_others_are_not(desk):
    case = desk.post("LAUNDRY-2L", "MUG-WHITE")
    message = outbound(case)
    assert message["labels"] == ["易碎 FRAGILE"]
    assert message["instructions"] == [{"text": PAD, "line_no": "2"}]
    assert case.order_no in message["shipment_no"]
    assert outbound(desk.post("LAUNDRY-2L"))["labels"] == []
    apart = {each["payload"]["warehouse"]: each["payload"]["labels"] for each in desk.post(*SPLIT).actions("outbound")}
    assert apart == {"SH1": ["易碎 FRAGILE"], "GZ1": []}, "only the parcel that breaks says so"


# Gifts go along where they can


def test_a_gift_that_is_missing_keeps_nothing_waiting_and_makes_no_parcel_of_its_own(desk):
    desk.stock("GIFT-TOTE", {"GZ1": 5})
    case = desk.post("LAUNDRY-2L", a_line("GIFT-TOTE", kind="gift"))
    assert (case.verdict, case.flags, case.units) == ("approve", ["GIFT_SHORT"], {"BJ1": {"1": 1}})
    desk.stock("GIFT-TOTE", {"BJ1": 5})
    along = desk.post("LAUNDRY-2L", a_line("GIFT-TOTE", kind="gift"))
    assert (along.flags, along.units) == ([], {"BJ1": {"1": 1, "2": 1}})


# K5 released


def test_k5_outbound_then_waybill_then_notice(desk):
    case = desk.post()
    first, second, third = case.actions()
    assert [each["type"] for each in (first, second, third)] == ["outbound", "waybill", "notify"]
    assert (first["after"], second["after"], third["after"]) == ([], [first["id"]], [first["id"], second["id"]])
    due = desk.gatehouse.actions.due()
    assert [each["id"] for each in due if each["order_no"] == case.order_no] == [first["id"]]
    assert desk.gatehouse.actions.claim(second["id"], 1, "hasty") is None, "no label before the warehouse has it"


def test_k5_what_is_carried_out_shows_on_the_order(desk):
    case = desk.post()
    assert (desk.carry_out(case), case.status) == (3, "released")
    vendors = case.page["vendors"]
    (shipment,) = case.shipments
    assert [each["shipment_no"] for each in vendors["outbounds"]] == [shipment["shipment_no"]]
    assert shipment["status"] == "released"
    assert [parcel["waybill_no"] for parcel in shipment["parcels"]] == [vendors["waybills"][0]["waybill_no"]]
    assert [(each["to"], each["template"]) for each in vendors["notices"]] == [("buyer", "order-released")]
    assert {each["status"] for each in case.actions()} == {"done"}


def test_k5_each_is_done_once_however_often_it_is_tried(desk):
    case = desk.post()
    desk.carry_out(case)
    before = case.page["vendors"]
    assert desk.carry_out(case) == 0
    for action in case.actions():  # as after a crash between the work and its receipt
        HANDLERS[action["type"]](desk.gatehouse, action)
    assert case.page["vendors"] == before


def test_k5_every_shipment_has_its_outbound_and_label_and_the_buyer_one_notice(desk):
    case = desk.post(*SPLIT)
    desk.carry_out(case)
    assert [len(case.actions(each)) for each in ("outbound", "waybill", "notify")] == [2, 2, 1]
    vendors = case.page["vendors"]
    numbers = [each["waybill_no"] for each in vendors["waybills"]]
    assert (len(set(numbers)), len(vendors["outbounds"]), case.status) == (2, 2, "released")


def test_k5_nothing_goes_out_for_what_is_held(desk):
    case = desk.post(receiver={"phone": "1"})
    assert (desk.carry_out(case), case.status) == (1, "held"), "the order desk hears of it"
    vendors = case.page["vendors"]
    assert [each["to"] for each in vendors.pop("notices")] == ["order_desk"]
    assert not any(vendors.values())


def test_k5_what_is_picked_up_needs_no_label(desk):
    case = desk.post("MUG-WHITE", receiver=None, delivery={"method": "pickup", "pickup_store": "ST-SH"})
    assert [each["type"] for each in case.actions()] == ["outbound", "notify"]
    assert (desk.carry_out(case), case.status) == (2, "released")


def test_k5_masked_receivers_are_named_by_token_alone(desk):
    receiver = {**SHANGHAI, "name": "张*", "phone": "138****8000", "address": "***", "masked": True, "token": "tk-9"}
    case = desk.post(receiver=receiver, channel="taobao")
    (waybill,) = case.actions("waybill")
    assert waybill["payload"]["receiver_token"] == "tk-9"
    assert [each["payload"]["receiver_token"] for each in desk.post().actions("waybill")] == [None]
