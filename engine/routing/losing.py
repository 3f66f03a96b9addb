"""Why a candidate that nothing excluded was not chosen: the first difference to what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.routing.choose import Choice, Chooser
from engine.routing.contents import Content
from engine.routing.options import Options
from engine.routing.pricing import Source


@dataclass(frozen=True, slots=True)
class Lost:
    """By which criterion, and the numbers of the candidate and of what was chosen.

    Of a warehouse: the best set of warehouses with it in, by a name of `choose.PREFERENCES` (`rules`: sums of ranks;
    `code`: the codes). Of a service: `warehouse` (another one ships), `rules`, `cost`, `days` or `code`. Of both
    `wish`: another carrier was wished for.
    """

    criterion: str
    own: Any
    chosen: Any


@dataclass(frozen=True, slots=True)
class Losing:
    """What it takes to tell; worked out only when somebody asks."""

    options: Options
    sources: Sequence[Source]  # among which was chosen
    chooser: Chooser
    choice: Choice
    contents: Sequence[Content]
    most_shipments: int | None
    may_be_short: bool
    wished: str | None  # the carrier among whose services alone was chosen

    def all(self) -> dict[str, Lost]:
        """By subject id; those that were excluded, or chosen, are left out."""
        shipping = {content.source.code: content for content in self.contents}
        lost: dict[str, Lost | None] = {}
        for option in self.options.opened:
            if option.warehouse.code not in shipping and not self.options.reasons[option.subject_id]:
                lost[option.subject_id] = self._warehouse(option.warehouse.code)
        for service in self.options.services:
            if self.options.reasons[service.subject_id]:
                continue
            content = shipping.get(service.warehouse)
            if content is None:
                lost[service.subject_id] = Lost("warehouse", service.warehouse, sorted(shipping))
            elif service.service != content.priced.way.code:
                lost[service.subject_id] = self._service(content, service.service)
        return {subject: found for subject, found in lost.items() if found}

    def _warehouse(self, code: str) -> Lost | None:
        if code not in {source.code for source in self.sources}:
            return Lost("wish", None, self.wished) if self.wished else None
        rival = self.chooser.best(self.sources, self.most_shipments, self.may_be_short, containing=code)
        if rival is None:
            return Lost("fewest_shipments", None, len(self.choice.sources))
        names = ("short", *self.chooser.preference)
        pairs = zip(names, rival.key, self.choice.key, strict=True)
        return next((Lost(name, _plain(own), _plain(chosen)) for name, own, chosen in pairs if own != chosen), None)

    def _service(self, content: Content, service: str) -> Lost | None:
        way = next((each for each in content.source.ways if each.code == service), None)
        if way is None:
            return Lost("wish", None, self.wished) if self.wished else None
        priced = self.chooser.pricer.by_way(content.source, content.counts, way)
        if priced is None:  # what is in this shipment it does not take
            return None
        used, freight = content.priced.way, content.priced.freight_cents
        pairs: list[tuple[str, Any, Any]] = [("rules", way.rank, used.rank), ("cost", priced.freight_cents, freight)]
        pairs = pairs if self.chooser.pricer.rank_first else pairs[::-1]
        pairs += [("days", way.days, used.days), ("code", way.code, used.code)]
        return next((Lost(name, own, chosen) for name, own, chosen in pairs if own != chosen), None)


def _plain(value: Any) -> Any:
    """A number of a key as plain data; of the last one, which breaks ties, the codes."""
    if isinstance(value, tuple):
        return list(value[1]) if len(value) == 2 and isinstance(value[1], tuple) else list(value)
    return value
