"""The audit log by time, sessions that can be ended, and wrong passwords by address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_table(
        "sessions",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("username", CODE, nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
    )
    op.create_index("ix_sessions_username", "sessions", ["username"])
    op.create_table(
        "failed_sign_ins",
        sa.Column("username", CODE, primary_key=True),
        sa.Column("address", CODE, primary_key=True),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("failed_at", Instant(), nullable=False),
    )
