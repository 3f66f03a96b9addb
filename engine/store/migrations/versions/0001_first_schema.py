"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Document, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = Instant()
DOCUMENT = Document()
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    _reference()
    _people()
    _orders()
    _decisions()
    _stock()
    _outbox()
    _vendors()


def _reference() -> None:
    op.create_table(
        "counters",
        sa.Column("name", CODE, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "reference",
        sa.Column("kind", CODE, primary_key=True),
        sa.Column("code", CODE, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
    )
    op.create_table(
        "rulebooks",
        sa.Column("digest", CODE, primary_key=True),
        sa.Column("stages", DOCUMENT, nullable=False),
        sa.Column("pinned_at", INSTANT, nullable=False),
    )
    op.create_table(
        "ruleset_versions",
        sa.Column("stage", CODE, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_ruleset_versions_state", "ruleset_versions", ["state"])
    op.create_table(
        "snapshots",
        sa.Column("digest", CODE, primary_key=True),
        sa.Column("data", DOCUMENT, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_hash", CODE, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("channel", CODE),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", CODE, nullable=False),
        sa.Column("what", CODE, nullable=False),
        sa.Column("before", DOCUMENT),
        sa.Column("after", DOCUMENT),
    )
    op.create_index("ix_audit_log_what_id", "audit_log", ["what", "id"])
    op.create_table(
        "users",
        sa.Column("username", CODE, primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("failed_at", INSTANT),
        sa.Column("signed_in_at", INSTANT),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("order_no", CODE, primary_key=True),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("channel_order_no", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("verdict", CODE),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("decisions", sa.BigInteger, nullable=False),
        sa.Column("decision_id", CODE),
        sa.Column("release_at", INSTANT),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("payable_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", CODE, nullable=False),
        sa.Column("priority", CODE, nullable=False),
        sa.Column("item_count", sa.BigInteger, nullable=False),
        sa.Column("buyer_id", CODE),
        sa.Column("buyer_name", sa.Text),
        sa.Column("buyer_phone_key", CODE),
        sa.Column("receiver_name", sa.Text),
        sa.Column("receiver_phone", sa.Text),
        sa.Column("receiver_province", sa.Text),
        sa.Column("receiver_city", sa.Text),
        sa.Column("phone_key", CODE),
        sa.Column("phone_last4", CODE),
        sa.Column("address_key", CODE),
        sa.Column("receiver_key", CODE),
        sa.Column("paid", sa.Boolean, nullable=False),
        sa.Column("refunded", sa.Boolean, nullable=False),
    )
    op.create_index("ix_orders_address_key_placed_at", "orders", ["address_key", "placed_at"])
    op.create_index("ix_orders_buyer_phone_key", "orders", ["buyer_phone_key"])
    op.create_index("ix_orders_channel_buyer_id_placed_at", "orders", ["channel", "buyer_id", "placed_at"])
    op.create_index("ix_orders_phone_key_placed_at", "orders", ["phone_key", "placed_at"])
    op.create_index("ix_orders_phone_last4", "orders", ["phone_last4"])
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
    op.create_index("ix_orders_received_at_order_no", "orders", ["received_at", "order_no"])
    op.create_index("ix_orders_status_received_at", "orders", ["status", "received_at"])
    op.create_table(
        "manual_decisions",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
    )
    op.create_index("ix_manual_decisions_order_no", "manual_decisions", ["order_no"])
    op.create_table(
        "order_lines",
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), primary_key=True),
        sa.Column("line_no", CODE, primary_key=True),
        sa.Column("sku", CODE, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_order_lines_sku", "order_lines", ["sku"])
    op.create_table(
        "waivers",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("rule", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("seen", DOCUMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_waivers_order_no", "waivers", ["order_no"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("verdict", CODE, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("trigger", CODE, nullable=False),
        sa.Column("rulebook", CODE, nullable=False),
        sa.Column("order_digest", CODE, nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("world", DOCUMENT, nullable=False),
        sa.UniqueConstraint("order_no", "sequence"),
    )
    op.create_table(
        "flags",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("decision_id", CODE, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("rule", CODE, nullable=False),
        sa.Column("severity", CODE, nullable=False),
        sa.Column("message", DOCUMENT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
    )
    op.create_index("ix_flags_open_order", "flags", ["order_no"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "holds",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("decision_id", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("rule", CODE, nullable=False),
        sa.Column("queue", CODE),
        sa.Column("severity", CODE, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
    )
    op.create_index("ix_holds_open_order", "holds", ["order_no"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_holds_open_reason", "holds", ["reason"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_holds_open_until", "holds", ["until"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "shipments",
        sa.Column("shipment_no", CODE, primary_key=True),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("decision_id", CODE, nullable=False),
        sa.Column("warehouse", CODE, nullable=False),
        sa.Column("carrier", CODE),
        sa.Column("service", CODE),
        sa.Column("ships_on", sa.Date),
        sa.Column("promised_on", sa.Date),
        sa.Column("approved", sa.Boolean, nullable=False),
    )
    op.create_index("ix_shipments_order_no", "shipments", ["order_no"])
    op.create_index("ix_shipments_ships_on_warehouse", "shipments", ["ships_on", "warehouse"])
    op.create_table(
        "firings",
        sa.Column("decision_id", CODE, sa.ForeignKey("decisions.id"), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("stage", CODE, nullable=False),
        sa.Column("rule", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("seen", DOCUMENT, nullable=False),
        sa.Column("waived", sa.Boolean, nullable=False),
    )
    op.create_index("ix_firings_rule_at", "firings", ["rule", "at"])


def _stock() -> None:
    op.create_table(
        "stock",
        sa.Column("warehouse", CODE, primary_key=True),
        sa.Column("sku", CODE, primary_key=True),
        sa.Column("on_hand", sa.BigInteger, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
        sa.Column("safety_stock", sa.BigInteger, nullable=False),
        sa.Column("channel_shares", DOCUMENT, nullable=False),
        sa.CheckConstraint("on_hand >= 0", "on_hand_not_negative"),
        sa.CheckConstraint("reserved >= 0", "reserved_not_negative"),
    )
    op.create_index("ix_stock_sku", "stock", ["sku"])
    op.create_table(
        "stock_adjustments",
        sa.Column("adjustment_id", CODE, primary_key=True),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("answer", DOCUMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("warehouse", CODE, nullable=False),
        sa.Column("sku", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("on_hand_change", sa.BigInteger, nullable=False),
        sa.Column("reserved_change", sa.BigInteger, nullable=False),
        sa.Column("on_hand", sa.BigInteger, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
        sa.Column("order_no", CODE),
        sa.Column("decision_id", CODE),
        sa.Column("adjustment_id", CODE),
        sa.Column("by", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_stock_movements_sku_warehouse_id", "stock_movements", ["sku", "warehouse", "id"])
    op.create_index("ix_stock_movements_warehouse_id", "stock_movements", ["warehouse", "id"])
    op.create_table(
        "reservations",
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), primary_key=True),
        sa.Column("warehouse", CODE, primary_key=True),
        sa.Column("sku", CODE, primary_key=True),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("decision_id", CODE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_reservations_share", "reservations", ["warehouse", "sku", "channel", "units"])


def _outbox() -> None:
    op.create_table(
        "actions",
        sa.Column("sequence", SERIAL, primary_key=True),
        sa.Column("id", CODE, nullable=False),
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no"), nullable=False),
        sa.Column("decision_id", CODE, nullable=False),
        sa.Column("type", CODE, nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("status", CODE, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_attempt", sa.BigInteger),
        sa.Column("lease_until", INSTANT),
        sa.Column("retry_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("receipt", DOCUMENT),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_actions_order_no", "actions", ["order_no"])
    op.create_index("ix_actions_status_sequence", "actions", ["status", "sequence"])
    op.create_table(
        "action_after",
        sa.Column("action_id", CODE, sa.ForeignKey("actions.id"), primary_key=True),
        sa.Column("after_id", CODE, sa.ForeignKey("actions.id"), primary_key=True),
    )


def _vendors() -> None:
    op.create_table(
        "vendor_captures",
        sa.Column("action_id", CODE, primary_key=True),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("transaction_no", CODE),
        sa.Column("cents", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_vendor_captures_order_no", "vendor_captures", ["order_no"])
    op.create_table(
        "vendor_notices",
        sa.Column("action_id", CODE, primary_key=True),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("template", CODE, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_vendor_notices_order_no", "vendor_notices", ["order_no"])
    op.create_table(
        "vendor_outbounds",
        sa.Column("shipment_no", CODE, primary_key=True),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("warehouse", CODE, nullable=False),
        sa.Column("lines", DOCUMENT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_vendor_outbounds_order_no", "vendor_outbounds", ["order_no"])
    op.create_table(
        "vendor_tasks",
        sa.Column("action_id", CODE, primary_key=True),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("queue", CODE, nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("status", CODE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_vendor_tasks_order_no", "vendor_tasks", ["order_no"])
    op.create_index("ix_vendor_tasks_status_due_at", "vendor_tasks", ["status", "due_at"])
    op.create_table(
        "vendor_waybills",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("shipment_no", CODE, nullable=False),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("waybill_no", CODE),
        sa.Column("cod_cents", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_vendor_waybills_order_no", "vendor_waybills", ["order_no"])
    op.create_index("ix_vendor_waybills_shipment_no", "vendor_waybills", ["shipment_no"], unique=True)
    op.create_index("ix_vendor_waybills_waybill_no", "vendor_waybills", ["waybill_no"], unique=True)
