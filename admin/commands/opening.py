"""The Gatehouse that a command works on, and who runs it."""

from __future__ import annotations

import contextlib
import getpass
import os

import click

from engine.service import Gatehouse
from engine.service.principals import Principal


def open_gatehouse() -> contextlib.AbstractContextManager[Gatehouse]:
    """The service on a database that is there and up to date, as cli.py opens it; closed at the end of the `with`."""
    return click.get_current_context().find_root().obj()


def operator() -> Principal:
    """Who runs this command: whoever may read the database's address may do everything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        name = str(os.getuid())
    return Principal("person", f"command line ({name})", frozenset({"admin"}))
