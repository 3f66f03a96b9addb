"""A database of as many orders as one likes: the demo's, decided once, then copied row by row over 30 days.

Copies have numbers, ids and digests of their own, and grow old as orders do: handed over, shipped, delivered. Nine in
ten of the held ones are over, as in a shop whose people keep up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.demo.orders import sample_orders
from engine.service import Gatehouse
from engine.store.columns import Instant
from engine.store.models import METADATA

DAYS = 30
_AT_ONCE = 500
_OPEN_SHARE = 0.1  # of held orders, those that nobody has looked at yet
_RELEASED_SHARE = 0.4  # of those looked at, those that people released
_APPROVED_SHARE = 0.9
_FLAGGED_SHARE = 0.05
_TABLES = (
    "snapshots", "orders", "order_lines", "decisions", "firings", "holds", "flags", "shipments", "actions",
    "reservations", "stock_movements", "tasks", "waivers",
)  # fmt: skip
_COUNTED = {"actions": "sequence", "stock_movements": "id", "waivers": "id"}  # numbered by the database
_IDS = (("decisions", "id"), ("holds", "id"), ("actions", "id"), ("tasks", "id"))


@dataclass
class Template:
    """The rows of one order that was really decided, by table."""

    order_no: str
    number: str
    placed_at: dt.datetime
    held: bool
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def fill(gatehouse: Gatehouse, rulesets: Path, orders: int, seed: int = 7) -> None:
    """Migrate and seed an empty database, decide the demo's orders, and copy them until there are that many."""
    gatehouse.database.migrate()
    gatehouse.seeding.rules(rulesets)
    gatehouse.seeding.demo(gatehouse.clock().date())
    for sample in sample_orders(gatehouse.clock()):
        gatehouse.orders.submit(sample.document, sample.channel)
    engine = sa.create_engine(gatehouse.database.url)
    with engine.begin() as connection:
        templates = _templates(connection)
    chance = random.Random(seed)
    for start in range(0, orders, _AT_ONCE):
        some = range(start, min(start + _AT_ONCE, orders))
        copies = [_copy(templates, n, gatehouse.clock(), chance) for n in some]
        with engine.begin() as connection:
            for name in _TABLES:
                rows = [row for copy in copies for row in copy.get(name, ())]
                if rows:
                    connection.execute(sa.insert(METADATA.tables[name]), rows)
    if not gatehouse.database.is_sqlite:  # a server does that by itself, sooner or later
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    engine.dispose()


def _templates(connection: sa.Connection) -> list[Template]:
    orders = METADATA.tables["orders"]
    found = []
    for order in connection.execute(sa.select(orders)).mappings():
        if order["verdict"]:
            held = order["verdict"] != "approve"
            template = Template(order["order_no"], order["channel_order_no"], order["placed_at"], held)
            template.rows = dict(_rows(connection, order))
            found.append(template)
    return found


def _rows(connection: sa.Connection, order: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name in _TABLES:
        table = METADATA.tables[name]
        wanted = table.c.digest == order["digest"] if name == "snapshots" else table.c.order_no == order["order_no"]
        rows = [dict(row) for row in connection.execute(sa.select(table).where(wanted)).mappings()]
        yield name, [{key: value for key, value in row.items() if key != _COUNTED.get(name)} for row in rows]
    if order["verdict"] != "approve":
        yield "tasks", [_task(order)]


def _task(order: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "order_no": order["order_no"], "stage": "fraud", "rule": "fraud.high-value",
        "subject": "order", "queue": "risk", "title": {"zh": "电话确认大额订单", "en": "Confirm by phone"},
        "status": "open", "due_at": order["received_at"] + dt.timedelta(hours=2), "opened_at": order["received_at"],
        "tries": 0, "outcome": None, "note": "", "done_at": None, "done_by": None,
    }  # fmt: skip


def _flag(decision: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    return {
        "id": str(uuid.UUID(int=chance.getrandbits(128))), "order_no": decision["order_no"],
        "decision_id": decision["id"], "code": "NAME_VAGUE", "rule": "intake.name-vague", "severity": "yellow",
        "message": {"zh": "收货人姓名不完整", "en": "The name is vague"}, "opened_at": decision["decided_at"],
        "closed_at": None,
    }  # fmt: skip


def _copy(templates: Sequence[Template], n: int, now: dt.datetime, chance: random.Random) -> dict[str, Any]:
    """The rows of one more order, as old as chance says."""
    approve = chance.random() < _APPROVED_SHARE
    template = chance.choice([each for each in templates if each.held is not approve])
    age = dt.timedelta(days=DAYS * chance.random())
    later = now - age - template.placed_at
    renamed = {template.number: f"{template.number}-{n:07d}"}
    for name, key in _IDS:
        renamed |= {row[key]: str(uuid.UUID(int=chance.getrandbits(128))) for row in template.rows.get(name, ())}
    digest = template.rows["orders"][0]["digest"]
    renamed[digest] = hashlib.sha256(f"{digest}{n}".encode()).hexdigest()
    rows = {name: [_renamed(row, renamed, later, name) for row in some] for name, some in template.rows.items()}
    if chance.random() < _FLAGGED_SHARE:
        rows["flags"].append(_flag(rows["decisions"][0], chance))
    _grow_old(rows, age, template.held, chance)
    return rows


def _grow_old(rows: dict[str, Any], age: dt.timedelta, held: bool, chance: random.Random) -> None:
    order = rows["orders"][0]
    order["change_no"] = None if age < dt.timedelta(minutes=10) else chance.getrandbits(40)
    if held and (age < dt.timedelta(hours=1) or chance.random() < _OPEN_SHARE):
        return
    order["status"] = _status(age)
    for each in (*rows["holds"], *rows["tasks"]) if held else ():
        each["closed_at" if "closed_at" in each else "done_at"] = each["opened_at"] + dt.timedelta(minutes=40)
    for task in rows["tasks"] if held else ():
        task.update(status="done", outcome="confirmed", done_by="risk")
    for hold in rows["holds"] if held and chance.random() < _RELEASED_SHARE else ():
        rows["waivers"].append(_waiver(hold))
    for action in rows["actions"]:
        action.update(status="done", attempt=1, done_at=order["received_at"])


def _status(age: dt.timedelta) -> str:
    for days, status in ((0.1, "approved"), (1, "released"), (4, "shipped"), (8, "delivered")):
        if age < dt.timedelta(days=days):
            return status
    return "completed"


def _waiver(hold: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_no": hold["order_no"], "rule": hold["rule"], "reason": hold["reason"], "subject": "order", "seen": {},
        "by": "ann", "at": hold["closed_at"], "note": "电话核实过，老客户",
    }  # fmt: skip


def _renamed(row: dict[str, Any], renamed: dict[str, str], later: dt.timedelta, name: str) -> dict[str, Any]:
    """The row under other names, and so much later."""
    columns = METADATA.tables[name].c
    return {key: _shifted(value, columns[key], later, renamed) for key, value in row.items()}


def _shifted(value: Any, column: Any, later: dt.timedelta, renamed: dict[str, str]) -> Any:
    if isinstance(column.type, Instant) and value is not None:
        return value + later
    return _said(value, renamed)


def _said(value: Any, renamed: dict[str, str]) -> Any:
    if isinstance(value, str):
        for former, name in renamed.items():
            if former in value:
                value = value.replace(former, name)
        return value
    if isinstance(value, dict):
        return {key: _said(each, renamed) for key, each in value.items()}
    return [_said(each, renamed) for each in value] if isinstance(value, list) else value
