"""Previews of drafts over past orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Document, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "previews",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("asked", Document, nullable=False),
        sa.Column("rulebook", CODE, nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("cursor", Document),
        sa.Column("progress", Document),
        sa.Column("busy_ms", sa.BigInteger, nullable=False),
        sa.Column("error", CODE),
        sa.Column("lease_until", Instant),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
    )
    op.create_index("ix_previews_state", "previews", ["state"])
    op.create_index("ix_decisions_decided_at", "decisions", ["decided_at", "id"])
