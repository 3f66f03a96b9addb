"""The demo's own lists: people and places. Lists of words ship with the rules."""

from __future__ import annotations

import datetime as dt

from engine.world import NamedList


def lists(today: dt.date) -> tuple[NamedList, ...]:
    """The lists by code; promotion days are those of the year of `today` and the next."""
    return (
        _list("blacklist-addresses", "黑名单地址", "Blacklisted addresses", "黑石路1号2室"),
        _list("blacklist-buyers", "黑名单买家", "Blacklisted buyers", "b-666"),
        _list("blacklist-fingerprints", "黑名单指纹", "Blacklisted fingerprints", "fp-666"),
        _list("blacklist-phones", "黑名单电话", "Blacklisted phones", "17000000000", "17100000000"),
        _list("corporate-buyers", "企业买家", "Corporate buyers", "corp-1001", "corp-1002"),
        _list("currency-rates", "汇率 (折人民币)", "Currency rates (CNY for one)", "USD=7.10", "EUR=8.20", "HKD=0.91"),
        _list("high-risk-regions", "高风险地区", "High-risk regions", "三沙市", "揭阳市"),
        _list("promotion-days", "大促日", "Promotion days", *_promotion_days(today)),
        _list("remote-regions", "偏远地区", "Remote regions", "西藏自治区", "新疆维吾尔自治区", "青海省"),
        _list("shared-addresses", "多人共用地址", "Shared addresses", "宿舍", "丰巢", "快递柜", "驿站", "写字楼"),
        _list("trusted-buyers", "信任买家", "Trusted buyers", "b-0001", "b-0002"),
    )  # fmt: skip


def _list(code: str, zh: str, en: str, *items: str) -> NamedList:
    return NamedList(code, {"zh": zh, "en": en}, items)


def _promotion_days(today: dt.date) -> list[str]:
    days = ("06-18", "11-10", "11-11", "12-12")
    return [f"{year}-{day}" for year in (today.year, today.year + 1) for day in days]
