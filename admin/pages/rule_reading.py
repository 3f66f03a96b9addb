"""What the rule editor's scripts ask while a rule is written: the sentence, the problems, how a try comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext
from flask_login import login_required

from admin.languages import said
from admin.names import names_of
from admin.pages.rule_drafts import lists_by_code
from admin.pages.rules import known
from admin.presenters import bench
from admin.presenters.known_values import known_values
from admin.presenters.rule_readings import Readings
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.tries import Tries
from admin.sessions import signed_in
from admin.values import Reader
from admin.wiring import gatehouse, now
from engine.demo.orders import Sample, sample_orders
from engine.errors import NotFound, OrderError, RulebookError
from engine.intake.bodies import read_json
from engine.language.values import NotValid, instant

_MOST_RULES = 500  # read at once
_RECENT = 25
_ORDER_OURS = ("order_no", "channel", "status", "received_at", "decision_id", "release_at")  # not of its document


def add_to(blueprint: Blueprint) -> None:
    """Put these on the console."""
    blueprint.add_url_rule("/rules/<stage>/read", view_func=read_rules, methods=["POST"])
    blueprint.add_url_rule("/rules/<stage>/try", view_func=try_rule, methods=["POST"])
    blueprint.add_url_rule("/rules/<stage>/bench", view_func=bench_rule, methods=["POST"])
    blueprint.add_url_rule("/rule-bench/orders", view_func=bench_orders)
    blueprint.add_url_rule("/rule-bench/values", view_func=rule_values)


@login_required
def read_rules(stage: str) -> Response:
    """`{rules: [document…]}` -> `{rules: [reading…]}`, see `Readings.of`."""
    asked = _asked()
    rules = asked.get("rules")
    reading = _readings(stage)
    return jsonify(rules=[reading.of(each) for each in (rules if isinstance(rules, list) else [])[:_MOST_RULES]])


@login_required
def try_rule(stage: str) -> Response:
    """`{rule, facts, at}`, the rule or a table -> `{fires, judged, note, problems}`, see `Tries.of`."""
    asked = _asked()
    tries = Tries(known(stage), lists_by_code(), _reader())
    return jsonify(tries.of(asked.get("rule"), asked.get("facts"), instant_of(asked.get("at"))))


@login_required
def bench_rule(stage: str) -> Response:
    """`{document, rule, order_no, at}` -> `{live, draft, rule, more}`: the order by what is live, and by the draft.

    With `at` it is as if the order was placed, and is judged, then. `{problem}` where the draft cannot be judged yet.
    """
    signed_in().require("editor")
    asked = _asked()
    document, channel = _order(str(asked.get("order_no") or ""))
    at = instant_of(asked.get("at"))
    if at:
        document = {**document, "placed_at": at.isoformat()}
    try:
        compiled = gatehouse().rulebooks.with_changes({known(stage): asked.get("document")})
    except RulebookError:
        return jsonify(problem=gettext("草稿还没写完，写完后再试。"))
    try:
        draft = gatehouse().orders.dry_run(document, channel, compiled, at)
        live = gatehouse().orders.dry_run(document, channel, None, at)
    except OrderError as error:
        return jsonify(problem=str(error.problems[0]))
    finally:
        compiled.judge.close()
    texts, rule = RuleTexts(compiled.rulebook), str(asked.get("rule"))
    reader = Reader(names_of(gatehouse()), document["currency"], compiled.rulebook.catalogue)
    return jsonify(bench.compared(live, draft, rule, texts, document, reader))


@login_required
def bench_orders() -> Response:
    """`{orders: [{value, label, note}]}`: which orders can be tried."""
    signed_in().require("editor")
    found = gatehouse().orders.search({}, None, _RECENT)["items"]
    return jsonify(orders=bench.choices(found, _samples(), said))


@login_required
def rule_values() -> Response:
    """`{values: [{value, label, note}]}` that are known for `?fact=`."""
    return jsonify(values=known_values(request.args.get("fact", ""), gatehouse(), names_of(gatehouse())))


def _readings(stage: str) -> Readings:
    return Readings(known(stage), gatehouse().rulebooks.live().rulebook.catalogue, lists_by_code())


def _reader() -> Reader:
    return Reader(names_of(gatehouse()), catalogue=gatehouse().rulebooks.live().rulebook.catalogue)


def instant_of(text: Any) -> dt.datetime | None:
    """The instant of the bench's clock; None where it stands at none."""
    try:
        return instant(text)
    except NotValid:
        return None


def _asked() -> Mapping[str, Any]:
    """The object that the script sent. Raises OrderError, MalformedJson."""
    document = read_json(request.get_data())
    return document if isinstance(document, Mapping) else {}


def _order(order_no: str) -> tuple[dict[str, Any], str]:
    """The document and the channel of an order, or of a sample. Raises NotFound."""
    try:
        stored = gatehouse().orders.order(order_no)
    except NotFound:
        sample = next((each for each in _samples() if order_no == _number(each)), None)
        if sample is None:
            raise
        return {"currency": "CNY", **sample.document}, sample.channel
    return {name: value for name, value in stored.items() if name not in _ORDER_OURS}, stored["channel"]


def _samples() -> list[Sample]:
    return sample_orders(now())


def _number(sample: Sample) -> str:
    return f"{sample.channel}.{sample.document['channel_order_no']}"
