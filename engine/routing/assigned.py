"""What people chose and warehouses refused, as limits on the candidates of one order.

An order whose chosen place cannot do it has no other place: it waits, and never goes elsewhere instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.decision import Exclusion
from engine.world import World


class Assigned:
    """The last word of people and warehouses about one order."""

    def __init__(self, world: World):
        self._world = world

    @property
    def warehouses(self) -> bool:
        """Whether a person chose any warehouse."""
        return any(each.warehouse for each in self._world.assignments)

    @property
    def services(self) -> bool:
        """Whether a person chose any service."""
        return any(each.service for each in self._world.assignments)

    def home(self, line_no: str) -> str | None:
        """The warehouse chosen for a line as ordered; None: any."""
        concern = (each for each in self._world.assignments if each.line_no in (None, line_no))
        chosen = [each.warehouse for each in concern if each.warehouse]
        return chosen[-1] if chosen else None

    def service(self, warehouse: str) -> str | None:
        """The service chosen for what leaves a warehouse; None: any."""
        chosen = [
            each.service for each in self._world.assignments
            if each.service and (each.line_no is None or each.warehouse == warehouse)
        ]  # fmt: skip
        return chosen[-1] if chosen else None

    def keeps_from(self, warehouse: str, lines: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Of lines as (line_no, sku), what the warehouse may not ship: refused, or the home of a line is elsewhere."""
        refused = {each.sku for each in self._world.refusals if each.warehouse == warehouse}
        elsewhere = {sku for line_no, sku in lines if self.home(line_no) not in (None, warehouse)}
        return frozenset(sku for sku in refused | elsewhere if sku is not None)

    def not_from(self, warehouse: str, lines: Sequence[tuple[str, str]]) -> Iterable[Exclusion]:
        """Why a warehouse is out whatever it has: it refused the order, or every line was given to others."""
        refusals = [each for each in self._world.refusals if each.warehouse == warehouse and each.sku is None]
        if refusals:
            yield Exclusion("DISABLED", detail={"refused": refusals[-1].reason})
        homes = {self.home(line_no) for line_no, _ in lines}
        if homes and not homes & {None, warehouse}:
            yield Exclusion("RULE", detail={"assigned": sorted(str(home) for home in homes)})

    def not_with(self, warehouse: str, service: str) -> Iterable[Exclusion]:
        """Why a service is out whatever it takes: a person chose another one."""
        chosen = self.service(warehouse)
        if chosen not in (None, service):
            yield Exclusion("RULE", detail={"assigned": [chosen]})
