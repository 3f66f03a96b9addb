"""The conditions of rules: frozen nodes, what they mention, and how they are read from documents.

Every name, operator, type and value is checked where it is written; problems are noted in the context.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.language.context import Context
from engine.language.facts import EVERY_TYPE, NEGATIVE, OPERATORS, PARTS, Fact
from engine.language.operands import LIST_OPERATORS, WITHOUT_VALUE, comparable, read_value
from engine.language.values import NUMBERS, ListRef, did_you_mean


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one holds."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    of: Node


@dataclass(frozen=True, slots=True)
class Leaf:
    """A fact compared with a value, or with another fact.

    `value` is an int, bool or str; a tuple of these for between, in, not_in, includes_all, includes_none and
    contains_any; a list's code for in_list and not_in_list; a ListRef for contains_any over a list.
    """

    fact: str
    op: str
    value: Any = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Quantified:
    """A statement about the order's lines, coupons, warehouses, services or shipments.

    some, every, no: whether parts satisfy `where`. count, sum: how many do, or their sum of the fact `of`,
    compared by `op`.
    """

    how: str  # some every no count sum
    part: str
    where: Node | None = None
    of: str | None = None
    op: str | None = None
    value: Any = None


Node = All | AnyOf | Not | Leaf | Quantified

QUANTIFIERS = ("some", "every", "no", "count", "sum")
HEADS = ("all", "any", "not", "fact", *QUANTIFIERS)
MOST_ALTERNATIVES = 256
MOST_CONDITIONS = 100
DEEPEST = 12


def walk(node: Node | None) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    if node is None:
        return
    yield node
    if isinstance(node, (All, AnyOf)):
        for child in node.of:
            yield from walk(child)
    elif isinstance(node, Not):
        yield from walk(node.of)
    elif isinstance(node, Quantified):
        yield from walk(node.where)


def leaves_of(node: Node | None) -> Iterator[Leaf]:
    """The leaves over the subject itself, in reading order: none of those inside quantifiers."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Not):
        yield from leaves_of(node.of)
    elif isinstance(node, (All, AnyOf)):
        for child in node.of:
            yield from leaves_of(child)


def facts_of(node: Node | None) -> frozenset[str]:
    """Every fact that the condition names, those of parts included."""
    names: set[str] = set()
    for each in walk(node):
        if isinstance(each, Leaf):
            names.update(name for name in (each.fact, each.other) if name)
        elif isinstance(each, Quantified) and each.of:
            names.add(each.of)
    return frozenset(names)


def part_facts_of(node: Node | None) -> dict[str, frozenset[str]]:
    """By part, the facts that quantifiers read of each; a part that is only counted has none."""
    found: dict[str, frozenset[str]] = {}
    for each in walk(node):
        if isinstance(each, Quantified):
            inside = frozenset(name for name in facts_of(each) if is_of(name, each.part))
            found[each.part] = found.get(each.part, frozenset()) | inside
    return found


def subject_facts_of(node: Node | None) -> frozenset[str]:
    """The facts that are read of the subject itself: all but those that quantifiers read of their parts."""
    if isinstance(node, Quantified):
        return frozenset(name for name in facts_of(node) if not is_of(name, node.part))
    if isinstance(node, (All, AnyOf)):
        return frozenset().union(*map(subject_facts_of, node.of))
    if isinstance(node, Not):
        return subject_facts_of(node.of)
    return facts_of(node)


def lists_of(node: Node | None) -> frozenset[str]:
    """The codes of the lists that the condition asks."""
    codes: set[str] = set()
    for each in walk(node):
        if isinstance(each, Leaf) and each.op in LIST_OPERATORS:
            codes.add(each.value)
        elif isinstance(each, Leaf) and isinstance(each.value, ListRef):
            codes.add(each.value.code)
    return frozenset(codes)


def is_of(fact: str, part: str) -> bool:
    """Whether a fact's name is one of that part's."""
    return fact.startswith(part + ".")


def alternatives_of(node: Node | None, negated: bool = False) -> int:
    """How many conjunctions the condition expands to when every `any` is multiplied out."""
    if isinstance(node, Not):
        return alternatives_of(node.of, not negated)
    if isinstance(node, Leaf):
        return 2 if node.op == "between" and negated else 1
    if not isinstance(node, (All, AnyOf)):
        return 1
    counts = [alternatives_of(child, negated) for child in node.of]
    if isinstance(node, AnyOf) != negated:
        return sum(counts)
    product = 1
    for count in counts:
        product *= count
    return product


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a condition."""

    part: str | None = None  # inside a quantifier over these
    negated: bool = False  # under an odd number of `not` and `no`
    guarded: frozenset[str] = frozenset()  # facts whose absence the author has thought of
    depth: int = 0


def parse(document: Any, path: str, context: Context) -> Node | None:
    """The condition that the document states. None when it has problems, which are noted in the context."""
    before = len(context.problems)
    node = _node(document, path, context, Frame())
    if node is None or len(context.problems) > before:
        return None
    if sum(1 for each in walk(node) if isinstance(each, (Leaf, Quantified))) > MOST_CONDITIONS:
        context.problem(path, "too-long", f"has more than {MOST_CONDITIONS} conditions", "split the rule")
    elif alternatives_of(node) > MOST_ALTERNATIVES:
        context.problem(
            path, "too-long", f"its any-groups combine to more than {MOST_ALTERNATIVES} alternatives",
            "use in, in_list or contains_any instead of long any-groups, or split the rule",
        )  # fmt: skip
    return node if len(context.problems) == before else None


def compare(fact: Fact, op: str, raw: Any, path: str, context: Context) -> Leaf | None:
    """The leaf that compares a fact with a value as written, outside any group. None when it has problems."""
    value = read_value(raw, fact, op, path, context)
    if value is None:
        return None
    leaf = Leaf(fact.name, op, value)
    _refuse_unknown(leaf, path, context, Frame())
    return leaf


def _node(document: Any, path: str, context: Context, frame: Frame) -> Node | None:
    if not isinstance(document, Mapping):
        context.problem(path, "invalid-type", "must be a condition: an object with fact, all, any, not or a quantifier")
        return None
    heads = [name for name in HEADS if name in document]
    if len(heads) != 1 or frame.depth > DEEPEST:
        _no_head(document, path, context, heads)
        return None
    head, inner = heads[0], replace(frame, depth=frame.depth + 1)
    if head in ("all", "any"):
        return _group(head, document, path, context, inner)
    if head == "not":
        context.fields(document, path, ("not",))
        child = _node(document["not"], f"{path}.not", context, replace(inner, negated=not frame.negated))
        return Not(child) if child else None
    if head == "fact":
        return _leaf(document, path, context, frame)
    return _quantified(head, document, path, context, inner)


def _no_head(document: Mapping[str, Any], path: str, context: Context, heads: list[str]) -> None:
    if len(heads) == 1:
        context.problem(path, "too-long", f"is nested more than {DEEPEST} deep")
    elif heads:
        context.problem(path, "invalid-type", f"must be one condition, not {' and '.join(heads)}", "put them under all")
    else:
        hints = [hint for name in document if (hint := did_you_mean(name, HEADS))]
        context.problem(path, "required", f"must have one of {', '.join(HEADS)}", hints[0] if hints else None)


def _group(head: str, document: Mapping[str, Any], path: str, context: Context, frame: Frame) -> Node | None:
    context.fields(document, path, (head,))
    members = context.items(document[head], f"{path}.{head}")
    if members is None:
        return None
    # Beside `present` in an all, or `absent` in an any, the fact's absence is spoken for.
    guard = "present" if head == "all" else "absent"
    guarded = frozenset(
        each["fact"]
        for each in members
        if isinstance(each, Mapping) and each.get("is") == guard and isinstance(each.get("fact"), str)
    )
    inner = replace(frame, guarded=frame.guarded | guarded)
    nodes = [_node(each, f"{path}.{head}.{index}", context, inner) for index, each in enumerate(members)]
    made = tuple(node for node in nodes if node is not None)
    if len(made) < len(nodes):
        return None
    return All(made) if head == "all" else AnyOf(made)


def _leaf(document: Mapping[str, Any], path: str, context: Context, frame: Frame) -> Leaf | None:
    context.fields(document, path, ("fact", "is"), ("value", "other"))
    fact = context.fact(document["fact"], f"{path}.fact", frame.part)
    if fact is None or document.get("is") is None:
        return None
    op = _operator(document["is"], fact, f"{path}.is", context)
    if op is None:
        return None
    if document.get("other") is not None:
        leaf = _other_leaf(document, fact, op, path, context, frame)
    else:
        leaf = _value_leaf(document, fact, op, path, context)
    if leaf is not None:
        _refuse_unknown(leaf, path, context, frame)
    return leaf


def _operator(op: Any, fact: Fact, path: str, context: Context) -> str | None:
    if isinstance(op, str) and op in fact.operators:
        return op
    every = {name for names in OPERATORS.values() for name in names} | set(EVERY_TYPE)
    known = isinstance(op, str) and op in every
    said = f"{op} does not go with a {fact.type}" if known else f"there is no operator {op!r}"
    context.problem(
        path, "wrong-operator", f"{said}; {fact.name} is a {fact.type} and takes {', '.join(fact.operators)}",
        None if known else did_you_mean(op, fact.operators),
    )  # fmt: skip
    return None


def _value_leaf(document: Mapping[str, Any], fact: Fact, op: str, path: str, context: Context) -> Leaf | None:
    if op in WITHOUT_VALUE:
        if document.get("value") is not None:
            context.problem(f"{path}.value", "unknown-field", f"{op} takes no value")
            return None
        return Leaf(fact.name, op)
    if document.get("value") is None:
        context.problem(f"{path}.value", "required", f"{op} needs a value")
        return None
    value = read_value(document["value"], fact, op, f"{path}.value", context)
    return None if value is None else Leaf(fact.name, op, value)


def _other_leaf(
    document: Mapping[str, Any], fact: Fact, op: str, path: str, context: Context, frame: Frame
) -> Leaf | None:
    if document.get("value") is not None:
        context.problem(path, "invalid-type", "must have either value or other, not both")
        return None
    other = context.fact(document["other"], f"{path}.other", frame.part)
    if other is None:
        return None
    if not comparable(fact, op, other):
        context.problem(
            f"{path}.other", "invalid-type",
            f"{fact.name} is a {fact.type} and {other.name} a {other.type}; {op} cannot compare them",
        )  # fmt: skip
        return None
    return Leaf(fact.name, op, other=other.name)


def _refuse_unknown(leaf: Leaf, path: str, context: Context, frame: Frame) -> None:
    """Notes a negative leaf over a fact that may be absent: it would silently not fire."""
    if leaf.op in EVERY_TYPE or (leaf.op in NEGATIVE) == frame.negated:
        return
    for name in (leaf.fact, leaf.other):
        if name is not None:
            _refuse_absent(name, path, context, frame)


def _refuse_absent(name: str, path: str, context: Context, frame: Frame) -> None:
    if context.catalogue[name].always or name in frame.guarded:
        return
    context.problem(
        path, "may-be-absent", f"{name} may be absent, and then this negative condition is neither true nor false",
        f"add {{fact: {name}, is: present}} beside it under all, or {{fact: {name}, is: absent}} beside it under any",
    )  # fmt: skip


def _quantified(how: str, document: Mapping[str, Any], path: str, context: Context, frame: Frame) -> Node | None:
    optional = ("where",) if how in ("some", "no") else ()
    required = {"every": ("where",), "count": ("is", "value"), "sum": ("of", "is", "value")}.get(how, ())
    if how in ("count", "sum"):
        optional = ("where",)
    context.fields(document, path, (how, *required), optional)
    part = context.subject(document[how], f"{path}.{how}", PARTS)
    if part is None:
        return None
    if frame.part is not None:
        context.problem(path, "invalid-type", "a quantifier inside a quantifier is not possible")
        return None
    inner = _inside(how, part, document, frame)
    where = None
    if document.get("where") is not None:
        where = _node(document["where"], f"{path}.where", context, inner)
        if where is None:
            return None
    if how in ("some", "every", "no"):
        return Quantified(how, part, where)
    return _measured(how, part, where, document, path, context, inner)


def _inside(how: str, part: str, document: Mapping[str, Any], frame: Frame) -> Frame:
    negated = frame.negated != (how == "no" or document.get("is") == "neq")
    guarded = frozenset(name for name in frame.guarded if not name.startswith(part + "."))
    return replace(frame, part=part, negated=negated, guarded=guarded)


def _measured(
    how: str, part: str, where: Node | None, document: Mapping[str, Any], path: str, context: Context, frame: Frame
) -> Quantified | None:
    of = _summed(part, document.get("of"), f"{path}.of", context, frame) if how == "sum" else None
    if how == "sum" and of is None:
        return None
    measure = of or Fact(f"the {how}", "int", "", "", lambda scene, each: None)
    op, raw = document.get("is"), document.get("value")
    if op is None or raw is None:
        return None
    if op not in OPERATORS["int"]:
        context.problem(
            f"{path}.is", "wrong-operator", f"a {how} takes {', '.join(OPERATORS['int'])}",
            did_you_mean(op, OPERATORS["int"]),
        )  # fmt: skip
        return None
    value = read_value(raw, measure, op, f"{path}.value", context)
    return None if value is None else Quantified(how, part, where, of.name if of else None, op, value)


def _summed(part: str, name: Any, path: str, context: Context, frame: Frame) -> Fact | None:
    if name is None:
        return None
    fact = context.fact(name, path, part)
    if fact is None:
        return None
    if fact.type not in NUMBERS or fact.subject != part:
        context.problem(path, "invalid-type", f"must be a number of the {part}; {fact.name} is a {fact.type}")
        return None
    if frame.negated:
        _refuse_absent(fact.name, path, context, frame)
    return fact
