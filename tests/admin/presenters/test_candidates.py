from __future__ import annotations

import pytest

from admin.names import Names
from admin.presenters.candidates import candidates
from admin.presenters.rule_texts import RuleTexts

NAMES = Names(warehouses={"SH1": "上海仓", "BJ1": "北京仓"}, services={"SF": "顺丰"})


def warehouse(code, chosen=False, **reasons):
    excluded = [{"code": reason, "rule": None, "detail": detail} for reason, detail in reasons.items()]
    return {"kind": "warehouse", "code": code, "chosen": chosen, "rank": None, "cost_cents": 590, "distance_km": 1200,
            "available_units": 3, "days": None, "reasons": excluded, "lost": None}  # fmt: skip


def service(code, chosen=False, reasons=()):
    return {"kind": "service", "code": code, "chosen": chosen, "rank": 1, "cost_cents": 1600, "distance_km": None,
            "available_units": None, "days": 2, "reasons": list(reasons), "lost": None}  # fmt: skip


@pytest.fixture
def shown(reading):
    def show(kind, *rows, code="zh_CN"):
        with reading(code):
            return candidates(rows, kind, NAMES, RuleTexts(None), "CNY")

    return show


def test_the_chosen_come_first_then_the_possible_then_the_excluded(shown):
    rows = [warehouse("A", DISABLED={}), warehouse("B"), warehouse("C", chosen=True)]
    assert [(view.code, view.state) for view in shown("warehouse", *rows)] == [
        ("C", "chosen"),
        ("B", "open"),
        ("A", "out"),
    ]


def test_a_warehouse_shows_its_figures(shown):
    view = shown("warehouse", warehouse("SH1"))[0]
    assert (view.name, view.cost, view.distance, view.available, view.rank) == ("上海仓", "¥5.90", "1,200 km", "3", "")


def test_services_of_warehouses_that_ship_come_first(shown):
    rows = [warehouse("SH1", chosen=True), warehouse("BJ1"), service("BJ1/SF"), service("SH1/SF", chosen=True)]
    first, other = shown("service", *rows)
    assert (first.name, first.warehouse, first.days, first.elsewhere) == ("顺丰", "上海仓", "2 天", False)
    assert other.elsewhere


def test_nothing_is_elsewhere_while_nothing_ships(shown):
    assert not shown("service", warehouse("SH1"), service("SH1/SF"))[0].elsewhere


@pytest.mark.parametrize(
    ("code", "detail", "zh", "en"),
    [
        ("INSUFFICIENT_STOCK", {"wanted": 2, "available": 0}, "需要 2 件，可用 0 件", "2 wanted, 0 available"),
        ("ATTRIBUTE_MISMATCH", {"lacks": ["cold"]}, "不具备 冷链", "lacks: Cold chain"),
        ("OVER_WEIGHT", {"max_weight_g": 3000, "heaviest_g": 5000, "weight_g": 9000},
         "限重 3.00 kg，最重一件 5.00 kg，共 9.00 kg", "at most 3.00 kg, heaviest item 5.00 kg, 9.00 kg in all"),
        ("SLA_MISSED", {"level": "next_day", "days": 3}, "要求 次日达，运输 3 天", "wanted: Next day, 3 d in transit"),
        ("NOT_COVERED", {"zone": None}, "", ""),
        ("NOT_COVERED", {"province": "西藏自治区", "note": "封路"}, "西藏自治区，封路", "西藏自治区, 封路"),
        ("CUTOFF_PASSED", {"ships_on": "2026-11-12", "cutoff": "16:00", "service_level": "same_day"},
         "最早 2026-11-12 发出，截单 16:00，要求 当日达",
         "leaves 2026-11-12 at the earliest, cut-off 16:00, wanted: Same day"),
    ],
)  # fmt: skip
def test_what_excluded_it_comes_with_its_numbers(shown, code, detail, zh, en):
    for language, said in (("zh_CN", zh), ("en", en)):
        view = shown("warehouse", warehouse("SH1", **{code: detail}), code=language)[0]
        assert view.excluded[0][1] == said


def test_a_rule_that_excluded_it_is_named(shown):
    by_rule = {"code": "RULE", "rule": "carrier.no-glass", "detail": {}}
    assert shown("service", service("SH1/SF", reasons=[by_rule]))[0].excluded == (("规则排除", "carrier.no-glass"),)
