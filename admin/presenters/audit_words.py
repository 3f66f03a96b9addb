"""What the audit log's kinds, steps and fields are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

from admin import labels

# By how an action begins, in the order of the choice.
KINDS: Mapping[str, str] = {
    "order": lazy_gettext("订单"),
    "task": lazy_gettext("待办"),
    "action": lazy_gettext("后续动作"),
    "stock": lazy_gettext("库存"),
    "rulesets": lazy_gettext("规则发布"),
    "drafts": lazy_gettext("规则草稿"),
    "orders": lazy_gettext("批量重审"),
    "lists": lazy_gettext("名单"),
    "skus": lazy_gettext("商品资料"),
    "sku-aliases": lazy_gettext("平台编码对照"),
    "warehouses": lazy_gettext("仓库资料"),
    "carriers": lazy_gettext("承运商"),
    "rate-cards": lazy_gettext("运价表"),
    "coverage": lazy_gettext("派送范围"),
    "channels": lazy_gettext("渠道"),
    "coupons": lazy_gettext("优惠券"),
    "templates": lazy_gettext("通知模板"),
    "user": lazy_gettext("用户"),
    "key": lazy_gettext("接口密钥"),
    "credentials": lazy_gettext("首次启动"),
}
_STEPS: Mapping[str, str] = {
    "action.retry": lazy_gettext("重试"),
    "action.skip": lazy_gettext("跳过"),
    "credentials.create": lazy_gettext("生成账号和密钥"),
    "drafts.approve": lazy_gettext("审批通过"),
    "drafts.check": lazy_gettext("检查"),
    "drafts.create": lazy_gettext("新建"),
    "drafts.discard": lazy_gettext("放弃"),
    "drafts.publish": lazy_gettext("发布"),
    "drafts.refuse": lazy_gettext("到时未能发布"),
    "drafts.reject": lazy_gettext("退回修改"),
    "drafts.save": lazy_gettext("保存"),
    "drafts.schedule": lazy_gettext("定时发布"),
    "drafts.submit": lazy_gettext("提交审批"),
    "drafts.unschedule": lazy_gettext("取消定时"),
    "orders.redecide": lazy_gettext("按新规则重审"),
    "rulesets.publish": lazy_gettext("发布"),
    "rulesets.shipped": lazy_gettext("随升级而来"),
    "stock.adjust": lazy_gettext("记一笔"),
    "task.answer": lazy_gettext("填写结果"),
    "user.password": lazy_gettext("改密码"),
}
_CREATED, _CHANGED, _DELETED = lazy_gettext("新增"), lazy_gettext("修改"), lazy_gettext("删除")
_FIELDS: Mapping[str, str] = {
    "additional_cents": lazy_gettext("续重价"),
    "additional_g": lazy_gettext("续重单位"),
    "adjustment_id": lazy_gettext("记账编号"),
    "aliases": lazy_gettext("编码对照"),
    "amount_cents": lazy_gettext("金额"),
    "at": lazy_gettext("时间"),
    "attempt": lazy_gettext("次数"),
    "attributes": lazy_gettext("属性"),
    "base": lazy_gettext("原来的内容"),
    "base_version": lazy_gettext("基于版本"),
    "cancel_unpaid": lazy_gettext("未付款取消"),
    "capacity_per_day": lazy_gettext("日产能"),
    "carrier": lazy_gettext("承运商"),
    "category": lazy_gettext("品类"),
    "channel": lazy_gettext("渠道"),
    "channel_shares": lazy_gettext("渠道份额"),
    "channels": lazy_gettext("渠道"),
    "city": lazy_gettext("城市"),
    "code": lazy_gettext("编码"),
    "components": lazy_gettext("组件"),
    "currency": lazy_gettext("币种"),
    "cutoff": lazy_gettext("截单时间"),
    "days": lazy_gettext("天数"),
    "delta": lazy_gettext("增减"),
    "digest": lazy_gettext("内容摘要"),
    "discontinued": lazy_gettext("停产"),
    "discount_cents": lazy_gettext("优惠金额"),
    "district": lazy_gettext("区县"),
    "document": lazy_gettext("内容"),
    "draft": lazy_gettext("草稿"),
    "due_at": lazy_gettext("处理期限"),
    "enabled": lazy_gettext("启用"),
    "error": lazy_gettext("错误"),
    "findings": lazy_gettext("检查结果"),
    "floor_cents": lazy_gettext("最低价"),
    "from_provinces": lazy_gettext("始发省"),
    "handling_cents": lazy_gettext("操作费"),
    "height_mm": lazy_gettext("高"),
    "holds": lazy_gettext("挂起原因"),
    "items": lazy_gettext("条目"),
    "keys": lazy_gettext("密钥数"),
    "keyword": lazy_gettext("关键词"),
    "kind": lazy_gettext("类型"),
    "length_mm": lazy_gettext("长"),
    "limit_per_buyer_30d": lazy_gettext("每人 30 天限购"),
    "limit_per_order": lazy_gettext("每单限购"),
    "line_no": lazy_gettext("哪一行"),
    "lines": lazy_gettext("订单行"),
    "max_weight_g": lazy_gettext("最大重量"),
    "name": lazy_gettext("名称"),
    "note": lazy_gettext("说明"),
    "on_hand": lazy_gettext("在库"),
    "order_no": lazy_gettext("订单"),
    "order_nos": lazy_gettext("订单"),
    "orders": lazy_gettext("订单数"),
    "outcome": lazy_gettext("结果"),
    "password": lazy_gettext("密码"),
    "payment_guaranteed": lazy_gettext("平台担保付款"),
    "pricing": lazy_gettext("谁定价"),
    "priority": lazy_gettext("优先级"),
    "province": lazy_gettext("省份"),
    "quantity": lazy_gettext("件数"),
    "reason": lazy_gettext("原因"),
    "release_after_minutes": lazy_gettext("延迟下发（分钟）"),
    "release_on": lazy_gettext("开售日"),
    "reserve_on": lazy_gettext("何时预占"),
    "restock_on": lazy_gettext("到货日"),
    "revision": lazy_gettext("第几稿"),
    "roles": lazy_gettext("角色"),
    "rows": lazy_gettext("行"),
    "rule": lazy_gettext("规则"),
    "safety_stock": lazy_gettext("安全库存"),
    "served": lazy_gettext("可派送"),
    "service": lazy_gettext("快递产品"),
    "service_level": lazy_gettext("时效"),
    "services": lazy_gettext("快递产品"),
    "shipment_no": lazy_gettext("发货单"),
    "sku": lazy_gettext("商品编码"),
    "steps": lazy_gettext("重量段"),
    "substitutes": lazy_gettext("可替换商品"),
    "surcharge_cents": lazy_gettext("附加费"),
    "task": lazy_gettext("待办"),
    "text": lazy_gettext("文字"),
    "time_zone": lazy_gettext("时区"),
    "title": lazy_gettext("名称"),
    "to_provinces": lazy_gettext("目的省"),
    "town": lazy_gettext("乡镇"),
    "type": lazy_gettext("类型"),
    "until": lazy_gettext("到"),
    "up_to_g": lazy_gettext("至多"),
    "version": lazy_gettext("版本"),
    "volumetric_cm3_per_kg": lazy_gettext("体积重系数"),
    "warehouse": lazy_gettext("仓库"),
    "waybill_no": lazy_gettext("运单号"),
    "weight_g": lazy_gettext("重量"),
    "width_mm": lazy_gettext("宽"),
    "zones": lazy_gettext("分区"),
}


def kind(action: str) -> str:
    """What an action is about."""
    return labels.word(KINDS, action.partition(".")[0])


def step(action: str, is_new: bool) -> str:
    """What was done. `is_new`: there was nothing before."""
    about, _, what = action.partition(".")
    if about == "order":
        return labels.word(labels.MANUAL_KINDS, what)
    if action in _STEPS:
        return labels.word(_STEPS, action)
    return str(_DELETED if what == "delete" else _CREATED if is_new or what == "create" else _CHANGED)


def field(name: str) -> str:
    """What a field is called; empty for one that has no name."""
    return str(_FIELDS.get(name, ""))
