"""Previews: what a draft would have made of the orders of the last days, worked out by the workers bit by bit.

Each bit is one short job and ends with a commit, so a worker that dies costs a bit, a cancelled preview stops at once,
and actions of real orders get their turn between two bits.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine import canonical
from engine.config import Settings
from engine.decision import Decision
from engine.errors import Conflict, GatehouseError, NotFound
from engine.explain import explain
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.rules import Rulebook
from engine.matching.judge import Judge
from engine.order import Order
from engine.preview import Impact, Previewing, Taken
from engine.service import checks
from engine.service.compiled import Compiled
from engine.service.decisions import decision_document
from engine.service.principals import Principal
from engine.service.rulebooks import Rulebooks
from engine.stages import Run, run_stages
from engine.world import World

_BIT = 100  # orders of a job at most …
_BIT_S = 1.0  # … and the time after which it ends
_LEASE_S = 60
_KEPT = 2  # pairs of rulebooks that a process keeps ready


@dataclass(frozen=True, slots=True)
class _Pair:
    live: Compiled
    draft: Compiled


class Previews:
    """Use cases around previews."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], rulebooks: Rulebooks):
        self._database = database
        self._zone = ZoneInfo(settings.time_zone)
        self._clock = clock
        self._rulebooks = rulebooks
        self._pairs: OrderedDict[str, _Pair] = OrderedDict()

    def ask(
        self, changes: Mapping[str, Any], by: Principal, days: int = 7, channel: str | None = None,
        draft: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Start a preview of these documents by stage over the orders decided in the last days: its status.

        Raises Forbidden, and RulebookError for documents that are not valid.
        """
        by.require("editor")
        self._rulebooks.with_changes(changes).judge.close()  # refuses what is not valid
        live, now = self._rulebooks.live().rulebook.digest, self._clock()
        from_ = now - dt.timedelta(days=days)
        asked = {
            "draft": draft, "stages": sorted(changes), "channel": channel, "days": days, "from": from_.isoformat(),
            "until": now.isoformat(),
        }  # fmt: skip
        whole = {stage: checks.whole(stage, document) for stage, document in changes.items()}
        with self._database.write() as uow:
            total = uow.previews.count(from_, now, channel)
            preview_id = uow.previews.add(asked, live, whole, total, by.name, now)
            uow.commit()
        return self.status(preview_id, by)

    def ask_of_draft(
        self, draft_id: str, by: Principal, days: int = 7, channel: str | None = None
    ) -> dict[str, Any]:
        """The same of a draft. Raises NotFound too."""
        by.require("editor")
        with self._database.read() as uow:
            draft = uow.drafts.get(draft_id)
        if draft is None or draft.state == "discarded":
            raise NotFound(f"there is no draft {draft_id}")
        return self.ask({draft.stage: draft.document}, by, days, channel, draft_id)

    def status(self, preview_id: str, by: Principal) -> dict[str, Any]:
        """How far it is, and what came out so far. Raises NotFound."""
        by.require("viewer")
        return _status(self._stored(preview_id))

    def latest(self, by: Principal, limit: int = 20) -> list[dict[str, Any]]:
        """The newest previews, without what came out."""
        by.require("viewer")
        with self._database.read() as uow:
            found = uow.previews.latest(limit)
        return [{name: value for name, value in _status(each).items() if name != "impact"} for each in found]

    def cancel(self, preview_id: str, by: Principal) -> dict[str, Any]:
        """Stop it where it is. Raises Conflict when it is over, NotFound."""
        by.require("editor")
        stored = self._stored(preview_id)
        with self._database.write() as uow:
            if not uow.previews.cancel(preview_id, self._clock()):
                raise Conflict(f"preview {preview_id} is {stored.state}")
            uow.commit()
        return self.status(preview_id, by)

    def due(self) -> list[tuple[str, int]]:
        """Previews that a worker should go on with now, with the number of orders done."""
        with self._database.read() as uow:
            return uow.previews.due(self._clock())

    def go_on(self, preview_id: str) -> bool:
        """Do the next bit of it; whether there is more to do."""
        now = self._clock()
        with self._database.write() as uow:
            taken = uow.previews.take(preview_id, now, now + dt.timedelta(seconds=_LEASE_S))
            uow.commit()
        if taken is None:
            return False
        try:
            values = self._bit(taken)
        except GatehouseError as error:
            values = {"state": "failed", "error": f"{error.code}: {error.message}", "ended_at": self._clock()}
        with self._database.write() as uow:
            saved = uow.previews.save(taken, **values)
            uow.commit()
        return saved and values["state"] == "running"

    def order(self, preview_id: str, order_no: str, by: Principal) -> dict[str, Any]:
        """One of the top changed orders: `{live, draft, explanation}`, the decisions of both sides and why the draft's
        is so. Raises NotFound."""
        by.require("viewer")
        stored = self._stored(preview_id)
        kept = next((each for each in self._impact(stored).top if each["order_no"] == order_no), None)
        if kept is None:
            raise NotFound(f"order {order_no} is not among the top changed orders of {preview_id}")
        with self._database.read() as uow:
            decided = uow.previews.decision(kept["decision_id"])
            if decided is None:
                raise NotFound(f"there is no decision {kept['decision_id']}")
            world = uow.world.rebuild(decided.world)
        now, pair = decided.decision.decided_at, self._pair(stored)
        seen = Taken(**kept["taken"]).seen_in(world, decided.order.channel, self._day(now))
        run = _run(pair.draft, decided.order, seen, now)
        return {
            "live": {**kept["live"], "decision_id": kept["decision_id"]},
            "draft": decision_document(run.decision),
            "explanation": explain(run, decided.order, seen, pair.draft.rulebook, pair.draft.judge),
        }

    def rulebook(self, preview_id: str) -> Rulebook:
        """The draft's rules, as they were when it was asked for. Raises NotFound."""
        return self._pair(self._stored(preview_id)).draft.rulebook

    def _bit(self, taken: Any) -> dict[str, Any]:
        began, pair = time.monotonic(), self._pair(taken)
        asked, done, cursor = taken.asked, taken.done, taken.cursor
        with self._database.read() as uow:
            decided = uow.previews.orders(
                dt.datetime.fromisoformat(asked["from"]), dt.datetime.fromisoformat(asked["until"]), asked["channel"],
                cursor, _BIT,
            )  # fmt: skip
            worlds = [uow.world.rebuild(each.world) for each in decided]
        previewing = self._previewing(taken, pair)
        for each, world in zip(decided, worlds, strict=True):
            previewing.take(each.decision, each.order, world, self._day(each.decision.decided_at))
            done, cursor = done + 1, [each.decision.decided_at.isoformat(), each.decision.id]
            if time.monotonic() - began > _BIT_S:
                break
        over = not decided
        return {
            "state": "done" if over else "running", "done": done, "cursor": cursor, "progress": previewing.state(),
            "busy_ms": taken.busy_ms + int((time.monotonic() - began) * 1000),
            "ended_at": self._clock() if over else None,
        }  # fmt: skip

    def _previewing(self, taken: Any, pair: _Pair) -> Previewing:
        previewing = Previewing(_by(pair.live), _by(pair.draft), pair.live.rulebook.digest)
        if taken.progress is not None:
            previewing.resume(taken.progress)
        return previewing

    def _pair(self, stored: Any) -> _Pair:
        """The rules of both sides, judged by the evaluator: the draft may not have been tried by the matcher yet."""
        if stored.id not in self._pairs:
            with self._database.read() as uow:
                documents = uow.rulesets.rulebook(stored.rulebook)
            self._pairs[stored.id] = _Pair(_compiled(documents), _compiled({**documents, **stored.changes}))
            while len(self._pairs) > _KEPT:
                self._pairs.popitem(last=False)
        return self._pairs[stored.id]

    def _stored(self, preview_id: str) -> Any:
        with self._database.read() as uow:
            stored = uow.previews.get(preview_id)
        if stored is None:
            raise NotFound(f"there is no preview {preview_id}")
        return stored

    def _impact(self, stored: Any) -> Impact:
        return Impact(**stored.progress["impact"]) if stored.progress else Impact()

    def _day(self, at: dt.datetime) -> str:
        return at.astimezone(self._zone).date().isoformat()


def _run(compiled: Compiled, order: Order, world: World, at: dt.datetime) -> Run:
    return run_stages(order, world, compiled.rulebook, at, compiled.judge)


def _by(compiled: Compiled) -> Callable[[Order, World, dt.datetime], Decision]:
    return lambda order, world, at: _run(compiled, order, world, at).decision


def _compiled(documents: Mapping[str, Any]) -> Compiled:
    rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, None)
    return Compiled(rulebook, Judge(rulebook, "evaluator"))


def _status(stored: Any) -> dict[str, Any]:
    """As the API shows it: `{id, state, asked, by, created_at, ended_at, done, total, orders_per_s, error, impact}`."""
    impact = dict(stored.progress["impact"]) if stored.progress else canonical.dump(Impact())
    impact["top"] = [{name: each[name] for name in each if name != "taken"} for each in impact["top"]]
    return {
        "id": stored.id, "state": stored.state, "asked": dict(stored.asked), "by": stored.by,
        "created_at": stored.created_at.isoformat(), "ended_at": canonical.dump(stored.ended_at),
        "done": stored.done, "total": stored.total, "error": stored.error, "impact": impact,
        "orders_per_s": round(stored.done * 1000 / stored.busy_ms) if stored.busy_ms else None,
    }  # fmt: skip
