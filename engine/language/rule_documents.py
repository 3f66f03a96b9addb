"""Rule documents to rules: what rules and tables have in common, their effects, windows and examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.language.conditions import parse
from engine.language.context import Context
from engine.language.examples import read_examples
from engine.language.facts import SUBJECTS
from engine.language.rules import Effect, FactRef, Rule, Window
from engine.language.values import NotValid, code, did_you_mean, instant, literal, text

COMMON = ("title", "why", "about", "priority", "enabled", "effective", "examples")
HIGHEST_PRIORITY = 65535
LONGEST_TITLE = 200
LONGEST_WHY = 1000
NEEDS_A_PARAM = ("require",)  # all its parameters are optional, but without any it does nothing
JUDGED_BY_PLACING = ("intake", "coupon", "fraud", "audit")  # what the buyer saw counts there

# Which facts a parameter may take its value from.
FACT_TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "choice", "int", "date"),
    "code": (),  # written out, so that a check sees it
    "int": ("int", "weight"),
    "money": ("money",),
    "choice": ("choice",),
    "date": ("date",),
    "instant": ("date",),  # the day's first moment
    "flag": ("flag",),
    "list": ("set",),
    "any": ("text", "choice", "int", "money", "weight", "date", "flag", "set"),
}


def read_rule(document: Any, path: str, context: Context) -> Rule | None:
    """The rule that the document states; None when it has problems."""
    before = len(context.problems)
    if context.fields(document, path, ("id", "title", "why", "then"), ("when", *COMMON[2:])) is None:
        return None
    common = read_common(document, path, context)
    inside = context.judging(common["about"])
    when = None
    if document.get("when") is not None:
        when = parse(document["when"], f"{path}.when", inside)
    then = read_effects(document.get("then"), f"{path}.then", inside)
    common["examples"] = read_examples(document.get("examples"), f"{path}.examples", inside)
    if len(context.problems) > before:
        return None
    return Rule(**common, when=when, then=then, document=document)


def read_common(document: Mapping[str, Any], path: str, context: Context) -> dict[str, Any]:
    """What rules and tables share, by field name; problems are noted."""
    return {
        "id": _identifier(document.get("id"), f"{path}.id", context),
        "stage": context.stage,
        "title": bilingual(document.get("title"), f"{path}.title", LONGEST_TITLE, context),
        "why": bilingual(document.get("why"), f"{path}.why", LONGEST_WHY, context),
        "about": _about(document.get("about"), f"{path}.about", context),
        "priority": _priority(document.get("priority"), f"{path}.priority", context),
        "enabled": _flag(document.get("enabled"), f"{path}.enabled", context),
        "effective": _window(document.get("effective"), f"{path}.effective", context),
    }


def read_effects(document: Any, path: str, context: Context) -> tuple[Effect, ...]:
    """The effects of a `then`."""
    if document is None:  # a missing `then` is noted already
        return ()
    items = context.items(document, path) or ()
    effects = (_effect(each, f"{path}.{index}", context) for index, each in enumerate(items))
    return tuple(effect for effect in effects if effect is not None)


def effect_spec(document: Any, path: str, context: Context) -> Any:
    """The EffectSpec that {do: name, …} means, if this stage and subject may use it."""
    if not isinstance(document, Mapping) or not isinstance(document.get("do"), str):
        context.problem(path, "required", "must be an effect, such as {do: hold, reason: HIGH_VALUE}")
        return None
    name = document["do"]
    spec = context.effects.get(name)
    if spec is None:
        context.problem(f"{path}.do", "unknown-effect", f"there is no effect {name!r}", _nearest(name, context))
    elif spec.stages is not None and context.stage not in spec.stages:
        allowed = ", ".join(spec.stages)
        context.problem(f"{path}.do", "not-allowed-here", f"{name} is for {allowed}, not for {context.stage}")
    elif spec.about is not None and context.about not in spec.about:
        allowed = ", ".join(spec.about)
        context.problem(f"{path}.do", "not-allowed-here", f"{name} is for rules about {allowed}, not {context.about}")
    else:
        return spec
    return None


def read_param(raw: Any, param: Any, path: str, context: Context) -> Any:
    """A parameter's value as it is kept: a plain literal or a FactRef. None when it has problems."""
    if isinstance(raw, Mapping) and "fact" in raw:
        return _reference(raw, param, path, context)
    try:
        return _param_literal(raw, param)
    except NotValid as wrong:
        context.problem(path, wrong.code, wrong.message, wrong.suggestion)
        return None


def _effect(document: Any, path: str, context: Context) -> Effect | None:
    spec = effect_spec(document, path, context)
    if spec is None:
        return None
    required = [name for name, param in spec.params.items() if param.required]
    context.fields(document, path, ("do", *required), [name for name in spec.params if name not in required])
    params = {
        name: read_param(document[name], param, f"{path}.{name}", context)
        for name, param in spec.params.items()
        if document.get(name) is not None
    }
    if spec.name in NEEDS_A_PARAM and not params:
        context.problem(path, "required", f"{spec.name} needs at least one of {', '.join(spec.params)}")
    return Effect(spec.name, params)


def _reference(raw: Mapping[str, Any], param: Any, path: str, context: Context) -> FactRef | None:
    context.fields(raw, path, ("fact",))
    fact = context.fact(raw["fact"], f"{path}.fact")
    if fact is None:
        return None
    if fact.type not in FACT_TYPES[param.type]:
        context.problem(f"{path}.fact", "invalid-type", f"{fact.name} is a {fact.type}; this must be a {param.type}")
        return None
    return FactRef(fact.name)


def _param_literal(raw: Any, param: Any) -> Any:
    if param.type in ("int", "money", "flag"):
        value = literal(raw, param.type)
        if param.type != "flag" and within(value, param) != value:
            raise NotValid("out-of-range", f"must be between {param.least} and {param.most}")
        return value
    if param.type == "date":
        literal(raw, "date")
        return raw
    if param.type == "instant":
        instant(raw)
        return raw
    if param.type == "list":
        return _texts(raw)
    if param.type == "code":
        return code(raw)
    if param.type == "any" and not isinstance(raw, str):
        return _plain(raw)
    value = literal(raw, "choice", param.choices)
    if not value.strip():
        raise NotValid("required", "must not be empty")
    return value


def within(value: int, param: Any) -> int:
    """The number, or the nearest bound of the parameter."""
    least, most = param.least, param.most
    return max(value if least is None else least, min(value if most is None else most, value))


def _texts(raw: Any) -> list[str]:
    if not isinstance(raw, (list, tuple)) or not raw:
        raise NotValid("invalid-type", "must be a list of texts")
    return [text(item) for item in raw]


def _plain(raw: Any) -> Any:
    if isinstance(raw, Mapping):
        if set(raw) != {"zh", "en"}:
            raise NotValid("invalid-type", "must be text, or text in zh and en")
        return {language: text(raw[language]) for language in ("zh", "en")}
    raise NotValid("invalid-type", "must be text, or text in zh and en")


def _nearest(name: str, context: Context) -> str | None:
    for spec in context.effects.values():
        if name in (spec.zh, spec.en):
            return f"did you mean {spec.name}?"
    return did_you_mean(name, context.effects)


def _identifier(raw: Any, path: str, context: Context) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str) or not re.fullmatch(rf"{context.stage}\.[a-z0-9]+(-[a-z0-9]+)*", raw):
        context.problem(path, "invalid-id", f"must be {context.stage}.<slug>, the slug of a-z, 0-9 and single hyphens",
                        _slug_hint(raw, context.stage))  # fmt: skip
    elif len(raw) > 100:
        context.problem(path, "too-long", "must be at most 100 characters")
    return raw if isinstance(raw, str) else ""


def _slug_hint(raw: Any, stage: str) -> str | None:
    slug = re.sub(r"[^a-z0-9]+", "-", str(raw).lower().removeprefix(f"{stage}.")).strip("-")
    return f"for example {stage}.{slug}" if slug else None


def bilingual(raw: Any, path: str, longest: int, context: Context) -> dict[str, str]:
    """{"zh": …, "en": …}; plain text stands for both."""
    if raw is None:
        return {}
    if isinstance(raw, Mapping):
        context.fields(raw, path, ("zh", "en"))
        said = {language: (raw.get(language), f"{path}.{language}") for language in ("zh", "en")}
    else:
        said = {language: (raw, path) for language in ("zh", "en")}
    found: dict[str, str] = {}
    for language, (value, where) in said.items():
        if value is not None and not (language == "en" and value is raw):
            found[language] = short_text(value, where, longest, context)
    return {**found, "en": found.get("en", found.get("zh", ""))}


def short_text(raw: Any, path: str, longest: int, context: Context) -> str:
    """Text of at most so many characters, without the blanks around it; empty where it has problems."""
    try:
        value = text(raw).strip()
    except NotValid as wrong:
        context.problem(path, wrong.code, wrong.message, wrong.suggestion)
        return ""
    if not value:
        context.problem(path, "required", "must not be empty")
    if len(value) > longest:
        context.problem(path, "too-long", f"must be at most {longest} characters")
    return value


def _about(raw: Any, path: str, context: Context) -> str:
    if raw is None:
        return "order"
    return context.subject(raw, path, SUBJECTS) or "order"


def _priority(raw: Any, path: str, context: Context) -> int:
    if raw is None:
        return 50
    try:
        literal(raw, "int")
    except NotValid as wrong:
        context.problem(path, wrong.code, wrong.message, wrong.suggestion)
        return 50
    if not 0 <= raw <= HIGHEST_PRIORITY:
        context.problem(path, "out-of-range", f"must be between 0 and {HIGHEST_PRIORITY}")
    return raw


def _flag(raw: Any, path: str, context: Context) -> bool:
    try:
        return raw is None or literal(raw, "flag")
    except NotValid as wrong:
        context.problem(path, wrong.code, wrong.message, wrong.suggestion)
        return True


def _window(raw: Any, path: str, context: Context) -> Window | None:
    if raw is None:
        return None
    if context.fields(raw, path, (), ("by", "from", "until")) is None:
        return None
    by = "placed_at" if context.stage in JUDGED_BY_PLACING else "now"
    if raw.get("by") is not None:
        by = context.choice(raw["by"], f"{path}.by", ("placed_at", "now")) or by
    start, end = (_instant(raw.get(name), f"{path}.{name}", context) for name in ("from", "until"))
    if raw.get("from") is None and raw.get("until") is None:
        context.problem(path, "required", "needs from, until or both")
    if start and end and start >= end:
        context.problem(f"{path}.until", "out-of-range", "must be after from")
    return Window(by, start, end)


def _instant(raw: Any, path: str, context: Context) -> Any:
    if raw is None:
        return None
    try:
        return instant(raw)
    except NotValid as wrong:
        context.problem(path, wrong.code, wrong.message, wrong.suggestion)
        return None
