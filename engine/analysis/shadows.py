"""Rules that change nothing, because another one that does as much fires whenever they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.analysis.conflicts import clashing
from engine.analysis.covering import Wider, within
from engine.analysis.duplicates import fixed, same_effects
from engine.analysis.findings import Finding
from engine.analysis.study import Study, both
from engine.language.rules import Effect, FactRef, Rule, Window

# Done twice with the same parameters, these do no more than once; points and gifts add up. Of the others, the first
# counts.
_ONCE = frozenset({
    "hold", "flag", "reject", "approve", "tag", "instruct", "exclude", "allow_backorder", "label", "notify", "task",
    "webhook", "inspect",
})  # fmt: skip
_FIRST = frozenset({"pin", "drop_coupon", "apply_coupon"})


def shadowed_rules(study: Study) -> Iterator[Finding]:
    """A finding for each enabled rule that another shadows: one of its stage and subject, in force whenever it is.

    Rows of tables of which one counts are left to `tables`, equal rules to `duplicates`. Only what is sure is said: a
    rule that several others shadow together is not found.
    """
    collecting = {table.id for table in study.tables() if table.hit == "collect"}
    groups: dict[tuple[str, str], list[Rule]] = {}
    for rule in study.rules():
        if rule.then and study.boxes(rule) and (rule.table is None or rule.table in collecting):
            groups.setdefault((rule.stage, rule.about), []).append(rule)
    for rules in groups.values():
        wider = Wider([study.boxes(rule) or () for rule in rules])
        priorities = {fixed(each) for rule in rules for each in rule.then if each.do == "set_priority"}
        for number, rule in enumerate(rules):
            others = (rules[other] for other in wider.than(number))
            found = next((other for other in others if _shadows(other, rule, len(priorities) == 1, study)), None)
            if found is not None:
                yield from _shadowed(rule, found, study)


def _shadows(other: Rule, rule: Rule, one_priority: bool, study: Study) -> bool:
    """Whether the other one, true whenever the rule is, leaves it nothing to do.

    `one_priority`: all rules that set one set the same.
    """
    first = other.order_key < rule.order_key
    if not _in_force_whenever(other.effective, rule.effective):
        return False
    if other.priority == rule.priority and any(True for _ in clashing(other, rule)):  # which is another finding
        return False
    if not all(any(_settles(one, effect, first, one_priority) for one in other.then) for effect in rule.then):
        return False
    boxes, others = study.boxes(rule) or (), study.boxes(other) or ()
    if within(others, boxes) and same_effects(other, rule):  # the same rule twice: told once, of the later one
        return first and {*map(_as_set, boxes)} != {*map(_as_set, others)}
    return True


def _as_set(box: Mapping[Any, Any]) -> frozenset[Any]:
    return frozenset(box.items())


def _in_force_whenever(one: Window | None, other: Window | None) -> bool:
    """Whether the first window holds all of the second."""
    if one is None or one == other:
        return True
    if other is None or one.by != other.by:
        return False
    starts = one.from_ is None or (other.from_ is not None and one.from_ <= other.from_)
    return starts and (one.until is None or (other.until is not None and other.until <= one.until))


def _settles(one: Effect, other: Effect, first: bool, one_priority: bool) -> bool:
    """Whether the first effect, done for the same subject, leaves the second nothing to do; `first`: it goes first."""
    if one.do == other.do and (one.do in _ONCE or (first and one.do in _FIRST)):
        return fixed(one) == fixed(other)
    asks = _STRONGER.get((one.do, other.do))
    if asks is None:
        return False
    if one.do == "set_priority" and first:  # the last one counts, and there may be others between the two
        return one_priority
    return asks(one.params, other.params, first)


def _at_most(name: str) -> Callable[[Any, Any, bool], bool]:
    return lambda one, other, first: _whole(one, other, name) and one[name] <= other[name]


def _whole(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    return isinstance(one.get(name), int) and isinstance(other.get(name), int)


def _required(one: Mapping[str, Any], other: Mapping[str, Any], first: bool) -> bool:
    """Of a carrier or day the first wish stays, whatever it is; to ship together is asked once or more."""
    return all(
        one.get(name) is True if name == "ship_together" and value is True else first and _known(one.get(name), value)
        for name, value in other.items()
    )


def _known(one: Any, other: Any) -> bool:
    """Whether the first wish is one whenever the other is: a fact may be absent."""
    return one is not None and (one == other or not isinstance(one, FactRef))


# When an effect is stronger than another: (its parameters, the other's, whether it goes first).
_STRONGER: Mapping[tuple[str, str], Callable[[Any, Any, bool], bool]] = {
    ("set_priority", "set_priority"): lambda one, other, first: not first,
    ("pick_mode", "pick_mode"): lambda one, other, first: first,
    ("require", "require"): _required,
    ("release_after", "release_after"): lambda one, other, first: (
        _whole(one, other, "minutes") and one["minutes"] >= other["minutes"]
    ),
    ("prefer", "prefer"): _at_most("rank"),
    ("limit_shipments", "limit_shipments"): _at_most("max"),
    ("exclude", "prefer"): lambda one, other, first: True,  # a candidate that is out has no rank
}


def _shadowed(rule: Rule, other: Rule, study: Study) -> Iterator[Finding]:
    model = study.solution(rule).model
    witness = study.shown(model, rule, other) if model else None
    if witness is None:  # it never fires, which is another finding
        return
    yield Finding(
        "always-shadowed", "warning", study.path(rule), rule.id,
        both(
            "{rule} 不起作用：它命中时 {other} 也总会命中，而且{does}",
            "{rule} changes nothing: whenever it fires, {other} fires too, and {does}",
            rule=rule.id, other=other.id, does=_does(rule, other, study),
        ),
        both(
            "删掉或停用它，或收窄 {other}", "delete or disable it, or narrow {other}", other=other.id
        ),
        witness.document(study.catalogue), (other.id,),
    )  # fmt: skip


def _does(rule: Rule, other: Rule, study: Study) -> Mapping[str, str]:
    if {fixed(effect) for effect in rule.then} <= {fixed(effect) for effect in other.then}:
        return both("做同样的事", "does the same")
    said = [study.said(effect) for effect in other.then]
    joined = {"zh": "；".join(each["zh"] for each in said), "en": "; ".join(each["en"] for each in said)}
    return both("做得更强：{said}", "outdoes it: {said}", said=joined)
