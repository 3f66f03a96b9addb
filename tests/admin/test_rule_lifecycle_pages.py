"""The pages of a draft's life without a browser: who sees what, who may do what, and what is said to who may not."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from admin.presenters import rule_changes
from tests.admin.conftest import HELD
from tests.conftest import ADMIN

STAGE = "/console/rules/fraud"


@pytest.fixture
def draft(gatehouse):
    """A draft in which every order is worth a call."""
    return changed(gatehouse, when={"fact": "order.payable_base_cents", "is": "gte", "value": 1}, examples={})


def changed(gatehouse, by=ADMIN, **changes):
    draft = gatehouse.drafts.create("fraud", by)
    document = {name: draft[name] for name in ("note", "rules", "tables")}
    document["rules"] = [{**each, **changes} if each["id"] == "fraud.high-value" else each for each in draft["rules"]]
    return gatehouse.drafts.save("fraud", draft["id"], document, draft["revision"], by)


@pytest.fixture
def preview(gatehouse, clock, draft):
    """One of the draft over all sample orders, worked out."""
    clock.advance(minutes=1)
    preview_id = gatehouse.previews.ask_of_draft(draft["id"], ADMIN)["id"]
    while gatehouse.previews.go_on(preview_id):
        pass
    return gatehouse.previews.status(preview_id, ADMIN)


def review_of(draft):
    return f"{STAGE}/drafts/{draft['id']}/review"


def step(visitor, draft, name, **said):
    return visitor.post(f"{STAGE}/drafts/{draft['id']}/{name}", said, follow_redirects=True).text


def roll_back(visitor, reason):
    return visitor.post(f"{STAGE}/versions/1/rollback", {"reason": reason}, follow_redirects=True).text


def test_the_next_step_follows_the_state(ann, gatehouse, draft):
    assert "下一步：检查" in ann.get(review_of(draft)).text
    html = step(ann, draft, "check")
    assert "下一步：发布" in html and gatehouse.drafts.get("fraud", draft["id"])["state"] == "checked"
    html = step(ann, draft, "publish", note="每单都打电话", when="now")
    assert "第 2 版已发布" in html and "data-redecide" in html
    assert gatehouse.rulebooks.versions("fraud")[0]["published_by"] == "ann"


@pytest.mark.parametrize(
    "members",
    [
        {"rules": ["hello"]}, {"rules": [["a"]]}, {"rules": [{"id": "fraud.a", "then": [{"do": ["score"]}]}]},
        {"rules": [{"id": "fraud.a", "effective": {"from": "0001-01-01T00:00:00+08:00"}}]},
        {"rules": [{"id": "fraud.a", "effective": {"until": "9999-12-31T23:59:59-08:00"}}]},
        {"tables": [{"id": "fraud.a", "rows": 5}]},
    ],
)  # fmt: skip
def test_a_draft_of_any_shape_is_reviewed(ann, gatehouse, members):
    draft = gatehouse.drafts.create("fraud", ADMIN)
    gatehouse.drafts.save("fraud", draft["id"], {"stage": "fraud", **members}, draft["revision"], ADMIN)
    assert ann.get(review_of(draft)).status_code == 200
    step(ann, draft, "check")
    assert ann.get(review_of(draft)).status_code == 200
    assert gatehouse.drafts.get("fraud", draft["id"])["state"] == "draft"


def test_a_note_is_asked_for(ann, gatehouse, draft):
    step(ann, draft, "check")
    assert "请写明原因" in step(ann, draft, "publish", when="now")
    assert "请选择发布时间" in step(ann, draft, "publish", note="以后", when="later", at="morgen")
    assert gatehouse.drafts.get("fraud", draft["id"])["state"] == "checked"


def test_who_only_watches_reads_and_changes_nothing(visit, gatehouse, draft, preview):
    vera = visit("vera")
    for path in (review_of(draft), f"{STAGE}/history", f"{STAGE}/versions/1", "/console/rules/pipeline", STAGE):
        html = vera.get(path).text
        posting = [each for each in re.findall(r"<form[^>]*>", html) if "post" in each and "sign-out" not in each]
        assert posting == [], path
    assert "只有规则编辑可以提交或发布" in vera.get(review_of(draft)).text
    for name in ("check", "submit", "approve", "publish", "rebase", "discard", "preview"):
        assert "别的角色" in step(vera, draft, name, note="x", when="now"), name
    pause = {"rule": "fraud.high-value", "on": "0", "reason": "x"}
    assert "别的角色" in vera.post(f"{STAGE}/switch", pause, follow_redirects=True).text
    assert "别的角色" in roll_back(vera, "x")
    assert vera.post("/console/rules/pipeline/preference", {"preference": ["code"]}).status_code == 403
    assert vera.post(f"/console/rules/previews/{preview['id']}/cancel").status_code == 403
    assert gatehouse.drafts.get("fraud", draft["id"]) == draft and len(gatehouse.rulebooks.versions("fraud")) == 1


def test_a_reviewer_agrees_only_to_what_was_read(ann, gatehouse, draft):
    gatehouse.drafts.submit("fraud", draft["id"], ADMIN)
    assert "刚被别人改过" in step(ann, draft, "approve", revision=draft["revision"] - 1)
    assert gatehouse.drafts.get("fraud", draft["id"])["state"] == "in_review"
    assert "已同意" in step(ann, draft, "approve", revision=draft["revision"])


def test_a_draft_that_somebody_saved_meanwhile_is_not_rebased(ann, gatehouse, draft):
    other = changed(gatehouse, priority=44)
    gatehouse.drafts.publish("fraud", other["id"], ADMIN, "先发布")
    assert "这期间线上发布了第 2 版" in ann.get(review_of(draft)).text
    assert "刚被别人改过" in step(ann, draft, "rebase", how="merge", revision=draft["revision"] - 1)
    assert "大额订单待电话确认" in ann.get(review_of(draft)).text  # both have changed it: the draft's stays
    step(ann, draft, "rebase", how="merge", revision=draft["revision"])
    kept = gatehouse.drafts.get("fraud", draft["id"])
    assert kept["base_version"] == 2 and kept["rules"] == draft["rules"]


def test_a_draft_without_ids_is_kept_as_it_is(ann, gatehouse, draft):
    document = {name: draft[name] for name in ("note", "tables")} | {"rules": [*draft["rules"], {"title": "neu"}]}
    draft = gatehouse.drafts.save("fraud", draft["id"], document, draft["revision"], ADMIN)
    gatehouse.drafts.publish("fraud", changed(gatehouse, priority=44)["id"], ADMIN, "先发布")
    html = ann.get(review_of(draft)).text
    assert "并入这些改动" not in html and "保持草稿原样" in html
    step(ann, draft, "rebase", how="keep", revision=draft["revision"])
    assert gatehouse.drafts.get("fraud", draft["id"])["rules"] == document["rules"]


def test_a_preview_is_told_in_numbers(ann, preview):
    html = ann.get(f"/console/rules/previews/{preview['id']}").text
    moved = preview["impact"]["verdicts"]["approve>hold"]
    assert re.search(rf"通过</span>.*?挂起</span>.*?<b>{moved}</b>", html, re.S)
    assert ann.get("/console/rules/previews").text.count(f"previews/{preview['id']}") == 1
    assert "change their verdict" in ann.speak("en").get(f"/console/rules/previews/{preview['id']}").text


def test_an_order_of_a_preview_is_explained_and_masked(ann, visit, gatehouse, preview):
    top = preview["impact"]["top"][0]["order_no"]
    path = f"/console/rules/previews/{preview['id']}/orders/{top}"
    html = ann.get(path).text
    assert "只在草稿命中" in html and "fraud.high-value" in html
    address = gatehouse.orders.order(top)["receiver"]["address"]
    assert address not in visit("vera").get(path).text
    assert ann.get(f"/console/rules/previews/{preview['id']}/orders/jd.NOPE").status_code == 404


def test_a_rule_that_is_only_drafted_has_no_page_to_lead_to(ann, gatehouse, clock, draft):
    (rule,) = [each for each in draft["rules"] if each["id"] == "fraud.high-value"]
    document = {name: draft[name] for name in ("note", "tables")}
    document["rules"] = [*draft["rules"], {**rule, "id": "fraud.new"}]
    gatehouse.drafts.save("fraud", draft["id"], document, draft["revision"], ADMIN)
    clock.advance(minutes=1)
    preview = gatehouse.previews.ask_of_draft(draft["id"], ADMIN)["id"]
    while gatehouse.previews.go_on(preview):
        pass
    top = gatehouse.previews.status(preview, ADMIN)["impact"]["top"][0]["order_no"]
    html = ann.get(f"/console/rules/previews/{preview}/orders/{top}").text
    assert "fraud.new" in html and 'href="/console/rules/fraud/fraud.new"' not in html
    assert 'href="/console/rules/fraud/fraud.high-value"' in html


def test_a_preview_without_orders_says_so(ann, gatehouse, draft):
    made = ann.post(f"{STAGE}/drafts/{draft['id']}/preview", {"days": "1", "channel": "nobody"})
    preview_id = made.location.rpartition("/")[2]
    assert "后台进程马上就会开始" in ann.get(made.location).text
    while gatehouse.previews.go_on(preview_id):
        pass
    assert "这段时间没有订单" in ann.get(made.location).text


def test_a_preview_is_cancelled_once(ann, gatehouse, draft):
    made = ann.post(f"{STAGE}/drafts/{draft['id']}/preview", {"days": "7"})
    assert "已取消" in ann.post(f"{made.location}/cancel", follow_redirects=True).text
    assert "已经结束" in ann.post(f"{made.location}/cancel", follow_redirects=True).text


def test_versions_are_compared_and_rolled_back_with_a_reason(ann, gatehouse):
    gatehouse.drafts.publish("fraud", changed(gatehouse, priority=44)["id"], ADMIN, "大额往后放")
    assert "大额往后放" in ann.get(f"{STAGE}/history").text
    html = ann.get(f"{STAGE}/diff?from=1&to=2").text
    assert "<del>30</del>" in html and "<ins>44</ins>" in html
    assert "请写明原因" in roll_back(ann, " ")
    assert "作为第 3 版发布" in roll_back(ann, "还是原来好")
    assert "完全一样" in roll_back(ann, "再来")
    for path in ("versions/99", "diff?from=99&to=live", "diff?from=x&to=live", "drafts/none/review"):
        assert ann.get(f"{STAGE}/{path}").status_code == 404, path


@pytest.mark.parametrize("name", ["pipeline", "facts"])
def test_pipeline_and_facts_have_a_history_too(ann, name):
    for path in ("", "/history", "/versions/1", "/diff?from=1&to=live"):
        assert ann.get(f"/console/rules/{name}{path}").status_code == 200, path
    assert ann.get("/console/rules/nothing/history").status_code == 404


def test_a_stage_without_versions_has_an_empty_history(ann):
    assert "还没有发布过" in ann.get("/console/rules/tracking/history").text


def test_the_guide_is_for_who_never_changed_a_rule(ann, visit, gatehouse):
    assert "选环节" in ann.get("/console/rules").text
    assert "选环节" not in visit("vera").get("/console/rules").text
    ann.post("/console/rules/guide")
    assert "选环节" not in ann.get("/console/rules").text
    again = visit("ann")
    assert "选环节" in again.get("/console/rules").text
    changed(gatehouse, gatehouse.people.person("ann"), priority=31)
    assert "选环节" not in again.get("/console/rules").text


def test_every_page_keeps_the_policy(ann, draft, preview):
    top = preview["impact"]["top"][0]["order_no"]
    for path in (
        "/console/rules", STAGE, review_of(draft), f"{STAGE}/history", f"{STAGE}/versions/1", "/console/rules/pipeline",
        "/console/rules/facts", "/console/rules/previews", f"/console/rules/previews/{preview['id']}",
        f"/console/rules/previews/{preview['id']}/orders/{top}", f"{STAGE}/diff?from=1&to=draft:{draft['id']}",
    ):  # fmt: skip
        answer = ann.get(path)
        assert answer.status_code == 200, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.text), path


def test_held_orders_are_judged_again_only_by_whom_may(visit, gatehouse):
    gatehouse.pausing.switch("fraud", "fraud.high-value", False, ADMIN, "误拦")
    assert gatehouse.orders.order(HELD)["status"] == "held"
    assert "data-redecide" not in visit("vera").get(f"{STAGE}?changed=1").text
    assert "data-redecide" in visit("otto").get(f"{STAGE}?changed=1").text


def test_words_that_differ_are_marked_on_their_side():
    before, after = rule_changes.marked("Payable is at least ¥5,000.00, or so", "Payable is at least ¥800.00, or so")
    assert [each.text for each in before if each.differs] == ["¥5,000.00"]
    assert [each.text for each in after if each.differs] == ["¥800.00"]
    assert rule_changes.marked("", "new") == ((), (rule_changes.Piece("new", False),))


WINDOW = {"from": "2026-11-23T00:00:00+08:00", "until": "2026-11-24T00:00:00+08:00"}


def with_a_promotion(gatehouse, **more):
    """A draft with a rule that is in force on one day to come."""
    draft = gatehouse.drafts.create("fraud", ADMIN)
    rule = {
        "id": "fraud.gala", "title": {"zh": "大促看紧", "en": "Gala"}, "why": {"zh": "大促", "en": "A gala"},
        "when": {"fact": "order.payable_cents", "is": "gte", "value": 1}, "effective": WINDOW,
        "then": [{"do": "score", "points": 5}], **more,
    }  # fmt: skip
    document = {"note": "", "rules": [*draft["rules"], rule], "tables": draft["tables"]}
    return gatehouse.drafts.save("fraud", draft["id"], document, draft["revision"], ADMIN)


def test_a_reviewer_reads_when_a_new_rule_is_in_force(ann, gatehouse):
    html = ann.get(review_of(with_a_promotion(gatehouse, priority=5, enabled=False))).text
    assert "2026-11-23 00:00:00" in html and "2026-11-24 00:00:00" in html, "in the shop's time, as people read it"
    shown = re.sub(r"<[^>]+>|\s+", "", html)
    assert "优先级5" in shown and "启用否" in shown
    usual = ann.get(review_of(with_a_promotion(gatehouse, effective=None))).text
    assert "2026-11-23" not in usual and "<dt>优先级</dt>" not in usual


def test_a_preview_says_what_it_cannot_show(ann, gatehouse, clock):
    clock.advance(minutes=1)
    draft = with_a_promotion(gatehouse)
    preview_id = gatehouse.previews.ask_of_draft(draft["id"], ADMIN)["id"]
    while gatehouse.previews.go_on(preview_id):
        pass
    html = ann.get(f"/console/rules/previews/{preview_id}").text
    assert "看不出影响" in html and "大促看紧" in html


def test_a_preview_of_rules_in_force_says_nothing_of_the_kind(ann, preview):
    assert "看不出影响" not in ann.get(f"/console/rules/previews/{preview['id']}").text


def test_what_somebody_saved_in_a_row_is_one_line(ann, gatehouse, draft):
    for note in ("一", "二"):
        draft = gatehouse.drafts.get("fraud", draft["id"])
        document = {name: draft[name] for name in ("rules", "tables")} | {"note": note}
        gatehouse.drafts.save("fraud", draft["id"], document, draft["revision"], ADMIN)
    html = ann.get(review_of(draft)).text
    assert html.count("保存改动") == 1 and "×3" in html and html.count("新建草稿") == 1


def test_a_single_version_has_nothing_to_be_compared_with(ann, gatehouse, draft):
    alone = ann.get(f"{STAGE}/history").text
    assert 'name="from"' not in alone and "对照所选" not in alone
    assert "随版本附带" in alone and "shipped" not in alone, "one language at a time"
    gatehouse.drafts.publish("fraud", draft["id"], ADMIN, "第二版")
    assert ann.get(f"{STAGE}/history").text.count('name="from"') == 2


def test_a_scheduled_version_that_was_left_behind_is_told_at_once(ann, gatehouse, clock, draft):
    gatehouse.drafts.publish("fraud", draft["id"], ADMIN, "大促", clock() + dt.timedelta(hours=8))
    before = ann.get(STAGE).text
    assert "到时发布不了" not in before and "现在发布别的" in before, "who pauses a rule is warned"
    assert "到时发布不了" not in ann.get(review_of(draft)).text
    gatehouse.pausing.switch("fraud", "fraud.blacklisted", False, ADMIN, "误伤")
    for page in (STAGE, review_of(draft)):
        html = ann.get(page).text
        assert "到时发布不了：它基于第 1 版，线上已是第 3 版" in html and "现在发布别的" not in html, page
    assert "第 2 版 11-11" in before and "第 2 版 11-11" not in ann.get(STAGE).text, "nor on the strip"
    step(ann, draft, "unschedule", note="先并入")
    assert "到时发布不了" not in ann.get(STAGE).text
    assert "并入这些改动" in ann.get(review_of(draft)).text


def test_one_that_follows_a_scheduled_version_is_not_left_behind(ann, gatehouse, clock, draft):
    first = gatehouse.drafts.publish("fraud", draft["id"], ADMIN, "大促", clock() + dt.timedelta(hours=8))["version"]
    then = gatehouse.drafts.create("fraud", ADMIN, base_version=first)
    document = {name: then[name] for name in ("rules", "tables")} | {"note": "大促之后"}
    gatehouse.drafts.save("fraud", then["id"], document, then["revision"], ADMIN)
    gatehouse.drafts.publish("fraud", then["id"], ADMIN, "收尾", clock() + dt.timedelta(hours=32))
    assert "到时发布不了" not in ann.get(STAGE).text


def test_a_pause_is_noted_in_the_readers_language(ann, gatehouse):
    gatehouse.pausing.switch("fraud", "fraud.blacklisted", False, ADMIN, "误伤: 太多")
    assert "暂停 fraud.blacklisted：误伤: 太多" in ann.get(f"{STAGE}/history").text
    assert "Pause fraud.blacklisted: 误伤: 太多" in ann.speak("en").get(f"{STAGE}/history").text
