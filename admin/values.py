"""The value of a fact as people read it: yuan, days, names, yes and no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from admin import amounts, dates, labels
from admin.languages import either
from admin.names import Names
from engine.language.catalogue import CATALOGUE
from engine.language.facts import Catalogue, Fact

_BASE_CURRENCY = "CNY"
_SHOWN = 12  # items of a set or a list of words; the rest is counted


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom and what it is shown about: the names of codes, the order's currency, the facts there are."""

    names: Names = field(default_factory=Names)
    currency: str = _BASE_CURRENCY
    catalogue: Catalogue = CATALOGUE


def fact_label(name: str | None, catalogue: Catalogue = CATALOGUE) -> str:
    """What a fact is called; a name that is not in the catalogue stands for itself."""
    if name is None:
        return ""
    return either((catalogue[name].zh, catalogue[name].en)) if name in catalogue else labels.word(labels.PARTS, name)


def shown(name: str | None, value: Any, reader: Reader) -> str:
    """A fact's value in words; several are joined. None: absent."""
    if value is None:
        return gettext("无")
    if isinstance(value, (list, tuple, frozenset, set)):
        return _joined([shown(name, each, reader) for each in value])
    fact = reader.catalogue[name] if name and name in reader.catalogue else None
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if fact is None:
        return str(value)
    return _number(fact, value, reader) if isinstance(value, int) else _text(fact, str(value), reader)


def _number(fact: Fact, value: int, reader: Reader) -> str:
    if fact.type == "money":
        base = fact.name == "order.payable_base_cents"
        return amounts.money(value, _BASE_CURRENCY if base else reader.currency)
    if fact.type == "weight":
        return amounts.weight(value)
    if fact.type == "date":
        return dates.day(value)
    unit = labels.word(labels.UNITS, fact.unit) if fact.unit else ""
    return f"{value}{unit}" if unit == "%" else f"{value} {unit}".strip()


def _text(fact: Fact, value: str, reader: Reader) -> str:
    for code, zh, en in fact.choices:
        if code == value:
            return either((zh, en))
    if fact.name.endswith(".attributes"):
        return labels.attribute(value)
    naming = _NAMED.get(fact.name)
    return naming(reader.names, value) if naming else value


_NAMED = {
    "order.channel": Names.channel,
    "order.wished_carrier": Names.carrier,
    "order.pickup_store": Names.warehouse,
    "warehouse.code": Names.warehouse,
    "service.code": Names.service,
    "service.carrier": Names.carrier,
    "service.warehouse": Names.warehouse,
    "shipment.warehouse": Names.warehouse,
    "shipment.carrier": Names.carrier,
    "shipment.service": Names.service,
}


def _joined(texts: Iterable[str]) -> str:
    words = list(texts)
    if not words:
        return gettext("空")
    shown_words = either(("、", ", ")).join(words[:_SHOWN])
    if len(words) <= _SHOWN:
        return shown_words
    return gettext("%(some)s 等 %(count)d 项", some=shown_words, count=len(words))
