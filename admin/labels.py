"""What codes are called and how they look: statuses, verdicts, severities, stages, actions, exclusions.

Codes that the engine names in both languages are read from there; the rest is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext

from admin.languages import either, language
from engine.holds import FLAGS, HOLD_REASONS
from engine.language.catalogue import CATALOGUE
from engine.language.effects import EXCLUSION_LABELS, QUEUE_LABELS, SEVERITY_LABELS
from engine.language.facts import Catalogue
from engine.language.sentences import Speech
from engine.telling import WHY_NOT


@dataclass(frozen=True, slots=True)
class Look:
    """A word and its tone."""

    text: str
    tone: str  # a colour with a meaning: good bad warn info busy quiet done; the stylesheet has a rule for each
    code: str = ""


Table = Mapping[str, tuple[str, str]]  # code: (text, tone)

ORDER_STATUSES: Table = {
    "received": (lazy_gettext("已接单"), "busy"),
    "awaiting_payment": (lazy_gettext("待付款"), "info"),
    "held": (lazy_gettext("异常"), "warn"),
    "approved": (lazy_gettext("已审核"), "good"),
    "released": (lazy_gettext("已下发"), "busy"),
    "partially_shipped": (lazy_gettext("部分发货"), "busy"),
    "shipped": (lazy_gettext("已发货"), "busy"),
    "delivered": (lazy_gettext("已签收"), "done"),
    "completed": (lazy_gettext("已完成"), "done"),
    "recalling": (lazy_gettext("截单中"), "warn"),
    "cancelled": (lazy_gettext("已取消"), "quiet"),
    "rejected": (lazy_gettext("已拒绝"), "bad"),
    "returned": (lazy_gettext("已退回"), "quiet"),
}
VERDICTS: Table = {
    "approve": (lazy_gettext("通过"), "good"),
    "hold": (lazy_gettext("挂起"), "warn"),
    "reject": (lazy_gettext("拒绝"), "bad"),
}
_SEVERITY_TONES = {"red": "bad", "yellow": "warn", "info": "info"}
STAGES: Mapping[str, str] = {
    "intake": lazy_gettext("接单校验"),
    "payment": lazy_gettext("支付核对"),
    "coupon": lazy_gettext("优惠核对"),
    "fraud": lazy_gettext("风控"),
    "audit": lazy_gettext("审单"),
    "warehouse": lazy_gettext("分仓"),
    "carrier": lazy_gettext("选快递"),
    "fulfilment": lazy_gettext("配货打包"),
    "tracking": lazy_gettext("物流异常"),
    "aftersale": lazy_gettext("售后"),
}
SHIPMENT_STATUSES: Table = {
    "planned": (lazy_gettext("计划中"), "quiet"),
    "released": (lazy_gettext("已下发"), "busy"),
    "accepted": (lazy_gettext("仓库已接"), "busy"),
    "picked": (lazy_gettext("已拣货"), "busy"),
    "checked": (lazy_gettext("已复核"), "busy"),
    "packed": (lazy_gettext("已打包"), "busy"),
    "shipped": (lazy_gettext("已发出"), "busy"),
    "signed": (lazy_gettext("已签收"), "done"),
    "lost": (lazy_gettext("丢失"), "bad"),
    "damaged": (lazy_gettext("破损"), "bad"),
    "returned": (lazy_gettext("退回"), "bad"),
}
ACTION_TYPES: Mapping[str, str] = {
    "outbound": lazy_gettext("下发仓库"),
    "waybill": lazy_gettext("取运单号"),
    "notify": lazy_gettext("发送通知"),
    "task": lazy_gettext("建待办"),
    "refund": lazy_gettext("退款"),
    "webhook": lazy_gettext("回调外部系统"),
    "channel_confirm": lazy_gettext("平台发货确认"),
    "cancel_outbound": lazy_gettext("撤回下发"),
    "void_waybill": lazy_gettext("作废运单"),
    "transfer": lazy_gettext("调拨"),
    "capture": lazy_gettext("扣款"),
}
ACTION_STATUSES: Table = {
    "pending": (lazy_gettext("等待"), "quiet"),
    "sent": (lazy_gettext("进行中"), "busy"),
    "done": (lazy_gettext("完成"), "good"),
    "retrying": (lazy_gettext("重试中"), "warn"),
    "dead": (lazy_gettext("失败"), "bad"),
    "skipped": (lazy_gettext("已跳过"), "quiet"),
}
TASK_STATUSES: Table = {
    "open": (lazy_gettext("未完成"), "warn"),
    "done": (lazy_gettext("完成"), "good"),
    "closed": (lazy_gettext("完成"), "good"),
    "dropped": (lazy_gettext("不再需要"), "quiet"),
}
STOCK_MOVEMENTS: Table = {
    "received": (lazy_gettext("收货入库"), "good"),
    "adjusted": (lazy_gettext("调整"), "info"),
    "reserved": (lazy_gettext("预占"), "busy"),
    "released": (lazy_gettext("释放"), "quiet"),
    "shipped": (lazy_gettext("发出"), "done"),
    "returned": (lazy_gettext("退回入库"), "warn"),
}
OUTCOMES: Table = {
    "fired": (lazy_gettext("命中"), "good"),
    "not_fired": (lazy_gettext("未命中"), "quiet"),
    "not_considered": (lazy_gettext("未参与"), "quiet"),
}
EVENTS: Mapping[str, str] = {
    "payment_updated": lazy_gettext("支付更新"),
    "receiver_changed": lazy_gettext("改收货人"),
    "lines_changed": lazy_gettext("改商品"),
    "cancelled": lazy_gettext("渠道取消"),
    "refund_requested": lazy_gettext("申请退款"),
    "return_requested": lazy_gettext("申请售后"),
    "feedback_received": lazy_gettext("买家评价"),
    "corrected": lazy_gettext("按纠正后的金额付款"),
    "memo_written": lazy_gettext("备注写明送达日"),
    "accepted": lazy_gettext("仓库接单"),
    "refused": lazy_gettext("仓库拒单"),
    "picked": lazy_gettext("拣货完成"),
    "short_picked": lazy_gettext("少拣"),
    "checked": lazy_gettext("复核完成"),
    "packed": lazy_gettext("打包完成"),
    "shipped": lazy_gettext("已发出"),
    "scanned": lazy_gettext("物流扫描"),
    "signed": lazy_gettext("已签收"),
    "returned": lazy_gettext("退回"),
    "lost": lazy_gettext("丢失"),
    "damaged": lazy_gettext("破损"),
}
WHY_NOT_APPLIED: Mapping[str, str] = {
    "late": lazy_gettext("未生效：来得晚，之后的情况已知"),
    "shipped": lazy_gettext("未生效：已发货，转人工"),
    "ended": lazy_gettext("未生效：订单已取消或被拒"),
    "gone": lazy_gettext("未生效：发货单已拒或已撤回"),
}
TRIGGERS: Mapping[str, str] = {
    "order_received": lazy_gettext("收到订单"),
    "waiver_added": lazy_gettext("人工放行"),
    "hold": lazy_gettext("人工挂起"),
    "reject": lazy_gettext("人工拒绝"),
    "cancel": lazy_gettext("人工取消"),
    "return_to_audit": lazy_gettext("退回审单"),
    "reassign": lazy_gettext("改派"),
    "unassign": lazy_gettext("撤销改派"),
    "adjust": lazy_gettext("改数量"),
    "swap": lazy_gettext("换商品"),
    "ship": lazy_gettext("手工发货"),
    "recall_answered": lazy_gettext("仓库答复截单"),
    "clarify": lazy_gettext("选定含义"),
    "merged": lazy_gettext("合单"),
    "unmerged": lazy_gettext("取消合单"),
    "stock_arrived": lazy_gettext("到货"),
    "rules_changed": lazy_gettext("规则变更"),
    "reference_changed": lazy_gettext("基础资料变更"),
    "stock_short": lazy_gettext("库存不足"),
    "sweep": lazy_gettext("系统补审"),
    "timer": lazy_gettext("到时重审"),
    "task_answered": lazy_gettext("待办有结果"),
    "payment_updated": lazy_gettext("支付更新"),
    "order_changed": lazy_gettext("订单变更"),
    "shipment_updated": lazy_gettext("发货更新"),
    "return_requested": lazy_gettext("申请售后"),
}
MANUAL_KINDS: Mapping[str, str] = {
    "release": lazy_gettext("放行"),
    "task": lazy_gettext("待办结果"),
    "clarify": lazy_gettext("选定含义"),
    "hold": lazy_gettext("挂起"),
    "reject": lazy_gettext("拒绝"),
    "cancel": lazy_gettext("取消"),
    "return_to_audit": lazy_gettext("退回审单"),
    "reassign": lazy_gettext("改派"),
    "unassign": lazy_gettext("撤销改派"),
    "adjust": lazy_gettext("改数量"),
    "swap": lazy_gettext("换商品"),
    "ship": lazy_gettext("手工发货"),
    "merge": lazy_gettext("合单"),
    "unmerge": lazy_gettext("取消合单"),
    "redecide": lazy_gettext("按新规则重审"),
}
FIELDS: Mapping[str, str] = {  # of manual decisions
    "reason": lazy_gettext("原因"),
    "note": lazy_gettext("原因"),
    "line_no": lazy_gettext("哪一行"),
    "quantity": lazy_gettext("改为几件"),
    "sku": lazy_gettext("换成商品编码"),
    "warehouse": lazy_gettext("仓库"),
    "service": lazy_gettext("快递产品"),
    "shipment_no": lazy_gettext("发货单"),
    "waybill_no": lazy_gettext("运单号"),
}
CORRECTIONS: Mapping[str, str] = {
    "dropped": lazy_gettext("去除优惠券"),
    "applied": lazy_gettext("补用优惠券"),
    "total": lazy_gettext("调整应付"),
}
CORRECTION_STATES: Table = {
    "proposed": (lazy_gettext("建议"), "warn"),
    "made": (lazy_gettext("已执行"), "good"),
}
ROLES: Mapping[str, str] = {
    "viewer": lazy_gettext("只读"),
    "ops": lazy_gettext("运营"),
    "editor": lazy_gettext("规则编辑"),
    "approver": lazy_gettext("审批"),
    "admin": lazy_gettext("管理员"),
}
ATTRIBUTES: Mapping[str, str] = {
    "cold": lazy_gettext("冷链"),
    "fragile": lazy_gettext("易碎"),
    "hazardous": lazy_gettext("危险品"),
    "oversize": lazy_gettext("超大件"),
    "glass": lazy_gettext("玻璃"),
    "food": lazy_gettext("食品"),
    "clothing": lazy_gettext("服装"),
    "cod": lazy_gettext("代收货款"),
    "rider": lazy_gettext("骑手"),
}
# Rules of the engine's own, which are in no ruleset: (title, why).
ENGINE_RULES: Mapping[str, tuple[str, str]] = {
    "engine.unrouted": (
        lazy_gettext("系统：找不到发货方案"),
        lazy_gettext("没有仓库和快递能完整发出这一单，且没有规则说明该怎么办。"),
    ),
    "engine.rule-error": (
        lazy_gettext("系统：规则执行出错"),
        lazy_gettext("规则没能算出结果。为安全起见先挂起，不会放行，也不会丢单。"),
    ),
    "engine.no-rule-matched": (
        lazy_gettext("系统：没有规则作出决定"),
        lazy_gettext("没有规则通过、挂起或拒绝这一单，因此等人来看。"),
    ),
    "engine.rounding": (
        lazy_gettext("系统：尾差记作调整"),
        lazy_gettext("每行一分、合计一角以内的差额按四舍五入处理。"),
    ),
    "engine.rejected": (lazy_gettext("系统：订单被拒"), lazy_gettext("已付款的订单被拒后，必须有人退款。")),
    "engine.manual": (lazy_gettext("人工挂起"), lazy_gettext("有人要求这一单先停下，放行后继续。")),
    "engine.paid-after-cancel": (
        lazy_gettext("系统：取消后到账"),
        lazy_gettext("订单取消以后收到了货款：请财务决定放行，或再次取消并退款。"),
    ),
    "engine.intercept": (lazy_gettext("系统：拦截包裹"), lazy_gettext("仓库已无法截单，包裹要在途中拦下。")),
    "engine.coupon": (lazy_gettext("系统：优惠差价"), lazy_gettext("优惠券要补用，差额退给买家；或券不符，要问买家。")),
    "engine.adjusted": (lazy_gettext("系统：改数量退差价"), lazy_gettext("已付款的订单减少了件数，差额要退给买家。")),
}
RECIPIENTS: Mapping[str, str] = {
    "buyer": lazy_gettext("买家"),
    "order_desk": lazy_gettext("订单组"),
    "order_desk_digest": lazy_gettext("订单组（每半小时汇总）"),
    "warehouse": lazy_gettext("仓库"),
    "service": lazy_gettext("客服"),
}
JOINERS: Mapping[str, str] = {
    "all": lazy_gettext("以下全部成立"),
    "any": lazy_gettext("以下至少一条成立"),
    "not": lazy_gettext("以下不成立"),
    "some": lazy_gettext("至少一个"),
    "every": lazy_gettext("每一个"),
    "no": lazy_gettext("没有一个"),
    "count": lazy_gettext("个数"),
    "sum": lazy_gettext("合计"),
}
PARTS: Mapping[str, str] = {
    "order": lazy_gettext("订单"),
    "line": lazy_gettext("订单行"),
    "coupon": lazy_gettext("优惠券"),
    "coupon_pair": lazy_gettext("两张优惠券"),
    "warehouse": lazy_gettext("仓库"),
    "service": lazy_gettext("快递产品"),
    "shipment": lazy_gettext("发货单"),
    "return": lazy_gettext("退货"),
}
# Operators that stand without a value, or with two; what the others are called is the language's own business.
OPERATORS: Mapping[str, str] = {
    "between": lazy_gettext("介于"),
    "is_true": lazy_gettext("为是"),
    "is_false": lazy_gettext("为否"),
    "present": lazy_gettext("不为空"),
    "absent": lazy_gettext("为空"),
}
UNITS: Mapping[str, str] = {
    "days": lazy_gettext("天"),
    "minutes": lazy_gettext("分钟"),
    "h": lazy_gettext("时"),
    "km": lazy_gettext("公里"),
    "g": "g",
    "%": "%",
}


def look(table: Table, code: str | None) -> Look:
    """How a code of a table looks; one that the table does not know stands for itself."""
    text, tone = table.get(code or "", (code or "—", "quiet"))
    return Look(str(text), tone, code or "")


def word(table: Mapping[str, str], code: str | None) -> str:
    """What a code is called; one that the table does not know stands for itself."""
    return str(table.get(code or "", code or "—"))


def hold(reason: str, severity: str | None = None) -> Look:
    """A hold's reason in the colour of its severity, by default the reason's own."""
    row = HOLD_REASONS.get(reason)
    text = either((row.zh, row.en)) if row else reason
    tone = _SEVERITY_TONES.get(severity or (row.severity if row else ""), "warn")
    return Look(text, tone, reason)


def flag(code: str, severity: str) -> Look:
    """A flag in the colour of its severity."""
    return Look(either(FLAGS.get(code, (code, code))), _SEVERITY_TONES.get(severity, "info"), code)


def failed_action(rule: str) -> str:
    """What a worker gave up, of `engine.waybill-failed`."""
    return word(ACTION_TYPES, rule.removeprefix("engine.").removesuffix("-failed"))


def severity(code: str) -> Look:
    """A severity in its own colour."""
    return Look(either(SEVERITY_LABELS.get(code, (code, code))), _SEVERITY_TONES.get(code, "info"), code)


def queue(code: str | None) -> str:
    """Who looks at it; a hold without a queue lifts by itself."""
    return either(QUEUE_LABELS.get(code, (code, code))) if code else gettext("无需处理")


def not_considered(code: str) -> str:
    """Why a rule was not considered."""
    text = either(WHY_NOT.get(code, (code, code)))
    return text[:1].upper() + text[1:]


def exclusion(code: str) -> str:
    """Why a candidate was taken out."""
    return either(EXCLUSION_LABELS.get(code, (code, code)))


def attribute(code: str) -> str:
    """A property of goods, warehouses and services."""
    return word(ATTRIBUTES, code)


def operator(code: str, fact: str | None, catalogue: Catalogue = CATALOGUE) -> str:
    """What is said between a fact and what is wanted of it."""
    if code in OPERATORS:
        return word(OPERATORS, code)
    return Speech(catalogue, language()).words(code, catalogue[fact] if fact and fact in catalogue else None)


def recipient(code: str) -> str:
    """Who is told."""
    return word(RECIPIENTS, code)
