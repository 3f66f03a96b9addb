"""The rule editor in a real browser: a rule written by clicking, and what the editor does with documents."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.admin.conftest import PASSWORD
from tests.admin.windows import DESKTOP, TABLET

pytestmark = pytest.mark.browser

STAGES = ("intake", "payment", "coupon", "fraud", "audit", "warehouse", "carrier", "fulfilment")
LANGUAGES = {"zh": "zh_CN", "en": "en"}
RULE = "[data-rule-editor]"


def sign_in(page: Any, language: str = "zh") -> None:
    page.get_by_label("用户名").fill("ann")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/orders")
    page.goto(f"/console/language/{LANGUAGES[language]}?next=/console/rules")


def begin(page: Any, gatehouse: Any, stage: str = "fraud", language: str = "zh", anchor: str = "") -> str:
    """Sign in and open a draft of the stage; its id."""
    sign_in(page, language)
    draft = gatehouse.drafts.create(stage, gatehouse.people.person("ann"))
    page.goto(f"/console/rules/{stage}/drafts/{draft['id']}{anchor}")
    page.wait_for_selector(f"{RULE}[data-ready]")
    return draft["id"]


def document(page: Any) -> dict[str, Any]:
    """The document in the editor."""
    return page.evaluate(f"document.querySelector('{RULE}').editor.store.document")


def saved(page: Any) -> None:
    """Wait until everything is on the server."""
    page.locator(".save-state.is-saved").wait_for()


def pick(page: Any, trigger: Any, search: str) -> None:
    """Choose from a list that a button opens, by typing and Enter."""
    trigger.click()
    page.locator(".popover-list input").fill(search)
    page.locator(".popover-list .listbox-item").first.wait_for()
    page.keyboard.press("Enter")


def at(page: Any, focus: str) -> Any:
    return page.locator(f'[data-focus="{focus}"]')


WRITTEN = {
    "zh": {
        "payable": "应付金额", "province": "省份", "remark": "买家留言", "condition": "条件", "new": "新规则",
        "hold": "挂起", "check": "检查", "saved": "已保存",
        "sentence": "当应付金额 不低于 ¥800.00，且省份 是 “西藏自治区” 或 “新疆维吾尔自治区”，且买家留言 提到 "
        "“加急”时：挂起（原因：高风险地区，队列：风控）。",
    },
    "en": {
        "payable": "payable", "province": "province", "remark": "buyer's remark", "condition": "Condition",
        "new": "New rule", "hold": "hold", "check": "Check", "saved": "Saved",
        "sentence": "When Payable is at least ¥800.00, and Province is one of “西藏自治区” or “新疆维吾尔自治区”, "
        "and Buyer's remark mentions “加急”: Hold (Reason: High-risk region, Queue: Risk).",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rule_is_written_by_clicking(window, gatehouse, language):
    words = WRITTEN[language]
    sign_in(window, language)
    window.goto("/console/rules/fraud")
    window.get_by_role("button", name=words["new"]).click()
    window.wait_for_selector(f"{RULE}[data-ready]")

    at(window, "title").fill("高额偏远加急转风控")
    window.locator('[data-path="title.en"]').fill("Urgent, remote and dear")
    pick(window, at(window, "when.all.0:fact"), words["payable"])
    at(window, "when.all.0:value").fill("800")
    window.get_by_role("button", name=words["condition"], exact=True).click()  # its list of facts opens at once
    window.locator(".popover-list input").fill(words["province"])
    window.keyboard.press("Enter")
    chips = at(window, "when.all.1:value")
    chips.fill("西藏自治区")
    chips.press("Enter")
    chips.fill("新疆")  # proposed in full
    window.locator(".popover-list .listbox-item", has_text="新疆维吾尔自治区").click()
    window.get_by_role("button", name=words["condition"], exact=True).click()
    window.locator(".popover-list input").fill(words["remark"])
    window.keyboard.press("Enter")
    at(window, "when.all.2:op").select_option("contains_any")
    at(window, "when.all.2:value").fill("加急,")
    pick(window, at(window, "then:add"), words["hold"])
    pick(window, at(window, "then.0.reason"), "HIGH_RISK_REGION")
    window.locator(".effect .adder").click()
    at(window, "then.0.queue").select_option("risk")
    window.locator('[data-path="why.zh"]').fill("偏远加急的大额单退回来代价最高")
    window.locator('[data-path="why.en"]').fill("They cost most when they come back")

    window.locator(".said", has_text=words["sentence"]).wait_for()
    assert window.locator(".problem").count() == 0
    saved(window)
    assert window.locator(".save-state").inner_text() == words["saved"]
    window.get_by_role("button", name=words["check"], exact=True).click()
    window.locator(".check-panel.tone-good, .check-panel.tone-warn").wait_for()

    (draft,) = gatehouse.drafts.of("fraud")
    rule = gatehouse.drafts.get("fraud", draft["id"])["rules"][-1]
    assert rule == {
        "id": "fraud.urgent-remote-and-dear",
        "title": {"zh": "高额偏远加急转风控", "en": "Urgent, remote and dear"},
        "why": {"zh": "偏远加急的大额单退回来代价最高", "en": "They cost most when they come back"},
        "about": "order",
        "when": {"all": [
            {"fact": "order.payable_cents", "is": "gte", "value": 80000},
            {"fact": "receiver.province", "is": "in", "value": ["西藏自治区", "新疆维吾尔自治区"]},
            {"fact": "order.remark", "is": "contains_any", "value": ["加急"]},
        ]},
        "then": [{"do": "hold", "reason": "HIGH_RISK_REGION", "queue": "risk"}],
        "priority": 50,
    }  # fmt: skip
    assert draft["state"] == "checked"


TOUCH_EVERYTHING = """
async (stage) => {
  const { editor } = document.querySelector('[data-rule-editor]');
  const shown = [];
  for (const rule of [...editor.store.document.rules]) {
    location.hash = `rule=${encodeURIComponent(rule.id)}`;
    for (let turn = 0; turn < 100 && document.querySelector('.sentence-card') === shown.at(-1); turn += 1) await new Promise((done) => setTimeout(done, 10));
    shown.push(document.querySelector('.sentence-card'));
    for (const fold of document.querySelectorAll('.examples .fold')) if (fold.isConnected) document.querySelector(`[data-focus="${fold.dataset.focus}"]`).click();
    for (const control of document.querySelectorAll('.rule-form input, .rule-form select, .rule-form textarea')) {
      if (control.closest('.judged')) continue;
      control.dispatchEvent(new Event('input', { bubbles: true }));
      if (control.type !== 'checkbox') control.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }
  return shown.length;
}
"""  # noqa: E501


@pytest.mark.parametrize("stage", STAGES)
def test_every_shipped_rule_opens_and_stays_as_it_is(window, gatehouse, stage):
    draft = begin(window, gatehouse, stage)
    before = copy.deepcopy(gatehouse.drafts.get(stage, draft))
    assert window.evaluate(TOUCH_EVERYTHING, stage) == len(before["rules"])
    after = document(window)
    for was, now in zip(before["rules"], after["rules"], strict=True):
        assert now == was
    assert after["tables"] == before["tables"]
    saved(window)
    assert gatehouse.drafts.get(stage, draft)["revision"] == before["revision"], "nothing was there to save"
    assert gatehouse.drafts.get(stage, draft) == before


def test_lines_of_a_text_are_kept_when_it_is_edited(window, gatehouse):
    ann = gatehouse.people.person("ann")
    draft = gatehouse.drafts.create("fraud", ann)
    rule = {
        "id": "fraud.r", "title": "t", "why": "w", "then": [{"do": "score", "points": 1}],
        "when": {"fact": "order.remark", "is": "eq", "value": "two\nlines"},
    }  # fmt: skip
    gatehouse.drafts.save("fraud", draft["id"], {"stage": "fraud", "rules": [rule]}, draft["revision"], ann)
    sign_in(window, "zh")
    window.goto(f"/console/rules/fraud/drafts/{draft['id']}#rule=fraud.r")
    window.locator(".rule-form textarea[data-path$='value']").press("Control+End")
    window.keyboard.type("!")
    assert document(window)["rules"][0]["when"]["value"] == "two\nlines!"


def test_what_is_not_filled_in_is_told_at_its_field(window, gatehouse):
    begin(window, gatehouse, anchor="?new=rule")
    pick(window, at(window, "when.all.0:fact"), "应付金额")
    window.locator('[data-focus="when.all.0:value"][data-told]').wait_for()
    problem = window.locator('.line[data-node="when.all.0"] .problem')
    value = at(window, "when.all.0:value")
    assert value.get_attribute("aria-describedby") == problem.get_attribute("id")
    assert value.get_attribute("aria-invalid") is None, "nothing is wrong with what is not written yet"
    value.fill("很多")
    window.locator(".problem", has_text="填的内容不是这里要的样子").wait_for()
    assert value.get_attribute("aria-invalid") == "true"
    value.fill("1,234.5")
    window.locator(".line .problem").wait_for(state="detached")
    assert document(window)["rules"][-1]["when"]["all"][0]["value"] == 123450


def test_a_hold_also_fires_when_unknown_unless_somebody_says_otherwise(window, gatehouse):
    begin(window, gatehouse, anchor="?new=rule")
    pick(window, at(window, "when.all.0:fact"), "省份")
    at(window, "when.all.0:op").select_option("not_in")
    chips = at(window, "when.all.0:value")
    chips.fill("上海市,")
    leaf = {"fact": "receiver.province", "is": "not_in", "value": ["上海市"]}

    def when() -> Any:
        return document(window)["rules"][-1]["when"]["all"][0]

    box = window.get_by_label("缺失时也拦")
    assert box.is_checked()
    assert when() == {"any": [{"fact": "receiver.province", "is": "absent"}, leaf]}
    window.locator(".said", has_text="省份为空，或省份 不是 “上海市”").wait_for()
    box.uncheck()
    assert when() == {"all": [{"fact": "receiver.province", "is": "present"}, leaf]}
    at(window, "when.all.0:op").select_option("in")
    assert when() == {**leaf, "is": "in"}


def test_groups_quantifiers_and_negations_are_built(window, gatehouse):
    begin(window, gatehouse, "audit", anchor="?new=rule")
    pick(window, at(window, "when.all.0:fact"), "件数")
    at(window, "when.all.0:value").fill("3")
    window.get_by_role("button", name="条件组").click()
    window.locator(".popover-list input").fill("优先级")
    window.keyboard.press("Enter")
    window.locator(".pressable", has_text="加急").click()
    window.locator(".group.is-any .adders").first.get_by_role("button", name="按明细统计").click()
    at(window, "when.all.1.any.1:how").select_option("sum")
    pick(window, at(window, "when.all.1.any.1:of"), "line.quantity")
    at(window, "when.all.1.any.1:op").select_option("between")
    low, high = (window.locator(f'[data-path="when.all.1.any.1.value.{end}"]') for end in (0, 1))
    low.fill("2")
    high.fill("5")
    window.get_by_role("button", name="只看满足条件的").click()
    window.locator(".popover-list input").fill("line.sku")
    window.keyboard.press("Enter")
    at(window, "when.all.1.any.1.where:value").fill("TEA,")
    at(window, "when.all.0:menu").click()
    window.get_by_role("option", name="反过来：不成立").click()
    assert document(window)["rules"][-1]["when"] == {"all": [
        {"not": {"fact": "order.item_count", "is": "gte", "value": 3}},
        {"any": [
            {"fact": "order.priority", "is": "in", "value": ["urgent"]},
            {"sum": "line", "of": "line.quantity", "is": "between", "value": [2, 5],
             "where": {"fact": "line.sku", "is": "in", "value": ["TEA"]}},
        ]},
    ]}  # fmt: skip
    window.locator(".said", has_text="满足（商品编码 是 “TEA”）的订单行的数量合计 在 2 到 5 之间").wait_for()
    assert window.locator(".part-when .problem").count() == 0


def test_steps_go_back_and_forth(window, gatehouse):
    begin(window, gatehouse, anchor="#rule=fraud.high-value")
    before = document(window)
    window.locator('[data-node="when.all.0.any.0"]').get_by_role("button", name="移除条件").click()
    value = at(window, "when.all.0.any.0.all.1:value")
    value.fill("9")
    changed = document(window)
    assert changed != before
    window.keyboard.press("Control+z")
    window.keyboard.press("Control+z")
    assert document(window) == before
    assert at(window, "when.all.0.any.0:value").input_value() == "5000.00"
    window.keyboard.press("Control+Shift+z")
    window.keyboard.press("Control+y")
    assert document(window) == changed
    window.get_by_role("button", name="撤销").click()
    window.get_by_role("button", name="撤销").click()
    saved(window)
    assert document(window) == before


def test_rules_are_reordered_by_keyboard_and_paused(window, gatehouse):
    draft = begin(window, gatehouse)
    assert window.locator(".rule-card h2").all_inner_texts()[:2] == ["命中黑名单", "高风险地区且金额较大"]
    at(window, "grip:fraud.blacklisted").press("ArrowDown")
    window.locator("[aria-live=assertive]", has_text="命中黑名单 现在是第 2 条").wait_for()
    assert window.locator(".rule-card h2").all_inner_texts()[:2] == ["高风险地区且金额较大", "命中黑名单"]
    assert at(window, "grip:fraud.blacklisted").evaluate("each => each === document.activeElement")
    window.get_by_label("启用: 命中黑名单").uncheck()
    saved(window)
    rules = {each["id"]: each for each in gatehouse.drafts.get("fraud", draft)["rules"]}
    assert rules["fraud.blacklisted"]["enabled"] is False
    order = sorted(rules.values(), key=lambda each: (each["priority"], each["id"]))
    assert [each["id"] for each in order][:2] == ["fraud.high-risk-region-value", "fraud.blacklisted"]
    live = gatehouse.rulebooks.live().rulebook.ruleset("fraud").document["rules"]
    changed = [each["id"] for each in live if each != rules[each["id"]]]
    # The one between which and the first there was no room gave way; nothing else changed.
    assert set(changed) == {"fraud.blacklisted", "fraud.high-value"}


def test_a_rule_is_dragged_to_its_place(window, gatehouse):
    begin(window, gatehouse)
    titles = window.locator(".rule-card h2").all_inner_texts()
    cards = window.locator(".rule-card")
    cards.nth(3).locator(".grip").drag_to(cards.nth(0), target_position={"x": 200, "y": 5})
    assert window.locator(".rule-card h2").all_inner_texts()[:4] == [titles[3], titles[0], titles[1], titles[2]]


REORDER = """
async ([members, from, to]) => {
  const { inOrder, reordered } = await import('/console/static/rules/ordering.js');
  const changed = reordered(members, from, to, 65535);
  const after = members.map((each) => ({ ...each, priority: changed.get(each.id) ?? each.priority }));
  return { order: inOrder(after).map((each) => each.id), changed: changed.size };
}
"""


def test_any_move_gives_the_order_that_was_asked_for(window, gatehouse):
    begin(window, gatehouse)
    for priorities in ([50] * 6, [1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 0, 0], [10, 20, 30, 40, 50, 60], [65535] * 6):
        members = [{"id": f"fraud.{name}", "priority": value} for name, value in zip("abcdef", priorities, strict=True)]
        ids = [each["id"] for each in members]
        for start in range(6):
            for end in range(6):
                if start == end:
                    continue
                wanted = [each for each in ids if each != ids[start]]
                wanted.insert(end, ids[start])
                found = window.evaluate(REORDER, [members, start, end])
                if priorities[0] == 65535:
                    continue  # there is no room after the last; nothing is lost, and that is all
                assert found["order"] == wanted, (priorities, start, end)
                if priorities[0] == 10:
                    assert found["changed"] == 1


def test_somebody_elses_work_is_not_overwritten(window, gatehouse):
    draft_id = begin(window, gatehouse, anchor="#rule=fraud.high-value")
    draft = gatehouse.drafts.get("fraud", draft_id)
    theirs = {name: draft[name] for name in ("note", "rules", "tables")}
    theirs["rules"] = [{**each, "priority": 99} for each in theirs["rules"]]
    gatehouse.people.create_user("bo", PASSWORD, frozenset({"editor"}))
    gatehouse.drafts.save("fraud", draft_id, theirs, draft["revision"], gatehouse.people.person("bo"))
    at(window, "priority").fill("31")
    window.get_by_text("bo 刚才也保存了这份草稿").wait_for()
    assert "412" in window.wrong.pop()
    assert gatehouse.drafts.get("fraud", draft_id)["rules"] == theirs["rules"]
    window.get_by_role("button", name="用我的，盖过对方").click()
    saved(window)
    rules = {each["id"]: each for each in gatehouse.drafts.get("fraud", draft_id)["rules"]}
    assert rules["fraud.high-value"]["priority"] == 31


def test_the_bench_compares_the_draft_with_what_is_live(window, gatehouse):
    begin(window, gatehouse, anchor="#rule=fraud.high-value")
    order = window.locator(".bench").get_by_label("哪张订单")
    order.fill("jd.JD-DEMO-0002")
    order.press("Enter")
    window.locator(".bench-side", has_text="草稿").get_by_text("大额待确认").wait_for()
    assert window.locator(".bench-side.is-changed").count() == 0
    at(window, "when.all.0.any.0:value").fill("9000000")
    window.locator(".bench-side.is-changed", has_text="通过").wait_for()
    window.locator(".bench-judged", has_text="未命中").wait_for()
    seen = window.locator(".bench .conditions li", has_text="¥9,000,000.00")
    assert "¥6,999.00" in seen.inner_text()


def test_typed_facts_show_why_a_rule_would_not_fire(window, gatehouse):
    begin(window, gatehouse, anchor="#rule=fraud.high-value")
    window.locator(".bench").get_by_role("button", name="自己填").click()
    window.locator(".bench-outcome", has_text="会命中").wait_for()
    window.locator('[data-path="bench.order.payable_base_cents"]').fill("12")
    window.locator(".bench-outcome", has_text="不会命中").wait_for()
    assert "¥12.00" in window.locator(".bench .conditions").inner_text()


def test_an_example_that_comes_out_otherwise_is_told_at_once(window, gatehouse):
    begin(window, gatehouse, anchor="#rule=fraud.high-value")
    window.locator(".example.is-right").nth(6).wait_for()
    at(window, "when.all.0.any.0:value").fill("4000")
    window.locator(".is-quiet .example.is-wrong", has_text="✗ 命中了").first.wait_for()


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_the_screen(window, gatehouse, language):
    begin(window, gatehouse, "fraud", language)
    editor = window.url
    for path in ("/console/rules", "/console/rules/intake", editor, f"{editor}#rule=fraud.high-value"):
        window.goto(path)
        window.wait_for_timeout(400)
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_every_control_of_a_rule_has_a_name(window, gatehouse):
    begin(window, gatehouse, anchor="#rule=fraud.high-value")
    window.locator(".effect .adder").first.click()
    nameless = window.evaluate(
        """[...document.querySelectorAll('.rule-page :is(input, select, textarea, button)')].filter((each) =>
          !each.getAttribute('aria-label') && !each.labels?.length && !each.textContent.trim()).map((each) => each.outerHTML)"""  # noqa: E501
    )
    assert nameless == []
