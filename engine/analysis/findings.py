"""What a check says of a rulebook: findings, each with a name and facts that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Said = Mapping[str, str]  # {"zh": …, "en": …}

# The name of each kind of finding, and how severe it is where nothing else is said. Errors keep a ruleset from being
# published; warnings are for a person to weigh.
SEVERITIES: Mapping[str, str] = {
    "example-failed": "error",
    "contradiction": "error",
    "never-fires": "error",
    "always-shadowed": "error",
    "table-overlap": "error",
    "table-gap": "warning",
    "duplicate-rule": "warning",
    "dead-branch": "warning",
    "tag-never-set": "warning",
    "tag-never-asked": "warning",
    "unknown-template": "warning",
    "unknown-webhook": "warning",
    "not-analysed": "warning",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule's author should know."""

    name: str  # one of SEVERITIES
    severity: str  # error or warning
    path: str  # stage and place in the ruleset's document: "fraud.rules.3.when"
    rule: str  # id of the rule, row or table
    message: Said
    suggestion: Said
    witness: Mapping[str, Any] = field(default_factory=dict)  # as an example in a rule document is written
    others: tuple[str, ...] = ()  # ids of the other rules that it is about
    answer: tuple[Any, ...] = ()  # of a gap in a table: the input cells of a row that would fill it

    @classmethod
    def named(cls, name: str, path: str, rule: str, message: Said, suggestion: Said, **more: Any) -> Finding:
        """A finding of the severity that goes with its name."""
        return cls(name, SEVERITIES[name], path, rule, message, suggestion, **more)
