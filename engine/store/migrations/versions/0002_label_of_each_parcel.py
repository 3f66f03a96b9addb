"""A shipment of several parcels has a label for each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vendor_waybills", sa.Column("parcel", sa.BigInteger, server_default=sa.text("1"), nullable=False))
    op.drop_index("ix_vendor_waybills_shipment_no", "vendor_waybills")
    op.create_index(
        "ix_vendor_waybills_shipment_no_parcel", "vendor_waybills", ["shipment_no", "parcel"], unique=True
    )
