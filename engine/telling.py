"""An explanation in sentences, in Chinese and English: the one place that words it, for the API, console and terminal.

Values that tell of people, or that people typed, are never spelled out: who may see them finds them beside the
conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from engine.decision import Decision
from engine.holds import HOLD_REASONS
from engine.language.conditions import Leaf, Node, Not, Quantified, walk
from engine.language.effects import EFFECTS
from engine.language.personal import FREE_TEXT_FACTS, is_personal
from engine.language.rules import Effect, Rule, Rulebook
from engine.language.sentences import LANGUAGES, Speech, is_tally
from engine.order import Order
from engine.overruled import Overruled
from engine.world import Reference, World

Document = Mapping[str, Any]
Said = dict[str, str]  # {"zh": …, "en": …}
Words = Mapping[str, tuple[str, str]]

VERDICTS: Words = {"approve": ("通过", "approved"), "hold": ("挂起", "held"), "reject": ("拒绝", "rejected")}
OUTCOMES: Words = {
    "fired": ("命中", "fired"), "not_fired": ("未命中", "did not fire"),
    "not_considered": ("未参与", "was not considered"),
}  # fmt: skip
WHY_NOT: Words = {
    "conditions": ("未命中", "did not fire"),
    "disabled": ("规则已停用", "the rule is disabled"),
    "outside_window": ("不在生效时间内", "outside its time window"),
    "shadowed": ("同表中已有其他行命中", "another row of its table came first"),
    "stage_not_reached": ("未走到此环节", "the stage was not reached"),
    "no_subject": ("没有它要判断的对象", "there is nothing of what it judges"),
}
_SUBJECTS: Words = {
    "line": ("订单行", "line"), "coupon": ("优惠券", "coupon"), "coupon_pair": ("券对", "coupons"),
    "warehouse": ("仓库", "warehouse"), "service": ("快递产品", "service"), "shipment": ("发货单", "shipment"),
    "return": ("退货", "return"),
}  # fmt: skip
_MOST_CONDITIONS = 6  # that a sentence names
_ERRORS = (  # why rules could not be judged, as the engine says it in English; the first that fits
    (r"Rows (.+) of (\S+) fired together; only one may", "决策表 {1} 的第 {0} 行同时命中，而只能有一行"),
    (r"Rows (.+) of (\S+) fired together and say different things", "决策表 {1} 的第 {0} 行同时命中，做的却不一样"),
    (r"rule (\S+): (\w+\.\w+) has no value, its fact is absent", "规则 {0} 的 {1} 取自没有数据的事实"),
    (r"tags of stage (\w+) do not settle within (\d+) rounds", "环节 {0} 的标签 {1} 轮之后仍在增加"),
    (r"Stage (\w+) was matched differently: .*", "环节 {0} 的两种判断结果不同"),
    (r"deciding this order stopped the process twice", "审这张订单时进程两次中断"),
)


@dataclass(frozen=True)
class Teller:
    """Tells what one explanation says. Shown codes get the names that the world knew."""

    rulebook: Rulebook
    speeches: Mapping[str, Speech]  # by language

    @classmethod
    def of(cls, rulebook: Rulebook, order: Order, world: World) -> Teller:
        """Of an order in its world."""
        reference = world.reference
        titles = {code: named.title for code, named in reference.lists.items()}
        names = _names(reference)
        speeches = {
            language: Speech(rulebook.catalogue, language, EFFECTS, titles, order.currency, names)
            for language in LANGUAGES
        }
        return cls(rulebook, speeches)

    def summary(self, decision: Decision, error: str | None = None) -> Said:
        """What was decided and why, in a sentence or two. `error`: why rules could not be judged."""
        said = {language: self._summary(decision, speech) for language, speech in self.speeches.items()}
        if error is None:
            return said
        return {"zh": said["zh"] + error_said(error)["zh"], "en": f"{said['en']} {error_said(error)['en']}"}

    def rule(self, rule: Rule, row: Document) -> Said:
        """Whether a rule fired for a subject, with what it saw, or why it was not considered."""
        return {language: self._rule(rule, row, speech) for language, speech in self.speeches.items()}

    def overruled(self, lost: Overruled) -> Said:
        """What a rule asked for in vain, and which rule was followed."""
        return {language: self._overruled(lost, speech) for language, speech in self.speeches.items()}

    def change(self, change: Document, verdict: str) -> Said:
        """What would have come of another value of a fact."""
        return {language: self._change(change, verdict, speech) for language, speech in self.speeches.items()}

    def _summary(self, decision: Decision, speech: Speech) -> str:
        pick = speech.pick
        verdict = pick(*VERDICTS[decision.verdict.value]).capitalize()
        holds = [self._hold(each.reason, each.rule, speech) for each in decision.holds]
        why = pick("；", "; ").join(dict.fromkeys(holds))
        fired = len(decision.firings)
        counted = pick(f"命中规则 {fired} 条次。", f"{fired} {'firing' if fired == 1 else 'firings'} of rules.")
        return f"{verdict}{pick('：', ': ') if why else ''}{why}{pick('。', '. ')}{counted}"

    def _hold(self, reason: str, rule: str, speech: Speech) -> str:
        row = HOLD_REASONS.get(reason)
        said = speech.pick(row.zh, row.en) if row else reason
        title = self._title(rule, speech)
        return f"{said}{speech.pick(f'（{title}）', f' ({title})')}" if title else said

    def _title(self, rule_id: str, speech: Speech) -> str:
        """What a rule is called; nothing for the engine's own."""
        return "" if rule_id.startswith("engine.") else self.rulebook.rule(rule_id).title[speech.language]

    def _rule(self, rule: Rule, row: Document, speech: Speech) -> str:
        pick = speech.pick
        rows = zip(row["conditions"], nodes_in(rule.when), strict=False)  # none, where the stage was not reached
        conditions = [{**each, "node": node} for each, node in rows]
        said = f"{pick('「', '“')}{rule.title[speech.language]}{pick('」', '”')}{_subject(row['subject'], speech)}"
        said += pick("", " ") + pick(*OUTCOMES[row["outcome"]])
        if row["outcome"] == "not_considered":
            return f"{said}{pick('：', ': ')}{self._not_considered(rule, row['why_not'], speech)}{pick('。', '.')}"
        shown = decisive(conditions) if row["outcome"] == "fired" else to_blame(conditions)
        why = [_seen(each, speech) for each in shown[:_MOST_CONDITIONS]]
        if len(shown) > _MOST_CONDITIONS:
            more = len(shown) - _MOST_CONDITIONS
            why.append(pick(f"另有 {more} 个条件", f"and {more} more"))
        reason = pick("；", "; ").join(why) or pick("它没有条件", "it has no conditions")
        return f"{said}{pick('：', ': ')}{reason}{pick('。', '.')}"

    def _overruled(self, lost: Overruled, speech: Speech) -> str:
        asked, kept = (speech.effect(_effect_of(each)) for each in (lost.asked, lost.kept))
        title = self._title(lost.by, speech)
        return speech.pick(
            f"没有照做：{asked}。以规则「{title}」为准：{kept}。",
            f"Not followed: {asked}. “{title}” was followed: {kept}.",
        )

    def _not_considered(self, rule: Rule, why_not: str, speech: Speech) -> str:
        said = speech.pick(*WHY_NOT[why_not])
        if why_not != "outside_window" or rule.effective is None:
            return said
        start, end = ((each.isoformat() if each else "…") for each in (rule.effective.from_, rule.effective.until))
        return said + speech.pick(f"（{start} 至 {end}）", f" ({start} to {end})")

    def _change(self, change: Document, verdict: str, speech: Speech) -> str:
        pick = speech.pick
        fact = self.rulebook.catalogue[change["fact"]]
        label = pick(f"「{fact.zh}」", f"“{fact.en}”")
        if is_personal(fact.name) or fact.name in FREE_TEXT_FACTS:
            said = pick(f"如果{label}不是现在这样", f"Were {label} another")
        else:
            old, new = speech.value(change["from"], fact), speech.value(change["to"], fact)
            said = pick(f"如果{label}不是 {old} 而是 {new}", f"Were {label} {new} instead of {old}")
            if isinstance(change["to"], bool):  # there is only one other answer
                said = pick(f"如果{label}为 {new}", f"Were {label} {new}")
        title = self._title(change["rule"], speech)
        outcome = {
            "approve": pick("订单会通过", "it would be approved"),
            "hold": pick(f"结果仍是挂起（规则「{title}」会不同）", f"it would still be held (“{title}” would differ)"),
            "reject": pick(f"订单会被拒绝（规则「{title}」会不同）", f"it would be rejected (“{title}” would differ)"),
        }[verdict]
        return f"{said}{pick('，', ', ')}{outcome}{pick('。', '.')}"


def error_said(error: str) -> Said:
    """Why rules could not be judged, for the people who mend them; what is not known is told in English."""
    for pattern, zh in _ERRORS:
        found = re.fullmatch(pattern, error, re.DOTALL)
        if found:
            return {"zh": f"规则出错：{zh.format(*found.groups())}。", "en": f"Rule error: {error}."}
    return {"zh": f"规则出错：{error}。", "en": f"Rule error: {error}."}


def _effect_of(asked: Mapping[str, Any]) -> Effect:
    return Effect(asked["do"], {name: value for name, value in asked.items() if name != "do"})


def nodes_in(node: Node | None) -> Iterator[Node]:
    """What each row of an explanation is about, in their order: see `engine.matching.evaluate.trace`."""
    if node is None:
        return
    yield node
    if isinstance(node, Quantified):
        yield from (each for each in walk(node.where) if isinstance(each, Leaf))
    elif not isinstance(node, Leaf):
        for child in (node.of,) if isinstance(node, Not) else node.of:
            yield from nodes_in(child)


def decisive(conditions: Sequence[Document]) -> list[dict[str, Any]]:
    """The leaves that made a rule's condition come out as it did, in reading order; those inside quantifiers left out.

    `negated`: whether it was wanted not to hold; then `result` is that of "not". `depth` counts groups, but no "not".
    """
    return list(_decisive(conditions, 0, 0)) if conditions else []


def _decisive(rows: Sequence[Document], place: int, nots: int) -> Iterator[dict[str, Any]]:
    row, result = rows[place], rows[place]["result"]
    if row["fact"] is not None:
        negated = nots % 2 == 1
        held = not result if negated and result is not None else result
        yield {**row, "negated": negated, "result": held, "depth": row["depth"] - nots}
        return
    if row["joiner"] == "not":
        nots += 1
    for each in _members(rows, place):
        if _counts(row["joiner"], result, rows[each]["result"]):
            yield from _decisive(rows, each, nots)


def _counts(joiner: str, whole: bool | None, member: bool | None) -> bool:
    """Whether a member is why its group came out so."""
    if joiner == "any":
        return member is True if whole is True else member is not True
    return joiner == "not" or whole is True or member is not True


def _members(rows: Sequence[Document], place: int) -> Iterator[int]:
    """The places of a group's members."""
    depth = rows[place]["depth"]
    for each in range(place + 1, len(rows)):
        if rows[each]["depth"] <= depth:
            return
        if rows[each]["depth"] == depth + 1:
            yield each


def to_blame(conditions: Sequence[Document]) -> list[dict[str, Any]]:
    """Of a rule that did not fire: what kept it from it, nearest the top."""
    failed = decisive(conditions)
    highest = min((row["depth"] for row in failed), default=0)
    return [{**row, "depth": 0} for row in failed if row["depth"] == highest]


def as_row(row: Document) -> Any:
    """A row of an explanation as `Speech` takes it."""
    return SimpleNamespace(**row, is_=row["is"])


def _seen(row: Document, speech: Speech) -> str:
    """What a condition asked and saw."""
    told, pick = as_row(row), speech.pick
    other = row["wanted"]["fact"] if isinstance(row["wanted"], Mapping) and "fact" in row["wanted"] else None
    if is_personal(row["fact"]) or is_personal(other) or other in FREE_TEXT_FACTS:
        label = speech.label(row["fact"])
        return pick(f"「{label}」{speech.result(told)}（内容不列出）", f"“{label}” {speech.result(told)} (not shown)")
    said = speech.condition(row["node"]) if is_tally(told) else speech.wanted(told)
    said = pick(f"并非（{said}）", f"not ({said})") if row["negated"] else said
    if row["seen"] is None and row["result"] is None:
        return f"{said}{pick('（无数据）', ' (no data)')}"
    if row["fact"] in FREE_TEXT_FACTS or row["is"] in ("is_true", "is_false", "present", "absent"):
        return f"{said}{pick('：', ': ')}{speech.result(told)}"
    return f"{said}{pick('（实际 ', ' (seen ')}{speech.seen(told)}{pick('）', ')')}"


def _subject(subject: str, speech: Speech) -> str:
    about, _, code = subject.partition(":")
    if about == "order":
        return ""
    said = speech.pick(*_SUBJECTS.get(about, (about, about)))
    return speech.pick(f"（{said} {code}）".replace(" ）", "）"), f" ({f'{said} {code}'.strip()})")


def _names(reference: Reference) -> Mapping[str, Mapping[str, str]]:
    """By fact, what the world calls its codes."""
    warehouses = {code: each.name for code, each in reference.warehouses.items()}
    carriers = {code: each.name for code, each in reference.carriers.items()}
    services = {each.code: each.name for carrier in reference.carriers.values() for each in carrier.services}
    channels = {code: each.name for code, each in reference.channels.items()}
    return {
        "order.channel": channels, "order.wished_carrier": carriers, "order.pickup_store": warehouses,
        "warehouse.code": warehouses, "service.code": services, "service.carrier": carriers,
        "service.warehouse": warehouses, "shipment.warehouse": warehouses, "shipment.carrier": carriers,
        "shipment.service": services,
    }  # fmt: skip
