"""The web application: the API and the console on one Gatehouse. Any WSGI server runs it as `wsgi:app`."""

from __future__ import annotations

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

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
    if settings.trusted_proxies:
        believed = {"x_for": settings.trusted_proxies, "x_proto": settings.trusted_proxies}
        app.wsgi_app = ProxyFix(app.wsgi_app, **believed, x_host=0)  # type: ignore[method-assign]
    return app


app = create_app(Settings.from_environ(os.environ))
