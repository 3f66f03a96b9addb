"""Tasks for people: opened once, with who and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse


def open_task(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Open the task of that action; again is the same task. Gives `{task, queue}`."""
    payload = action["payload"]
    due_at = dt.datetime.fromisoformat(payload["due_at"]) if payload["due_at"] else None
    with gatehouse.actions.vendors() as uow:
        uow.vendors.task(
            action_id=action["id"],
            order_no=action["order_no"],
            queue=payload["queue"],
            title=payload["title"],
            due_at=due_at,
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"task": action["id"], "queue": payload["queue"]}
