"""An order under a draft beside the same order under what is live, and why one rule fired or did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from admin import amounts, labels
from admin.presenters import explanation
from admin.presenters.effects import flag_texts
from admin.presenters.rule_readings import shown_condition
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.subjects import line_titles
from admin.presenters.tries import nearest
from admin.values import Reader
from engine.demo.orders import Sample

_MOST = 12  # rows of a table that fired, each about something


def compared(
    live: Mapping[str, Any], draft: Mapping[str, Any], rule: str, texts: RuleTexts, order: Mapping[str, Any],
    reader: Reader,
) -> dict[str, Any]:  # fmt: skip
    """`{live, draft, rule, more}`: both results, and by subject what the rule, or the rows of the table, saw under the
    draft; of a table the rows that fired, else those that came nearest, and how many are left out."""
    decided = draft["decision"]
    titles = line_titles(order["lines"], lambda sku: sku)
    stages = explanation.stages(draft["explanation"], decided["firings"], texts, titles, reader)
    found = [each for stage in stages for each in stage.rules if each.id.partition("#")[0] == rule]
    judged = [_judged(one, int(each.id.partition("#")[2] or 0)) for each in found for one in each.judged]
    told = _of_table(judged) if any(each["row"] for each in judged) else judged
    results = {"live": _result(live["decision"]), "draft": _result(decided)}
    return {**results, "rule": told, "more": len(judged) - len(told)}


def choices(found: Iterable[Mapping[str, Any]], samples: Iterable[Sample], said: Any) -> list[dict[str, str]]:
    """Orders to try: those that came last, then the samples."""
    rows = [{"value": each["order_no"], "label": each["order_no"], "note": _note(each)} for each in found]
    known = {each["value"] for each in rows}
    for sample in samples:
        order_no = f"{sample.channel}.{sample.document['channel_order_no']}"
        if order_no not in known:
            rows.append({"value": order_no, "label": order_no, "note": said(sample.name)})
    return rows


def _note(summary: Mapping[str, Any]) -> str:
    verdict = labels.look(labels.VERDICTS, summary["verdict"]).text if summary["verdict"] else ""
    holds = [labels.hold(reason).text for reason in summary["holds"]]
    amount = amounts.money(summary["payable_cents"], summary["currency"])
    return " · ".join(each for each in (amount, verdict, *holds) if each)


def _result(decision: Mapping[str, Any]) -> dict[str, Any]:
    verdict = labels.look(labels.VERDICTS, decision["verdict"])
    holds = dict.fromkeys(labels.hold(each["reason"], each["severity"]) for each in decision["holds"])
    return {
        "verdict": {"text": verdict.text, "tone": verdict.tone},
        "holds": [{"text": each.text, "tone": each.tone} for each in holds],
        "flags": [{"text": each.text, "tone": each.tone} for each in flag_texts(decision["flags"])],
    }


def _of_table(judged: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of what rows judged: where they fired, else where they came nearest."""
    fired = [each for each in judged if each["fired"]]
    return fired[:_MOST] or nearest([each for each in judged if each["conditions"]]) or [{**judged[0], "row": 0}]


def _judged(view: explanation.JudgedView, row: int) -> dict[str, Any]:
    return {
        "row": row,
        "fired": view.outcome.code == "fired",
        "subject": "" if view.about == "order" else view.subject,
        "outcome": {"text": view.outcome.text, "tone": view.outcome.tone},
        "why_not": view.why_not,
        "conditions": [shown_condition(each) for each in view.conditions],
    }
