"""Pairs of rules that can fire together, as far as one fact after another tells: one bit a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.analysis.boxes import Box
from engine.analysis.domains import Domain


class Together:
    """Rules by number, each by its boxes, and the facts that several of them ask."""

    def __init__(self, rules: Sequence[Sequence[Box]]):
        self.boxes = [box for boxes in rules for box in boxes]
        self._rule_of = [number for number, boxes in enumerate(rules) for _ in boxes]
        self._of_rule: list[list[int]] = [[] for _ in rules]
        for place, number in enumerate(self._rule_of):
            self._of_rule[number].append(place)
        self._by_dimension: dict[Any, dict[Domain, int]] = {}
        for place, box in enumerate(self.boxes):
            for dimension, domain in box.items():
                masks = self._by_dimension.setdefault(dimension, {})
                masks[domain] = masks.get(domain, 0) | 1 << place
        self._every = (1 << len(self.boxes)) - 1
        self._meeting: dict[tuple[Any, Domain], int] = {}

    def with_rule(self, number: int) -> Iterator[int]:
        """The rules that can fire together with this one, itself included, in their order."""
        found = 0
        for place in self._of_rule[number]:
            fitting = self._every
            for dimension, domain in self.boxes[place].items():
                fitting &= self._fitting(dimension, domain)
            found |= fitting
        seen = -1
        while found:
            lowest = found & -found
            found ^= lowest
            rule = self._rule_of[lowest.bit_length() - 1]
            if rule != seen:
                seen = rule
                yield rule

    def _fitting(self, dimension: Any, domain: Domain) -> int:
        """The boxes that leave this dimension something of the domain, those that do not ask it included."""
        if (dimension, domain) not in self._meeting:
            refused = 0
            for other, mask in self._by_dimension[dimension].items():
                if not other.meets(domain):
                    refused |= mask
            self._meeting[dimension, domain] = self._every & ~refused
        return self._meeting[dimension, domain]
