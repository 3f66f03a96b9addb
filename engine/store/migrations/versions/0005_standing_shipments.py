"""What stands of earlier decisions, and what people assigned."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine import canonical
from engine.store.columns import CODE, Document, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = (  # of a shipment as a decision says it, what is kept of one that stands
    "shipment_no", "warehouse", "carrier", "service", "freight_cents", "weight_g", "distance_km", "ships_on",
    "promised_on",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("orders", sa.Column("changes", sa.BigInteger, server_default=sa.text("0"), nullable=False))
    op.add_column("shipments", sa.Column("document", Document, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("shipments", sa.Column("recall", CODE))
    _fill_shipments()
    _what_people_decided()
    op.add_column("vendor_outbounds", sa.Column("cancelled_at", Instant))
    op.add_column("vendor_waybills", sa.Column("voided_at", Instant))
    op.create_table(
        "vendor_refunds",
        sa.Column("action_id", CODE, primary_key=True),
        sa.Column("order_no", CODE, nullable=False),
        sa.Column("transaction_no", CODE),
        sa.Column("cents", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_vendor_refunds_order_no", "vendor_refunds", ["order_no"])


def _what_people_decided() -> None:
    op.create_table(
        "manual_holds",
        *_of_order("manual_holds"),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("due_at", Instant),
        sa.Column("recalls", sa.Boolean, nullable=False),
        sa.Column("lifted_by", sa.Text),
        sa.Column("lifted_at", Instant),
    )
    op.create_table(
        "assignments",
        *_of_order("assignments"),
        sa.Column("line_no", CODE),
        sa.Column("warehouse", CODE),
        sa.Column("service", CODE),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "refusals",
        *_of_order("refusals"),
        sa.Column("warehouse", CODE, nullable=False),
        sa.Column("sku", CODE),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    for table in ("manual_holds", "assignments", "refusals"):
        op.create_index(f"ix_{table}_order_no", table, ["order_no"])
    op.create_table(
        "cancellations",
        sa.Column("order_no", CODE, _order("cancellations"), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("paid_cents", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.Boolean, nullable=False),
    )


def _of_order(table: str) -> tuple[sa.Column, ...]:
    return sa.Column("id", SERIAL, primary_key=True), sa.Column("order_no", CODE, _order(table), nullable=False)


def _order(table: str) -> sa.ForeignKey:
    return sa.ForeignKey("orders.order_no", name=f"fk_{table}_order_no")


def _fill_shipments() -> None:
    """What is in each shipment, from the decision that planned it and the order that was decided."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(
        "SELECT s.shipment_no, d.document, o.data FROM shipments s JOIN decisions d ON d.id = s.decision_id "
        "JOIN snapshots o ON o.digest = d.order_digest"
    )).all()  # fmt: skip
    fill = sa.text("UPDATE shipments SET document = :document WHERE shipment_no = :shipment_no")
    for shipment_no, decision, order in rows:
        standing = _standing(shipment_no, json.loads(decision), json.loads(order))
        connection.execute(fill, {"shipment_no": shipment_no, "document": canonical.canonical_json(standing).decode()})


def _standing(shipment_no: str, decision: Any, order: Any) -> dict[str, Any]:
    shipment = next(each for each in decision["shipments"] if each["shipment_no"] == shipment_no)
    gifts = {gift["line_no"]: gift["sku"] for gift in decision.get("gifts", ())}
    skus = {**{line["line_no"]: line["sku"] for line in order["lines"]}, **gifts}
    labels = (each["payload"] for each in decision["actions"] if each["type"] == "waybill")
    cod = next((label["cod_cents"] for label in labels if label["shipment_no"] == shipment_no), 0)
    return {
        **{name: shipment[name] for name in _KEPT},
        "lines": [
            {**line, "sku": skus[line["line_no"]], "gift": line["line_no"] in gifts} for line in shipment["lines"]
        ],
        "parcels_g": [parcel["weight_g"] for parcel in shipment["parcels"]],
        "cod_cents": cod,
        "receiver": canonical.digest(order["receiver"]) if order["receiver"] else None,
    }
