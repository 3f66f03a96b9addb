"""Where a rule document is being read, and the problems found in it so far."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.errors import Problem
from engine.language.facts import ATTRIBUTES, STAGES, Catalogue, Fact
from engine.language.values import did_you_mean

# Facts of another subject that a rule may use beside its own and the order's.
ALSO_IN_SCOPE: Mapping[str, tuple[str, ...]] = {"service": ("shipment.weight_g", "shipment.units")}
# The first stage in which there is such a thing to judge or count; the others are there from the start.
SINCE: Mapping[str, str] = {
    "warehouse": "warehouse",
    "service": "carrier",
    "shipment": "fulfilment",
    "return": "aftersale",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    file: str
    line: int


Places = Mapping[str, Place]  # by dotted path of the document


@dataclass(frozen=True)
class Context:
    """What a rule of a stage about a subject may say. Readers add to `problems` and go on."""

    catalogue: Catalogue
    effects: Mapping[str, Any]  # name: EffectSpec
    lists: Collection[str] | None = None  # codes of the lists there are; None: not known, so not checked
    stage: str = "intake"
    about: str = "order"
    places: Places = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def judging(self, about: str) -> Context:
        """The same document, now in a rule about another subject."""
        return replace(self, about=about)

    def place(self, path: str) -> Place | None:
        """The place of a path or of the nearest thing around it."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path)

    def problem(self, path: str, code: str, message: str, suggestion: str | None = None) -> None:
        """Notes that something is wrong."""
        place = self.place(path)
        self.problems.append(
            Problem(path, code, message, place.line if place else None, suggestion, place.file if place else None)
        )

    def fields(
        self, document: Any, path: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> Mapping[str, Any] | None:
        """The document, if it is an object; its missing and unknown fields are noted."""
        if not isinstance(document, Mapping):
            self.problem(path, "invalid-type", "must be an object")
            return None
        known = [*required, *optional]
        for name in document:
            if name not in known:
                self.problem(
                    f"{path}.{name}" if path else str(name),
                    "unknown-field",
                    f"is not a field here; known are {', '.join(known)}",
                    did_you_mean(name, known),
                )
        missing = [name for name in required if document.get(name) is None]
        for name in missing:
            self.problem(f"{path}.{name}" if path else name, "required", "is required")
        return document

    def items(self, value: Any, path: str, empty_ok: bool = False) -> list[Any] | None:
        """The value, if it is a list (with something in it)."""
        if not isinstance(value, (list, tuple)):
            scalar = isinstance(value, (str, int)) and not isinstance(value, bool) and len(str(value)) <= 40
            self.problem(path, "invalid-type", "must be a list", f"for example [{value}]" if scalar else None)
            return None
        if not value and not empty_ok:
            self.problem(path, "empty-group", "must not be empty")
            return None
        return list(value)

    def choice(self, value: Any, path: str, known: Collection[str]) -> str | None:
        """The value, if it is one of the known names."""
        if isinstance(value, str) and value in known:
            return value
        self.problem(path, "not-a-choice", f"must be one of {', '.join(known)}", did_you_mean(value, known))
        return None

    def fact(self, name: Any, path: str, part: str | None = None) -> Fact | None:
        """The fact of that name, if a rule may use it here; `part`: inside a quantifier over these."""
        if not isinstance(name, str) or name not in self.catalogue:
            self.problem(path, "unknown-fact", f"there is no fact {name!r}", self._nearest_fact(name))
            return None
        fact = self.catalogue[name]
        if not self.in_scope(fact, part):
            self.problem(path, "out-of-scope", self._scope_message(fact, part), self._scope_hint(fact, part))
            return None
        if STAGES.index(fact.since) > STAGES.index(self.stage):
            self.problem(
                path, "later-stage", f"{name} is not known before stage {fact.since}; this rule runs in {self.stage}",
                f"move the rule to {fact.since}",
            )  # fmt: skip
            return None
        return fact

    def subject(self, value: Any, path: str, known: Collection[str]) -> str | None:
        """The value, if it is a subject that this stage knows."""
        subject = self.choice(value, path, known)
        since = SINCE.get(subject or "", self.stage)
        if STAGES.index(since) > STAGES.index(self.stage):
            said = f"there is no {subject} before stage {since}; this rule runs in {self.stage}"
            self.problem(path, "later-stage", said, f"move the rule to {since}")
            return None
        return subject

    def in_scope(self, fact: Fact, part: str | None = None) -> bool:
        """Whether a rule about this subject, or a condition over one of its parts, may use the fact."""
        if part is not None and fact.subject == part:
            return True
        return fact.subject in ("order", self.about) or fact.name in ALSO_IN_SCOPE.get(self.about, ())

    def named_list(self, code: Any, path: str) -> str | None:
        """The code of a list, if there is one."""
        if not isinstance(code, str) or not code:
            self.problem(path, "invalid-type", "must be the code of a list")
            return None
        if self.lists is not None and code not in self.lists:
            self.problem(path, "unknown-list", f"there is no list {code!r}", did_you_mean(code, self.lists))
            return None
        return code

    def _nearest_fact(self, name: object) -> str | None:
        for fact in self.catalogue:
            if name in (fact.zh, fact.en):
                return f"did you mean {fact.name}?"
        usable = [fact.name for fact in self.catalogue if self.in_scope(fact)]
        if isinstance(name, str) and name.startswith(ATTRIBUTES):
            return self._nearest_declared(name)
        return did_you_mean(name, usable) or did_you_mean(name, self.catalogue.facts)

    def _nearest_declared(self, name: str) -> str:
        keys = [fact.name.removeprefix(ATTRIBUTES) for fact in self.catalogue if fact.declared]
        near = difflib.get_close_matches(name.removeprefix(ATTRIBUTES), keys, n=1)
        return f"did you mean {ATTRIBUTES}{near[0]}?" if near else "declare it among the facts"

    def _scope_message(self, fact: Fact, part: str | None) -> str:
        inside = f" over each {part}" if part else ""
        return f"{fact.name} is a fact of a {fact.subject}; this condition{inside} is in a rule about {self.about}"

    def _scope_hint(self, fact: Fact, part: str | None) -> str | None:
        if part is None and fact.subject in ("line", "coupon", "warehouse", "service", "shipment"):
            return f"say about: {fact.subject}, or ask for {{some: {fact.subject}, where: …}}"
        return None
