"""How fast somebody may go on: token buckets, one a caller, that fill again evenly."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST_CALLERS = 10_000  # whoever was here longest ago is forgotten first: their bucket would be full again


class Rates:
    """So many a minute for each caller, a minute's worth at once."""

    def __init__(self, per_minute: int):
        self._per_s = per_minute / 60
        self._most = float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller: tokens, and when that was
        self._lock = threading.Lock()

    def wait_s(self, caller: str, now_s: float) -> float:
        """Takes one; 0, or how many seconds to wait where there is none. `now_s` only ever grows."""
        with self._lock:
            left, at_s = self._left.pop(caller, (self._most, now_s))
            left = min(self._most, left + (now_s - at_s) * self._per_s)
            taken = left >= 1
            self._left[caller] = (left - 1 if taken else left, now_s)
            if len(self._left) > MOST_CALLERS:
                self._left.popitem(last=False)
        return 0 if taken else (1 - left) / self._per_s
