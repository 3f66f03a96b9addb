"""What a rule judged, in words: the order, its second line, a service from a warehouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from admin import labels
from admin.names import Names


def subject_label(subject: str, names: Names, titles: Mapping[str, str]) -> str:
    """`line:2` as `第 2 行 洗衣液`; `titles` are the lines' by number."""
    about, _, code = subject.partition(":")
    if about == "line" and code:
        return gettext("第 %(no)s 行 %(title)s", no=code, title=titles.get(code, "")).strip()
    if about == "warehouse" and code:
        return names.warehouse(code)
    if about == "service" and code:
        warehouse, _, service = code.partition("/")
        return f"{names.warehouse(warehouse)} → {names.service(service)}"
    if about == "coupon_pair" and code:
        return code.replace("+", " + ")
    part = labels.word(labels.PARTS, about)
    return f"{part} {code}".strip()


def all_lines(order: Mapping[str, Any], decision: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The lines of an order under our skus, those that its bundles came apart into, and gifts."""
    ours = {each["line_no"]: each["sku"] for each in (decision or {}).get("aliases", ())}
    ordered = [{**line, "sku": ours.get(line["line_no"], line["sku"])} for line in order["lines"]]
    return [*ordered, *(decision or {}).get("components", ()), *(decision or {}).get("gifts", ())]


def line_titles(lines: Sequence[Mapping[str, Any]], sku_title: Callable[[str], str]) -> dict[str, str]:
    """What each line of an order, or gift, is, by line number: as the channel calls it, else as the catalogue does."""
    return {line["line_no"]: line.get("title") or sku_title(line["sku"]) or line["sku"] for line in lines}
