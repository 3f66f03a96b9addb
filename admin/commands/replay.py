"""`gatehouse replay`: decisions decided again."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click

from admin.commands.opening import open_gatehouse
from admin.commands.printing import print_lines
from engine.errors import NotFound
from engine.service import Gatehouse


@click.command()
@click.argument("which", required=False, metavar="[DECISION|ORDER]")
@click.option("--all", "every", is_flag=True, help="Every decision there is.")
def replay(which: str | None, every: bool) -> None:
    """Decide again with what a decision kept, and tell the differences: there should be none.

    DECISION is its id; for an ORDER number its latest decision is taken.
    """
    if every == bool(which):
        raise click.UsageError("name a decision or an order, or say --all")
    different = 0
    with open_gatehouse() as gatehouse:
        decisions = gatehouse.decisions.ids() if every else [_decision_of(gatehouse, str(which))]
        for decision_id in decisions:
            answer = gatehouse.decisions.replay(decision_id)
            different += not answer["identical"]
            if not answer["identical"]:
                print_lines(_difference_lines(decision_id, answer))
    click.echo(f"{len(decisions)} replayed, {len(decisions) - different} identical, {different} different")
    sys.exit(1 if different else 0)


def _decision_of(gatehouse: Gatehouse, which: str) -> str:
    if "." not in which:  # an order number is <channel>.<number>, and ids have no dot
        return which
    decision_id = gatehouse.orders.order(which)["decision_id"]
    if decision_id is None:
        raise NotFound(f"order {which} has not been decided yet")
    return str(decision_id)


def _difference_lines(decision_id: str, answer: Mapping[str, Any]) -> Iterator[str]:
    software = answer["software"]
    note = "" if software["was"] == software["is"] else f" (decided by {software['was']}, replayed by {software['is']})"
    yield f"{decision_id} differs{note}"
    for each in answer["differences"]:
        yield f"  {each['path']}: {each['was']!r} → {each['is']!r}"
