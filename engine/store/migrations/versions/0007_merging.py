"""Orders that go in one parcel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shipments", sa.Column("sent_as", CODE))
    op.create_index("ix_shipments_sent_as", "shipments", ["sent_as"])
