"""The part of a worker that decides by the clock, by itself: what waits, what expired, what gained or lost units."""

from __future__ import annotations

import os
import time

from engine.config import Settings
from engine.service import Gatehouse
from engine.store.database import Database
from workers import ticks

settings = Settings.from_environ(os.environ)
gatehouse = Gatehouse(Database(settings.database_url), settings)
while True:
    ticks._sweep(gatehouse)
    gatehouse.reallocation.sweep()
    time.sleep(0.2)
