"""A process that ends what its starter leaves behind, for systems that cannot tell a child that its parent died.

It reads lines from its input: `+123` a process group to look after, `-123` one that has ended. When the input closes,
which happens however the starter died, it stops the groups that are left.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 20


def left_behind(lines: Iterable[str]) -> set[int]:
    """The groups that were announced and not taken back when the input closed."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def stop(groups: Iterable[int], grace_s: float = GRACE_S) -> None:
    """Ask each group to end, wait, then end it."""
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace_s
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if signal_group(group, 0)}
    for group in left:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; False when there is no such group any more."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return False
    return True


if __name__ == "__main__":
    stop(left_behind(sys.stdin))
