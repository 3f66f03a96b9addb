"""Drafts of rulesets, their reviews, and what is to be published when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Document, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", CODE, nullable=False),
        sa.Column("stage", CODE, nullable=False),
        sa.Column("base_version", sa.BigInteger, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("editors", Document, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("findings", Document),
        sa.Column("approved_by", sa.Text),
        sa.Column("publish_at", Instant),
        sa.Column("version", sa.BigInteger),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_stage_state", "drafts", ["stage", "state"])
    op.create_index("ix_drafts_state_publish_at", "drafts", ["state", "publish_at"])
