"""Facts about the money."""

from __future__ import annotations

from engine.language.facts import Fact, Scene
from engine.rounding import tolerance_cents

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
_ANSWERS = (
    ("settled", "已到账", "Settled"),
    ("processing", "处理中", "Processing"),
    ("failed", "失败", "Failed"),
    ("unknown", "查无此交易", "No such transaction"),
)


def _settled(scene: Scene) -> bool:
    payment = scene.order.payment
    return payment.settled_at is not None and bool(payment.transaction_no)


def _paid_minus_posted(scene: Scene) -> int:
    return scene.order.payment.paid_cents - scene.order.payable_cents


FACTS = (
    Fact("payment.status", "choice", "支付状态", "Payment status", lambda s, _: s.order.payment.status, always=True,
         choices=_STATUSES,
         help_zh="渠道报来的状态；是否到账另看「已到账」",
         help_en="As the channel reports it; whether the money came is told by Settled", sample="paid"),
    Fact("payment.method", "choice", "支付方式", "Payment method", lambda s, _: s.order.payment.method, always=True,
         choices=_METHODS,
         help_zh="货到付款时实付为 0，由快递代收",
         help_en="With cash on delivery nothing is paid yet and the carrier collects", sample="alipay"),
    Fact("payment.paid_cents", "money", "实付金额", "Paid", lambda s, _: s.order.payment.paid_cents, "cents", True,
         least=0,
         help_zh="买家到目前为止付的，以订单币种的分计；未付为 0",
         help_en="So far, in cents of the order's currency; 0 when unpaid", sample=6970),
    Fact("payment.cod_cents", "money", "代收金额", "To collect on delivery",
         lambda s, _: s.order.payment.cod_cents, "cents",
         True, least=0,
         help_zh="由快递向收货人收的，以分计；不是货到付款时为 0",
         help_en="What the carrier asks of the receiver, in cents; 0 unless cash on delivery", sample=0),
    Fact("payment.settled", "flag", "已到账", "Settled", lambda s, _: _settled(s), always=True,
         help_zh="有到账时间和交易号", help_en="Has a settlement time and a transaction number", sample=True),
    Fact("payment.provider_answer", "choice", "支付平台答复", "Provider's answer",
         lambda s, _: s.world.payment_answer, choices=_ANSWERS,
         help_zh="已付未到账时每十分钟向支付平台查一次，这是最近一次答复；还没查过时没有值",
         help_en="Of a payment that has not come, asked every ten minutes; absent before the first answer",
         sample="processing"),
    Fact("payment.paid_minus_posted_cents", "money", "实付减原始应付", "Paid minus posted payable",
         lambda s, _: _paid_minus_posted(s), "cents", True,
         help_zh="以分计；为正是多付，为负是少付", help_en="In cents: above 0 is too much, below 0 too little",
         sample=0),
    Fact("payment.difference_cents", "money", "实付与应付差额", "Paid and payable differ by",
         lambda s, _: abs(_paid_minus_posted(s)), "cents", True, least=0,
         help_zh="实付与原始应付相差的绝对值，以分计，不分多付少付",
         help_en="In cents and never negative, whichever way the paid differs from the posted payable", sample=0),
    Fact("payment.tolerance_cents", "money", "允许差额", "Tolerated difference",
         lambda s, _: tolerance_cents(s.order), "cents", True,
         help_zh="每行 1 分，合计至多 10 分", help_en="One fen a line, ten in all", least=0, sample=1),
)  # fmt: skip
