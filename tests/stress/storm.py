"""A storm: many processes that want more of a sku than there is, real web workers, and a hand that kills."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.service import Gatehouse
from engine.service.principals import Principal
from engine.store.database import Database
from tests.running import ROOT, eventually, family_of, free_port
from tests.scenarios.documents import a_document, a_line

CUSTOMERS = 32
WEB_PROCESSES = 3
SKU = "MASK-20"
WAREHOUSES = {"SH1": 40, "BJ1": 36, "GZ1": 24}  # percent of the units that are there
ADMIN = Principal("person", "admin", frozenset({"admin"}))
EXPIRE_WITHIN_S = 10  # after the storm begins, unpaid orders give up their units
CALM_S = 120


class Shop:
    """A Gatehouse, and the environment in which other processes work on it."""

    def __init__(self, gatehouse: Gatehouse, environ: dict[str, str]):
        self.gatehouse = gatehouse
        self.environ = {**os.environ, **environ, "PYTHONPATH": str(ROOT), "MATCHING": "evaluator"}
        if "DATABASE_URL" not in environ:
            self.environ.pop("DATABASE_URL", None)
        people = gatehouse.people
        self.keys = {code: people.create_key(code, "channel", frozenset(), code) for code in ("own-shop", "taobao")}
        self.token = people.create_key("storm", "token", frozenset({"ops"}), None)

    def opened_again(self) -> Gatehouse:
        """Another one on the same database, as another process has it."""
        settings = self.gatehouse.settings
        return Gatehouse(Database(settings.database_url), settings, self.gatehouse.clock)

    def count(self, units: int) -> None:
        """So many units of the sku are there, in three warehouses."""
        rows = self.gatehouse.stock.rows(sku=SKU)["items"]
        for warehouse, percent in ({row["warehouse"]: 0 for row in rows} | WAREHOUSES).items():
            said = {"adjustment_id": f"storm-{warehouse}", "warehouse": warehouse, "sku": SKU, "safety_stock": 0}
            said |= {"on_hand": units * percent // 100, "reason": "盘点"}
            self.gatehouse.stock.adjust(said, ADMIN)

    def orders(self, count: int, chosen: random.Random) -> Iterator[dict[str, Any]]:
        """So many orders as customers.py wants them: most are paid, some never are, some are cancelled or re-routed."""
        begin = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=60)
        for number in range(count):
            placed_at = begin + dt.timedelta(seconds=chosen.uniform(2, EXPIRE_WITHIN_S))
            unpaid = number % 5 == 0
            channel = "own-shop" if unpaid else "taobao"
            payment = {"payment": {"status": "unpaid", "method": "alipay"}} if unpaid else {}
            body = a_document(
                a_line(SKU, chosen.choice((1, 1, 1, 2))), channel_order_no=f"STORM-{number}",
                placed_at=placed_at.isoformat(), **payment,
            )  # fmt: skip
            then = list(self._changes(channel, number))
            yield {"number": number, "path": "/v1/orders", "key": self.keys[channel], "body": body, "then": then}

    def _changes(self, channel: str, number: int) -> Iterator[list[Any]]:
        """What is posted after an order: `[path, key, body]` of each."""
        where = f"/v1/orders/{channel}.STORM-{number}"
        if number % 9 == 1:
            warehouse = tuple(WAREHOUSES)[number % 3]
            yield [f"{where}/reassign", self.token, {"warehouse": warehouse, "reason": "换仓"}]
        if number % 8 == 1:
            yield [f"{where}/cancel", self.token, {"reason": "不要了"}]
        if number % 8 == 3:  # the channel says so, and says it twice
            at = dt.datetime.now(dt.UTC).isoformat()
            event = {"event_id": f"e-{number}", "type": "cancelled", "at": at, "data": {"reason": "不要了"}}
            yield from [[f"/v1/orders/STORM-{number}/events", self.keys[channel], event]] * 2


@dataclass
class Storm:
    """The processes, and what was seen of the stock while they ran."""

    shop: Shop
    folder: Path
    port: int = field(default_factory=free_port)
    killed: int = 0
    oversold: list[Any] = field(default_factory=list)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _commands: dict[str, list[str]] = field(default_factory=dict)

    def begin(self, orders: int, seed: int) -> None:
        chosen, file = random.Random(seed), self.folder / "orders.jsonl"
        rows = self.shop.orders(orders, chosen)
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        bind = ["--bind", f"127.0.0.1:{self.port}", "--backlog", "1024", "--log-level", "warning"]
        # Loaded before the fork, and without a matcher to compile: who is killed every second has to come back quickly.
        workers = ["--workers", str(WEB_PROCESSES), "--threads", "12", "--timeout", "120", "--preload"]
        self._start("web", ["-m", "gunicorn", "--no-control-socket", *bind, *workers, "wsgi:app"])
        for number in range(2):
            self._start(f"clockwork-{number}", [str(ROOT / "tests/stress/clockwork.py")])
        web = self._running["web"]
        assert eventually(lambda: self._answers() or web.poll() is not None, 60) and web.poll() is None, self.log("web")
        for index in range(CUSTOMERS):
            done = str(self.folder / f"done-{index}")
            script = str(ROOT / "tests/stress/customers.py")
            self._start(f"customer-{index}", [script, str(self.port), str(file), str(index), str(CUSTOMERS), done])

    def rage(self, kill_every_s: float | None, within_s: float) -> None:
        """Until every customer is done: look at the stock, and perhaps kill a process every so often."""
        deadline, chosen = time.monotonic() + within_s, random.Random(7)
        kill_at = time.monotonic() + (kill_every_s or 0)
        while self.customers():
            assert time.monotonic() < deadline, f"{len(self.customers())} customers are not done in time"
            self._look()
            if kill_every_s and time.monotonic() >= kill_at:
                self._kill_one(chosen)
                kill_at += kill_every_s
            self._tend()
            time.sleep(0.1)

    def calm(self) -> None:
        """Until nothing waits to be decided."""
        still = Calm(self.shop.gatehouse)
        assert eventually(lambda: self._tend() or still.has_come(), CALM_S), "decisions do not come to an end"
        self._look()

    def end(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(30)

    def customers(self) -> list[str]:
        """Those that are not done."""
        return [name for name, process in self._running.items() if name[0:4] == "cust" and process.poll() != 0]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _start(self, name: str, arguments: list[str]) -> None:
        self._commands[name] = arguments
        with open(self.folder / f"{name}.log", "ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.shop.environ, stdout=log, stderr=log
            )

    def _tend(self) -> bool:
        """Start again who was killed; whoever ended by itself, and not well, fails the test. Always False."""
        for name, process in list(self._running.items()):
            status = process.poll()
            if status in (None, 0):
                continue
            assert status == -signal.SIGKILL, f"{name} ended with {status}: {self.log(name)[-3000:]}"
            self._start(name, self._commands[name])
        return False

    def _kill_one(self, chosen: random.Random) -> None:
        """kill -9 of any one process: a customer, the clockwork, or a web process (its parent starts another)."""
        web = list(family_of(self._running["web"].pid))
        others = [each.pid for name, each in self._running.items() if name != "web" and each.poll() is None]
        victims = (web, others)[chosen.random() < 0.5] or others
        os.kill(chosen.choice(victims), signal.SIGKILL)
        self.killed += 1

    def _look(self) -> None:
        """Every row of one instant: nothing promised beyond what is there, and what is promised is what orders hold."""
        with self.shop.gatehouse.database.read() as uow:
            rows, _ = uow.stock.rows(SKU, None, None, 100)
            held = uow._connection.execute(sa.text("SELECT sum(units) FROM reservations")).scalar() or 0
        reserved = sum(row["reserved"] for row in rows)
        wrong = [row for row in rows if row["reserved"] > row["on_hand"] or row["shortfall"]]
        if wrong or reserved != held:
            self.oversold.append((rows, held))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False


class Calm:
    """Whether nothing is left to decide: no order undecided or past its time, nobody who could have units."""

    def __init__(self, gatehouse: Gatehouse):
        self._gatehouse = gatehouse
        self._over = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=EXPIRE_WITHIN_S + 1)

    def has_come(self) -> bool:
        with self._gatehouse.database.read() as uow:
            units = uow.reallocation.short() or uow.reallocation.arrived()
            counted = sa.text("SELECT count(*) FROM orders WHERE decision_id IS NULL")
            undecided = uow._connection.execute(counted).scalar()
        return dt.datetime.now(dt.UTC) > self._over and not (units or undecided or self._gatehouse.orders.waiting())
