"""Reference data as CSV and Excel files."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa

from engine.intake.reference import KINDS
from engine.store.models.reference import ReferenceRow
from tests.api.test_reference import NEW

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def lines(response):
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


def entries(call, kind):
    return call("ops").get(f"/v1/audit-log?kind={kind}").json["items"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_is_exported_comes_back_unchanged(call, kind, format_):
    admin = call("admin")
    if kind in ("sku-aliases", "coupons", "templates"):
        admin.put(f"/v1/{kind}/NEW-1", NEW[kind])
    before = admin.get(f"/v1/{kind}?limit=200").json["items"]
    assert before
    file = admin.get(f"/v1/{kind}?format={format_}")
    assert file.headers["Content-Disposition"].endswith(f"{kind}.{format_}")
    again = admin.post(f"/v1/{kind}/import", file.data)
    assert again.status_code == 200
    told = again.json
    assert (told["created"], told["changed"], told["items"]) == (0, 0, [])
    assert admin.get(f"/v1/{kind}?limit=200").json["items"] == before


@pytest.mark.parametrize("kind", ["carriers", "rate-cards", "coverage", "lists", "skus"])
def test_what_was_deleted_comes_back_from_its_file(call, house, kind):
    admin = call("admin")
    code = {"lists": "promotion-days", "carriers": "SF", "skus": "LAUNDRY-2L"}.get(kind, "SF-STD")
    document = admin.get(f"/v1/{kind}/{code}").json
    file = admin.get(f"/v1/{kind}/{code}?format=csv")
    with house.gatehouse.database.write() as uow:
        uow._connection.execute(sa.delete(ReferenceRow).where(ReferenceRow.kind == kind, ReferenceRow.code == code))
        uow.commit()
    assert admin.get(f"/v1/{kind}/{code}").status_code == 404
    told = admin.post(f"/v1/{kind}/import", file.data).json
    assert (told["created"], told["items"][0]["code"]) == (1, code)
    assert admin.get(f"/v1/{kind}/{code}").json == document


def test_a_file_changes_what_it_names_and_each_change_is_in_the_audit_log(call):
    before = call("viewer").get("/v1/skus/LAUNDRY-2L").json
    file = "code,floor_cents,title\nLAUNDRY-2L,1234,\nCUP,,杯子\n".encode()
    refused = call("admin").post("/v1/skus/import", file)
    assert refused.status_code == 422
    wrong = {each["path"]: each["message"] for each in refused.json["errors"]}
    assert set(wrong) == {"C2", "A3"}
    assert wrong["C2"].startswith("title: ") and any(name in wrong["A3"] for name in ("category", "weight_g"))
    assert len(refused.json["errors"]) == 3
    assert call("viewer").get("/v1/skus/LAUNDRY-2L").json == before
    told = call("admin").post("/v1/skus/import", b"code,floor_cents\nLAUNDRY-2L,1234\n").json
    assert told["items"] == [{"code": "LAUNDRY-2L", "change": "changed", "fields": ["floor_cents"]}]
    assert call("viewer").get("/v1/skus/LAUNDRY-2L").json == before | {"floor_cents": 1234}
    (entry,) = entries(call, "skus")
    assert (entry["what"], entry["before"]["floor_cents"], entry["after"]["floor_cents"]) == (
        "LAUNDRY-2L", before["floor_cents"], 1234,
    )  # fmt: skip


def test_a_dry_run_says_the_same_and_changes_nothing(call):
    file = "code,title.zh,title.en,item\nnew,新,New,a\nnew,,,b\n".encode()
    dry = call("admin").post("/v1/lists/import?dry_run=1", file).json
    assert (dry["dry_run"], dry["created"]) == (True, 1)
    assert call("viewer").get("/v1/lists/new").status_code == 404
    assert entries(call, "lists") == []
    assert call("admin").post("/v1/lists/import", file).json == dry | {"dry_run": False}
    assert call("viewer").get("/v1/lists/new").json["items"] == ["a", "b"]


def test_every_problem_is_named_by_its_cell(call):
    admin = call("admin")
    file = admin.get("/v1/rate-cards/SF-STD?format=xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(file))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    sheet.cell(2, header.index("zone.additional_g") + 1).value = "much"
    sheet.cell(3, header.index("zone.steps") + 1).value = "1000:8, 500:9"
    changed = io.BytesIO()
    book.save(changed)
    refused = admin.post("/v1/rate-cards/import", changed.getvalue())
    assert refused.status_code == 422
    found = {each["path"]: each["message"] for each in refused.json["errors"]}
    assert found.keys() >= {"F2"} and found["F2"].startswith("zone.additional_g: must be a whole number"), found
    sheet.cell(2, header.index("zone.additional_g") + 1).value = 500
    changed = io.BytesIO()
    book.save(changed)
    refused = admin.post("/v1/rate-cards/import", changed.getvalue())
    assert [each["path"] for each in refused.json["errors"]] == ["E3"]


@pytest.mark.parametrize(
    ("file", "path", "code"),
    [
        (b"", "A1", "required"),
        (b"code,titel,title.en\n", "B1", "unknown-field"),
        (b"code,kind,kind\n", "C1", "duplicate-key"),
        (b"title.zh\nx\n", "A1", "required"),
        (b"code\n", "A2", "required"),
        (b"code,kind\nx,text\n,text\n", "A3", "required"),
        (b"code,title.zh,item\nx,a,1\nx,b,2\n", "B3", "duplicate-key"),
        (b"PK\x03\x04 no workbook", "", "malformed-xlsx"),
        (b'code,kind\n"x,text\n', "", "malformed-csv"),
        (b"\xff\xff\xff", "", "malformed-csv"),
    ],
)
def test_a_file_of_another_form_is_refused(shared, file, path, code):
    refused = shared.caller("admin").post("/v1/lists/import", file)
    assert refused.status_code == 422
    assert (path, code) in [(each["path"], each["code"]) for each in refused.json["errors"]]


def test_a_formula_is_neither_run_nor_lost(call):
    admin, items = call("admin"), ["=1+1", "+1", "-2", "@x", "'=y", "'z", "a,b"]
    admin.put("/v1/lists/new", {"title": "new", "items": items})
    file = admin.get("/v1/lists/new?format=csv")
    assert [row[-1] for row in lines(file)[1:]] == ["'=1+1", "'+1", "'-2", "'@x", "''=y", "'z", "a,b"]
    assert admin.post("/v1/lists/import", file.data).json["unchanged"] == 1
    book = admin.get("/v1/lists/new?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).active
    assert {cell.data_type for cell in sheet["E"]} == {"s"}
    assert admin.post("/v1/lists/import", book.data).json["unchanged"] == 1
    sheet["E2"].value = "=1+1"
    packed = io.BytesIO()
    sheet.parent.save(packed)
    refused = admin.post("/v1/lists/import", packed.getvalue())
    assert [each["path"] for each in refused.json["errors"]] == ["E2"]


def test_chinese_spreadsheets_are_read(call):
    file = "code,title.zh,title.en,item\nnew,新,New,黑石路\n".encode("gb18030")
    call("admin").post("/v1/lists/import", file)
    assert call("viewer").get("/v1/lists/new").json["items"] == ["黑石路"]


def test_bundles_of_a_file_are_checked_as_they_are_to_become(call):
    head = b"code,title,category,weight_g,components\n"
    good = head + b"BOX,Box,x,1,CUP-X*2\nCUP-X,Cup,x,100,\n"
    assert call("admin").post("/v1/skus/import", good).json["created"] == 2
    wrong = head + b"CUP-X,Cup,x,100,BOX*1\n"
    refused = call("admin").post("/v1/skus/import", wrong)
    assert [each["path"] for each in refused.json["errors"]] == ["E2"]
    assert call("viewer").get("/v1/skus/CUP-X").json["components"] == []


def test_files_go_by_the_accept_header_too(shared):
    viewer = shared.caller("viewer")
    assert viewer.get("/v1/lists", headers={"Accept": "text/csv"}).mimetype == "text/csv"
    assert viewer.get("/v1/lists", headers={"Accept": XLSX}).mimetype == XLSX
    assert viewer.get("/v1/lists", headers={"Accept": "*/*"}).mimetype == "application/json"
    assert viewer.get("/v1/lists?format=pdf").status_code == 422


def test_only_admins_import(shared):
    assert shared.caller("approver").post("/v1/lists/import", b"code\n").status_code == 403


def test_viewers_see_blacklists_masked(call):
    document = {"title": "黑名单", "kind": "text", "items": ["13800138000", "张三丰"]}
    call("admin").put("/v1/lists/blacklist-phones", document)
    masked = ["138****8000", "张***"]
    assert call("viewer").get("/v1/lists/blacklist-phones").json["items"] == masked
    (found,) = call("viewer").get("/v1/lists?q=blacklist-phones").json["items"]
    assert found["items"] == masked
    assert [row[-1] for row in lines(call("viewer").get("/v1/lists/blacklist-phones?format=csv"))[1:]] == masked
    assert call("ops").get("/v1/lists/blacklist-phones").json["items"] == document["items"]
