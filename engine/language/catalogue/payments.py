"""Facts about the money."""

from __future__ import annotations

from engine.language.facts import Fact, Scene

_STATUSES = (
    ("unpaid", "未付", "Unpaid"),
    ("processing", "处理中", "Processing"),
    ("authorized", "已授权", "Authorized"),
    ("deposit_paid", "已付定金", "Deposit paid"),
    ("paid", "已付", "Paid"),
    ("partially_refunded", "部分退款", "Partially refunded"),
    ("refunded", "已退款", "Refunded"),
    ("failed", "失败", "Failed"),
)
_METHODS = (
    ("alipay", "支付宝", "Alipay"),
    ("wechat", "微信", "WeChat"),
    ("unionpay", "银联", "UnionPay"),
    ("card", "银行卡", "Card"),
    ("bank_transfer", "银行转账", "Bank transfer"),
    ("cash", "现金", "Cash"),
    ("balance", "余额", "Balance"),
    ("gift_card", "礼品卡", "Gift card"),
    ("cod", "货到付款", "Cash on delivery"),
    ("none", "无", "None"),
)


def _settled(scene: Scene) -> bool:
    payment = scene.order.payment
    return payment.settled_at is not None and bool(payment.transaction_no)


def _paid_minus_posted(scene: Scene) -> int:
    return scene.order.payment.paid_cents - scene.order.payable_cents


FACTS = (
    Fact("payment.status", "choice", "支付状态", "Payment status", lambda s, _: s.order.payment.status, always=True,
         choices=_STATUSES),
    Fact("payment.method", "choice", "支付方式", "Payment method", lambda s, _: s.order.payment.method, always=True,
         choices=_METHODS),
    Fact("payment.paid_cents", "money", "实付金额", "Paid", lambda s, _: s.order.payment.paid_cents, "cents", True,
         least=0),
    Fact("payment.cod_cents", "money", "代收金额", "To collect on delivery",
         lambda s, _: s.order.payment.cod_cents, "cents",
         True, least=0),
    Fact("payment.settled", "flag", "已到账", "Settled", lambda s, _: _settled(s), always=True,
         help_zh="有到账时间和交易号", help_en="Has a settlement time and a transaction number"),
    Fact("payment.paid_minus_posted_cents", "money", "实付减原始应付", "Paid minus posted payable",
         lambda s, _: _paid_minus_posted(s), "cents", True),
    Fact("payment.difference_cents", "money", "实付与应付差额", "Paid and payable differ by",
         lambda s, _: abs(_paid_minus_posted(s)), "cents", True, least=0),
    Fact("payment.tolerance_cents", "money", "允许差额", "Tolerated difference",
         lambda s, _: min(10, len(s.order.lines)), "cents", True,
         help_zh="每行 1 分, 合计至多 10 分", help_en="One fen a line, ten in all", least=0),
)  # fmt: skip
