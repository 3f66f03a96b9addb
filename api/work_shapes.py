"""JSON Schemas of what people work through: tasks, the exception pool, the outbox."""

from __future__ import annotations

from collections.abc import Mapping

from api.shapes import (
    BOTH_LANGUAGES,
    FLAG,
    INSTANT,
    NUMBER,
    OBJECT,
    ORDER_STATUSES,
    TEXT,
    Schema,
    array,
    nullable,
    page,
    record,
    ref,
)
from engine.decision import Verdict
from engine.service.principals import ROLES
from engine.tasks import OUTCOMES

VERDICTS = tuple(each.value for each in Verdict)
TASK_STATUSES = ("open", "done", "dropped")
ACTION_STATUSES = ("pending", "sent", "done", "retrying", "dead", "skipped")
ACTION_TYPES = (
    "outbound", "waybill", "notify", "task", "refund", "webhook", "channel_confirm", "cancel_outbound", "void_waybill",
    "transfer", "capture",
)  # fmt: skip
_MAYBE = nullable(TEXT)
_LATER = nullable(INSTANT)
_COUNTS = {"type": "object", "additionalProperties": NUMBER}


def _choice(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _task() -> dict[str, Schema]:
    return {
        "id": TEXT, "order_no": TEXT, "channel": TEXT, "stage": _MAYBE, "rule": _MAYBE, "subject": _MAYBE,
        "queue": TEXT, "title": BOTH_LANGUAGES, "status": _choice(*TASK_STATUSES), "due_at": _LATER,
        "opened_at": INSTANT, "tries": {**NUMBER, "description": "Calls nobody answered."},
        "outcome": nullable(_choice(*OUTCOMES)), "note": TEXT, "done_at": _LATER, "done_by": _MAYBE,
    }  # fmt: skip


def _task_whole() -> Schema:
    answer = record(outcome=_choice(*OUTCOMES), note=TEXT, by=TEXT, at=INSTANT)
    lifts = {**array(TEXT), "description": "Reasons of the holds that `confirmed` takes off."}
    return record(**_task(), answers=array(answer), lifts=lifts)


def _exception() -> Schema:
    hold = record(
        reason=TEXT, queue=_MAYBE, severity=TEXT, rule=TEXT, due_at=_LATER, until=_LATER, opened_at=INSTANT,
        seen={**OBJECT, "description": "What the rule saw, by fact."},
        note={**_MAYBE, "description": "What somebody wrote who held it by hand."},
    )  # fmt: skip
    flag = record(code=TEXT, severity=TEXT, rule=TEXT, message=BOTH_LANGUAGES, opened_at=INSTANT)
    return record(
        order_no=TEXT, channel=TEXT, channel_order_no=TEXT, status=_choice(*ORDER_STATUSES), priority=TEXT,
        ship_by={**_LATER, "description": "When it must have left: the platform's word, else two days after paying."},
        placed_at=INSTANT, received_at=INSTANT, release_at=_LATER, payable_cents=NUMBER, currency=TEXT,
        buyer_name=_MAYBE, receiver_name=_MAYBE, receiver_phone=_MAYBE, receiver_province=_MAYBE, receiver_city=_MAYBE,
        decision_id=_MAYBE, due_at={**_LATER, "description": "The first that is due of its holds."},
        holds=array(hold), flags=array(flag),
    )  # fmt: skip


def _exceptions() -> Schema:
    counts = record(orders=NUMBER, urgent=NUMBER, overdue=NUMBER, queues=_COUNTS, reasons=_COUNTS)
    listed = page(ref("Exception"))
    listed["properties"]["counts"] = {**counts, "description": "Orders of the whole pool, whatever the filters."}
    return {**listed, "required": [*listed["required"], "counts"]}


def _action() -> Schema:
    return record(
        id=TEXT, order_no=TEXT, decision_id=TEXT, type=TEXT, payload=OBJECT, not_before=_LATER,
        status=_choice(*ACTION_STATUSES), attempt=NUMBER, sent_at=_LATER, retry_at=_LATER, done_at=_LATER,
        receipt=nullable(OBJECT), error=_MAYBE, after={**array(TEXT), "description": "Ids that are done first."},
    )  # fmt: skip


def _imported() -> Schema:
    item = record(code=TEXT, change=_choice("created", "changed"), fields=array(TEXT))
    return record(dry_run=FLAG, created=NUMBER, changed=NUMBER, unchanged=NUMBER, items=array(item))


def _firing() -> Schema:
    return record(
        at=INSTANT, order_no=TEXT, channel=TEXT, stage=TEXT,
        rule={**TEXT, "description": "A rule, or a row of a table: `carrier.by-weight#3`."},
        subject={**TEXT, "description": "What it judged: `order`, `line:1`, `warehouse:SH1` …"},
        verdict={**_choice(*VERDICTS), "description": "Of the whole decision."},
        waived={**FLAG, "description": "Its holds were taken off by a person's release."},
        effects=array(OBJECT), seen={**OBJECT, "description": "What the rule saw, by fact."}, decision_id=TEXT,
        rulebook={**TEXT, "description": "Digest of the rules that decided."},
        currency={**TEXT, "description": "The order's, of amounts that were seen."},
    )  # fmt: skip


WORK_SCHEMAS: Mapping[str, Schema] = {
    "Task": record(**_task()),
    "TaskPage": page(ref("Task")),
    "TaskWhole": _task_whole(),
    "TaskAnswered": record(task=ref("TaskWhole"), order=ref("StoredOrder"), decision=nullable(ref("Decision"))),
    "Exception": _exception(),
    "ExceptionPage": _exceptions(),
    "Firing": _firing(),
    "FiringPage": page(ref("Firing")),
    "Action": _action(),
    "ActionPage": page(ref("Action")),
    "User": record(username=TEXT, roles=array(_choice(*ROLES)), signed_in_at=_LATER),
    "UserPage": page(ref("User")),
    "Imported": _imported(),
    "AuditEntry": record(id=NUMBER, at=INSTANT, by=TEXT, action=TEXT, what=TEXT, before={}, after={}),
    "AuditPage": page(ref("AuditEntry")),
}
