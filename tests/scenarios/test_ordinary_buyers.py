"""Ordinary orders of ordinary buyers, however odd they look: nobody is asked about them, nothing is flagged."""

from __future__ import annotations

import pytest

ROOM = "文三路478号华星时代广场A座1203"
HANGZHOU = {"province": "浙江省", "city": "杭州市", "district": "西湖区"}


def at(province, city, district, address, name="李明"):
    return {"province": province, "city": city, "district": district, "address": address, "name": name}


PLACES = [
    at("浙江省", "杭州市", "西湖区", ROOM, "欧阳娜娜"),
    at("江苏省", "南京市", "鼓楼区", "汉口路22号南京大学北园12舍305", "司马光"),
    at("四川省", "凉山彝族自治州", "西昌市", "航天大道三段66号阳光小区5栋2单元8号", "吉克阿木"),
    at("上海市", "市辖区", "徐汇区", "肇嘉浜路1111号美罗大厦15F", "Maria-José O'Connor"),
    at("广东省", "深圳市", "南山区", "科技园南区深南大道9988号大族科技中心7楼", "王总裁"),
    at("河南省", "周口市", "沈丘县", "刘湾镇李楼村三组"),
    at("安徽省", "阜阳市", "临泉县", "长官镇大韩村"),
    at("河北省", "保定市", "清苑区", "冉庄镇北冉村村西12号"),
    at("江苏省", "昆山市", None, "玉山镇柏庐中路123号5幢302室"),
    at("江苏省", "苏州市", "昆山市", "花桥镇兆丰路18号亚太广场2号楼505"),
    at("广东省", "东莞市", None, "长安镇长青南路303号地王广场1栋1204"),
    at("广东省", "东莞市", "虎门镇", "人民路88号虎门大厦903"),
    at("海南省", "儋州市", None, "那大镇中兴大街2号院3栋201"),
    at("湖北省", "省直辖县级行政区划", "仙桃市", "沔州大道15号院2栋501"),
    at("北京", "北京城区", "东城区", "东直门内大街9号楼4单元301"),
    at("北京", "北京", "西城", "西单北大街120号西单商场3层"),
    at("重庆市", "县", "云阳县", "双江街道云江大道1298号3栋2-1"),
    at("黑龙江省", "哈尔滨市", "南岗区", "西大直街92号哈尔滨工业大学一校区333信箱"),
    at("江西省", "南昌市", "红谷滩区", "丰和中大道1333号丰巢快递柜"),
    at("云南省", "昆明市", "官渡区", "关上街道95007部队"),
    at("广西", "南宁", "青秀区", "民族大道136号华润大厦A座2305", "韦小宝"),
    at("贵州省", "黔东南苗族侗族自治州", "凯里市", "文化北路9号凯里学院", "龙阿妹"),
    at("山东省", "青岛市", "市南区", "香港中路40号麦当劳", "王先"),
    at("吉林省", "长春市", "二道区", "吉林路1177号养老院", "高女"),
]  # fmt: skip


@pytest.mark.parametrize("receiver", PLACES, ids=lambda each: each["address"])
def test_where_and_how_people_live(desk, receiver):
    case = desk.post("SOCKS-5", receiver=receiver)
    assert (case.verdict, case.holds, case.flags) == ("approve", [], [])


@pytest.mark.parametrize(
    "remark",
    [
        "谢谢", "尽快发货，谢谢！", "包装好一点，送人的", "生日礼物，请包装好", "亲，早点发货哈", "祝生意兴隆",
        "急用", "急，谢谢",
        "麻烦快一点，急用", "孩子上学急用，请尽快", "第二次购买了", "回购", "要最新日期",
        "包装结实点，别压坏了", "易碎轻放", "期待",
        "请仔细检查，不要有破损", "Merry Christmas", "祝老板生意兴隆", "最好发顺丰快递", "用顺丰寄", "😀",
        "谢谢老板❤️", "Thanks!",
    ],
)  # fmt: skip
def test_what_people_say_that_asks_for_nothing_new(desk, remark):
    assert desk.post("SOCKS-5", remark=remark).holds == []


@pytest.mark.parametrize("memo", [
    "已电话确认", "客户要求11月27日送", "改为11月27日送", "老客户 VIP", "已核实，可以发货",
])  # fmt: skip
def test_what_service_notes_when_all_is_settled(desk, memo):
    assert "REMARK_NEEDS_REVIEW" not in desk.post("SOCKS-5", seller_memo=memo).holds


@pytest.mark.parametrize("words", [
    "放门口", "放菜鸟驿站就行", "不要放驿站，送上门", "请放快递柜", "送之前打电话", "家里有小孩，请轻敲门",
])  # fmt: skip
@pytest.mark.parametrize("where", ["remark", "seller_memo"])
def test_what_is_said_to_the_courier_goes_along_in_the_buyers_words(desk, where, words):
    case = desk.post("CABLE-USBC", **{where: words})
    assert (case.verdict, case.instructions) == ("approve", [(words, None)])


def test_a_remark_with_two_wishes_is_passed_on_once(desk):
    case = desk.post("CABLE-USBC", remark="放门口; 写祝福：生日快乐")
    assert case.instructions == [("放门口; 写祝福：生日快乐", None)]


@pytest.mark.parametrize("words", [
    "别给我放门口", "打电话给我再发", "不可以发货", "工作日送", "no, don't ship", "颜色换一下",
])  # fmt: skip
def test_what_may_mean_something_else_is_read_by_a_person(desk, words):
    assert desk.post("CABLE-USBC", remark=words).holds == ["REMARK_NEEDS_REVIEW"]


@pytest.mark.parametrize("words", ["不发京东快递", "不走京东物流", "请不要用京东快递"])
def test_who_wants_no_jd_gets_no_jd(desk, words):
    case = desk.post("CABLE-USBC", remark=words)
    assert (case.holds, case.flags) == ([], [])
    assert not [firing for firing in case.decision["firings"] if firing["rule"].startswith("intake.wish-carrier")]


@pytest.mark.parametrize(
    "phone",
    [
        "138-0013-8000", "+86 138-0013-8000", "0086 13800138000", "86-13800138000", "010-6500-1234",
        "+1 (415) 555-0123",
        "+1-415-555-0123", "+44 (0)20 7946 0958", "+852-9123-4567",
    ],
)  # fmt: skip
def test_phones_are_written_in_many_ways(desk, phone):
    assert desk.post("CABLE-USBC", receiver={"phone": phone}).holds == []


def test_a_number_in_words_is_a_number_too(desk):
    assert desk.post("CABLE-USBC", receiver={"address": "长江路十八号"}).flags == ["ADDRESS_UNIT_MISSING"]
    assert desk.post("CABLE-USBC", receiver={"address": "长江路十八号三单元"}).flags == []


@pytest.mark.parametrize("name", ["刘总经理", "周爷爷", "..", "🙂", "138 0013 8000"])
def test_more_names_that_are_none(desk, name):
    assert desk.post("CABLE-USBC", receiver={"name": name}).flags == ["NAME_VAGUE"]
