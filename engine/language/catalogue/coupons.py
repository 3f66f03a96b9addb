"""Facts about one coupon, and about two coupons of one order beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from engine.language.facts import Fact, Scene
from engine.order import Coupon
from engine.world import CouponTerms

_KINDS = (("amount", "满减", "Amount"), ("percent", "折扣", "Percent"), ("shipping", "免邮", "Shipping"))

Pair = tuple[Coupon, Coupon]


def _asked(scene: Scene, coupon: Coupon) -> tuple[Coupon | CouponTerms, ...]:
    """What asks something of the order: the coupon as the channel sent it, and what we know of it ourselves."""
    terms = scene.world.coupons.get(coupon.code)
    return (coupon,) if terms is None else (coupon, terms)


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Whether everything that is asked is met; None where nothing is."""
    known = [each for each in answers if each is not None]
    return all(known) if known else None


def _valid(scene: Scene, coupon: Coupon) -> bool | None:
    return _all(_within(each, scene.order.placed_at) for each in _asked(scene, coupon))


def _within(asked: Coupon | CouponTerms, placed_at: dt.datetime) -> bool | None:
    if asked.valid_from is None and asked.valid_until is None:
        return None
    begun = asked.valid_from is None or asked.valid_from <= placed_at
    return begun and (asked.valid_until is None or placed_at < asked.valid_until)


def _spend_met(scene: Scene, coupon: Coupon) -> bool | None:
    asked = [each.min_spend_cents for each in _asked(scene, coupon) if each.min_spend_cents is not None]
    return scene.order.goods_cents >= max(asked) if asked else None


def _skus_met(scene: Scene, coupon: Coupon) -> bool | None:
    asked = [each.skus for each in _asked(scene, coupon) if each.skus is not None]
    return _all(any(line.sku in skus for line in scene.order.lines) for skus in asked)


def _channel_met(scene: Scene, coupon: Coupon) -> bool | None:
    terms = scene.world.coupons.get(coupon.code)
    return None if terms is None or terms.channels is None else scene.order.channel in terms.channels


def _may_join(scene: Scene, coupon: Coupon) -> bool:
    """Whether the coupon may stand beside every other one that is applied and stays."""
    others = (each for each in _staying(scene) if each.applied and each.code != coupon.code)
    return not any(excludes(coupon, each) for each in others)


def _takes_off(scene: Scene, coupon: Coupon) -> bool:
    """Whether it would lower what the order comes to: no free shipping where nothing is paid for it."""
    pot = scene.order.shipping_cents if coupon.kind == "shipping" else scene.order.goods_cents
    return min(coupon.off_cents(max(0, pot)), pot) > 0


def _staying(scene: Scene) -> list[Coupon]:
    """The coupons that should stand: those that qualify, the applied first, then by discount, none excluding another.

    So one that is given up for a second excludes no third.
    """
    candidates = [each for each in scene.order.coupons if _qualifies(scene, each) and (each.applied or each.stackable)]
    staying: list[Coupon] = []
    for coupon in sorted(candidates, key=lambda each: (not each.applied, -_off(scene, each), each.code)):
        if not any(excludes(coupon, each) for each in staying):
            staying.append(coupon)
    return staying


def _qualifies(scene: Scene, coupon: Coupon) -> bool:
    met = (_valid, _spend_met, _skus_met, _channel_met)
    return False not in (each(scene, coupon) for each in met)


def _off(scene: Scene, coupon: Coupon) -> int:
    return coupon.off_cents(scene.order.shipping_cents if coupon.kind == "shipping" else scene.order.goods_cents)


def excludes(one: Coupon, other: Coupon) -> bool:
    """Two coupons of one group exclude each other, and so does one that does not stack."""
    same_group = one.group is not None and one.group == other.group
    return same_group or not one.stackable or not other.stackable


def _larger(scene: Scene, pair: Pair) -> Coupon:
    """Of two, the one to keep: the larger discount; of equal ones the earlier code."""
    return min(pair, key=lambda coupon: (-_off(scene, coupon), coupon.code))


def _smaller(scene: Scene, pair: Pair) -> Coupon:
    return pair[1] if _larger(scene, pair) is pair[0] else pair[0]


FACTS = (
    Fact("coupon.code", "text", "券码", "Code", lambda s, coupon: coupon.code, always=True,
         help_zh="渠道给的券码，同一订单里各不相同",
         help_en="As the channel sent it, each coupon of an order its own", sample="SAVE20"),
    Fact("coupon.kind", "choice", "券类型", "Kind", lambda s, coupon: coupon.kind, always=True, choices=_KINDS,
         help_zh="免邮券抵运费，其余抵商品金额",
         help_en="Shipping coupons go off the shipping, others off the goods", sample="amount"),
    Fact("coupon.group", "text", "互斥组", "Group", lambda s, coupon: coupon.group,
         help_zh="同组的券不能一起用；不属于任何组时为空",
         help_en="Two of one group never go together; absent when it is of none", sample="platform"),
    Fact("coupon.stackable", "flag", "可叠加", "Stackable", lambda s, coupon: coupon.stackable, always=True,
         help_zh="为否时不能与任何别的券同用", help_en="When false it stands beside no other coupon", sample=True),
    Fact("coupon.discount_cents", "money", "优惠金额", "Discount",
         lambda s, coupon: coupon.discount_cents, "cents", True, least=0,
         help_zh="渠道已抵或应抵的金额，以分计；由折扣率算时可能为 0",
         help_en="What the channel took or would take off, in cents; may be 0 where only a percentage is stated",
         sample=2000),
    Fact("coupon.applied", "flag", "已使用", "Applied", lambda s, coupon: coupon.applied, always=True,
         help_zh="渠道计算应付时是否已扣", help_en="Whether the channel took it off the payable", sample=True),
    Fact("coupon.valid_at_placing", "flag", "下单时有效", "Valid when placed", _valid,
         help_zh="按下单时刻看有效期；券没有写有效期时为空",
         help_en="By the moment of placing; absent when the coupon states no dates", sample=True),
    Fact("coupon.spend_met", "flag", "达到门槛", "Minimum spend is met", _spend_met,
         help_zh="商品金额达到券的门槛；没有门槛时为空",
         help_en="The goods reach what it asks for; absent when it asks for nothing", sample=True),
    Fact("coupon.skus_met", "flag", "适用本单商品", "For goods of this order", _skus_met,
         help_zh="订单里有它适用的商品；券不限商品时为空",
         help_en="The order has something it is for; absent when it is for anything", sample=True),
    Fact("coupon.channel_met", "flag", "适用本渠道", "For this channel", _channel_met,
         help_zh="按券资料看它能不能用在这个渠道；资料没有限定渠道时为空",
         help_en="By what we keep of the coupon; absent when that names no channels", sample=True),
    Fact("coupon.may_join", "flag", "可与已用券叠加", "May stand beside the applied ones", _may_join, always=True,
         help_zh="与已使用且该保留的每张券都不互斥",
         help_en="It excludes none of those that are applied and should stay", sample=True),
    Fact("coupon.takes_off", "flag", "能减钱", "Takes something off", _takes_off, always=True,
         help_zh="在这一单上能减去金额；没有运费的单，免运费券减不了",
         help_en="It lowers what this order comes to; free shipping does not where none is paid for", sample=True),
    Fact("coupon_pair.both_applied", "flag", "两券均已使用", "Both are applied",
         lambda s, pair: pair[0].applied and pair[1].applied, always=True,
         help_zh="两张都已从应付里扣除；与互斥一起看即叠加错误",
         help_en="Both came off the payable; a mistake where they exclude each other", sample=False),
    Fact("coupon_pair.neither_applied", "flag", "两券均未使用", "Neither is applied",
         lambda s, pair: not pair[0].applied and not pair[1].applied, always=True,
         help_zh="两张都没有从应付里扣除", help_en="Neither came off the payable", sample=False),
    Fact("coupon_pair.same_group", "flag", "同一互斥组", "Of one group",
         lambda s, pair: pair[0].group is not None and pair[0].group == pair[1].group, always=True,
         help_zh="同组即互斥；不属于任何组的券不算同组",
         help_en="Then they exclude each other; coupons of no group share none", sample=False),
    Fact("coupon_pair.both_stackable", "flag", "均可叠加", "Both stack",
         lambda s, pair: pair[0].stackable and pair[1].stackable, always=True,
         help_zh="有一张不可叠加就为否", help_en="False as soon as one of them stands alone", sample=True),
    Fact("coupon_pair.smaller_code", "text", "优惠较小的券", "Code of the smaller",
         lambda s, pair: _smaller(s, pair).code, always=True,
         help_zh="该放弃的那张的券码；优惠相同时为编码靠后的",
         help_en="The one to give up; of equal ones the later code", sample="SAVE10"),
    Fact("coupon_pair.larger_code", "text", "优惠较大的券", "Code of the larger",
         lambda s, pair: _larger(s, pair).code, always=True,
         help_zh="该保留的那张的券码；优惠相同时为编码靠前的",
         help_en="The one to keep; of equal ones the earlier code", sample="SAVE20"),
    Fact("coupon_pair.larger_stays", "flag", "较大的券保留", "The larger one stays",
         lambda s, pair: _larger(s, pair) in _staying(s), always=True,
         help_zh="较大的券符合条件，且不为第三张券让位", help_en="It qualifies and is not itself given up for a third",
         sample=True),
)  # fmt: skip
