"""Kinds of stock movements, and who waits for which sku."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KINDS = {"adjust": "adjusted", "set": "adjusted", "reserve": "reserved", "release": "released"}


def upgrade() -> None:
    op.add_column("stock", sa.Column("freed", sa.BigInteger, server_default=sa.text("0"), nullable=False))
    op.add_column("stock_movements", sa.Column("shipment_no", CODE))
    op.add_column("stock_movements", sa.Column("return_id", CODE))
    for former, kind in _KINDS.items():
        op.execute(f"UPDATE stock_movements SET kind = '{kind}' WHERE kind = '{former}'")
    op.create_index("ix_stock_movements_order_no", "stock_movements", ["order_no"])
    _unique("ix_stock_movements_shipped", "shipment_no", "shipped")
    _unique("ix_stock_movements_returned", "return_id", "returned")
    _keep_movements()
    op.create_table(
        "stock_waits",
        sa.Column("order_no", CODE, sa.ForeignKey("orders.order_no", name="fk_stock_waits_order_no"), nullable=False),
        sa.Column("sku", CODE, nullable=False),
        sa.Column("placed_at", Instant, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("order_no", "sku", name="pk_stock_waits"),
    )
    op.create_index("ix_stock_waits_sku_placed_at_order_no", "stock_waits", ["sku", "placed_at", "order_no"])
    short = sa.text("reserved > on_hand")
    op.create_index("ix_stock_short", "stock", ["warehouse", "sku"], sqlite_where=short, postgresql_where=short)


def _unique(name: str, column: str, kind: str) -> None:
    only = sa.text(f"kind = '{kind}'")
    op.create_index(
        name, "stock_movements", [column, "warehouse", "sku"], unique=True, sqlite_where=only, postgresql_where=only
    )


def _keep_movements() -> None:
    """Refuse to alter or delete a movement. Whoever copies the table to change it has to make these again."""
    if op.get_context().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER stock_movements_no_{change.lower()} BEFORE {change} ON stock_movements "
                "BEGIN SELECT RAISE(ABORT, 'stock movements are only ever added'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION stock_movements_are_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'stock movements are only ever added'; END $$"
    )
    op.execute(
        "CREATE TRIGGER stock_movements_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements "
        "FOR EACH STATEMENT EXECUTE FUNCTION stock_movements_are_kept()"
    )
