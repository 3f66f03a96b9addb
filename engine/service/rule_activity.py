"""What rules have been doing lately, for those who keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.language.rules import Ruleset

_SPANS = {"day": dt.timedelta(hours=24), "week": dt.timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a rule, or all rows of a table together, fired in the last 24 hours and in the last 7 days."""

    day: int = 0
    week: int = 0


class RuleActivity:
    """Counts of firings."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def hits(self, rulesets: Iterable[Ruleset], spans: Iterable[str] = ("day", "week")) -> Mapping[str, Hits]:
        """By id of rule and table; one that is not named did not fire. A span that is not asked for is not counted."""
        kept = {rule.id: rule.table or rule.id for ruleset in rulesets for rule in ruleset.all_rules}
        now = self._clock()
        since = {name: now - _SPANS[name] for name in spans}
        with self._database.read() as uow:
            counts = uow.decisions.firing_counts(list(kept), since)
        found: dict[str, Hits] = {}
        for rule, each in counts.items():
            former = found.get(kept[rule], Hits())
            found[kept[rule]] = Hits(former.day + each.get("day", 0), former.week + each.get("week", 0))
        return found
