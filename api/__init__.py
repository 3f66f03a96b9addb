"""The HTTP door: orders in, decisions out. `create_app(gatehouse, settings)` gives the WSGI application."""

from api.app import create_app

__all__ = ["create_app"]
