"""Published rulesets, which of them are live, and what a rulebook digest stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import NotFound
from engine.store.models.reference import RulebookRow, RulesetVersionRow, SnapshotRow
from engine.store.snapshots import Snapshots
from engine.store.statements import bump, insert, insert_new


class Rulesets:
    """Versions by stage. The pipeline is one more stage, called "pipeline"."""

    def __init__(self, connection: sa.Connection, snapshots: Snapshots):
        self._connection = connection
        self._snapshots = snapshots

    def lock(self) -> None:
        """Others that publish wait until this transaction ends."""
        bump(self._connection, "rulebook")

    def publish(
        self, stage: str, document: Mapping[str, Any], digest: str, by: str, at: dt.datetime, note: str = "",
        scheduled: int | None = None,
    ) -> int:  # fmt: skip
        """Make a document the live version of its stage; its number, from 1. `digest` is canonical.digest(document).

        `scheduled`: the number that it got when it was scheduled.
        """
        row = RulesetVersionRow
        version = self._next_version(stage) if scheduled is None else scheduled
        former = sa.update(row).where(row.stage == stage, row.state == "live").values(state="superseded")
        self._connection.execute(former)
        if scheduled is None:
            self._add(stage, version, document, digest, "live", by, at, note)
            return version
        now_live = sa.update(row).where(row.stage == stage, row.version == scheduled)
        self._connection.execute(now_live.values(state="live", published_at=at))
        return scheduled

    def schedule(
        self, stage: str, document: Mapping[str, Any], digest: str, by: str, at: dt.datetime, note: str = ""
    ) -> int:
        """Keep a document as the version that is to go live at that time; its number."""
        version = self._next_version(stage)
        self._add(stage, version, document, digest, "scheduled", by, at, note)
        return version

    def unschedule(self, stage: str, version: int) -> None:
        """Forget a version that never was live. Its number is not given again."""
        row = RulesetVersionRow
        never = sa.delete(row).where(row.stage == stage, row.version == version, row.state == "scheduled")
        self._connection.execute(never)

    def expected(self, stage: str, at: dt.datetime) -> int:
        """The version that will be live just before that time, if all goes as scheduled; 0 for none."""
        row = RulesetVersionRow
        planned = sa.select(row.version).where(row.stage == stage, row.state == "scheduled", row.published_at <= at)
        version = self._connection.scalar(planned.order_by(row.published_at.desc(), row.version.desc()).limit(1))
        live = sa.select(row.version).where(row.stage == stage, row.state == "live")
        return version or self._connection.scalar(live) or 0

    def _next_version(self, stage: str) -> int:
        """Others that add one to the stage wait from here on."""
        return bump(self._connection, f"ruleset:{stage}")

    def _add(
        self, stage: str, version: int, document: Mapping[str, Any], digest: str, state: str, by: str,
        at: dt.datetime, note: str,
    ) -> None:  # fmt: skip
        insert_new(self._connection, SnapshotRow, {"digest": digest, "data": document})
        insert(self._connection, RulesetVersionRow, {
            "stage": stage, "version": version, "digest": digest, "state": state, "published_at": at,
            "published_by": by, "note": note,
        })  # fmt: skip

    def live(self) -> dict[str, tuple[int, str, dict[str, Any]]]:
        """The live `(version, digest, document)` of every stage."""
        row = RulesetVersionRow
        rows = self._connection.execute(
            sa.select(row.stage, row.version, row.digest, SnapshotRow.data)
            .join(SnapshotRow, SnapshotRow.digest == row.digest)
            .where(row.state == "live").order_by(row.stage)
        )  # fmt: skip
        return {each.stage: (each.version, each.digest, each.data) for each in rows}

    def live_digests(self) -> dict[str, str]:
        """The live digest of every stage; cheap enough to ask before every decision."""
        return {each.stage: each.digest for each in self._connection.execute(_LIVE_DIGESTS)}

    def live_versions(self) -> dict[str, int]:
        """The live version of every stage."""
        row = RulesetVersionRow
        return {each.stage: each.version for each in self._connection.execute(
            sa.select(row.stage, row.version).where(row.state == "live")
        )}  # fmt: skip

    def versions(self, stage: str) -> list[dict[str, Any]]:
        """All versions of a stage, newest first: `{version, state, digest, published_at, published_by, note}`."""
        row = RulesetVersionRow
        columns = (row.version, row.state, row.digest, row.published_at, row.published_by, row.note)
        rows = self._connection.execute(sa.select(*columns).where(row.stage == stage).order_by(row.version.desc()))
        return [canonical.dump(each._mapping) for each in rows]

    def version(self, stage: str, version: int) -> dict[str, Any]:
        """One of them. Raises NotFound."""
        found = next((each for each in self.versions(stage) if each["version"] == version), None)
        if found is None:
            raise NotFound(f"There is no version {version} of {stage}.")
        return found

    def document(self, stage: str, version: int) -> dict[str, Any]:
        """The document of a version. Raises NotFound."""
        row = RulesetVersionRow
        digest = self._connection.execute(
            sa.select(row.digest).where(row.stage == stage, row.version == version)
        ).scalar()
        if digest is None:
            raise NotFound(f"There is no version {version} of {stage}.")
        return self._snapshots.get(digest)

    def pin(self, rulebook_digest: str, stages: Mapping[str, str], at: dt.datetime) -> None:
        """Remember which ruleset digests a rulebook digest stands for; once is enough."""
        insert_new(
            self._connection, RulebookRow, {"digest": rulebook_digest, "stages": dict(stages), "pinned_at": at}
        )

    def rulebook(self, digest: str) -> dict[str, dict[str, Any]]:
        """The documents of a pinned rulebook by stage. Raises NotFound."""
        stages = self._connection.execute(sa.select(RulebookRow.stages).where(RulebookRow.digest == digest)).scalar()
        if stages is None:
            raise NotFound(f"There is no rulebook {digest}.")
        return {stage: self._snapshots.get(of_stage) for stage, of_stage in stages.items()}

    def rulebook_named(self, stages: Mapping[str, str]) -> str | None:
        """The digest of the pinned rulebook that is made of these ruleset digests."""
        pinned = sa.select(RulebookRow.digest).where(RulebookRow.stages == dict(stages))
        return self._connection.execute(pinned).scalar()

    def empty(self) -> bool:
        """Whether nothing was ever published."""
        return not self._connection.execute(sa.select(sa.exists().select_from(RulesetVersionRow))).scalar()


_LIVE_DIGESTS = (
    sa.select(RulesetVersionRow.stage, RulesetVersionRow.digest)
    .where(RulesetVersionRow.state == "live")
    .order_by(RulesetVersionRow.stage)
)
