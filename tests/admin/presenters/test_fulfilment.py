"""What workers are asked to do, as the order's page lists it."""

from __future__ import annotations

from admin.presenters.fulfilment import actions
from admin.values import Reader

WEBHOOK = {
    "id": "a", "type": "webhook", "status": "dead", "attempt": 1, "error": "webhook crm answered 400", "done_at": None,
    "retry_at": None, "sent_at": "2026-11-11T10:30:00+08:00", "not_before": None,
    "payload": {"name": "crm", "order_no": "jd.1", "stage": "audit", "rule": "audit.tell-crm"},
}  # fmt: skip


def test_a_webhook_is_shown_by_its_name_which_people_gave(reading):
    for code, type_, status in (("zh_CN", "回调外部系统", "失败"), ("en", "Call webhook", "Failed")):
        with reading(code):
            (shown,) = actions([WEBHOOK], Reader())
            assert (shown.type, shown.about, shown.ours) == (type_, "crm", False)
            assert (shown.status.text, shown.error) == (status, "webhook crm answered 400")
