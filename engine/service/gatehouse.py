"""One object with every use case; each group of them lives in a file of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from engine.config import Settings
from engine.service.actions import Actions
from engine.service.audit_log import AuditLog
from engine.service.comparing import Comparing
from engine.service.coupon_refunds import CouponRefunds
from engine.service.decisions import Decisions
from engine.service.digests import Digests
from engine.service.drafts import Drafts
from engine.service.exceptions import Exceptions
from engine.service.firings import Firings
from engine.service.lists import Lists
from engine.service.manual import Manual
from engine.service.merging import Merging
from engine.service.order_events import OrderEvents
from engine.service.orders import Orders
from engine.service.pausing import Pausing
from engine.service.payments import Payments
from engine.service.people import People
from engine.service.previews import Previews
from engine.service.reallocation import Reallocation
from engine.service.redeciding import Redeciding
from engine.service.reference import ReferenceData
from engine.service.reference_files import ReferenceFiles
from engine.service.reminders import Reminders
from engine.service.rule_activity import RuleActivity
from engine.service.rule_files import RuleFiles
from engine.service.rulebooks import Rulebooks
from engine.service.schedule import Schedule
from engine.service.seeding import Seeding
from engine.service.silences import Silences
from engine.service.stock import Stock
from engine.service.tasks import Tasks
from engine.service.tracking import Tracking
from engine.service.upgrading import Upgrading
from engine.service.vendor_events import VendorEvents


def utc_now() -> dt.datetime:
    """The only clock."""
    return dt.datetime.now(dt.UTC)


class Gatehouse:
    """The use cases over one database. `database` offers `read()` and `write()` units of work (engine.store)."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime] = utc_now):
        self.database = database
        self.settings = settings
        self.clock = clock
        self.rulebooks = Rulebooks(database, settings, clock)
        self.rule_files = RuleFiles(self.rulebooks)
        self.comparing = Comparing(database, clock, self.rulebooks)
        self.drafts = Drafts(database, settings, clock, self.rulebooks, self.comparing)
        self.schedule = Schedule(database, clock, self.rulebooks)
        self.pausing = Pausing(self.rulebooks)
        self.previews = Previews(database, settings, clock, self.rulebooks)
        self.upgrading = Upgrading(database, clock)
        self.rule_activity = RuleActivity(database, clock, settings.time_zone)
        self.firings = Firings(database, settings.time_zone, self.rulebooks)
        self.decisions = Decisions(database, settings, clock, self.rulebooks)
        self.orders = Orders(database, settings, clock, self.decisions)
        self.order_events = OrderEvents(database, settings, clock, self.decisions, self.orders)
        self.vendor_events = VendorEvents(database, settings, clock, self.decisions)
        self.tracking = Tracking(database, settings, clock)
        self.reallocation = Reallocation(database, clock, self.decisions)
        self.redeciding = Redeciding(database, clock, self.decisions)
        self.manual = Manual(database, clock, self.decisions, self.orders, self.vendor_events)
        self.coupon_refunds = CouponRefunds(database, settings, self.manual)
        self.merging = Merging(database, settings, clock, self.decisions, self.orders, self.rulebooks)
        self.exceptions = Exceptions(database, clock, self.manual)
        self.tasks = Tasks(database, settings, clock, self.decisions, self.orders)
        self.reference = ReferenceData(database, clock, self.rulebooks)
        self.lists = Lists(database, clock, self.rulebooks)
        self.reference_files = ReferenceFiles(database, clock)
        self.stock = Stock(database, clock)
        self.digests = Digests(database, clock)
        self.reminders = Reminders(database, settings, clock)
        self.silences = Silences(database, settings, clock)
        self.payments = Payments(database, clock, self.decisions, self.order_events)
        self.actions = Actions(database, settings, clock)
        self.people = People(database, clock)
        self.audit_log = AuditLog(database, settings.time_zone)
        self.seeding = Seeding(self)

    def close(self) -> None:
        """Give back compiled rules and database connections."""
        self.rulebooks.close()
        self.database.close()
