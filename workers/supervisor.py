"""`gatehouse up`: everything that one machine needs, started, watched and stopped as one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.config import Settings
from workers import embedded, first_start
from workers.children import Child, Children
from workers.claims import PATIENCE_S, claim_home, claim_port
from workers.own_api import base_url, is_ready

PROJECT = Path(__file__).resolve().parent.parent  # where wsgi.py and rulesets/ lie, in a checkout as in an install
TICK_S = 0.2
READY_WITHIN_S = 90
CRASHES_BEFORE_READY = 3  # then something is wrong that starting again will not mend
Say = Callable[[str], None]


@dataclass
class Signals:
    """Asks us to stop: the first signal in order, a second one at once."""

    hurry: Callable[[], None]
    asked: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
            signals.append(signal.SIGHUP)
        for number in signals:
            signal.signal(number, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        if self.asked.is_set():
            self.hurry()
        self.asked.set()


def up(settings: Settings, environ: Mapping[str, str], demo: bool = True, say: Say = print) -> int:
    """Run everything until asked to stop; returns the exit status. Raises GatehouseError when it cannot start."""
    children = Children(say=say)
    signals = Signals(hurry=children.kill_all)
    with claim_home(settings.home) as earlier_was_killed:
        patience_s = PATIENCE_S if earlier_was_killed else 0
        with claim_port(settings.host, settings.port, patience_s) as listener:
            signals.listen()
            try:
                return _run(settings, _for_children(settings, environ), demo, listener, children, signals, say)
            finally:
                if children.all:
                    say("Stopping ...")
                children.stop_all()


def _run(
    settings: Settings,
    environ: dict[str, str],
    demo: bool,
    listener: socket.socket,
    children: Children,
    signals: Signals,
    say: Say,
) -> int:
    if settings.redis_url is None:
        embedded.make_room(settings)
        children.start(embedded.valkey(settings, environ))
    embedded.wait_until_ready(settings.queue_url, advice="" if settings.redis_url else embedded.advice(settings))
    is_new = first_start.prepare(settings, PROJECT / "rulesets", demo)
    # A person at a terminal sees what matters; logs go to files. Anything else (a container) collects what we print.
    is_watched = sys.stdout.isatty()
    logs = settings.home / "logs" if is_watched else None
    children.start(_web(settings, environ, listener, logs))
    children.start(_worker(environ, logs))
    if not _wait_until_ready(settings, children, signals, say):
        return 0 if signals.asked.is_set() else 1
    first_start.send_samples(settings, signals.asked.is_set, say)
    # The password is shown once, and only to a person: what is not a terminal is likely a log.
    say(first_start.welcome(settings, is_new and is_watched, logs))
    while not signals.asked.wait(TICK_S):
        children.tend()
    return 0


def _wait_until_ready(settings: Settings, children: Children, signals: Signals, say: Say) -> bool:
    for _ in range(round(READY_WITHIN_S / TICK_S)):
        if signals.asked.wait(TICK_S):
            return False
        children.tend()
        for child in children.all:
            if child.crashes >= CRASHES_BEFORE_READY:
                say(f"{child.name} does not start; its log says why: {child.log or 'above'}")
                return False
        if is_ready(settings):
            return True
    say(f"{base_url(settings)}/readyz does not say ready within {READY_WITHIN_S} s")
    return False


def _for_children(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which children see what we see, and run the code that we run."""
    path = os.pathsep.join(filter(None, (str(PROJECT), environ.get("PYTHONPATH"))))
    own = {"GATEHOUSE_HOME": str(settings.home), "DATABASE_URL": settings.database_url, "PYTHONPATH": path}
    return {**environ, **own}


def _web(settings: Settings, environ: dict[str, str], listener: socket.socket, logs: Path | None) -> Child:
    """The API and the console. We keep the listening socket, so that a restart refuses nobody."""
    options = {
        "bind": f"fd://{listener.fileno()}",
        "chdir": str(PROJECT),
        "worker-class": "workers.web.Worker",
        "workers": str(settings.web_processes),
        "threads": str(settings.web_threads),
        "timeout": "60",
        "graceful-timeout": "10",
        "log-level": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    command = [*_python("gunicorn"), *arguments, "--no-sendfile", "--no-control-socket", "wsgi:app"]
    counting = {"PROMETHEUS_MULTIPROC_DIR": str(_metrics_folder(settings))}
    log = logs / "web.log" if logs else None
    return Child("web", command, counting | environ, grace_s=15, pass_fds=(listener.fileno(),), log=log)


def _metrics_folder(settings: Settings) -> Path:
    """Where the web processes put their counters, so that /metrics of one tells of all; empty at every start."""
    folder = settings.home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _worker(environ: Mapping[str, str], logs: Path | None) -> Child:
    return Child("worker", _python("workers"), environ, grace_s=15, log=logs / "worker.log" if logs else None)


def _python(module: str) -> list[str]:
    """Run a module without looking for modules where the user happens to stand (-P)."""
    return [sys.executable, "-P", "-m", module]
