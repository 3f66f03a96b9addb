"""Digests: what is told together every half hour, each thing once, whoever is killed in between.

First what is due is gathered under the digest's id, which names the reader and the half hour; then it is sent under
that id and receipted. What was gathered never changes, so sending again sends the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.digests import TOLD_TOGETHER, half_hour


@dataclass(frozen=True, slots=True)
class Digest:
    """Orders that somebody is to hear of."""

    id: str  # "order_desk_digest@2026-11-11T10:30:00+08:00" in UTC
    to: str
    template: str
    until: dt.datetime
    by_channel: dict[str, int]  # orders, by the channel's name

    @property
    def orders(self) -> int:
        """How many there are in all."""
        return sum(self.by_channel.values())


class Digests:
    """Use cases of the clockwork."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def gather(self) -> int:
        """Put what was decided before this half hour into its digest, once a reader and half hour: how many orders."""
        until = half_hour(self._clock())
        with self._database.read() as uow:
            due = [each for each in TOLD_TOGETHER if uow.digests.waits(each, until)]
        if not due:
            return 0
        return self._database.write_retrying(
            lambda uow: sum(uow.digests.gather(each, _id(each, until), until) for each in due)
        )

    def unsent(self) -> list[Digest]:
        """Digests that were gathered and not receipted, oldest first."""
        with self._database.read() as uow:
            return [_digest(row) for row in uow.digests.unsent()]

    def sent(self, digest: Digest) -> None:
        """It was sent: so all that is in it is done."""
        with self._database.write() as uow:
            uow.digests.finish(digest.id, {"to": digest.to, "digest": digest.id}, self._clock())
            uow.commit()


def _id(recipient: str, until: dt.datetime) -> str:
    return f"{recipient}@{until.astimezone(dt.UTC).isoformat()}"


def _digest(row: dict[str, Any]) -> Digest:
    recipient, _, until = row["digest"].partition("@")
    return Digest(
        row["digest"], TOLD_TOGETHER[recipient], row["template"], dt.datetime.fromisoformat(until), row["by_channel"]
    )
