"""Child processes that never outlive the one that started them, not even when it is killed hard."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from workers import watchdog
from workers.watchdog import signal_group

PR_SET_PDEATHSIG = 1  # linux/prctl.h
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
LARGE_LOG_BYTES = 20_000_000
STEADY_S = 60.0  # a child that ran this long has recovered: its next crash is a first one again


@dataclass(eq=False)
class Child:
    """One process of ours: how to start it, and how its runs went so far."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    grace_s: float = 15.0  # how long it may take to end when asked
    pass_fds: tuple[int, ...] = ()
    log: Path | None = None  # where what it prints goes; None: where ours goes
    process: subprocess.Popen[bytes] | None = None  # None: not started, or ended
    started_at: float = 0.0  # of time.monotonic(), like the next one
    restart_at: float | None = None  # while it waits to be started again
    crashes: int = 0  # in a row


@dataclass
class Children:
    """Starts, restarts and stops children. Main thread only: on Linux a child dies with the thread that started it."""

    watched: bool = sys.platform != "linux"  # by a watchdog process, where the kernel does not tell children
    say: Callable[[str], None] = print
    all: list[Child] = field(default_factory=list)
    _watchdog: subprocess.Popen[bytes] | None = None

    def start(self, child: Child) -> None:
        """Start it, and from now on keep it running."""
        if child not in self.all:
            self.all.append(child)
        output = _opened(child.log) if child.log else None
        child.process = subprocess.Popen(
            child.command,
            env=dict(child.environ),
            stdin=subprocess.DEVNULL,
            pass_fds=child.pass_fds,
            stdout=output,
            stderr=output,
            # A session of its own: Ctrl-C reaches only us, so that we stop children in order.
            start_new_session=True,
            preexec_fn=None if self.watched else _die_with(os.getpid()),
        )
        if output is not None:
            output.close()  # the child has its own
        child.started_at, child.restart_at = time.monotonic(), None
        self._tell_watchdog("+", child)

    def tend(self) -> None:
        """Notice who ended, and start those again whose pause is over."""
        for child in self.all:
            if child.process is not None and child.process.poll() is not None:
                self._plan_restart(child)
            elif child.restart_at is not None and time.monotonic() >= child.restart_at:
                self.start(child)

    def stop_all(self) -> None:
        """End everybody, the last started first, each within its grace."""
        for child in reversed(self.all):
            self.stop(child)
        if self._watchdog is not None:
            self._watchdog.communicate()  # closes its input; nothing is left to it, so it ends

    def stop(self, child: Child) -> None:
        """Ask a child to end and wait; past its grace, end its whole group."""
        if child.process is None:
            return
        child.process.terminate()
        try:
            child.process.wait(child.grace_s)
        except subprocess.TimeoutExpired:
            self.say(f"{child.name} did not end within {child.grace_s:.0f} s and is killed")
        self._end_group(child)

    def kill_all(self) -> None:
        """End everybody at once."""
        for child in self.all:
            if child.process is not None:
                signal_group(child.process.pid, signal.SIGKILL)

    def _plan_restart(self, child: Child) -> None:
        assert child.process is not None
        status = child.process.returncode
        self._end_group(child)
        if time.monotonic() - child.started_at > STEADY_S:
            child.crashes = 0
        pause = min(FIRST_PAUSE_S * 2**child.crashes, LONGEST_PAUSE_S)
        child.crashes += 1
        child.restart_at = time.monotonic() + pause
        self.say(f"{child.name} ended ({_status_text(status)}); starting it again in {pause:g} s")

    def _end_group(self, child: Child) -> None:
        """Whatever the child started itself goes with it."""
        assert child.process is not None
        signal_group(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self._tell_watchdog("-", child)
        child.process = None

    def _tell_watchdog(self, sign: str, child: Child) -> None:
        if not self.watched:
            return
        if self._watchdog is None:
            program = [sys.executable, "-P", watchdog.__file__]
            self._watchdog = subprocess.Popen(program, stdin=subprocess.PIPE, start_new_session=True)
        assert self._watchdog.stdin is not None and child.process is not None
        self._watchdog.stdin.write(f"{sign}{child.process.pid}\n".encode())
        self._watchdog.stdin.flush()


def _opened(log: Path) -> BinaryIO:
    """The end of a log; one that has grown large is put aside first, in place of the one before."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGE_LOG_BYTES:
        log.replace(log.with_suffix(".1.log"))
    return log.open("ab")


def _die_with(parent: int) -> Callable[[], None]:
    """What a child runs before its program so that the kernel ends it when `parent` dies. Source: prctl(2)."""
    libc = ctypes.CDLL(None)  # loaded here, for little is safe between fork and exec

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_the_kernel


def _status_text(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
