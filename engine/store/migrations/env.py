"""What alembic runs: migrations in the transaction of the connection that engine.store.migrating hands over."""

from __future__ import annotations

from alembic import context

from engine.store.models import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
