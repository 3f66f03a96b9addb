"""Every error that Gatehouse raises on purpose, by who must act on it.

Shortage, hold and reject are values of a decision, never exceptions. Nothing here knows HTTP.
"""

from __future__ import annotations

import math
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LONGEST_CHAIN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document, and where."""

    path: str  # dotted with indexes: "lines.0.quantity"; "" is the document itself
    code: str  # kebab-case, from the contract: "required", "out-of-range", …
    message: str  # what would be right, in a sentence
    line: int | None = None  # 1-based line of a file, where there is one
    suggestion: str | None = None  # "did you mean receiver.province?"
    file: str | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        said = f"{self.path or '(document)'}: {self.message}"
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"{where}: {said}{hint}" if where else f"{said}{hint}"


class GatehouseError(Exception):
    """Something went wrong that Gatehouse knows how to name."""

    code = "gatehouse-error"

    def __init__(self, message: str | None = None):
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.message)


class ProblemsError(GatehouseError):
    """A document has problems; all of them are listed."""

    def __init__(self, problems: Sequence[Problem], message: str | None = None):
        self.problems = tuple(problems)
        super().__init__(message)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class OrderError(ProblemsError):
    """The order, or another document that a caller sent, cannot be accepted as it is."""

    code = "invalid-document"


class MalformedJson(GatehouseError):
    """The body cannot be read as JSON."""

    code = "malformed-json"

    def __init__(self, message: str, code: str = "malformed-json"):
        super().__init__(message)
        self.problem = Problem(path="", code=code, message=message)


class TooLarge(GatehouseError):
    """The body is larger than is taken here."""

    code = "too-large"


class RulebookError(ProblemsError):
    """A rule, table, list or pipeline is not valid as written."""

    code = "invalid-rulebook"


class RulesRefused(RulebookError):
    """The rules are valid as written, but what they say must not go live."""

    code = "rules-refused"

    def __init__(self, problems: Sequence[Problem], findings: Sequence[Any] = ()):
        self.findings = tuple(findings)  # engine.analysis.Finding, with the facts that show each
        super().__init__(problems)


class NotFound(GatehouseError):
    """There is nothing with that name here."""

    code = "not-found"


class Conflict(GatehouseError):
    """That clashes with what is already stored."""

    code = "conflict"


class OrderChanged(Conflict):
    """The order number is known, with other content."""

    code = "order-changed"


class StockTaken(Conflict):
    """Stock that the decision counted on was taken by another order in the meantime."""

    code = "stock-taken"


class NotMergeable(Conflict):
    """The orders may not go in one parcel."""

    code = "not-mergeable"


class Outdated(Conflict):
    """What an order was decided with has changed in the meantime; it is decided again."""

    code = "outdated"


class Overtaken(Conflict):
    """Other rules were published meanwhile."""

    code = "overtaken"


class StaleBase(Conflict):
    """The version that this started from is no longer the live one."""

    code = "stale-base"

    def __init__(self, message: str, details: Mapping[str, Any]):
        super().__init__(message)
        self.details = details  # what was published meanwhile


class DraftChanged(GatehouseError):
    """Somebody else has saved it meanwhile."""

    code = "draft-changed"

    def __init__(self, message: str, details: Mapping[str, Any]):
        super().__init__(message)
        self.details = details  # what they saved, and how what was sent differs from it


class NoRevision(GatehouseError):
    """It must be said which revision this changes."""

    code = "revision-required"


class Unauthorized(GatehouseError):
    """No valid key, token or session came with the request."""

    code = "unauthorized"


class Forbidden(GatehouseError):
    """The caller is known but may not do that."""

    code = "forbidden"


class TooFast(GatehouseError):
    """That is more than anybody may send in a minute."""

    code = "too-fast"

    def __init__(self, wait_s: float):
        self.retry_after_s = max(1, math.ceil(wait_s))
        super().__init__(f"wait {self.retry_after_s} s")


class Busy(GatehouseError):
    """The database is busy or does not answer; the same request again, a little later, may succeed."""

    code = "busy"


class MatcherError(GatehouseError):
    """The rules could not be evaluated; the order is held as RULE_ERROR."""

    code = "matcher-error"


class VendorError(GatehouseError):
    """A system outside (warehouse, carrier, notice) did not do what was asked."""

    code = "vendor-error"


class VendorUnavailable(VendorError):
    """The outside system did not answer; asking again later may work."""

    code = "vendor-unavailable"


class VendorRejected(VendorError):
    """The outside system refused; a person has to look."""

    code = "vendor-rejected"


def traced(error: BaseException) -> dict[str, list[str]]:
    """What a log may tell of an error: the kinds of it and of what led to it, and its frames.

    No messages: those of a database quote the values that it did not like.
    """
    chain: list[BaseException] = []
    next_one: BaseException | None = error
    while next_one is not None and len(chain) < _LONGEST_CHAIN:
        chain.append(next_one)
        next_one = next_one.__cause__ or next_one.__context__
    frames = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)]
    return {"error": [f"{type(each).__module__}.{type(each).__qualname__}" for each in chain], "frames": frames}
