"""What a shop's rules become when those that are shipped have changed: the changes, laid over what the shop made of
them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MEMBERS = {"rules": "id", "tables": "id", "facts": "name"}  # lists whose members are known by a name


def upgraded(
    base: Mapping[str, Any], shipped: Mapping[str, Any], live: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The live document with what changed from `base` to `shipped`, and what was left alone because the shop has
    changed it too: ids of rules, names of facts and fields. All three are valid documents."""
    made, kept = dict(live), []
    for name in {**base, **shipped}:
        if name in _MEMBERS:
            members, left = _members(*(_named(each.get(name), _MEMBERS[name]) for each in (base, shipped, live)))
            made[name] = members
            kept += left
        elif base.get(name) != shipped.get(name):
            if live.get(name) in (base.get(name), shipped.get(name)):
                made[name] = shipped.get(name)
            else:
                kept.append(name)
    return {name: each for name, each in made.items() if each is not None}, kept


def _named(members: Any, key: str) -> dict[str, Any]:
    return {each[key]: each for each in members or ()}


def _members(
    base: Mapping[str, Any], shipped: Mapping[str, Any], live: Mapping[str, Any]
) -> tuple[list[Any], list[str]]:
    """The live members in their order, new ones behind them."""
    made, kept = [], []
    for name in [*live, *(each for each in shipped if each not in live)]:
        was, is_, own = base.get(name), shipped.get(name), live.get(name)
        if is_ == was or own == is_:
            found = own  # not changed, or taken already
        elif own == was:
            found = is_
        else:
            found = own
            kept.append(name)
        if found is not None:
            made.append(found)
    return made, kept
