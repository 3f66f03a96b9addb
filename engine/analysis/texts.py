"""Texts that pass and fail tests as wanted: looked for among what rules and lists name, else put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from engine.analysis.domains import Names
from engine.language.conditions import Leaf
from engine.language.values import ListRef
from engine.matching.evaluate import holds

MOST_TRIED = 64
PLAIN = ("甲", "乙", "丙", "丁")  # texts that mean nothing, where any will do

Lists = Mapping[str, frozenset[str]]
Asked = tuple[Leaf, bool]  # a test of one text, and whether it must pass


@dataclass(frozen=True, slots=True)
class Found:
    """Values that will do, the plainest first; `sure`: no other value would do either when there are none."""

    values: tuple[str, ...]
    sure: bool


def texts(left: Names, asked: Sequence[Asked], lists: Lists | None, sample: object = None) -> Found:
    """Texts of the domain that pass the tests as asked. `lists` None: lists may hold anything."""
    pool, complete = _pool(left, asked, lists, sample)
    told = [each for each in asked if lists is not None or not _of_list(each[0])]
    passing = (text for text in dict.fromkeys(pool) if text in left and _passes(text, told, lists or {}))
    values = tuple(islice(passing, MOST_TRIED))
    return Found(values, not values and (complete or _impossible(asked, lists)))


def words_of(leaf: Leaf, lists: Lists | None) -> tuple[str, ...]:
    """What a contains_any looks for. A list that may hold anything is taken to hold its own code."""
    if not isinstance(leaf.value, ListRef):
        return tuple(leaf.value)
    return tuple(sorted(filter(None, lists.get(leaf.value.code, ())))) if lists is not None else (leaf.value.code,)


def _of_list(leaf: Leaf) -> bool:
    return leaf.op == "in_list" or isinstance(leaf.value, ListRef)


def _passes(text: str, asked: Iterable[Asked], lists: Lists) -> bool:
    return all(holds(leaf, {leaf.fact: text}, {}, lists) is wanted for leaf, wanted in asked)


def _pool(left: Names, asked: Sequence[Asked], lists: Lists | None, sample: object) -> tuple[Iterable[str], bool]:
    """Texts worth trying, and whether these are all there are."""
    if not left.rest:
        return sorted(map(str, left.items)), lists is not None or not any(_of_list(leaf) for leaf, _ in asked)
    for leaf, wanted in asked:
        if wanted and leaf.op == "in_list" and lists is not None:
            return sorted(lists.get(leaf.value, ())), True
    return _made(left, asked, lists, sample), False


def _made(left: Names, asked: Sequence[Asked], lists: Lists | None, sample: object) -> Iterator[str]:
    prefix = max(_values(asked, "starts_with", True), key=len, default="")
    wishes = [words_of(leaf, lists) for leaf, wanted in asked if wanted and leaf.op == "contains_any"]
    for words in islice(product(*wishes), MOST_TRIED) if wishes else ():
        said = "，".join(dict.fromkeys(words))  # a comma ends what a negation is about
        yield prefix + said
        yield f"{prefix}，{said}"
    if wishes:
        return
    if prefix:
        yield prefix
    plain = [sample] if isinstance(sample, str) and sample else []
    for text in (*plain, *PLAIN):
        yield prefix + str(text)
    yield from (f"{prefix}{PLAIN[0]}{number}" for number in range(1, len(left.items) + MOST_TRIED))


def _values(asked: Iterable[Asked], op: str, wanted: bool) -> list[str]:
    return [leaf.value for leaf, truth in asked if leaf.op == op and truth is wanted]


def _impossible(asked: Sequence[Asked], lists: Lists | None) -> bool:
    """Whether no text at all can pass, by its beginning or by words that are wanted and unwanted."""
    prefixes = _values(asked, "starts_with", True)
    longest = max(prefixes, key=len, default="")
    if not all(longest.startswith(each) for each in prefixes):
        return True
    unwanted = tuple(_values(asked, "starts_with", False))
    if longest and longest.startswith(unwanted or ("\0",)):
        return True
    never = tuple(word for words in _words(asked, lists, False) for word in words if word) or ("\0",)
    if longest.startswith(never):
        return True
    # A wanted word that begins with an unwanted one has it at the same place, so no negation stands before it either.
    return any(all(word.startswith(never) for word in words) for words in _words(asked, lists, True))


def _words(asked: Iterable[Asked], lists: Lists | None, wanted: bool) -> Iterator[tuple[str, ...]]:
    """What each such test looks for, where that is known."""
    for leaf, truth in asked:
        if leaf.op == "contains_any" and truth is wanted and not (lists is None and _of_list(leaf)):
            yield words_of(leaf, lists)
