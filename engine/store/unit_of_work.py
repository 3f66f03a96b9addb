"""One transaction, and the nouns that can be read and written in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.store.actions import Actions
from engine.store.audit import AuditLog
from engine.store.changes import Changes
from engine.store.decisions import Decisions
from engine.store.digests import Digests
from engine.store.drafts import Drafts
from engine.store.exceptions import Exceptions
from engine.store.firings import Firings
from engine.store.manual import ManualDecisions, Waivers
from engine.store.orders import Orders
from engine.store.payments import PaymentInquiries
from engine.store.people import People
from engine.store.previews import Previews
from engine.store.reallocation import Reallocation
from engine.store.reference import ReferenceData
from engine.store.reminders import Reminders
from engine.store.reports import Reports
from engine.store.rule_holds import RuleHolds
from engine.store.rulesets import Rulesets
from engine.store.shipments import Shipments
from engine.store.snapshots import Snapshots
from engine.store.stale_shipments import StaleShipments
from engine.store.stock import Stock
from engine.store.tasks import Tasks
from engine.store.transfers import Transfers
from engine.store.vendors import Vendors
from engine.store.worlds import Worlds

if TYPE_CHECKING:
    from engine.store.database import Database


class UnitOfWork:
    """What `Database.read()` and `Database.write()` give. Nothing is kept unless `commit()` is called."""

    def __init__(self, connection: sa.Connection, database: Database, writes: bool):
        self._connection = connection
        self.snapshots = Snapshots(connection)
        self.orders = Orders(connection)
        self.waivers = Waivers(connection)
        self.manual = ManualDecisions(connection)
        self.changes = Changes(connection)
        self.shipments = Shipments(connection)
        self.decisions = Decisions(connection, self.snapshots)
        self.firings = Firings(connection)
        self.rule_holds = RuleHolds(connection)
        self.stock = Stock(connection)
        self.reallocation = Reallocation(connection)
        self.reference = ReferenceData(connection)
        self.rulesets = Rulesets(connection, self.snapshots)
        self.drafts = Drafts(connection)
        self.previews = Previews(connection, self.snapshots)
        self.world = Worlds(connection, self.snapshots, database, writes)
        self.actions = Actions(connection)
        self.tasks = Tasks(connection)
        self.exceptions = Exceptions(connection)
        self.digests = Digests(connection)
        self.reminders = Reminders(connection)
        self.payments = PaymentInquiries(connection)
        self.vendors = Vendors(connection)
        self.reports = Reports(connection)
        self.stale_shipments = StaleShipments(connection)
        self.transfers = Transfers(connection)
        self.people = People(connection)
        self.audit = AuditLog(connection)

    def commit(self) -> None:
        """Keep what was written so far."""
        self._connection.commit()
