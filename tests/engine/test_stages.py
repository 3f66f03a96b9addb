"""The pipeline on small rulebooks of its own: what the stages do with what rules say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from engine import canonical, stages
from engine.decision import Verdict
from engine.explain import explain
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.matching.judge import Judge
from engine.nearest import nearest, nearest_to_rule
from engine.order import Buyer, Delivery, Line, Order, Payment, Receiver
from engine.stages import ROUTED_BY, run_stages
from engine.world import (
    Carrier,
    Channel,
    NamedList,
    RateCard,
    Reference,
    Service,
    Sku,
    Step,
    StockRow,
    Waiver,
    Warehouse,
    World,
    Zone,
)

NOW = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)
STAGES = ["intake", "payment", "coupon", "fraud", "audit", "warehouse", "carrier", "fulfilment"]
APPROVE = {"when": {"fact": "payment.status", "is": "eq", "value": "paid"}, "then": [{"do": "approve"}]}

ORDER = Order(
    channel="shop", channel_order_no="1", placed_at=NOW - dt.timedelta(minutes=5), currency="CNY", buyer=Buyer("b"),
    receiver=Receiver("张伟", "13800138000", province="上海市", city="上海市", district="浦东新区",
                      address="世纪大道100号2楼"),
    lines=(Line("1", "A", 2, 5_000),), payment=Payment("paid", "alipay", "t-1", 10_000, NOW), payable_cents=10_000,
    delivery=Delivery("ship"),
)  # fmt: skip
WORLD = World(
    reference=Reference(
        channels={"shop": Channel("shop", "Shop", "own-shop", pricing="gatehouse", reserve_on="placed")},
        warehouses={
            "SH": Warehouse("SH", "上海仓", "上海市", "上海市", lat=31.2, lng=121.5),
            "BJ": Warehouse("BJ", "北京仓", "北京市", "北京市", lat=39.9, lng=116.4),
        },
        carriers={
            "ZTO": Carrier("ZTO", "中通", (Service("ZTO-STD", "标准", "standard", attributes=frozenset({"cod"})),))
        },
        rate_cards={"ZTO-STD": RateCard("ZTO-STD", (Zone((), (), (Step(1000, 500),), 1000, 200),))},
    ),
    skus={"A": Sku("A", "甲", "daily", 500)},
    stock=(StockRow("BJ", "A", 5), StockRow("SH", "A", 5)),
)


def rulebook(**rules):
    """A rulebook of rules given as stage__slug=document."""
    documents = {stage: {"stage": stage, "note": "", "rules": [], "tables": []} for stage in STAGES}
    for name, document in rules.items():
        stage, slug = name.split("__")
        rule = {"id": f"{stage}.{slug.replace('_', '-')}", "title": {"zh": slug, "en": slug}, "why": "test", **document}
        documents[stage]["rules"].append(rule)
    preference = ["rules", "fewest_shipments", "cost", "distance", "code"]
    pipeline = {"stages": STAGES, "preference": preference, "triggers": {"order_received": STAGES}}
    return load_rulebook({**documents, "pipeline": pipeline}, CATALOGUE, EFFECTS, None)


@pytest.fixture
def decide():
    """decide(rulebook, order, world, now) -> Run, judged by both evaluators."""
    judges = []

    def run(book, order=ORDER, world=WORLD, now=NOW):
        judges.append(Judge(book))
        return run_stages(order, world, book, now, judges[-1])

    yield run
    for judge in judges:
        judge.close()


def reasons(run):
    return [(hold.reason, hold.rule) for hold in run.decision.holds]


HOLD_BIG = {
    "when": {"fact": "order.payable_cents", "is": "gte", "value": 10_000},
    "then": [{"do": "hold", "reason": "HIGH_VALUE"}],
}


def test_an_approved_order_ships_from_the_nearest_of_equals_and_is_reserved(decide):
    decision = decide(rulebook(audit__ok=APPROVE)).decision
    assert decision.verdict is Verdict.APPROVE
    assert [(each.warehouse, each.service) for each in decision.shipments] == [("SH", "ZTO-STD")]
    assert decision.reservations(ORDER) == {("SH", "A"): 2}
    assert [each.type for each in decision.actions] == ["outbound", "waybill"]


def test_a_term_that_a_fact_gives_stays_within_the_calendar(decide):
    """A term of thousands of years stopped the process: it is the longest that a rule may say."""
    held = [{"do": do, **more, "due_minutes": {"fact": "order.item_count"}} for do, more in (
        ("hold", {"reason": "HIGH_VALUE"}), ("task", {"queue": "risk", "title": "看一看"}),
    )]  # fmt: skip
    order = replace(ORDER, lines=(Line("1", "A", 2**53 - 1, 5_000),))
    wait = {**APPROVE, "then": [{"do": "approve"}, {"do": "release_after", "minutes": {"fact": "order.item_count"}}]}
    run = decide(rulebook(fraud__held={"then": held}, audit__wait=wait), order)
    assert run.error is None
    due = next(hold.due_at for hold in run.decision.holds if hold.reason == "HIGH_VALUE")
    assert due <= NOW + dt.timedelta(days=1_000)
    fired = {firing.rule: firing.effects for firing in run.decision.firings}
    assert fired["audit.wait"][1] == {"do": "release_after", "minutes": 366 * 24 * 60}


@pytest.mark.parametrize(("numbers", "wanted"), [((60, 50), "normal"), ((50, 60), "urgent"), ((50, 50), "urgent")])
def test_of_two_priorities_the_first_rule_s_counts(decide, numbers, wanted):
    urgent, normal = (
        {"then": [{"do": "set_priority", "priority": priority}], "priority": number}
        for priority, number in zip(("urgent", "normal"), numbers, strict=True)
    )
    assert decide(rulebook(intake__a=urgent, intake__b=normal)).plan.priority == wanted


def test_hold_outranks_approve(decide):
    run = decide(rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG))
    assert run.decision.verdict is Verdict.HOLD
    assert reasons(run) == [("HIGH_VALUE", "fraud.big")]
    assert run.decision.shipments, "the plan is shown while the order waits"
    assert not run.decision.actions, "nothing leaves while the order waits"


def test_a_hold_ends_by_itself_only_at_a_time_to_come(decide):
    def held_until(text):
        then = [{"do": "hold", "reason": "SHIP_DATE_NOT_DUE", "until": text}]
        return decide(rulebook(audit__ok=APPROVE, fraud__late={**HOLD_BIG, "then": then})).decision.holds[0].until

    assert held_until("2026-11-12T00:00:00+08:00") == dt.datetime(2026, 11, 11, 16, tzinfo=dt.UTC)
    assert held_until("2026-11-11T10:30:00+08:00") is None, "else it would be decided again and again for ever"


def test_reject_outranks_hold_and_stops(decide):
    reject = {"then": [{"do": "reject", "reason": "FORGED"}]}
    run = decide(rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG, fraud__no=reject))
    assert run.decision.verdict is Verdict.REJECT
    assert [each.stage for each in run.stages] == ["intake", "payment", "coupon", "fraud"]
    assert run.decision.reservations(ORDER) == {}
    assert [each.type for each in run.decision.actions] == ["task"], "a rejected paid order opens a refund task"


def test_an_order_that_no_rule_judged_is_held(decide):
    assert reasons(decide(rulebook())) == [("NO_RULE_MATCHED", "engine.no-rule-matched")]


def test_what_cannot_be_shipped_is_never_approved(decide):
    empty = replace(WORLD, stock=())
    assert reasons(decide(rulebook(audit__ok=APPROVE), world=empty)) == [("INVENTORY_OUT_OF_STOCK", "engine.unrouted")]
    unknown = replace(WORLD, skus={})
    assert reasons(decide(rulebook(audit__ok=APPROVE), world=unknown)) == [("UNKNOWN_SKU", "engine.unrouted")]


def test_a_waiver_takes_one_rule_off_while_it_sees_the_same(decide):
    book = rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG)
    waiver = Waiver("fraud.big", "HIGH_VALUE", "order", {"order.payable_cents": 10_000}, "ops", NOW, "called")
    waived = decide(book, world=replace(WORLD, waivers=(waiver,)))
    assert waived.decision.verdict is Verdict.APPROVE
    assert [each["by"] for each in waived.decision.waivers] == ["ops"]
    dearer = replace(ORDER, payable_cents=10_100)
    held = decide(book, dearer, replace(WORLD, waivers=(waiver,)))
    assert reasons(held) == [("HIGH_VALUE", "fraud.big")]
    assert held.decision.waivers == ()  # it does nothing any more


def test_waiving_a_shortage_ships_what_there_is(decide):
    short = {"when": {"fact": "order.short_units", "is": "gte", "value": 1},
             "then": [{"do": "hold", "reason": "INVENTORY_OUT_OF_STOCK"}]}  # fmt: skip
    book = rulebook(audit__ok=APPROVE, warehouse__short=short)
    world = replace(WORLD, stock=(StockRow("SH", "A", 1),))
    assert reasons(decide(book, world=world)) == [("INVENTORY_OUT_OF_STOCK", "warehouse.short")]
    waiver = Waiver("warehouse.short", "INVENTORY_OUT_OF_STOCK", "order", {"order.short_units": 1}, "ops", NOW)
    decision = decide(book, world=replace(world, waivers=(waiver,))).decision
    assert decision.verdict is Verdict.APPROVE
    assert [(each.line_no, each.quantity) for each in decision.backorders] == [("1", 1)]
    assert decision.reservations(ORDER) == {("SH", "A"): 1}


def test_rules_choose_among_warehouses_by_exclusion_and_rank(decide):
    far = {"about": "warehouse", "when": {"fact": "warehouse.code", "is": "eq", "value": "SH"},
           "then": [{"do": "exclude"}]}  # fmt: skip
    assert decide(rulebook(audit__ok=APPROVE, warehouse__far=far)).decision.shipments[0].warehouse == "BJ"
    preferred = {"about": "warehouse", "when": {"fact": "warehouse.code", "is": "eq", "value": "BJ"},
                 "then": [{"do": "prefer", "rank": 1}]}  # fmt: skip
    assert decide(rulebook(audit__ok=APPROVE, warehouse__near=preferred)).decision.shipments[0].warehouse == "BJ"


def test_tags_chain_within_a_stage(decide):
    first = {"when": {"fact": "order.item_count", "is": "eq", "value": 2}, "then": [{"do": "tag", "name": "pair"}]}
    second = {"when": {"fact": "order.tags", "is": "includes", "value": "pair"},
              "then": [{"do": "flag", "code": "NAME_VAGUE"}]}  # fmt: skip
    # The one that asks goes first by priority, and still sees the tag.
    run = decide(rulebook(audit__ok=APPROVE, intake__asks={**second, "priority": 1}, intake__tags=first))
    assert [each.code for each in run.decision.flags] == ["NAME_VAGUE"]


def test_scores_add_up_and_are_read_by_the_next_stage(decide):
    score = {"then": [{"do": "score", "points": 40}]}
    high = {"when": {"fact": "order.risk_score", "is": "gte", "value": 80},
            "then": [{"do": "hold", "reason": "HIGH_RISK_OF_FRAUD"}]}  # fmt: skip
    one = decide(rulebook(audit__ok=APPROVE, audit__high=high, fraud__a=score))
    two = decide(rulebook(audit__ok=APPROVE, audit__high=high, fraud__a=score, fraud__b=score))
    assert (one.decision.risk_score, one.decision.verdict) == (40, Verdict.APPROVE)
    assert (two.decision.risk_score, two.decision.verdict) == (80, Verdict.HOLD)


def test_a_rule_outside_its_window_is_not_considered(decide):
    window = {"effective": {"from": "2026-11-12T00:00:00+08:00"}}
    book = rulebook(audit__ok=APPROVE, fraud__big={**HOLD_BIG, **window})
    run = decide(book)
    assert run.decision.verdict is Verdict.APPROVE
    explanation = explain(run, ORDER, WORLD, book, Judge(book, "evaluator"))
    fraud = next(each for each in explanation["stages"] if each["stage"] == "fraud")
    assert [(each["outcome"], each["why_not"]) for each in fraud["rules"]] == [("not_considered", "outside_window")]


def test_explanation_shows_wanted_and_seen_and_the_nearest_change(decide):
    book = rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG)
    explanation = explain(decide(book), ORDER, WORLD, book, Judge(book, "evaluator"))
    fraud = next(each for each in explanation["stages"] if each["stage"] == "fraud")
    condition = fraud["rules"][0]["conditions"][0]
    assert (condition["fact"], condition["wanted"], condition["seen"], condition["result"]) == (
        "order.payable_cents", 10_000, 10_000, True,
    )  # fmt: skip
    (nearest_one,) = explanation["nearest"]
    assert nearest_one["change"] == {
        "fact": "order.payable_cents", "from": 10_000, "to": 9_999, "rule": "fraud.big",
    }  # fmt: skip
    assert nearest_one["outcome"] == "approve"
    assert {each["code"] for each in explanation["candidates"] if each["kind"] == "warehouse"} == {"SH", "BJ"}


def test_the_nearest_change_for_a_rule_one_asks_about_turns_it_round(decide):
    book = rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG)
    cheap = replace(ORDER, payable_cents=400)

    def asked(rule, order):
        found = nearest_to_rule(rule, decide(book, order), order, WORLD, book, Judge(book, "evaluator"))
        return [(each["change"]["fact"], each["change"]["to"], each["outcome"]) for each in found]

    assert asked("fraud.big", cheap) == [("order.payable_cents", 10_000, "hold")], "what would have made it fire"
    assert asked("fraud.big", ORDER) == [("order.payable_cents", 9_999, "approve")], "what would have kept it quiet"
    assert ("payment.status", "unpaid", "hold") in asked("audit.ok", cheap)


def test_routing_reads_of_a_plan_what_routes_are_kept_by(gatehouse, samples, monkeypatch):
    plain = [gatehouse.orders.dry_run(each.document, each.channel)["decision"] for each in samples]
    route = stages.route

    def routed(order, world, plan, *others):
        return route(order, world, SimpleNamespace(**{name: getattr(plan, name) for name in ROUTED_BY}), *others)

    monkeypatch.setattr(stages, "route", routed)
    assert [gatehouse.orders.dry_run(each.document, each.channel)["decision"] for each in samples] == plain


def test_supposing_finds_no_route_twice(decide, monkeypatch):
    book = rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG)
    run = decide(book)
    monkeypatch.delattr(stages, "route")
    assert [each["outcome"] for each in nearest(run, ORDER, WORLD, book, Judge(book, "evaluator"))] == ["approve"]


def test_a_decision_replays_byte_for_byte_also_after_a_round_trip_through_json(decide):
    book = rulebook(audit__ok=APPROVE, fraud__big=HOLD_BIG)
    world = canonical.load(World, canonical.dump(WORLD))
    order = canonical.load(Order, canonical.dump(ORDER))
    assert decide(book).decision.replayable() == decide(book, order, world).decision.replayable()


def test_an_order_that_stopped_the_process_twice_is_held_unjudged(decide):
    run = decide(rulebook(audit__ok=APPROVE), world=replace(WORLD, crashed=True))
    assert reasons(run) == [("RULE_ERROR", "engine.rule-error")]
    assert run.stages == ()


def test_unpaid_orders_keep_stock_for_an_hour_and_no_longer(decide):
    waiting = {"when": {"fact": "payment.status", "is": "eq", "value": "unpaid"},
               "then": [{"do": "hold", "reason": "AWAITING_PAYMENT", "severity": "info"}]}  # fmt: skip
    book = rulebook(audit__ok=APPROVE, payment__wait=waiting)
    unpaid = replace(ORDER, payment=Payment("unpaid", "alipay"))
    early = decide(book, unpaid).decision
    assert early.reservations(unpaid) == {("SH", "A"): 2}
    assert early.holds[0].until == unpaid.placed_at + dt.timedelta(minutes=60)
    late = decide(book, unpaid, now=unpaid.placed_at + dt.timedelta(minutes=60)).decision
    assert late.reservations(unpaid) == {}
    assert late.holds[0].until is None


def test_what_is_approved_unpaid_is_reserved_also_where_the_channel_reserves_what_is_paid(decide):
    shop = Channel("shop", "shop", "canonical", reserve_on="paid")
    world = replace(WORLD, reference=replace(WORLD.reference, channels={ORDER.channel: shop}))
    unpaid = replace(ORDER, payment=Payment("unpaid", "alipay"))
    approved = decide(rulebook(audit__ok={"then": [{"do": "approve"}]}), unpaid, world).decision
    assert approved.verdict is Verdict.APPROVE and approved.reservations(unpaid) == {("SH", "A"): 2}


def test_cash_on_delivery_is_collected_by_the_courier_to_the_fen(decide):
    cod = replace(ORDER, payment=Payment("unpaid", "cod", cod_cents=10_000))
    approve = {"when": {"fact": "payment.method", "is": "eq", "value": "cod"}, "then": [{"do": "approve"}]}
    decision = decide(rulebook(audit__cod=approve), cod).decision
    waybills = [each.payload["cod_cents"] for each in decision.actions if each.type == "waybill"]
    assert waybills == [10_000]


def test_what_follows_later_is_not_collected_now(decide):
    cod = replace(ORDER, lines=(Line("1", "A", 3, 5_000),), payable_cents=15_000, payment=Payment("unpaid", "cod"))
    one = replace(WORLD, stock=(StockRow("SH", "A", 1),))
    approve = {"when": {"fact": "payment.method", "is": "eq", "value": "cod"}, "then": [{"do": "approve"}]}
    later = {"about": "order", "then": [{"do": "allow_backorder"}]}
    decision = decide(rulebook(audit__cod=approve, warehouse__later=later), cod, one).decision
    assert [(each.line_no, each.quantity) for each in decision.backorders] == [("1", 2)]
    assert [each.payload["cod_cents"] for each in decision.actions if each.type == "waybill"] == [5_000]


def test_the_nearest_change_never_reads_out_a_list(decide):
    trusted = Reference(**{**{name: getattr(WORLD.reference, name) for name in ("channels", "warehouses", "carriers")},
                           "rate_cards": WORLD.reference.rate_cards,
                           "lists": {"trusted": NamedList("trusted", {}, ("b-secret",))}})  # fmt: skip
    world = replace(WORLD, reference=trusted)
    hold = {"when": {"all": [{"fact": "buyer.id", "is": "present"},
                             {"fact": "buyer.id", "is": "not_in_list", "value": "trusted"}]},
            "then": [{"do": "hold", "reason": "HIGH_VALUE"}]}  # fmt: skip
    book = rulebook(audit__ok=APPROVE, fraud__unknown=hold)
    run = decide(book, world=world)
    judge = Judge(book, "evaluator")
    assert reasons(run) == [("HIGH_VALUE", "fraud.unknown")]
    assert explain(run, ORDER, world, book, judge)["nearest"] == []
    assert nearest_to_rule("fraud.unknown", run, ORDER, world, book, judge) == []
