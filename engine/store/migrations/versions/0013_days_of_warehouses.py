"""What every decision asks is answered off an index: how full warehouses' days are, and a buyer's open orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MERGED = sa.text("sent_as IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_shipments_ships_on_warehouse", "shipments")
    op.create_index("ix_shipments_day", "shipments", ["ships_on", "approved", "sent_as", "warehouse", "order_no"])
    op.drop_index("ix_shipments_sent_as", "shipments")  # nearly all have none, and SQLite took it for a good one
    op.create_index("ix_shipments_merged", "shipments", ["sent_as"], sqlite_where=MERGED, postgresql_where=MERGED)
    op.create_index("ix_orders_alike", "orders", ["channel", "buyer_id", "receiver_key", "status"])
