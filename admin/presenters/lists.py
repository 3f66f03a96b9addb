"""Lists as people look at them: how long, who asks them, what changed last, and what a change would come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates, labels
from admin.languages import either, said
from engine.language.mentions import Mentioning
from engine.service.lists import Held
from engine.service.masking import is_personal_list

_SHOWN = 8  # items of a change that are spelled out


@dataclass(frozen=True, slots=True)
class User:
    """A rule that asks a list."""

    id: str
    stage: str
    stage_name: str
    title: str
    is_table: bool
    enabled: bool
    orders: int = 0  # that it holds now


@dataclass(frozen=True, slots=True)
class Row:
    """A list among all."""

    code: str
    title: str
    personal: bool
    items: int
    users: tuple[User, ...]
    by: str  # who changed it last; empty: nobody yet
    ago: str
    exact: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of its history."""

    exact: str
    ago: str
    by: str
    added: str  # the first of them
    removed: str
    added_count: int
    removed_count: int
    is_new: bool
    is_gone: bool


def rows(
    documents: Iterable[Mapping[str, Any]], used: Mapping[str, list[Mentioning]],
    newest: Mapping[str, Mapping[str, Any]],
) -> list[Row]:  # fmt: skip
    """Lines of the overview."""
    return [_row(each, used.get(each["code"], []), newest.get(each["code"])) for each in documents]


def users(held: Iterable[Held]) -> list[User]:
    """The rules that ask a list, with what they hold."""
    return [_user(each.rule, each.orders) for each in held]


def history(entries: Iterable[Mapping[str, Any]]) -> list[Change]:
    """What changed, newest first."""
    return [
        Change(
            exact=dates.exact(each["at"]),
            ago=dates.ago(each["at"]),
            by=each["by"],
            added=_first(each["added"]),
            removed=_first(each["removed"]),
            added_count=len(each["added"]),
            removed_count=len(each["removed"]),
            is_new=each["is_new"],
            is_gone=each["action"] == "lists.delete",
        )
        for each in entries
    ]


def _first(items: list[str]) -> str:
    """The first of some items in a sentence."""
    joined = either(("、", ", ")).join(items[:_SHOWN])
    return f"{joined} …" if len(items) > _SHOWN else joined


def _row(document: Mapping[str, Any], rules: list[Mentioning], newest: Mapping[str, Any] | None) -> Row:
    return Row(
        code=document["code"],
        title=said(document["title"]),
        personal=is_personal_list(document),
        items=len(document["items"]),
        users=tuple(_user(rule) for rule in rules),
        by=newest["by"] if newest else "",
        ago=dates.ago(newest["at"]) if newest else "",
        exact=dates.exact(newest["at"]) if newest else "",
    )


def _user(rule: Mentioning, orders: int = 0) -> User:
    stage_name = str(labels.word(labels.STAGES, rule.stage))
    return User(rule.id, rule.stage, stage_name, said(rule.title), rule.is_table, rule.enabled, orders)
