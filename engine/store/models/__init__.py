"""The tables, one module a subject. Importing this package fills the metadata that migrations are compared with."""

from engine.store.models import decisions, orders, outbox, people, reference, stock, vendors
from engine.store.models.metadata import Row

METADATA = Row.metadata

__all__ = ["METADATA", "decisions", "orders", "outbox", "people", "reference", "stock", "vendors"]
