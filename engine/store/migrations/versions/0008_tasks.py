"""Tasks with their outcomes, what is told together, when an order must have left, and asking about payments."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Document, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = Instant()
DOCUMENT = Document()
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOLD_TOGETHER = sa.text("status = 'pending' AND digest IS NOT NULL")


def upgrade() -> None:
    _tasks()
    _move_tasks()
    op.drop_table("vendor_tasks")
    _payments()
    op.add_column("actions", sa.Column("digest", CODE))
    op.create_index(
        "ix_actions_told_together", "actions", ["digest"], sqlite_where=TOLD_TOGETHER, postgresql_where=TOLD_TOGETHER
    )
    op.add_column("orders", sa.Column("ship_by", INSTANT))
    _fill_ship_by()


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("stage", CODE),
        sa.Column("rule", CODE),
        sa.Column("subject", CODE),
        sa.Column("queue", CODE, nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("outcome", CODE),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("done_by", sa.Text),
    )
    op.create_index("ix_tasks_order_no", "tasks", ["order_no"])
    op.create_index("ix_tasks_status_due_at", "tasks", ["status", "due_at"])
    op.create_table(
        "task_outcomes",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("task_id", CODE, sa.ForeignKey("tasks.id"), nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_task_outcomes_task_id", "task_outcomes", ["task_id"])


def _payments() -> None:
    op.create_table(
        "vendor_payments",
        sa.Column("transaction_no", CODE, primary_key=True),
        sa.Column("status", CODE, nullable=False),
        sa.Column("paid_cents", sa.BigInteger, nullable=False),
        sa.Column("settled_at", INSTANT),
    )
    op.create_table(
        "payment_inquiries",
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), primary_key=True),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("answer", CODE),
        sa.Column("answered_at", INSTANT),
    )
    op.create_index("ix_payment_inquiries_next_at", "payment_inquiries", ["next_at"])


def _move_tasks() -> None:
    """Tasks that were asked for before; who asks stands in the action of the same id."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(
        'SELECT t.action_id AS id, t.order_no, t.queue, t.title, t.status, t.due_at, t."at" AS opened_at, a.payload'
        " FROM vendor_tasks t LEFT JOIN actions a ON a.id = t.action_id"
    )).mappings()  # fmt: skip
    moved = sa.text(
        "INSERT INTO tasks (id, order_no, stage, rule, subject, queue, title, status, due_at, opened_at, tries, note)"
        " VALUES (:id, :order_no, :stage, :rule, :subject, :queue, :title, :status, :due_at, :opened_at, 0, '')"
    )
    for row in rows.all():
        asked = json.loads(row["payload"] or "{}")
        who = {name: asked.get(name) for name in ("stage", "rule", "subject")}
        connection.execute(moved, {**{name: value for name, value in row.items() if name != "payload"}, **who})


def _fill_ship_by() -> None:
    connection = op.get_bind()
    orders = sa.table("orders", sa.column("order_no"), sa.column("digest"), sa.column("ship_by", INSTANT))
    snapshots = sa.table("snapshots", sa.column("digest"), sa.column("data", DOCUMENT))
    rows = connection.execute(
        sa.select(orders.c.order_no, snapshots.c.data).join(snapshots, snapshots.c.digest == orders.c.digest)
    )
    for order_no, document in rows.all():
        until = _ship_by(document)
        if until is not None:
            connection.execute(sa.update(orders).where(orders.c.order_no == order_no).values(ship_by=until))


def _ship_by(order: Mapping[str, Any]) -> dt.datetime | None:
    """As engine.store.orders worked it out when this was written."""
    if order.get("ship_by"):
        return dt.datetime.fromisoformat(order["ship_by"])
    payment = order.get("payment") or {}
    if payment.get("status") not in ("paid", "partially_refunded", "authorized"):
        return None
    return dt.datetime.fromisoformat(payment.get("settled_at") or order["placed_at"]) + dt.timedelta(hours=48)
