"""What to do about each reason that an order waits for, and what to ask the buyer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext


@dataclass(frozen=True, slots=True)
class Advice:
    """What to press, and what customer service should find out."""

    do: str
    ask: str


_CALL = lazy_gettext("打电话，再在待办里填结果")
_ADDRESS = lazy_gettext("请提供省、市、区和到门牌的详细地址。")
_GOODS = lazy_gettext("缺货的商品是等货、换一款，还是退款？")
# By a hold's reason or a flag's code: (what to do, what to ask).
_ADVICE: Mapping[str, tuple[str, str]] = {
    "AWAITING_PAYMENT": (
        lazy_gettext("等到账；支付平台每十分钟查一次"),
        lazy_gettext("这笔款是否已付？请发付款凭证。"),
    ),
    "PAYMENT_FAILED": (lazy_gettext("提醒买家重新支付"), lazy_gettext("支付没有成功，还要这一单吗？")),
    "PAYMENT_MISMATCH": (
        lazy_gettext("核对实付与应付，补差或退差"),
        lazy_gettext("实付金额与应付不符，差额补付还是退还？"),
    ),
    "AMOUNTS_INCONSISTENT": (lazy_gettext("请渠道重发这一单的金额明细"), lazy_gettext("订单金额明细是否有误？")),
    "PAID_AFTER_CANCEL": (lazy_gettext("问买家要货还是退款"), lazy_gettext("取消后又收到付款，要发货还是退款？")),
    "REFUND_REQUESTED": (lazy_gettext("先处理退款；确认不退才放行"), lazy_gettext("是否确定退款？")),
    "PLATFORM_FORBIDS": (lazy_gettext("到平台后台看原因"), lazy_gettext("平台为什么禁止发货？")),
    "BLACKLISTED": (lazy_gettext("交审批人核实"), lazy_gettext("下单人与收货人是否本人？")),
    "HIGH_RISK_OF_FRAUD": (
        lazy_gettext("看风险分来自哪些规则，核实后放行或拒绝"),
        lazy_gettext("是否本人下单、本人付款？"),
    ),
    "HIGH_VALUE": (_CALL, lazy_gettext("是否本人下单？收货地址和电话是否正确？")),
    "HIGH_RISK_REGION": (_CALL, lazy_gettext("是否本人下单？收货地址和电话是否正确？")),
    "INCORRECT_ADDRESS": (lazy_gettext("问清地址后改收货人；或在订单页一键采用"), _ADDRESS),
    "INVALID_PHONE": (lazy_gettext("向买家要能打通的电话"), lazy_gettext("收货电话打不通，请换一个号码。")),
    "DELIVERY_DATE_CONFLICT": (lazy_gettext("问清是哪天；在订单页一键采用"), lazy_gettext("希望哪一天送到？")),
    "REMARK_NEEDS_REVIEW": (lazy_gettext("读备注，照办后放行"), lazy_gettext("备注里的要求具体是什么？")),
    "COUPON_MISMATCH": (
        lazy_gettext("按建议的优惠处理差价，或按原价放行"),
        lazy_gettext("优惠有出入，按建议的金额可以吗？"),
    ),
    "PRICE_BELOW_FLOOR": (lazy_gettext("交审批人看价格"), lazy_gettext("成交价是否有误？")),
    "PURCHASE_LIMIT": (lazy_gettext("减到限购数量，或放行"), lazy_gettext("超过限购数量，减少一些可以吗？")),
    "UNKNOWN_SKU": (lazy_gettext("补商品资料或渠道编码对照，再重审"), lazy_gettext("这件商品对应我们的哪个编码？")),
    "NOT_FOR_SALE_HERE": (lazy_gettext("核对渠道在售商品"), lazy_gettext("这件商品为什么在此渠道售出？")),
    "INVENTORY_OUT_OF_STOCK": (lazy_gettext("等货、换货或退这一行；放行即先发现有的"), _GOODS),
    "CANNOT_SHIP_TOGETHER": (lazy_gettext("放行即允许分开发"), lazy_gettext("货在两个仓，分开发可以吗？")),
    "NO_WAREHOUSE": (lazy_gettext("看候选仓为何被排除"), lazy_gettext("暂时没有仓库能发，等一等可以吗？")),
    "OUT_OF_COVERAGE": (lazy_gettext("换地址、换快递或退款"), lazy_gettext("快递送不到，有没有别的收货地址？")),
    "FREIGHT_UNCOVERED": (_CALL, lazy_gettext("偏远地区需补运费，可以吗？")),
    "PRESALE_NOT_DUE": (lazy_gettext("到发售日自动重审，不用处理"), lazy_gettext("预售商品还没到发售日，愿意等吗？")),
    "SHIP_DATE_NOT_DUE": (lazy_gettext("到发货日自动重审，不用处理"), lazy_gettext("希望哪一天送到？")),
    "CURRENCY_UNSUPPORTED": (lazy_gettext("在列表 currency-rates 里补汇率"), lazy_gettext("这个币种按什么汇率？")),
    "SYNC_FAILED": (lazy_gettext("看平台原文，补齐后重发"), lazy_gettext("平台这一单的内容是否完整？")),
    "RULE_ERROR": (lazy_gettext("请规则编辑看出错的规则"), lazy_gettext("规则为什么算不出结果？")),
    "NO_RULE_MATCHED": (lazy_gettext("请规则编辑补规则，或放行"), lazy_gettext("这类订单该怎么处理？")),
    "MANUAL": (lazy_gettext("看挂起人的说明"), lazy_gettext("挂起的事情办完了吗？")),
    "ADDRESS_UNIT_MISSING": (_CALL, lazy_gettext("请问几号楼、几单元、几室？")),
    "NAME_VAGUE": (_CALL, lazy_gettext("请提供收货人全名。")),
    "DUPLICATE_SUSPECT": (_CALL, lazy_gettext("是否重复下单？两单都要吗？")),
    "MERGE_CANDIDATE": (lazy_gettext("可与同买家的另一单合并"), lazy_gettext("两单一起发可以吗？")),
    "COUPON_UNVERIFIABLE": (lazy_gettext("没有资料可核，留意即可"), lazy_gettext("优惠券从哪里领的？")),
    "CARRIER_WISH_UNMET": (lazy_gettext("告诉买家改发哪家"), lazy_gettext("指定的快递不到，换一家可以吗？")),
    "GIFT_SHORT": (lazy_gettext("赠品缺货，不影响发货"), lazy_gettext("赠品缺货，换一件或补券可以吗？")),
    "DISTRICT_UNKNOWN": (lazy_gettext("核对区县；多半照送"), _ADDRESS),
    "PARCEL_LOST": (lazy_gettext("向快递索赔，再补发或退款"), lazy_gettext("包裹在途中丢失，补发还是退款？")),
    "PARCEL_DAMAGED": (lazy_gettext("看破损照片，再补发或退款"), lazy_gettext("包裹破损了，补发还是退款？请发照片。")),
    "PARCEL_RETURNED": (lazy_gettext("问清退回的原因，再重发或退款"), lazy_gettext("包裹退回来了，重发还是退款？")),
    "ACTION_FAILED": (
        lazy_gettext("看失败的原因，改好后重试；自己办好了就跳过"),
        lazy_gettext("收货人的姓名、电话和地址是否正确？"),
    ),
    "TRACKING_STALE": (lazy_gettext("向快递查件"), lazy_gettext("包裹现在到哪里了？")),
}


def advice(code: str) -> Advice:
    """About a hold's reason or a flag's code; something general for one that is not listed."""
    do, ask = _ADVICE.get(code, ("", ""))
    return Advice(str(do) or gettext("打开订单看看"), str(ask) or gettext("这一单该怎么处理？"))


def to_do(code: str) -> str:
    """What to do about it; empty where nothing is known, or nothing to be done."""
    return str(_ADVICE[code][0]) if code in _ADVICE else ""
