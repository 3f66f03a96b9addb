"""The demo's channels: three where we ask for the money ourselves, five where a platform does."""

from __future__ import annotations

from engine.world import Channel


def _ours(code: str, name: str) -> Channel:
    return Channel(code, name, adapter=code, pricing="gatehouse", reserve_on="placed", release_after_minutes=0)


def _platform(code: str, name: str) -> Channel:
    return Channel(
        code,
        name,
        adapter=code,
        payment_guaranteed=True,
        pricing="channel",
        reserve_on="paid",
        release_after_minutes=10,
    )


CHANNELS = (
    _ours("own-shop", "自营商城"),
    _platform("taobao", "淘宝旗舰店"),
    _platform("jd", "京东旗舰店"),
    _platform("douyin", "抖音小店"),
    _platform("shopify", "Shopify 独立站"),
    _platform("woocommerce", "WooCommerce 独立站"),
    _ours("store", "线下门店"),
    _ours("phone", "电话订购"),
)
