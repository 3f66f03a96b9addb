"""Deciding held orders again, because rules have changed: what would come of it, and having it done.

Deciding again lifts nothing: the live rules judge again, and hold again whatever they still hold. Yet a published
change and this after it come to lifting many holds at once, so orders held for what only an approver may lift are left
to approvers.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

from engine.errors import OrderError, Problem
from engine.holds import HOLD_REASONS
from engine.language.values import did_you_mean
from engine.service.decisions import Decisions
from engine.service.principals import Principal

TRIGGER = "rules_changed"
MOST_TRIED = 200  # a dry run decides no more than that, the first placed
MOST_SHOWN = 20
_AT_ONCE = 200  # marked in one transaction: others want to write, too


class Redeciding:
    """Held orders and the rules of now."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], decisions: Decisions):
        self._database = database
        self._clock = clock
        self._decisions = decisions

    def redecide(
        self, holds: Collection[str] | None, rule: str | None, by: Principal, dry_run: bool = True
    ) -> dict[str, Any]:
        """Have the orders decided again that are held for one of those reasons, by that rule; None: whatever for.

        Dry: `{dry_run, matched, left_out, tried, would: {approve, hold, reject}, sample}`, nothing is changed. Else
        `{…, marked}`: a sweep decides them in the order of placing. Raises OrderError for a reason that there is not.
        """
        by.require("ops")
        _refuse_unknown(holds)
        with self._database.read() as uow:
            found = uow.orders.held(holds, rule)
        chosen = [each for each in found if by.may("approver") or not _for_approvers(each.reasons)]
        counts = {"dry_run": dry_run, "matched": len(found), "left_out": len(found) - len(chosen)}
        if dry_run:
            return {**counts, **self._tried(chosen[:MOST_TRIED])}
        said = {"holds": sorted(holds) if holds else None, "rule": rule}
        marked = sum(
            self._mark(chosen[start : start + _AT_ONCE], said, by) for start in range(0, len(chosen), _AT_ONCE)
        )
        return {**counts, "marked": marked}

    def _tried(self, orders: Sequence[Any]) -> dict[str, Any]:
        would: Counter[str] = Counter(approve=0, hold=0, reject=0)
        sample: list[dict[str, Any]] = []
        for each in orders:
            with self._database.read() as uow:
                stored = uow.orders.get(each.order_no)
            decision = self._decisions.with_waivers(stored, ())["decision"]
            would[decision["verdict"]] += 1
            reasons = list(dict.fromkeys(hold["reason"] for hold in decision["holds"]))
            if sorted(reasons) != sorted(each.reasons) and len(sample) < MOST_SHOWN:
                said = {"verdict": decision["verdict"], "holds": reasons}
                sample.append({"order_no": each.order_no, "holds": list(each.reasons), "would": said})
        return {"tried": len(orders), "would": dict(would), "sample": sample}

    def _mark(self, orders: Sequence[Any], said: dict[str, Any], by: Principal) -> int:
        def work(uow: Any) -> None:
            now = self._clock()
            for each in orders:
                uow.orders.again(each.order_no, TRIGGER)
                uow.manual.record(each.order_no, "redecide", by.name, now, said)
            uow.audit.write(now, by.name, "orders.redecide", "orders", None, {**said, "orders": len(orders)})

        self._database.write_retrying(work)
        return len(orders)


def _for_approvers(reasons: Collection[str]) -> bool:
    return any(HOLD_REASONS[each].released_by == "approver" for each in reasons if each in HOLD_REASONS)


def _refuse_unknown(holds: Collection[str] | None) -> None:
    problems = [
        Problem(f"holds.{index}", "not-a-choice", f"no hold is called {each}", None, did_you_mean(each, HOLD_REASONS))
        for index, each in enumerate(holds or ())
        if each not in HOLD_REASONS
    ]
    if problems:
        raise OrderError(problems, "This cannot be accepted as it is.")
