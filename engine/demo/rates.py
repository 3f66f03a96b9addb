"""What the demo's services cost, from each warehouse's province to every other.

Source: two merchants' contract rates out of Wuxi, Jiangsu: SF by the kilogram in four bands, STO (here ZTO) in steps up
to 3 kg with an additional price a band. Other origins take the same bands by their own distances; the prices of the
quicker, cold and heavy services are estimates in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.world import RateCard, Step, Zone

PROVINCES = (
    "北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市", "江苏省",
    "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区",
    "海南省", "重庆市", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省", "青海省", "宁夏回族自治区",
    "新疆维吾尔自治区",
)  # fmt: skip

# By origin: what is near, and what is at a middle distance. All else is far, or one of the places below.
_BANDS = {
    "上海市": ("上海 江苏 浙江 安徽", "湖北 河南 江西 山东 福建 北京 天津 河北 山西 湖南 广东"),
    "北京市": ("北京 天津 河北", "山西 山东 河南 辽宁 内蒙古 江苏 安徽 陕西 湖北 吉林 上海 浙江"),
    "广东省": ("广东", "广西 湖南 江西 福建 海南 湖北 贵州 浙江 上海 江苏 安徽 河南"),
    "湖北省": ("湖北 湖南 河南", "江西 安徽 江苏 浙江 上海 福建 广东 陕西 重庆 四川 山东 河北 北京 天津 山西 贵州"),
    "四川省": ("四川 重庆", "陕西 贵州 云南 湖北 湖南 甘肃 广西 河南"),
    "陕西省": ("陕西", "河南 山西 甘肃 宁夏 湖北 四川 重庆 河北 北京 天津 山东 安徽 江苏 青海"),
}
_PLACES = {"northwest": "内蒙古 甘肃 青海 宁夏", "island": "海南", "xinjiang": "新疆", "tibet": "西藏"}
_FALLBACK = {"northwest": "far", "island": "far", "xinjiang": "remote", "tibet": "remote", "remote": "far"}

_GREATER_CHINA = ("香港特别行政区", "澳门特别行政区", "台湾省")


@dataclass(frozen=True, slots=True)
class _Price:
    steps: tuple[tuple[int, int], ...]  # (up to grams, cents)
    additional_cents: int  # each started kilogram beyond
    days: int
    surcharge_cents: int = 0


@dataclass(frozen=True, slots=True)
class _Tariff:
    service: str
    volumetric_cm3_per_kg: int
    prices: Mapping[str, _Price]  # by band; a band that is missing falls back, or is not covered


def _kg(first_cents: int, additional_cents: int, days: int, surcharge_cents: int = 0) -> _Price:
    return _Price(((1_000, first_cents),), additional_cents, days, surcharge_cents)


def _stepped(additional_cents: int, days: int) -> _Price:
    return _Price(((1_000, 350), (2_000, 400), (3_000, 450)), additional_cents, days)


_TARIFFS = (
    _Tariff("SF-STD", 12_000, {
        "near": _kg(600, 100, 1), "middle": _kg(700, 180, 2), "far": _kg(800, 220, 3), "remote": _kg(1_200, 800, 5),
    }),
    _Tariff("SF-AIR", 6_000, {
        "near": _kg(1_200, 200, 1), "middle": _kg(1_600, 400, 1), "far": _kg(2_000, 600, 2),
        "remote": _kg(2_600, 1_400, 3),
    }),
    _Tariff("SF-COLD", 6_000, {
        "near": _kg(1_400, 300, 1, surcharge_cents=600), "middle": _kg(1_900, 500, 1, surcharge_cents=900),
    }),
    _Tariff("ZTO-STD", 8_000, {
        "near": _stepped(80, 2), "middle": _stepped(160, 3), "far": _stepped(220, 4), "island": _stepped(350, 5),
        "northwest": _stepped(400, 5), "xinjiang": _stepped(1_200, 7), "tibet": _stepped(1_500, 8),
    }),
    _Tariff("ZTO-HEAVY", 8_000, {
        "near": _Price(((10_000, 1_500), (20_000, 2_200)), 90, 3),
        "middle": _Price(((10_000, 2_200), (20_000, 3_600)), 150, 4),
        "far": _Price(((10_000, 3_000), (20_000, 5_200)), 240, 6),
        "remote": _Price(((10_000, 6_800), (20_000, 12_000)), 600, 10),
    }),
    _Tariff("JD-STD", 8_000, {
        "near": _kg(500, 90, 1), "middle": _kg(600, 150, 2), "far": _kg(700, 200, 3), "remote": _kg(1_100, 750, 6),
    }),
    _Tariff("JD-NEXT", 8_000, {"near": _kg(900, 150, 1), "middle": _kg(1_300, 300, 1)}),
)  # fmt: skip


def rate_cards() -> tuple[RateCard, ...]:
    """The card of every service, by code."""
    cards = [RateCard(tariff.service, _zones(tariff), tariff.volumetric_cm3_per_kg) for tariff in _TARIFFS]
    return tuple(sorted((*map(_with_abroad, cards), _rider_card()), key=lambda card: card.code))


def _with_abroad(card: RateCard) -> RateCard:
    """SF also goes to Hong Kong, Macao and Taiwan, at one price from anywhere."""
    if card.code != "SF-STD":
        return card
    zone = Zone((), _GREATER_CHINA, (Step(1_000, 3_000),), 1_000, 1_200, days=4)
    return RateCard(card.code, (*card.zones, zone), card.volumetric_cm3_per_kg)


def _rider_card() -> RateCard:
    zones = tuple(Zone((origin,), (origin,), (Step(3_000, 1_200),), 1_000, 200, days=0) for origin in _BANDS)
    return RateCard("RIDER-SAME", zones)


def _zones(tariff: _Tariff) -> tuple[Zone, ...]:
    """One zone for each origin and price."""
    zones = []
    for origin in _BANDS:
        reached: dict[_Price, list[str]] = {}
        for province in PROVINCES:
            price = _price(tariff, _band(origin, province))
            if price is not None:
                reached.setdefault(price, []).append(province)
        zones += [_zone(origin, provinces, price) for price, provinces in reached.items()]
    return tuple(zones)


def _zone(origin: str, provinces: list[str], price: _Price) -> Zone:
    steps = tuple(Step(grams, cents) for grams, cents in price.steps)
    return Zone((origin,), tuple(provinces), steps, 1_000, price.additional_cents, price.surcharge_cents, price.days)


def _price(tariff: _Tariff, band: str) -> _Price | None:
    while band not in tariff.prices and band in _FALLBACK:
        band = _FALLBACK[band]
    return tariff.prices.get(band)


def _band(origin: str, province: str) -> str:
    near, middle = _BANDS[origin]
    for band, names in (("near", near), ("middle", middle), *_PLACES.items()):
        if any(province.startswith(name) for name in names.split()):
            return band
    return "far"
