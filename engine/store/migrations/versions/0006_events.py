"""What channels, warehouses and carriers reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Document, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("vendor", CODE))
    _follow_orders()
    op.create_table(
        "order_events",
        _order("order_events"),
        sa.Column("event_id", CODE, nullable=False),
        *_report(),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("why_not", CODE),
        sa.Column("answer", Document),
        sa.PrimaryKeyConstraint("order_no", "event_id", name="pk_order_events"),
    )
    op.create_table(
        "vendor_events",
        sa.Column("vendor", CODE, nullable=False),
        sa.Column("event_id", CODE, nullable=False),
        _order("vendor_events"),
        sa.Column("shipment_no", CODE, nullable=False),
        *_report(),
        sa.Column("why_not", CODE),
        sa.Column("status", CODE, nullable=False),
        sa.PrimaryKeyConstraint("vendor", "event_id", name="pk_vendor_events"),
    )
    op.create_index("ix_vendor_events_order_no", "vendor_events", ["order_no"])
    op.create_index("ix_vendor_events_shipment_no", "vendor_events", ["shipment_no"])
    op.create_table(
        "shipment_reports",
        sa.Column("shipment_no", CODE, nullable=False),
        _order("shipment_reports"),
        sa.Column("status", CODE, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("picked", Document, nullable=False),
        sa.PrimaryKeyConstraint("shipment_no", name="pk_shipment_reports"),
    )
    op.create_index("ix_shipment_reports_order_no", "shipment_reports", ["order_no"])
    op.create_table(
        "vendor_confirmations",
        sa.Column("shipment_no", CODE, nullable=False),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("carrier", CODE),
        sa.Column("waybill_nos", Document, nullable=False),
        sa.Column("lines", Document, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("shipment_no", name="pk_vendor_confirmations"),
    )
    op.create_index("ix_vendor_confirmations_order_no", "vendor_confirmations", ["order_no"])
    op.create_table(
        "transfers",
        sa.Column("transfer_no", CODE, nullable=False),
        _order("transfers"),
        sa.Column("source", CODE, nullable=False),
        sa.Column("store", CODE, nullable=False),
        sa.Column("units", Document, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("transfer_no", name="pk_transfers"),
    )
    op.create_index("ix_transfers_order_no", "transfers", ["order_no"])


def _follow_orders() -> None:
    op.add_column("orders", sa.Column("posted_digest", CODE))
    op.add_column("orders", sa.Column("again_for", CODE))
    op.add_column("orders", sa.Column("change_no", sa.BigInteger))
    op.add_column("orders", sa.Column("delivered_at", Instant))
    op.create_index("ix_orders_change_no_order_no", "orders", ["change_no", "order_no"])
    _partly("ix_orders_again", "again_for IS NOT NULL")
    _partly("ix_orders_changed", "change_no IS NULL")


def _partly(name: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "orders", ["order_no"], sqlite_where=only, postgresql_where=only)


def _order(table: str) -> sa.Column:
    return sa.Column(
        "order_no", CODE, sa.ForeignKey("orders.order_no", name=f"fk_{table}_order_no"), nullable=False
    )


def _report() -> tuple[sa.Column, ...]:
    return (
        sa.Column("type", CODE, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("data", Document, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
    )
