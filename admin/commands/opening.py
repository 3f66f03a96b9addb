"""The Gatehouse that a command works on, its settings, and who runs it."""

from __future__ import annotations

import contextlib
import getpass
import os

import click

from engine.config import Settings
from engine.errors import GatehouseError
from engine.service import Gatehouse
from engine.service.principals import Principal


def open_gatehouse() -> contextlib.AbstractContextManager[Gatehouse]:
    """The service on a database that is there and up to date, as cli.py opens it; closed at the end of the `with`."""
    return click.get_current_context().find_root().obj()


def settings() -> Settings:
    """Those of the environment. Raises GatehouseError naming what makes no sense."""
    try:
        return Settings.from_environ(os.environ)
    except ValueError as error:
        raise GatehouseError(str(error)) from error


def operator() -> Principal:
    """Who runs this command: whoever may read the database's address may do everything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        name = str(os.getuid())
    return Principal("person", f"command line ({name})", frozenset({"admin"}))
