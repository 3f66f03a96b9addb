"""The rules of a stage as its people read them: sentences, what they do, whether and when they are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from admin import dates, labels
from admin.languages import either, language, said
from admin.names import Names
from admin.values import fact_label
from engine.language.effects import EFFECTS
from engine.language.rules import Effect, Rule, Rulebook, Ruleset, Table, Window
from engine.language.sentences import Speech
from engine.service.rule_activity import Hits

# What an effect does to an order, as a colour; the strongest of a rule's effects gives the rule its own.
EFFECT_TONES: Mapping[str, str] = {
    "reject": "bad",
    "hold": "warn",
    "exclude": "warn",
    "approve": "good",
    "flag": "info",
    "score": "busy",
    "drop_coupon": "busy",
    "apply_coupon": "busy",
    "require": "done",
    "prefer": "done",
    "pin": "done",
}
PURPOSES: Mapping[str, str] = {
    "intake": lazy_gettext("订单写得对不对：地址、电话、留言里的要求"),
    "payment": lazy_gettext("钱到了没有、金额对不对得上"),
    "coupon": lazy_gettext("优惠券用得对不对：叠加、漏用、赠品"),
    "fraud": lazy_gettext("是不是可疑：黑名单、大额、风险加分"),
    "audit": lazy_gettext("能不能放行：通过、限购、价格、何时下发"),
    "warehouse": lazy_gettext("从哪个仓发：排除、优先、能不能拆单"),
    "carrier": lazy_gettext("用哪家快递：派送范围、时效、指定快递"),
    "fulfilment": lazy_gettext("怎么拣怎么包：标签、作业指示、通知"),
    "tracking": lazy_gettext("路上出了什么事：停滞、退回、破损"),
    "aftersale": lazy_gettext("退货怎么办：通过、验货、退款"),
}
_STRENGTH = ("bad", "warn", "good", "busy", "info", "done", "quiet")


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that a rule does."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule, or a decision table, in the list of its stage."""

    id: str
    slug: str
    title: str
    why: str
    about: str  # empty for the order, which goes without saying
    condition: str  # empty: always
    doings: tuple[Doing, ...]
    tone: str
    priority: int
    enabled: bool
    window: str
    hits: Hits
    rows: int  # of a table; 0: it is a rule
    searched: str  # everything that a search looks at, lower case


@dataclass(frozen=True, slots=True)
class StageCard:
    """A stage on the overview."""

    code: str
    title: str
    purpose: str
    rules: int
    tables: int
    paused: int
    hits: Hits
    runs: bool  # the pipeline has it
    version: int | None
    changed_ago: str
    changed_exact: str
    changed_by: str
    note: str


class Entries:
    """Makes entries of one rulebook's rules, in the reader's language."""

    def __init__(self, rulebook: Rulebook, names: Names, hits: Mapping[str, Hits]):
        titles = {code: {language(): title} for code, title in names.lists.items()}
        self._speech = Speech(rulebook.catalogue, language(), EFFECTS, titles)
        self._hits = hits

    def of(self, ruleset: Ruleset) -> list[Entry]:
        """Rules and tables in the order in which they go."""
        judged: list[Rule | Table] = [*ruleset.rules, *ruleset.tables]
        return [self._entry(each) for each in sorted(judged, key=lambda each: (each.priority, each.id))]

    def _entry(self, each: Rule | Table) -> Entry:
        rows = each.rows if isinstance(each, Table) else ()
        effects = list(dict.fromkeys(effect.do for row in rows for effect in row.then))
        doings = self.doings(each.then) if isinstance(each, Rule) else _names_of(effects)
        condition = self._speech.condition(each.when) if isinstance(each, Rule) and each.when else ""
        title, why = said(each.title) or each.id, said(each.why)
        return Entry(
            id=each.id,
            slug=each.id.partition(".")[2],
            title=title,
            why=why,
            about="" if each.about == "order" else labels.word(labels.PARTS, each.about),
            condition=self._columns(rows) if rows else condition,
            doings=doings,
            tone=strongest(doings),
            priority=each.priority,
            enabled=each.enabled,
            window=window(each.effective),
            hits=self._hits.get(each.id, Hits()),
            rows=len(rows),
            searched=" ".join((each.id, title, why, condition, *(doing.text for doing in doings))).lower(),
        )

    def doings(self, effects: Iterable[Effect]) -> tuple[Doing, ...]:
        """What each effect does, in words."""
        return tuple(Doing(self._speech.effect(each), tone_of(each.do)) for each in effects)

    def _columns(self, rows: Iterable[Rule]) -> str:
        """What a table looks at."""
        names = dict.fromkeys(fact for row in rows for fact in sorted(row.facts))
        return either(("、", ", ")).join(fact_label(name, self._speech.catalogue) for name in names)


def tone_of(effect: str) -> str:
    """The colour of an effect."""
    return EFFECT_TONES.get(effect, "quiet")


def strongest(doings: Iterable[Doing]) -> str:
    """The colour of a rule."""
    return min((doing.tone for doing in doings), key=_STRENGTH.index, default="quiet")


def window(effective: Window | None) -> str:
    """`11-10 20:00 – 11-12 00:00`; open ends stay open."""
    if effective is None:
        return ""
    start, end = (dates.minute(each.isoformat()) if each else "" for each in (effective.from_, effective.until))
    return f"{start} – {end}".strip()


def cards(
    rulebook: Rulebook, hits: Mapping[str, Hits], latest: Mapping[str, Mapping[str, Any]], stages: Iterable[str]
) -> list[StageCard]:
    """The stages in the order in which they run; `latest` is the newest version of each."""
    return [_card(rulebook, rulebook.ruleset(stage), hits, latest.get(stage, {})) for stage in stages]


def _card(
    rulebook: Rulebook, ruleset: Ruleset, hits: Mapping[str, Hits], latest: Mapping[str, Any]
) -> StageCard:  # fmt: skip
    judged: list[Rule | Table] = [*ruleset.rules, *ruleset.tables]
    counted = [hits[each.id] for each in judged if each.id in hits]
    return StageCard(
        code=ruleset.stage,
        title=labels.word(labels.STAGES, ruleset.stage),
        purpose=str(PURPOSES.get(ruleset.stage, "")),
        rules=len(ruleset.rules),
        tables=len(ruleset.tables),
        paused=sum(not each.enabled for each in judged),
        hits=Hits(sum(each.day for each in counted), sum(each.week for each in counted)),
        runs=ruleset.stage in rulebook.pipeline.stages,
        version=latest.get("version"),
        changed_ago=dates.ago(latest.get("published_at")),
        changed_exact=dates.exact(latest.get("published_at")),
        changed_by=latest.get("published_by", ""),
        note=latest.get("note", ""),
    )


def _names_of(effects: Iterable[str]) -> tuple[Doing, ...]:
    return tuple(Doing(either((EFFECTS[each].zh, EFFECTS[each].en)), tone_of(each)) for each in effects)
