"""The log of firings over HTTP."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from tests.api.conftest import of_high_value, sample

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def decided(taobao, clock):
    """Two orders, one held as HIGH_VALUE an hour after the other was approved."""
    plain = sample(remark="发顺丰")
    taobao.post("/v1/orders", plain)
    clock.advance(hours=1)
    held = of_high_value()
    held["receiver"]["name"] = "欧阳娜娜"
    taobao.post("/v1/orders", held)
    return f"taobao.{plain['channel_order_no']}", f"taobao.{held['channel_order_no']}"


def found(call, query="", role="ops"):
    return call(role).get(f"/v1/firings?limit=200&{query}").json["items"]


def test_each_firing_says_what_the_rule_saw_and_did_and_by_which_rules(call, decided, house):
    (fired,) = found(call, "rule=fraud.high-value")
    order = call("ops").get(f"/v1/orders/{decided[1]}").json
    assert fired["decision_id"] == order["decision"]["id"] and fired["rulebook"] == order["decision"]["rulebook"]
    assert (fired["order_no"], fired["channel"], fired["stage"]) == (decided[1], "taobao", "fraud")
    assert (fired["verdict"], fired["waived"], fired["subject"]) == ("hold", False, "order")
    assert fired["effects"][0]["reason"] == "HIGH_VALUE" and fired["seen"]["order.payable_base_cents"] == 600_000


def test_they_are_found_by_all_that_they_have(call, decided):
    approved, held = decided
    assert {each["order_no"] for each in found(call)} == {approved, held}
    assert {each["order_no"] for each in found(call, "verdict=hold")} == {held}
    assert {each["order_no"] for each in found(call, f"order_no={approved}")} == {approved}
    assert {each["stage"] for each in found(call, "stage=intake")} == {"intake"}
    assert found(call, "channel=own-shop") == found(call, "waived=1") == []
    assert {each["order_no"] for each in found(call, "from=2026-11-11T11:00:00%2B08:00")} == {held}
    assert {each["order_no"] for each in found(call, "to=2026-11-11T11:00:00%2B08:00")} == {approved}
    assert {each["rule"].partition("#")[0] for each in found(call, "rule=intake.wish-carrier")} == {
        "intake.wish-carrier"
    }


def test_a_release_marks_what_it_took_the_hold_off(call, decided):
    call("approver").post(f"/v1/orders/{decided[1]}/release", {"holds": ["HIGH_VALUE"], "reason": "known buyer"})
    assert {each["rule"] for each in found(call, "waived=1")} == {"fraud.high-value"}


def test_pages_follow_one_another(call, decided):
    first = call("ops").get("/v1/firings?limit=2").json
    rest = call("ops").get(f"/v1/firings?limit=200&cursor={first['next_cursor']}").json
    assert first["items"] + rest["items"] == found(call) and rest["next_cursor"] is None


def test_viewers_see_masked_values(call, decided, house):
    assert [each["rule"] for each in found(call, role="viewer")] == [each["rule"] for each in found(call)]
    assert "发顺丰" in str(found(call, "stage=intake"))
    said = str(found(call, role="viewer"))
    assert "欧阳娜娜" not in said and "13800138000" not in said


def test_a_csv_file_has_the_same_and_runs_no_formula(call, decided):
    answer = call("ops").get("/v1/firings?format=csv")
    assert answer.mimetype == "text/csv" and "firings.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["rule"] for row in rows] == [each["rule"] for each in found(call)]
    (held,) = [row for row in rows if row["rule"] == "fraud.high-value"]
    assert held["at"] == "2026-11-11T11:30:00+08:00" and held["title_en"] and held["title_zh"]
    assert "order.payable_base_cents = 600000" in held["seen"] and held["effects"].startswith("hold (")
    assert len(held["rulebook"]) == 64
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_a_workbook_has_the_same(call, decided):
    answer = call("ops").get("/v1/firings?format=xlsx&verdict=hold")
    assert answer.mimetype == XLSX
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert [row[head.index("rule")] for row in rows] == [each["rule"] for each in found(call, "verdict=hold")]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_files_are_for_those_who_may_see_people(shared):
    assert shared.caller("viewer").get("/v1/firings?format=csv").status_code == 403
    assert shared.caller("taobao").get("/v1/firings").status_code == 403
    assert shared.caller("viewer").get("/v1/firings").status_code == 200


def test_what_cannot_be_asked_is_said(shared):
    answer = shared.caller("ops").get("/v1/firings?stage=nowhere&from=yesterday&colour=red")
    assert answer.status_code == 422
    assert {each["path"] for each in answer.json["errors"]} == {"stage", "from", "colour"}
    assert shared.caller("ops").get("/v1/firings?cursor=x").status_code == 422
