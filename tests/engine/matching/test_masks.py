"""The index of one fact: it says of every value what the definition says."""

from __future__ import annotations

import pytest

from engine.language.conditions import All, AnyOf, Leaf, Not
from engine.matching.atoms import HasItem, InList
from engine.matching.evaluate import holds
from engine.matching.masks import FactMasks, ListMasks, SetMasks, positions

FREE = 1 << 60  # an alternative that asks nothing of the fact
TOP = chr(0x10FFFF)


def _check(conditions: list, values: list) -> None:
    users = {(node,): 1 << number for number, node in enumerate(conditions)}
    everyone = sum(users.values()) | FREE
    masks = FactMasks("f", users, everyone)
    for value in (None, *values):
        known = {} if value is None else {"f": value}
        wanted = sum(bits for (node,), bits in users.items() if holds(node, known, {}, {}) is True)
        assert masks.of(value) == wanted | FREE, value


def _leaf(op, value=None):
    return Leaf("f", op, value)


PRESENCE = [_leaf("present"), _leaf("absent"), Not(_leaf("present")), AnyOf((_leaf("absent"), _leaf("eq", 3)))]


def test_thresholds_hold_at_their_edges():
    conditions = [_leaf(op, value) for op in ("lt", "lte", "gt", "gte", "eq", "neq") for value in (-1, 0, 5, 6)]
    conditions += [_leaf("between", (0, 5)), Not(_leaf("between", (2, 2))), _leaf("in", (1, 6)), _leaf("not_in", (5,))]
    conditions += [All((_leaf("gte", 0), _leaf("neq", 5))), AnyOf((_leaf("lt", 0), _leaf("gt", 2**53)))]
    _check([*conditions, *PRESENCE], [*range(-4, 9), 2**53, 2**53 + 1, -(2**70)])


def test_names_are_told_apart_from_all_others():
    conditions = [_leaf("eq", "香港"), _leaf("neq", "香港"), _leaf("in", ("a", "b")), _leaf("not_in", ("", "a"))]
    conditions += [Not(_leaf("in", ("b", "香港"))), All((_leaf("neq", "a"), _leaf("neq", "b")))]
    _check([*conditions, *PRESENCE[:3]], ["", "a", "b", "c", "香港", "香港 "])


@pytest.mark.parametrize("flag", [True, False])
def test_flags(flag):
    _check([_leaf("is_true"), _leaf("is_false"), Not(_leaf("is_true")), *PRESENCE[:3]], [flag])


def test_prefixes_are_ranges_of_texts():
    prefixes = ("a", "ab", "上", "上海", TOP, "x" + TOP, "\ud7ff", "")
    conditions = [_leaf("starts_with", prefix) for prefix in prefixes]
    conditions += [Not(_leaf("starts_with", "ab")), All((_leaf("starts_with", "a"), _leaf("neq", "abc")))]
    near = [text + end for text in prefixes for end in ("", "\0", "b", "c", "z", TOP)]
    _check(conditions, [*near, "A", "b", "abc", "abd", "丁", "y", "上海市", "上" + TOP + "x"])


def test_items_of_sets():
    alternatives = [
        [HasItem("f", "a", True)],
        [HasItem("f", "a", True), HasItem("f", "b", True)],
        [HasItem("f", "a", True), HasItem("f", "b", True), HasItem("f", "c", True)],
        [HasItem("f", "a", False)],
        [HasItem("f", "a", True), HasItem("f", "b", False)],
        [HasItem("f", "a", True), HasItem("f", "a", False)],
        [HasItem("f", "c", True), HasItem("f", "b", True)],
    ]
    users: dict[HasItem, int] = {}
    for number, atoms in enumerate(alternatives):
        for atom in atoms:
            users[atom] = users.get(atom, 0) | 1 << number
    masks = SetMasks("f", users, (1 << len(alternatives)) - 1 | FREE)
    assert masks.of(None) == FREE
    for value in map(frozenset, ("", "a", "b", "c", "ab", "ac", "bc", "abc", "x", "abcx")):
        wanted = sum(
            1 << number
            for number, atoms in enumerate(alternatives)
            if all((atom.item in value) == atom.has for atom in atoms)
        )
        assert masks.of(value) == wanted | FREE, value


def test_lists():
    inside, outside = InList("f", "red", True), InList("f", "red", False)
    masks = ListMasks("f", "red", {inside: 0b0011, outside: 0b0110}, 0b0111 | FREE)
    assert masks.of("r1", frozenset({"r1"})) == 0b0001 | FREE
    assert masks.of("r2", frozenset({"r1"})) == 0b0100 | FREE
    assert masks.of(None, frozenset({"r1"})) == FREE


@pytest.mark.parametrize("numbers", [[], [0], [63], [64], [0, 1, 63, 64, 65, 2000], list(range(130))])
def test_positions(numbers):
    assert list(positions(sum(1 << number for number in numbers))) == numbers
