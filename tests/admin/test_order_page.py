from __future__ import annotations

import re

import pytest

from engine.service.principals import Principal
from tests.admin.conftest import APPROVED, BLACKLISTED, HELD
from tests.admin.reading_pages import text

SPLIT, BACK_ORDERED, UNPAID, PICKED_UP = (
    "taobao.TB-DEMO-0007", "douyin.DY-DEMO-0008", "own-shop.OS-DEMO-0006", "store.POS-DEMO-0010",
)  # fmt: skip


def section(html: str, start: str, end: str = "</section>") -> str:
    return text(html[html.index(start) :].split(end)[0]).strip()


def test_the_head_says_what_it_is(ann):
    said = text(ann.get(f"/console/orders/{HELD}").text)
    for each in ("JD-DEMO-0002", "挂起", "异常", "京东旗舰店", "2026-11-11 09:45:00", "45 分钟前", "¥6,999.00"):
        assert each in said


def test_a_hold_says_why_for_whom_and_until_when(ann):
    html = ann.get(f"/console/orders/{HELD}").text
    said = section(html, 'id="overview"')
    for each in ("大额待确认", "剩 2 小时", "风控", "运营角色可放行", "大额订单待电话确认", "一个电话成本几毛钱"):
        assert each in said
    assert '<span class="pill tone-bad "' in html.replace("tone-bad ", "tone-bad ")


def test_a_held_order_says_what_would_change_that(ann):
    said = section(ann.get(f"/console/orders/{HELD}").text, 'id="overview"')
    assert "如果「本位币应付」不是 ¥6,999.00 而是 ¥4,999.99，订单会通过。" in said


def test_remarks_are_raised_to_the_top(ann, post_order):
    def remarked(document):
        document.update(remark="先别发，要改地址", seller_memo="老客户")

    html = ann.get(f"/console/orders/{post_order(0, 'TB-REMARK-1', remarked)}").text
    assert html.index('class="remarks"') < html.index('id="overview"')
    assert "先别发，要改地址" in section(html, 'class="remarks"') and "老客户" in section(html, 'class="remarks"')
    assert 'class="remarks"' not in ann.get(f"/console/orders/{APPROVED}").text


def test_lines_add_up(ann):
    said = section(ann.get(f"/console/orders/{APPROVED}").text, "商品 ")
    assert "深层洁净洗衣液 2L LAUNDRY-2L" in said
    assert said.endswith("商品金额 ¥119.70 优惠券 -¥50.00 应付 ¥69.70")


def test_corrected_coupons_show_both_totals(ann):
    html = ann.get(f"/console/orders/{UNPAID}").text
    said = text(html)
    assert "已执行 · 补用优惠券 ¥5.00" in said
    assert "¥140.70 平台应付 ¥145.70" in said


def test_shipments_of_a_split_order(ann):
    said = section(ann.get(f"/console/orders/{SPLIT}").text, 'id="shipping"')
    for each in ("上海嘉定仓", "广州白云仓", "运费", "承诺送达", "km", "未取运单号", "计划中"):
        assert each in said
    assert "青瓷茶具一套 × 1" in said and "高山乌龙茶 500g × 1" in said
    assert "库存预占" in said and "上海嘉定仓 TEASET-CELADON × 1" in said


def test_what_nobody_can_fill_now(ann):
    said = section(ann.get(f"/console/orders/{BACK_ORDERED}").text, 'id="shipping"')
    assert re.search(r"缺货待补 \S.* × \d", said)


def test_an_order_picked_up_has_no_carrier(ann):
    said = section(ann.get(f"/console/orders/{PICKED_UP}").text, 'id="shipping"')
    assert "自提" in said and "上海静安店" in said


def test_waybills_show_up_with_their_parcels(ann, gatehouse):
    with gatehouse.database.write() as uow:
        waybill = uow.vendors.waybill(f"{APPROVED}-1-1", "ZTO-STD", APPROVED, gatehouse.clock())
        uow.commit()
    assert waybill["waybill_no"] in section(ann.get(f"/console/orders/{APPROVED}").text, 'id="shipping"')


def test_actions_show_their_state_and_error(ann, gatehouse):
    action = next(each for each in gatehouse.orders.page(HELD)["actions"] if each["type"] == "task")
    with gatehouse.database.write() as uow:
        uow.actions.fail(action["id"], "no answer from the desk", gatehouse.clock(), dead=True)
        uow.commit()
    html = ann.get(f"/console/orders/{HELD}").text
    said = section(html, "后续动作")
    assert "建待办" in said and "电话确认大额订单" in said and "失败" in said and "no answer from the desk" in said
    assert re.search(r'chip tone-bad">失败', html)


def test_the_explanation_lists_every_rule_of_every_stage(ann, gatehouse):
    explained = gatehouse.decisions.explanation(gatehouse.orders.order(HELD)["decision_id"])
    html = ann.get(f"/console/orders/{HELD}").text
    for stage in explained["stages"]:
        assert f'id="stage-{stage["stage"]}"' in html
        for row in stage["rules"]:
            assert f'id="rule-{row["rule"]}"' in html


def test_a_condition_shows_what_was_wanted_and_seen(ann):
    html = ann.get(f"/console/orders/{HELD}").text
    rule = text(html[html.index('id="rule-fraud.high-value"') :].split("</details>")[0])
    assert "✓ 本位币应付 不低于 ¥5,000.00 实际 ¥6,999.00" in rule
    assert "✗ 支付方式 是 货到付款 实际 银联" in rule
    assert "不在名单" not in rule and "不属于 「信任买家」" in rule
    assert "挂起 大额待确认" in rule


def test_an_unknown_condition_is_marked_as_such(ann):
    html = ann.get(f"/console/orders/{HELD}").text
    assert re.search(r'is-unknown">\s*<span class="tick"[^>]* title="未知"[^>]*>\?', html)


def test_candidates_say_who_was_chosen_and_what_excluded_the_others(ann):
    said = section(ann.get(f"/console/orders/{HELD}").text, 'id="candidates"')
    assert "上海嘉定仓 SH1" in said and "选中" in said
    assert "库存不足 需要 1 件，可用 0 件" in said
    assert "不在服务范围 门店不发快递" in said
    assert "京东标快 JD-STD" in said


def test_a_viewer_sees_no_personal_data_and_no_release(visit):
    html = visit("vera").get(f"/console/orders/{HELD}").text
    for secret in ("李静", "13911112222", "干将东路120号"):
        assert secret not in html
    assert "按您的角色已隐去" in html and "139****2222" in html
    assert 'id="release"' not in html


def test_a_viewer_cannot_release(visit, gatehouse):
    vera = visit("vera")
    page = vera.post(f"/console/orders/{HELD}/release", {"holds": "HIGH_VALUE", "reason": "let it go"})
    assert "放行需要“运营”角色" in vera.get(page.location).text
    assert gatehouse.orders.order(HELD)["status"] == "held"


def test_ops_release_what_is_theirs(visit, gatehouse):
    otto = visit("otto")
    page = otto.post(f"/console/orders/{HELD}/release", {"holds": "HIGH_VALUE", "reason": "已电话核实"})
    assert gatehouse.orders.order(HELD)["status"] == "approved"
    html = otto.get(page.location).text
    said = text(html)
    assert "已放行 大额待确认。重新审单的结论：通过" in said
    assert "审核通过" in said and "将于 2026-11-11 10:40:00 下发仓库" in said
    assert "人工放行 大额待确认 otto" in section(html, 'id="overview"') and "已电话核实" in said
    history = section(html, 'id="history"')
    assert history.index("人工放行") < history.index("收到订单")


def test_ops_cannot_release_what_takes_an_approver(visit, gatehouse):
    otto = visit("otto")
    assert 'data-open="release"' not in otto.get(f"/console/orders/{BLACKLISTED}").text
    page = otto.post(f"/console/orders/{BLACKLISTED}/release", {"holds": "BLACKLISTED", "reason": "please"})
    assert "放行需要“审批”角色" in otto.get(page.location).text
    assert gatehouse.orders.order(BLACKLISTED)["status"] == "held"


def test_an_approver_may(ann, gatehouse):
    ann.post(f"/console/orders/{BLACKLISTED}/release", {"holds": "BLACKLISTED", "reason": "checked"})
    assert gatehouse.orders.order(BLACKLISTED)["status"] == "approved"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"holds": "HIGH_VALUE", "reason": "  "}, "请写明放行的原因"),
        ({"holds": "HIGH_VALUE", "reason": "x" * 501}, "说明最多 500 字"),
        ({"reason": "why"}, "请至少选择一个原因"),
        ({"holds": "BLACKLISTED", "reason": "why"}, "所选的挂起原因已不存在"),
        ({"holds": "NONSENSE", "reason": "why"}, "所选的挂起原因已不存在"),
    ],
)
def test_a_release_that_is_not_accepted_says_why(ann, gatehouse, form, said):
    page = ann.post(f"/console/orders/{HELD}/release", form)
    assert said in ann.get(page.location).text
    assert gatehouse.orders.order(HELD)["status"] == "held"


def test_two_at_once_release_once(ann, visit):
    form = {"holds": "HIGH_VALUE", "reason": "called"}
    ann.post(f"/console/orders/{HELD}/release", form)
    otto = visit("otto")
    page = otto.post(f"/console/orders/{HELD}/release", form)
    assert "订单已不在挂起状态" in otto.get(page.location).text


def test_one_of_two_holds_leaves_the_other(ann, post_order, gatehouse):
    def twice(document):
        document["receiver"] = {**document["receiver"], "phone": "1234"}
        document["remark"] = "先别发"

    number = post_order(0, "TB-TWO-1", twice)
    page = ann.post(f"/console/orders/{number}/release", {"holds": "INVALID_PHONE", "reason": "found it"})
    assert "已放行 电话无效。订单仍因 备注待看 挂起" in ann.get(page.location).text
    assert gatehouse.orders.order(number)["status"] == "held"


def test_releasing_an_unknown_order_is_not_found(ann):
    assert ann.post("/console/orders/jd.NOPE/release", {"holds": "MANUAL", "reason": "x"}).status_code == 404


def test_who_signs_in_again_while_releasing_lands_on_the_order(ann):
    assert ann.get(f"/console/orders/{HELD}/release").location == f"/console/orders/{HELD}"


def test_an_earlier_decision_can_be_seen(ann, gatehouse):
    earlier = gatehouse.orders.order(HELD)["decision_id"]
    ann.post(f"/console/orders/{HELD}/release", {"holds": "HIGH_VALUE", "reason": "called"})
    html = ann.get(f"/console/orders/{HELD}?decision={earlier}").text
    assert "正在查看较早的一次审单结果" in html and "为什么挂起" in html
    assert 'id="release"' not in html, "what is past cannot be released"
    assert f'data-replay="{earlier}"' in html


def test_a_decision_of_another_order_is_not_shown(ann, gatehouse):
    other = gatehouse.orders.order(APPROVED)["decision_id"]
    html = ann.get(f"/console/orders/{HELD}?decision={other}").text
    assert f'data-replay="{gatehouse.orders.order(HELD)["decision_id"]}"' in html


def test_an_undecided_order_is_shown_as_waiting(ann, gatehouse, samples):
    document = {**samples[0].document, "channel_order_no": "TB-LATER-1"}
    gatehouse.orders.submit(document, "taobao", respond_async=True)
    said = text(ann.get("/console/orders/taobao.TB-LATER-1").text)
    assert "等待审单" in said and "已接单" in said and "审单后这里会列出每一条规则" in said


def test_a_rulebook_that_can_no_longer_be_read_takes_only_the_explanation(ann, gatehouse, monkeypatch):
    from engine.errors import NotFound

    def gone(decision_id):
        raise NotFound

    monkeypatch.setattr(gatehouse.decisions, "explanation", gone)
    response = ann.get(f"/console/orders/{HELD}")
    assert response.status_code == 200
    assert "现在无法重建当时的解释" in response.text and "大额待确认" in response.text


def test_a_rule_that_judged_many_lines_stays_readable(ann, post_order):
    def many(document):
        line = document["lines"][0]
        document["lines"] = [{**line, "line_no": str(number), "quantity": 1} for number in range(1, 31)]
        document.update(coupons=[], payable_cents=30 * line["unit_cents"])
        document["payment"] = {**document["payment"], "paid_cents": document["payable_cents"]}

    html = ann.get(f"/console/orders/{post_order(0, 'TB-MANY-1', many)}").text
    assert "还有 24 个对象没有列出。" in html


def test_what_was_reported_stands_in_the_history_with_why_it_changed_nothing(ann, visit, gatehouse, post_order):
    number = post_order(0, "TB-REPORTED-1", lambda document: None)
    by = Principal("channel", "taobao", frozenset(), "taobao")
    for minute, reason in ((1, "拍错了 13800138000"), (2, "")):
        at = f"2026-11-11T10:0{minute}:00+08:00"
        event = {"event_id": f"e-{minute}", "type": "cancelled", "at": at, "data": {"reason": reason}}
        gatehouse.order_events.report(number, event, by)
    said = section(ann.get(f"/console/orders/{number}").text, 'id="history"')
    for each in ("渠道取消", "taobao", "拍错了 13800138000", "订单变更", "未生效：订单已取消或被拒"):
        assert each in said
    assert "13800138000" not in section(visit("vera").get(f"/console/orders/{number}").text, 'id="history"')


def test_an_order_that_was_decided_again_by_rule_says_so(ann, gatehouse):
    """Nobody said for which holds then."""
    by = Principal("person", "ann", frozenset({"approver"}))
    gatehouse.redeciding.redecide(None, "fraud.high-value", by, dry_run=False)
    assert "按新规则重审" in section(ann.get(f"/console/orders/{HELD}").text, 'id="history"')


def test_it_says_what_to_do_about_each_fault(ann, post_order):
    page = ann.get(f"/console/orders/{HELD}").text
    assert "怎么办 打电话，再在待办里填结果" in text(page)

    def odd(document):
        document["receiver"] = {**document["receiver"], "district": "没有这个区"}

    flagged = text(ann.get(f"/console/orders/{post_order(0, 'ODD-1', odd)}").text)
    assert "怎么办 核对区县；多半照送" in flagged
    english = text(ann.speak("en").get(f"/console/orders/{HELD}").text)
    assert "What to do" in english
