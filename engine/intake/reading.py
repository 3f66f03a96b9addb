"""What the free text of an order says: is the phone one, is the name a name, does the address hold together.

Pure: lists come with the world, places from `engine.routing.geo`. The answers are facts by name; None means that
there is nothing to judge (masked, absent), which makes the fact absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.intake import remarks
from engine.language.facts import Value
from engine.order import Order, Receiver
from engine.routing import geo
from engine.world import World

_CHINA = r"(?:(?:\+|00)?86-?)?"
_MAINLAND_MOBILE = re.compile(_CHINA + r"1[3-9]\d-?\d{4}-?\d{4}(?:(?:-|转|,|ext)\d{1,6})?")
_LANDLINE = re.compile(_CHINA + r"\(?0\d{2,3}\)?-?[2-9]\d{2,3}-?\d{4}(?:(?:-|转|,|ext)\d{1,6})?")
_SERVICE_NUMBER = re.compile(r"(?:400|800)-?\d{3}-?\d{4}(?:(?:-|转)\d{1,6})?")
_GREATER_CHINA = re.compile(r"\+?(?:852|853|886)-?\d{8,9}")
_INTERNATIONAL = re.compile(r"\+(?!86)[1-9](?:[-.()]*\d){6,14}")
_PHONES = (_MAINLAND_MOBILE, _LANDLINE, _SERVICE_NUMBER, _GREATER_CHINA, _INTERNATIONAL)

_NUMBER = r"[\d一二三四五六七八九十百]+\s*"
_ROAD_AND_NUMBER = re.compile(rf"{_NUMBER}号")
_UNIT = re.compile(
    rf"{_NUMBER}(?:号\s*)?(?:栋|幢|座|楼|室|单元|房)|{_NUMBER}(?:层|户|门|梯|#)|[A-Za-z]\s*(?:栋|座|区)|\d+-\d+|号院|小区|\d{{3,4}}$"
)


def read(order: Order, world: World) -> Mapping[str, Value | None]:
    """Facts by name about the receiver's text, where there is a receiver, and about remark and memo."""
    receiver = order.receiver
    said = remarks.read(order, world)
    return {**said, **_place_facts(receiver), **_text_facts(receiver, world)} if receiver else said


def phone_is_valid(phone: str) -> bool:
    """Whether it is a mainland mobile or landline, a 400/800, a Hong Kong, Macao or Taiwan or an international
    number."""
    bare = re.sub(r"[\s ]", "", phone)
    return any(pattern.fullmatch(bare) for pattern in _PHONES)


def name_is_vague(name: str, world: World) -> bool:
    """Whether the whole name is a placeholder, a title, or a (compound) surname with a title."""
    bare = re.sub(r"\s", "", name)
    titles = world.items("name-titles")
    no_letter = not any(sign.isalpha() for sign in bare)
    if no_letter or bare in titles or bare in world.items("placeholder-names"):
        return True
    surnames = world.items("surnames") | world.items("compound-surnames")
    return any(bare.endswith(title) and bare.removesuffix(title) in surnames for title in titles)


def unit_is_missing(address: str, world: World) -> bool:
    """Whether there is a road and number, but no building, unit, floor or room, and no word for a place that needs
    none."""
    if not _ROAD_AND_NUMBER.search(address) or _UNIT.search(address):
        return False
    return not any(word in address for word in world.items("place-words"))


def _text_facts(receiver: Receiver, world: World) -> dict[str, Value | None]:
    if receiver.masked:
        return {}
    address = (receiver.address or "").strip()
    return {
        "receiver.name_vague": name_is_vague(receiver.name or "", world),
        "receiver.phone_valid": phone_is_valid(receiver.phone or ""),
        "receiver.address_length": len(address),
        "receiver.address_unit_missing": unit_is_missing(address, world),
    }


def _place_facts(receiver: Receiver) -> dict[str, Value | None]:
    mainland = receiver.country == "CN" and not _is_special_region(receiver.province)
    facts: dict[str, Value | None] = {
        "receiver.in_mainland": mainland,
        "receiver.province": receiver.province or None,
        "receiver.city": receiver.city or None,
        "receiver.district": receiver.district or None,
    }
    return {**facts, **_mainland_facts(receiver)} if mainland else facts


def _mainland_facts(receiver: Receiver) -> dict[str, Value | None]:
    place = geo.locate(receiver.province, receiver.city, receiver.district)
    named = {
        f"receiver.{level}": division.name
        for level in ("province", "city", "district")
        if (division := getattr(place, level)) is not None
    }
    others = () if receiver.masked else geo.mentions_other_place(receiver.address or "", place)
    return {
        **named,
        "receiver.province_known": place.province_known,
        "receiver.city_known": place.city_known,
        "receiver.district_missing": place.city_known and place.has_districts and not receiver.district
        and place.district is None,
        "receiver.district_known": place.district_known if receiver.district else None,
        "receiver.address_names_other_place": bool(others),
        "receiver.address_place": "".join(others) or None,
    }  # fmt: skip


def _is_special_region(province: str | None) -> bool:
    division = geo.province(province) if province else None
    return division is not None and division.code[:2] in {"71", "81", "82"}
