"""kill -9 while rules are published: they are live and the draft is done, or neither."""

from __future__ import annotations

import datetime as dt
import signal

import pytest

from engine.service import gatehouse as clockwork
from tests.conftest import ADMIN, NOW, Clock, open_gatehouse
from tests.faults.test_killed import WIRING

PUBLISH = (
    WIRING
    + "from engine.service.principals import Principal\n"
    + "by = Principal('person', 'eve', frozenset({'editor'}))\n"
)
# Dies when everything is written and nothing is committed yet.
DIES_BEFORE_COMMIT = """
real = gatehouse.rulebooks.record
def record(*arguments):
    real(*arguments)
    die()
gatehouse.rulebooks.record = record
"""
# Dies before anybody hears of it.
DIES_AFTER_COMMIT = "gatehouse.rulebooks.forget_live = die\n"
NOW_LIVE = "gatehouse.drafts.publish('fraud', {draft!r}, by, 'go')\n"
AT_ITS_TIME = "gatehouse.schedule.publish_due()\n"


@pytest.fixture
def gatehouse(home):
    """In this process, eleven days ago."""
    opened = open_gatehouse(home, Clock(NOW))
    yield opened
    opened.close()


@pytest.fixture
def draft(gatehouse):
    """A draft that switches fraud off."""
    return gatehouse.drafts.create("fraud", ADMIN, {"rules": []})["id"]


@pytest.fixture
def scheduled(gatehouse, draft):
    """The draft, whose time has come by the clock of every other process."""
    gatehouse.drafts.publish("fraud", draft, ADMIN, "tonight", NOW + dt.timedelta(hours=1))
    return draft


def states(gatehouse, draft) -> tuple[str, list[str]]:
    return gatehouse.drafts.get("fraud", draft)["state"], [
        each["state"] for each in gatehouse.rulebooks.versions("fraud")
    ]


def test_a_publish_that_dies_before_its_end_has_done_nothing(gatehouse, draft, spawn):
    code = PUBLISH + DIES_BEFORE_COMMIT + NOW_LIVE.format(draft=draft)
    assert spawn(code).wait(60) == -signal.SIGKILL
    assert states(gatehouse, draft) == ("draft", ["live"])
    assert gatehouse.drafts.publish("fraud", draft, ADMIN, "again")["version"] == 2


def test_a_publish_that_nobody_heard_of_is_done(gatehouse, draft, spawn):
    code = PUBLISH + DIES_AFTER_COMMIT + NOW_LIVE.format(draft=draft)
    assert spawn(code).wait(60) == -signal.SIGKILL
    assert states(gatehouse, draft) == ("published", ["live", "superseded"])


@pytest.mark.parametrize(("dies", "left"), [(DIES_BEFORE_COMMIT, 1), (DIES_AFTER_COMMIT, 0)])
def test_what_is_scheduled_is_published_once_whoever_dies_over_it(home, gatehouse, scheduled, spawn, dies, left):
    assert spawn(PUBLISH + dies + AT_ITS_TIME).wait(60) == -signal.SIGKILL
    done, versions = states(gatehouse, scheduled)
    assert (done, versions) == (("scheduled", ["scheduled", "live"]) if left else ("published", ["live", "superseded"]))
    other = open_gatehouse(home, clockwork.utc_now)
    assert [other.schedule.publish_due(), other.schedule.publish_due()] == [left, 0]
    other.close()
    assert states(gatehouse, scheduled) == ("published", ["live", "superseded"])
    with gatehouse.database.read() as uow:
        published = [each["action"] for each in uow.audit.list(None, 100)[0] if each["action"] == "rulesets.publish"]
    assert len(published) == 1
