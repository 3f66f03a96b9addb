"""`gatehouse verify`: whether what is stored agrees with itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

import click

from admin.commands.opening import open_gatehouse
from engine.service import Gatehouse


def _stock(gatehouse: Gatehouse) -> Iterator[str]:
    """Ledger, balances, reservations and decisions."""
    for each in gatehouse.stock.differences():
        yield f"{each.what}: {each.where} is {each.is_}, should be {each.should_be}"


# Each gives a line for every difference. Adding a check is one row here and one function.
CHECKS: Mapping[str, Callable[[Gatehouse], Iterator[str]]] = {"stock": _stock}


@click.command()
@click.argument("what", nargs=-1, type=click.Choice(tuple(CHECKS)))
def verify(what: tuple[str, ...]) -> None:
    """Recompute what is stored more than once and report every difference; there should be none.

    WHAT names the checks; without any, all are done. stock: balances from the ledger, reservations from the decisions.
    """
    found = 0
    with open_gatehouse() as gatehouse:
        for name in what or CHECKS:
            before = found
            for line in CHECKS[name](gatehouse):
                found += 1
                click.echo(f"{name}: {line}")
            click.echo(f"{name}: {found - before or 'no'} differences")
    sys.exit(1 if found else 0)
