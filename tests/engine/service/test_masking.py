"""What is left of personal data for those who only watch."""

from __future__ import annotations

import pytest

from engine.service.masking import HIDDEN, mask_about, mask_address, mask_email, mask_name, mask_order, mask_phone


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (mask_name, "张伟", "张*"),
        (mask_name, "", ""),
        (mask_phone, "13800138000", "138****8000"),
        (mask_phone, "+8613800138000", "+86****8000"),
        (mask_phone, "12345", "****45"),
        (mask_phone, "", ""),
        (mask_address, "大望路甲18号院", "大望路***"),
        (mask_email, "zhang@example.com", "z***@example.com"),
        (mask_email, "not an address", "n*"),
    ],
)
def test_enough_is_left_to_recognise_it(mask, value, masked):
    assert mask(value) == masked


ORDER = {
    "buyer": {"id": "b-1", "name": "张伟", "phone": None, "email": None},
    "receiver": {"name": "王", "phone": "13800138000", "address": "大望路甲18号院", "lat": 1.0, "token": "t"},
    "lines": [{"line_no": "1", "remark": "刻 021-62345678"}],
    "payment": {"status": "paid", "transaction_no": "2026111122001"},
    "remark": "张伟 13911112222",
    "seller_memo": "",
    "invoice": {"title": "x"},
    "attributes": {"x": 1},
}


def test_a_phone_that_serves_as_buyer_id_is_masked():
    masked = mask_order({**ORDER, "buyer": {**ORDER["buyer"], "id": "13800138000"}})
    assert masked["buyer"]["id"] == "138****8000"
    assert mask_order(ORDER)["buyer"]["id"] == "b-1"


def test_an_order_without_a_receiver_is_masked_too():
    masked = mask_order({**ORDER, "receiver": None})
    assert masked["receiver"] is None
    assert masked["remark"] == "张* 139****2222"
    assert masked["lines"][0]["remark"] == "刻 021****5678"


def test_values_of_personal_facts_are_hidden_wherever_they_stand():
    told = {"fact": "receiver.name", "seen": "王", "wanted": ["王", "李"], "is": "in", "result": True}
    assert mask_about(ORDER, told) == {**told, "seen": HIDDEN, "wanted": HIDDEN}
    assert mask_about(ORDER, {"seen": {"receiver.phone": "x", "order.goods_cents": 5}}) == {
        "seen": {"receiver.phone": HIDDEN, "order.goods_cents": 5}
    }


def test_absent_facts_stay_absent_and_names_of_things_stay_as_they_are():
    assert mask_about(ORDER, {"fact": "receiver.name", "seen": None})["seen"] is None
    named = {"order_no": "taobao.13800138000", "id": "13800138000", "rule": "张伟"}
    assert mask_about(ORDER, named) == named


def test_a_name_of_one_character_is_not_looked_for_in_texts():
    assert mask_about(ORDER, {"title": "国王"}) == {"title": "国王"}


def test_values_that_channels_send_as_they_like_are_hidden_but_for_yes_and_no():
    told = [{"fact": "order.attributes.note", "seen": "王", "wanted": ["王"]}, {"seen": {"order.attributes.id": 137}}]
    assert mask_about(ORDER, told) == [
        {"fact": "order.attributes.note", "seen": HIDDEN, "wanted": HIDDEN}, {"seen": {"order.attributes.id": HIDDEN}},
    ]  # fmt: skip
    wrapped = {"fact": "order.attributes.gift_wrap", "seen": True, "wanted": None}
    assert mask_about(ORDER, wrapped) == wrapped
