"""Rules, conditions and effects as sentences that a shop's people read, in Chinese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.language.conditions import QUANTIFIERS, All, AnyOf, Leaf, Node, Not, Quantified
from engine.language.facts import Catalogue, Fact
from engine.language.operands import LIST_OPERATORS
from engine.language.rules import Effect, FactRef, Rule
from engine.language.values import NUMBERS, ListRef

LANGUAGES = ("zh", "en")

_PARTS: Mapping[str, tuple[str, str]] = {
    "line": ("订单行", "line"),
    "coupon": ("优惠券", "coupon"),
    "warehouse": ("仓库", "warehouse"),
    "service": ("快递产品", "service"),
    "shipment": ("发货单", "shipment"),
}
UNITS: Mapping[str, tuple[str, str]] = {  # of numbers, in both languages
    "days": ("天", "days"),
    "h": ("时", "h"),
    "km": ("公里", "km"),
    "minutes": ("分钟", "minutes"),
    "%": ("%", "%"),
}
_NUMBER_WORDS: Mapping[str, tuple[str, str]] = {
    "eq": ("等于", "is"),
    "neq": ("不等于", "is not"),
    "lt": ("低于", "is below"),
    "lte": ("不超过", "is at most"),
    "gt": ("超过", "is over"),
    "gte": ("不低于", "is at least"),
    "between": ("在", "is between"),
}
_DATE_WORDS: Mapping[str, tuple[str, str]] = {
    **_NUMBER_WORDS,
    "eq": ("是", "is"),
    "neq": ("不是", "is not"),
    "lt": ("早于", "is before"),
    "lte": ("不晚于", "is on or before"),
    "gt": ("晚于", "is after"),
    "gte": ("不早于", "is on or after"),
}
_TEXT_WORDS: Mapping[str, tuple[str, str]] = {
    "eq": ("是", "is"),
    "neq": ("不是", "is not"),
    "in": ("是", "is one of"),
    "not_in": ("不是", "is none of"),
    "in_list": ("属于", "is on"),
    "not_in_list": ("不属于", "is not on"),
    "contains_any": ("提到", "mentions"),
    "starts_with": ("开头是", "starts with"),
    "includes": ("包含", "includes"),
    "includes_all": ("同时包含", "includes all of"),
    "includes_none": ("不含", "includes none of"),
}
_QUANTIFIER_WORDS: Mapping[str, tuple[str, str]] = {
    "some": ("有{part}满足", "some {part} has"),
    "every": ("每个{part}都满足", "every {part} has"),
    "no": ("没有{part}满足", "no {part} has"),
}
_BARE_QUANTIFIER_WORDS: Mapping[str, tuple[str, str]] = {
    "some": ("有{part}", "there is a {part}"),
    "every": ("每个{part}", "every {part}"),
    "no": ("没有{part}", "there is no {part}"),
}
_GROUP_WORDS: Mapping[str, tuple[str, str]] = {
    "all": ("以下全部成立", "all of these hold"),
    "any": ("以下至少一条成立", "at least one of these holds"),
    "not": ("以下不成立", "this does not hold"),
}
_UNDIVIDED = frozenset({"JPY", "KRW", "VND"})  # currencies whose smallest unit is the whole one
_IN_BASE_CURRENCY = "order.payable_base_cents"
BASE = "CNY"
_RESULT_WORDS: Mapping[bool | None, tuple[str, str]] = {
    True: ("成立", "holds"),
    False: ("不成立", "does not hold"),
    None: ("无法判断", "unknown"),
}


class Row(Protocol):
    """A row of an explanation: see `engine.matching.evaluate.Condition`."""

    @property
    def joiner(self) -> str: ...
    @property
    def fact(self) -> str | None: ...
    @property
    def is_(self) -> str | None: ...
    @property
    def wanted(self) -> Any: ...
    @property
    def seen(self) -> Any: ...
    @property
    def result(self) -> bool | None: ...


def is_tally(row: Row) -> bool:
    """Whether a row is a quantifier itself, and not a condition inside it or elsewhere."""
    return row.fact is not None and row.joiner in QUANTIFIERS and not isinstance(row.seen, list)


def sentence(
    thing: Rule | Node | Effect | None, catalogue: Catalogue, language: str = "zh",
    effects: Mapping[str, Any] | None = None, titles: Mapping[str, Mapping[str, str]] | None = None,
) -> str:  # fmt: skip
    """A rule, a condition or an effect, as one sentence.

    `titles` names lists, `effects` names effects and their parameters; what is not named keeps its code.
    """
    speech = Speech(catalogue, language, effects or {}, titles or {})
    if isinstance(thing, Rule):
        return speech.rule(thing)
    return speech.effect(thing) if isinstance(thing, Effect) else speech.condition(thing)


def explain_row(
    row: Row, catalogue: Catalogue, language: str = "zh", titles: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """One row of an explanation: what was wanted, what was seen, and whether it held."""
    return Speech(catalogue, language, {}, titles or {}).row(row)


@dataclass(frozen=True)
class Speech:
    """Says things in one language."""

    catalogue: Catalogue
    language: str = "zh"
    effects: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    currency: str = BASE  # of amounts
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by fact: what its codes are called

    def rule(self, rule: Rule) -> str:
        """When …: …."""
        actions = self._join((self.effect(effect) for effect in rule.then), "；", "; ")
        if rule.when is None:
            return f"{self.pick('始终', 'Always')}{self.pick('：', ': ')}{actions}{self.pick('。', '.')}"
        condition = self.condition(rule.when)
        return self.pick(f"当{condition}时：{actions}。", f"When {condition}: {actions}.")

    def condition(self, node: Node | None, inside: bool = False) -> str:
        """The condition; in brackets where it is a group inside another."""
        if node is None:
            return self.pick("始终", "always")
        if isinstance(node, Leaf):
            return self._leaf(node)
        if isinstance(node, Quantified):
            return self._quantified(node)
        if isinstance(node, Not):
            return self.pick("并非", "not ") + self._brackets(self.condition(node.of))
        zh, en = ("，且", ", and ") if isinstance(node, All) else ("，或", ", or ")
        said = self._join((self.condition(child, True) for child in node.of), zh, en)
        return self._brackets(said) if inside and isinstance(node, (All, AnyOf)) and len(node.of) > 1 else said

    def effect(self, effect: Effect) -> str:
        """What it does, with its parameters."""
        spec = self.effects.get(effect.do)
        name = self._label(spec, effect.do)
        said = [self._param(key, value, spec) for key, value in effect.params.items()]
        return name + self._brackets(self._join(said, "，", ", "), space=True) if said else name

    def row(self, row: Row) -> str:
        """What was wanted, seen, and came of it."""
        said, seen = self.wanted(row), self.seen(row)
        if row.fact is None:
            return f"{said}{self.pick('：', ': ')}{self.result(row)}"
        return f"{said}{self.pick('；实际 ', '; seen ')}{seen}{self.pick('：', ': ')}{self.result(row)}"

    def wanted(self, row: Row) -> str:
        """What a row asks."""
        if row.fact is None:
            return self.pick(*_GROUP_WORDS[row.joiner])
        return self._quantifier_row(row) if is_tally(row) else self._compared(row.fact, row.is_ or "", row.wanted)

    def seen(self, row: Row) -> str:
        """What it saw."""
        if row.seen is None:
            return self.pick("无数据", "no data")
        fact = self._fact(row.fact or "")
        if is_tally(row):
            return self._number(row.seen, fact if row.joiner == "sum" else None)
        return self.value(row.seen, fact)

    def label(self, name: str) -> str:
        """What a fact is called."""
        return self._label(self._fact(name), name)

    def result(self, row: Row) -> str:
        """What came of it."""
        return self.pick(*_RESULT_WORDS[row.result])

    def value(self, value: Any, fact: Fact | None) -> str:
        """A value, or several."""
        if value is None:
            return self.pick("无", "none")
        if isinstance(value, (list, tuple, frozenset)):
            items = sorted(value) if isinstance(value, frozenset) else value
            return self._join((self.value(item, fact) for item in items), "、", ", ") or self.pick("空", "nothing")
        if isinstance(value, bool):
            return self.pick("是", "yes") if value else self.pick("否", "no")
        if isinstance(value, int):
            return self._number(value, fact)
        if isinstance(value, str):
            return self._choice(value, fact)
        return json.dumps(value, ensure_ascii=False)

    def pick(self, zh: str, en: str) -> str:
        """The one of the two that is in its language."""
        return en if self.language == "en" else zh

    def _join(self, parts: Any, zh: str, en: str) -> str:
        return self.pick(zh, en).join(parts)

    def _brackets(self, said: str, space: bool = False) -> str:
        return self.pick(f"（{said}）", f"{' ' if space else ''}({said})")

    def _label(self, labelled: Any, otherwise: str) -> str:
        return self.pick(labelled.zh, labelled.en) if labelled is not None else otherwise

    def _fact(self, name: str) -> Fact | None:
        return self.catalogue.facts.get(name)

    def _named_list(self, code: str) -> str:
        title = self.titles.get(code, {}).get(self.language, code)
        return self.pick(f"名单「{title}」", f"the list “{title}”")

    def _number(self, value: Any, fact: Fact | None) -> str:
        if value is None or fact is None or isinstance(value, bool):
            return str(value)
        if fact.type == "money":
            return self._money(value, BASE if fact.name == _IN_BASE_CURRENCY else self.currency)
        if fact.type == "weight":
            return f"{value} g" if abs(value) < 1000 else f"{value / 1000:,.3f}".rstrip("0").rstrip(".") + " kg"
        if fact.type == "date":
            return f"{value // 10000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
        return self._with_unit(value, fact.unit)

    def _money(self, value: int, currency: str) -> str:
        sign = "¥" if currency == BASE else f"{currency} "
        amount = f"{abs(value):,}" if currency in _UNDIVIDED else f"{abs(value) // 100:,}.{abs(value) % 100:02d}"
        return f"{'-' if value < 0 else ''}{sign}{amount}"

    def _with_unit(self, value: int, unit: str | None) -> str:
        if unit is None:
            return f"{value:,}" if abs(value) >= 10000 else str(value)
        said = self.pick(*UNITS.get(unit, (unit, unit)))
        return f"{value}%" if unit == "%" else f"{value} {said}"

    def _choice(self, value: str, fact: Fact | None) -> str:
        for code, zh, en in fact.choices if fact is not None else ():
            if code == value:
                return self.pick(zh, en)
        name = self.names.get(fact.name, {}).get(value) if fact is not None else None
        return name or f"“{value}”"

    def _leaf(self, leaf: Leaf) -> str:
        wanted: Any = leaf.value
        if leaf.other is not None:
            wanted = {"fact": leaf.other}
        elif leaf.op in LIST_OPERATORS:
            wanted = {"list": leaf.value}
        elif isinstance(leaf.value, ListRef):
            wanted = {"list": leaf.value.code}
        return self._compared(leaf.fact, leaf.op, wanted)

    def _compared(self, name: str, op: str, wanted: Any) -> str:
        fact = self._fact(name)
        label = self._label(fact, name)
        if op == "present":
            return self.pick(f"{label}不为空", f"“{label}” is known")
        if op == "absent":
            return self.pick(f"{label}为空", f"“{label}” is unknown")
        if op == "is_true":
            return label
        if op == "is_false":
            return self.pick(f"并非{label}", f"not “{label}”")
        if op in ("in", "not_in") and len(wanted) == 1 and not isinstance(wanted, Mapping):
            op = "eq" if op == "in" else "neq"
        return self._spaced(label, self.words(op, fact), self._wanted(op, wanted, fact))

    def _spaced(self, *parts: str) -> str:
        return " ".join(part for part in parts if part)

    def words(self, op: str, fact: Fact | None) -> str:
        """What an operator is called between a fact of that type and a value."""
        if fact is not None and fact.type == "date":
            return self.pick(*_DATE_WORDS[op])
        numeric = fact is None or fact.type in NUMBERS
        words = _NUMBER_WORDS if numeric and op in _NUMBER_WORDS else _TEXT_WORDS
        return self.pick(*words.get(op, (op, op)))

    def _wanted(self, op: str, wanted: Any, fact: Fact | None) -> str:
        if isinstance(wanted, Mapping):
            return self._reference(wanted, fact)
        if op == "between":
            low, high = (self._number(each, fact) for each in wanted)
            return self.pick(f"{low} 到 {high} 之间", f"{low} and {high}")
        if op in ("in", "not_in", "contains_any", "includes_none"):
            return self._join((self.value(item, fact) for item in wanted), " 或 ", " or ")
        return self.value(wanted, fact)

    def _reference(self, wanted: Mapping[str, Any], fact: Fact | None) -> str:
        if "list" in wanted:
            return self._named_list(wanted["list"])
        label = self._label(self._fact(wanted["fact"]), wanted["fact"])
        if wanted.get("value") is None:
            return label
        return f"{label}{self._brackets(self.value(wanted['value'], fact), space=True)}"

    def _quantified(self, node: Quantified) -> str:
        part = self.pick(*_PARTS[node.part])
        if node.how in _QUANTIFIER_WORDS:
            words = _QUANTIFIER_WORDS if node.where is not None else _BARE_QUANTIFIER_WORDS
            head = self.pick(*words[node.how]).format(part=part)
            return head + self._brackets(self.condition(node.where), space=True) if node.where is not None else head
        return self._measured(node, part)

    def _measured(self, node: Quantified, part: str) -> str:
        fact = self._fact(node.of) if node.of else None
        what = self._label(fact, node.of or "") if node.how == "sum" else ""
        head = self.pick(
            f"{part}的{what}合计" if what else f"{part}数",
            f"the sum of {what} over {part}s" if what else f"the number of {part}s",
        )
        where = ""
        if node.where is not None:
            said = self._brackets(self.condition(node.where), space=True)
            where = self.pick(f"满足{said}的", f" with{said}")
        head = self.pick(where + head, head + where)
        wanted = list(node.value) if isinstance(node.value, tuple) else node.value
        return self._spaced(head, self.words(node.op or "eq", fact), self._wanted(node.op or "eq", wanted, fact))

    def _quantifier_row(self, row: Row) -> str:
        is_sum = row.joiner == "sum"
        name = row.fact or ""
        part = name.split(".")[0] if is_sum else name
        wanted = tuple(row.wanted) if isinstance(row.wanted, list) else row.wanted
        node = Quantified(row.joiner, part, None, name if is_sum else None, row.is_, wanted)
        if row.joiner not in _QUANTIFIER_WORDS:
            return self._measured(node, self.pick(*_PARTS[part]))
        return self.pick(*_QUANTIFIER_WORDS[row.joiner]).format(part=self.pick(*_PARTS[part]))

    def _param(self, name: str, value: Any, spec: Any) -> str:
        param = spec.params.get(name) if spec is not None else None
        return f"{self._label(param, name)}{self.pick('：', ': ')}{self._param_value(value, param)}"

    def _param_value(self, value: Any, param: Any) -> str:
        if isinstance(value, FactRef):
            return self._label(self._fact(value.name), value.name)
        if isinstance(value, Mapping):
            return str(value.get(self.language, ""))
        kind = "money" if param is not None and param.type == "money" else "int"
        choices = param.choices if param is not None else ()
        stand_in = Fact("", kind, "", "", lambda scene, part: None, choices=choices)
        if isinstance(value, str) and not choices:
            return value
        return self.value(value, stand_in)
