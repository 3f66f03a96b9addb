"""The reasons for which an order waits: who looks at it, how red it is, by when, and whether stock stays reserved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldReason:
    """One row of the table that everything about holds is read from."""

    code: str
    zh: str
    en: str
    queue: str | None  # finance service risk catalogue warehouse logistics rules
    severity: str  # red yellow info
    due_minutes: int | None  # working minutes until someone should have looked
    keeps_stock: bool
    released_by: str | None  # the least role that may lift it; None: it lifts by itself
    frees_stock_after_minutes: int | None = None


_ROWS = (
    HoldReason("AWAITING_PAYMENT", "待到账", "Awaiting payment", "finance", "yellow", None, True, "approver", 60),
    HoldReason("PAYMENT_FAILED", "支付失败", "Payment failed", "service", "yellow", None, True, "approver", 60),
    HoldReason("PAYMENT_MISMATCH", "金额不符", "Paid amount differs", "finance", "red", 120, True, "approver"),
    HoldReason("AMOUNTS_INCONSISTENT", "金额不自洽", "Amounts do not add up", "finance", "red", 120, True, "approver"),
    HoldReason("PAID_AFTER_CANCEL", "取消后到账", "Paid after cancelling", "finance", "red", 120, True, "approver"),
    HoldReason("REFUND_REQUESTED", "退款锁单", "Refund requested", "service", "red", 240, False, "approver"),
    HoldReason("PLATFORM_FORBIDS", "平台禁发", "Platform forbids shipping", "service", "red", 240, False, "approver"),
    HoldReason("BLACKLISTED", "黑名单", "Blacklisted", "risk", "red", 120, True, "approver"),
    HoldReason("HIGH_RISK_OF_FRAUD", "风控", "High risk of fraud", "risk", "red", 120, True, "ops"),
    HoldReason("HIGH_VALUE", "大额待确认", "High value to confirm", "risk", "red", 120, True, "ops"),
    HoldReason("HIGH_RISK_REGION", "高风险地区", "High-risk region", "risk", "red", 120, True, "ops"),
    HoldReason("INCORRECT_ADDRESS", "地址异常", "Incorrect address", "service", "red", 120, True, "ops"),
    HoldReason("INVALID_PHONE", "电话无效", "Invalid phone", "service", "red", 120, True, "ops"),
    HoldReason("DELIVERY_DATE_CONFLICT", "日期冲突", "Delivery date conflict", "service", "red", 120, True, "ops"),
    HoldReason("REMARK_NEEDS_REVIEW", "备注待看", "Remark needs review", "service", "red", 120, True, "ops"),
    HoldReason("COUPON_MISMATCH", "优惠异常", "Coupon mismatch", "finance", "red", 240, True, "ops"),
    HoldReason("PRICE_BELOW_FLOOR", "低于最低价", "Price below floor", "finance", "red", 240, True, "approver"),
    HoldReason("PURCHASE_LIMIT", "超限购", "Purchase limit exceeded", "service", "yellow", 240, True, "ops"),
    HoldReason("UNKNOWN_SKU", "未知商品", "Unknown sku", "catalogue", "red", 240, False, "ops"),
    HoldReason("NOT_FOR_SALE_HERE", "渠道不售", "Not for sale on this channel", "catalogue", "red", 240, False, "ops"),
    HoldReason("INVENTORY_OUT_OF_STOCK", "缺货", "Out of stock", "warehouse", "yellow", 480, True, "ops"),
    HoldReason("CANNOT_SHIP_TOGETHER", "无法同发", "Cannot ship together", "warehouse", "yellow", 480, True, "ops"),
    HoldReason("NO_WAREHOUSE", "无可用仓", "No warehouse can ship", "warehouse", "yellow", 480, True, "ops"),
    HoldReason("OUT_OF_COVERAGE", "超区", "Out of coverage", "logistics", "yellow", 480, True, "ops"),
    HoldReason("FREIGHT_UNCOVERED", "运费不足", "Freight not covered", "logistics", "yellow", 480, True, "ops"),
    HoldReason("PRESALE_NOT_DUE", "预售未到期", "Presale not due", None, "info", None, True, None),
    HoldReason("SHIP_DATE_NOT_DUE", "未到发货日", "Ship date not due", None, "info", None, True, None),
    HoldReason("CURRENCY_UNSUPPORTED", "币种不支持", "Currency unsupported", "rules", "red", 60, True, "ops"),
    HoldReason("SYNC_FAILED", "同步失败", "Sync failed", "rules", "red", 60, True, "ops"),
    HoldReason("RULE_ERROR", "规则出错", "Rule error", "rules", "red", 60, True, "ops"),
    HoldReason("NO_RULE_MATCHED", "无规则命中", "No rule matched", "rules", "red", 60, True, "ops"),
    HoldReason("MANUAL", "人工挂起", "Held by a person", "service", "red", 60, True, "ops"),
)

HOLD_REASONS: dict[str, HoldReason] = {row.code: row for row in _ROWS}
QUEUES = ("finance", "service", "risk", "catalogue", "warehouse", "logistics", "rules")
SEVERITIES = ("red", "yellow", "info")

FLAGS: dict[str, tuple[str, str]] = {
    "ADDRESS_UNIT_MISSING": ("缺少门牌号", "Unit missing in address"),
    "NAME_VAGUE": ("姓名不完整", "Name is vague"),
    "DUPLICATE_SUSPECT": ("疑似重复", "Suspected duplicate"),
    "MERGE_CANDIDATE": ("可合单", "Could be merged"),
    "COUPON_UNVERIFIABLE": ("优惠无法核实", "Coupon cannot be verified"),
    "COUPON_MISMATCH": ("优惠异常", "Coupon mismatch"),
    "CARRIER_WISH_UNMET": ("指定快递未满足", "Carrier wish not met"),
    "GIFT_SHORT": ("赠品缺货", "Gift out of stock"),
    "DISTRICT_UNKNOWN": ("区县无法识别", "District unknown"),
    "TRACKING_STALE": ("物流停滞", "Tracking is stale"),
    "PARCEL_LOST": ("包裹丢失", "Parcel lost"),
    "PARCEL_DAMAGED": ("包裹破损", "Parcel damaged"),
    "PARCEL_RETURNED": ("包裹退回", "Parcel came back"),
    "ACTION_FAILED": ("动作失败", "An action failed"),  # what a worker gave up, until a person retries or skips it
}
ACTION_FAILED = "ACTION_FAILED"
