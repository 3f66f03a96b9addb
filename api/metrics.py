"""What Prometheus scrapes: requests, decisions, and how many orders and open actions there are.

Counters are those of this process; with several, set PROMETHEUS_MULTIPROC_DIR and all are added up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.logs import route, seconds
from engine.service import Gatehouse

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_ROOM_BYTES = {"counter": 262_144, "histogram": 1_048_576}  # more than every route takes; the names are the library's
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counters of one application."""

    def __init__(self, gatehouse: Gatehouse):
        _take_room()
        self.registry = CollectorRegistry()
        self._requests = self._counter("requests", "Requests.", "method", "route", "status")
        self._latency = self._histogram("request_seconds", "How long requests took.", "route")
        self._decisions = self._counter("decisions", "First decisions of posted orders.", "verdict")
        self._deciding = self._histogram("decide_seconds", "Reading, deciding and recording an order.", "kind")
        self._stored = _Stored(gatehouse)
        self.registry.register(self._stored)

    def requested(self, method: str, path: str, status: int, took_s: float) -> None:
        """Count a request."""
        self._requests.labels(method if method in _METHODS else "other", path, status).inc()
        self._latency.labels(path).observe(took_s)

    def decided(self, verdict: str, took_s: float) -> None:
        """Count the first decision of an order."""
        self._decisions.labels(verdict).inc()
        self._deciding.labels("order").observe(took_s)

    def tried(self, took_s: float) -> None:
        """Count a dry run."""
        self._deciding.labels("dry-run").observe(took_s)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"gatehouse_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(f"gatehouse_{name}", says, labels, registry=self.registry, buckets=_SECONDS)

    def page(self) -> bytes:
        """Everything, as Prometheus reads it."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)
        together.register(self._stored)
        return generate_latest(together)


def _take_room() -> None:
    """Give the files of this process's counters all their room now, or count in memory where there is none.

    They are mapped into memory with holes in them: where the disk is full by the time that one is filled, the system
    ends the process (SIGBUS), and every one that is started in its place.
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return
    files = {Path(folder) / f"{kind}_{os.getpid()}.db": size for kind, size in _ROOM_BYTES.items()}
    try:
        for file, size in files.items():
            if not file.exists():
                file.write_bytes(bytes(size))
    except OSError:
        for file in files:
            file.unlink(missing_ok=True)
        values.ValueClass = values.MutexValue


class _Stored(Collector):
    """What the database counts, which is the same in every process."""

    def __init__(self, gatehouse: Gatehouse):
        self._gatehouse = gatehouse

    def describe(self) -> Iterator[Any]:
        """Nothing is asked before a scrape."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Orders by status and verdict, open holds by reason, open actions, short stock, and how evaluators agreed."""
        counts = self._gatehouse.orders.counts()
        for name, label, says in (
            ("orders", "status", "Orders by status."),
            ("orders_decided", "verdict", "Orders by the verdict of their latest decision."),
            ("open_holds", "reason", "Open holds by reason."),
        ):
            family = GaugeMetricFamily(f"gatehouse_{name}", says, labels=[label])
            for value, count in counts[{"reason": "holds"}.get(label, label)].items():
                family.add_metric([value], count)
            yield family
        waiting = self._gatehouse.actions.open_count()
        yield GaugeMetricFamily("gatehouse_open_actions", "Actions without a receipt.", waiting)
        says = "Decisions that matcher and evaluator judged differently, each held as RULE_ERROR."
        yield CounterMetricFamily("gatehouse_cross_check_differences", says, self._gatehouse.decisions.differences())
        stock = self._gatehouse.stock.counts()
        says = "Places where less is there than is promised."
        yield GaugeMetricFamily("gatehouse_stock_short_places", says, stock["short"])
        says = "Orders that are decided again when stock arrives."
        yield GaugeMetricFamily("gatehouse_orders_waiting_for_stock", says, stock["waiting"])
        mode = GaugeMetricFamily("gatehouse_matching", "Who evaluates the rules; set by MATCHING.", labels=["mode"])
        mode.add_metric([self._gatehouse.settings.matching], 1)
        yield mode


def register(app: Flask, gatehouse: Gatehouse) -> None:
    """Count every request of the application."""
    metrics = app.extensions["gatehouse_metrics"] = Metrics(gatehouse)

    def count(response: Response) -> Response:
        metrics.requested(request.method, route(), response.status_code, seconds())
        return response

    app.after_request(count)


def metrics_page(metrics: Metrics) -> Response:
    """The answer to a scrape."""
    return Response(metrics.page(), content_type=CONTENT_TYPE_LATEST)
