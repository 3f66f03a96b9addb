"""Where an address is: names to places, places to points, points to kilometres; and where it contradicts itself."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.routing.divisions import MUNICIPALITIES, Atlas, Division, Names, atlas, is_placeholder, plain, stem

Point = tuple[float, float]  # (lat, lng), degrees

_EARTH_KM = 6371.0088
_WITHOUT_CITY_LISTS = frozenset({"710000", "810000", "820000"})  # Taiwan, Hong Kong, Macau: any city is taken as known
_PROVINCE_OF_COUNTRY = {"TW": "台湾省", "HK": "香港特别行政区", "MO": "澳门特别行政区"}

# What follows a name and makes it no place: 上海市场, 江苏省道, 南京市民广场.
_NOT_A_CITY = ("场", "民", "政", "立", "府", "委", "郊", "中心", "区")
_NOT_A_PROVINCE = ("道", "府", "委", "立", "政")


@dataclass(frozen=True, slots=True)
class Place:
    """What the province, city and district of an address turned out to be."""

    province: Division | None
    city: Division | None
    district: Division | None  # a town, in a city without districts
    province_known: bool
    city_known: bool
    district_known: bool  # True where the city has no districts: there is nothing to be wrong about
    has_districts: bool  # whether the city has districts; True while the city is unknown
    point: Point | None  # of the most specific one that is known


NOWHERE = Place(None, None, None, False, False, False, True, None)


@functools.lru_cache(maxsize=4_096)
def province(name: str | None) -> Division | None:
    """The province of that name, with or without its suffix: 内蒙古, 内蒙古自治区; 北京, 北京市."""
    return atlas().provinces.find(plain(name))


def province_code(name: str | None) -> str | None:
    """The six-digit code of a province; None when there is none of that name."""
    found = province(name)
    return found.code if found else None


def province_of(country: str, name: str | None) -> str | None:
    """The province as written, or for Hong Kong, Macau and Taiwan the one that the country code means."""
    return name or _PROVINCE_OF_COUNTRY.get(country)


@functools.lru_cache(maxsize=16_384)
def locate(province_name: str | None, city_name: str | None, district_name: str | None) -> Place:
    """The place that three fields of an address name, however they are spelled.

    Equal answers for: with and without suffix; 市辖区, 县, 城区, 郊县, 省直辖 forms for the city; a municipality
    twice (北京市 北京市); a county-level city as city or as district (昆山市). A district field that only repeats the
    city is the same as none, and 市辖区 as district is known but no district.
    """
    found = province(province_name)
    if found is None:
        return NOWHERE
    city_text, district_text = plain(city_name), plain(district_name)
    if found.code in _WITHOUT_CITY_LISTS:
        return _overseas(found, city_text, district_text)
    city, district = _city(atlas(), found, city_text, district_text)
    if city is None:
        return Place(found, None, None, True, False, False, True, found.point)
    has_districts = atlas().has_districts(city)
    if district is None:
        district = _district(atlas(), city, district_text)
    known = district is not None or not has_districts or district_text == "市辖区"
    return Place(found, city, district, True, True, known, has_districts, (district or city).point)


def point_of(lat: float | None, lng: float | None, *names: str | None) -> Point | None:
    """The point given, else the centre of the place that (province, city, district) name."""
    if lat is not None and lng is not None:
        return lat, lng
    return locate(*names).point


def distance_km(a: Point, b: Point) -> int:
    """Great-circle distance in whole kilometres. Source: haversine formula, mean Earth radius 6371.0088 km (IUGG)."""
    lat_a, lng_a, lat_b, lng_b = map(math.radians, (*a, *b))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    return round(2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half))))


def mentions_other_place(text: str | None, place: Place) -> tuple[str, ...]:
    """The full names of provinces or cities at the start of an address text that differ from the place of its fields.

    A name counts when written with its suffix (南京市) or directly followed by a further division (南京鼓楼区), so
    南京东路 and 北京路 are roads. A county-level city of the same city (昆山市 in 苏州市) is no contradiction. Empty
    when nothing differs or the fields name no known place.
    """
    if place.province is None:
        return ()
    others = []
    for named in _named_at_start(plain(text)):
        if not _agrees(named, place, place.province):
            others.append(named.name)
    return tuple(dict.fromkeys(others))


def stated_at_start(text: str | None) -> tuple[Division, ...]:
    """Province, city and district as an address text states them one after the other at its start."""
    rest = plain(text)
    found = []
    for named in _named_at_start(rest):
        found.append(named)
        rest = _after(rest.removeprefix("中华人民共和国").removeprefix("中国"), named)
    city = found[-1] if found and found[-1].level == "city" else None
    inside = atlas().children(city.code) if city else ()
    district = next((each for each in inside if each.level == "district" and rest.startswith(each.name)), None)
    return (*found, district) if district else tuple(found)


def _agrees(named: Division, place: Place, in_province: Division) -> bool:
    if named.level == "province":
        return named.code == in_province.code
    if place.city is None:
        return named.code[:2] == in_province.code[:2]
    if named.level == "district":  # a county-level city
        return named.parent == place.city.code
    return named.code == place.city.code or named.name == place.city.name  # 重庆市 is two cities of one name


def _overseas(found: Division, city_text: str, district_text: str) -> Place:
    names = atlas().cities(found)
    city = names.find(city_text) or names.find(district_text)
    return Place(found, city, None, True, bool(city_text), True, False, (city or found).point)


def _city(
    book: Atlas, found: Division, city_text: str, district_text: str
) -> tuple[Division | None, Division | None]:
    """The city, and the district where the city field already names one."""
    cities, districts = book.cities(found), book.districts_of_province(found)
    if found.code in MUNICIPALITIES and _is_municipality(found, city_text):
        return _municipality(book, found, district_text)
    if is_placeholder(city_text):
        return _through(book, cities, districts, district_text)
    for names, exact in ((cities, True), (districts, True), (cities, False), (districts, False)):
        named = names.exactly(city_text) if exact else names.by_stem(city_text)
        if named is not None:
            return (named, None) if named.level == "city" else (book.by_code[named.parent or ""], named)
    return None, None


def _is_municipality(found: Division, city_text: str) -> bool:
    return not city_text or is_placeholder(city_text) or stem(city_text).startswith(stem(found.name))


def _municipality(book: Atlas, found: Division, district_text: str) -> tuple[Division, Division | None]:
    for city in book.children(found.code):
        district = _district(book, city, district_text)
        if district is not None:
            return city, district
    return book.children(found.code)[0], None


def _through(
    book: Atlas, cities: Names, districts: Names, text: str
) -> tuple[Division | None, Division | None]:
    """省直辖 / 仙桃市: the district field names a city directly under the province, or a district known by itself."""
    if not text:
        return None, None
    city = cities.exactly(text)
    district = None if city else districts.find(text)
    city = city or (book.by_code[district.parent or ""] if district else cities.by_stem(text))
    return city, district


def _district(book: Atlas, city: Division, text: str) -> Division | None:
    if not text:
        return None
    names = book.districts(city)
    exact = names.exactly(text)
    if exact is not None:
        return exact
    if is_placeholder(text) or text in (city.name, stem(city.name)):
        return None
    return names.by_stem(text)


def _named_at_start(text: str) -> Iterator[Division]:
    """Province, then city, as the text states them one after the other at its start."""
    book = atlas()
    text = text.removeprefix("中华人民共和国").removeprefix("中国")
    found = _stated_province(book, text)
    if found is not None:
        yield found
        text = _after(text, found)
    city = _stated_city(book, text, found)
    if city is not None:
        yield city


def _after(text: str, named: Division) -> str:
    return text.removeprefix(named.name) if text.startswith(named.name) else text.removeprefix(stem(named.name))


def _stated_province(book: Atlas, text: str) -> Division | None:
    for each in book.provinces.all:
        if each.code in MUNICIPALITIES:
            continue  # read as cities below, which knows 上海市场 from 上海市
        if text.startswith(each.name) and not text[len(each.name) :].startswith(_NOT_A_PROVINCE):
            return each
        short = stem(each.name)
        if text.startswith(short) and _stated_city(book, text[len(short) :], each):
            return each
    return None


def _stated_city(book: Atlas, text: str, within: Division | None) -> Division | None:
    """The city that the text starts with; county-level cities (昆山市) only in full."""
    for each in book.cities_starting(text):
        if within is not None and each.code[:2] != within.code[:2]:
            continue
        if _starts_with_city(text, each.name) or each.level == "city" and _goes_on_with_district(book, text, each):
            return each
    return None


def _goes_on_with_district(book: Atlas, text: str, city: Division) -> bool:
    short = stem(city.name)
    rest = text[len(short) :]
    inside = book.children(city.code)
    return text.startswith(short) and any(rest.startswith(each.name) and len(each.name) > 2 for each in inside)


def _starts_with_city(text: str, name: str) -> bool:
    return text.startswith(name) and not text[len(name) :].startswith(_NOT_A_CITY)
