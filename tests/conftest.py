"""What many tests need: a Gatehouse over a real database with the shipped rules and the demo's reference data."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from engine.config import Settings
from engine.demo.orders import sample_orders
from engine.service import Gatehouse
from engine.service.principals import Principal
from engine.store.database import Database

ROOT = Path(__file__).parents[1]
NOW = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)  # 10:30 in Shanghai, a Wednesday
ADMIN = Principal("person", "admin", frozenset({"admin"}))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """With REQUIRE_ALL=1 (make test-all) a test that would be skipped fails, with the reason it gave."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL") == "1" and not hasattr(report, "wasxfail"):
        _, _, why = report.longrepr
        report.outcome, report.longrepr = "failed", f"{item.nodeid} may not be skipped here. {why}"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whatever needs the PostgreSQL server is marked so, however it gets there."""
    for item in items:
        if "postgres_server" in item.fixturenames:
            item.add_marker(pytest.mark.postgres)


def pytest_terminal_summary(terminalreporter):
    """Say plainly whether PostgreSQL was there: its tests look like any others in the list of dots."""
    outcomes = {
        outcome: sum("postgres" in getattr(report, "keywords", {}) for report in terminalreporter.getreports(outcome))
        for outcome in ("passed", "failed", "error", "skipped")
    }
    ran = outcomes["passed"] + outcomes["failed"]
    if ran:
        terminalreporter.write_line(f"PostgreSQL: {ran} tests ran on a real server, {outcomes['failed']} failed")
    elif outcomes["skipped"] or outcomes["error"]:
        terminalreporter.write_line("PostgreSQL: NOT TESTED, for there was no server; see the reasons above")


class Clock:
    """The time that a Gatehouse under test believes in."""

    def __init__(self, now: dt.datetime = NOW):
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


def open_gatehouse(home: Path, clock: Clock, **environ: str) -> Gatehouse:
    settings = Settings.from_environ({"GATEHOUSE_HOME": str(home), **environ})
    return Gatehouse(Database(settings.database_url), settings, clock)


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory) -> Path:
    """A data directory made once: migrated, with rules and the demo; tests copy it."""
    home = tmp_path_factory.mktemp("seeded")
    gatehouse = open_gatehouse(home, Clock(), MATCHING="evaluator")
    gatehouse.database.migrate()
    gatehouse.seeding.rules(ROOT / "rulesets")
    gatehouse.seeding.demo(NOW.date())
    gatehouse.close()
    return home


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(seeded_home, tmp_path) -> Path:
    """A data directory of the test's own."""
    target = tmp_path / "home"
    shutil.copytree(seeded_home, target)
    return target


@pytest.fixture
def gatehouse(home, clock):
    """A Gatehouse as it starts, with both evaluators."""
    opened = open_gatehouse(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def samples():
    """The demo's sample orders."""
    return sample_orders(NOW)


@pytest.fixture
def admin() -> Principal:
    return ADMIN
