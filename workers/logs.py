"""The worker's log: JSON lines, like those of requests. Of an error its kind and frames are logged and not its message,
which may quote what an order says."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import structlog

from engine.errors import traced


class _Lines:
    """Writes lines to what is standard output now. A log that nobody reads any more stops no action."""

    def line(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    debug = info = warning = error = line


def configure(level: str) -> None:
    """Log from that level on: DEBUG, INFO, WARNING or ERROR."""
    structlog.configure(
        processors=[
            _without_messages,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=_Lines,
    )


def _without_messages(_logger: Any, _method: str, said: Any) -> Any:
    error = sys.exc_info()[1] if said.pop("exc_info", False) else None
    return said if error is None else {**said, **traced(error)}
