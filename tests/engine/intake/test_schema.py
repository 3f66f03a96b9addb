from __future__ import annotations

import copy
import datetime as dt
import json

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from engine.errors import MalformedJson, OrderError, TooLarge
from engine.intake.bodies import read_json
from engine.intake.schema import OrderSchema, load_order
from engine.order import Buyer, Receiver, order_digest
from engine.world import Channel
from tests.odd_bodies import CENTS, ODD_BODIES, REQUIRED, SAMPLE_ORDER, sample, with_value, without

TAOBAO = Channel("taobao", "淘宝旗舰店", "taobao")
STORE = Channel("store", "门店", "store")
PHONE = Channel("phone", "电话订购", "phone")


def problems(document, channel=TAOBAO):
    with pytest.raises(OrderError) as caught:
        load_order(document, channel)
    return {(problem.path, problem.code): problem for problem in caught.value.problems}


def answer(body):
    """(status, [(path, code)]) that a body deserves."""
    try:
        load_order(read_json(body), TAOBAO)
    except TooLarge:
        return 413, []
    except MalformedJson as error:
        return 400, [("", error.problem.code)]
    except OrderError as error:
        for problem in error.problems:
            json.dumps(str(problem), ensure_ascii=False).encode()
        return 422, [(problem.path, problem.code) for problem in error.problems]
    return 201, []


def test_there_are_hundreds_of_odd_bodies_under_names_of_their_own():
    assert len(ODD_BODIES) >= 200
    assert len({name for name, *_ in ODD_BODIES}) == len(ODD_BODIES)


@pytest.mark.parametrize(("name", "body", "status", "code"), ODD_BODIES, ids=[name for name, *_ in ODD_BODIES])
def test_odd_body(name, body, status, code):
    seen_status, seen = answer(body)
    assert seen_status == status, seen
    if code:
        assert code in [seen_code for _, seen_code in seen]
    path = name.split(": ")[0]
    if status == 422 and ": " in name and " " not in path.strip() and path not in ("__proto__", "_schema"):
        where = [seen_path for seen_path, _ in seen]
        assert any(each == path or each.startswith(f"{path}.") for each in where), (path, where)


def test_one_odd_field_is_one_problem():
    assert set(problems(with_value("lines.0.quantity", "3"))) == {("lines.0.quantity", "invalid-type")}


def test_the_sample_of_the_contract_loads_and_adds_up():
    order = load_order(SAMPLE_ORDER, TAOBAO)
    assert order.order_no == "taobao.TB20261111000123"
    assert order.stated_total_cents == order.payable_cents == 3 * 3990 - 5000
    assert order.receiver.postcode == "010000"
    assert order.lines[0].quantity == 3


def test_the_document_of_an_order_loads_equal():
    order = load_order(SAMPLE_ORDER | {"attributes": {"a": [1, None]}, "invoice": {"title": "公司"}}, TAOBAO)
    assert load_order(json.loads(json.dumps(order.document())), TAOBAO) == order


def test_absent_and_null_and_default_are_the_same_order():
    spelled_out = load_order(SAMPLE_ORDER, TAOBAO)
    bare = {
        name: {key: each for key, each in value.items() if each is not None} if isinstance(value, dict) else value
        for name, value in SAMPLE_ORDER.items()
        if value not in (None, "", 0, {})
    }
    assert order_digest(load_order(bare, TAOBAO)) == order_digest(spelled_out)


def test_equal_instants_are_equal_whatever_their_offset():
    order = load_order(sample(channel_order_no="1"), TAOBAO)
    other = load_order(sample(channel_order_no="1", placed_at="2026-11-10T16:00:05.000Z"), TAOBAO)
    assert order.placed_at.tzinfo is dt.UTC
    assert order_digest(other) == order_digest(order)


def test_text_is_kept_in_nfc():
    assert load_order(sample(remark="Cafe\u0301"), TAOBAO).remark == "Caf\u00e9"


def test_every_problem_is_named_at_once():
    found = problems(
        {
            "channel_order_no": "A B", "placed_at": "2026-11-11T00:00:05", "payabel_cents": 1,
            "lines": [
                {"line_no": "1", "sku": "", "quantity": 0},
                {"line_no": "1", "sku": "A", "quantity": 1, "unit_cents": True},
            ],
            "payment": {"status": "payed"}, "remark": "x" * 1_001,
        }
    )  # fmt: skip
    assert set(found) == {
        ("channel_order_no", "out-of-range"), ("placed_at", "invalid-type"), ("currency", "required"),
        ("lines.0.quantity", "out-of-range"), ("lines.0.unit_cents", "required"),
        ("lines.1.unit_cents", "invalid-type"), ("lines.1.line_no", "duplicate-key"),
        ("payment.status", "not-a-choice"), ("delivery.method", "required"),
        ("remark", "too-long"), ("payable_cents", "required"), ("payabel_cents", "unknown-field"),
        ("buyer.id", "required"), ("receiver", "required"),
    }  # fmt: skip


def test_nothing_at_all_names_all_that_is_required():
    wanted = {path for path in REQUIRED if "lines.0" not in path}
    assert {path for path, code in problems({}) if code == "required"} == wanted


def test_an_unknown_field_is_refused_with_a_suggestion():
    found = problems(sample(payabel_cents=1))
    assert found["payabel_cents", "unknown-field"].suggestion == "did you mean payable_cents?"
    found = problems(with_value("lines.0.quantty", 1))
    assert found["lines.0.quantty", "unknown-field"].suggestion == "did you mean quantity?"
    assert problems(sample(zzz=1))["zzz", "unknown-field"].suggestion is None


def test_a_message_says_what_would_be_right():
    assert "100,000" in problems(with_value("lines.0.quantity", 100_001))["lines.0.quantity", "out-of-range"].message
    assert "unpaid" in problems(with_value("payment.status", "x"))["payment.status", "not-a-choice"].message
    assert "2026-11-11T00:00:05+08:00" in problems(sample(placed_at=1))["placed_at", "invalid-type"].message


def test_problems_stand_in_the_order_of_the_schema():
    with pytest.raises(OrderError) as caught:
        load_order(sample(payable_cents=None, remark=3, currency="x", foo=1), TAOBAO)
    assert [problem.path for problem in caught.value.problems] == ["currency", "remark", "payable_cents", "foo"]


@pytest.mark.parametrize("channel", [STORE, PHONE])
def test_a_till_and_the_phone_desk_need_no_buyer(channel):
    assert load_order(without("buyer"), channel).buyer == Buyer()
    assert load_order(without("buyer.id"), channel).buyer.name == "张伟"


@pytest.mark.parametrize("method", ["pickup", "none"])
def test_pickup_and_none_need_no_receiver(method):
    assert load_order(sample(delivery={"method": method}, receiver=None), TAOBAO).receiver is None
    assert load_order(sample(delivery={"method": method}, receiver={}), TAOBAO).receiver == Receiver()


@pytest.mark.parametrize("method", ["ship", "rider"])
def test_ship_and_rider_need_a_receiver(method):
    assert set(problems(sample(delivery={"method": method}, receiver=None))) == {("receiver", "required")}


def test_a_part_of_a_wrong_type_is_not_called_missing_too():
    assert set(problems(sample(buyer="张伟"))) == {("buyer", "invalid-type")}


@pytest.mark.parametrize("path", [path for path in CENTS if path != "adjustment_cents"])
def test_the_largest_amount_is_accepted(path):
    load_order(with_value(path, 10**12), TAOBAO)


def test_a_document_is_not_changed_by_loading_it():
    document = sample(buyer=None, attributes={"a": {"b": "e\u0301"}})
    before = copy.deepcopy(document)
    with pytest.raises(OrderError):
        load_order(document, TAOBAO)
    assert document == before


def test_a_flood_of_problems_is_cut_short():
    with pytest.raises(OrderError) as caught:
        load_order(sample(**{f"u{at}": 1 for at in range(20_000)}), TAOBAO)
    assert 1_000 <= len(caught.value.problems) <= 1_010
    assert "more problems" in str(caught.value)


def test_the_schema_describes_itself_in_openapi():
    spec = APISpec("orders", "1", "3.0.3", plugins=[MarshmallowPlugin()])
    spec.components.schema("Order", schema=OrderSchema)
    described = spec.to_dict()["components"]["schemas"]
    assert set(described["Order"]["required"]) >= {"channel_order_no", "placed_at", "lines", "payment", "payable_cents"}
    assert described["Order"]["properties"]["payable_cents"]["maximum"] == 10**12
    assert described["Line"]["properties"]["quantity"]["minimum"] == 1
    assert described["Payment"]["properties"]["status"]["enum"][0] == "unpaid"
    json.dumps(described, allow_nan=False)
