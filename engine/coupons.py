"""Coupon arithmetic: what corrections are worth, and what the payable becomes. Exact integers, one place.

Who may stand beside whom is said by rules (`drop_coupon`, `apply_coupon`); here is only what follows in cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.decision import ComponentLine, Correction, Plan
from engine.order import Coupon, Line, Order

# Scenario C3: percent first on goods, then amount, then shipping.
_SEQUENCE = {"percent": 0, "amount": 1, "shipping": 2}
_OPEN_STATUSES = frozenset({"unpaid", "failed", "processing"})


def settle(order: Order, plan: Plan) -> Plan:
    """The plan with its corrections worth something, and the payable lowered or raised where nobody has paid yet.

    A coupon that is both dropped and applied is dropped. On a paid order corrections stay proposals: the payable is
    what was paid for, and a person confirms.
    """
    asked = _without_contradictions(order, plan.corrections)
    if not asked:
        return replace(plan, corrections=())
    open_ = order.payment.status in _OPEN_STATUSES and order.payment.method != "cod"
    state = "made" if open_ else "proposed"
    before = _discounts(order, _applied(order, ()))
    after = _discounts(order, _applied(order, asked))
    corrections = tuple(replace(each, discount_cents=_worth(each, before, after), state=state) for each in asked)
    payable = order.payable_cents + sum(before.values()) - sum(after.values())
    total = Correction("total", None, order.payable_cents - payable, asked[0].rule, state)
    return replace(
        plan, corrections=(*corrections, total), payable_cents=max(0, payable) if open_ else plan.payable_cents
    )


def net_unit_cents(order: Order, plan: Plan) -> dict[str, int]:
    """What one unit of each line costs after its discount and its share of the coupons, rounded down; by line number.

    Coupons are for lines as ordered; the components of a bundle share what is left of its price. Corrections that are
    made count, those that are only proposed do not.
    """
    net = _net_lines(order, [each for each in plan.corrections if each.state == "made"])
    ordered = {line.line_no: net[line.line_no] // line.quantity for line in order.lines}
    return {**ordered, **_net_of_components(net, plan.components)}


def refunded_cents(order: Order) -> int:
    """What the lines cost that are given back or are to be, after their discounts and shares of the coupons."""
    net = _net_lines(order, ())
    return sum(net[line.line_no] for line in order.lines if line.refund_status != "none")


def _net_lines(order: Order, corrections: Iterable[Correction]) -> dict[str, int]:
    """What each line costs after its discount and its share of the coupons, by line number."""
    net = {line.line_no: line.quantity * line.unit_cents - line.discount_cents for line in _by_number(order.lines)}
    for coupon in _applied(order, corrections):
        if coupon.kind != "shipping":
            shared = _shared_by(coupon, order, net)
            off = max(0, min(coupon.off_cents(sum(shared.values())), sum(shared.values())))
            for line_no, part in apportion(off, shared).items():
                net[line_no] -= part
    return net


def _net_of_components(net: Mapping[str, int], parts: Sequence[ComponentLine]) -> dict[str, int]:
    units = {each.line.line_no: each.line.quantity for each in parts}
    bundles = dict.fromkeys(each.of_line for each in parts)
    shares: dict[str, int] = {}
    for bundle in bundles:
        weights = {each.line.line_no: each.weight for each in parts if each.of_line == bundle}
        shares.update(apportion(net[bundle], weights))
    return {line_no: cents // units[line_no] for line_no, cents in shares.items()}


def _by_number(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (len(line.line_no), line.line_no))


def _shared_by(coupon: Coupon, order: Order, net: Mapping[str, int]) -> dict[str, int]:
    """The lines that a coupon is for, with what is left of their prices."""
    meant = {line.line_no for line in order.lines if coupon.skus is None or line.sku in coupon.skus}
    return {line_no: max(0, cents) for line_no, cents in net.items() if line_no in meant or not meant}


def apportion(amount_cents: int, weights: dict[str, int]) -> dict[str, int]:
    """`amount_cents` split over lines by weight, to the fen; the remainder goes to the largest line.

    Ties: the first in `weights`. The parts always add up to the amount; with no weight at all the first line takes it.
    """
    if not weights:
        return {}
    total = sum(weights.values())
    if total <= 0:
        return {line: amount_cents if index == 0 else 0 for index, line in enumerate(weights)}
    parts = {line: amount_cents * weight // total for line, weight in weights.items()}
    largest = max(weights, key=lambda line: weights[line])
    parts[largest] += amount_cents - sum(parts.values())
    return parts


def _without_contradictions(order: Order, corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    corrections = tuple(corrections)
    known = {coupon.code: coupon for coupon in order.coupons}
    dropped = {each.coupon for each in corrections if each.kind == "dropped"}
    return tuple(
        each
        for each in corrections
        if each.coupon in known
        and not (each.kind == "applied" and each.coupon in dropped)
        and known[each.coupon].applied == (each.kind == "dropped")
    )


def _applied(order: Order, corrections: Iterable[Correction]) -> list[Coupon]:
    changed = {each.coupon: each.kind == "applied" for each in corrections}
    coupons = [coupon for coupon in order.coupons if changed.get(coupon.code, coupon.applied)]
    return sorted(coupons, key=lambda coupon: (_SEQUENCE.get(coupon.kind, 1), coupon.code))


def _discounts(order: Order, coupons: Iterable[Coupon]) -> dict[str, int]:
    """What each coupon takes off, in sequence, never below zero for what it applies to."""
    left = {"goods": max(0, order.goods_cents), "shipping": max(0, order.shipping_cents)}
    taken = {}
    for coupon in coupons:
        pot = "shipping" if coupon.kind == "shipping" else "goods"
        worth = max(0, min(coupon.off_cents(left[pot]), left[pot]))
        left[pot] -= worth
        taken[coupon.code] = worth
    return taken


def _worth(correction: Correction, before: dict[str, int], after: dict[str, int]) -> int:
    source = before if correction.kind == "dropped" else after
    return source.get(correction.coupon or "", 0)
