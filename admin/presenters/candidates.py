"""The warehouses and services that could have shipped an order: who was chosen, how each did, what spoke against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin import amounts, dates, labels
from admin.languages import either
from admin.names import Names
from admin.presenters.rule_texts import RuleTexts
from admin.values import Reader, shown


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One warehouse or one service of a warehouse."""

    code: str
    name: str
    warehouse: str  # of a service: where it leaves from
    chosen: bool
    elsewhere: bool  # a service of a warehouse that ships nothing of this order
    rank: str
    cost: str
    distance: str
    available: str
    days: str
    lost: str  # why it was not chosen, where nothing excludes it
    excluded: tuple[tuple[str, str], ...]  # (what speaks against it, the numbers or the rule behind that)

    @property
    def state(self) -> str:
        """chosen, open (could have been) or out."""
        return "chosen" if self.chosen else "out" if self.excluded else "open"


def candidates(
    rows: Iterable[Mapping[str, Any]], kind: str, names: Names, texts: RuleTexts, currency: str
) -> list[CandidateView]:
    """The candidates of a kind (warehouse, service): the chosen, then those that could have been, then the rest.

    Services of warehouses that ship something come before those of warehouses that do not.
    """
    all_rows = list(rows)
    shipping = frozenset(row["code"] for row in all_rows if row["kind"] == "warehouse" and row["chosen"])
    views = [_view(row, names, texts, currency, shipping) for row in all_rows if row["kind"] == kind]
    return sorted(views, key=lambda view: (view.elsewhere, ("chosen", "open", "out").index(view.state)))


def routing(why: Mapping[str, Any]) -> str:
    """What shipping costs and what nearest first would have cost; empty where nothing was routed."""
    said = why["routing"]["sentence"] if why["routing"] else None
    return either((said["zh"], said["en"])) if said else ""


def _view(
    row: Mapping[str, Any], names: Names, texts: RuleTexts, currency: str, shipping: frozenset[str]
) -> CandidateView:
    first, _, service = row["code"].partition("/")
    return CandidateView(
        code=row["code"],
        name=names.service(service) if service else names.warehouse(first),
        warehouse=names.warehouse(first) if service else "",
        chosen=row["chosen"],
        elsewhere=bool(service and shipping and first not in shipping),
        rank=_number(row.get("rank")),
        cost=amounts.money(row.get("cost_cents"), currency),
        distance=f"{row['distance_km']:,} km" if row.get("distance_km") is not None else "",
        available=_number(row.get("available_units")),
        days=gettext("%(days)d 天", days=row["days"]) if row.get("days") is not None else "",
        lost=_lost(row["lost"], names) if row["lost"] else "",
        excluded=tuple(_exclusion(each, texts) for each in row["reasons"]),
    )


def _lost(lost: Mapping[str, Any], names: Names) -> str:
    """As the explanation says it; warehouses by name."""
    if lost["criterion"] == "warehouse":
        places = either(("、", ", ")).join(names.warehouse(code) for code in lost["chosen"])
        return gettext("由 %(places)s 发货", places=places)
    return either((lost["sentence"]["zh"], lost["sentence"]["en"]))


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _exclusion(reason: Mapping[str, Any], texts: RuleTexts) -> tuple[str, str]:
    behind = [_detail(name, value) for name, value in reason.get("detail", {}).items() if value is not None]
    if reason.get("rule"):
        behind.insert(0, texts.of(reason["rule"]).title)
    return labels.exclusion(reason["code"]), either(("，", ", ")).join(each for each in behind if each)


def _detail(name: str, value: Any) -> str:
    """A number behind an exclusion; one that has no words here is left out rather than shown raw."""
    said = _DETAILS.get(name)
    return said(value) if said else ""


def _attributes(codes: Any) -> str:
    return either(("、", ", ")).join(labels.attribute(code) for code in codes)


def _level(code: str) -> str:
    return shown("service.level", code, Reader())


_DETAILS: Mapping[str, Callable[[Any], str]] = {
    "wanted": lambda value: gettext("需要 %(units)d 件", units=value),
    "available": lambda value: gettext("可用 %(units)d 件", units=value),
    "assigned": lambda value: gettext("人工指定了 %(what)s", what=either(("、", ", ")).join(value)),
    "refused": lambda value: gettext("仓库拒单：%(reason)s", reason=value) if value else gettext("仓库拒单"),
    "lacks": lambda value: gettext("不具备 %(what)s", what=_attributes(value)),
    "channel": lambda value: gettext("不服务此渠道"),
    "pickup_store": lambda value: gettext("买家选择自提"),
    "kind": lambda value: gettext("门店不发快递") if value == "store" else "",
    "carrier": lambda value: gettext("承运商已停用"),
    "cutoff": lambda value: gettext("截单 %(time)s", time=value),
    "ships_on": lambda value: gettext("最早 %(day)s 发出", day=value),
    "ship_by": lambda value: gettext("须在 %(time)s 前发出", time=dates.minute(value)),
    "capacity": lambda value: gettext("日产能 %(units)d 单", units=value),
    "taken": lambda value: gettext("今日已排 %(units)d 单", units=value),
    "service_level": lambda value: gettext("要求 %(level)s", level=_level(value)),
    "level": lambda value: gettext("要求 %(level)s", level=_level(value)),
    "heaviest_g": lambda value: gettext("最重一件 %(weight)s", weight=amounts.weight(value)),
    "weight_g": lambda value: gettext("共 %(weight)s", weight=amounts.weight(value)),
    "max_weight_g": lambda value: gettext("限重 %(weight)s", weight=amounts.weight(value)),
    "days": lambda value: gettext("运输 %(days)d 天", days=value),
    "from_date": lambda value: gettext("自 %(day)s", day=value),
    "until_date": lambda value: gettext("至 %(day)s", day=value),
    **dict.fromkeys(("province", "city", "district", "town", "keyword", "note"), str),
}
