"""Why a candidate that nothing excluded was not chosen, in a few words of Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.routing.losing import Lost


def told(lost: Lost) -> dict[str, str]:
    """`{zh, en}`, such as "费用 ¥13.90，选中的 ¥8.30"."""
    zh, en = _WORDS[lost.criterion](lost.own, lost.chosen)
    return {"zh": zh, "en": en}


def told_of_all(cost_cents: int, shipments: int, least_cents: int | None, greedy: Any) -> dict[str, str]:
    """`{zh, en}`: what the chosen way costs, whether it is the best, and what nearest first would have cost."""
    zh, en = [f"共 {shipments} 包，{_yuan(cost_cents)}"], [f"{shipments} shipped for {_yuan(cost_cents)}"]
    if least_cents is not None:
        zh.append(f"搜索未穷尽，最优不低于 {_yuan(least_cents)}")
        en.append(f"the search was cut short, the best is not below {_yuan(least_cents)}")
    if greedy:
        zh.append(f"就近优先要 {greedy['shipments']} 包，{_yuan(greedy['cost_cents'])}")
        en.append(f"nearest first would take {greedy['shipments']} for {_yuan(greedy['cost_cents'])}")
    return {"zh": "；".join(zh), "en": "; ".join(en)}


def _compared(zh: str, en: str, value: Callable[[Any], str]) -> Callable[[Any, Any], tuple[str, str]]:
    def words(own: Any, chosen: Any) -> tuple[str, str]:
        return f"{zh} {value(own)}，选中的 {value(chosen)}", f"{en} {value(own)}, chosen {value(chosen)}"

    return words


def _yuan(cents: int) -> str:
    return f"¥{cents / 100:,.2f}"


def _plain(value: Any) -> str:
    return " + ".join(map(str, value)) if isinstance(value, list) else str(value)


def _shipments(own: int | None, chosen: int) -> tuple[str, str]:
    if own is None:
        return "凑不成允许的包裹数", "not possible in as few shipments as allowed"
    return f"要发 {own} 包，选中的 {chosen} 包", f"{own} shipments, chosen {chosen}"


_WORDS: Mapping[str, Callable[[Any, Any], tuple[str, str]]] = {
    "short": lambda own, chosen: (f"少发 {own - chosen} 件", f"{own - chosen} units fewer would ship"),
    "rules": _compared("规则名次", "rank by rules", _plain),
    "fewest_shipments": _shipments,
    "cost": _compared("费用", "cost", _yuan),
    "distance": _compared("距离", "distance", lambda km: f"{km:,} km"),
    "priority": _compared("仓库优先级", "warehouse priority", _plain),
    "most_stock": _compared("可用库存", "units available", lambda units: f"{-units:,}"),
    "code": lambda own, chosen: (f"条件相同，{_plain(chosen)} 编码在前", f"equal; {_plain(chosen)} is first by code"),
    "days": _compared("运输天数", "days in transit", _plain),
    "warehouse": lambda own, chosen: (f"由 {'、'.join(chosen)} 发货", f"shipped from {', '.join(chosen)}"),
    "wish": lambda own, chosen: (f"买家要 {chosen}", f"{chosen} was wished for"),
}
