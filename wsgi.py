"""The web application: the API and the console on one Gatehouse. Any WSGI server runs it as `wsgi:app`."""

from __future__ import annotations

import os

from flask import Flask

import admin
import api
from engine.config import Settings
from engine.service import Gatehouse
from engine.store.database import Database


def create_app(settings: Settings) -> Flask:
    """The application of these settings. Its database must have been migrated."""
    gatehouse = Gatehouse(Database(settings.database_url), settings)
    app = api.create_app(gatehouse, settings)
    admin.register(app, gatehouse, settings)
    return app


app = create_app(Settings.from_environ(os.environ))
