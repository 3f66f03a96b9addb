"""When deciding an order was last begun, so that of several sweeps one takes it up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("begun_at", Instant))
    op.execute("UPDATE orders SET attempts = 0 WHERE decision_id IS NOT NULL")
    op.execute("UPDATE orders SET begun_at = received_at WHERE attempts > 0")
