"""The strip of the next 72 hours on a stage's page and beside a draft."""

from __future__ import annotations

import copy
import datetime as dt

from tests.conftest import ADMIN


def windowed(gatehouse, *windows):
    """The live audit rules with one flag rule for each (name, from hours, until hours)."""
    document = copy.deepcopy(gatehouse.rulebooks.live_documents()[0]["audit"])
    now = gatehouse.clock()
    for name, *hours in windows:
        from_, until = ((now + dt.timedelta(hours=each)).isoformat() if each is not None else None for each in hours)
        effective = {"by": "now", **({"from": from_} if from_ else {}), **({"until": until} if until else {})}
        document["rules"].append({
            "id": f"audit.{name}", "title": {"zh": f"大促{name}", "en": f"Sale {name}"},
            "why": {"zh": "活动", "en": "A sale"}, "then": [{"do": "flag", "code": "NAME_VAGUE"}],
            "when": {"fact": "order.payable_cents", "is": "gte", "value": 1}, "effective": effective,
        })  # fmt: skip
    return document


def test_a_stage_shows_what_switches_on_and_off_and_warns_of_the_gap(ann, gatehouse):
    assert "未来 72 小时" not in ann.get("/console/rules/audit").text
    gatehouse.rulebooks.publish("audit", windowed(gatehouse, ("eve", None, 8), ("day", 12, 36)), ADMIN)
    shown = ann.get("/console/rules/audit").text
    assert "未来 72 小时" in shown
    assert "「大促eve」" in shown and "没有同类规则生效" in shown
    assert shown.count('class="strip-on"') == 2
    assert "Next 72 hours" in ann.speak("en").get("/console/rules/audit").text


def test_a_draft_shows_its_own(ann, gatehouse):
    draft = gatehouse.drafts.create("audit", ADMIN, windowed(gatehouse, ("eve", None, 8)))
    shown = ann.get(f"/console/rules/audit/drafts/{draft['id']}/strip").text
    assert "大促eve" in shown and "没有同类规则生效" not in shown
    assert "大促eve" not in ann.get("/console/rules/audit").text


def test_a_draft_shows_the_hours_from_the_instant_of_the_bench(ann, gatehouse):
    far = gatehouse.clock() + dt.timedelta(days=30)
    document = windowed(gatehouse, ("gala", 30 * 24 + 2, 30 * 24 + 5))
    address = f"/console/rules/audit/drafts/{gatehouse.drafts.create('audit', ADMIN, document)['id']}/strip"
    assert "大促gala" not in ann.get(address).text
    shown = ann.get(address, query_string={"at": far.isoformat()}).text
    assert "大促gala" in shown and "起 72 小时" in shown and "现在" not in shown
    assert "大促gala" not in ann.get(f"{address}?at=nonsense").text
