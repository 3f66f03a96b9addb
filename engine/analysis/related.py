"""Values of facts that stand beside each other: f < g, f = g, a text in a set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.analysis.domains import LEAST, MOST, Domain, Names, Numbers
from engine.language.conditions import Leaf
from engine.language.facts import Value
from engine.matching.evaluate import holds

MOST_STEPS = 5_000
NEIGHBOURS = 4
MOST_EACH = 32  # values of a fact that are all tried

Relation = tuple[Leaf, bool]
Pools = Mapping[str, Sequence[Value | None]]


def choose(
    relations: Sequence[Relation], domains: Mapping[str, Domain], pools: Pools
) -> dict[str, Value | None] | None:
    """A value for every fact out of its pool, or near one of a fact beside it. None: none was found."""
    chosen = {name: pool[0] for name, pool in pools.items()}
    tied = _tied(relations)
    if not tied:
        return chosen
    wider = {name: _wider(name, relations, domains, pools) for name in tied}
    found = _search(tied, relations, wider, {}, [MOST_STEPS])
    return None if found is None else {**chosen, **found}


def impossible(relations: Sequence[Relation], domains: Mapping[str, Domain], pools: Pools) -> bool:
    """Whether it is proven that no values do: all were tried, numbers go round in a circle, or texts differ."""
    same = [leaf for leaf, truth in relations if truth and leaf.op == "eq"]
    if any(not _have_common(domains[leaf.fact], domains[leaf.other or ""]) for leaf in same):
        return True
    steps = list(_steps(relations, domains))
    names = list(dict.fromkeys(name for step in steps for name in step[:2]))
    return _circular(names, steps) or _all_tried(relations, domains, pools)


def _all_tried(relations: Sequence[Relation], domains: Mapping[str, Domain], pools: Pools) -> bool:
    """Whether the pools hold all values there are, and few enough for the search to have tried them all."""
    tries = 1
    for name in _tied(relations):
        wider = _wider(name, relations, domains, pools)
        tries *= len(wider) + 1
        if _size(domains[name]) > len(wider):
            return False
    return tries <= MOST_STEPS


def _tied(relations: Iterable[Relation]) -> list[str]:
    return list(dict.fromkeys(name for leaf, _ in relations for name in (leaf.fact, leaf.other or "")))


def _size(left: Domain) -> float:
    """How many values there are to try: of texts those that pass their tests, which the pool holds all."""
    if isinstance(left, Numbers):
        return sum(high - low + 1 for low, high in left.spans)
    return float("inf") if left.rest else 0


def _search(
    names: list[str], relations: Sequence[Relation], pools: Pools, chosen: dict[str, Value | None], steps: list[int]
) -> dict[str, Value | None] | None:
    if len(chosen) == len(names):
        return dict(chosen)
    name = names[len(chosen)]
    for value in pools[name]:
        steps[0] -= 1
        if steps[0] < 0:
            return None
        chosen[name] = value
        if _agrees(name, relations, chosen):
            found = _search(names, relations, pools, chosen, steps)
            if found is not None:
                return found
        del chosen[name]
    return None


def _agrees(name: str, relations: Iterable[Relation], chosen: Mapping[str, Any]) -> bool:
    """Whether the relations of this fact hold, as far as the others are chosen."""
    return all(
        holds(leaf, chosen, {}, {}) is truth
        for leaf, truth in relations
        if name in (leaf.fact, leaf.other) and leaf.fact in chosen and leaf.other in chosen
    )


def _wider(name: str, relations: Iterable[Relation], domains: Mapping[str, Domain], pools: Pools) -> list[Value | None]:
    """The fact's own pool and what suits it of those of the others, numbers with their neighbours."""
    others = [value for other, pool in pools.items() if other in _near(name, relations) for value in pool]
    own, left = list(pools[name]), domains[name]
    if isinstance(left, Numbers):
        near = _each(left) if _size(left) <= MOST_EACH else _around(*own, *others)
        own += [each for each in near if each in left]
        return sorted(dict.fromkeys(own), key=lambda each: (each < 0, abs(each)))  # type: ignore[operator, arg-type]
    if any(isinstance(value, frozenset) for value in own):
        texts = frozenset(value for value in others if isinstance(value, str))
        return [*own, *(value | {text} for value in own if isinstance(value, frozenset) for text in sorted(texts))]
    return list(dict.fromkeys([*own, *(value for value in others if isinstance(value, str) and value in left)]))


def _near(name: str, relations: Iterable[Relation]) -> set[str]:
    """The facts that are tied to it, directly or through others."""
    found, size = {name}, 0
    listed = [{leaf.fact, leaf.other or ""} for leaf, _ in relations]
    while len(found) > size:
        size = len(found)
        found = found.union(*(pair for pair in listed if pair & found))
    return found


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


def _steps(relations: Iterable[Relation], domains: Mapping[str, Domain]) -> Iterator[tuple[str, str, int]]:
    """(f, g, n): g is at least n more than f. The empty name is zero."""
    for leaf, truth in relations:
        one, other = leaf.fact, leaf.other or ""
        if not isinstance(domains[one], Numbers):
            continue
        if leaf.op == "lt":
            yield (one, other, 1) if truth else (other, one, 0)
        elif truth:
            yield from ((one, other, 0), (other, one, 0))
        for name in (one, other):
            spans = domains[name].spans
            yield "", name, spans[0][0] if spans else LEAST
            yield name, "", -(spans[-1][1] if spans else MOST)


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
