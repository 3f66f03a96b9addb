from __future__ import annotations

import datetime as dt

import pytest

from engine.intake.readings import as_fields_say, as_text_says, with_day
from engine.order import Receiver
from engine.routing import geo

DAY = dt.date(2026, 11, 16)


def receiver(address: str | None) -> Receiver:
    return Receiver(
        name="张伟", phone="1", province="北京市", city="北京市", district="朝阳区", town="某镇", address=address,
        postcode="010000", lat=39.9, lng=116.4,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "place", "rest"),
    [
        ("浙江省杭州市西湖区文三路1号", ("浙江省", "杭州市", "西湖区"), "文三路1号"),
        ("浙江省 杭州市 西湖区 文三路1号", ("浙江省", "杭州市", "西湖区"), "文三路1号"),
        ("杭州市文三路1号", ("浙江省", "杭州市", None), "文三路1号"),
        ("南京鼓楼区中山路1号", ("江苏省", "南京市", "鼓楼区"), "中山路1号"),
        ("江苏省昆山市前进路1号", ("江苏省", "苏州市", "昆山市"), "前进路1号"),
    ],
)
def test_text_or_fields(address, place, rest):
    by_text, by_fields = as_text_says(receiver(address)), as_fields_say(receiver(address))
    assert (by_text.province, by_text.city, by_text.district, by_text.address) == (*place, address)
    assert (by_text.town, by_text.postcode, by_text.lat, by_text.lng) == (None, None, None, None)
    assert (by_fields.province, by_fields.district, by_fields.address) == ("北京市", "朝阳区", rest)
    fields = geo.locate(by_text.province, by_text.city, by_text.district)
    assert geo.mentions_other_place(by_text.address, fields) == ()


@pytest.mark.parametrize("address", ["大望路甲18号", "南京东路1号", "", None])
def test_a_text_that_names_no_place_has_no_other_reading(address):
    assert as_text_says(receiver(address)) is as_fields_say(receiver(address)) is None


@pytest.mark.parametrize(
    ("memo", "spans", "said"),
    [
        ("", (), "2026年11月16日送"),
        ("周一配送", ((0, 4),), "2026年11月16日送"),
        ("周一配送, 放前台", ((0, 4),), "2026年11月16日送, 放前台"),
        ("老客户, 周一配送", ((5, 9),), "2026年11月16日送, 老客户"),
    ],
)
def test_a_day_stands_first_in_the_memo_and_alone(memo, spans, said):
    assert with_day(memo, spans, DAY) == said
