"""A rule while somebody is writing it, as far as it can be read already: what the editor says back at every keystroke.

Nothing is checked here (see `engine.language.rule_documents`); whatever is missing or wrong stands as an ellipsis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.language.conditions import QUANTIFIERS, All, AnyOf, Leaf, Node, Not, Quantified
from engine.language.context import Context
from engine.language.facts import PARTS, SUBJECTS, Catalogue, Fact
from engine.language.operands import LIST_OPERATORS, WITHOUT_VALUE, read_value
from engine.language.rule_documents import read_param
from engine.language.rules import Effect, FactRef, Rule
from engine.language.values import NUMBERS

MISSING = "…"
_DEEPEST = 20  # of what is read; more than a rule may have
_MEASURES = ("count", "sum")


def half_read(document: Any, stage: str, catalogue: Catalogue, effects: Mapping[str, Any]) -> Rule:
    """The rule that the document is going to be. What it says can be said; it must not be judged with."""
    said = document if isinstance(document, Mapping) else {}
    about = next((each for each in SUBJECTS if each == said.get("about")), "order")
    reader = _Reader(Context(catalogue, effects, stage=stage, about=about))
    when = said.get("when")
    then = said.get("then")
    return Rule(
        id=str(said.get("id") or f"{stage}.{MISSING}"),
        stage=stage,
        title={},
        why={},
        about=about,
        when=None if when is None else reader.node(when),
        then=tuple(reader.effect(each) for each in _items(then)) or (Effect(MISSING),),
    )


class _Reader:
    """Reads what can be read. Problems of single values are noted in a context that nobody asks."""

    def __init__(self, context: Context):
        self._context = context

    def node(self, document: Any, depth: int = 0) -> Node:
        if not isinstance(document, Mapping) or depth > _DEEPEST:
            return _missing()
        for head, group in (("all", All), ("any", AnyOf)):
            if head in document:
                members = tuple(self.node(each, depth + 1) for each in _items(document[head]))
                return group(members or (_missing(),))
        if "not" in document:
            return Not(self.node(document["not"], depth + 1))
        if "fact" in document:
            return self._leaf(document)
        how = next((each for each in QUANTIFIERS if each in document), None)
        return self._quantified(how, document, depth) if how else _missing()

    def effect(self, document: Any) -> Effect:
        if not isinstance(document, Mapping) or not isinstance(document.get("do"), str):
            return Effect(MISSING)
        name = document["do"]
        spec = self._context.effects.get(name)
        if spec is None:
            return Effect(name)
        stated = {key: param for key, param in spec.params.items() if param.required or document.get(key) is not None}
        return Effect(name, {key: self._param(document.get(key), param) for key, param in stated.items()})

    def _param(self, raw: Any, param: Any) -> Any:
        # Of an unfinished text in two languages, what there is already.
        if isinstance(raw, Mapping) and "fact" not in raw:
            return {language: str(raw.get(language) or MISSING) for language in ("zh", "en")}
        value = read_param(raw, param, "", self._context) if raw is not None else None
        return FactRef(MISSING) if value is None else value

    def _leaf(self, document: Mapping[str, Any]) -> Node:
        fact = self._context.catalogue.facts.get(document["fact"]) if isinstance(document["fact"], str) else None
        if fact is None:
            return _missing()
        op = document.get("is")
        if op not in fact.operators:
            return Leaf(fact.name, "eq", other=MISSING)
        if op in WITHOUT_VALUE:
            return Leaf(fact.name, op)
        if isinstance(document.get("other"), str):
            return Leaf(fact.name, op, other=document["other"])
        value = self._value(document, fact, op)
        return Leaf(fact.name, op, other=MISSING) if value is None else Leaf(fact.name, op, value)

    def _value(self, document: Mapping[str, Any], fact: Fact, op: str) -> Any:
        raw = document.get("value")
        if op in LIST_OPERATORS:
            return raw if isinstance(raw, str) and raw else None
        return None if raw is None else read_value(raw, fact, op, "", self._context)

    def _quantified(self, how: str, document: Mapping[str, Any], depth: int) -> Node:
        part = document[how]
        if part not in PARTS:
            return _missing()
        where = document.get("where")
        condition = None if where is None else self.node(where, depth + 1)
        if how not in _MEASURES:
            return Quantified(how, part, condition)
        of = self._summed(document.get("of")) if how == "sum" else None
        measure = of or Fact(how, "int", "", "", lambda scene, each: None)
        op = document.get("is")
        value = self._value(document, measure, op) if op in measure.operators else None
        name = (of.name if of else MISSING) if how == "sum" else None
        if value is None:
            return Quantified(how, part, condition, name, "eq", {"fact": MISSING})
        return Quantified(how, part, condition, name, op, value)

    def _summed(self, name: Any) -> Fact | None:
        fact = self._context.catalogue.facts.get(name) if isinstance(name, str) else None
        return fact if fact is not None and fact.type in NUMBERS else None


def _missing() -> Leaf:
    """Says "…": a flag of that name."""
    return Leaf(MISSING, "is_true")


def _items(raw: Any) -> Sequence[Any]:
    return raw if isinstance(raw, (list, tuple)) else ()
