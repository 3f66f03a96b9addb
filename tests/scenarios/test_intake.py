"""I2 to I7a: what the order desk makes of addresses, names, phones and remarks."""

from __future__ import annotations

from tests.scenarios.documents import SHANGHAI, WUHAN, a_line

HANGZHOU = {"province": "浙江省", "city": "杭州市", "district": "西湖区"}
ROOM = "文三路90号5幢302室"


def held(desk, *receivers, **changes):
    """Whether each receiver's order is held for its address."""
    cases = [desk.post(receiver=receiver, **changes) for receiver in receivers]
    return ["INCORRECT_ADDRESS" in case.holds for case in cases]


# I2 an address that lacks a part


def test_i2_a_missing_province_city_or_district_is_held_and_stock_is_kept(desk):
    missing = [{"province": None}, {"province": ""}, {**HANGZHOU, "city": None}, {**HANGZHOU, "district": None}]
    assert held(desk, *missing) == [True] * 4
    case = desk.post(receiver={**HANGZHOU, "district": None})
    hold = case.hold("INCORRECT_ADDRESS")
    assert (hold["queue"], hold["severity"], case.status) == ("service", "red", "held")
    assert sum(case.reserved.values()) == 2
    assert case.actions("outbound") == []


def test_i2_the_district_is_not_missed_in_cities_that_have_none(desk):
    cities = [
        ("广东省", "东莞市"), ("广东省", "中山市"), ("海南省", "儋州市"), ("甘肃省", "嘉峪关市"), ("湖北省", "仙桃市"),
        ("广东省", "东莞"), ("广东", "中山"),
    ]  # fmt: skip
    without = [{"province": province, "city": city, "district": None} for province, city in cities]
    assert held(desk, *without) == [False] * len(cities)
    assert held(desk, {**HANGZHOU, "district": None}) == [True]


def test_i2_an_address_of_five_characters_passes_and_one_of_four_does_not(desk):
    assert held(desk, {"address": "王府井9号"}, {"address": "王府井9"}, {"address": " 王府井9 "}) == [False, True, True]
    assert held(desk, {"address": None}) == [True]


def test_i2_abroad_and_hong_kong_need_a_city_and_a_street_but_no_province(desk):
    oslo = {"country": "NO", "province": None, "city": "Oslo", "district": None, "address": "Karl Johans gate 1"}
    kowloon = {
        "country": "HK", "province": "香港特别行政区", "city": "九龙", "district": None, "address": "弥敦道688号8楼",
        "phone": "85291234567",
    }  # fmt: skip
    taipei = {"country": "CN", "province": "台湾省", "city": "台北市", "district": None, "address": "信义路五段7号8楼"}
    assert held(desk, oslo, kowloon, taipei) == [False] * 3
    assert desk.post(receiver=kowloon).verdict == "approve"
    assert held(desk, {**oslo, "city": None}, {**oslo, "address": None}, {**kowloon, "city": ""}) == [True] * 3
    assert held(desk, {**taipei, "address": ""}, {**oslo, "country": ""}) == [True] * 2


def test_i2_nobody_asks_for_an_address_when_nothing_is_sent(desk):
    nowhere = {"province": None, "city": None, "district": None, "address": None, "name": "无", "phone": "1"}
    pickup = desk.post("MUG-WHITE", receiver=nowhere, delivery={"method": "pickup", "pickup_store": "ST-SH"})
    virtual = desk.post(
        a_line("GIFTCARD-100", kind="virtual"), receiver=nowhere, delivery={"method": "none"}
    )  # fmt: skip
    assert [(case.verdict, case.flags) for case in (pickup, virtual)] == [("approve", [])] * 2
    rider = desk.post(receiver={**nowhere, "phone": "13800138000"}, delivery={"method": "rider"})
    assert rider.holds == ["INCORRECT_ADDRESS"]


# I2b other spellings of the same place


def test_i2b_other_spellings_of_a_place_are_that_place(desk):
    places = [
        ("北京市", "北京市", "朝阳区"), ("北京市", "北京城区", "朝阳区"), ("北京市", "市辖区", "朝阳区"),
        ("北京", "北京", "朝阳"), ("北京市", "", "朝阳区"), ("北京市", None, "朝阳区"), ("重庆市", "县", "云阳县"),
        ("湖北省", "省直辖县级行政区划", "仙桃市"), ("海南省", "省直辖", "儋州市"), ("上海市", "城区", "浦东新区"),
        ("江苏省", "昆山市", None), ("江苏省", "苏州市", "昆山市"), ("江苏省", "昆山市", "昆山市"),
        ("浙江省", "义乌市", None), ("浙江省", "金华市", "义乌市"), ("内蒙古", "呼和浩特", "新城区"),
    ]  # fmt: skip
    cases = {
        place: desk.post(receiver=dict(zip(("province", "city", "district"), place, strict=True))) for place in places
    }
    said = {place: (case.holds, case.flags) for place, case in cases.items()}
    assert said == {place: ([], []) for place in places}


def test_i2b_one_place_spelled_two_ways_ships_alike(desk):
    spelled = [("北京市", "北京市"), ("北京市", "北京城区"), ("北京", "市辖区")]
    cases = [desk.post(receiver={"province": province, "city": city}) for province, city in spelled]
    assert len({(*case.routes[0], case.shipments[0]["freight_cents"], case.shipments[0]["distance_km"])
                for case in cases}) == 1  # fmt: skip


def test_i2b_an_unknown_district_is_a_flag_an_unknown_city_or_province_a_hold(desk):
    district = desk.post(receiver={"district": "朝晖区"})
    assert (district.verdict, district.flags) == ("approve", ["DISTRICT_UNKNOWN"])
    assert held(desk, {**HANGZHOU, "city": "杭川市"}, {"province": "大西州"}) == [True, True]
    elsewhere = {**HANGZHOU, "city": "南京市"}  # which is in another province
    assert held(desk, elsewhere) == [True]


# I2c the address text names another place


def test_i2c_an_address_that_names_another_province_or_city_is_held(desk):
    nanjing = {"province": "江苏省", "city": "南京市", "district": "鼓楼区"}
    other = [f"浙江省杭州市西湖区{ROOM}", f"杭州市西湖区{ROOM}", f"江苏省苏州市姑苏区{ROOM}", f"上海市徐汇区{ROOM}"]
    assert held(desk, *({**nanjing, "address": each} for each in other)) == [True] * 4


def test_i2c_both_places_are_shown(desk):
    nanjing = {"province": "江苏省", "city": "南京市", "district": "鼓楼区"}
    case = desk.post(receiver={**nanjing, "address": f"浙江省杭州市{ROOM}"})
    intake = case.explanation()["stages"][0]["rules"]
    (fired,) = (each for each in intake if each["outcome"] == "fired")
    seen = {each["fact"]: each["seen"] for each in fired["conditions"] if each["fact"]}
    assert (seen["receiver.address_place"], seen["receiver.province"]) == ("浙江省杭州市", "江苏省")


def test_i2c_what_would_let_it_pass_is_said_like_people_say_it(desk):
    nanjing = {"province": "江苏省", "city": "南京市", "district": "鼓楼区"}
    case = desk.post(receiver={**nanjing, "address": f"浙江省杭州市{ROOM}"})
    explained = desk.gatehouse.decisions.explanation(case.decision["id"])
    assert "如果「地址与省市不符」为 否，订单会通过。" in str(explained["nearest"])


def test_i2c_the_same_place_again_or_a_road_named_like_a_city_is_none(desk):
    nanjing = {"province": "江苏省", "city": "南京市", "district": "鼓楼区"}
    same = ["江苏省南京市鼓楼区中山北路2号5楼", "南京市鼓楼区中山北路2号5楼", "北京西路2号5幢", "上海路2号5幢302室"]
    assert held(desk, *({**nanjing, "address": each} for each in same)) == [False] * 4
    kunshan = {"province": "江苏省", "city": "苏州市", "district": "昆山市", "address": "昆山市前进中路100号2幢301"}
    assert held(desk, kunshan) == [False]
    nanjing_road = {**SHANGHAI, "address": "南京西路1266号恒隆广场39楼"}
    assert held(desk, nanjing_road) == [False]


# I3 no building, unit, floor or room


def test_i3_a_road_and_number_alone_is_a_yellow_flag_and_a_call_and_no_hold(desk):
    case = desk.post(receiver={"address": "大望路甲18号"})
    (flag,) = case.decision["flags"]
    assert (case.verdict, flag["code"], flag["severity"]) == ("approve", "ADDRESS_UNIT_MISSING", "yellow")
    assert case.tasks() == [("service", "intake.address-unit-missing")]
    assert (case.status, sum(case.reserved.values())) == ("approved", 2)


def test_i3_a_building_unit_floor_or_room_is_enough(desk):
    stated = [
        "大望路甲18号院3号楼2单元501", "大望路18号3号楼", "大望路18号A座", "大望路18号3栋", "大望路18号二单元",
        "大望路18号三楼", "大望路18号12层", "大望路18号1203室", "大望路18号501", "大望路18号3-2-501",
    ]  # fmt: skip
    flags = {address: desk.post(receiver={"address": address}).flags for address in stated}
    assert flags == {address: [] for address in stated}


def test_i3_a_place_that_has_no_rooms_needs_none(desk):
    words = ["公司", "学校", "宿舍", "医院", "店", "村", "组", "驿站", "快递柜", "市场", "部队"]
    flags = {word: desk.post(receiver={"address": f"大望路甲18号{word}"}).flags for word in words}
    assert flags == {word: [] for word in words}


def test_i3_is_asked_of_nobody_abroad_or_masked(desk):
    masked = desk.post(receiver={"address": "大望路甲18号", "masked": True, "token": "t-1"}, channel="taobao")
    assert masked.flags == []
    assert desk.post(receiver={"country": "NO", "city": "Oslo", "address": "大望路甲18号"}).flags == []


# I4 names that are none


def test_i4_a_surname_with_a_title_or_a_placeholder_is_flagged_and_called(desk):
    names = ["张女士", "王先生", "欧阳先生", "李小姐", "王总", "李老师", "先生", "无", "1", "", "张 女士"]
    cases = {name: desk.post(receiver={"name": name}) for name in names}
    said = {name: (case.verdict, case.flags, case.tasks()) for name, case in cases.items()}
    asked = ("approve", ["NAME_VAGUE"], [("service", "intake.name-vague")])
    assert said == {name: asked for name in names}
    assert {flag["severity"] for case in cases.values() for flag in case.decision["flags"]} == {"yellow"}


def test_i4_a_name_that_only_looks_like_it_is_a_name(desk):
    names = ["王先", "高女", "赵婉女", "阿依古丽·买买提", "Bob Norman", "张伟", "欧阳娜娜", "王先生明"]
    assert {name: desk.post(receiver={"name": name}).flags for name in names} == {name: [] for name in names}


def test_i4_masked_names_are_not_judged(desk):
    receiver = {"name": "无", "masked": True, "token": "t-1"}
    assert desk.post(receiver=receiver, channel="taobao").flags == []


# I5 phones


def test_i5_every_kind_of_real_phone_passes(desk):
    phones = [
        "13800138000", "13800138000-1234", "13800138000转1234", "138 0013 8000", "+8613800138000", "19912345678",
        "010-62345678", "01062345678", "0571-87654321", "(021)62345678", "0755-2345678", "400-820-8820", "4008208820",
        "800-820-8820", "85291234567", "+852 9123 4567", "85366123456", "88691234567", "886-912345678", "+14155550123",
        "+447911123456",
    ]  # fmt: skip
    assert {phone: desk.post(receiver={"phone": phone}).holds for phone in phones} == {phone: [] for phone in phones}


def test_i5_what_nobody_can_dial_is_held(desk):
    phones = [
        "1380013800", "138001380000", "12800138000", "62345678", "91234567", "400-820-882", "852912345", "+123",
        "13800138000转", "电话13800138000", "", None, "00000000000", "13800138000/13900139000",
    ]  # fmt: skip
    said = {phone: desk.post(receiver={"phone": phone}).holds for phone in phones}
    assert said == {phone: ["INVALID_PHONE"] for phone in phones}
    case = desk.post(receiver={"phone": "1380013800"})
    hold = case.hold("INVALID_PHONE")
    assert (hold["queue"], hold["severity"], sum(case.reserved.values())) == ("service", "red", 2)


def test_i5_masked_phones_are_not_judged(desk):
    masked = {"phone": "138****8000", "name": "张*", "address": "大望路***", "masked": True, "token": "t-1"}
    case = desk.post(receiver=masked, channel="taobao")
    assert (case.verdict, case.flags) == ("approve", [])
    assert [each["payload"]["receiver_token"] for each in case.actions("waybill")] == ["t-1"]


# I7 wishes in remark and memo

SPLIT = (a_line("TEASET-CELADON"), a_line("OOLONG-500"))  # the one lies in Shanghai, the other in Guangzhou


def test_i7_ship_together_is_heard_in_remark_and_memo(desk):
    assert desk.post(*SPLIT, receiver=WUHAN).verdict == "approve"
    for words in ("不可拆分", "麻烦一起发, 谢谢"):
        for where in ("remark", "seller_memo"):
            case = desk.post(*SPLIT, receiver=WUHAN, **{where: words})
            assert case.holds == ["CANNOT_SHIP_TOGETHER"], (words, where)


def test_i7_ship_together_negated_is_no_wish_and_the_memo_outranks_the_remark(desk):
    assert desk.post(*SPLIT, remark="不要一起发").verdict == "approve"
    for memo in ("买家同意, 可以拆分", "分开发", "不要一起发"):
        assert desk.post(*SPLIT, remark="一起发", seller_memo=memo).verdict == "approve", memo
    assert desk.post(*SPLIT, remark="可以拆分", seller_memo="一起发").holds == ["CANNOT_SHIP_TOGETHER"]


def carriers(desk, **said):
    return [shipment["carrier"] for shipment in desk.post(**said).shipments]


def test_i7_a_wished_carrier_ships_where_it_costs_little_more(desk):
    assert carriers(desk) == ["ZTO"]
    assert carriers(desk, remark="发顺丰") == ["SF"]
    assert carriers(desk, remark="请发京东, 谢谢") == ["JD"]
    assert carriers(desk, seller_memo="发顺丰") == ["SF"]


def test_i7_a_negated_carrier_is_no_wish(desk):
    for words in ("不要发顺丰", "别发顺丰", "勿发顺丰"):
        assert carriers(desk, remark=words) == ["ZTO"], words


def test_i7_the_memo_outranks_the_remark_on_the_carrier(desk):
    assert carriers(desk, remark="发顺丰", seller_memo="改发京东") == ["JD"]
    assert carriers(desk, remark="发京东", seller_memo="发顺丰") == ["SF"]
    assert carriers(desk, remark="发顺丰", seller_memo="不要发顺丰") == ["ZTO"]
    assert carriers(desk, remark="发顺丰", seller_memo="老客户") == ["SF"]


def test_i7_wishes_for_the_packer_become_instructions_in_the_warehouse_message(desk):
    wishes = {
        "不要冰袋": "不要冰袋 / No ice packs", "放前台": "放前台 / Leave at the front desk",
        "送赠品": "送赠品 / Add a free gift", '刻"生日快乐"': '刻"生日快乐"', "写祝福: 早日康复": "写祝福: 早日康复",
    }  # fmt: skip
    for words, text in wishes.items():
        for where in ("remark", "seller_memo"):
            case = desk.post(**{where: words})
            assert (case.verdict, case.instructions) == ("approve", [(text, None)])
            (outbound,) = case.actions("outbound")
            assert outbound["payload"]["instructions"] == [{"text": text, "line_no": None}]


def test_i7_a_wish_on_a_line_goes_to_the_picker_with_its_line(desk):
    case = desk.post(a_line("LAUNDRY-2L"), a_line("MASK-20", remark='刻"生日快乐"'))
    assert case.instructions == [('刻"生日快乐"', "2")]
    (outbound,) = case.actions("outbound")
    assert outbound["payload"]["instructions"] == [{"text": '刻"生日快乐"', "line_no": "2"}]


def test_i7_negated_wishes_are_no_instructions(desk):
    words = ["不要放前台", "别放前台", "勿放前台", "不要送赠品", "不要刻字", "别写祝福", "多放冰袋"]
    assert {each: desk.post(remark=each).instructions for each in words} == {each: [] for each in words}


def test_i7_the_memo_outranks_the_remark_on_instructions(desk):
    said = [("放前台", "不要放前台"), ("送赠品", "不送赠品"), ("不要冰袋", "要放冰袋"), ("写祝福", "不写祝福")]
    for remark, memo in said:
        assert desk.post(remark=remark, seller_memo=memo).instructions == [], (remark, memo)


def test_i7_urgent_goes_first_and_its_negation_does_not(desk):
    case = desk.post(remark="加急")
    assert case.notices()[0] == ("order_desk", "order-urgent")
    assert desk.post(remark="不用加急").notices() == [("buyer", "order-released")]


# I7a stop words


def test_i7a_stop_words_hold_in_red_wherever_they_stand(desk):
    words = ["先别发", "先不发", "退款", "不要了", "改地址", "换成红色的"]
    for each in words:
        for case in (desk.post(remark=each), desk.post(seller_memo=each), desk.post(a_line("MASK-20", remark=each))):
            assert case.holds == ["REMARK_NEEDS_REVIEW"], each
            assert case.hold("REMARK_NEEDS_REVIEW")["severity"] == "red"
            assert case.actions("outbound") == []


def test_i7a_thanks_and_negated_stop_words_hold_nothing(desk):
    for words in ("谢谢, 尽快发货, 好评", "不要退款, 请发货", "别改地址"):
        assert desk.post(remark=words).verdict == "approve", words


# I1 who hears of it


def test_i1_the_order_desk_hears_of_red_exceptions_once_and_of_nothing_else(desk):
    case = desk.post(receiver={"phone": "1", "name": "张女士"}, seller_memo="先别发")
    assert case.notices() == [("order_desk", "order-exception")]
    desk.release(case, "INVALID_PHONE", "REMARK_NEEDS_REVIEW")
    assert case.verdict == "approve"
    assert sorted(case.notices()) == [("buyer", "order-released"), ("order_desk", "order-exception")]
    assert desk.post(remark="颜色随机").notices() == [], "yellow is in the digest"
    assert desk.post().notices() == [("buyer", "order-released")]


def test_i1_it_is_a_rule_that_one_can_switch_off(desk):
    def switch_off(document):
        for rule in document["rules"]:
            rule["enabled"] = rule["id"] != "fulfilment.exception-tells-order-desk"

    desk.publish("fulfilment", switch_off)
    assert desk.post(receiver={"phone": "1"}).notices() == []
