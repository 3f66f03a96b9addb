"""The audit log over HTTP."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

LIST = {"title": {"zh": "新", "en": "New"}, "items": ["a"], "kind": "text"}


@pytest.fixture
def changed(call, clock):
    """A list that came, changed and went, an hour between each."""
    admin = call("admin")
    admin.put("/v1/lists/new", LIST)
    clock.advance(hours=1)
    admin.put("/v1/lists/new", LIST | {"items": ["a", "b"]})
    clock.advance(hours=1)
    admin("DELETE", "/v1/lists/new")


def entries(call, query):
    return call("ops").get(f"/v1/audit-log?{query}").json["items"]


def test_every_change_of_reference_data_is_there_with_before_and_after(changed, call):
    gone, put, new = entries(call, "what=new")
    assert [each["action"] for each in (new, put, gone)] == ["lists.put", "lists.put", "lists.delete"]
    assert (new["before"], new["after"]["items"]) == (None, ["a"])
    assert (put["before"]["items"], put["after"]["items"]) == (["a"], ["a", "b"])
    assert (gone["before"]["items"], gone["after"]) == (["a", "b"], None)
    assert {each["by"] for each in (new, put, gone)} == {"admin-token"}


def test_entries_are_found_by_kind_person_and_time(changed, call):
    assert len(entries(call, "kind=lists")) == 3
    assert entries(call, "kind=list") == []
    assert {each["action"] for each in entries(call, "kind=key")} == {"key.create"}
    assert len(entries(call, "kind=lists&by=admin-token")) == 3
    assert entries(call, "kind=lists&by=nobody") == []
    assert [each["action"] for each in entries(call, "from=2026-11-11T04:30:00Z")] == ["lists.delete"]
    between = "kind=lists&from=2026-11-11T11:00:00%2B08:00&to=2026-11-11T12:30:00%2B08:00"
    assert [each["after"]["items"] for each in entries(call, between)] == [["a", "b"]]


def test_pages_follow_one_another(changed, call):
    first = call("ops").get("/v1/audit-log?kind=lists&limit=2").json
    rest = call("ops").get(f"/v1/audit-log?kind=lists&limit=2&cursor={first['next_cursor']}").json
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, None]


def test_it_is_not_for_viewers(shared):
    assert shared.caller("viewer").get("/v1/audit-log").status_code == 403
    assert shared.caller("ops").get("/v1/audit-log?from=yesterday").status_code == 422


def test_the_same_document_again_is_no_change(call):
    call("admin").put("/v1/lists/new", LIST)
    assert call("admin").put("/v1/lists/new", LIST).status_code == 200
    assert len(entries(call, "what=new")) == 1


def test_the_same_is_to_be_had_as_a_file_with_only_what_differs(changed, call):
    answer = call("ops").get("/v1/audit-log?kind=lists&format=csv")
    assert answer.mimetype == "text/csv" and "audit-log.csv" in answer.headers["Content-Disposition"]
    head, gone, put, new = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head == ["id", "at", "by", "action", "what", "before", "after"]
    assert put[1].endswith("+08:00") and put[2:5] == ["admin-token", "lists.put", "new"]
    assert put[5:] == ['{"items": ["a"]}', '{"items": ["a", "b"]}']
    assert new[5] == "" and gone[6] == "" and '"title"' in gone[5]
    book = openpyxl.load_workbook(io.BytesIO(call("ops").get("/v1/audit-log?kind=lists&format=xlsx").data))
    assert [row[3].value for row in book.active.rows] == ["action", "lists.delete", "lists.put", "lists.put"]
    assert call("viewer").get("/v1/audit-log?format=csv").status_code == 403
