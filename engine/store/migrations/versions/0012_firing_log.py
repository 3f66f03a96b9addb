"""The firing log: what firings are found and counted by, and counts of orders that read an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import CODE, Document

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("entry", "channel", "verdict"):
        op.add_column("firings", sa.Column(name, CODE, server_default=sa.text("''"), nullable=False))
    op.add_column("firings", sa.Column("effects", Document, server_default=sa.text("'[]'"), nullable=False))
    op.execute(_FILL[op.get_bind().dialect.name])
    op.drop_index("ix_firings_rule_at", "firings")
    op.create_index("ix_firings_at", "firings", ["at"])
    op.create_index("ix_firings_entry_at_rule", "firings", ["entry", "at", "rule"])
    for name in ("stage", "order_no", "channel", "verdict", "subject"):
        op.create_index(f"ix_firings_{name}_at", "firings", [name, "at"])
    op.create_index(
        "ix_firings_waived", "firings", ["at"], sqlite_where=sa.text("waived = 1"), postgresql_where=sa.text("waived")
    )
    op.create_index("ix_holds_rule_opened_at", "holds", ["rule", "opened_at"])
    op.create_index("ix_waivers_rule_at", "waivers", ["rule", "at"])
    op.create_index("ix_orders_status_verdict", "orders", ["status", "verdict"])


# Channels have no dots in their codes, rules no number sign in theirs; what a firing did is in its decision.
_FILL = {
    "sqlite": """
        UPDATE firings SET
            entry = CASE WHEN instr(rule, '#') THEN substr(rule, 1, instr(rule, '#') - 1) ELSE rule END,
            channel = substr(firings.order_no, 1, instr(firings.order_no, '.') - 1),
            verdict = decisions.verdict,
            effects = coalesce(json_extract(decisions.document, '$.firings[' || position || '].effects'), '[]')
        FROM decisions WHERE decisions.id = firings.decision_id
    """,
    "postgresql": """
        UPDATE firings SET
            entry = split_part(rule, '#', 1),
            channel = split_part(firings.order_no, '.', 1),
            verdict = decisions.verdict,
            effects = coalesce(
                (decisions.document::json -> 'firings' -> position::integer -> 'effects')::text, '[]'
            )
        FROM decisions WHERE decisions.id = firings.decision_id
    """,
}
