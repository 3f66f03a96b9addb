"""JSON Schemas of answers, read off the dataclasses that are dumped, so that the document cannot lag behind them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

from engine.decision import Candidate, Decision, Exclusion, Shipment
from engine.order import Order
from engine.preview import Side

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.date: {"type": "string", "format": "date"},
    types.NoneType: {"type": "null"},
    Any: {},
}


def schema_of(shape: Any) -> Schema:
    """The JSON Schema of what `engine.canonical.dump` makes of a value of that dataclass or type hint."""
    if shape in _PLAIN:
        return dict(_PLAIN[shape])
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [schema_of(each) for each in arguments]}
    if origin in (tuple, frozenset, list):
        return array(schema_of(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    if issubclass(shape, Enum):
        return {"type": "string", "enum": [each.value for each in shape]}
    return record(**_fields(shape))


def record(**fields: Schema) -> Schema:
    """An object that has all of these keys, and may get more in a later version."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def array(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    """That, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def page(items: Schema) -> Schema:
    """A page of a list."""
    return record(items=array(items), next_cursor=nullable(TEXT))


def _fields(shape: type) -> dict[str, Schema]:
    hints = typing.get_type_hints(shape)
    return {field.name: schema_of(hints[field.name]) for field in dataclasses.fields(shape)}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
OBJECT: Schema = {"type": "object"}
BOTH_LANGUAGES = record(zh=TEXT, en=TEXT)

ORDER_STATUSES = (
    "received", "awaiting_payment", "held", "approved", "released", "partially_shipped", "shipped", "delivered",
    "completed", "recalling", "cancelled", "rejected", "returned",
)  # fmt: skip


def _stored_order() -> Schema:
    asked = _fields(Order)
    del asked["channel"]
    return record(
        **asked,
        order_no={"type": "string", "description": "`<channel>.<channel_order_no>`"},
        channel=TEXT,
        status={"type": "string", "enum": list(ORDER_STATUSES)},
        received_at=INSTANT,
        decision_id=nullable(TEXT),
        release_at=nullable({**INSTANT, "description": "When it leaves for the warehouse."}),
    )


def _decision() -> Schema:
    fields = _fields(Decision)
    shown = (
        "id", "order_no", "verdict", "decided_at", "rulebook", "software", "holds", "flags", "corrections", "waivers",
        "risk_score", "payable_cents", "shipments", "backorders", "instructions",
    )  # fmt: skip
    status = {"type": "string", "enum": ["pending", "sent", "done", "retrying", "dead", "skipped"]}
    decision = record(
        **{**{name: fields[name] for name in shown}, "shipments": array(_shipment())},
        firings=array(record(stage=TEXT, rule=TEXT, subject=TEXT, effects=array(OBJECT))),
        actions=array(record(id=TEXT, type=TEXT, status=status)),
    )
    gifts = {**fields["gifts"], "description": "Lines that rules added; left out where there are none."}
    transfers = {**fields["transfers"], "description": "Goods brought to where it is picked up; left out likewise."}
    beside = {"gifts": gifts, "transfers": transfers, **_goods()}
    return {**decision, "properties": {**decision["properties"], **beside}}


def _shipment() -> Schema:
    """A shipment; `merged` is left out where it goes alone."""
    whole = record(**_fields(Shipment))
    return {**whole, "required": [name for name in whole["required"] if name != "merged"]}


def _merge() -> Schema:
    """What is in the parcel of a merge, and what it comes to."""
    saves = {"type": "integer", "description": "Freight and handling of the parcels that are not needed any more."}
    first = {"description": "The order that the parcel is of, then the others."}
    return record(order_nos={**array(TEXT), **first}, shipment_no=TEXT, freight_cents=NUMBER, saves_cents=saves)


def _goods() -> dict[str, Schema]:
    """What becomes of lines before anything is judged; left out of a decision where nothing does."""
    alias = record(line_no=TEXT, code={"type": "string", "description": "The channel's."}, sku=TEXT)
    component = record(
        line_no=TEXT, of_line={"type": "string", "description": "The line as ordered."}, bundle=TEXT, sku=TEXT,
        title=TEXT, quantity=NUMBER, unit_cents=NUMBER, discount_cents=NUMBER,
    )  # fmt: skip
    what = "What the order's bundles came apart into: these are reserved and shipped; left out where there is none."
    return {
        "aliases": {**array(alias), "description": "Lines whose code stands for one of our skus; left out likewise."},
        "components": {**array(component), "description": what},
    }


def _explanation() -> Schema:
    condition = record(
        depth={**NUMBER, "description": "How many groups it stands in; a group comes before its members."}, joiner=TEXT,
        fact=nullable(TEXT), **{"is": nullable(TEXT)}, wanted={}, seen={}, result=nullable(FLAG),
    )  # fmt: skip
    outcome = {"type": "string", "enum": ["fired", "not_fired", "not_considered"]}
    rule = record(rule=TEXT, title=BOTH_LANGUAGES, subject=TEXT, outcome=outcome, why_not=nullable(TEXT),
                  conditions=array(condition), sentence=BOTH_LANGUAGES)  # fmt: skip
    rule["properties"]["waived"] = {**FLAG, "description": "Of one that fired: a person's release takes its holds off."}
    effect = record(do=TEXT)
    in_vain = array(record(asked=effect, by=TEXT, kept=effect, sentence=BOTH_LANGUAGES))
    rule["properties"]["overruled"] = {
        **in_vain, "description": "Of one that fired: what it asked for in vain, because another rule was followed.",
    }  # fmt: skip
    lost = record(criterion=TEXT, own={}, chosen={}, sentence=BOTH_LANGUAGES)
    reasons = array(schema_of(Exclusion))
    candidate = {**_fields(Candidate), "excluded": array(TEXT), "reasons": reasons, "lost": nullable(lost)}
    whole = dict.fromkeys(("cost_cents", "shipments"), NUMBER)
    nearest_first = record(**whole, warehouses=array(TEXT))
    return record(
        summary=BOTH_LANGUAGES,
        error=nullable(BOTH_LANGUAGES),
        stages=array(record(stage=TEXT, reached=FLAG, rules=array(rule))),
        candidates=array(record(**candidate)),
        routing=nullable(record(**whole, exact=FLAG, least_cents=NUMBER, sentence=BOTH_LANGUAGES)),
        greedy=nullable({**nearest_first, "description": "What it would cost to take from the nearest place first."}),
        nearest=array(record(change=OBJECT, outcome=TEXT, sentence=BOTH_LANGUAGES)),
    )


def _summary() -> Schema:
    maybe, text = nullable(TEXT), TEXT
    return record(
        order_no=text, channel=text, channel_order_no=text, status=text, verdict=maybe, placed_at=INSTANT,
        received_at=INSTANT, payable_cents=NUMBER, currency=text, priority=text, buyer_name=maybe, receiver_name=maybe,
        receiver_phone=maybe, receiver_city=maybe, receiver_province=maybe, item_count=NUMBER,
        release_at=nullable(INSTANT), decision_id=maybe, holds=array(text),
        flags=array(record(code=text, severity=text)), warehouses=array(text),
        open_holds=array(record(reason=text, severity=text, due_at=nullable(INSTANT))),
    )  # fmt: skip


def _stock_movement() -> Schema:
    maybe = nullable(TEXT)
    return record(
        id=NUMBER, at=INSTANT, warehouse=TEXT, sku=TEXT, kind=TEXT, on_hand_change=NUMBER, reserved_change=NUMBER,
        on_hand=NUMBER, reserved=NUMBER, order_no=maybe, decision_id=maybe, adjustment_id=maybe, by=maybe, reason=TEXT,
        shipment_no=maybe, return_id=maybe,
    )  # fmt: skip


def _problem() -> Schema:
    one = record(
        path={"type": "string", "description": "Dotted, with indexes: `lines.0.quantity`. Empty: the document itself."},
        code={"type": "string", "description": "Such as `required`, `unknown-field`, `out-of-range`."},
        message={"type": "string", "description": "What would be right."},
    )
    finding = dict.fromkeys(("name", "severity", "rule"), TEXT) | {"suggestion": nullable(TEXT), "witness": OBJECT}
    one["properties"] |= {**finding, "texts": {**OBJECT, "description": "Message and suggestion by language."}}
    problem = record(type=TEXT, title=TEXT, status=NUMBER, code=TEXT, errors=array(one))
    stale = dict.fromkeys(("base_version", "live_version"), NUMBER) | dict.fromkeys(("current", "diff"), OBJECT)
    problem["properties"] |= {"detail": TEXT, **stale, "referring": array(OBJECT)}
    return problem


def _batch_line() -> Schema:
    line = record(line={"type": "integer", "description": "From 1."}, status={"type": "integer"})
    line["properties"] |= {"order_no": TEXT, "decision": ref("Decision"), "problem": ref("Problem")}
    return line


def _catalogue() -> Schema:
    labels = {"labels": BOTH_LANGUAGES}
    choices = array(record(value=TEXT, **labels))
    fact = record(name=TEXT, subject=TEXT, type=TEXT, unit=nullable(TEXT), since=TEXT, always=FLAG, declared=FLAG,
                  operators=array(TEXT), choices=choices, least=nullable(NUMBER), most=nullable(NUMBER),
                  help=BOTH_LANGUAGES, sample={}, **labels)  # fmt: skip
    param = record(name=TEXT, type=TEXT, required=FLAG, choices=choices, **labels)
    effect = record(name=TEXT, stages=nullable(array(TEXT)), about=nullable(array(TEXT)), params=array(param), **labels)
    hold = record(reason=TEXT, queue=nullable(TEXT), severity=TEXT, due_minutes=nullable(NUMBER), keeps_stock=FLAG,
                  released_by=nullable(TEXT), frees_stock_after_minutes=nullable(NUMBER), **labels)  # fmt: skip
    return record(
        stages=array(TEXT), queues=array(TEXT), severities=array(TEXT), facts=array(fact), effects=array(effect),
        holds=array(hold), flags=array(record(code=TEXT, **labels)),
    )  # fmt: skip


def _version(**more: Schema) -> Schema:
    state = {"type": "string", "enum": ["live", "scheduled", "superseded"]}
    return record(
        version=NUMBER, state=state, digest=TEXT, published_at=INSTANT, published_by=TEXT, note=TEXT, **more
    )


_BALANCE: Mapping[str, Schema] = {
    "warehouse": TEXT, "sku": TEXT, "on_hand": NUMBER, "reserved": NUMBER, "safety_stock": NUMBER, "available": NUMBER,
    "channel_shares": {"type": "object", "additionalProperties": NUMBER},
}  # fmt: skip


def _shortfall() -> Schema:
    return record(
        units={"type": "integer", "description": "Promised, and not there; 0: enough is there."},
        order_nos={**array(TEXT), "description": "Orders decided again because they lose units, placed last first."},
        released_units={"type": "integer", "description": "Of the units, those on their way out already."},
    )


def _draft_fields() -> dict[str, Schema]:
    states = ["draft", "checked", "in_review", "approved", "scheduled", "published", "discarded"]
    return dict(
        id=TEXT, stage=TEXT, note=TEXT, base_version=NUMBER, live_version=NUMBER, author=TEXT, editors=array(TEXT),
        state={"type": "string", "enum": states}, revision=NUMBER, created_at=INSTANT,
        updated_at=INSTANT, updated_by=TEXT, approved_by=nullable(TEXT), publish_at=nullable(INSTANT),
        version=nullable({**NUMBER, "description": "That it is published as, or will be."}),
    )  # fmt: skip


def _draft() -> Schema:
    """A draft is its document with what there is to say of the draft beside it; an unfinished one may lack the note."""
    findings = nullable({**array(ref("Finding")), "description": "Of the last check; null: changed since."})
    fields = {**_draft_fields(), "findings": findings}
    draft = record(**fields)
    draft["required"].remove("note")
    draft["properties"] |= {"note": {}, "rules": {}, "tables": {}}
    draft["description"] = "Beside `rules` and `tables` of a stage there may be what the pipeline or the facts hold."
    draft["additionalProperties"] = True
    return draft


def _draft_document() -> Schema:
    said = "`{stage, note, rules, tables}`; for pipeline and facts what these hold. It need not be valid."
    based = {**NUMBER, "minimum": 0, "description": "The version that it is made from; left out: as before, or live."}
    return {"type": "object", "description": said, "properties": {"base_version": based}}


def _finding() -> Schema:
    severity = {"type": "string", "enum": ["error", "warning"]}
    both = record(zh=TEXT, en=TEXT)
    return record(
        name=TEXT, severity=severity, path=TEXT, rule={**TEXT, "description": "Its id; empty where it is not known."},
        message=both, suggestion=nullable(both), witness={**OBJECT, "description": "Facts that show it."},
    )  # fmt: skip


def _preview_status() -> Schema:
    asked = record(draft=nullable(TEXT), stages=array(TEXT), channel=nullable(TEXT), days=NUMBER, until=INSTANT,
                   **{"from": INSTANT})  # fmt: skip
    return record(
        id=TEXT, state={"type": "string", "enum": ["queued", "running", "done", "cancelled", "failed"]}, asked=asked,
        by=TEXT, created_at=INSTANT, ended_at=nullable(INSTANT), done=NUMBER, total=NUMBER, error=nullable(TEXT),
        orders_per_s=nullable(NUMBER),
    )  # fmt: skip


def _preview() -> Schema:
    counts = {"type": "object", "additionalProperties": NUMBER}
    both = array({**NUMBER, "description": "As live, then as by the draft."})
    side = _fields(Side)
    top = record(
        order_no=TEXT, decision_id=TEXT, channel=TEXT, currency=TEXT, payable_cents=NUMBER, live=record(**side),
        draft=record(**side),
    )  # fmt: skip
    impact = record(
        orders=NUMBER, changed=NUMBER, verdicts=counts, holds={"type": "object", "additionalProperties": both},
        warehouses=counts, services=counts, freight_cents=both, splits=both, backordered=both,
        channels={"type": "object", "additionalProperties": record(orders=NUMBER, changed=NUMBER, verdicts=counts)},
        top=array(top),
    )  # fmt: skip
    return record(**_preview_status()["properties"], impact=impact)


def _redecided() -> Schema:
    would = record(verdict=TEXT, holds=array(TEXT))
    answer = record(
        dry_run=FLAG,
        matched={**NUMBER, "description": "Held orders for one of the reasons, by the rule."},
        left_out={**NUMBER, "description": "Of these, held for what only an approver may lift."},
    )
    answer["properties"] |= {
        "tried": {**NUMBER, "description": "Of a dry run: how many it decided, first placed first."},
        "would": record(approve=NUMBER, hold=NUMBER, reject=NUMBER),
        "sample": array(record(order_no=TEXT, holds=array(TEXT), would=would)),
        "marked": {**NUMBER, "description": "How many are being decided again."},
    }
    return answer


def _diff() -> Schema:
    field = record(path=TEXT, before={}, after={})
    said = nullable(BOTH_LANGUAGES)
    side = nullable(record(sentence=said, document={}))
    row = nullable(record(row=NUMBER, cells={}, sentence=said))
    change = {"type": "string", "enum": ["added", "removed", "changed"]}
    kind = {"type": "string", "enum": ["rule", "table", "fact"]}
    member = record(
        kind=kind, id=TEXT, title=said, before=side, after=side, fields=array(field),
        rows=array(record(change=change, before=row, after=row)),
    )  # fmt: skip
    return record(
        stage=TEXT, **{"from": TEXT}, to=TEXT, identical=FLAG,
        fields=array(field), added=array(member), removed=array(member), changed=array(member),
        reordered={"type": "object", "additionalProperties": record(before=array(TEXT), after=array(TEXT))},
    )  # fmt: skip


SCHEMAS: Mapping[str, Schema] = {
    "Problem": _problem(),
    "StoredOrder": _stored_order(),
    "Decision": _decision(),
    "Explanation": _explanation(),
    "OrderAndDecision": record(order=ref("StoredOrder"), decision=nullable(ref("Decision"))),
    "OrderAccepted": record(order=ref("StoredOrder"), status_url=TEXT),
    "ManualAnswer": record(order=ref("StoredOrder"), decision=ref("Decision")),
    "MergeAnswer": record(order=ref("StoredOrder"), decision=ref("Decision"), merge=_merge()),
    "EventAnswer": record(
        order=ref("StoredOrder"), decision=nullable(ref("Decision")), applied=FLAG, why_not=nullable(TEXT)
    ),
    "VendorEventAnswer": record(
        order_no=TEXT, shipment_no=TEXT, status=TEXT, applied=FLAG, why_not=nullable(TEXT)
    ),
    "OrderChanges": record(items=array(ref("OrderSummary")), next_cursor=TEXT),
    "Reconciled": record(missing=array(TEXT), unknown=array(TEXT)),
    "DryRun": record(decision=ref("Decision"), explanation=ref("Explanation")),
    "OrderSummary": _summary(),
    "OrderPage": page(ref("OrderSummary")),
    "BatchLine": _batch_line(),
    "Replay": record(
        identical=FLAG,
        differences=array(record(path=TEXT, was={}, **{"is": {}})),
        software=record(was=TEXT, **{"is": TEXT}),
    ),
    "StockRow": record(
        **_BALANCE, shortfall={"type": "integer", "description": "Units promised and not there."}
    ),
    "StockAdjusted": record(**_BALANCE, adjustment_id=TEXT, shortfall=_shortfall()),
    "StockPage": page(ref("StockRow")),
    "StockMovement": _stock_movement(),
    "StockLedger": page(ref("StockMovement")),
    "Catalogue": _catalogue(),
    "RulesetVersions": page(_version()),
    "RulesetVersionWhole": _version(document=OBJECT),
    "DraftDocument": _draft_document(),
    "Draft": _draft(),
    "Drafts": page(record(**_draft_fields())),
    "DraftChecked": record(draft=ref("Draft"), findings=array(ref("Finding"))),
    "DraftHistory": page(record(at=INSTANT, by=TEXT, action=TEXT, details=nullable(OBJECT))),
    "Finding": _finding(),
    "Redecided": _redecided(),
    "Preview": _preview(),
    "Previews": page(_preview_status()),
    "PreviewStarted": record(id=TEXT, status_url=TEXT),
    "PreviewOrder": record(live=OBJECT, draft=ref("Decision"), explanation=ref("Explanation")),
    "RulesetDiff": _diff(),
}
