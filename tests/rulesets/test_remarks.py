"""What buyers write, and what the shipped rules and lists make of it."""

from __future__ import annotations

import pytest

from engine.intake.reading import name_is_vague, unit_is_missing
from engine.language.facts import Subject
from engine.world import NamedList, Reference, World


@pytest.fixture(scope="module")
def world(lists):
    return World(Reference(lists={code: NamedList(code, {}, tuple(items)) for code, items in lists.items()}))


@pytest.fixture
def fired(judge, lists):
    """fired(remark, memo) -> the intake rules that a text sets off."""

    def answer(remark="", memo=""):
        said = {"order.remark": remark, "order.seller_memo": memo}
        values = {"order.tags": frozenset(), **{name: text for name, text in said.items() if text}}
        return {match.rule.id for match in judge.fire("intake", [Subject("order", "order", values)], lists)}

    return answer


@pytest.mark.parametrize(
    ("remark", "rule"),
    [
        ("不可拆分", "intake.wish-ship-together"),
        ("麻烦一起发, 谢谢", "intake.wish-ship-together"),
        ("不要拆单", "intake.wish-ship-together"),
        ("发顺丰", "intake.wish-carrier#3"),
        ("请发京东快递", "intake.wish-carrier#4"),
        ("不要冰袋", "intake.wish-no-ice-pack"),
        ("写祝福: 妈妈生日快乐", "intake.wish-greeting-card"),
        ('刻"生日快乐"', "intake.wish-engraving"),
        ("放前台", "intake.wish-front-desk"),
        ("记得送赠品", "intake.wish-gift"),
        ("加急", "intake.wish-urgent"),
        ("先别发", "intake.stop-words"),
        ("先不发货, 等我消息", "intake.stop-words"),
        ("我要退款", "intake.stop-words"),
        ("这个不要了", "intake.stop-words"),
        ("帮我改地址", "intake.stop-words"),
        ("换成红色的", "intake.stop-words"),
    ],
)
def test_a_wish_in_a_remark_is_recognised(fired, remark, rule):
    assert fired(remark) == {rule}


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "谢谢",
        "请尽快发货, 谢谢",
        "好评",
        "不要发顺丰",
        "别发京东",
        "不要一起发",
        "不要加急",
        "勿放前台",
        "不要退款",
        "不要顺丰",
        "不发京东",
        "在京东买过",
    ],
)
def test_thanks_and_negated_wishes_ask_for_nothing(fired, remark):
    assert fired(remark) == set()


def test_a_memo_is_heard_like_a_remark_and_outranks_it(fired):
    assert fired(memo="客户要求一起发") == {"intake.wish-ship-together"}
    assert fired(remark="发顺丰", memo="改发京东") == {"intake.wish-carrier#2"}
    assert fired(remark="发京东", memo="发顺丰") == {"intake.wish-carrier#1"}


@pytest.mark.parametrize("name", ["张女士", "王先生", "欧阳先生", "李小姐", "王总", "李老师", "先生", "无", "1"])
def test_a_title_is_no_name(world, name):
    assert name_is_vague(name, world)


@pytest.mark.parametrize("name", ["王先", "高女", "赵婉女", "阿依古丽·买买提", "Bob Norman", "欧阳娜娜", "张伟"])
def test_a_short_or_foreign_name_is_a_name(world, name):
    assert not name_is_vague(name, world)


def test_a_road_and_number_need_a_room_unless_the_place_has_none(world):
    assert unit_is_missing("大望路甲18号", world)
    assert not unit_is_missing("大望路甲18号院3号楼2单元501", world)
    for word in ("公司", "学校", "宿舍", "医院", "便利店", "驿站", "快递柜", "市场", "部队"):
        assert not unit_is_missing(f"大望路甲18号{word}", world)
