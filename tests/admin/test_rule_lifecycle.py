"""A rule's way from the first word to deciding orders, and back, as people walk it in a real browser."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from admin import register
from api import create_app
from tests.admin.conftest import PASSWORD
from tests.admin.test_rule_editor import RULE, at, pick, saved
from tests.admin.windows import DESKTOP, TABLET
from tests.conftest import open_gatehouse
from workers import jobs

pytestmark = pytest.mark.browser

WORDS = {
    "zh": {
        "new": "新规则", "payable": "应付金额", "province": "省份", "remark": "买家留言", "condition": "条件",
        "hold": "挂起", "check": "检查", "preview": "影响预览", "submit": "提交审核",
        "to_review": "审阅",
        "approve": "同意", "publish": "发布", "roll_back": "退回到第 1 版", "roll_back_now": "退回到此版",
        "reason": "原因", "note": "这次改了什么、为什么", "why": "为什么", "waits": "等另一个人审核",
        "next": "下一步", "order": "哪张订单",
        "fires": "只在草稿命中",
    },
    "en": {
        "new": "New rule", "payable": "payable", "province": "province", "remark": "buyer's remark",
        "condition": "Condition", "hold": "hold", "check": "Check", "preview": "Preview",
        "submit": "Submit for review", "to_review": "Review", "approve": "Approve", "publish": "Publish",
        "roll_back": "Roll back to version 1", "roll_back_now": "Roll back", "reason": "Reason",
        "note": "What changes, and why", "why": "Why", "waits": "Waiting for a second person", "next": "Next",
        "order": "Order", "fires": "Fires only by the draft",
    },
}  # fmt: skip
LOCALES = {"zh": "zh_CN", "en": "en"}
ADDRESS = "北京中路12号3单元501室"
LHASA = {"province": "西藏自治区", "city": "拉萨市", "district": "城关区", "town": None, "address": ADDRESS}


@pytest.fixture
def gatehouse(home, clock, request):
    """A shop in which a second person reviews."""
    review = getattr(request, "param", "1")
    opened = open_gatehouse(home, clock, MATCHING="evaluator", REQUIRE_REVIEW=review)
    opened.people.create_user("ed", PASSWORD, frozenset({"editor"}))
    jobs.bind(opened)
    yield opened
    opened.close()


@pytest.fixture
def app(gatehouse) -> Flask:
    made = create_app(gatehouse, gatehouse.settings)
    register(made, gatehouse, gatehouse.settings)
    return made


@pytest.fixture
def key(gatehouse):
    """A channel's key: orders come over HTTP."""
    return gatehouse.people.create_key("shop", "channel", channel="taobao")


def enter(page, name, language="zh"):
    """Sign in, whoever was before."""
    page.context.clear_cookies()
    page.goto("/console/sign-in")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/orders")
    page.goto(f"/console/language/{LOCALES[language]}?next=/console/rules")


def post(app, key, samples, number):
    """An urgent order to Lhasa for CNY 1,596, sent like a channel does: what became of it."""
    document = {**samples[0].document, "channel_order_no": number, "remark": "麻烦加急，谢谢"}
    line = {**document["lines"][0], "quantity": 2, "unit_cents": 45_000, "discount_cents": 0}
    document |= {"lines": [line], "coupons": [], "shipping_cents": 0, "payable_cents": 90_000, "adjustment_cents": 0}
    document["receiver"] = {**document["receiver"], **LHASA}
    document["payment"] = {**document["payment"], "paid_cents": 90_000}
    answer = app.test_client().post("/v1/orders", json=document, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code in (200, 201), answer.json
    return answer.json


def firings(answer):
    return [each["rule"] for each in answer["decision"]["firings"]]


def write_the_rule(page, words):
    page.goto("/console/rules/fraud")
    page.get_by_role("button", name=words["new"]).click()
    page.wait_for_selector(f"{RULE}[data-ready]")
    at(page, "title").fill("高额偏远加急转风控")
    page.locator('[data-path="title.en"]').fill("Urgent, remote and dear")
    pick(page, at(page, "when.all.0:fact"), words["payable"])
    at(page, "when.all.0:value").fill("800")
    for place, fact in ((1, words["province"]), (2, words["remark"])):
        page.get_by_role("button", name=words["condition"], exact=True).click()
        page.locator(".popover-list input").fill(fact)
        page.keyboard.press("Enter")
        at(page, f"when.all.{place}:op").wait_for()
    at(page, "when.all.1:value").fill("西藏自治区,新疆维吾尔自治区,")
    at(page, "when.all.2:op").select_option("contains_any")
    at(page, "when.all.2:value").fill("加急,")
    pick(page, at(page, "then:add"), words["hold"])
    pick(page, at(page, "then.0.reason"), "HIGH_RISK_REGION")
    page.locator('[data-path="why.zh"]').fill("偏远加急的大额单退回来代价最高")
    page.locator('[data-path="why.en"]').fill("They cost most when they come back")
    saved(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rule_is_written_tried_previewed_reviewed_published_and_rolled_back(
    window, gatehouse, app, key, samples, clock, language
):
    words, order = WORDS[language], "taobao.LHASA-1"
    before = post(app, key, samples, "LHASA-1")
    assert "fraud.urgent-remote-and-dear" not in firings(before)
    was_held = before["decision"]["verdict"]
    clock.advance(minutes=1)

    enter(window, "ed", language)
    write_the_rule(window, words)
    bench = window.locator(".bench")
    bench.get_by_label(words["order"]).fill(order)
    bench.get_by_label(words["order"]).press("Enter")
    window.locator(".bench-outcome.tone-good").first.wait_for()

    bar = window.locator(".editor-bar")
    bar.get_by_role("button", name=words["check"], exact=True).click()
    window.locator(".check-panel.tone-good, .check-panel.tone-warn").wait_for()
    bar.get_by_role("button", name=words["preview"]).click()
    window.wait_for_url("**/console/rules/previews/*")
    preview = window.url.rpartition("/")[2]
    window.locator("progress").wait_for()
    while jobs.preview(preview):
        pass
    window.locator(".preview-tile").first.wait_for()
    top = window.locator(".top-orders tbody tr", has_text="LHASA-1")
    top.get_by_role("link", name=words["why"]).click()
    window.get_by_text(words["fires"]).wait_for()
    assert window.locator(".only-fired", has_text="fraud.urgent-remote-and-dear").count() == 1
    window.go_back()

    window.get_by_role("link", name=words["next"]).click()
    window.get_by_role("button", name=words["submit"]).click()
    window.get_by_text(words["waits"]).wait_for()
    assert window.get_by_role("button", name=words["publish"], exact=True).count() == 0

    (draft,) = gatehouse.drafts.of("fraud")
    assert draft["state"] == "in_review"
    enter(window, "ann", language)
    window.goto("/console/rules/fraud")
    window.get_by_role("link", name=words["to_review"]).click()
    window.get_by_role("button", name=words["approve"], exact=True).click()
    publish = window.get_by_role("button", name=words["publish"], exact=True)
    publish.click()  # a note is asked for
    assert gatehouse.drafts.get("fraud", draft["id"])["state"] == "approved"
    window.get_by_label(words["note"]).fill("偏远加急的大额单先由风控看")
    publish.click()
    window.locator(".notice.tone-good").first.wait_for()

    held = post(app, key, samples, "LHASA-2")
    hold = next(each for each in held["decision"]["holds"] if each["rule"] == "fraud.urgent-remote-and-dear")
    assert (held["order"]["status"], hold["reason"]) == ("held", "HIGH_RISK_REGION")

    window.goto("/console/rules/fraud/history")
    window.get_by_role("link", name=words["roll_back"]).click()
    window.get_by_label(words["reason"]).fill("拦得太多")
    window.get_by_role("button", name=words["roll_back_now"], exact=True).click()
    window.wait_for_url("**/history?changed=1")
    window.locator("[data-redecide]").wait_for()
    after = post(app, key, samples, "LHASA-3")
    assert "fraud.urgent-remote-and-dear" not in firings(after)
    assert after["decision"]["verdict"] == was_held
    versions = gatehouse.rulebooks.versions("fraud")
    assert [(each["version"], each["note"]) for each in versions[:2]] == [
        (3, "拦得太多"), (2, "偏远加急的大额单先由风控看")
    ]  # fmt: skip


def edited(gatehouse, stage="fraud", by="ann", **changes):
    """A draft in which the live high-value rule says something else."""
    person = gatehouse.people.person(by)
    draft = gatehouse.drafts.create(stage, person)
    document = {name: draft[name] for name in ("note", "rules", "tables")}
    document["rules"] = [
        {**each, **changes} if each["id"] == "fraud.high-value" else each for each in document["rules"]
    ]
    return gatehouse.drafts.save(stage, draft["id"], document, draft["revision"], person)


@pytest.mark.parametrize("gatehouse", ["0"], indirect=True)
def test_what_was_published_meanwhile_is_shown_and_taken_along(window, gatehouse):
    person = gatehouse.people.person("ann")
    draft = edited(gatehouse, priority=33)
    other = gatehouse.drafts.create("fraud", person)
    document = {name: other[name] for name in ("note", "rules", "tables")}
    document["rules"] = [
        {**each, "enabled": False} if each["id"] == "fraud.blacklisted" else each for each in document["rules"]
    ]
    gatehouse.drafts.save("fraud", other["id"], document, other["revision"], person)
    gatehouse.drafts.publish("fraud", other["id"], person, "另一个人先发布")

    enter(window, "ann")
    window.goto(f"/console/rules/fraud/drafts/{draft['id']}/review")
    window.locator("#stale", has_text="命中黑名单").wait_for()
    assert window.get_by_role("button", name="发布", exact=True).count() == 0
    window.get_by_role("button", name="并入这些改动").click()
    window.get_by_text("草稿现在基于第 2 版").wait_for()
    rules = {each["id"]: each for each in gatehouse.drafts.get("fraud", draft["id"])["rules"]}
    assert rules["fraud.blacklisted"]["enabled"] is False and rules["fraud.high-value"]["priority"] == 33
    window.get_by_role("button", name="检查", exact=True).click()
    window.get_by_label("这次改了什么、为什么").fill("先走大额")
    window.get_by_role("button", name="发布", exact=True).click()
    window.get_by_text("第 3 版已发布").wait_for()


@pytest.mark.parametrize("gatehouse", ["0"], indirect=True)
def test_a_version_is_published_at_a_time_and_taken_back(window, gatehouse, clock):
    draft = edited(gatehouse, priority=33)
    enter(window, "ann")
    window.goto(f"/console/rules/fraud/drafts/{draft['id']}/review")
    window.get_by_role("button", name="检查", exact=True).click()
    window.get_by_label("这次改了什么、为什么").fill("午夜切换")
    window.get_by_label("定时").check()
    window.get_by_label("发布时间").fill("2026-11-12T00:00")
    window.get_by_role("button", name="发布", exact=True).click()
    window.get_by_text("2026-11-12 00:00:00 发布为第 2 版").wait_for()
    kept = gatehouse.drafts.get("fraud", draft["id"])["publish_at"]
    assert dt.datetime.fromisoformat(kept) == dt.datetime(2026, 11, 11, 16, tzinfo=dt.UTC)
    window.goto("/console/rules/fraud/history")
    window.locator(".version.is-scheduled").get_by_role("link", name="改或取消").click()
    window.get_by_label("取消定时的原因").fill("再等一天")
    window.get_by_role("button", name="取消定时").click()
    window.get_by_text("已取消定时").wait_for()
    assert gatehouse.drafts.get("fraud", draft["id"])["state"] == "checked"


@pytest.mark.parametrize("gatehouse", ["0"], indirect=True)
def test_a_rule_is_paused_its_orders_judged_again_and_resumed(window, gatehouse):
    enter(window, "ann")
    window.goto("/console/rules/fraud")
    card = window.locator('[id="fraud.high-value"]')
    card.get_by_role("button", name="暂停").click()
    window.get_by_label("原因").fill("误拦太多")
    window.keyboard.press("Tab")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    window.get_by_text("1 个挂起订单现在可以通过").wait_for()
    assert card.get_by_text("已停用").is_visible()
    window.get_by_role("button", name="重新审单").click()
    window.locator("[data-headline]", has_text="正在按下单先后重新审单").wait_for()
    card.get_by_role("button", name="恢复").click()
    window.get_by_label("原因").fill("换了门槛")
    window.get_by_role("button", name="恢复", exact=True).click()
    window.get_by_text("fraud.high-value 已恢复（第 3 版）").wait_for()


@pytest.mark.parametrize("gatehouse", ["0"], indirect=True)
def test_findings_lead_to_their_rule_with_an_order_that_shows_them(window, gatehouse):
    never = {"all": [{"fact": "order.payable_cents", "is": "gte", "value": 5}, {"fact": "order.payable_cents", "is": "lt", "value": 5}]}  # noqa: E501
    draft = edited(gatehouse, when=never, examples={})
    enter(window, "ann")
    window.goto(f"/console/rules/fraud/drafts/{draft['id']}")
    window.wait_for_selector(f"{RULE}[data-ready]")
    window.get_by_role("button", name="检查", exact=True).click()
    panel = window.locator(".check-panel.tone-bad")
    panel.get_by_text("有 1 处要先改好才能发布").wait_for()
    assert "422" in window.wrong.pop()
    panel.get_by_text("能说明问题的一单").click()
    assert panel.locator(".witness dt", has_text="应付金额").count() == 1
    panel.get_by_role("button", name=re.compile("大额订单待电话确认")).click()
    at(window, "when.all.0:value").wait_for()
    window.goto(f"/console/rules/fraud/drafts/{draft['id']}/review")
    window.get_by_text("先改好 1 处，才能发布").wait_for()


@pytest.mark.parametrize("gatehouse", ["0"], indirect=True)
def test_preferences_are_put_into_another_order_from_the_keyboard(window, gatehouse):
    enter(window, "ann")
    window.goto("/console/rules/pipeline")
    down = window.get_by_label("下移: 包裹最少")
    down.focus()
    window.keyboard.press("ArrowDown")
    window.locator("[data-told]", has_text="包裹最少 现在是第 3 位").wait_for(state="attached")
    window.get_by_role("button", name="存为草稿，看会变什么").click()
    window.wait_for_url("**/console/rules/pipeline/drafts/*/review")
    (draft,) = gatehouse.drafts.of("pipeline")
    wanted = ["rules", "cost", "fewest_shipments", "distance", "code"]
    assert gatehouse.drafts.get("pipeline", draft["id"])["preference"] == wanted
    window.get_by_role("button", name="检查", exact=True).click()
    window.get_by_label("这次改了什么、为什么").fill("先比费用")
    window.get_by_role("button", name="发布", exact=True).click()
    window.get_by_text("第 2 版已发布").wait_for()
    assert list(gatehouse.rulebooks.live().rulebook.pipeline.preference) == wanted


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
@pytest.mark.parametrize("gatehouse", ["0"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_the_screen(window, gatehouse, clock, language):
    person = gatehouse.people.person("ann")
    gatehouse.drafts.publish("fraud", edited(gatehouse, priority=33)["id"], person, "一段相当长的说明" * 6)
    draft = edited(gatehouse, when={"fact": "order.payable_base_cents", "is": "gte", "value": 1}, examples={})
    clock.advance(minutes=1)
    preview = gatehouse.previews.ask_of_draft(draft["id"], person)["id"]
    while jobs.preview(preview):
        pass
    top = gatehouse.previews.status(preview, person)["impact"]["top"][0]["order_no"]
    enter(window, "ann", language)
    stage = "/console/rules/fraud"
    for path in (
        "/console/rules", stage, f"{stage}/history", f"{stage}/versions/1",
        f"{stage}/diff?from=1&to=draft:{draft['id']}",
        f"{stage}/drafts/{draft['id']}/review", f"{stage}/drafts/{draft['id']}", "/console/rules/previews",
        f"/console/rules/previews/{preview}", f"/console/rules/previews/{preview}/orders/{top}",
        "/console/rules/pipeline", "/console/rules/facts", "/console/rules/pipeline/history",
    ):  # fmt: skip
        window.goto(path)
        window.wait_for_timeout(150)
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
