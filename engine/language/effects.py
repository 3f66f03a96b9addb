"""What a rule may do. Each effect is a pure function Plan -> Plan with declared parameters; adding one is adding a row
to EFFECTS.

An effect only writes down what the rule wants. Settling it (the strongest verdict, coupon arithmetic, choosing
shipments) is the business of the stages.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.decision import ActionIntent, Correction, Exclusion, Flag, Gift, Hold, Instruction, Plan, derived_id
from engine.holds import ACTION_FAILED, FLAGS, HOLD_REASONS, QUEUES, SEVERITIES

Params = Mapping[str, Any]

MOST_MINUTES = 366 * 24 * 60  # a term of a year is long enough, and no date is left by it
MOST_POINTS = 100_000
MOST_UNITS = 100_000  # as of a line
MOST_SHIPMENTS = 200  # as many as lines


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an effect: what drives its check and its form."""

    type: str  # text code int money choice date instant flag list any
    zh: str
    en: str
    required: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()  # (value, zh, en)
    least: int | None = None  # a number is not below it
    most: int | None = None  # nor above


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who fired for what: all that an effect may know beside the plan and its parameters."""

    order_no: str
    stage: str
    rule: str
    title: Mapping[str, str]
    subject: str  # subject id
    line_nos: frozenset[str]  # of the order
    due: Callable[[int], dt.datetime]  # working minutes from now -> instant
    day_start: Callable[[dt.date], dt.datetime]  # a business day -> the instant it begins


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """What an effect is called, where it is allowed, what it takes and does."""

    name: str
    zh: str
    en: str
    apply: Callable[[Plan, Params, Occasion], Plan]
    stages: tuple[str, ...] | None = None  # None: everywhere
    params: Mapping[str, Param] = field(default_factory=dict)
    about: tuple[str, ...] | None = None  # subjects that it makes sense for; None: all


def hold(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """One more hold; queue, severity and due time default to the reason's row in `engine.holds`."""
    row = HOLD_REASONS[params["reason"]]
    minutes = params.get("due_minutes") or row.due_minutes
    until = params.get("until")
    made = Hold(
        reason=row.code,
        queue=params.get("queue") or row.queue,
        severity=params.get("severity") or row.severity,
        due_at=occasion.due(minutes) if minutes else None,
        until=_instant(until, occasion),
        rule=occasion.rule,
    )
    same = {(each.reason, each.rule) for each in plan.holds}
    return plan if (made.reason, made.rule) in same else replace(plan, holds=(*plan.holds, made))


def flag(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Something to see. The message defaults to the rule's title; the same code from the same rule counts once."""
    message = params.get("message") or occasion.title
    if isinstance(message, str):
        message = {"zh": message, "en": message}
    made = Flag(params["code"], params.get("severity") or "yellow", occasion.rule, dict(message))
    return plan if made in plan.flags else replace(plan, flags=(*plan.flags, made))


def reject(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return replace(plan, rejections=(*plan.rejections, (params["reason"], occasion.rule)))


def approve(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return replace(plan, approvals=(*plan.approvals, occasion.rule))


def release_after(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Leave for the warehouse so many minutes after approval; of several wishes the longest counts."""
    longest = max(params["minutes"], plan.release_after_minutes or 0)
    return replace(plan, release_after_minutes=longest)


def set_priority(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Urgent or not; of several rules the first counts."""
    if plan.priority_rule is not None:
        return plan
    return replace(plan, priority=params["priority"], priority_rule=occasion.rule)


def score(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return replace(plan, risk_score=plan.risk_score + params["points"])


def tag(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return replace(plan, tags=plan.tags | {params["name"]})


def require(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """A wish that routing must respect. The first carrier and date that a rule asked for stay."""
    return replace(
        plan,
        ship_together=plan.ship_together or bool(params.get("ship_together")),
        wished_carrier=plan.wished_carrier or params.get("carrier"),
        deliver_on=plan.deliver_on or as_date(params.get("deliver_on")),
        ship_not_before=plan.ship_not_before or as_date(params.get("ship_not_before")),
    )


def instruct(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Several rules that say the same about the same line are heard once."""
    text, line_no = str(params["text"]), params.get("line_no") or _line_of(occasion)
    if any((each.text, each.line_no) == (text, line_no) for each in plan.instructions):
        return plan
    return replace(plan, instructions=(*plan.instructions, Instruction(text, occasion.rule, line_no)))


def drop_coupon(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return _correct(plan, "dropped", params["code"], occasion)


def apply_coupon(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return _correct(plan, "applied", params["code"], occasion)


def add_gift(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """One more line, numbered `gift-1`, `gift-2` … past the numbers that the order itself uses."""
    taken = occasion.line_nos | {each.line_no for each in plan.gifts}
    line_no = next(name for name in map("gift-{}".format, itertools.count(1)) if name not in taken)
    made = Gift(line_no, params["sku"], max(1, params.get("quantity", 1)), occasion.rule)
    return replace(plan, gifts=(*plan.gifts, made))


def exclude(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Take the candidate out; several rules may, and all their reasons are kept."""
    made = Exclusion(params.get("reason") or "RULE", occasion.rule)
    former = plan.excluded.get(occasion.subject, ())
    return replace(plan, excluded={**plan.excluded, occasion.subject: (*former, made)})


def prefer(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Rank the candidate, lower first; of several ranks the best counts."""
    rank = min(params["rank"], plan.ranks.get(occasion.subject, params["rank"]))
    return replace(plan, ranks={**plan.ranks, occasion.subject: rank})


def pin(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return plan if occasion.subject in plan.pins else replace(plan, pins=(*plan.pins, occasion.subject))


def limit_shipments(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """At most so many shipments; of several limits the tightest counts."""
    return replace(plan, max_shipments=min(params["max"], plan.max_shipments or params["max"]))


def allow_backorder(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return replace(plan, allow_backorder=True)


def pick_mode(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    return replace(plan, pick_mode=plan.pick_mode or params["mode"])


def label(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    made = (str(params["text"]), _line_of(occasion))
    return plan if made in plan.labels else replace(plan, labels=(*plan.labels, made))


def notify(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    payload = {"to": params["to"], "template": params["template"], "rule": occasion.rule}
    return _intend(plan, "notify", payload, occasion, params["to"], params["template"])


def task(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    minutes = params.get("due_minutes")
    title = params["title"]
    payload = {
        "queue": params["queue"],
        "title": {"zh": title, "en": title} if isinstance(title, str) else dict(title),
        "due_at": occasion.due(minutes).isoformat() if minutes else None,
        "rule": occasion.rule,
        "subject": occasion.subject,
    }
    return _intend(plan, "task", payload, occasion, occasion.subject)


def webhook(plan: Plan, params: Params, occasion: Occasion) -> Plan:
    """Have another system told. What is at that name is the operator's; one order, name and rule are told once."""
    payload = {"name": params["name"], "order_no": occasion.order_no, "rule": occasion.rule}
    return _intend(plan, "webhook", payload, occasion, params["name"])


def _line_of(occasion: Occasion) -> str | None:
    """The line that the rule judged; read off its id, because a fact that no rule names is not stated."""
    about, _, line_no = occasion.subject.partition(":")
    return line_no if about == "line" else None


def _correct(plan: Plan, kind: str, coupon: str, occasion: Occasion) -> Plan:
    known = {(each.kind, each.coupon) for each in plan.corrections}
    if (kind, coupon) in known:
        return plan
    made = Correction(kind, coupon, 0, occasion.rule, "proposed")  # amount and state: engine.coupons.settle
    return replace(plan, corrections=(*plan.corrections, made))


def _intend(plan: Plan, type_: str, payload: dict[str, Any], occasion: Occasion, *key: str) -> Plan:
    # The id names what is wanted, not the decision that wants it: deciding again does not ask twice.
    action_id = derived_id(occasion.order_no, type_, occasion.rule, *key)
    if any(each.id == action_id for each in plan.intents):
        return plan
    return replace(plan, intents=(*plan.intents, ActionIntent(action_id, type_, {**payload, "stage": occasion.stage})))


def _instant(value: Any, occasion: Occasion) -> dt.datetime | None:
    """An ISO instant, or a date fact (yyyymmdd): the day's first moment."""
    if isinstance(value, int):
        day = as_date(value)
        return occasion.day_start(day) if day else None
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


def as_date(value: Any) -> dt.date | None:
    """A date parameter as a date: written out, or taken from a fact."""
    if isinstance(value, int):  # a date fact: yyyymmdd
        return dt.date(value // 10000, value // 100 % 100, value % 100)
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


_REASONS = tuple((row.code, row.zh, row.en) for row in HOLD_REASONS.values())
_QUEUE_NAMES = {
    "finance": ("财务", "Finance"),
    "service": ("客服", "Customer service"),
    "risk": ("风控", "Risk"),
    "catalogue": ("商品", "Catalogue"),
    "warehouse": ("仓库", "Warehouse"),
    "logistics": ("物流", "Logistics"),
    "rules": ("规则", "Rules"),
}
_QUEUES = tuple((code, *_QUEUE_NAMES[code]) for code in QUEUES)
_SEVERITY_NAMES = {"red": ("红", "Red"), "yellow": ("黄", "Yellow"), "info": ("提示", "Info")}
_SEVERITIES = tuple((code, *_SEVERITY_NAMES[code]) for code in SEVERITIES)
_FLAGS = tuple((code, *labels) for code, labels in FLAGS.items() if code != ACTION_FAILED)
_EXCLUSIONS = tuple(
    (code, zh, en)
    for code, zh, en in (
        ("RULE", "规则排除", "Excluded by rule"),
        ("INSUFFICIENT_STOCK", "库存不足", "Insufficient stock"),
        ("OUT_OF_ZONE", "不在服务范围", "Out of zone"),
        ("OVER_CAPACITY", "产能已满", "Over capacity"),
        ("CUTOFF_PASSED", "已过截单", "Cut-off passed"),
        ("ATTRIBUTE_MISMATCH", "属性不符", "Attribute mismatch"),
        ("DISABLED", "已停用", "Disabled"),
        ("NO_CARRIER", "无承运商", "No carrier"),
        ("OVER_WEIGHT", "超重", "Over weight"),
        ("NOT_COVERED", "不派送", "Not covered"),
        ("SLA_MISSED", "时效不达", "Misses the promise"),
    )
)
EXCLUSION_LABELS: Mapping[str, tuple[str, str]] = {code: (zh, en) for code, zh, en in _EXCLUSIONS}
QUEUE_LABELS: Mapping[str, tuple[str, str]] = _QUEUE_NAMES
SEVERITY_LABELS: Mapping[str, tuple[str, str]] = _SEVERITY_NAMES
_PICK_MODES = (("by_order", "按单拣货", "Pick by order"), ("batch", "批量拣货", "Batch picking"))
_PRIORITIES = (("normal", "普通", "Normal"), ("urgent", "加急", "Urgent"))
_RECIPIENTS = (
    ("buyer", "买家", "Buyer"),
    ("order_desk", "订单组", "Order desk"),
    ("order_desk_digest", "订单组（每半小时汇总）", "Order desk, told every half hour"),
    ("warehouse", "仓库", "Warehouse"),
    ("service", "客服", "Customer service"),
)

_ROUTING = ("warehouse", "carrier")

_SPECS = (
    EffectSpec("hold", "挂起", "Hold", hold, params={
        "reason": Param("choice", "原因", "Reason", True, _REASONS),
        "queue": Param("choice", "队列", "Queue", choices=_QUEUES),
        "severity": Param("choice", "级别", "Severity", choices=_SEVERITIES),
        "due_minutes": Param("int", "时限（工作分钟）", "Due in working minutes", least=0, most=MOST_MINUTES),
        "until": Param("instant", "自动解除于", "Until"),
    }),
    EffectSpec("flag", "标记", "Flag", flag, params={
        "code": Param("choice", "标记", "Code", True, _FLAGS),
        "severity": Param("choice", "级别", "Severity", choices=_SEVERITIES),
        "message": Param("any", "说明", "Message"),
    }),
    EffectSpec("reject", "拒绝", "Reject", reject, params={"reason": Param("text", "原因", "Reason", True)}),
    EffectSpec("approve", "通过", "Approve", approve, ("audit", "aftersale")),
    EffectSpec("release_after", "延迟下发", "Release after", release_after, ("audit",), {
        "minutes": Param("int", "分钟", "Minutes", True, least=0, most=MOST_MINUTES),
    }),
    EffectSpec("set_priority", "设优先级", "Set priority", set_priority, ("intake",), {
        "priority": Param("choice", "优先级", "Priority", True, _PRIORITIES),
    }),
    EffectSpec("score", "风险加分", "Add to risk score", score, ("fraud",), {
        "points": Param("int", "分数", "Points", True, least=-MOST_POINTS, most=MOST_POINTS),
    }),
    EffectSpec("tag", "打标签", "Tag", tag, params={"name": Param("text", "标签", "Tag", True)}),
    EffectSpec("require", "要求", "Require", require, ("intake",), {
        "ship_together": Param("flag", "不可拆分", "Ship together"),
        "carrier": Param("text", "指定承运商", "Carrier"),
        "deliver_on": Param("date", "送达日", "Deliver on"),
        "ship_not_before": Param("date", "最早发货日", "Ship not before"),
    }),
    EffectSpec("instruct", "作业指示", "Instruct", instruct, params={
        "text": Param("text", "内容", "Text", True),
        "line_no": Param("text", "订单行", "Line"),
    }),
    EffectSpec("drop_coupon", "去除优惠券", "Drop coupon", drop_coupon, ("coupon",), {
        "code": Param("text", "券码", "Coupon code", True),
    }),
    EffectSpec("apply_coupon", "补用优惠券", "Apply coupon", apply_coupon, ("coupon",), {
        "code": Param("text", "券码", "Coupon code", True),
    }),
    EffectSpec("add_gift", "加赠品", "Add gift", add_gift, ("coupon",), {
        "sku": Param("text", "商品编码", "Sku", True),
        "quantity": Param("int", "件数", "Quantity", least=1, most=MOST_UNITS),
    }),
    EffectSpec("exclude", "排除", "Exclude", exclude, _ROUTING, {
        "reason": Param("choice", "原因", "Reason", choices=_EXCLUSIONS),
    }, about=("warehouse", "service")),
    EffectSpec("prefer", "优先", "Prefer", prefer, _ROUTING, {
        "rank": Param("int", "名次（小者先）", "Rank (lower first)", True),
    }, about=("warehouse", "service")),
    EffectSpec("pin", "指定", "Pin", pin, _ROUTING, about=("warehouse", "service")),
    EffectSpec("limit_shipments", "限制发货单数", "Limit shipments", limit_shipments, ("warehouse",), {
        "max": Param("int", "最多", "At most", True, least=1, most=MOST_SHIPMENTS),
    }),
    EffectSpec("allow_backorder", "允许缺货后补", "Allow backorder", allow_backorder, ("warehouse",)),
    EffectSpec("pick_mode", "拣货方式", "Pick mode", pick_mode, ("fulfilment",), {
        "mode": Param("choice", "方式", "Mode", True, _PICK_MODES),
    }),
    EffectSpec("label", "包裹标签", "Label", label, ("fulfilment",), {"text": Param("text", "文字", "Text", True)}),
    EffectSpec("notify", "通知", "Notify", notify, params={
        "to": Param("choice", "对象", "To", True, _RECIPIENTS),
        "template": Param("text", "模板", "Template", True),
    }),
    EffectSpec("task", "待办", "Task", task, params={
        "queue": Param("choice", "队列", "Queue", True, _QUEUES),
        "title": Param("any", "标题", "Title", True),
        "due_minutes": Param("int", "时限（工作分钟）", "Due in working minutes", least=0, most=MOST_MINUTES),
    }),
    EffectSpec("webhook", "回调外部系统", "Call webhook", webhook, params={
        "name": Param("code", "名称", "Name", True),
    }),
)  # fmt: skip

EFFECTS: Mapping[str, EffectSpec] = {spec.name: spec for spec in _SPECS}
