"""Filling an empty database: shipped rules, demo reference data, first credentials."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from engine import canonical
from engine.demo import reference as demo
from engine.intake.reference import load_reference
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.notices import SHIPPED
from engine.service.people import new_key

_BY = "gatehouse"
SHIPPED_NOTE = "随版本附带 shipped with this version"


class Seeding:
    """First start. Files seed an empty database; after that the database is the truth."""

    def __init__(self, gatehouse: Any):
        self._gatehouse = gatehouse
        self._database = gatehouse.database

    def rules(self, folder: Path) -> bool:
        """Publish the shipped rulesets and lists into a database that has none. False: there were some."""
        with self._database.read() as uow:
            if not uow.rulesets.empty():
                return False
        shipped = read_folder(folder)
        load_rulebook(shipped.documents, CATALOGUE, EFFECTS, shipped.lists, shipped.places)
        now = self._gatehouse.clock()
        with self._database.write() as uow:
            if not uow.rulesets.empty():
                return False
            for code, document in shipped.lists.items():
                if uow.reference.get("lists", code) is None:
                    uow.reference.put("lists", code, document)
            for code, text in SHIPPED.items():
                if uow.reference.get("templates", code) is None:
                    uow.reference.put("templates", code, load_reference("templates", code, {"text": dict(text)}))
            for stage, document in shipped.documents.items():
                uow.rulesets.publish(stage, document, canonical.digest(document), _BY, now, SHIPPED_NOTE)
            uow.commit()
        self._gatehouse.rulebooks.forget_live()
        return True

    def demo(self, today: dt.date) -> bool:
        """Load the demo's reference data and stock into a database without channels. False: there were some."""
        with self._database.write() as uow:
            if uow.reference.list("channels", None, 1)[0]:
                return False
            for kind, documents in demo.documents(today).items():
                for document in documents:
                    loaded = load_reference(kind, document["code"], document)
                    uow.reference.put(kind, document["code"], loaded)
            for row in demo.stock():
                uow.stock.set(row["warehouse"], row["sku"], row["on_hand"], row["safety_stock"])
            uow.commit()
        return True

    def _vendors(self) -> list[str]:
        """The codes of all warehouses and carriers."""
        with self._database.read() as uow:
            listed = [uow.reference.list(kind, None, 1000)[0] for kind in ("warehouses", "carriers")]
        return sorted({document["code"] for documents in listed for document in documents})

    def credentials(self, url: str, keep: Callable[[dict[str, Any]], None]) -> bool:
        """Make the first administrator, token, channel and vendor keys. False: there are people already.

        `keep` gets them in the shape of credentials.json and writes them down before they count: killed in between, the
        next start makes others, and none is ever lost that counts.
        """
        people = self._gatehouse.people
        if people.users():
            return False
        channels = [channel.code for channel in self._gatehouse.orders.channels()]
        made = _new_credentials(url, channels, self._vendors())
        keep(made)
        people.adopt(made)
        return True


def _new_credentials(url: str, channels: Iterable[str], vendors: Iterable[str]) -> dict[str, Any]:
    return {
        "console": {"url": f"{url}/console/", "username": "admin", "password": secrets.token_urlsafe(12)},
        "api_tokens": {"admin": new_key()},
        "channels": {code: {"key": new_key(), "secret": secrets.token_urlsafe(32)} for code in channels},
        "vendors": {code: new_key() for code in vendors},
    }
