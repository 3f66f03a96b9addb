"""The same rules in other engines, and as straight Python: what `engine.matching` is measured against.

Each engine takes the shape of its own that was fastest here when it was chosen; `shapes` keeps the others, so that a
run shows it still is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from itertools import compress
from types import ModuleType
from typing import Any

from benchmarks.generated import Case
from engine.language.conditions import All, AnyOf, Leaf, Node
from engine.language.facts import Subject
from engine.language.rules import Rule

Inputs = Sequence[Mapping[str, Any]]
Answer = Callable[[Any], Iterable[str]]  # an order as that engine takes it -> ids of the rules that hold


def optional(name: str) -> ModuleType | None:
    """The module, where it is installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


def plain_inputs(case: Case) -> Inputs:
    """The orders as flat JSON objects, which is what every engine here is quickest with."""
    return [_plain(subject) for subject in case.subjects]


def _plain(subject: Subject) -> dict[str, Any]:
    return {_key(fact): sorted(value) if isinstance(value, frozenset) else value
            for fact, value in subject.values.items()}  # fmt: skip


def _key(fact: str) -> str:
    return fact.replace(".", "_")


def python(rules: Sequence[Rule]) -> Answer:
    """One generated function: every fact in a local, an `if` a rule."""
    facts = sorted({leaf for rule in rules for leaf in rule.facts})
    lines = ["def answer(order):", *(f"    {_key(fact)} = order[{_key(fact)!r}]" for fact in facts), "    found = []"]
    for rule in rules:
        lines += [f"    if {_python(rule.when)}:", f"        found.append({rule.id!r})"]
    scope: dict[str, Any] = {}
    exec("\n".join([*lines, "    return found"]), scope)
    return scope["answer"]


def _python(node: Node | None) -> str:
    return _expression(node, {"all": " and ", "any": " or "}, _python_leaf)


def _python_leaf(leaf: Leaf) -> str:
    key, value = _key(leaf.fact), leaf.value
    if leaf.op == "between":
        return f"{value[0]} <= {key} <= {value[1]}"
    if leaf.op == "in":
        return f"{key} in {set(value)!r}"
    if leaf.op == "includes":
        return f"{value!r} in {key}"
    return {"is_true": key, "is_false": f"not {key}"}.get(leaf.op) or f"{key} {_SIGNS[leaf.op]} {value!r}"


_SIGNS = {"eq": "==", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def _expression(node: Node | None, joins: Mapping[str, str], leaf: Callable[[Leaf], str]) -> str:
    if isinstance(node, Leaf):
        return leaf(node)
    assert isinstance(node, (All, AnyOf))
    join = joins["all" if isinstance(node, All) else "any"]
    return "(" + join.join(_expression(child, joins, leaf) for child in node.of) + ")"


def _zen(node: Node | None) -> str:
    return _expression(node, {"all": " and ", "any": " or "}, _zen_leaf)


def _zen_leaf(leaf: Leaf) -> str:
    key, value = _key(leaf.fact), leaf.value
    if leaf.op == "between":
        return f"{key} >= {value[0]} and {key} <= {value[1]}"
    if leaf.op == "in":
        return f"{key} in {_json(value)}"
    if leaf.op == "includes":
        return f"{_json(value)} in {key}"
    return {"is_true": key, "is_false": f"not {key}"}.get(leaf.op) or f"{key} {_SIGNS[leaf.op]} {_json(value)}"


def zen_shapes(rules: Sequence[Rule], zen: Any) -> dict[str, Answer]:
    """By shape. The first one is the quickest: one expression that is a list with a truth value a rule."""
    ids = [rule.id for rule in rules]
    conditions = [_zen(rule.when) for rule in rules]
    whole = zen.compile_expression("[" + ", ".join(conditions) + "]")
    each = [(rule.id, zen.compile_expression(text)) for rule, text in zip(rules, conditions, strict=True)]
    table = zen.ZenEngine().create_decision(_zen_table(ids, conditions))
    return {
        "one expression for all rules": lambda order: list(compress(ids, whole.evaluate(order))),
        "an expression a rule": lambda order: [rule for rule, expression in each if expression.evaluate(order)],
        "a decision table": lambda order: [row["rule"] for row in table.evaluate(order)["result"]],
    }


def _zen_table(ids: Sequence[str], conditions: Sequence[str]) -> str:
    rows = [{"_id": id_, "if": text, "then": _json(id_)} for id_, text in zip(ids, conditions, strict=True)]
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": "if", "name": "if"}],
        "outputs": [{"id": "then", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    ends = [{"id": "in", "name": "in", "type": "inputNode"}, {"id": "out", "name": "out", "type": "outputNode"}]
    table = {"id": "table", "name": "table", "type": "decisionTableNode", "content": content}
    nodes = [{**node, "position": {"x": 0, "y": 0}} for node in (*ends, table)]
    edges = [{"id": "1", "sourceId": "in", "targetId": "table"}, {"id": "2", "sourceId": "table", "targetId": "out"}]
    return _json({"nodes": nodes, "edges": edges})


def _datalogic(node: Node | None) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return _datalogic_leaf(node)
    assert isinstance(node, (All, AnyOf))
    return {"and" if isinstance(node, All) else "or": [_datalogic(child) for child in node.of]}


def _datalogic_leaf(leaf: Leaf) -> dict[str, Any]:
    fact, value = {"var": _key(leaf.fact)}, leaf.value
    if leaf.op == "between":
        return {"<=": [value[0], fact, value[1]]}
    if leaf.op == "in":
        return {"in": [fact, list(value)]}
    if leaf.op == "includes":
        return {"in": [value, fact]}
    if leaf.op in ("is_true", "is_false"):
        return {"===": [fact, leaf.op == "is_true"]}
    return {"===" if leaf.op == "eq" else _SIGNS[leaf.op]: [fact, value]}


def datalogic_shapes(rules: Sequence[Rule], datalogic: Any) -> dict[str, Answer]:
    """By shape. The first one is the quickest: one rule that is an array with a truth value a rule."""
    engine = datalogic.Engine()
    session, handle = engine.session(), datalogic.DataHandle
    ids = [rule.id for rule in rules]
    logic = [_datalogic(rule.when) for rule in rules]
    whole = engine.compile(logic)
    each = [engine.compile(one) for one in logic]
    pairs = list(zip(ids, each, strict=True))

    def one_by_one(order: Mapping[str, Any]) -> list[str]:
        data, holds = handle(order), session.evaluate_bool
        return [id_ for id_, rule in pairs if holds(rule, data)]

    return {
        "one array for all rules": lambda order: list(compress(ids, session.evaluate_data(whole, handle(order)))),
        "many rules, one call": lambda order: [
            id_ for id_, answer in zip(ids, session.evaluate_many(each, handle(order)), strict=True) if answer == "true"
        ],
        "a rule at a time": one_by_one,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
