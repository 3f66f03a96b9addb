"""A decision and its explanation as lines of text, for a terminal: in Chinese or in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from engine.holds import HOLD_REASONS
from engine.language.effects import EFFECTS, EXCLUSION_LABELS, QUEUE_LABELS
from engine.language.rules import Effect, Rulebook
from engine.language.sentences import explain_row, sentence
from engine.telling import OUTCOMES, VERDICTS, WHY_NOT, as_row, to_blame

Document = Mapping[str, Any]

_WORDS: Mapping[str, tuple[str, str]] = {
    **VERDICTS,
    **OUTCOMES,
    **WHY_NOT,
    "candidates": ("候选仓与时效产品", "Warehouses and services considered"),
    "chosen": ("选中", "chosen"),
    "open": ("可用，未选", "open, not chosen"),
    "nearest": ("最小的改变", "Nearest change"),
    "backorder": ("缺货后补", "backordered"),
    "pickup": ("自提", "pickup"),
    "due": ("应处理于", "due"),
}
_MARKS = {"fired": "✓", "not_fired": "✗", "not_considered": "–"}


@dataclass(frozen=True, slots=True)
class Printer:
    """Says things in one language (zh | en)."""

    language: str
    rulebook: Rulebook
    list_titles: Mapping[str, Mapping[str, str]]

    def decision(self, decision: Document) -> Iterator[str]:
        """The verdict, then holds, flags, corrections, shipments and what is missing."""
        yield f"{decision['order_no']}: {decision['verdict']} {self._word(decision['verdict'])}"
        for hold in decision["holds"]:
            yield f"  {hold['reason']} {self._reason(hold['reason'])}{self._due(hold)} · {self._title(hold['rule'])}"
        for flag in decision["flags"]:
            yield f"  {flag['code']} {flag['message'][self.language]} · {flag['rule']}"
        for each in decision["corrections"]:
            yield f"  {each['kind']} {each['coupon'] or ''} ¥{each['discount_cents'] / 100:.2f} ({each['state']})"
        for each in decision.get("aliases", ()):
            yield f"  {each['line_no']}: {each['code']} → {each['sku']}"
        for each in decision.get("components", ()):
            yield f"  {each['of_line']} ({each['bundle']}) → {each['line_no']}: {each['sku']} × {each['quantity']}"
        for shipment in decision["shipments"]:
            yield f"  {self._shipment(shipment)}"
        for missing in decision["backorders"]:
            yield f"  {self._word('backorder')}: {missing['line_no']} × {missing['quantity']}"

    def explanation(self, explanation: Document) -> Iterator[str]:
        """The summary, every rule by stage, every candidate with what excluded it, and the nearest change."""
        yield ""
        yield explanation["summary"][self.language]
        for stage in explanation["stages"]:
            yield ""
            yield f"[{stage['stage']}]"
            for _, rows in groupby(stage["rules"], lambda row: (row["rule"], row["outcome"], row["why_not"])):
                yield from self._rule(list(rows))
        yield ""
        routing = explanation["routing"]
        yield f"[{self._word('candidates')}]" + (f" {routing['sentence'][self.language]}" if routing else "")
        yield from map(self._candidate, explanation["candidates"])
        if explanation["nearest"]:
            yield ""
            yield f"[{self._word('nearest')}]"
            yield from (f"  {each['sentence'][self.language]}" for each in explanation["nearest"])

    def _rule(self, rows: list[Document]) -> Iterator[str]:
        """One line a rule and outcome, however many subjects it judged; the conditions are those of the first."""
        first = rows[0]
        subjects = first["subject"] if len(rows) == 1 else f"{first['subject']} … ({len(rows)})"
        outcome = self._word(first["why_not"] or "fired")
        yield f"  {_MARKS[first['outcome']]} {self._title(first['rule'])} — {outcome}: {subjects}"
        if first["outcome"] == "fired":
            yield from (f"      {row}" for row in self._rows(first["conditions"]))
            yield from (f"      → {each}" for each in self._effects(first["rule"]))
            told = (each["sentence"][self.language] for row in rows for each in row["overruled"])
            yield from (f"      ! {each}" for each in dict.fromkeys(told))
        elif first["why_not"] == "conditions":
            yield from (f"      {row}" for row in self._rows(to_blame(first["conditions"])))

    def _rows(self, conditions: Iterable[Document]) -> Iterator[str]:
        for row in conditions:
            said = explain_row(as_row(row), self.rulebook.catalogue, self.language, self.list_titles)
            negated = self._pick(("并非：", "not: ")) if row.get("negated") else ""
            yield "  " * row["depth"] + negated + said

    def _effects(self, rule_id: str) -> Iterator[str]:
        for effect in self.rulebook.rule(rule_id).then:
            yield self._effect(effect)

    def _effect(self, effect: Effect) -> str:
        return sentence(effect, self.rulebook.catalogue, self.language, EFFECTS, self.list_titles)

    def _candidate(self, candidate: Document) -> str:
        reasons = [self._exclusion(each) for each in candidate["reasons"]]
        if candidate["lost"]:
            reasons = [candidate["lost"]["sentence"][self.language]]
        outcome = self._word("chosen" if candidate["chosen"] else "open") if not reasons else ", ".join(reasons)
        named = [
            candidate["code"],
            f"¥{candidate['cost_cents'] / 100:.2f}" if candidate["cost_cents"] is not None else "",
            f"{candidate['distance_km']} km" if candidate["distance_km"] is not None else "",
        ]
        indent = "    " if candidate["kind"] == "service" else "  "
        return f"{indent}{' '.join(filter(None, named))} — {outcome}"

    def _exclusion(self, exclusion: Document) -> str:
        label = self._pick(EXCLUSION_LABELS.get(exclusion["code"], (exclusion["code"],) * 2))
        numbers = ", ".join(f"{name} {value}" for name, value in exclusion["detail"].items() if value is not None)
        return f"{label} ({exclusion['rule'] or numbers})" if exclusion["rule"] or numbers else label

    def _shipment(self, shipment: Document) -> str:
        service = shipment["service"] or self._word("pickup")
        lines = ", ".join(f"{line['line_no']} × {line['quantity']}" for line in shipment["lines"])
        promised = f", {shipment['promised_on']}" if shipment["promised_on"] else ""
        return f"{shipment['warehouse']} → {service} ¥{shipment['freight_cents'] / 100:.2f}{promised}: {lines}"

    def _due(self, hold: Document) -> str:
        queue = self._pick(QUEUE_LABELS.get(hold["queue"], ("", ""))) if hold["queue"] else ""
        due = f"{self._word('due')} {hold['due_at']}" if hold["due_at"] else ""
        said = ", ".join(filter(None, (queue, due)))
        return f" ({said})" if said else ""

    def _title(self, rule_id: str) -> str:
        if rule_id.startswith("engine."):
            return rule_id
        return f"{self.rulebook.rule(rule_id).title[self.language]} ({rule_id})"

    def _reason(self, code: str) -> str:
        return self._pick((HOLD_REASONS[code].zh, HOLD_REASONS[code].en))

    def _word(self, name: str) -> str:
        return self._pick(_WORDS[name])

    def _pick(self, words: tuple[str, ...]) -> str:
        return words[0] if self.language == "zh" else words[1]
