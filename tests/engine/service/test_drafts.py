"""Drafts: from the first word to what decides; reviews, schedules, and what happens when others publish meanwhile."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import threading
from typing import Any

import pytest

from engine import canonical
from engine.errors import (
    Conflict,
    DraftChanged,
    Forbidden,
    NotFound,
    OrderError,
    RulebookError,
    RulesRefused,
    StaleBase,
)
from engine.service.principals import Principal
from tests.conftest import NOW, open_gatehouse

EVE = Principal("person", "eve", frozenset({"editor"}))
ADA = Principal("person", "ada", frozenset({"approver"}))
BOB = Principal("person", "bob", frozenset({"approver"}))
TEXT = {"zh": "试一试", "en": "A try"}


def a_rule(slug: str = "tried", **more: Any) -> dict[str, Any]:
    when = {"fact": "order.payable_cents", "is": "gte", "value": 100}
    then = [{"do": "hold", "reason": "HIGH_RISK_OF_FRAUD"}]
    return {"id": f"fraud.{slug}", "title": TEXT, "why": TEXT, "when": when, "then": then, **more}


def never(slug: str = "never") -> dict[str, Any]:
    """A rule that the analysis refuses."""
    both = [{"fact": "order.payable_cents", "is": op, "value": 100} for op in ("lt", "gt")]
    return a_rule(slug, when={"all": both})


def document_of(draft: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({name: draft[name] for name in ("stage", "note", "rules", "tables")})


@pytest.fixture
def drafts(gatehouse):
    return gatehouse.drafts


@pytest.fixture
def write(drafts):
    """write(*rules) makes a draft of the live fraud rules with those rules added."""

    def make(*rules: dict[str, Any], by: Principal = EVE, base: int | None = None) -> dict[str, Any]:
        draft = drafts.create("fraud", by, base_version=base)
        return change(drafts, draft, *rules, by=by)

    return make


def change(drafts: Any, draft: dict[str, Any], *rules: dict[str, Any], by: Principal = EVE) -> dict[str, Any]:
    document = document_of(draft)
    document["rules"] += rules
    return drafts.save("fraud", draft["id"], document, draft["revision"], by)


@pytest.fixture
def reviewed(home, clock):
    """A Gatehouse in which a second person has to review."""
    opened = open_gatehouse(home, clock, REQUIRE_REVIEW="1")
    yield opened
    opened.close()


def audited(gatehouse: Any, draft: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["by"], each["action"]) for each in gatehouse.drafts.history("fraud", draft["id"])]


def fired(gatehouse: Any, samples: Any, number: str = "D-1") -> set[str]:
    document = {**samples[0].document, "channel_order_no": number}
    decision = gatehouse.orders.submit(document, samples[0].channel).decision
    return {each["rule"] for each in decision["firings"]}


def test_a_draft_goes_all_the_way(gatehouse, drafts, write, samples, clock):
    draft = write(a_rule())
    checked = drafts.check("fraud", draft["id"], EVE)
    assert (checked["draft"]["state"], checked["findings"]) == ("checked", [])
    assert drafts.submit("fraud", draft["id"], EVE, "please look")["state"] == "in_review"
    approved = drafts.approve("fraud", draft["id"], ADA, "looks right", draft["revision"])
    assert (approved["state"], approved["approved_by"]) == ("approved", "ada")
    clock.advance(minutes=1)
    version = drafts.publish("fraud", draft["id"], EVE, "for tonight")
    assert (version["version"], version["state"], version["published_by"], version["note"]) == (
        2, "live", "eve", "for tonight",
    )  # fmt: skip
    assert version["document"] == document_of(draft)
    assert "fraud.tried" in fired(gatehouse, samples)
    done = drafts.get("fraud", draft["id"])
    assert (done["state"], done["version"]) == ("published", 2)
    assert drafts.of("fraud") == []
    assert audited(gatehouse, draft) == [
        ("eve", "publish"), ("ada", "approve"), ("eve", "submit"), ("eve", "check"), ("eve", "check"),
        ("eve", "save"), ("eve", "create"),
    ]  # fmt: skip
    assert drafts.history("fraud", draft["id"])[1]["details"]["note"] == "looks right"


def test_without_a_review_a_draft_is_published_as_it_is(drafts, write):
    assert drafts.publish("fraud", write(a_rule())["id"], EVE, "quick")["state"] == "live"


def test_what_must_not_go_live_is_told_with_every_finding_and_kept(drafts, write, gatehouse):
    draft = write(never(), a_rule("twin"), a_rule("twin-2"))
    for attempt in (
        lambda: drafts.check("fraud", draft["id"], EVE), lambda: drafts.submit("fraud", draft["id"], EVE),
        lambda: drafts.publish("fraud", draft["id"], EVE, "go"),
    ):  # fmt: skip
        with pytest.raises(RulesRefused) as error:
            attempt()
        assert "never-fires" in {each.name for each in error.value.findings}
        assert any(each.severity == "warning" for each in error.value.findings)
        kept = drafts.get("fraud", draft["id"])
        assert kept["state"] == "draft" and "never-fires" in {each["name"] for each in kept["findings"]}
    assert len(gatehouse.rulebooks.versions("fraud")) == 1
    mended = drafts.save("fraud", draft["id"], {"rules": []}, draft["revision"], EVE)
    assert mended["findings"] is None


def test_a_note_and_a_time_ahead_are_asked_for(drafts, write, clock):
    draft = write(a_rule())
    with pytest.raises(OrderError):
        drafts.publish("fraud", draft["id"], EVE, "  ")
    for at in (clock.now, clock.now - dt.timedelta(days=1)):
        with pytest.raises(OrderError):
            drafts.publish("fraud", draft["id"], EVE, "late", at)


def test_any_edit_goes_back_to_draft(drafts, write):
    draft = write(a_rule())
    drafts.submit("fraud", draft["id"], EVE)
    drafts.approve("fraud", draft["id"], ADA)
    edited = change(drafts, drafts.get("fraud", draft["id"]), a_rule("more"))
    assert (edited["state"], edited["approved_by"], edited["revision"]) == ("draft", None, 3)
    with pytest.raises(Conflict):
        drafts.approve("fraud", draft["id"], ADA)


def test_an_approver_agrees_only_to_what_was_read(drafts, write):
    draft = write(a_rule())
    drafts.submit("fraud", draft["id"], EVE)
    change(drafts, draft, a_rule("more"))
    drafts.submit("fraud", draft["id"], EVE)
    with pytest.raises(DraftChanged):
        drafts.approve("fraud", draft["id"], ADA, "fine", draft["revision"])
    assert drafts.get("fraud", draft["id"])["state"] == "in_review"


def test_a_reviewer_gives_a_draft_back_with_a_reason(gatehouse, drafts, write):
    draft = write(a_rule())
    drafts.submit("fraud", draft["id"], EVE)
    assert drafts.send_back("fraud", draft["id"], ADA, "too strict")["state"] == "draft"
    assert drafts.history("fraud", draft["id"])[0]["details"]["note"] == "too strict"
    with pytest.raises(Forbidden):
        drafts.send_back("fraud", draft["id"], EVE, "no")


def test_where_review_is_required_nobody_publishes_what_they_wrote_alone(reviewed, write):
    drafts = reviewed.drafts
    draft = write(a_rule(), by=ADA)
    with pytest.raises(Conflict):
        drafts.publish("fraud", draft["id"], ADA, "go")
    drafts.submit("fraud", draft["id"], ADA)
    with pytest.raises(Conflict):
        drafts.publish("fraud", draft["id"], ADA, "go")
    with pytest.raises(Forbidden):
        drafts.approve("fraud", draft["id"], ADA)
    drafts.approve("fraud", draft["id"], BOB)
    with pytest.raises(Forbidden):
        drafts.publish("fraud", draft["id"], EVE, "go")
    assert drafts.publish("fraud", draft["id"], ADA, "go")["version"] == 2


def test_who_edited_somebody_elses_draft_does_not_approve_it_either(reviewed, write):
    draft = write(a_rule())
    change(reviewed.drafts, draft, a_rule("by-ada"), by=ADA)
    reviewed.drafts.submit("fraud", draft["id"], EVE)
    with pytest.raises(Forbidden):
        reviewed.drafts.approve("fraud", draft["id"], ADA)
    assert reviewed.drafts.approve("fraud", draft["id"], BOB)["state"] == "approved"


def test_where_review_is_required_shortcuts_are_the_approvers(reviewed, write):
    with pytest.raises(Forbidden):
        reviewed.pausing.switch("fraud", "fraud.high-value", False, EVE, "harm")
    assert reviewed.pausing.switch("fraud", "fraud.high-value", False, ADA, "harm")["version"] == 2
    with pytest.raises(Forbidden):
        reviewed.rulebooks.rollback("fraud", 1, EVE, "back")
    assert reviewed.rulebooks.rollback("fraud", 1, ADA, "back") == 3


def test_a_draft_of_a_version_that_is_no_longer_live_is_refused_with_what_changed(drafts, write):
    mine, theirs = write(a_rule("mine")), write(a_rule("theirs"))
    drafts.publish("fraud", theirs["id"], ADA, "first")
    for attempt in (
        lambda: drafts.publish("fraud", mine["id"], EVE, "go"), lambda: drafts.submit("fraud", mine["id"], EVE),
    ):  # fmt: skip
        with pytest.raises(StaleBase) as error:
            attempt()
        assert (error.value.details["base_version"], error.value.details["live_version"]) == (1, 2)
        assert [each["id"] for each in error.value.details["diff"]["added"]] == ["fraud.theirs"]
    current = drafts.get("fraud", mine["id"])
    assert (current["base_version"], current["live_version"]) == (1, 2)
    document = document_of(current)
    document["rules"].append(a_rule("theirs"))
    drafts.save("fraud", mine["id"], document, current["revision"], EVE, base_version=2)
    assert drafts.publish("fraud", mine["id"], EVE, "both")["version"] == 3


def test_another_stages_publish_is_no_conflict(gatehouse, drafts, write, monkeypatch):
    """Somebody publishes another stage while this one is being checked."""
    draft, other = write(a_rule()), gatehouse.rulebooks.version("audit", 1)["document"]
    prepare, meanwhile = gatehouse.rulebooks.prepare, []

    def prepare_slowly(stage: str, document: Any) -> Any:
        checked = prepare(stage, document)
        if not meanwhile:
            meanwhile.append(gatehouse.rulebooks.publish("audit", {**other, "note": "meanwhile"}, ADA))
        return checked

    monkeypatch.setattr(gatehouse.rulebooks, "prepare", prepare_slowly)
    assert drafts.publish("fraud", draft["id"], EVE, "go")["version"] == 2
    assert gatehouse.rulebooks.versions("audit")[0]["version"] == 2


def test_a_draft_that_is_edited_while_it_is_published_is_not(gatehouse, drafts, write, monkeypatch):
    draft, prepare = write(a_rule()), gatehouse.rulebooks.prepare

    def prepare_slowly(stage: str, document: Any) -> Any:
        checked = prepare(stage, document)
        change(drafts, draft, a_rule("more"), by=ADA)
        return checked

    monkeypatch.setattr(gatehouse.rulebooks, "prepare", prepare_slowly)
    with pytest.raises(Conflict):
        drafts.publish("fraud", draft["id"], EVE, "go")
    assert len(gatehouse.rulebooks.versions("fraud")) == 1
    assert drafts.get("fraud", draft["id"])["state"] == "draft"


def test_a_draft_that_says_what_is_live_is_not_published(drafts, write):
    with pytest.raises(Conflict):
        drafts.publish("fraud", write()["id"], EVE, "nothing new")


def test_of_many_who_save_at_once_one_does_and_the_others_are_told(drafts, write):
    draft, together, outcomes = write(), threading.Barrier(8, timeout=30), []

    def save(number: int) -> None:
        together.wait()
        try:
            change(drafts, draft, a_rule(f"n{number}"))
            outcomes.append("saved")
        except DraftChanged as error:
            outcomes.append(error.details["diff"]["added"][0]["id"])

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes.count("saved") == 1 and len(set(outcomes)) == 8
    assert drafts.get("fraud", draft["id"])["revision"] == draft["revision"] + 1


def test_the_live_rules_with_a_draft_can_be_tried(gatehouse, drafts, write, samples):
    draft, sample = write(a_rule()), samples[0]
    with drafts.compiled(draft["id"]) as compiled:
        tried = gatehouse.orders.dry_run(sample.document, sample.channel, compiled)
    assert "fraud.tried" in {each["rule"] for each in tried["decision"]["firings"]}
    live = gatehouse.orders.dry_run(sample.document, sample.channel)
    assert "fraud.tried" not in {each["rule"] for each in live["decision"]["firings"]}
    with pytest.raises(NotFound), drafts.compiled("fraud-99"):
        pass
    broken = drafts.save("fraud", draft["id"], {"rules": [{}]}, draft["revision"], EVE)
    with pytest.raises(RulebookError), drafts.compiled(broken["id"]):
        pass


# Schedules


@pytest.fixture
def at(clock):
    return clock.now + dt.timedelta(hours=1)


def until(clock: Any, at: dt.datetime, **by: float) -> None:
    clock.now = at + dt.timedelta(**by)


def test_a_scheduled_draft_goes_live_at_its_time(gatehouse, drafts, write, samples, clock, at):
    draft = write(a_rule())
    version = drafts.publish("fraud", draft["id"], EVE, "tonight", at)
    assert (version["version"], version["state"], version["published_at"]) == (2, "scheduled", at.isoformat())
    assert drafts.get("fraud", draft["id"])["state"] == "scheduled"
    until(clock, at, seconds=-1)
    assert gatehouse.schedule.publish_due() == 0
    assert "fraud.tried" not in fired(gatehouse, samples)
    until(clock, at, seconds=0.5)
    assert gatehouse.schedule.publish_due() == 1
    assert gatehouse.schedule.publish_due() == 0
    assert "fraud.tried" in fired(gatehouse, samples, "D-2")
    newest, first = gatehouse.rulebooks.versions("fraud")
    assert (newest["version"], newest["state"], first["state"]) == (2, "live", "superseded")
    assert (newest["published_by"], newest["note"]) == ("eve", "tonight")
    assert drafts.get("fraud", draft["id"])["state"] == "published"


def test_what_is_scheduled_is_not_edited_discarded_or_published_again(drafts, write, at):
    draft = write(a_rule())
    drafts.publish("fraud", draft["id"], EVE, "tonight", at)
    for attempt in (
        lambda: change(drafts, draft, a_rule("more")), lambda: drafts.discard("fraud", draft["id"], EVE),
        lambda: drafts.publish("fraud", draft["id"], EVE, "now"), lambda: drafts.submit("fraud", draft["id"], EVE),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            attempt()


def test_a_schedule_can_be_cancelled(gatehouse, drafts, write, clock, at):
    draft = write(a_rule())
    drafts.publish("fraud", draft["id"], EVE, "tonight", at)
    cancelled = drafts.unschedule("fraud", draft["id"], EVE, "not tonight")
    assert (cancelled["state"], cancelled["publish_at"], cancelled["version"]) == ("checked", None, None)
    until(clock, at, hours=1)
    assert gatehouse.schedule.publish_due() == 0
    assert [each["version"] for each in gatehouse.rulebooks.versions("fraud")] == [1]
    assert drafts.publish("fraud", draft["id"], EVE, "now")["version"] == 3  # 2 was given out once


def test_what_the_world_refuses_by_then_stays_a_draft_and_its_author_is_told(gatehouse, drafts, write, clock, at):
    asks = a_rule("wrapped", when={"fact": "order.attributes.gift_wrap", "is": "is_true"})
    facts = gatehouse.rulebooks.version("facts", 1)["document"]
    assert "order.attributes.gift_wrap" in {each["name"] for each in facts["facts"]}
    draft = write(asks)
    drafts.publish("fraud", draft["id"], EVE, "tonight", at)
    gatehouse.rulebooks.publish("facts", {**facts, "facts": []}, ADA)
    until(clock, at, seconds=1)
    assert gatehouse.schedule.publish_due() == 1
    refused = drafts.get("fraud", draft["id"])
    assert (refused["state"], refused["publish_at"], refused["version"]) == ("draft", None, None)
    assert [(each["name"], each["path"]) for each in refused["findings"]] == [
        ("unknown-fact", f"fraud.rules.{len(refused['rules']) - 1}.when.fact"),
    ]
    assert audited(gatehouse, draft)[0] == ("gatehouse", "refuse")
    assert [each["state"] for each in gatehouse.rulebooks.versions("fraud")] == ["live"]
    with gatehouse.database.read() as uow:
        (notice,) = uow.vendors.of("")["notices"]
    assert (notice["to"], notice["template"]) == ("eve", "draft-refused")
    in_chinese, in_english = notice["text"].splitlines()
    assert all(draft["id"] in text and "unknown-fact" in text for text in (in_chinese, in_english))
    assert "没有发布" in in_chinese and "not published" in in_english
    assert gatehouse.schedule.publish_due() == 0


def test_what_was_published_meanwhile_is_not_overwritten_at_the_time(gatehouse, drafts, write, clock, at):
    draft = write(a_rule())
    drafts.publish("fraud", draft["id"], EVE, "tonight", at)
    drafts.publish("fraud", write(a_rule("first"))["id"], ADA, "now")
    until(clock, at)
    gatehouse.schedule.publish_due()
    refused = drafts.get("fraud", draft["id"])
    assert (refused["state"], [each["name"] for each in refused["findings"]]) == ("draft", ["stale-base"])
    live = gatehouse.rulebooks.versions("fraud")[0]
    assert (live["version"], live["state"]) == (3, "live")


def test_a_second_schedule_builds_on_the_first(gatehouse, drafts, write, clock, at):
    """On at eight, off at midnight."""
    later = at + dt.timedelta(hours=4)
    on = write(a_rule())
    drafts.publish("fraud", on["id"], EVE, "on", at)
    with pytest.raises(StaleBase):
        drafts.publish("fraud", write(a_rule("off"))["id"], EVE, "off", later)
    off = drafts.create("fraud", EVE, base_version=2)
    assert off["rules"][-1]["id"] == "fraud.tried"
    document = document_of(off)
    del document["rules"][-1]
    off = drafts.save("fraud", off["id"], document, off["revision"], EVE)
    drafts.publish("fraud", off["id"], EVE, "off", later)
    until(clock, later, minutes=1)  # whoever was asleep catches up, in order
    assert gatehouse.schedule.publish_due() == 2
    assert [(each["version"], each["state"]) for each in gatehouse.rulebooks.versions("fraud")] == [
        (3, "live"), (2, "superseded"), (1, "superseded"),
    ]  # fmt: skip


def test_of_several_processes_one_publishes(gatehouse, home, drafts, write, clock, at):
    drafts.publish("fraud", write(a_rule())["id"], EVE, "tonight", at)
    others = [gatehouse, *(open_gatehouse(home, clock) for _ in range(3))]
    until(clock, at, seconds=-5)
    for each in others:  # all have checked it ahead
        assert each.schedule.publish_due() == 0
    until(clock, at)
    together, done = threading.Barrier(4, timeout=30), []

    def publish(opened: Any) -> None:
        together.wait()
        done.append(opened.schedule.publish_due())

    threads = [threading.Thread(target=publish, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for each in others[1:]:
        each.close()
    assert sorted(done) == [0, 0, 0, 1]
    with gatehouse.database.read() as uow:
        published = [each for each in uow.audit.list(None, 100)[0] if each["action"] == "rulesets.publish"]
    assert len(published) == 1


def test_a_check_ahead_that_the_world_has_overtaken_does_not_count(gatehouse, drafts, write, clock, at):
    drafts.publish("fraud", write(a_rule())["id"], EVE, "tonight", at)
    until(clock, at, seconds=-5)
    gatehouse.schedule.publish_due()
    other = gatehouse.rulebooks.version("audit", 1)["document"]
    gatehouse.rulebooks.publish("audit", {**other, "note": "meanwhile"}, ADA)
    until(clock, at)
    assert gatehouse.schedule.publish_due() == 1
    assert gatehouse.rulebooks.versions("fraud")[0]["state"] == "live"


# Pausing


def test_a_rule_is_paused_and_resumed_by_a_version_with_its_reason(gatehouse, write, drafts, samples):
    drafts.publish("fraud", write(a_rule())["id"], EVE, "go")
    assert "fraud.tried" in fired(gatehouse, samples)
    paused = gatehouse.pausing.switch("fraud", "fraud.tried", False, EVE, "holds everybody")
    assert (paused["version"], paused["state"], paused["note"]) == (3, "live", "pause fraud.tried: holds everybody")
    assert "fraud.tried" not in fired(gatehouse, samples, "D-2")
    with pytest.raises(Conflict):
        gatehouse.pausing.switch("fraud", "fraud.tried", False, EVE, "again")
    resumed = gatehouse.pausing.switch("fraud", "fraud.tried", True, EVE, "mended")
    assert resumed["document"]["rules"][-1]["enabled"] is True
    assert "fraud.tried" in fired(gatehouse, samples, "D-3")


def test_a_table_is_paused_as_a_whole(gatehouse):
    paused = gatehouse.pausing.switch("carrier", "carrier.choose-by-weight-and-sla", False, EVE, "wrong")
    assert paused["document"]["tables"][0]["enabled"] is False
    with pytest.raises(NotFound):
        gatehouse.pausing.switch("carrier", "carrier.choose-by-weight-and-sla#1", False, EVE, "wrong")


def test_nothing_that_the_analysis_finds_stands_in_the_way_of_a_pause(gatehouse, drafts, write):
    """A later release may find more in rules that went live long ago."""
    document = document_of(write(never("old"), a_rule("harmful")))
    with gatehouse.database.write() as uow:
        uow.rulesets.publish("fraud", document, canonical.digest(document), "li", NOW)
        uow.commit()
    with pytest.raises(RulesRefused):
        drafts.check("fraud", write(a_rule("more"))["id"], EVE)
    assert gatehouse.pausing.switch("fraud", "fraud.harmful", False, EVE, "harm")["state"] == "live"


NOT_LIVE = [("fraud", "fraud.none"), ("pipeline", "x"), ("froud", "x"), ("aftersale", "x")]


@pytest.mark.parametrize(("stage", "rule"), NOT_LIVE)
def test_what_is_not_live_is_not_paused(gatehouse, stage, rule):
    with pytest.raises(NotFound):
        gatehouse.pausing.switch(stage, rule, False, EVE, "why")


def test_settings_say_whether_review_is_required(gatehouse, reviewed):
    assert dataclasses.asdict(reviewed.settings)["require_review"] and not gatehouse.settings.require_review
