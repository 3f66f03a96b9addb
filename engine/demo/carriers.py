"""The demo's four carriers with eight services, and where they do not deliver."""

from __future__ import annotations

import datetime as dt

from engine.world import Carrier, Coverage, CoverageRow, Service

CARRIERS = (
    Carrier("SF", "顺丰速运", (
        Service("SF-STD", "顺丰标快", "standard", 50_000, frozenset({"cod", "fragile"})),
        Service("SF-AIR", "顺丰特快", "next_day", 30_000, frozenset({"cod", "fragile"}), cutoff="16:30"),
        Service("SF-COLD", "顺丰冷运", "next_day", 30_000, frozenset({"cold", "fragile"}), cutoff="15:30"),
    )),
    Carrier("ZTO", "中通快递", (
        Service("ZTO-STD", "中通标快", "standard", 30_000),
        Service("ZTO-HEAVY", "中通大件", "standard", 100_000, frozenset({"fragile", "oversize"})),
    )),
    Carrier("JD", "京东快递", (
        Service("JD-STD", "京东标快", "standard", 30_000, frozenset({"cod", "fragile", "hazardous"})),
        Service("JD-NEXT", "京东次日达", "next_day", 30_000, frozenset({"cod", "fragile"}), cutoff="16:00"),
    )),
    Carrier("RIDER", "同城骑手", (
        Service(
            "RIDER-SAME", "同城当日达", "same_day", 15_000, frozenset({"cod", "cold", "fragile", "rider"}),
            cutoff="15:00",
        ),
    )),
)  # fmt: skip

_RIDER_CITIES = (("广东省", "广州市"), ("湖北省", "武汉市"), ("四川省", "成都市"), ("陕西省", "西安市"))


def coverage(today: dt.date) -> tuple[Coverage, ...]:
    """Where each service does not deliver; closures are dated around `today`."""
    closed = CoverageRow(
        False, "内蒙古自治区", "呼伦贝尔市", note="暴雪封路, 停发两周",
        from_date=today - dt.timedelta(days=2), until_date=today + dt.timedelta(days=12),
    )  # fmt: skip
    sansha = CoverageRow(False, "海南省", "三沙市", note="海岛不派送")
    dongji = CoverageRow(False, "浙江省", "舟山市", "普陀区", "东极镇", note="海岛不派送")
    nagqu = CoverageRow(False, "西藏自治区", "那曲市", note="无网点")
    ngari = CoverageRow(False, "西藏自治区", "阿里地区", note="无网点")
    customs = CoverageRow(False, keyword="海关监管区", note="快递员不能进入")
    return (
        Coverage("JD-NEXT", (closed, sansha, dongji, nagqu, ngari)),
        Coverage("JD-STD", (closed, sansha, dongji, ngari)),
        Coverage("RIDER-SAME", _rider_rows()),
        Coverage("SF-AIR", (closed, sansha, customs)),
        Coverage("SF-COLD", (closed, sansha, dongji)),
        Coverage("SF-STD", (closed, sansha, customs)),
        Coverage("ZTO-HEAVY", (closed, sansha, dongji, nagqu, ngari)),
        Coverage("ZTO-STD", (closed, sansha, dongji, nagqu, ngari)),
    )


def _rider_rows() -> tuple[CoverageRow, ...]:
    """Riders stay inside the warehouse's city, and off islands."""
    provinces = [CoverageRow(False, province, note="仅限仓库所在城市") for province, _ in _RIDER_CITIES]
    cities = [CoverageRow(True, province, city) for province, city in _RIDER_CITIES]
    return (*provinces, *cities, CoverageRow(False, "上海市", "上海市", "崇明区", note="骑手不过江"))
