"""Declared facts as a table and as a form: what each is called, who asks for it, and what a form says of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import amounts, labels
from admin.languages import either, said
from admin.presenters.rule_problems import shown
from engine.errors import Problem
from engine.language.context import Context
from engine.language.declared import read_declarations
from engine.language.facts import ATTRIBUTES, Catalogue
from engine.language.rules import Rulebook

TYPES: Mapping[str, tuple[Any, Any]] = {  # (name, what an order carries)
    "text": (lazy_gettext("文字"), lazy_gettext("例如 双11预热")),
    "int": (lazy_gettext("整数"), lazy_gettext("例如 3")),
    "money": (lazy_gettext("金额"), lazy_gettext("渠道按分发来；这里写元，例如 19.90")),
    "flag": (lazy_gettext("是否"), lazy_gettext("true 或 false")),
    "date": (lazy_gettext("日期"), lazy_gettext("例如 2026-11-11")),
    "choice": (lazy_gettext("单选"), lazy_gettext("选项里的一个值")),
    "set": (lazy_gettext("多选"), lazy_gettext("几个值，用逗号隔开")),
}
_SAID = {
    ("name", "invalid-id"): lazy_gettext("用字母开头，只能有字母、数字、_ 和 -，最多 60 个"),
    ("name", "duplicate-id"): lazy_gettext("已经有用这个键的事实"),
    ("zh", "duplicate-id"): lazy_gettext("已经有叫这个名字的事实"),
    ("en", "duplicate-id"): lazy_gettext("已经有叫这个名字的事实"),
    ("choices", "required"): lazy_gettext("单选要写出它的选项，每行一个"),
    ("choices", "duplicate-key"): lazy_gettext("有的值写了两次"),
}
_SPLIT = re.compile(r"\s*[,，、;；]\s*")
_CELLS = re.compile(r"\s*[|｜\t]\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """A declared fact among all."""

    name: str
    label: str
    type: str
    unit: str
    help: str
    choices: str
    sample: str
    users: tuple[Mapping[str, str], ...]  # live rules that ask for it: {id, title, stage}
    state: labels.Look | None  # of the draft, against what is live
    is_gone: bool


def rows(wanted: Mapping[str, Any], live: Mapping[str, Any], rulebook: Rulebook) -> list[Row]:
    """Every fact of a document, and those that are live and left out of it."""
    used, was, now = _used(rulebook), by_name(live), by_name(wanted)
    gone = [each for name, each in was.items() if name not in now]
    found = [_row(each, used, _state(each, was.get(name))) for name, each in now.items()]
    return found + [_row(each, used, labels.Look(gettext("将删除"), "bad"), is_gone=True) for each in gone]


def by_name(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The facts that a document declares, as they are written."""
    facts = document.get("facts")
    written = [each for each in facts if isinstance(each, Mapping)] if isinstance(facts, Sequence) else []
    return {str(each.get("name")): each for each in written}


def users(name: str, rulebook: Rulebook) -> list[Mapping[str, str]]:
    """The live rules and tables that ask for a fact, switched off ones too."""
    return _used(rulebook).get(name, [])


def filled(fact: Mapping[str, Any]) -> dict[str, str]:
    """What a form shows of a fact."""
    help_ = fact.get("help")
    helps = help_ if isinstance(help_, Mapping) else {"zh": help_}
    return {
        "key": str(fact.get("name") or "").removeprefix(ATTRIBUTES),
        **{name: str(fact.get(name) or "") for name in ("type", "zh", "en", "unit")},
        "choices": "\n".join(_line(each) for each in fact.get("choices") or ()),
        **{f"help_{each}": str(helps.get(each) or "") for each in ("zh", "en")},
        "sample": _typed_in(fact.get("sample"), str(fact.get("type"))),
    }


def written(form: Mapping[str, str]) -> dict[str, Any]:
    """The fact that a form says, as the document has it; what was left empty is left out, what is wrong is kept."""
    kind = form.get("type", "")
    fact: dict[str, Any] = {"name": ATTRIBUTES + form.get("key", "").strip(), "type": kind}
    fact |= {each: form.get(each, "").strip() for each in ("zh", "en")}
    if kind == "int" and (unit := form.get("unit", "").strip()):
        fact["unit"] = unit
    if kind in ("choice", "set") and (choices := _choices(form.get("choices", ""))):
        fact["choices"] = choices
    if help_ := {each: text for each in ("zh", "en") if (text := form.get(f"help_{each}", "").strip())}:
        fact["help"] = help_ if len(help_) == 2 else next(iter(help_.values()))  # text alone stands for both
    if sample := form.get("sample", "").strip():
        fact["sample"] = _sample(sample, kind)
    return fact


def wrong(fact: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What is wrong with a fact beside the others, by field of the document; the checks are those of publishing."""
    context = Context(Catalogue(()), {})
    read_declarations({"facts": [*others, fact]}, context)
    found: dict[str, str] = {}
    under = f"facts.{len(others)}"
    for problem in context.problems:
        if problem.path.startswith(f"{under}."):
            field = problem.path.removeprefix(f"{under}.").split(".")[0]
            found.setdefault(field, _told(field, problem, under))
        elif problem.path in ("facts", under):
            found.setdefault("", shown([problem], under)[0]["message"])
    return found


def _told(field: str, problem: Problem, under: str) -> str:
    if field == "sample":
        return gettext("示例不是这种类型的值")
    exact = problem.code if problem.path.count(".") == 2 or field == "choices" else ""
    return str(_SAID.get((field, exact)) or shown([problem], under)[0]["message"])


def _row(
    fact: Mapping[str, Any], used: Mapping[str, list[Mapping[str, str]]], state: labels.Look | None,
    is_gone: bool = False,
) -> Row:  # fmt: skip
    kind, name = str(fact.get("type")), str(fact.get("name"))
    word = str(TYPES[kind][0]) if kind in TYPES else kind
    choices = either(("、", ", ")).join(_choice_label(each) for each in fact.get("choices") or ())
    return Row(
        name, said(fact) or name, word, str(fact.get("unit") or ""), said(fact.get("help")) or "", choices,
        _sample_said(fact.get("sample"), kind), tuple(used.get(name, ())), state, is_gone,
    )  # fmt: skip


def _state(fact: Mapping[str, Any], live: Mapping[str, Any] | None) -> labels.Look | None:
    if live is None:
        return labels.Look(gettext("新增"), "good")
    return labels.Look(gettext("已改"), "warn") if fact != live else None


def _used(rulebook: Rulebook) -> dict[str, list[Mapping[str, str]]]:
    """By declared fact: the rules and tables that ask for it, each once."""
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for ruleset in rulebook.rulesets.values():
        titles: dict[str, Any] = {each.id: each.title for each in ruleset.tables}
        for rule in ruleset.all_rules:
            whole = rule.table or rule.id
            about = {"id": whole, "stage": ruleset.stage, "title": said(titles.get(whole, rule.title))}
            for name in _declared(rule):
                found.setdefault(name, {}).setdefault(whole, about)
    return {name: list(rules.values()) for name, rules in found.items()}


def _declared(rule: Any) -> Iterable[str]:
    names = rule.facts.union(*rule.part_facts.values())
    return (each for each in names if each.startswith(ATTRIBUTES))


def _choices(text: str) -> list[Any]:
    """A choice a line: its value, and its labels behind a bar, or a tab as pasted from a sheet."""
    lines = [_CELLS.split(line.strip()) for line in text.splitlines() if line.strip()]
    return [_choice(cells) for cells in lines]


def _choice(cells: list[str]) -> Any:
    value, zh, en = (*cells, "", "")[:3]
    return value if not zh and not en else {"value": value, "zh": zh or value, "en": en or zh or value}


def _line(choice: Any) -> str:
    if not isinstance(choice, Mapping):
        return str(choice)
    return " | ".join(str(choice.get(name) or "") for name in ("value", "zh", "en"))


def _choice_label(choice: Any) -> str:
    return said(choice) if isinstance(choice, Mapping) else str(choice)


def _sample(text: str, kind: str) -> Any:
    """The value that a text means; the text itself where it means none of that type."""
    if kind == "set":
        return [each for each in _SPLIT.split(text) if each]
    if kind == "flag":
        return {"true": True, "是": True, "yes": True, "false": False, "否": False, "no": False}.get(text.lower(), text)
    try:
        if kind == "int":
            return int(text.replace(",", ""))
        if kind == "money":
            cents = Decimal(text.replace(",", "").removeprefix("¥")) * 100
            return int(cents) if cents == cents.to_integral_value() else text
    except (ValueError, InvalidOperation):
        pass
    return text


def _typed_in(sample: Any, kind: str) -> str:
    """A sample as it would be typed in."""
    if sample is None:
        return ""
    if isinstance(sample, bool):
        return "true" if sample else "false"
    if isinstance(sample, (list, tuple)):
        return ", ".join(map(str, sample))
    if kind == "money" and isinstance(sample, int):
        return str(Decimal(sample).scaleb(-2))
    return str(sample)


def _sample_said(sample: Any, kind: str) -> str:
    if kind == "money" and isinstance(sample, int):
        return amounts.money(sample)
    if isinstance(sample, bool):
        return gettext("是") if sample else gettext("否")
    return _typed_in(sample, kind)
