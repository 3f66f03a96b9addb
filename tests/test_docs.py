"""What docs/one-order.md prints is what the API answers. UPDATE_DOCS=1 writes the answers of today into it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import api
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "one-order.md"
ORDER = {
    "channel_order_no": "DEMO-6999",
    "placed_at": "2026-11-11T10:20:00+08:00",
    "currency": "CNY",
    "buyer": {"id": "c-2207", "name": "王强", "phone": "13800138000", "registered_at": "2025-03-01T00:00:00+08:00"},
    "receiver": {
        "name": "王先生", "phone": "13800138000", "province": "北京市", "city": "北京市", "district": "朝阳区",
        "address": "大望路甲18号",
    },
    "lines": [{"line_no": "1", "sku": "LAPTOP-14", "title": "14 英寸笔记本电脑", "quantity": 1, "unit_cents": 699900}],
    "payment": {
        "status": "paid", "method": "alipay", "transaction_no": "2026111122001", "paid_cents": 699900,
        "settled_at": "2026-11-11T10:20:04+08:00",
    },
    "delivery": {"method": "ship"},
    "payable_cents": 699900,
}  # fmt: skip


@pytest.fixture
def client(gatehouse):
    return api.create_app(gatehouse, gatehouse.settings).test_client()


@pytest.fixture
def bearer(gatehouse):
    key = gatehouse.people.create_key("own-shop", "channel", frozenset(), "own-shop")
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def token(gatehouse):
    return {"Authorization": f"Bearer {gatehouse.people.create_key('ops', 'token', frozenset({'ops'}))}"}


def blocks(page: str) -> dict[str, str]:
    """The JSON blocks by the label in the comment before each."""
    return dict(re.findall(r"<!-- ([a-z]+) -->\n```json\n(.*?)\n```", page, re.DOTALL))


def told(explanation: dict) -> dict:
    """The part of an explanation that the page prints."""
    rules = [rule for stage in explanation["stages"] for rule in stage["rules"]]
    held = next(rule for rule in rules if rule["rule"] == "fraud.high-value")
    return {"rule": held, "nearest": explanation["nearest"]}


def test_one_order_is_as_printed(client, bearer, token):
    posted = client.post("/v1/orders", json=ORDER, headers=bearer)
    assert posted.status_code == 201, posted.text
    decision = posted.json["decision"]
    explanation = client.get(f"/v1/decisions/{decision['id']}/explanation", headers=bearer).json
    replay = client.post(f"/v1/decisions/{decision['id']}/replay", headers=bearer).json
    release = {"holds": ["HIGH_VALUE"], "reason": "电话已确认 · confirmed by phone"}
    released = client.post("/v1/orders/own-shop.DEMO-6999/release", json=release, headers=token)
    assert released.status_code == 200, released.text
    shown = ("id", "verdict", "holds", "waivers", "actions")
    answers = {
        "order": ORDER, "decision": decision, "explanation": told(explanation), "replay": replay,
        "released": {name: released.json["decision"][name] for name in shown},
    }  # fmt: skip
    if os.environ.get("UPDATE_DOCS"):
        _write(PAGE, answers)
    printed = {label: json.loads(text) for label, text in blocks(PAGE.read_text(encoding="utf-8")).items()}
    assert printed == answers


def _write(page: Path, answers: dict) -> None:
    text = page.read_text(encoding="utf-8")
    for label, answer in answers.items():
        block = f"<!-- {label} -->\n```json\n{_pretty(answer)}\n```"
        text = re.sub(rf"<!-- {label} -->\n```json\n.*?\n```", lambda _, block=block: block, text, flags=re.DOTALL)
    page.write_text(text, encoding="utf-8")


def _pretty(value: object, indent: str = "") -> str:
    """JSON with everything that fits on a line of 120 on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= 116 or not isinstance(value, (dict, list)):
        return flat
    inner = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _pretty(each, inner) for each in value) + f"\n{indent}]"
    members = (f"{inner}{json.dumps(key)}: {_pretty(each, inner)}" for key, each in value.items())
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"
