"""Where a rule has its page."""

from __future__ import annotations

from flask import url_for

from engine.language.facts import STAGES


def rule_address(rule_id: str) -> str:
    """The page of a rule, at the row of a table; empty for what has none, such as the engine's own."""
    entry, _, row = rule_id.partition("#")
    stage = entry.partition(".")[0]
    if stage not in STAGES:
        return ""
    return url_for("console.rule", stage=stage, rule_id=entry, _anchor=f"row-{row}" if row else None)
