"""Every page of the console and every list of the API, with as many orders as one likes: how long do they take?

    python -m benchmarks.pages [ORDERS] [--database URL] [--keep FOLDER]

One process, the application's own test client, no server before it: the median of 5 after one to warm up. A folder that
is kept is filled once and used again.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from admin import register
from api import create_app
from benchmarks.many_orders import fill
from engine.config import Settings
from engine.service import Gatehouse
from engine.store.database import Database
from engine.store.models import METADATA

ORDERS = 100_000
MOST_MS = 300
_ROUNDS = 5
_PASSWORD = "correct horse battery"
_RULESETS = Path(__file__).parents[1] / "rulesets"


def main() -> None:
    """Fill a database, time what reads it, and print a table; fails where something takes longer than it may."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.keep or Path(folder)
        environ = {"GATEHOUSE_HOME": str(home), "MATCHING": "evaluator"}
        settings = Settings.from_environ(environ | ({"DATABASE_URL": asked.database} if asked.database else {}))
        gatehouse = Gatehouse(Database(settings.database_url), settings)
        if not (asked.keep and (home / "filled").exists()):
            started = time.perf_counter()
            fill(gatehouse, _RULESETS, asked.orders)
            gatehouse.people.create_user("ann", _PASSWORD, frozenset({"admin"}))
            gatehouse.people.create_user("vera", _PASSWORD, frozenset({"viewer"}))
            (home / "filled").touch()
            print(f"filled in {time.perf_counter() - started:,.0f} s")
        slow = _report(gatehouse, settings)
        gatehouse.close()
    raise SystemExit(f"{slow} take longer than {MOST_MS} ms" if slow else 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", nargs="?", type=int, default=ORDERS)
    parser.add_argument("--database")
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


def _report(gatehouse: Gatehouse, settings: Settings) -> int:
    app = create_app(gatehouse, settings)
    register(app, gatehouse, settings)
    app.extensions["gatehouse_log"] = _Silent()
    for name, count in _sizes(gatehouse):
        print(f"{count:>12,} {name}")
    slow = 0
    print(f"\n| {'address':<64} | {'ms':>7} | {'kB':>5} |\n|{'-' * 66}|{'-' * 8}:|{'-' * 6}:|")
    for who in ("ann", "vera"):
        client = _signed_in(app, who)
        for address in _addresses(gatehouse) if who == "ann" else _of_viewers():
            taken, size = _timed(client, address)
            slow += taken > MOST_MS
            label = address if who == "ann" else f"{address} (viewer)"
            late = " slow" if taken > MOST_MS else ""
            print(f"| {label:<64} | {taken:>7.1f} | {size / 1000:>5.0f} |{late}", flush=True)
    return slow


class _Silent:
    """A log that says nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *said, **more: None


def _signed_in(app: Any, name: str) -> Any:
    client = app.test_client()
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/console/sign-in").text)
    assert token
    form = {"username": name, "password": _PASSWORD, "csrf_token": token.group(1)}
    assert client.post("/console/sign-in", data=form).status_code == 302
    return client


def _timed(client: Any, address: str) -> tuple[float, int]:
    """Median milliseconds, and bytes of the answer."""
    taken = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        answer = client.get(address)
        size = len(answer.data)
        taken.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, f"{address} gives {answer.status_code}"
    return statistics.median(taken[1:]), size


def _sizes(gatehouse: Gatehouse) -> Iterator[tuple[str, int]]:
    engine = sa.create_engine(gatehouse.database.url)
    with engine.connect() as connection:
        for name in ("orders", "decisions", "firings", "holds", "tasks", "waivers", "actions", "stock_movements"):
            yield name, connection.execute(sa.select(sa.func.count()).select_from(METADATA.tables[name])).scalar_one()
    engine.dispose()


def _addresses(gatehouse: Gatehouse) -> list[str]:
    order = next(each for each in gatehouse.orders.search({"status": "held"}, None, 50)["items"])["order_no"]
    decision = gatehouse.orders.page(order)["order"]["decision_id"]
    return [
        "/console/orders", "/console/orders?status=held", "/console/orders?verdict=hold&channel=jd",
        "/console/orders?hold=HIGH_VALUE", "/console/orders?channel=own-shop&period=today",
        "/console/orders?q=DEMO-0002-0099", "/console/orders?q=13800138000", "/console/orders?q=SF1234567890123",
        "/console/orders?q=张伟", f"/console/orders/{order}",
        "/console/exceptions", "/console/exceptions?reason=HIGH_VALUE", "/console/exceptions?overdue=1",
        "/console/tasks", "/console/stock", "/console/stock/ledger", "/console/firings",
        "/console/firings?rule=fraud.high-value", "/console/firings?verdict=hold&channel=jd&stage=fraud",
        "/console/firings?verdict=reject", "/console/firings?waived=1", f"/console/firings?order_no={order}",
        "/console/firings?subject=warehouse:SH1", "/console/firings?period=7d&channel=taobao", "/console/rules",
        *(f"/console/rules/{stage}" for stage in ("intake", "fraud", "audit", "warehouse", "carrier")),
        "/console/rules/fraud/fraud.high-value", "/console/rules/audit/audit.approve-paid",
        "/console/rules/intake/intake.wish-carrier", "/console/rules/fraud/history", "/console/rules/pipeline",
        "/console/rules/facts", "/console/rules/previews", "/console/lists", "/console/users",
        "/v1/orders", "/v1/orders?status=completed&limit=200", "/v1/orders/changes?limit=200", f"/v1/orders/{order}",
        f"/v1/decisions/{decision}/explanation", "/v1/exceptions", "/v1/tasks",
        "/v1/firings?limit=200", "/v1/actions", "/v1/stock", "/v1/stock/ledger", "/v1/audit-log", "/metrics",
    ]  # fmt: skip


def _of_viewers() -> list[str]:
    """What masking may slow down."""
    return ["/console/orders", "/console/exceptions", "/console/firings", "/v1/firings?limit=200"]


if __name__ == "__main__":
    main()
