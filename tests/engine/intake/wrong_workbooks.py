"""Wrong workbooks: cells of one table that hold something else, the cell that is told, and what is said of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

TABLE: dict[str, Any] = {
    "id": "intake.t", "title": {"zh": "表", "en": "Table"}, "why": "x", "hit": "first",
    "inputs": [
        {"fact": "order.payable_cents", "is": "between"},  # A
        {"fact": "order.service_level", "is": "in"},
        {"fact": "order.remark", "is": "contains_any"},
        {"fact": "order.invoice_wanted"},  # D
        {"fact": "order.currency", "is": "eq"},
        {"fact": "order.deliver_on", "is": "gte"},
        {"fact": "order.item_count", "is": "eq"},
    ],
    "outputs": [{"do": "require", "carrier": "text"}, {"do": "set_priority", "priority": "choice"}],  # H, I
    "rows": [["-", "-", "-", "-", "-", "-", "-", "SF", "urgent"]],  # line 3 of the sheet
}  # fmt: skip
WORKBOOKS: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({"A3": "many"}, "A3", "must be a range", None),
    ({"A3": "1..x"}, "A3", "must be an amount in yuan", None),
    ({"A3": "9..1"}, "A3", "the lowest must not be above the highest", "swap"),
    ({"A3": 12.5}, "A3", "must be a range", None),
    ({"A3": 5}, "A3", "must be a range", None),
    ({"A3": "1.234..5"}, "A3", "must be an amount in yuan", None),
    ({"A3": "=1+1"}, "A3", "must not be a formula", "paste its value"),
    ({"A3": dt.datetime(2026, 11, 11)}, "A3", "is a date or time", "format the cell as text"),
    ({"A3": "1..2..3"}, "A3", "must be an amount in yuan", None),
    ({"B3": "standrad"}, "B3", "must be one of", "standard"),
    ({"B3": "standard, nextday"}, "B3", "must be one of", "next_day"),
    ({"B3": 1}, "B3", "is a number; it must be text", "format the cell as text"),
    ({"B3": "standard,,next_day"}, "B3", "must be values with commas between them", None),
    ({"B3": "[]"}, "B3", "must not be empty", None),
    ({"C3": 100000}, "C3", "is a number; it must be text", "format the cell as text"),
    ({"C3": '"加急'}, "C3", "must be values with commas between them", None),
    ({"C3": '{"list": '}, "C3", "must be JSON", None),
    ({"C3": '{"list": "wish-urgnt"}'}, "C3", "there is no list", "wish-urgent"),
    ({"C3": '{"file": "x"}'}, "C3", "is not a field here; known are list", None),
    ({"D3": "maybe"}, "D3", "must be true or false", None),
    ({"D3": 7}, "D3", "must be true, false or -", None),
    ({"E3": 1}, "E3", "is a number; it must be text", "format the cell as text"),
    ({"E3": dt.date(2026, 11, 11)}, "E3", "is a date or time", "format the cell as text"),
    ({"F3": "11.11.2026"}, "F3", "must be a date", None),
    ({"F3": "2026-02-30"}, "F3", "must be a date", None),
    ({"F3": 20261111}, "F3", "must be a date", None),
    ({"F3": dt.datetime(2026, 11, 11, 8)}, "F3", "is a date or time", "format the cell as text"),
    ({"G3": "one"}, "G3", "must be a whole number", None),
    ({"G3": 1.5}, "G3", "must be a whole number", None),
    ({"H3": 5}, "H3", "is a number; it must be text", "format the cell as text"),
    ({"H3": '{"fact": "order.remrk"}'}, "H3", "there is no fact", "order.remark"),
    ({"I3": "soon"}, "I3", "must be one of normal, urgent", None),
    ({"I3": "urgnet"}, "I3", "must be one of normal, urgent", "urgent"),
    ({"I3": "=IF(A3>0,1,2)"}, "I3", "must not be a formula", "paste its value"),
    ({"H3": "-", "I3": "-"}, "A3", "has no effect", None),
    ({"A2": "order.payable between"}, "A2", "there is no column", "order.payable_cents between"),
    ({"J2": "order.payable_cents between (yuan)"}, "J2", "is already column A", None),
    ({"A2": "order.payable_cents between", "A1": "Payable"}, "A2", "does not say whether", "(yuan)"),
    ({"J3": "stray"}, "J2", "names no column", None),
]
