"""What a decision asks people to do, and what their answers mean for the order.

A rule that asks for a task and puts on the tag `to-confirm` has the order wait for that task; a rule that holds the
order and asks for a task has the hold lifted when the task is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.decision import Decision, Firing, Verdict

OUTCOMES = ("confirmed", "changed", "no_answer", "refused")
CONFIRM_TAG = "to-confirm"  # rulesets/audit/release-after-confirmation.yaml gives such orders time for a call
TRIES = 3  # calls that nobody answers; then the buyer is written to, and called again the next day
MERGE_CANDIDATE = "MERGE_CANDIDATE"
TRANSFER_RULE = "engine.transfer"  # asks for goods to be brought to a store
REFUND_RULE = "engine.rejected"  # asks for what was paid of an order that is not sent; until it has gone back


def asked(decision: Decision) -> dict[str, Firing]:
    """The tasks that rules want, by id, each with the firing that asks.

    A rule whose hold a person took off asks no more, and of an order that is rejected only what rejected it does.
    """
    rejected = decision.verdict is Verdict.REJECT
    asking = (each for each in decision.firings if not each.waived and (_rejects(each) or not rejected))
    firings: dict[tuple[Any, Any], Firing] = {(each.rule, each.subject): each for each in asking}
    tasks = (each for each in decision.actions if each.type == "task")
    by_id = {each.id: firings.get((each.payload.get("rule"), each.payload.get("subject"))) for each in tasks}
    return {task_id: firing for task_id, firing in by_id.items() if firing is not None}


def wanted(decision: Decision) -> frozenset[str]:
    """All tasks that a decision wants, also those about goods that are brought to a store, or a refund."""
    ours = (each for each in decision.actions if each.type == "task" and _is_ours(each.payload))
    return frozenset((*asked(decision), *(each.id for each in ours)))


def is_of_decisions(task: Mapping[str, Any]) -> bool:
    """Whether a decision wants the task, and a later one may not; `task` or the payload that asks for one."""
    return task.get("stage") is not None or task.get("rule") == REFUND_RULE


def _is_ours(task: Mapping[str, Any]) -> bool:
    return transfer_of(task) is not None or task.get("rule") == REFUND_RULE


def transfer_of(task: Mapping[str, Any]) -> str | None:
    """The number of the transfer that a task, or the payload that asks for one, is about; None: of none."""
    kind, _, number = (task.get("subject") or "").partition(":")
    return number if task.get("rule") == TRANSFER_RULE and kind == "transfer" else None


def lifted_by(decision: Decision, task_id: str) -> tuple[str, ...]:
    """The reasons of the holds that confirming the task takes off."""
    firing = asked(decision).get(task_id)
    held = {each.reason for each in decision.holds if firing and each.rule == firing.rule}
    return tuple(sorted(held))


def awaited(decision: Decision) -> frozenset[str]:
    """The tasks that an approved order gives time for before it leaves."""
    return frozenset(task_id for task_id, firing in asked(decision).items() if _tags_to_confirm(firing))


def leaves_once_confirmed(decision: Decision) -> bool:
    """Whether nothing else has it wait as long: no order to be merged with, no rule that asks for more time."""
    if any(flag.code == MERGE_CANDIDATE for flag in decision.flags):
        return False
    waits = [(_saw_confirm_tag(firing), each["minutes"]) for firing, each in _effects(decision, "release_after")]
    longest = max((minutes for for_tasks, minutes in waits if for_tasks), default=0)
    return all(minutes <= longest for _, minutes in waits)


def _effects(decision: Decision, do: str) -> Iterable[tuple[Firing, Mapping[str, Any]]]:
    return ((firing, each) for firing in decision.firings for each in firing.effects if each["do"] == do)


def _rejects(firing: Firing) -> bool:
    return any(each["do"] == "reject" for each in firing.effects)


def _tags_to_confirm(firing: Firing) -> bool:
    return any(each["do"] == "tag" and each["name"] == CONFIRM_TAG for each in firing.effects)


def _saw_confirm_tag(firing: Firing) -> bool:
    return CONFIRM_TAG in (firing.seen.get("order.tags") or ())
