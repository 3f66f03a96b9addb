"""What rules are made of: facts, effects, hold reasons and flags, with their names in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response

from api.answers import answer
from api.current import gatehouse, principal
from api.openapi import Routes
from engine import canonical
from engine.holds import FLAGS, HOLD_REASONS, QUEUES, SEVERITIES, HoldReason
from engine.language.effects import EFFECTS, EffectSpec
from engine.language.facts import STAGES, Catalogue, Fact

routes = Routes("catalogue", "What rules are made of.")


@routes.route("/catalogue", methods=["GET"])
@routes.gives(200, "Catalogue", "Facts, effects, hold reasons and flags, with their names in both languages.")
@routes.refuses(403)
def get_catalogue() -> Response:
    """What a rule may mention and do."""
    principal().require("viewer")
    return answer(catalogue(gatehouse().rulebooks.live().rulebook.catalogue))


def catalogue(facts: Catalogue) -> dict[str, Any]:
    """The catalogue as plain data, the facts that an admin declared among it."""
    return {
        "stages": list(STAGES),
        "queues": list(QUEUES),
        "severities": list(SEVERITIES),
        "facts": [_fact(each) for each in facts],
        "effects": [_effect(each) for each in EFFECTS.values()],
        "holds": [_hold(each) for each in HOLD_REASONS.values()],
        "flags": [{"code": code, "labels": {"zh": zh, "en": en}} for code, (zh, en) in FLAGS.items()],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "subject": fact.subject,
        "type": fact.type,
        "unit": fact.unit,
        "since": fact.since,
        "always": fact.always,
        "declared": fact.declared,
        "operators": list(fact.operators),
        "choices": _choices(fact.choices),
        "least": fact.least,
        "most": fact.most,
        "sample": canonical.dump(fact.sample),
        "labels": {"zh": fact.zh, "en": fact.en},
        "help": {"zh": fact.help_zh, "en": fact.help_en},
    }


def _effect(effect: EffectSpec) -> dict[str, Any]:
    params = [
        {
            "name": name,
            "type": param.type,
            "required": param.required,
            "choices": _choices(param.choices),
            "labels": {"zh": param.zh, "en": param.en},
        }
        for name, param in effect.params.items()
    ]
    return {
        "name": effect.name,
        "stages": canonical.dump(effect.stages),
        "about": canonical.dump(effect.about),
        "params": params,
        "labels": {"zh": effect.zh, "en": effect.en},
    }


def _hold(reason: HoldReason) -> dict[str, Any]:
    row = canonical.dump(reason)
    labels = {"zh": row.pop("zh"), "en": row.pop("en")}
    return {"reason": row.pop("code"), **row, "labels": labels}


def _choices(choices: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [{"value": value, "labels": {"zh": zh, "en": en}} for value, zh, en in choices]
