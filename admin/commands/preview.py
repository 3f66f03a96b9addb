"""`gatehouse preview`: what other rules would have made of the orders of the last days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from admin.commands.opening import open_gatehouse, operator
from admin.commands.printing import print_lines

_SUMS = (("freight, cents", "freight_cents"), ("split", "splits"), ("units on backorder", "backordered"))


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--stage", help="PATH is a file: this stage's ruleset, pipeline or facts.")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="Orders last decided since.")
@click.option("--channel", help="Only orders of this channel.")
def preview(path: Path, stage: str | None, days: int, channel: str | None) -> None:
    """Try the rules in the folder PATH out on past orders. Nothing is published, and nothing else is changed."""
    if path.is_dir() == bool(stage):
        raise click.UsageError("name a folder, or a file and its --stage")
    with open_gatehouse() as gatehouse:
        files = gatehouse.rule_files.read(path, stage)
        asked = gatehouse.previews.ask(files.documents, operator(), days, channel)
        while gatehouse.previews.go_on(asked["id"]):
            pass
        print_lines(_lines(gatehouse.previews.status(asked["id"], operator())))


def _lines(status: Mapping[str, Any]) -> Iterator[str]:
    impact = status["impact"]
    rate = f", {status['orders_per_s']} orders a second" if status["orders_per_s"] else ""
    yield f"{status['state']}: {status['done']} of {status['total']} orders{rate}"
    yield f"{impact['changed']} would come out differently"
    for title, moves in (("verdict", impact["verdicts"]), ("from", impact["warehouses"]), ("by", impact["services"])):
        for move, orders in sorted(moves.items(), key=lambda each: (-each[1], each[0])):
            yield f"  {title} {move.replace('>', ' → ')}: {orders}"
    for reason, (live, draft) in sorted(impact["holds"].items()):
        if live != draft:
            yield f"  held {reason}: {live} → {draft}"
    for title, name in _SUMS:
        live, draft = impact[name]
        yield f"  {title}: {live} → {draft}"
    for top in impact["top"][:10]:
        yield f"  {top['order_no']}: {_side(top['live'])} → {_side(top['draft'])}"


def _side(side: Mapping[str, Any]) -> str:
    return " ".join([side["verdict"], *side["holds"], *side["warehouses"]])
