"""Where pages find the service that they show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import current_app

from engine.config import Settings
from engine.rates import Rates
from engine.service import Gatehouse

EXTENSION = "gatehouse_console"


@dataclass(frozen=True, slots=True)
class Console:
    """What every page of this application works with."""

    gatehouse: Gatehouse
    settings: Settings
    sign_ins: Rates  # by address


def console() -> Console:
    """The console of the application that answers this request."""
    return current_app.extensions[EXTENSION]


def gatehouse() -> Gatehouse:
    """The service."""
    return console().gatehouse


def now() -> dt.datetime:
    """The service's clock, so that pages and decisions agree."""
    return gatehouse().clock()
