"""`gatehouse backup`: a copy of the database to restore from."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from admin.commands.opening import open_gatehouse
from engine.service import Gatehouse


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path | None) -> None:
    """Copy the whole database to FILE, while everything runs, and check that the copy is whole.

    FILE must not be there yet; left out, it is named after the time, in the folder backups of GATEHOUSE_HOME. Of SQLite
    it is a database to put in the place of the other one, of PostgreSQL an archive for pg_restore;
    docs/configuration.md says how to restore it. It holds personal data.
    """
    with open_gatehouse() as gatehouse:
        file = file or _named_after_now(gatehouse)
        wrong = gatehouse.database.copy(file)
    for each in wrong:
        click.echo(each)
    click.echo(f"{file}: {'the copy is not whole and was not kept' if wrong else 'done'}")
    sys.exit(1 if wrong else 0)


def _named_after_now(gatehouse: Gatehouse) -> Path:
    folder = gatehouse.settings.home / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ending = "db" if gatehouse.database.is_sqlite else "dump"
    return folder / f"gatehouse-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.{ending}"
