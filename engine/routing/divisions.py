"""Provinces, cities, districts of China, and how people write their names.

Source: the codes and centre points of `divisions.txt`. The points are probably GCJ-02, up to 0.7 km off WGS-84.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

LEVELS = {"p": "province", "c": "city", "d": "district", "t": "town"}
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})

# Written where an address form wants a city or a district and there is none: 市辖区, 县, 省直辖县级行政区划 …
PLACEHOLDERS = frozenset({"市辖区", "市辖县", "县", "城区", "郊县", "其他区", "其它区", "无"})

_LONG_SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "联合旗", "地区", "林区", "新区", "特区")
_SHORT_SUFFIXES = "省市区县旗盟州"
_PEOPLES = (
    *("各族", "壮族", "回族", "满族", "苗族", "彝族", "藏族", "侗族", "瑶族", "白族", "傣族", "黎族", "佤族", "畲族"),
    *("羌族", "怒族", "水族", "土族", "蒙古族", "朝鲜族", "布依族", "土家族", "哈尼族", "傈僳族", "拉祜族", "景颇族"),
    *("布朗族", "纳西族", "普米族", "独龙族", "仡佬族", "毛南族", "仫佬族", "东乡族", "保安族", "撒拉族", "裕固族"),
    *("达斡尔族", "鄂温克族", "维吾尔族", "哈萨克族", "塔吉克族", "柯尔克孜族", "锡伯族"),
    *("维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "蒙古", "裕固"),
)
_TRADITIONAL = str.maketrans("臺灣門廣東", "台湾门广东")


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city, district, or a town of a city that has no districts."""

    code: str  # six digits; a town has its city's
    level: str  # province city district town
    name: str  # in full: 内蒙古自治区
    point: tuple[float, float]  # (lat, lng) degrees
    parent: str | None  # code of what it lies in


@functools.lru_cache(maxsize=16_384)
def plain(name: str | None) -> str:
    """A name as it is compared: NFC, no white space, nothing in brackets, simplified where Taiwan's names need it."""
    if not name:
        return ""
    text = re.sub(r"[(（【\[].*?[)）】\]]|\s", "", unicodedata.normalize("NFKC", name))
    return text.translate(_TRADITIONAL) if text[:1] in "臺台香澳" else text


@functools.lru_cache(maxsize=16_384)
def stem(name: str) -> str:
    """A plain name without its kind of place: 恩施土家族苗族自治州 and 恩施州 are 恩施. Never under two characters."""
    short = _without_kind(name)
    while (shorter := _without_people(short)) != short:
        short = shorter
    return short


def is_placeholder(name: str) -> bool:
    """Whether a plain name says only that there is no city (or district) to name."""
    return name in PLACEHOLDERS or "直辖" in name


def _without_kind(name: str) -> str:
    for suffix in _LONG_SUFFIXES:
        if name.endswith(suffix) and len(name) >= len(suffix) + 2:
            return name.removesuffix(suffix)
    if name[-1:] in _SHORT_SUFFIXES and len(name) >= 3 and not name.endswith("矿区"):
        return name[:-1]
    return name


def _without_people(name: str) -> str:
    for people in _PEOPLES:
        if name.endswith(people) and len(name) >= len(people) + 2:
            return name.removesuffix(people)
    return name


class Names:
    """Divisions found by name: in full, or by stem, where only one has it."""

    def __init__(self, divisions: Iterable[Division]):
        self.all = tuple(divisions)
        self._full: dict[str, list[Division]] = {}
        self._stems: dict[str, list[Division]] = {}
        for division in self.all:
            self._full.setdefault(plain(division.name), []).append(division)
            self._stems.setdefault(stem(plain(division.name)), []).append(division)

    def exactly(self, text: str) -> Division | None:
        """The one division with this plain name, suffix and all."""
        return _only(self._full.get(text))

    def by_stem(self, text: str) -> Division | None:
        """The one division with this plain name's stem."""
        return _only(self._stems.get(stem(text))) if text else None

    def find(self, text: str) -> Division | None:
        """Exactly, else by stem."""
        return self.exactly(text) or self.by_stem(text)


def _only(found: list[Division] | None) -> Division | None:
    return found[0] if found and len(found) == 1 else None


class Atlas:
    """All divisions, indexed by code and by name within each place."""

    def __init__(self, divisions: Iterable[Division]):
        self.divisions = tuple(divisions)
        self.by_code = {each.code: each for each in self.divisions if each.level != "town"}
        children: dict[str, list[Division]] = {}
        for each in self.divisions:
            children.setdefault(each.parent or "", []).append(each)
        self._children = {code: tuple(found) for code, found in children.items()}
        self.provinces = Names(self._children[""])
        self._names: dict[tuple[str, str], Names] = {}
        self._starts: dict[str, list[Division]] = {}
        for each in sorted(self.divisions, key=lambda one: (one.level, one.code)):
            if each.level == "city" or each.level == "district" and each.name.endswith("市"):
                self._starts.setdefault(each.name[:2], []).append(each)

    def cities_starting(self, text: str) -> list[Division]:
        """Cities, then county-level cities, whose names begin with the text's first two characters; in code order."""
        return self._starts.get(text[:2], [])

    def children(self, code: str) -> tuple[Division, ...]:
        """What lies directly in a place, in code order."""
        return self._children.get(code, ())

    def cities(self, province: Division) -> Names:
        """The cities of a province, by name."""
        return self._memo("cities", province.code, self.children(province.code))

    def districts(self, city: Division) -> Names:
        """The districts of a city (towns, where it has none), by name."""
        return self._memo("districts", city.code, self.children(city.code))

    def districts_of_province(self, province: Division) -> Names:
        """The districts of all cities of a province, by name; towns are left out."""
        found = (each for city in self.children(province.code) for each in self.children(city.code))
        return self._memo("all", province.code, (each for each in found if each.level == "district"))

    def has_districts(self, city: Division) -> bool:
        """False for 东莞, 中山, 儋州, 嘉峪关, cities right under a province, and for Hong Kong and Macau."""
        return any(each.level == "district" for each in self.children(city.code))

    def _memo(self, kind: str, code: str, divisions: Iterable[Division]) -> Names:
        names = self._names.get((kind, code))
        if names is None:
            names = self._names[kind, code] = Names(divisions)
        return names


@functools.cache
def atlas() -> Atlas:
    """The divisions of China, read once."""
    text = resources.files("engine.routing").joinpath("divisions.txt").read_text(encoding="utf-8")
    return Atlas(_read(text.splitlines()))


def _read(lines: Iterable[str]) -> Iterable[Division]:
    above = {"p": "", "c": "", "d": "", "t": ""}  # the last code seen that each level would lie in
    for line in lines:
        if line.startswith("#"):
            continue
        letter, code, name, lat, lng = line.split()
        if letter == "p":
            above["c"] = code
        elif letter == "c":
            above["d"] = above["t"] = code
        yield Division(code, LEVELS[letter], name, (float(lat), float(lng)), above[letter] or None)
