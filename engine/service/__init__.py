"""The use cases. `Gatehouse` is what the API, the console and the workers talk to."""

from engine.service.gatehouse import Gatehouse

__all__ = ["Gatehouse"]
