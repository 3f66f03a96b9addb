"""Tasks for people: opened once, with who and by when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse


def open_task(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Open the task of that action; again is the same task. Gives `{task, queue}`."""
    gatehouse.tasks.open(action)
    return {"task": action["id"], "queue": action["payload"]["queue"]}
