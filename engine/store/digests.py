"""Actions that are told together: waiting for their half hour, then in one digest, then done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.store.models.decisions import DecisionRow
from engine.store.models.orders import OrderRow
from engine.store.models.outbox import ActionRow
from engine.store.models.reference import ReferenceRow
from engine.store.statements import bump

_WAITING = (ActionRow.status == "pending", ActionRow.digest.is_not(None))  # as the index has it


class Digests:
    """The actions with a digest. While one waits, its digest is the recipient alone; afterwards the digest's id."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def waits(self, recipient: str, before: dt.datetime) -> bool:
        """Whether something that was decided before then waits for that recipient."""
        return self._connection.execute(_due(recipient, before).limit(1)).first() is not None

    def gather(self, recipient: str, digest: str, before: dt.datetime) -> int:
        """Put what waits into a digest, unless that one was made already: how many that were.

        What is recorded late waits for the next one, so a digest never changes once it is made.
        """
        bump(self._connection, "digests")  # whoever else gathers waits until this is committed
        made = sa.select(ActionRow.id).where(ActionRow.digest == digest).limit(1)
        if self._connection.execute(made).first() is not None:
            return 0
        gathered = sa.update(ActionRow).where(ActionRow.id.in_(_due(recipient, before))).values(digest=digest)
        return self._connection.execute(gathered, execution_options={"synchronize_session": False}).rowcount

    def unsent(self) -> list[dict[str, Any]]:
        """Digests with what is not done: `{digest, template, by_channel: {name: orders}}`, oldest first."""
        row = ActionRow
        shop = sa.and_(ReferenceRow.kind == "channels", ReferenceRow.code == OrderRow.channel)
        waiting = (
            sa.select(row.digest, row.payload, OrderRow.channel, ReferenceRow.document)
            .join(OrderRow, OrderRow.order_no == row.order_no).join(ReferenceRow, shop, isouter=True)
            .where(*_WAITING, row.digest.contains("@")).order_by(row.sequence)
        )  # fmt: skip
        found: dict[str, dict[str, Any]] = {}
        for each in self._connection.execute(waiting):
            empty = {"digest": each.digest, "template": each.payload["template"], "by_channel": {}}
            counts = found.setdefault(each.digest, empty)["by_channel"]
            name = (each.document or {}).get("name") or each.channel
            counts[name] = counts.get(name, 0) + 1
        return [found[digest] for digest in sorted(found, key=lambda digest: digest.partition("@")[::-1])]

    def finish(self, digest: str, receipt: Mapping[str, Any], at: dt.datetime) -> None:
        """All that is in it is done."""
        told = sa.update(ActionRow).where(ActionRow.digest == digest, ActionRow.status == "pending")
        self._connection.execute(told.values(status="done", receipt=dict(receipt), done_at=at))


def _due(recipient: str, before: dt.datetime) -> Any:
    decided = sa.select(ActionRow.id).join(DecisionRow, DecisionRow.id == ActionRow.decision_id)
    return decided.where(*_WAITING, ActionRow.digest == recipient, DecisionRow.decided_at < before)
