from __future__ import annotations

import pytest

from admin.names import Names
from admin.presenters.effects import effect, fired_effects
from engine.language.effects import EFFECTS

NAMES = Names(carriers={"SF": "顺丰速运"})


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ({"do": "approve"}, ("通过", ""), ("Approve", "")),
        (
            {"do": "hold", "reason": "HIGH_VALUE", "queue": "risk", "due_minutes": 120},
            ("挂起", "大额待确认 · 风控 · 限 120 工作分钟"),
            ("Hold", "High value to confirm · Risk · due in 120 working min"),
        ),
        ({"do": "release_after", "minutes": 10}, ("延迟下发", "10 分钟"), ("Release after", "10 min")),
        ({"do": "release_after", "minutes": 0}, ("延迟下发", "0 分钟"), ("Release after", "0 min")),
        ({"do": "require", "ship_together": False}, ("要求", ""), ("Require", "")),
        ({"do": "require", "ship_together": True}, ("要求", "不可拆分"), ("Require", "Ship together")),
        ({"do": "require", "carrier": "SF"}, ("要求", "顺丰速运"), ("Require", "顺丰速运")),
        (
            {"do": "require", "deliver_on": 20261113},
            ("要求", "送达日 2026-11-13"),
            ("Require", "Deliver on 2026-11-13"),
        ),
        ({"do": "prefer", "rank": 1}, ("优先", "第 1 位"), ("Prefer", "rank 1")),
        (
            {"do": "task", "queue": "risk", "title": {"zh": "打电话", "en": "Call"}},
            ("待办", "风控 · 打电话"),
            ("Task", "Risk · Call"),
        ),
        ({"do": "webhook", "name": "crm"}, ("回调外部系统", "crm"), ("Call webhook", "crm")),
        ({"do": "dance"}, ("dance", ""), ("dance", "")),
    ],
)
def test_effects_in_words(reading, given, zh, en):
    for code, said in (("zh_CN", zh), ("en", en)):
        with reading(code):
            view = effect(given, NAMES)
            assert (view.name, view.detail) == said


def test_every_effect_has_a_name(reading):
    with reading("zh_CN"):
        assert all(effect({"do": name}, NAMES).name != name for name in EFFECTS)


def test_effects_of_a_kind_keep_their_rule():
    firings = [
        {"rule": "a", "effects": [{"do": "label", "text": "x"}, {"do": "tag", "name": "y"}]},
        {"rule": "b", "effects": [{"do": "label", "text": "z"}]},
    ]
    assert fired_effects(firings, "label") == [
        {"do": "label", "text": "x", "rule": "a"}, {"do": "label", "text": "z", "rule": "b"},
    ]  # fmt: skip
