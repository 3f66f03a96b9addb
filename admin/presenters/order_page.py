"""Everything that the page of one order shows, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin import amounts, dates, labels
from admin.advice import to_do
from admin.labels import Look
from admin.languages import said
from admin.presenters import effects
from admin.presenters.rule_texts import RuleText, RuleTexts
from admin.values import Reader, shown
from engine.holds import HOLD_REASONS
from engine.service.principals import Principal


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    text: str
    mono: bool = False
    ours: bool = False  # words of ours, not something that a customer or admin typed


@dataclass(frozen=True, slots=True)
class HeaderView:
    """What the order is."""

    order_no: str
    number: str
    channel: str
    status: Look
    verdict: Look | None
    amount: str
    posted_amount: str  # when coupons were corrected: what the channel posted
    urgent: bool
    placed_exact: str
    placed_ago: str
    received_exact: str
    release_exact: str  # approved and not left yet: when it goes to the warehouse
    risk_score: int
    remark: str
    memo: str


def header(order: Mapping[str, Any], decision: Mapping[str, Any] | None, reader: Reader) -> HeaderView:
    payable = decision["payable_cents"] if decision else order["payable_cents"]
    corrected = payable != order["payable_cents"]
    firings = decision["firings"] if decision else ()
    urgent = any(each["priority"] == "urgent" for each in effects.fired_effects(firings, "set_priority"))
    return HeaderView(
        order_no=order["order_no"],
        number=order["channel_order_no"],
        channel=reader.names.channel(order["channel"]),
        status=labels.look(labels.ORDER_STATUSES, order["status"]),
        verdict=labels.look(labels.VERDICTS, decision["verdict"]) if decision else None,
        amount=amounts.money(payable, reader.currency),
        posted_amount=amounts.money(order["payable_cents"], reader.currency) if corrected else "",
        urgent=urgent or order["priority"] == "urgent",
        placed_exact=dates.exact(order["placed_at"]),
        placed_ago=dates.ago(order["placed_at"]),
        received_exact=dates.exact(order["received_at"]),
        release_exact=dates.exact(order.get("release_at")) if order["status"] == "approved" else "",
        risk_score=decision["risk_score"] if decision else 0,
        remark=order["remark"],
        memo=order["seller_memo"],
    )


@dataclass(frozen=True, slots=True)
class HoldView:
    """Why the order waits, for whom, until when, and who may lift that."""

    look: Look
    reason: str
    queue: str
    severity: Look
    left: str
    pressing: str
    due_exact: str
    until_exact: str
    rule: RuleText
    do: str  # what to do about it; empty: nothing
    released_by: str  # the role's name; empty: it lifts by itself
    releasable: bool  # by this reader


def holds(decision: Mapping[str, Any] | None, texts: RuleTexts, by: Principal) -> list[HoldView]:
    """The holds of a decision, red before yellow before the rest."""
    views = [_hold(each, texts, by) for each in (decision["holds"] if decision else ())]
    return sorted(views, key=lambda view: ("bad", "warn", "info").index(view.look.tone))


def _hold(hold: Mapping[str, Any], texts: RuleTexts, by: Principal) -> HoldView:
    left, pressing = dates.left(hold["due_at"]) if hold["due_at"] else ("", "")
    role = HOLD_REASONS[hold["reason"]].released_by
    return HoldView(
        look=labels.hold(hold["reason"], hold["severity"]),
        reason=hold["reason"],
        queue=labels.queue(hold["queue"]),
        severity=labels.severity(hold["severity"]),
        left=left,
        pressing=pressing,
        due_exact=dates.exact(hold["due_at"]),
        until_exact=dates.exact(hold["until"]),
        rule=texts.of(hold["rule"]),
        do=to_do(hold["reason"]),
        released_by=labels.word(labels.ROLES, role) if role else "",
        releasable=role is not None and by.may("ops") and by.may(role),
    )


@dataclass(frozen=True, slots=True)
class FlagView:
    """Something to see, and which rule raised it."""

    look: Look
    message: str
    rule: RuleText
    do: str  # what to do about it; empty: nothing


def flags(
    decision: Mapping[str, Any] | None, raised_since: Iterable[Mapping[str, Any]], texts: RuleTexts
) -> list[FlagView]:
    """Those of the decision, and those that what was reported since has raised."""
    return [_flag(each, texts) for each in (*(decision["flags"] if decision else ()), *raised_since)]


def _flag(flag: Mapping[str, Any], texts: RuleTexts) -> FlagView:
    look, message = labels.flag(flag["code"], flag["severity"]), said(flag["message"])
    return FlagView(look, "" if message == look.text else message, texts.of(flag["rule"]), to_do(flag["code"]))


@dataclass(frozen=True, slots=True)
class ComponentView:
    """What a bundle came apart into, as far as one sku goes."""

    line_no: str
    sku: str
    title: str
    quantity: int
    total: str  # its share of the bundle's price


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the order, and what is in it where it is a bundle."""

    line_no: str
    sku: str
    title: str
    kind: str  # empty for a normal one
    quantity: int
    unit: str
    discount: str
    total: str
    refund: str
    remark: str
    means: str  # our sku, where the channel has another code for it
    components: tuple[ComponentView, ...]


def lines(
    order: Mapping[str, Any], decision: Mapping[str, Any] | None, titles: Mapping[str, str], reader: Reader
) -> list[LineView]:
    ours = {each["line_no"]: each["sku"] for each in (decision or {}).get("aliases", ())}
    parts = (decision or {}).get("components", ())
    return [
        _line(line, titles, reader, ours.get(line["line_no"], ""), _components(line["line_no"], parts, titles, reader))
        for line in order["lines"]
    ]


def _components(
    line_no: str, parts: Iterable[Mapping[str, Any]], titles: Mapping[str, str], reader: Reader
) -> tuple[ComponentView, ...]:
    return tuple(
        ComponentView(
            each["line_no"], each["sku"], titles[each["line_no"]], each["quantity"],
            amounts.money(each["quantity"] * each["unit_cents"] - each["discount_cents"], reader.currency),
        )
        for each in parts
        if each["of_line"] == line_no
    )  # fmt: skip


def _line(
    line: Mapping[str, Any],
    titles: Mapping[str, str],
    reader: Reader,
    means: str,
    components: tuple[ComponentView, ...],
) -> LineView:
    total = line["quantity"] * line["unit_cents"] - line["discount_cents"]
    return LineView(
        line_no=line["line_no"],
        sku=line["sku"],
        title=titles[line["line_no"]],
        kind="" if line["kind"] == "normal" else shown("line.kind", line["kind"], reader),
        quantity=line["quantity"],
        unit=amounts.money(line["unit_cents"], reader.currency),
        discount=amounts.money(-line["discount_cents"], reader.currency) if line["discount_cents"] else "",
        total=amounts.money(total, reader.currency),
        refund="" if line["refund_status"] == "none" else shown("line.refund_status", line["refund_status"], reader),
        remark=line["remark"],
        means=means,
        components=components,
    )


def sums(order: Mapping[str, Any], header_view: HeaderView, reader: Reader) -> list[Pair]:
    """How the lines become the payable amount; parts that are zero are left out."""
    goods = sum(line["quantity"] * line["unit_cents"] - line["discount_cents"] for line in order["lines"])
    coupons = sum(coupon["discount_cents"] for coupon in order["coupons"] if coupon["applied"])
    parts = (
        (gettext("优惠券"), -coupons),
        (gettext("运费"), order["shipping_cents"]),
        (gettext("税费"), order["tax_cents"]),
        (gettext("调整"), order["adjustment_cents"]),
    )
    shown_parts = [Pair(label, amounts.money(cents, reader.currency)) for label, cents in parts if cents]
    first = Pair(gettext("商品金额"), amounts.money(goods, reader.currency))
    return [first, *shown_parts, Pair(gettext("应付"), header_view.posted_amount or header_view.amount)]


@dataclass(frozen=True, slots=True)
class CouponView:
    """A coupon of the order, and what was found wrong with it."""

    code: str
    kind: str
    discount: str
    applied: bool
    stackable: bool
    group: str
    correction: Look | None
    corrected_by: str


def coupons(
    order: Mapping[str, Any], decision: Mapping[str, Any] | None, texts: RuleTexts, reader: Reader
) -> list[CouponView]:
    corrections = {each["coupon"]: each for each in (decision["corrections"] if decision else ()) if each["coupon"]}
    return [_coupon(each, corrections.get(each["code"]), texts, reader) for each in order["coupons"]]


def _coupon(
    coupon: Mapping[str, Any], correction: Mapping[str, Any] | None, texts: RuleTexts, reader: Reader
) -> CouponView:
    look = None
    if correction:
        state = labels.look(labels.CORRECTION_STATES, correction["state"])
        amount = amounts.money(correction["discount_cents"], reader.currency)
        look = Look(f"{state.text} · {labels.word(labels.CORRECTIONS, correction['kind'])} {amount}", state.tone)
    return CouponView(
        code=coupon["code"],
        kind=shown("coupon.kind", coupon["kind"], reader),
        discount=amounts.money(-coupon["discount_cents"], reader.currency),
        applied=coupon["applied"],
        stackable=coupon["stackable"],
        group=coupon["group"] or "",
        correction=look,
        corrected_by=texts.of(correction["rule"]).title if correction else "",
    )


def receiver(order: Mapping[str, Any], reader: Reader) -> list[Pair]:
    """Who receives and where; nothing for an order without a receiver."""
    person = order["receiver"]
    if not person:
        return []
    phone = person["phone"] or ""
    if person["phone_extension"]:
        phone = f"{phone}-{person['phone_extension']}"
    place = [person[part] for part in ("province", "city", "district", "town") if person[part]]
    pairs = [
        Pair(gettext("收货人"), person["name"] or ""),
        Pair(gettext("电话"), phone, mono=True),
        Pair(gettext("地区"), " ".join(dict.fromkeys(place))),
        Pair(gettext("详细地址"), person["address"] or ""),
        Pair(gettext("邮编"), person["postcode"] or "", mono=True),
        Pair(gettext("国家/地区"), person["country"] if person["country"] != "CN" else ""),
    ]
    return [pair for pair in pairs if pair.text]


def buyer(order: Mapping[str, Any]) -> list[Pair]:
    person = order["buyer"]
    pairs = (
        Pair(gettext("买家"), person["name"] or ""),
        Pair(gettext("买家编号"), person["id"] or "", mono=True),
        Pair(gettext("买家电话"), person["phone"] or "", mono=True),
        Pair(gettext("等级"), person["level"] or ""),
        Pair(gettext("注册时间"), dates.exact(person["registered_at"]), ours=True),
    )
    return [pair for pair in pairs if pair.text]


def payment(order: Mapping[str, Any], reader: Reader) -> list[Pair]:
    paid = order["payment"]
    cod = amounts.money(paid["cod_cents"], reader.currency) if paid["cod_cents"] else ""
    pairs = (
        Pair(gettext("支付状态"), shown("payment.status", paid["status"], reader), ours=True),
        Pair(gettext("支付方式"), shown("payment.method", paid["method"], reader), ours=True),
        Pair(gettext("实付"), amounts.money(paid["paid_cents"], reader.currency), ours=True),
        Pair(gettext("代收货款"), cod, ours=True),
        Pair(gettext("交易号"), paid["transaction_no"] or "", mono=True),
        Pair(gettext("到账时间"), dates.exact(paid["settled_at"]) or gettext("未到账"), ours=True),
    )
    return [pair for pair in pairs if pair.text]


def delivery(order: Mapping[str, Any], reader: Reader) -> list[Pair]:
    wanted = order["delivery"]
    pairs = (
        Pair(gettext("配送方式"), shown("order.delivery_method", wanted["method"], reader), ours=True),
        Pair(gettext("时效要求"), shown("order.service_level", wanted["service_level"], reader), ours=True),
        Pair(gettext("期望送达日"), wanted["deliver_on"] or "", ours=True),
        Pair(gettext("最早发货日"), wanted["ship_not_before"] or "", ours=True),
        Pair(gettext("自提门店"), reader.names.warehouse(wanted["pickup_store"])),
        Pair(gettext("最晚发货"), dates.exact(order["ship_by"]), ours=True),
    )
    return [pair for pair in pairs if pair.text]


def instructions(decision: Mapping[str, Any] | None, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the people who pack must know, each with the line it is about."""
    return [
        (each["text"], titles.get(each["line_no"] or "", "")) for each in (decision["instructions"] if decision else ())
    ]


def package_labels(decision: Mapping[str, Any] | None) -> list[str]:
    """Words that rules put on the parcels, each once."""
    found: Iterable[Mapping[str, Any]] = effects.fired_effects(decision["firings"] if decision else (), "label")
    return list(dict.fromkeys(str(each["text"]) for each in found))


def picking(decision: Mapping[str, Any] | None, reader: Reader) -> str:
    """How it is picked; the first rule that says so counts."""
    found = effects.fired_effects(decision["firings"] if decision else (), "pick_mode")
    return effects.effect(found[0], reader.names).detail if found else ""


def rejections(decision: Mapping[str, Any] | None, texts: RuleTexts) -> list[tuple[str, RuleText]]:
    """Why it was rejected."""
    found = effects.fired_effects(decision["firings"] if decision else (), "reject")
    return [(str(each["reason"]), texts.of(each["rule"])) for each in found]


@dataclass(frozen=True, slots=True)
class WaiverView:
    """A hold that a person took off."""

    look: Look
    by: str
    exact: str
    note: str


def waivers(decision: Mapping[str, Any] | None) -> list[WaiverView]:
    """The releases that a decision counted with, each once."""
    views = [
        WaiverView(labels.hold(each["reason"], "info"), each["by"], dates.exact(each["at"]), each["note"])
        for each in (decision["waivers"] if decision else ())
    ]
    return list(dict.fromkeys(views))
