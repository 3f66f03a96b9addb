"""What RQ runs: carry out everything that is due for one order."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Any

import structlog

from engine.errors import VendorRejected, VendorUnavailable
from engine.service import Gatehouse
from workers.handlers import HANDLERS

log = structlog.get_logger()
_bound: list[Gatehouse] = []


def bind(gatehouse: Gatehouse) -> None:
    """Say on which Gatehouse the jobs of this process work. Jobs run in the worker process itself, which does not
    fork."""
    _bound[:] = [gatehouse]


def carry_out(order_no: str) -> int:
    """Do the order's due actions, and those that become due by that. Gives how many were done here.

    Safe to run any number of times, at once too: an action is claimed in the database before it is begun.
    """
    gatehouse, done, tried = _bound[0], 0, set[str]()
    while True:
        open_ = [each for each in gatehouse.actions.handed_out(order_no) if each["id"] not in tried]
        if not open_:
            return done
        for action in open_:
            tried.add(action["id"])
            done += _carry_out_one(gatehouse, action)


def preview(preview_id: str) -> bool:
    """Do the next bit of a preview; whether there is more to do."""
    return _bound[0].previews.go_on(preview_id)


def _carry_out_one(gatehouse: Gatehouse, open_: Mapping[str, Any]) -> bool:
    worker = f"{socket.gethostname()}-{os.getpid()}"
    action = gatehouse.actions.claim(open_["id"], open_["attempt"], worker)
    if action is None:  # done already, or somebody is at it
        return False
    try:
        receipt = HANDLERS[action["type"]](gatehouse, action)
    except VendorUnavailable as error:
        gatehouse.actions.fail(action, error.message)
    except VendorRejected as error:
        gatehouse.actions.fail(action, error.message, final=True)
    except Exception as error:  # the edge of the process: whatever it was, the action must not stay claimed
        log.exception("action failed", action=action["id"], type=action["type"], order_no=action["order_no"])
        gatehouse.actions.fail(action, f"{type(error).__name__}: {error}")
    else:
        gatehouse.actions.finish(action, receipt)
        log.info("action done", action=action["id"], type=action["type"], order_no=action["order_no"])
        return True
    return False
