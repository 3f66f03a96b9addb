"""A copy of the whole database as of one instant, taken while it is in use, and whether that copy is whole."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from engine.errors import GatehouseError


class NotCopied(GatehouseError):
    """The database cannot be copied there."""

    code = "not-copied"


def copy(url: sa.URL, file: Path) -> list[str]:
    """Copy a database to a file that is not there yet. Gives what is wrong with the copy; nothing: it is whole.

    SQLite: the file is a database like the original. PostgreSQL: an archive of `pg_dump` for `pg_restore`. A copy that
    is not whole has no file. Raises NotCopied.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    sqlite = url.get_backend_name() == "sqlite"
    try:
        _claim(file, part)
        _copy_sqlite(url, part) if sqlite else _run("pg_dump", "--format=custom", f"--file={part}", url=url)
        wrong = _faults(part) if sqlite else _unreadable(part)
        if not wrong:
            part.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise NotCopied(f"{file}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return wrong


def _claim(file: Path, part: Path) -> None:
    if file.exists():
        raise NotCopied(f"{file} is there already")
    part.touch(mode=0o600)  # it holds personal data
    part.chmod(0o600)


def _copy_sqlite(url: sa.URL, part: Path) -> None:
    with closing(sqlite3.connect(url.database or "")) as original, closing(sqlite3.connect(part)) as made:
        original.backup(made)  # in one step: what is written meanwhile is not in it
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _faults(part: Path) -> list[str]:
    with closing(sqlite3.connect(part)) as made:
        found = [row[0] for row in made.execute("PRAGMA integrity_check") if row[0] != "ok"]
        astray = made.execute("PRAGMA foreign_key_check").fetchall()
        return found + [f"{row[0]}: a row refers to what is not there" for row in astray]


def _unreadable(part: Path) -> list[str]:
    try:
        _run("pg_restore", "--list", str(part))
    except NotCopied as error:
        return [error.message]
    return []


def _run(program: str, *arguments: str, url: sa.URL | None = None) -> None:
    """Run a program of PostgreSQL, the password not on its command line. Raises NotCopied with what it said."""
    known = dict(os.environ)
    if url is not None:
        plain = url.set(drivername="postgresql", password=None)
        arguments = (*arguments, f"--dbname={plain.render_as_string(hide_password=False)}")
        known |= {"PGPASSWORD": url.password} if url.password else {}
    try:
        done = subprocess.run([program, *arguments], env=known, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NotCopied(f"{program} is not installed here; it comes with PostgreSQL's client") from None
    if done.returncode:
        raise NotCopied(f"{program}: {done.stderr.strip() or done.returncode}")
