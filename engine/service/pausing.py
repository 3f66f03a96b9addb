"""Switching a live rule off and on again: the quick way out when a rule does harm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Conflict, NotFound, OrderError, Overtaken, Problem
from engine.language.facts import STAGES
from engine.service.principals import Principal
from engine.service.rulebooks import Rulebooks

_TRIES = 3


class Pausing:
    """A pause is an ordinary version with one rule or table switched off; so it has a reason and can be taken back."""

    def __init__(self, rulebooks: Rulebooks):
        self._rulebooks = rulebooks

    def switch(self, stage: str, rule_id: str, enabled: bool, by: Principal, reason: str) -> dict[str, Any]:
        """Switch a rule or table of the live rules on or off: the version, with its document.

        Whoever may publish without a draft may do it. Nothing is analysed, for nothing may stand in its way: the rules
        as they are went live once. Raises NotFound, Conflict where it is so already, Forbidden, OrderError.
        """
        self._rulebooks.require_shortcut(by)
        if not reason.strip():
            raise OrderError([Problem("reason", "required", "say why; it is kept with the version")])
        note = f"{'resume' if enabled else 'pause'} {rule_id}: {reason.strip()}"
        for _ in range(_TRIES):
            try:
                return self._rulebooks.version(stage, self._publish(stage, rule_id, enabled, by, note))
            except Overtaken:
                continue
        raise Overtaken

    def _publish(self, stage: str, rule_id: str, enabled: bool, by: Principal, note: str) -> int:
        documents, _ = self._rulebooks.live_documents()
        if stage not in STAGES or stage not in documents:
            raise NotFound(f"there are no rules of {stage}")
        checked = self._rulebooks.prepare_pause(stage, _switched(documents[stage], rule_id, enabled))
        return self._rulebooks.commit(lambda uow: self._rulebooks.record(uow, checked, by.name, note)[stage])


def _switched(document: Mapping[str, Any], rule_id: str, enabled: bool) -> dict[str, Any]:
    """The ruleset with that rule or table switched on or off."""
    for kind in ("rules", "tables"):
        for index, member in enumerate(document[kind]):
            if member["id"] != rule_id:
                continue
            if (member.get("enabled") is not False) is enabled:
                raise Conflict(f"{rule_id} is {'running' if enabled else 'paused'} already")
            members = [*document[kind]]
            members[index] = {**member, "enabled": enabled}
            return {**document, kind: members}
    raise NotFound(f"there is no rule {rule_id}; a row is paused by its table")
