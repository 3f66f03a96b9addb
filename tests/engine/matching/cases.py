"""A small catalogue of every type, and rules made of condition documents."""

from __future__ import annotations

from typing import Any

from engine.language.documents import load_rulebook
from engine.language.effects import EffectSpec, Param
from engine.language.facts import Catalogue, Fact, Subject
from engine.language.rules import Rulebook

LISTS = {"red": frozenset({"r1", "r2", "香港"}), "wishes": frozenset({"冰袋", "加急"}), "empty": frozenset()}
TYPES = ("int", "money", "weight", "date", "text", "choice", "set", "flag")


def _fact(name: str, type_: str, always: bool = False) -> Fact:
    choices = (("a", "甲", "A"), ("b", "乙", "B"), ("c", "丙", "C")) if type_ == "choice" else ()
    return Fact(name, type_, name, name, lambda scene, part: None, always=always, choices=choices)


def _facts() -> list[Fact]:
    facts = []
    for subject in ("order", "line", "coupon", "warehouse"):
        for type_ in TYPES:
            for number in (1, 2):
                facts.append(_fact(f"{subject}.{type_}_{number}", type_))
        facts.append(_fact(f"{subject}.sure", "int", always=True))
    return facts


CATALOGUE = Catalogue(_facts())
EFFECTS = {
    "note": EffectSpec(
        "note",
        "记",
        "Note",
        lambda plan, params, occasion: plan,
        params={
            "text": Param("text", "文字", "Text"),
            "rank": Param("int", "名次", "Rank"),
            "kind": Param("choice", "种类", "Kind", choices=(("hot", "热", "Hot"), ("cold", "冷", "Cold"))),
        },
    )
}
PIPELINE = {"stages": ["intake", "fraud"], "preference": ["rules", "code"]}


def a_rule(number: int | str, when: Any = None, about: str = "order", stage: str = "intake", **more: Any) -> dict:
    document: dict[str, Any] = {
        "id": f"{stage}.r{number}",
        "title": {"zh": "规则", "en": "Rule"},
        "why": "Because.",
        "about": about,
        "then": [{"do": "note", "text": "x"}],
        **more,
    }
    if when is not None:
        document["when"] = when
    return document


def a_rulebook(*rules: dict, tables: tuple[dict, ...] = ()) -> Rulebook:
    documents: dict[str, Any] = {"pipeline": PIPELINE}
    for kind, members in (("rules", rules), ("tables", tables)):
        for each in members:
            stage = each["id"].split(".")[0]
            documents.setdefault(stage, {"stage": stage, "rules": [], "tables": []})[kind].append(each)
    return load_rulebook(documents, CATALOGUE, EFFECTS, LISTS)


def a_subject(values: dict | None = None, about: str = "order", id_: str = "order", **parts: Any) -> Subject:
    return Subject(about, id_, values or {}, {name: tuple(each) for name, each in parts.items()})
