"""What shops, warehouses, services and lists are called by the people who keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from admin.languages import said
from engine.errors import NotFound
from engine.service import Gatehouse

_ALL = 1000  # codes of a kind that are read; more stand for themselves


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code; a code that nobody named stands for itself."""

    channels: Mapping[str, str] = field(default_factory=dict)
    warehouses: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)

    def channel(self, code: str) -> str:
        return self.channels.get(code, code)

    def warehouse(self, code: str | None) -> str:
        return self.warehouses.get(code or "", code or "")

    def carrier(self, code: str | None) -> str:
        return self.carriers.get(code or "", code or "")

    def service(self, code: str | None) -> str:
        return self.services.get(code or "", code or "")

    def list_(self, code: str) -> str:
        return self.lists.get(code, code)


def names_of(gatehouse: Gatehouse) -> Names:
    """Every name that an order's page needs."""

    def kept(kind: str) -> list[dict[str, Any]]:
        return gatehouse.reference.list(kind, limit=_ALL)["items"]

    carriers = kept("carriers")
    return Names(
        channels=_by_code(kept("channels")),
        warehouses=_by_code(kept("warehouses")),
        carriers=_by_code(carriers),
        services=_by_code(service for carrier in carriers for service in carrier["services"]),
        lists=_by_code(kept("lists")),
    )


def _by_code(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {each["code"]: said(each.get("name") or each.get("title")) or each["code"] for each in documents}


def sku_title(gatehouse: Gatehouse, code: str) -> str:
    """What the catalogue calls a sku; empty for one that it does not know."""
    try:
        return said(gatehouse.reference.get("skus", code)["title"]) if code else ""
    except NotFound:
        return ""
