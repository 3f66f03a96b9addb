from __future__ import annotations

import pytest

from engine.routing import geo
from engine.routing.divisions import atlas, stem


def names(*fields):
    place = geo.locate(*fields)
    return tuple(each.name if each else None for each in (place.province, place.city, place.district))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("北京", "北京市"),
        ("上海市", "上海市"),
        ("江苏", "江苏省"),
        ("内蒙古", "内蒙古自治区"),
        ("内蒙古自治区", "内蒙古自治区"),
        ("广西", "广西壮族自治区"),
        ("广西自治区", "广西壮族自治区"),
        ("宁夏", "宁夏回族自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("西藏", "西藏自治区"),
        ("香港", "香港特别行政区"),
        ("澳門", "澳门特别行政区"),
        ("臺灣", "台湾省"),
        (" 江 苏 省 ", "江苏省"),
    ],
)
def test_province_with_and_without_suffix(written, meant):
    assert geo.province(written).name == meant


@pytest.mark.parametrize("written", ["", None, "苏", "火星", "California"])
def test_what_is_no_province(written):
    assert geo.province(written) is None
    assert geo.province_code(written) is None


def test_every_province_is_found_by_its_own_name_and_by_its_stem():
    for division in atlas().provinces.all:
        assert geo.province(division.name) == division
        assert geo.province(stem(division.name)) == division


def test_every_district_is_found_under_its_own_names():
    """Except where the source repeats a name, which is ambiguous by itself."""
    missed = []
    for province in atlas().provinces.all:
        for city in atlas().children(province.code):
            for district in atlas().children(city.code):
                found = geo.locate(province.name, city.name, district.name)
                if found.district != district:
                    missed.append(district.name)
    assert missed == []


@pytest.mark.parametrize("city", ["北京市", "北京", "北京城区", "市辖区", "县", "城区", "", None])
@pytest.mark.parametrize("province", ["北京市", "北京"])
@pytest.mark.parametrize("district", ["朝阳区", "朝阳"])
def test_a_municipality_in_all_its_spellings(province, city, district):
    assert names(province, city, district) == ("北京市", "北京市", "朝阳区")


@pytest.mark.parametrize("city", ["重庆市", "重庆城区", "重庆郊县", "县", "市辖区"])
def test_counties_of_chongqing(city):
    assert names("重庆", city, "忠县") == ("重庆市", "重庆市", "忠县")
    assert names("重庆", city, "渝中区") == ("重庆市", "重庆市", "渝中区")


@pytest.mark.parametrize(
    "fields",
    [
        ("江苏省", "苏州市", "昆山市"),
        ("江苏省", "昆山市", None),
        ("江苏", "昆山市", "昆山市"),
        ("江苏", "苏州", "昆山"),
    ],
)
def test_a_county_level_city_as_city_or_as_district(fields):
    assert names(*fields) == ("江苏省", "苏州市", "昆山市")
    assert geo.locate(*fields).district_known


def test_a_county_level_city_given_as_city_is_in_its_city():
    assert names("浙江省", "义乌市", "") == ("浙江省", "金华市", "义乌市")
    assert names("湖北", "恩施市", None) == ("湖北省", "恩施土家族苗族自治州", "恩施市")


@pytest.mark.parametrize("city", ["省直辖县级行政区划", "省直辖", "湖北省直辖县级行政单位", "仙桃市", "仙桃"])
def test_a_city_right_under_the_province(city):
    place = geo.locate("湖北省", city, "仙桃市")
    assert place.city.name == "仙桃市"
    assert not place.has_districts
    assert place.district_known


@pytest.mark.parametrize(
    ("province", "city"),
    [
        ("广东", "东莞市"),
        ("广东", "中山市"),
        ("海南", "儋州市"),
        ("甘肃", "嘉峪关市"),
        ("湖北", "仙桃市"),
        ("河南", "济源市"),
    ],
)
def test_cities_without_districts(province, city):
    place = geo.locate(province, city, None)
    assert (place.city.name, place.has_districts, place.district_known) == (city, False, True)


def test_a_town_of_a_city_without_districts_gives_the_point():
    city, town = geo.locate("广东", "东莞", None), geo.locate("广东", "东莞", "虎门镇")
    assert town.district.level == "town"
    assert 10 < geo.distance_km(city.point, town.point) < 40


@pytest.mark.parametrize(
    ("city", "district", "found"),
    [
        ("伊犁州", "伊宁县", ("伊犁哈萨克自治州", "伊宁县")),
        ("延边", "延吉", ("延边朝鲜族自治州", "延吉市")),
        ("锡林郭勒", "二连浩特", ("锡林郭勒盟", "二连浩特市")),
        ("大兴安岭", "加格达奇", ("大兴安岭地区", "加格达奇区")),
        ("黔东南州", "凯里", ("黔东南苗族侗族自治州", "凯里市")),
    ],
)
def test_prefectures_and_banners_by_their_short_names(city, district, found):
    provinces = ("新疆", "吉林", "内蒙古", "黑龙江", "贵州")
    assert any(names(province, city, district)[1:] == found for province in provinces)


def test_a_county_that_became_a_district():
    assert names("北京市", "北京市", "密云县")[2] == "密云区"


def test_a_short_name_that_two_districts_have_is_not_guessed():
    place = geo.locate("新疆", "伊犁", "伊宁")  # 伊宁市 and 伊宁县
    assert (place.district, place.district_known) == (None, False)


def test_a_district_that_repeats_the_city_is_no_district():
    assert names("辽宁省", "铁岭市", "铁岭市") == ("辽宁省", "铁岭市", None)
    assert names("辽宁省", "铁岭市", "铁岭县") == ("辽宁省", "铁岭市", "铁岭县")


def test_a_district_of_that_very_name_is_one():
    assert names("山西", "晋城", "城区") == ("山西省", "晋城市", "城区")


def test_urban_district_placeholder_is_known():
    place = geo.locate("江苏省", "苏州市", "市辖区")
    assert (place.district, place.district_known) == (None, True)


def test_unknown_district_city_province():
    place = geo.locate("江苏省", "苏州市", "火星区")
    assert (place.city_known, place.district_known) == (True, False)
    assert place.point == geo.locate("江苏", "苏州", None).point
    place = geo.locate("江苏省", "火星市", "姑苏区")
    assert (place.province_known, place.city_known, place.point) == (True, False, geo.province("江苏").point)
    assert geo.locate("火星", "苏州市", "姑苏区") == geo.NOWHERE


def test_a_city_of_another_province_is_unknown():
    assert not geo.locate("江苏省", "杭州市", "西湖区").city_known


@pytest.mark.parametrize(
    ("fields", "city"),
    [
        (("香港", "油尖旺区", None), "油尖旺区"),
        (("香港特别行政区", "香港特别行政区", "中西区"), "中西区"),
        (("台湾", "台北市", "信义区"), None),
    ],
)
def test_hong_kong_macau_and_taiwan_have_no_lists_to_be_wrong_about(fields, city):
    place = geo.locate(*fields)
    assert (place.city.name if place.city else None) == city
    assert place.city_known
    assert not place.has_districts


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        ((31.2304, 121.4737), (39.9042, 116.4074), 1067),  # Shanghai, Beijing
        ((0.0, 0.0), (0.0, 180.0), 20015),
        ((22.3, 114.2), (22.3, 114.2), 0),
        ((60.0, 179.5), (60.0, -179.5), 56),
    ],
)
def test_great_circle_distances(here, there, km):
    assert geo.distance_km(here, there) == km
    assert geo.distance_km(there, here) == km


def test_a_point_given_outweighs_names():
    assert geo.point_of(1.5, 2.5, "江苏", "苏州", None) == (1.5, 2.5)
    assert geo.point_of(None, 2.5, "江苏", "苏州", None) == geo.locate("江苏", "苏州", None).point
    assert geo.point_of(None, None, "火星", None, None) is None


SUZHOU = ("江苏省", "苏州市", "姑苏区")


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("南京市鼓楼区中山路1号", ("南京市",)),
        ("南京鼓楼区中山路1号", ("南京市",)),
        ("浙江省杭州市西湖区", ("浙江省", "杭州市")),
        ("浙江杭州西湖区文三路", ("浙江省", "杭州市")),
        ("中国 浙江省 杭州市", ("浙江省", "杭州市")),
        ("上海市浦东新区世纪大道", ("上海市",)),
        ("上海浦东新区世纪大道", ("上海市",)),
        ("义乌市稠城街道", ("义乌市",)),
        ("广东深圳南山区", ("广东省", "深圳市")),
        ("江苏省南京市鼓楼区", ("南京市",)),
    ],
)
def test_an_address_that_names_another_place(text, others):
    assert geo.mentions_other_place(text, geo.locate(*SUZHOU)) == others


@pytest.mark.parametrize(
    "text",
    [
        "南京东路100号", "北京路12号", "上海路5号北京大厦", "浙江大学紫金港校区", "江苏路1号", "吉林大厦3层",
        "长春街2号", "上海市场1号", "江苏省道342号", "南京市民广场", "干将东路南京市驻苏办", "江苏省苏州市姑苏区人民路",
        "江苏苏州姑苏区", "苏州市人民路1号", "昆山市前进路1号", "人民路1号", "", None,
    ],
)  # fmt: skip
def test_roads_and_buildings_are_no_other_place(text):
    assert geo.mentions_other_place(text, geo.locate(*SUZHOU)) == ()


def test_both_halves_of_chongqing_are_one_city():
    assert geo.mentions_other_place("重庆市忠县忠州街道", geo.locate("重庆", "重庆市", "忠县")) == ()
    assert geo.mentions_other_place("重庆市忠县忠州街道", geo.locate("重庆", "重庆市", "渝中区")) == ()


def test_with_an_unknown_city_only_another_province_is_other():
    place = geo.locate("江苏省", "火星市", None)
    assert geo.mentions_other_place("南京市鼓楼区", place) == ()
    assert geo.mentions_other_place("杭州市西湖区", place) == ("杭州市",)
    assert geo.mentions_other_place("杭州市西湖区", geo.NOWHERE) == ()
