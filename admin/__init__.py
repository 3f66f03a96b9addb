"""The console: pages for the people who review orders. `register` puts it on the application."""

from admin.registration import register

__all__ = ["register"]
