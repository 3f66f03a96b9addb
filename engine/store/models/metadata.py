"""What all tables share: one metadata with named constraints, and which column type a Python type gets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from engine.store.columns import Instant

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(DeclarativeBase):
    """A table of the store."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: dict[Any, Any] = {str: Text(), int: BigInteger(), dt.datetime: Instant()}
