"""Which alternatives a fact's value leaves possible, as bits of an int: looked up, whatever the number of rules.

Each index is filled by asking `evaluate.holds` about one value of every kind that conditions can tell apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import xor
from typing import Any

from engine.language.conditions import Leaf, Node
from engine.language.facts import Value
from engine.matching.atoms import ORDERED, HasItem, InList, leaves
from engine.matching.evaluate import holds

Conjunction = tuple[Node, ...]

_STRANGER: Any = object()  # equals no value that a rule names


class FactMasks:
    """For one fact: its value, or its absence, to the alternatives that stay possible."""

    __slots__ = ("fact", "absent", "named", "cuts", "between")

    def __init__(self, fact: str, users: Mapping[Conjunction, int], everyone: int):
        """`users`: conditions over this fact, all of which an alternative needs; the alternatives are disjoint."""
        self.fact = fact
        free = everyone & ~union(users.values())
        self.absent = free | union(bits for nodes, bits in users.items() if _passes(nodes, fact, None))
        self.named: dict[Value, int] = {}  # value: what it leaves
        self.cuts: list[Any] = []  # where the answer changes, ascending
        self.between: list[int]  # what values before, between and after the cuts leave
        if any(leaf.op in ORDERED for nodes in users for leaf in leaves(nodes)):
            self._fill_ordered(users, free)
        else:
            self._fill_named(users, free)

    def of(self, value: Value | None) -> int:
        """The alternatives that this value leaves possible. (The evaluator has this in its loop, unrolled.)"""
        if value is None:
            return self.absent
        found = self.named.get(value)
        return self.between[bisect_right(self.cuts, value)] if found is None else found

    def _fill_named(self, users: Mapping[Conjunction, int], free: int) -> None:
        usual = {nodes: _passes(nodes, self.fact, _STRANGER) for nodes in users}
        otherwise = free | union(bits for nodes, bits in users.items() if usual[nodes])
        for nodes, bits in users.items():
            for value in {value for leaf in leaves(nodes) for value in _values(leaf)}:
                if _passes(nodes, self.fact, value) != usual[nodes]:
                    self.named[value] = self.named.get(value, otherwise) ^ bits
        self.between = [otherwise]

    def _fill_ordered(self, users: Mapping[Conjunction, int], free: int) -> None:
        cuts = {nodes: sorted({cut for leaf in leaves(nodes) for cut in _cuts(leaf)}) for nodes in users}
        lowest = min((each[0] for each in cuts.values() if each), default="")
        below: Any = "" if isinstance(lowest, str) else lowest - 1
        first, changes = free, dict[Any, int]()
        for nodes, bits in users.items():
            before = _passes(nodes, self.fact, below)
            first |= bits if before else 0
            for cut in cuts[nodes]:
                after = _passes(nodes, self.fact, cut)
                if after != before:
                    changes[cut] = changes.get(cut, 0) ^ bits
                before = after
        self.cuts = sorted(changes)
        self.between = list(accumulate((changes[cut] for cut in self.cuts), xor, initial=first))


class SetMasks:
    """For one fact that is a set: its items to the alternatives that stay possible."""

    __slots__ = ("fact", "absent", "forbidden", "required")

    def __init__(self, fact: str, users: Mapping[HasItem, int], everyone: int):
        """`users`: items that alternatives want in it or not; an alternative may want several."""
        self.fact = fact
        self.absent = everyone & ~union(users.values())
        self.forbidden = {atom.item: bits for atom, bits in users.items() if not atom.has}
        # Layers, so that an alternative stands at most once in each: it needs one of the set's items in every layer
        # that it stands in.
        self.required: list[tuple[int, dict[str, int]]] = []
        layers: list[tuple[int, dict[str, int]]] = []
        for atom, bits in users.items():
            if atom.has:
                _into_layers(layers, atom.item, bits)
        self.required = [(everyone & ~taken, items) for taken, items in layers]

    def of(self, value: Iterable[str] | None) -> int:
        """The alternatives that this set leaves possible."""
        if value is None:
            return self.absent
        mask = -1
        for free, items in self.required:
            mask &= free | union(items.get(item, 0) for item in value)
        for item in value if self.forbidden else ():
            mask &= ~self.forbidden.get(item, 0)
        return mask


class ListMasks:
    """For one fact and one list: whether the value is in it to the alternatives that stay possible."""

    __slots__ = ("fact", "code", "absent", "inside", "outside")

    def __init__(self, fact: str, code: str, users: Mapping[InList, int], everyone: int):
        self.fact, self.code = fact, code
        self.absent = everyone & ~union(users.values())
        self.inside = everyone & ~users.get(InList(fact, code, False), 0)
        self.outside = everyone & ~users.get(InList(fact, code, True), 0)

    def of(self, value: Value | None, items: frozenset[str]) -> int:
        """The alternatives that this value leaves possible, with the list as it is now."""
        if value is None:
            return self.absent
        return self.inside if value in items else self.outside


def positions(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    offset = 0
    words = memoryview(bits.to_bytes((bits.bit_length() + 63) // 64 * 8, "little")).cast("Q")
    for word in words:
        while word:
            low = word & -word
            yield offset + low.bit_length() - 1
            word ^= low
        offset += 64


def _into_layers(layers: list[tuple[int, dict[str, int]]], item: str, bits: int) -> None:
    for number, (taken, items) in enumerate(layers):
        fitting = bits & ~taken
        items[item] = items.get(item, 0) | fitting
        layers[number] = (taken | fitting, items)
        bits &= ~fitting
    if bits:
        layers.append((bits, {item: bits}))


def union(masks: Iterable[int]) -> int:
    """All bits that are set in any of them."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def _passes(nodes: Conjunction, fact: str, value: Any) -> bool:
    values = {} if value is None else {fact: value}
    return all(holds(node, values, {}, {}) is True for node in nodes)


def _values(leaf: Leaf) -> Sequence[Value]:
    """The values of which a leaf says something else than of others."""
    if leaf.op in ("is_true", "is_false"):
        return (True, False)
    if leaf.op in ("present", "absent"):
        return ()
    return leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def _cuts(leaf: Leaf) -> Iterator[Any]:
    """From which values on a leaf may say something else than of the values before."""
    if leaf.op == "starts_with":
        yield from filter(None, (leaf.value, _after(leaf.value)))
    elif leaf.op == "between":
        yield from (leaf.value[0], _next(leaf.value[1]))
    elif leaf.op in ("lt", "gte"):
        yield leaf.value
    elif leaf.op in ("lte", "gt"):
        yield _next(leaf.value)
    else:
        for value in _values(leaf):
            yield from (value, _next(value))


def _next(value: Any) -> Any:
    """The smallest value greater than this one."""
    return value + "\0" if isinstance(value, str) else value + 1


def _after(prefix: str) -> str | None:
    """The smallest text greater than every text with this prefix; None when there is none."""
    kept = prefix.rstrip(chr(0x10FFFF))
    return kept[:-1] + chr(ord(kept[-1]) + 1) if kept else None
