"""What would have to be otherwise for a held order to pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from admin.languages import said


def changes(nearest: Iterable[Mapping[str, Any]]) -> list[str]:
    """The changes as sentences, those that lead to approval first; the same one is said once."""
    ordered = sorted(nearest, key=lambda each: each["outcome"] != "approve")
    return list(dict.fromkeys(said(each["sentence"]) for each in ordered))
