"""What people decided about an order, and what they may decide now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import dates, labels
from admin.labels import Look
from admin.names import Names
from engine.holds import HOLD_REASONS
from engine.service.permitted import permits
from engine.service.principals import Principal

# Kind: its icon, whether it ends or undoes something, and what to know before.
_OFFERED: Mapping[str, tuple[str, bool, str]] = {
    "hold": ("pause-circle-fill", False, lazy_gettext("订单停在这里，直到有人放行。库存继续预占。")),
    "return_to_audit": (
        "arrow-counterclockwise", False,
        lazy_gettext("订单回到审单并挂起。已下发的发货单会先请仓库截单，仓库答复前显示“截单中”。"),
    ),
    "reassign": (
        "signpost-split", False,
        lazy_gettext("改由指定的仓库或快递发货。指定的地方发不了时订单会挂起，不会改走别处。"),
    ),
    "unassign": (
        "arrow-counterclockwise", False,
        lazy_gettext("撤销此订单的全部改派，仓库和快递重新由规则和费用来选。"),
    ),
    "adjust": ("pencil", False, lazy_gettext("改这一行的件数，0 表示去掉这一行。已付款的差额记作调整，并请财务退款。")),
    "swap": ("arrow-repeat", False, lazy_gettext("这一行换成另一个商品，价格不变。")),
    "ship": ("truck", False, lazy_gettext("已用自己的面单发出：不再通知仓库和快递，平台和买家会收到单号。")),
    "cancel": ("x-circle-fill", True, lazy_gettext("释放库存，已付款的请财务退款。已下发的发货单会先请仓库截单。")),
    "reject": ("slash-circle", True, lazy_gettext("不发货。释放库存，已付款的请财务退款。")),
}  # fmt: skip
_TITLES: Mapping[str, str] = {
    "hold": lazy_gettext("挂起"),
    "return_to_audit": lazy_gettext("退回审单"),
    "reassign": lazy_gettext("改派仓库或快递"),
    "unassign": lazy_gettext("撤销改派"),
    "adjust": lazy_gettext("改数量"),
    "swap": lazy_gettext("换商品"),
    "ship": lazy_gettext("手工发货"),
    "cancel": lazy_gettext("取消订单"),
    "reject": lazy_gettext("拒绝订单"),
}
_LEFT = ("shipped", "signed", "lost", "damaged", "returned")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that this reader may decide about the order now."""

    kind: str
    title: str
    icon: str
    grave: bool  # ends the order
    hint: str


def offers(status: str, by: Principal, reassigned: bool = False) -> list[Offer]:
    """What may be decided, the grave ones last. `reassigned`: people chose where it ships from, or with what."""
    if not by.may("ops"):
        return []
    return [
        Offer(kind, str(_TITLES[kind]), icon, grave, str(hint))
        for kind, (icon, grave, hint) in _OFFERED.items()
        if permits(kind, status) and (kind != "unassign" or reassigned)
    ]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the dialogs let one choose from: (value, text)."""

    reasons: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    warehouses: tuple[tuple[str, str], ...]
    services: tuple[tuple[str, str], ...]
    shipments: tuple[tuple[str, str], ...]


def choices(
    stored: Mapping[str, Any], decision: Mapping[str, Any] | None, titles: Mapping[str, str], names: Names
) -> Choices:
    return Choices(
        reasons=tuple(_reasons()),
        lines=tuple(
            (each["line_no"], f"{titles.get(each['line_no'], each['sku'])} × {each['quantity']}")
            for each in stored["lines"]
        ),
        warehouses=tuple(sorted(names.warehouses.items())),
        services=tuple(sorted(names.services.items())),
        shipments=tuple(
            (each["shipment_no"], f"{names.warehouse(each['warehouse'])} · {each['shipment_no']}")
            for each in (decision["shipments"] if decision else ())
            if each["carrier"] and each["status"] not in _LEFT
        ),
    )


def _reasons() -> Iterable[tuple[str, str]]:
    """The holds that a person may put on, their own first."""
    yield "MANUAL", labels.hold("MANUAL").text
    for row in HOLD_REASONS.values():
        if row.code != "MANUAL" and row.released_by is not None and row.frees_stock_after_minutes is None:
            yield row.code, labels.hold(row.code).text


@dataclass(frozen=True, slots=True)
class Said:
    """What a person decided that still counts."""

    look: Look
    text: str  # in our words
    by: str
    exact: str
    note: str  # in theirs


def still_counts(changes: Mapping[str, Any], titles: Mapping[str, str], names: Names) -> list[Said]:
    """The cancellation, open holds and assignments of an order."""
    found = []
    ended = changes["cancellation"]
    if ended:
        look = Look(gettext("已拒绝") if ended["rejected"] else gettext("已取消"), "bad")
        found.append(_said(look, "", ended, ended["reason"]))
    found += [_said(labels.hold(each["reason"]), "", each, each["note"]) for each in changes["manual_holds"]]
    for each in changes["assignments"]:
        what = titles.get(each["line_no"] or "", "") or gettext("整单")
        places = filter(None, (names.warehouse(each["warehouse"]), names.service(each["service"])))
        found.append(_said(Look(gettext("改派"), "info"), f"{what} → {' · '.join(places)}", each, each["reason"]))
    return found


def _said(look: Look, text: str, row: Mapping[str, Any], note: str) -> Said:
    return Said(look, text, row["by"], dates.exact(row["at"]), note)


def recalls(actions: Iterable[Mapping[str, Any]]) -> dict[str, Look]:
    """By shipment, how asking its warehouse to stop it stands; those that nobody asks back are left out."""
    found = {}
    for each in actions:
        if each["type"] != "cancel_outbound":
            continue
        answered = each["receipt"] if each["status"] == "done" else None
        if answered is None:
            found[each["payload"]["shipment_no"]] = Look(gettext("截单中"), "warn")
        elif not answered.get("stopped"):
            found[each["payload"]["shipment_no"]] = Look(gettext("仓库无法截单"), "bad")
    return found
