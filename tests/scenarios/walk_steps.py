"""What may happen to a shop: each step does one thing to whatever order, shipment or shelf it draws."""

from __future__ import annotations

import copy
import datetime as dt
import random
from typing import Any

import sqlalchemy as sa

from engine.errors import VendorRejected, VendorUnavailable
from tests.scenarios import documents
from tests.scenarios.desk import APPROVER, OPS
from tests.scenarios.walking import Killed, Step, Walk
from workers import jobs
from workers.vendors.notices import send_digests
from workers.vendors.payments import ask_due

CHANNELS = ("own-shop", "taobao", "jd", "phone")
HOUSES = ("SH1", "BJ1", "GZ1", "WH1", "ST-BJ")
SKUS = ("LAUNDRY-2L", "SOFTENER-1L", "TISSUE-24", "MUG-WHITE", "MASK-20", "OOLONG-500")
SCARCE = {  # what is there when a walk begins
    "LAUNDRY-2L": {"SH1": 7, "BJ1": 9, "ST-BJ": 1}, "SOFTENER-1L": {"SH1": 6, "BJ1": 9}, "TISSUE-24": {"BJ1": 8},
    "MUG-WHITE": {"SH1": 8, "GZ1": 5, "ST-BJ": 2}, "MASK-20": {"BJ1": 12, "SH1": 2}, "OOLONG-500": {"GZ1": 9, "BJ1": 3},
    "PHONE-2027": {"SH1": 2}, "DUMPLING-1KG": {"SH1": 3, "GZ1": 2}, "AIRFRYER-5L": {"SH1": 2},
}  # fmt: skip
PEOPLE = (
    ("b-1", "张伟", "13712340001", documents.BEIJING, "大望路甲18号院9号楼2单元501"),
    ("b-1", "张伟", "13712340001", documents.BEIJING, "大望路甲18号院9号楼2单元501"),
    ("b-2", "李静", "13712340002", documents.SHANGHAI, "漕溪北路88号12楼1205室"),
    ("b-3", "刘洋", "13712340003", documents.WUHAN, "珞喻路129号4栋2单元603室"),
    ("b-2", "李静", "13712340002", documents.SHANGHAI, "漕溪北路88号12楼1205室"),
    ("b-3", "刘洋", "13712340003", documents.WUHAN, "珞喻路129号4栋2单元603室"),
    ("b-4", "孙丽", "1371234000", documents.BEIJING, "建国路12号3号楼1单元201"),  # a digit is missing
)
PAYMENTS = (
    *[{"status": "paid", "method": "alipay"}] * 14, documents.UNPAID, documents.UNPAID, documents.PROCESSING,
    documents.FAILED, documents.COD, documents.COD, documents.AUTHORIZED,
)  # fmt: skip
REMARKS = ("",) * 20 + ("请发顺丰", "请一起发货", "尽快", "11月14日送到", "我想要粉色的小熊")


def begin(walk: Walk, chosen: random.Random) -> None:
    """Little is left of what the steps ask for, and some of that is sold."""
    here = {(house, sku): units for sku, on_hand in SCARCE.items() for house, units in on_hand.items()}
    with walk.gatehouse.database.write() as uow:
        for row in uow.stock.of_skus(SCARCE):
            uow.stock.set(row["warehouse"], row["sku"], 0, at=walk.clock())
        for (house, sku), units in here.items():
            uow.stock.set(house, sku, units if chosen.random() < 0.9 else 0, at=walk.clock())
        uow.commit()
    for _ in range(3):
        post(walk, chosen)


# orders


def _a_line(walk: Walk, chosen: random.Random, channel: str) -> dict[str, Any]:
    rare = ("BUNDLE-CARE", "BUNDLE-HOME", "PHONE-2027", "DUMPLING-1KG", "AIRFRYER-5L")
    sku = chosen.choice((*SKUS, *SKUS, *SKUS, *rare))
    price = documents.PRICES[sku]
    if channel == "taobao":
        sku = {"OOLONG-500": "645120987", "BUNDLE-CARE": "687733210"}.get(sku, sku)
    kind = {"kind": "presale"} if sku == "PHONE-2027" else {}
    return {"sku": sku, "quantity": chosen.choice((1, 1, 1, 2, 2, 3)), "unit_cents": price, **kind}


def _lines(walk: Walk, chosen: random.Random, channel: str) -> list[dict[str, Any]]:
    some = [_a_line(walk, chosen, channel) for _ in range(chosen.choice((1, 1, 1, 2, 3)))]
    lines = {each["sku"]: each for each in some}
    return [{"line_no": str(number), **each} for number, each in enumerate(lines.values(), start=1)]


def _receiver(person: Any) -> dict[str, Any]:
    _, name, phone, place, address = person
    return {"name": name, "phone": phone, **place, "address": address}


def _a_document(walk: Walk, chosen: random.Random, channel: str) -> dict[str, Any]:
    person, number = chosen.choice(PEOPLE), walk.name("W")
    placed = walk.clock() - dt.timedelta(minutes=chosen.choice((0, 1, 3, 8, 50)))
    payment = dict(chosen.choice(PAYMENTS))
    if payment["status"] == "paid":
        payment |= {"transaction_no": f"T-{number}", "settled_at": placed.isoformat()}
    document = documents.a_document(
        *_lines(walk, chosen, channel), channel_order_no=number, placed_at=placed.isoformat(), payment=payment,
        buyer={"id": person[0], "name": person[1], "phone": person[2]}, receiver=_receiver(person),
        remark=chosen.choice(REMARKS),
    )  # fmt: skip
    if chosen.random() < 0.12:
        document["delivery"] = {"method": "pickup", "pickup_store": "ST-BJ"}
    if chosen.random() < 0.08:
        document["seller_memo"] = chosen.choice(("改到11月16日", "送小样"))
    return document


def post(walk: Walk, chosen: random.Random) -> None:
    """A new order, at times of whoever ordered last, to the same door."""
    again = list(walk.posted.values())[-1] if walk.posted and chosen.random() < 0.4 else None
    channel = again[1] if again else chosen.choice(CHANNELS)
    document = _a_document(walk, chosen, channel)
    if again:
        document |= {"buyer": again[0]["buyer"], "receiver": again[0]["receiver"]}
    order_no = f"{channel}.{document['channel_order_no']}"
    walk.say(f"{order_no} {_said(document['lines'])} {document['payment']['status']}/{document['payment']['method']}")
    if chosen.random() < 0.1:
        walk.gatehouse.orders.dry_run(document, channel)
    _perhaps_disturbed(walk, chosen)
    walk.posted[order_no] = (document, channel)
    try:
        submission = walk.gatehouse.orders.submit(document, channel, respond_async=chosen.random() < 0.1)
    except Exception:
        with walk.gatehouse.database.read() as uow:
            if uow.orders.get(order_no) is None:
                del walk.posted[order_no]
        raise
    if submission.decision:
        walk.say(f"→ {submission.order['status']} {[hold['reason'] for hold in submission.decision['holds']]}")


def post_again(walk: Walk, chosen: random.Random) -> None:
    """The same once more, or something else under its number."""
    order_no = _an_order(walk, chosen)
    document, channel = copy.deepcopy(walk.posted[order_no])
    if chosen.random() < 0.2:
        document["remark"] = "改了"
    walk.say(order_no)
    assert not walk.gatehouse.orders.submit(document, channel).created


def event_of_order(walk: Walk, chosen: random.Random) -> None:
    """Anything that a channel may tell, just now or some time ago."""
    order_no = _an_order(walk, chosen)
    posted, channel = walk.posted[order_no]
    type_ = chosen.choice((
        "payment_updated", "payment_updated", "payment_updated", "receiver_changed", "lines_changed", "lines_changed",
        "refund_requested", "refund_requested", "cancelled", "return_requested", "feedback_received",
    ))  # fmt: skip
    at = walk.clock() - dt.timedelta(minutes=chosen.choice((0, 0, 0, 1, 7, 40)))
    data = _EVENT_DATA[type_](walk, chosen, posted, channel)
    document = {"event_id": walk.name("e"), "type": type_, "at": at.isoformat(), "data": data}
    walk.say(f"{order_no} {type_} {at:%H:%M} {_short(data)}")
    walk.events.append((order_no, document))
    _perhaps_disturbed(walk, chosen)
    answer = walk.gatehouse.order_events.report(order_no, document, OPS)
    walk.say(f"→ {answer['why_not'] or 'applied'} {answer['order']['status']}")


def event_again(walk: Walk, chosen: random.Random) -> None:
    """The same event has the same answer; another one under its id is refused."""
    if not walk.events:
        return
    order_no, document = chosen.choice(walk.events)
    if chosen.random() < 0.2:
        document = {**document, "at": walk.clock().isoformat()}
    walk.say(f"{order_no} {document['event_id']}")
    walk.gatehouse.order_events.report(order_no, document, OPS)


def _payment_data(walk: Walk, chosen: random.Random, posted: dict[str, Any], channel: str) -> dict[str, Any]:
    status = chosen.choice(("paid", "paid", "paid", "paid", "failed", "refunded", "partially_refunded"))
    data = {"status": status, "method": "alipay", "transaction_no": walk.name("T")}
    if status != "failed":
        cents = posted["payable_cents"]
        data["paid_cents"] = chosen.choice((cents, cents, cents, cents - 100))
        data["settled_at"] = walk.clock().isoformat()
    return data


def _receiver_data(walk: Walk, chosen: random.Random, posted: dict[str, Any], channel: str) -> dict[str, Any]:
    return _receiver(chosen.choice(PEOPLE))


def _lines_data(walk: Walk, chosen: random.Random, posted: dict[str, Any], channel: str) -> dict[str, Any]:
    lines = _lines(walk, chosen, channel)
    cents = sum(line["quantity"] * line["unit_cents"] for line in lines)
    return {"lines": lines, "payable_cents": chosen.choice((cents, posted["payable_cents"]))}


def _refund_data(walk: Walk, chosen: random.Random, posted: dict[str, Any], channel: str) -> dict[str, Any]:
    return chosen.choice(({}, {"line_no": "1"}, {"line_no": "2"}))


def _return_data(walk: Walk, chosen: random.Random, posted: dict[str, Any], channel: str) -> dict[str, Any]:
    return {"kind": "return", "lines": [{"line_no": "1", "quantity": 1}], "reason": "不合适"}


_EVENT_DATA = {
    "payment_updated": _payment_data, "receiver_changed": _receiver_data, "lines_changed": _lines_data,
    "refund_requested": _refund_data, "cancelled": lambda *_: {"reason": "不要了"}, "return_requested": _return_data,
    "feedback_received": lambda *_: {"rating": 3},
}  # fmt: skip


# warehouses and carriers


def event_of_vendor(walk: Walk, chosen: random.Random) -> None:
    """Anything that a warehouse or a carrier may tell of any shipment that there ever was."""
    shipments = _shipments(walk)
    if not shipments:
        walk.clock.advance(minutes=31)
        relayed(walk)
        return
    shipment = chosen.choice(shipments[-5:] if chosen.random() < 0.7 else shipments)
    for _ in range(chosen.choice((1, 1, 2, 3))):
        _report(walk, chosen, *shipment)


def _report(walk: Walk, chosen: random.Random, number: str, warehouse: str, lines: list[dict[str, Any]]) -> None:
    type_ = chosen.choice((
        "accepted", "picked", "checked", "packed", "shipped", "shipped", "shipped", "scanned", "signed", "signed",
        "refused", "short_picked", "returned", "lost", "damaged",
    ))  # fmt: skip
    at = walk.clock() - dt.timedelta(minutes=chosen.choice((0, 0, 5, 60)))
    document = {"event_id": walk.name("v"), "type": type_, "at": at.isoformat(), "shipment_no": number, "data": {}}
    if type_ == "short_picked":
        some = chosen.sample(lines, chosen.randint(1, len(lines)))
        document["data"] = {"lines": [_short_line(each, chosen) for each in some], "reason": "货架无货"}
    if type_ == "returned":
        document["data"] = {"sellable": chosen.random() < 0.5}
    vendor = chosen.choice((warehouse, warehouse, "wms"))
    walk.say(f"{vendor}: {type_} {number} {_short(document['data'])}")
    walk.reports.append((vendor, document))
    _perhaps_disturbed(walk, chosen)
    answer = walk.gatehouse.vendor_events.report(vendor, document, OPS)
    walk.say(f"→ {answer['why_not'] or 'applied'} {answer['status']}")


def event_of_vendor_again(walk: Walk, chosen: random.Random) -> None:
    if walk.reports:
        vendor, document = chosen.choice(walk.reports)
        walk.say(f"{vendor} {document['event_id']}")
        walk.gatehouse.vendor_events.report(vendor, document, OPS)


def event_of_transfer(walk: Walk, chosen: random.Random) -> None:
    """Goods on their way to a store."""
    rows = _rows(walk, "SELECT transfer_no, source, store FROM transfers ORDER BY transfer_no")
    if not rows:
        return
    number, source, store = chosen.choice(rows)
    vendor, type_ = chosen.choice(((source, "shipped"), (source, "refused"), (store, "accepted"), (store, "signed")))
    document = {
        "event_id": walk.name("t"), "type": type_, "at": walk.clock().isoformat(), "shipment_no": number, "data": {},
    }  # fmt: skip
    walk.say(f"{vendor}: {type_} {number}")
    walk.gatehouse.vendor_events.report(vendor, document, OPS)


def _short_line(line: dict[str, Any], chosen: random.Random) -> dict[str, Any]:
    short = {"line_no": line["line_no"], "picked": chosen.randint(0, max(0, line["quantity"] - 1))}
    return {**short, "order_no": line["order_no"]} if "order_no" in line else short


def _shipments(walk: Walk) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Number, warehouse and lines of all that warehouses were asked for, ever."""
    found = []
    for order_no in walk.orders():
        with walk.gatehouse.database.read() as uow:
            found += [(each["shipment_no"], each["warehouse"], each["lines"])
                      for each in uow.vendors.of(order_no)["outbounds"] if "-T" not in each["shipment_no"]]  # fmt: skip
    return [each for each in found if "line_no" in each[2][0]]


def workers(walk: Walk, chosen: random.Random) -> None:
    """The outbox is handed out and done, as far as vendors answer and workers live."""
    walk.clock.advance(minutes=chosen.choice((0, 0, 11, 31)))
    trouble = chosen.random() < 0.3

    def weather(moment: str) -> None:
        if trouble and chosen.random() < 0.25:
            walk.say(f"! {moment}")
            raise chosen.choice((VendorUnavailable("no answer"), VendorUnavailable("no answer"),
                                 VendorRejected("will not"), Killed()))  # fmt: skip
        if chosen.random() < 0.04:
            walk.meanwhile = None
            _somebody_else(walk, chosen)

    walk.weather = weather
    try:
        relayed(walk)
    finally:
        walk.weather = lambda moment: None


def relayed(walk: Walk) -> int:
    """How many actions were done."""
    jobs.bind(walk.gatehouse)
    due = walk.gatehouse.actions.due()
    walk.gatehouse.actions.mark_sent([each["id"] for each in due])
    done = sum(jobs.carry_out(order_no) for order_no in dict.fromkeys(each["order_no"] for each in due))
    walk.say(f"{done} done")
    return done


def actions(walk: Walk, chosen: random.Random) -> None:
    """Ops try what is dead again, or leave something undone."""
    found = walk.gatehouse.actions.list({"status": chosen.choice(("dead", "dead", "retrying", "pending"))})["items"]
    if found:
        action = chosen.choice(found)
        walk.say(f"{action['order_no']} {action['type']} {action['status']}")
        if action["status"] == "dead" and chosen.random() < 0.7:
            walk.gatehouse.actions.retry(action["id"], OPS)
        elif chosen.random() < 0.3:
            walk.say("skip")
            walk.gatehouse.actions.skip(action["id"], "不用做", OPS)


# people


def manual(walk: Walk, chosen: random.Random) -> None:
    """Anything that a person may decide about an order; tried first, at times: then that is what comes of it."""
    order_no = _an_order(walk, chosen)
    kind = chosen.choice(tuple(_MANUAL))
    said = _MANUAL[kind](walk, chosen, order_no)
    walk.say(f"{kind} {order_no} {_short(said)}")
    if said is None:
        return
    would = None
    if chosen.random() < 0.25:
        before = _state(walk, order_no)
        try:
            would = _decide_by_hand(walk, kind, order_no, said, True)
        finally:
            assert _state(walk, order_no) == before, "a dry run changes nothing"
    else:
        _perhaps_disturbed(walk, chosen)
    answer = _decide_by_hand(walk, kind, order_no, said, False)
    walk.say(f"→ {answer['order']['status']} {[hold['reason'] for hold in answer['decision']['holds']]}")
    if would is not None:
        assert _outcome(would) == _outcome(answer), "it comes as the dry run said"


def _decide_by_hand(walk: Walk, kind: str, order_no: str, said: dict[str, Any], dry_run: bool) -> dict[str, Any]:
    if kind == "release":
        return walk.gatehouse.manual.release(order_no, said["holds"], said["reason"], APPROVER, dry_run)
    return getattr(walk.gatehouse.manual, kind)(order_no, said, APPROVER, dry_run)


def _outcome(answer: dict[str, Any]) -> Any:
    decision = answer["decision"]
    shown = ("id", "verdict", "holds", "backorders", "payable_cents", "firings", "waivers")
    goods = [{**each, "status": None, "parcels": None} for each in decision["shipments"]]
    return answer["order"]["status"], {name: decision[name] for name in shown}, goods


def _state(walk: Walk, order_no: str) -> Any:
    order = walk.gatehouse.orders.order(order_no)
    with walk.gatehouse.database.read() as uow:
        return order, uow.stock.reservations(order_no), uow.actions.of(order_no), uow.changes.of(order_no)


def _holds(walk: Walk, order_no: str) -> list[str]:
    decision_id = walk.gatehouse.orders.order(order_no)["decision_id"]
    return sorted({h["reason"] for h in walk.gatehouse.decisions.document(decision_id)["holds"]}) if decision_id else []


def _to_release(walk: Walk, chosen: random.Random, order_no: str) -> Any:
    holds = _holds(walk, order_no)
    return {"holds": chosen.sample(holds, chosen.randint(1, len(holds))), "reason": "确认过"} if holds else None


def _to_ship(walk: Walk, chosen: random.Random, order_no: str) -> Any:
    numbers = [each[0] for each in _rows(
        walk, "SELECT shipment_no FROM shipments WHERE order_no = :order_no ORDER BY shipment_no", order_no=order_no
    )]  # fmt: skip
    if not numbers:
        return None
    return {"shipment_no": chosen.choice(numbers), "service": "SF-STD", "waybill_no": walk.name("H"), "reason": "自送"}


def _to_clarify(walk: Walk, chosen: random.Random, order_no: str) -> Any:
    found = [each.id for each in walk.gatehouse.manual.readings(order_no)]
    return {"reading": chosen.choice(found)} if found else None


_MANUAL = {
    "release": _to_release,
    "hold": lambda walk, chosen, no: {
        "reason": chosen.choice(("等等", "HIGH_VALUE", "NO_WAREHOUSE", "PLATFORM_FORBIDS")), "note": "", "due_at": None,
    },
    "reject": lambda walk, chosen, no: {"reason": "不发"},
    "cancel": lambda walk, chosen, no: {"reason": "不要了"},
    "return_to_audit": lambda walk, chosen, no: {"reason": "再看"},
    "reassign": lambda walk, chosen, no: {
        "reason": "换仓", "line_no": chosen.choice((None, None, "1", "2")), "warehouse": chosen.choice(HOUSES),
        "service": chosen.choice((None, None, None, "SF-STD")),
    },
    "adjust": lambda walk, chosen, no: {
        "line_no": chosen.choice(("1", "1", "2")), "quantity": chosen.choice((0, 1, 2, 4)), "reason": "改数量",
    },
    "swap": lambda walk, chosen, no: {
        "line_no": chosen.choice(("1", "1", "2")), "sku": chosen.choice((*SKUS, "BUNDLE-CARE")), "reason": "换货",
    },
    "ship": _to_ship,
    "clarify": _to_clarify,
}  # fmt: skip


def release(walk: Walk, chosen: random.Random) -> None:
    """Of an order that is held, all that it is held for."""
    held = [each for each in walk.orders() if walk.gatehouse.orders.order(each)["status"] == "held"]
    if held:
        order_no = chosen.choice(held)
        walk.say(f"{order_no} {_holds(walk, order_no)}")
        _perhaps_disturbed(walk, chosen)
        answer = walk.gatehouse.manual.release(order_no, _holds(walk, order_no), "确认过", APPROVER)
        walk.say(f"→ {answer['order']['status']}")


def merge(walk: Walk, chosen: random.Random) -> None:
    """All that fits, or any two."""
    if chosen.random() < 0.6:
        post(walk, chosen)
    flagged = _rows(walk, "SELECT order_no FROM flags WHERE closed_at IS NULL AND code = 'MERGE_CANDIDATE' ORDER BY 1")
    order_no = chosen.choice(flagged)[0] if flagged else _an_order(walk, chosen)
    fitting = walk.gatehouse.merging._fitting(order_no) if walk.gatehouse.orders.order(order_no)["decision_id"] else []
    others = fitting or [_an_order(walk, chosen)]
    walk.say(f"{order_no} with {others}")
    walk.gatehouse.merging.merge(order_no, others, "同一买家", OPS, dry_run=chosen.random() < 0.2)


def unmerge(walk: Walk, chosen: random.Random) -> None:
    found = _rows(walk, "SELECT order_no FROM shipments WHERE sent_as IS NOT NULL ORDER BY order_no")
    order_no = chosen.choice(found)[0] if found else _an_order(walk, chosen)
    walk.say(order_no)
    walk.gatehouse.merging.unmerge(order_no, "分开", OPS, dry_run=chosen.random() < 0.2)


def answer_task(walk: Walk, chosen: random.Random) -> None:
    found = walk.gatehouse.tasks.list({"status": "open"})["items"]
    if found:
        task = chosen.choice(found)
        outcome = chosen.choice(("confirmed", "confirmed", "changed", "no_answer", "refused"))
        walk.say(f"{task['order_no']} {task['rule']} {outcome}")
        _perhaps_disturbed(walk, chosen)
        walk.gatehouse.tasks.answer(task["id"], outcome, "", APPROVER)


# the shelves, time, rules, reference data


def stock_received(walk: Walk, chosen: random.Random) -> None:
    house, sku, units = chosen.choice(HOUSES), chosen.choice((*SKUS, *SCARCE)), chosen.randint(1, 6)
    walk.say(f"{units} {sku} at {house}")
    walk.desk.receive(house, sku, units)


def stock_counted(walk: Walk, chosen: random.Random) -> None:
    """So few that some are promised in vain, or so."""
    rows = [row for row in _rows(walk, "SELECT warehouse, sku FROM stock WHERE reserved > 0 ORDER BY 1, 2")]
    house, sku = chosen.choice(rows) if rows else (chosen.choice(HOUSES), chosen.choice(SKUS))
    document = {
        "adjustment_id": walk.name("c"), "warehouse": house, "sku": sku, "on_hand": chosen.choice((0, 1, 2, 5)),
        "reason": "盘点",
    }  # fmt: skip
    if chosen.random() < 0.2:
        document["safety_stock"] = chosen.choice((0, 1))
    if chosen.random() < 0.2:
        document["channel_shares"] = chosen.choice(({}, {"taobao": 50}, {"taobao": 30, "jd": 0}))
    walk.say(_short(document))
    answer = walk.gatehouse.stock.adjust(document, OPS)
    assert walk.gatehouse.stock.adjust(document, OPS) == answer, "the same again changes nothing"
    walk.say(f"→ {answer['shortfall']}")


def time_passes(walk: Walk, chosen: random.Random) -> None:
    minutes = chosen.choice((1, 1, 11, 31, 31, 61, 61, 6 * 60, 26 * 60, 8 * 24 * 60))
    walk.clock.advance(minutes=minutes)
    walk.say(f"{minutes} min")
    _perhaps_disturbed(walk, chosen)
    for tick in TICKS:
        if chosen.random() < 0.8:
            tick(walk)


TICKS = (
    lambda walk: walk.gatehouse.orders.sweep(),
    lambda walk: walk.gatehouse.reallocation.sweep(),
    lambda walk: walk.gatehouse.vendor_events.complete(),
    lambda walk: send_digests(walk.gatehouse),
    lambda walk: ask_due(walk.gatehouse),
)


def sweeps(walk: Walk, chosen: random.Random) -> None:
    _perhaps_disturbed(walk, chosen)
    for tick in TICKS[:2]:
        tick(walk)


def payment_known(walk: Walk, chosen: random.Random) -> None:
    """The provider knows more of somebody's money."""
    order = walk.gatehouse.orders.order(_an_order(walk, chosen))
    number = order["payment"]["transaction_no"]
    if number:
        status = chosen.choice(("settled", "settled", "failed", "unknown"))
        with walk.gatehouse.database.write() as uow:
            uow.vendors.put_payment(number, status, order["payable_cents"], walk.clock())
            uow.commit()
        walk.say(f"{order['order_no']} {status}")


def _without(rule: str) -> Any:
    def change(document: dict[str, Any]) -> None:
        document["rules"] = [each for each in document["rules"] if each["id"] != rule]

    return change


CHANGES_OF_RULES = {
    "audit": (_without("audit.approve-paid"), _without("audit.release-by-channel")),
    "warehouse": (_without("warehouse.out-of-stock"), _without("warehouse.cannot-ship-together")),
    "payment": (_without("payment.awaiting-payment"),),
    "fulfilment": (_without("fulfilment.merge-candidate"),),
}


def rules_published(walk: Walk, chosen: random.Random) -> None:
    """A rule is taken out of its stage, or all are as they were shipped; held orders may be decided again by that."""
    stage = chosen.choice(tuple(CHANGES_OF_RULES))
    shipped = walk.gatehouse.rulebooks.version(stage, 1)["document"]
    change = chosen.choice((*CHANGES_OF_RULES[stage], None))

    def publish(document: dict[str, Any]) -> None:
        document |= copy.deepcopy(shipped)
        if change is not None:
            change(document)

    walk.say(f"{stage} {'otherwise' if change else 'as shipped'}")
    walk.world_changed = True
    walk.desk.publish(stage, publish)
    if chosen.random() < 0.5:
        walk.gatehouse.redeciding.redecide(None, None, OPS, dry_run=False)


def reference_changed(walk: Walk, chosen: random.Random) -> None:
    kind, code, change = chosen.choice((
        *[("warehouses", house, {"enabled": chosen.random() < 0.6}) for house in HOUSES],
        ("skus", "LAUNDRY-2L", {"weight_g": chosen.choice((2150, 40_000))}),
        ("skus", "MUG-WHITE", {"channels": chosen.choice((None, ["own-shop"]))}),
        ("skus", "AIRFRYER-5L", {"restock_on": chosen.choice((None, "2026-11-21", "2027-03-01"))}),
        ("skus", "MASK-20", {"limit_per_order": chosen.choice((None, 1)), "attributes": chosen.choice(([], ["cold"]))}),
        ("lists", "blacklist-phones", {"items": chosen.choice(([], ["13712340002"]))}),
        ("warehouses", "BJ1", {"capacity_per_day": chosen.choice((1, 3000))}),
    ))  # fmt: skip
    walk.say(f"{kind}/{code} {change}")
    walk.world_changed = True
    walk.desk.change(kind, code, **change)


def _an_order(walk: Walk, chosen: random.Random) -> str:
    """Of any age, rather of the last ones, or of those that warehouses know."""
    orders = list(walk.posted)
    if not orders:
        post(walk, chosen)
        orders = list(walk.posted)
    known = _rows(walk, "SELECT order_no FROM orders WHERE status IN ('released', 'partially_shipped', 'recalling')")
    if known and chosen.random() < 0.35:
        return chosen.choice(sorted(known))[0]
    return chosen.choice(orders[-4:] if chosen.random() < 0.6 else orders)


def _perhaps_disturbed(walk: Walk, chosen: random.Random) -> None:
    """While the next decision is made, somebody else does something, or the process is killed."""
    if chosen.random() >= 0.2:
        return

    def kill() -> None:
        raise Killed

    walk.meanwhile = kill if chosen.random() < 0.3 else lambda: _somebody_else(walk, chosen)


def _somebody_else(walk: Walk, chosen: random.Random) -> None:
    walk.say("[meanwhile")
    walk.do(walk.name("m"), chosen)
    walk.say("]")


def _rows(walk: Walk, text: str, **values: Any) -> list[Any]:
    with walk.gatehouse.database.read() as uow:
        return [tuple(row) for row in uow._connection.execute(sa.text(text), values)]


def _said(lines: list[dict[str, Any]]) -> str:
    return " + ".join(f"{line['quantity']} {line['sku']}" for line in lines)


def _short(data: Any) -> str:
    return str(data)[:150]


WEIGHTS: dict[Step, int] = {
    post: 9, post_again: 1, event_of_order: 5, event_again: 1, event_of_vendor: 7, event_of_vendor_again: 1,
    event_of_transfer: 1, workers: 8, actions: 2, manual: 7, release: 3, merge: 2, unmerge: 1, answer_task: 2,
    stock_received: 3, stock_counted: 2, time_passes: 5, sweeps: 3, payment_known: 1, rules_published: 1,
    reference_changed: 2,
}  # fmt: skip
STEPS: tuple[Step, ...] = tuple(step for step, weight in WEIGHTS.items() for _ in range(weight))
