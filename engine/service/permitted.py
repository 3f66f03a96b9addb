"""Which manual decisions the status of an order allows: the one table of it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Conflict

_WAITS = ("awaiting_payment", "held")
_HERE = (*_WAITS, "approved", "released")

# Kind: the statuses that allow it, and what to say of the others.
PERMITTED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "release": (_WAITS, "there is no hold to release"),
    "hold": (("received", *_HERE, "partially_shipped"), "there is nothing left to hold"),
    "reject": ((*_WAITS, "approved"), "a warehouse has been asked for it; cancel it, or return it to audit first"),
    "cancel": (("received", *_HERE), "only an order of which nothing has left can be cancelled"),
    "return_to_audit": (("approved", "released"), "only an approved order of which nothing has left can be taken back"),
    "reassign": ((*_WAITS, "approved"), "a warehouse has been asked for it; return it to audit first"),
    "unassign": ((*_WAITS, "approved"), "a warehouse has been asked for it; return it to audit first"),
    "adjust": (_HERE, "its lines can only be changed before it ships"),
    "swap": (_HERE, "its lines can only be changed before it ships"),
    "clarify": (_WAITS, "there is nothing to clarify"),
    "ship": (("approved", "released", "partially_shipped"), "only an approved order can be shipped by hand"),
}
KINDS = tuple(PERMITTED)


def permits(kind: str, status: str) -> bool:
    """Whether an order of that status allows it."""
    return status in PERMITTED[kind][0]


def require(kind: str, status: str, order_no: str) -> None:
    """Raise Conflict, with a sentence, unless it is allowed."""
    if status == "recalling":
        raise Conflict(f"order {order_no} is recalling; its warehouses have to answer first")
    if not permits(kind, status):
        raise Conflict(f"order {order_no} is {status}; {PERMITTED[kind][1]}")
