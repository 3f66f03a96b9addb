"""The database: SQLite by default, PostgreSQL by URL, and the two ways in: `read()` and `write()`.

SQLite's default transactions lose concurrent updates, so every write begins with BEGIN IMMEDIATE and queues: behind the
writers of this process, then for up to 30 s behind other processes. Compute outside: a write transaction only writes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import Busy
from engine.store import copying, migrating
from engine.store.reference_cache import ReferenceCache
from engine.store.unit_of_work import UnitOfWork

WAIT_S = 30
CONNECT_S = 5  # for PostgreSQL to take a connection, where its URL names no connect_timeout
_RETRIABLE = ("40001", "40P01", "55P03")  # PostgreSQL: serialization failure, deadlock, lock not available
_SQLITE_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
_PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -16000")

Result = TypeVar("Result")


class Database:
    """One database. Share one object a process: it is safe for threads, and for forks while no transaction is open."""

    def __init__(self, url: str):
        self.url = sa.make_url(url)
        self.reference_cache = ReferenceCache()
        self._pool = _connect_sqlite(self.url) if self.is_sqlite else _connect_postgresql(self.url)
        self._reading = self._pool.execution_options(**({} if self.is_sqlite else _SNAPSHOT_READ))
        self._writing = self._pool.execution_options(writes=True)
        self._writer = threading.Lock()
        self._writing_thread: int | None = None
        _separate_children(self)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite; else it is PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """One consistent view of the database; nothing can be written through it. Raises Busy."""
        with _answering(), self._reading.connect() as connection:
            connection.begin()
            yield UnitOfWork(connection, self, writes=False)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction, rolled back unless `commit()` was called. Raises Busy, as when it waits over 30 s."""
        with _answering(_is_unwritable), self._turn(), self._writing.connect() as connection:
            connection.begin()
            uow = UnitOfWork(connection, self, writes=True)
            try:
                yield uow
            finally:
                connection.rollback()

    def write_retrying(self, work: Callable[[UnitOfWork], Result], attempts: int = 3) -> Result:
        """What `work(uow)` answers, committed. Run again when the database was busy or broke a deadlock.

        Raises Busy when that did not help.
        """
        for attempt in range(1, attempts + 1):
            try:
                with self.write() as uow:
                    answer = work(uow)
                    uow.commit()
                    return answer
            except Busy:
                if attempt == attempts:
                    raise
            time.sleep(0.02 * 2**attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def migrate(self) -> None:
        """Bring the schema to the newest version. Safe from several processes at once; quick when nothing is to do."""
        with self._turn(), self._writing.connect() as connection:
            migrating.upgrade(connection)
            connection.commit()

    def is_current(self) -> bool:
        """Whether the schema is the one that this software wants."""
        with self._reading.connect() as connection:
            return migrating.is_current(connection)

    def ping(self) -> None:
        """Ask the database for an answer. Raises sqlalchemy.exc.OperationalError when there is none."""
        with self._reading.connect() as connection:
            connection.execute(sa.select(1))

    def is_writable(self) -> bool:
        """Whether it takes changes, as far as can be told without one: no read-only file, no standby."""
        if self.is_sqlite:
            file = Path(self.url.database or "")
            return not file.exists() or os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
        with self._reading.connect() as connection:
            return not connection.execute(sa.select(sa.func.pg_is_in_recovery())).scalar_one()

    def copy(self, file: Path) -> list[str]:
        """Copy it as of one instant to a file that is not there yet, while it is in use. Gives what is wrong with the
        copy, which then is not kept. Raises copying.NotCopied."""
        return copying.copy(self.url, file)

    def close(self) -> None:
        """Close every connection that is not in use; the database opens again when it is used again."""
        self._pool.dispose()

    def before_fork(self) -> None:
        """SQLite keeps its locks in memory that a child would inherit, so no connection may be open at a fork."""
        if self.is_sqlite:
            self._pool.dispose()

    def after_fork(self) -> None:
        """In the child: drop the parent's connections without closing them, and whatever lock it held."""
        self._pool.dispose(close=False)
        self._writer = threading.Lock()
        self._writing_thread = None
        self.reference_cache = ReferenceCache()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer, and its busy handler is unfair: threads of this process queue here instead."""
        if not self.is_sqlite:
            yield
            return
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a write inside a write would wait for itself")
        writer = self._writer
        if not writer.acquire(timeout=WAIT_S):
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("database is locked by another thread"))
        self._writing_thread = threading.get_ident()
        try:
            yield
        finally:
            self._writing_thread = None
            writer.release()


@contextmanager
def _answering(or_when: Callable[[DBAPIError], bool] = lambda _: False) -> Iterator[None]:
    """Turn what may pass by itself into an error that callers know."""
    try:
        yield
    except DBAPIError as error:
        if is_contention(error) or error.connection_invalidated or _is_unreachable(error) or or_when(error):
            raise Busy from error
        raise


def _is_unwritable(error: DBAPIError) -> bool:
    """Whether nothing can be written now: the disk is full or read-only, or PostgreSQL lacks resources."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_UNWRITABLE
    return (getattr(error.orig, "sqlstate", None) or "")[:2] in ("53", "57") or _is_standby(error)


def _is_standby(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "25006"  # read_only_sql_transaction


def _is_unreachable(error: DBAPIError) -> bool:
    """Whether PostgreSQL was not there at all: its own errors carry a SQLSTATE, those of the connection none."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None


def is_contention(error: DBAPIError) -> bool:
    """Whether the same transaction, run again, may well succeed."""
    if getattr(error.orig, "sqlstate", None) in _RETRIABLE:
        return True
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


# A decision reads several tables: they must be of one instant.
_SNAPSHOT_READ = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _connect_postgresql(url: sa.URL) -> sa.Engine:
    named = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S}
    return sa.create_engine(
        url, connect_args=named, pool_size=10, max_overflow=20, pool_timeout=WAIT_S, pool_pre_ping=True,
        isolation_level="READ COMMITTED", hide_parameters=True,
    )  # fmt: skip


def _connect_sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite in memory cannot be shared by threads; name a file: sqlite:///path/to/gatehouse.db")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    pool = sa.create_engine(
        url, connect_args={"timeout": WAIT_S}, pool_size=10, max_overflow=50, pool_timeout=WAIT_S, hide_parameters=True
    )  # what an order says is in parameters, and errors are told to people
    sa.event.listen(pool, "connect", _prepare_sqlite)
    sa.event.listen(pool, "begin", _begin_sqlite)
    return pool


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # else Python begins transactions by itself, and too late
    cursor = raw.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {WAIT_S * 1000}")
    _turn_on_wal(cursor)
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _turn_on_wal(cursor: Any) -> None:
    """Once a file, for ever. Changing the mode ignores the busy timeout, so who starts together has to try again."""
    for _ in range(100):
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except Exception as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.05)
    raise OperationalError("PRAGMA journal_mode = WAL", None, TimeoutError("database is locked"))


def _begin_sqlite(connection: sa.Connection) -> None:
    """Writers take their turn now, not at their first change; readers cannot become writers."""
    writes = connection.get_execution_options().get("writes", False)
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    cursor.close()


def _separate_children(database: Database) -> None:
    """A forked child must not use its parent's connections: they would share a socket, or break SQLite's locks."""
    reference = weakref.ref(database)

    def told(method: Callable[[Database], None]) -> Callable[[], None]:
        def tell() -> None:
            living = reference()
            if living is not None:
                method(living)

        return tell

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=told(Database.before_fork), after_in_child=told(Database.after_fork))
