"""Values of facts that stand beside each other: f < g, f = g, a text in a set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.analysis.domains import LEAST, MOST, Domain, Names, Numbers
from engine.analysis.texts import MOST_TRIED
from engine.language.conditions import Leaf
from engine.language.facts import Value
from engine.matching.evaluate import holds

MOST_STEPS = 5_000
MOST_EACH = 32  # values of a number that are all tried
NEIGHBOURS = 4

Relation = tuple[Leaf, bool]


@dataclass(frozen=True)
class Ties:
    """Facts of which some stand beside others, and what each may be without regard to the others."""

    relations: Sequence[Relation]
    domains: Mapping[str, Domain]
    pools: Mapping[str, Sequence[Value | None]]  # by fact, none of them empty
    suits: Callable[[str, str], bool]  # whether a text would do for a fact, but for its relations

    def choose(self) -> dict[str, Value | None] | None:
        """A value for every fact: the first of its pool, but for those beside others. None: none was found."""
        chosen = {name: pool[0] for name, pool in self.pools.items()}
        found = self._search({}, [MOST_STEPS]) if self._tied else {}
        return None if found is None else {**chosen, **found}

    def impossible(self) -> bool:
        """Whether it is proven that no values do: all were tried, numbers go round in a circle, or texts differ."""
        same = [leaf for leaf, truth in self.relations if truth and leaf.op == "eq"]
        if any(not _have_common(self.domains[leaf.fact], self.domains[leaf.other or ""]) for leaf in same):
            return True
        steps = list(self._steps())
        names = list(dict.fromkeys(name for step in steps for name in step[:2]))
        return _circular(names, steps) or self._all_tried()

    @cached_property
    def _tied(self) -> list[str]:
        return list(dict.fromkeys(name for leaf, _ in self.relations for name in (leaf.fact, leaf.other or "")))

    @cached_property
    def _wider(self) -> dict[str, list[Value | None]]:
        return {name: self._wider_pool(name) for name in self._tied}

    def _search(self, chosen: dict[str, Value | None], steps: list[int]) -> dict[str, Value | None] | None:
        if len(chosen) == len(self._tied):
            return dict(chosen)
        name = self._tied[len(chosen)]
        for value in self._wider[name]:
            steps[0] -= 1
            if steps[0] < 0:
                return None
            chosen[name] = value
            if self._agrees(name, chosen):
                found = self._search(chosen, steps)
                if found is not None:
                    return found
            del chosen[name]
        return None

    def _agrees(self, name: str, chosen: Mapping[str, Any]) -> bool:
        """Whether the relations of this fact hold, as far as the others are chosen."""
        return all(
            holds(leaf, chosen, {}, {}) is truth
            for leaf, truth in self.relations
            if name in (leaf.fact, leaf.other) and leaf.fact in chosen and leaf.other in chosen
        )

    def _wider_pool(self, name: str) -> list[Value | None]:
        """The fact's own pool and what suits it of those of the others, numbers with their neighbours."""
        near = self._near(name)
        others = [value for other, pool in self.pools.items() if other in near for value in pool]
        own, left = list(self.pools[name]), self.domains[name]
        if isinstance(left, Numbers):
            around = _each(left) if _size(left) <= MOST_EACH else _around(*own, *others)
            numbers = {each for each in (*own, *around) if isinstance(each, int) and each in left}
            plainest: list[Value | None] = [*sorted(numbers, key=lambda each: (each < 0, abs(each)))]
            return plainest
        texts = sorted({value for value in others if isinstance(value, str)})
        if any(isinstance(value, frozenset) for value in own):
            return [*own, *(value | {text} for value in own if isinstance(value, frozenset) for text in texts)]
        return list(dict.fromkeys([*own, *(text for text in texts if self.suits(name, text))]))

    def _near(self, name: str) -> set[str]:
        """The facts that are tied to it, directly or through others."""
        found, size = {name}, 0
        listed = [{leaf.fact, leaf.other or ""} for leaf, _ in self.relations]
        while len(found) > size:
            size = len(found)
            found = found.union(*(pair for pair in listed if pair & found))
        return found

    def _all_tried(self) -> bool:
        """Whether the pools hold all values there are, and few enough for the search to have tried them all."""
        tries = 1
        for name, pool in self._wider.items():
            tries *= len(pool) + 1
            if _size(self.domains[name]) > len(pool):
                return False
        return tries <= MOST_STEPS

    def _steps(self) -> Iterator[tuple[str, str, int]]:
        """(f, g, n): g is at least n more than f. The empty name is zero."""
        for leaf, truth in self.relations:
            one, other = leaf.fact, leaf.other or ""
            if not isinstance(self.domains[one], Numbers):
                continue
            if leaf.op == "lt":
                yield (one, other, 1) if truth else (other, one, 0)
            elif truth:
                yield from ((one, other, 0), (other, one, 0))
            for name in (one, other):
                spans = self.domains[name].spans
                yield "", name, spans[0][0] if spans else LEAST
                yield name, "", -(spans[-1][1] if spans else MOST)


def _size(left: Domain) -> float:
    """How many values there are to try: of texts those that pass their tests, which the pool holds all."""
    if isinstance(left, Numbers):
        return sum(high - low + 1 for low, high in left.spans)
    return float("inf") if left.rest or len(left.items) > MOST_TRIED else 0


def _each(left: Numbers) -> Iterator[int]:
    return (value for low, high in left.spans for value in range(low, high + 1))


def _around(*values: Any) -> Iterator[int]:
    whole = [value for value in values if isinstance(value, int)]
    for distance in range(NEIGHBOURS + 1):
        for value in whole:
            yield value + distance
            yield value - distance


def _have_common(one: Domain, other: Domain) -> bool:
    if isinstance(one, Numbers) != isinstance(other, Numbers):
        return True
    return bool((one & other).items or (one & other).rest) if isinstance(one, Names) else bool((one & other).spans)


def _circular(names: list[str], steps: Sequence[tuple[str, str, int]]) -> bool:
    """Whether a way round leads up. Source: Bellman and Ford's longest paths."""
    height = dict.fromkeys(names, 0)
    for _ in names:
        changed = False
        for low, high, least in steps:
            if height[low] + least > height[high]:
                height[high] = height[low] + least
                changed = True
        if not changed:
            return False
    return bool(names)
