"""A preview of many past orders: its rate beside that of deciding, with both sides judged for every order.

    python -m benchmarks.previewing [ORDERS]

Orders are posted to a data directory of its own, with stock that runs out on the way.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.config import Settings
from engine.demo.orders import sample_orders
from engine.service import Gatehouse
from engine.service.principals import Principal
from engine.store.database import Database

NOW = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)
RULESETS = Path(__file__).parents[1] / "rulesets"
ADMIN = Principal("person", "admin", frozenset({"admin"}))
ORDERS = 10_000


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def measure(orders: int) -> dict[str, Any]:
    """`{orders, posted_per_s, preview_per_s, changed}`: orders a second of one process on one core."""
    with tempfile.TemporaryDirectory() as home:
        clock = _Clock()
        settings = Settings.from_environ({"GATEHOUSE_HOME": home, "MATCHING": "evaluator"})
        gatehouse = Gatehouse(Database(settings.database_url), settings, clock)
        gatehouse.database.migrate()
        gatehouse.seeding.rules(RULESETS)
        gatehouse.seeding.demo(NOW.date())
        began = time.perf_counter()
        _post(gatehouse, clock, orders)
        posted = time.perf_counter() - began
        asked = gatehouse.previews.ask(_stricter(gatehouse), ADMIN)
        began = time.perf_counter()
        while gatehouse.previews.go_on(asked["id"]):
            pass
        previewed = time.perf_counter() - began
        status = gatehouse.previews.status(asked["id"], ADMIN)
        gatehouse.close()
    return {
        "orders": status["done"], "posted_per_s": round(orders / posted), "preview_per_s": round(orders / previewed),
        "changed": status["impact"]["changed"],
    }  # fmt: skip


def _post(gatehouse: Gatehouse, clock: _Clock, orders: int) -> None:
    dice = random.Random(5)
    samples = [(dict(each.document), each.channel) for each in sample_orders(NOW)]
    for number in range(orders):
        document, channel = copy.deepcopy(dice.choice(samples))
        document["channel_order_no"] = f"P{number:06d}"
        clock.now += dt.timedelta(seconds=20)
        document["placed_at"] = (clock.now - dt.timedelta(minutes=5)).isoformat()
        document["buyer"] = {**(document.get("buyer") or {}), "id": f"b-{dice.randrange(orders)}"}
        if document.get("receiver"):
            document["receiver"] |= {"phone": f"139{number:08d}", "address": f"大望路{number}号院3号楼2单元501"}
        gatehouse.orders.submit(document, channel)
    clock.now += dt.timedelta(minutes=1)


def _stricter(gatehouse: Gatehouse) -> dict[str, Any]:
    """High value from CNY 100, and nothing leaves from Beijing."""
    documents = gatehouse.rulebooks.live_documents()[0]
    fraud, warehouse = copy.deepcopy(documents["fraud"]), copy.deepcopy(documents["warehouse"])
    rule = next(each for each in fraud["rules"] if each["id"] == "fraud.high-value")
    rule["when"]["all"][0]["any"][0]["value"] = 10_000
    title = {"zh": "北京仓停用", "en": "Nothing from Beijing"}
    warehouse["rules"].append({
        "id": "warehouse.not-from-beijing", "title": title, "why": title, "about": "warehouse",
        "when": {"fact": "warehouse.code", "is": "eq", "value": "BJ1"}, "then": [{"do": "exclude", "reason": "RULE"}],
    })  # fmt: skip
    return {"fraud": fraud, "warehouse": warehouse}


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS))
