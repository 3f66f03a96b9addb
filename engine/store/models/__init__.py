"""The tables, one module a subject. Importing this package fills the metadata that migrations are compared with."""

from engine.store.models import (
    change,
    decisions,
    drafts,
    orders,
    outbox,
    payments,
    people,
    previews,
    reference,
    reports,
    stock,
    tasks,
    transfers,
    vendors,
)
from engine.store.models.metadata import Row

METADATA = Row.metadata

__all__ = [
    "METADATA",
    "change",
    "decisions",
    "drafts",
    "orders",
    "outbox",
    "payments",
    "people",
    "previews",
    "reference",
    "reports",
    "stock",
    "tasks",
    "transfers",
    "vendors",
]
