"""The people on the demo's lists. Lists of words and places ship with the rules."""

from __future__ import annotations

from engine.world import NamedList


def _list(code: str, zh: str, en: str, *items: str) -> NamedList:
    return NamedList(code, {"zh": zh, "en": en}, items)


LISTS = (
    _list("blacklist-addresses", "黑名单地址", "Blacklisted addresses", "黑石路1号2室"),
    _list("blacklist-buyers", "黑名单买家", "Blacklisted buyers", "b-666"),
    _list("blacklist-fingerprints", "黑名单指纹", "Blacklisted fingerprints", "fp-666"),
    _list("blacklist-phones", "黑名单电话", "Blacklisted phones", "17000000000", "17100000000"),
    _list("corporate-buyers", "企业买家", "Corporate buyers", "corp-1001", "corp-1002"),
    _list("trusted-buyers", "信任买家", "Trusted buyers", "b-0001", "b-0002"),
)
