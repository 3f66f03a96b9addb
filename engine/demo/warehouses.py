"""The demo's six warehouses and two stores. Districts and points are real, buildings are not."""

from __future__ import annotations

from engine.world import Warehouse

WAREHOUSES = (
    Warehouse(
        "SH1", "上海嘉定仓", "上海市", "上海市", "嘉定区", 31.376, 121.265, priority=10, cutoff="18:00",
        capacity_per_day=4_000, attributes=frozenset({"cold", "oversize"}), handling_cents=60,
    ),
    Warehouse(
        "BJ1", "北京大兴仓", "北京市", "北京市", "大兴区", 39.727, 116.341, priority=20, cutoff="17:00",
        capacity_per_day=3_000, attributes=frozenset({"oversize"}), handling_cents=60,
    ),
    Warehouse(
        "GZ1", "广州白云仓", "广东省", "广州市", "白云区", 23.157, 113.273, priority=30, cutoff="17:30",
        capacity_per_day=3_000, attributes=frozenset({"cold", "hazardous"}), handling_cents=60,
    ),
    Warehouse(
        "WH1", "武汉东西湖仓", "湖北省", "武汉市", "东西湖区", 30.620, 114.136, priority=40, cutoff="16:30",
        capacity_per_day=2_000, attributes=frozenset({"hazardous", "oversize"}), handling_cents=60,
    ),
    Warehouse(
        "CD1", "成都双流仓", "四川省", "成都市", "双流区", 30.575, 103.923, priority=50, cutoff="16:00",
        capacity_per_day=1_500, handling_cents=60,
    ),
    Warehouse(
        "XA1", "西安灞桥仓", "陕西省", "西安市", "灞桥区", 34.273, 109.065, priority=60, cutoff="15:00",
        capacity_per_day=1_000, handling_cents=60,
    ),
    Warehouse(
        "ST-SH", "上海静安店", "上海市", "上海市", "静安区", 31.228, 121.447, kind="store",
        priority=200, cutoff="20:00", attributes=frozenset({"cold"}),
    ),
    Warehouse(
        "ST-BJ", "北京朝阳店", "北京市", "北京市", "朝阳区", 39.921, 116.443, kind="store",
        priority=210, cutoff="20:00", attributes=frozenset({"cold"}),
    ),
)  # fmt: skip
