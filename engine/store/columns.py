"""How instants, documents and codes are kept in columns, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.orm import mapped_column

from engine import canonical


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant; always UTC when read. On SQLite ISO text of fixed width, so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"instant without a time zone: {value!r}")
        utc = value.astimezone(dt.UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(dt.UTC)


class Document(TypeDecorator[Any]):
    """Plain JSON data, kept as canonical JSON text, so that equal content is equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _canonical_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def _canonical_text(value: Any) -> str:
    """What canonical_json makes of a value, without copying the parts that are plain already."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=canonical.dump
    )


# Compared byte by byte on both databases: rows are locked and paged in the order that Python sorts their codes.
CODE = Text().with_variant(Text(collation="C"), "postgresql")

Serial = Annotated[int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)]
Code = Annotated[str, mapped_column(CODE)]
CodeOrNone = Annotated[str | None, mapped_column(CODE)]
Key = Annotated[str, mapped_column(CODE, primary_key=True)]
Plain = Annotated[Any, mapped_column(Document)]
PlainOrNone = Annotated[Any, mapped_column(Document, nullable=True)]
