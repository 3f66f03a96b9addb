"""Facts that were found: flat, with those of parts written fact@0, fact@1, …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.language.facts import Value

Parts = Mapping[str, tuple[Mapping[str, Value], ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """Values by fact, absent ones left out."""

    values: Mapping[str, Value]
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)  # made up, where lists may hold anything
    sizes: Mapping[str, int] = field(default_factory=dict)  # how many there are of the parts that are stated

    @property
    def own(self) -> dict[str, Value]:
        """The values of the subject itself."""
        return self.at("")

    @property
    def parts(self) -> Parts:
        """The parts that are stated."""
        return {
            part: tuple(
                {name: value for name, value in self.at(str(index)).items() if name.startswith(f"{part}.")}
                for index in range(size)
            )
            for part, size in self.sizes.items()
        }

    def at(self, place: str) -> dict[str, Value]:
        """The values of one place, by their facts' own names."""
        found = {}
        for name, value in self.values.items():
            fact, _, where = name.partition("@")
            if where == place:
                found[fact] = value
        return found


@dataclass(frozen=True, slots=True)
class Solution:
    """Facts that meet what was asked. None with `sure`: there are none."""

    model: Model | None
    sure: bool = True


IMPOSSIBLE = Solution(None)
UNKNOWN = Solution(None, False)
