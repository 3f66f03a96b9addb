"""Ruleset documents, and folders of them, to a checked rulebook. All problems are raised at once, with path and hint.

A folder holds `pipeline.yaml`, `facts.yaml` (the facts that an admin declared), `lists/*.yaml` and one folder a stage
with one rule or table a file. There `_ruleset.yaml` may hold the ruleset's note, and the order of its rules where it is
not that of the files' names.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine import canonical
from engine.errors import Problem, RulebookError
from engine.language import strict_yaml
from engine.language.context import Context, Place, Places
from engine.language.declared import FACTS, read_declarations
from engine.language.facts import STAGES, Catalogue
from engine.language.rule_documents import read_rule
from engine.language.rules import Declarations, Pipeline, Rule, Rulebook, Ruleset, Table
from engine.language.tables import read_table
from engine.language.tags import refuse_circles
from engine.language.values import NotValid, did_you_mean, text

PIPELINE = "pipeline"
OF_RULESET = "_ruleset"  # the file that says what is of a whole ruleset
TRIGGERS = (
    "order_received",
    "payment_updated",
    "order_changed",
    "stock_short",
    "shipment_updated",
    "return_requested",
    "timer",
)
PREFERENCES = ("rules", "fewest_shipments", "cost", "distance", "priority", "most_stock", "code")  # of engine.routing
_LIST_FIELDS = ("code", "title", "kind", "items")


@dataclass(frozen=True)
class Folder:
    """What a folder of rules says, unchecked but for the lists."""

    documents: Mapping[str, Any]  # ruleset document by stage, "pipeline", and "facts" where there are any
    lists: Mapping[str, Mapping[str, Any]]  # {code, title, kind, items} by code
    places: Mapping[str, Places] = field(default_factory=dict)  # where it is written, by key of `documents`

    @property
    def rulesets(self) -> dict[str, Any]:
        """The ruleset documents by stage."""
        return {stage: document for stage, document in self.documents.items() if stage not in (PIPELINE, FACTS)}

    @property
    def pipeline(self) -> Any:
        """The pipeline's document."""
        return self.documents.get(PIPELINE)

    def place(self, path: str) -> Place | None:
        """The file and line of a path that starts with the stage: fraud.rules.3.when, or of the nearest around it."""
        stage, _, inside = path.partition(".")
        places = self.places.get(stage, {})
        while inside and inside not in places:
            inside = inside.rpartition(".")[0]
        return places.get(inside)


def load_ruleset(
    document: Any, catalogue: Catalogue, effects: Mapping[str, Any],
    lists: Collection[str] | None = None, places: Places | None = None,
) -> Ruleset:  # fmt: skip
    """The ruleset that {stage, note, rules, tables} states. `lists` None: codes of lists are not checked.

    Raises RulebookError with every problem.
    """
    context = Context(catalogue, effects, lists, places=places or {})
    ruleset = _ruleset(document, context)
    if ruleset is None or context.problems:
        raise RulebookError(context.problems)
    return ruleset


def load_pipeline(document: Any, places: Places | None = None) -> Pipeline:
    """The pipeline that {stages, preference, triggers} states. Raises RulebookError with every problem."""
    context = Context(Catalogue(()), {}, places=places or {})
    pipeline = _pipeline(document, context)
    if pipeline is None or context.problems:
        raise RulebookError(context.problems)
    return pipeline


def load_rulebook(
    documents: Mapping[str, Any], catalogue: Catalogue, effects: Mapping[str, Any],
    lists: Collection[str] | None = None, places: Mapping[str, Places] | None = None,
) -> Rulebook:  # fmt: skip
    """The rulebook of the ruleset documents by stage, the one called "pipeline" and, where there is one, "facts".

    Raises RulebookError with every problem; paths start with the stage.
    """
    problems: list[Problem] = []
    rulesets: dict[str, Ruleset] = {}
    pipeline = None
    declared = _declared(documents, (places or {}).get(FACTS), problems)
    known = Catalogue((*catalogue, *declared.facts)) if declared else catalogue
    for name, document in documents.items():
        where = (places or {}).get(name)
        try:
            if name == PIPELINE:
                pipeline = load_pipeline(document, where)
            elif name != FACTS:
                named = {"stage": name, **document} if isinstance(document, Mapping) else document
                rulesets[name] = load_ruleset(named, known, effects, lists, where)
                _refuse_other_stage(name, rulesets[name])
        except RulebookError as error:
            problems.extend(_under(name, problem) for problem in error.problems)
    if PIPELINE not in documents:
        problems.append(Problem(PIPELINE, "required", "there is no pipeline"))
    if problems or pipeline is None:
        raise RulebookError(problems)
    return Rulebook(pipeline, rulesets, declared, known)


def read_folder(path: str | os.PathLike[str]) -> Folder:
    """The documents of a folder of rules. Raises RulebookError for what is not YAML or stands in the wrong place."""
    root = Path(path)
    reader = _FolderReader(root)
    documents: dict[str, Any] = {stage: reader.ruleset(stage) for stage in STAGES if (root / stage).is_dir()}
    for name in (PIPELINE, FACTS):
        if (root / f"{name}.yaml").is_file():
            documents[name] = reader.single(name)
    lists = reader.lists()
    reader.refuse_strangers()
    if reader.problems:
        raise RulebookError(reader.problems)
    return Folder(documents, lists, reader.places)


def read_rulebook(
    path: str | os.PathLike[str], catalogue: Catalogue, effects: Mapping[str, Any]
) -> tuple[Rulebook, Mapping[str, Mapping[str, Any]]]:
    """The checked rulebook of a folder, and its list documents by code. Raises RulebookError with file and line."""
    folder = read_folder(path)
    return load_rulebook(folder.documents, catalogue, effects, folder.lists, folder.places), folder.lists


def load_list(document: Any, path: str = "", context: Context | None = None) -> Mapping[str, Any]:
    """A checked list document {code, title, kind, items}.

    Raises RulebookError, unless a context collects the problems.
    """
    own = context or Context(Catalogue(()), {})
    _check_list(document, path, own)
    if context is None and own.problems:
        raise RulebookError(own.problems)
    return document


def _declared(documents: Mapping[str, Any], places: Places | None, problems: list[Problem]) -> Declarations | None:
    """The facts that are declared rightly; what is wrong with the others is added to the problems."""
    if FACTS not in documents:
        return None
    context = Context(Catalogue(()), {}, places=places or {})
    declared = read_declarations(documents[FACTS], context)
    problems.extend(_under(FACTS, problem) for problem in context.problems)
    return declared


def _ruleset(document: Any, context: Context) -> Ruleset | None:
    if context.fields(document, "", ("stage",), ("note", "rules", "tables")) is None:
        return None
    if document.get("stage") is None:
        return None
    stage = context.choice(document["stage"], "stage", STAGES)
    if stage is None:
        return None
    inside = replace(context, stage=stage)
    note = document.get("note") or ""
    if not isinstance(note, str):
        context.problem("note", "invalid-type", "must be text")
    rules = [read_rule(each, path, inside) for path, each in _members(document, "rules", inside)]
    tables = [read_table(each, path, inside) for path, each in _members(document, "tables", inside)]
    _refuse_duplicates(document, inside)
    if context.problems:
        return None
    done_rules = tuple(rule for rule in rules if rule is not None)
    done_tables = tuple(table for table in tables if table is not None)
    refuse_circles([*_with_paths(done_rules, done_tables)], inside)
    return Ruleset(stage, note, done_rules, done_tables, document, canonical.digest(document))


def _with_paths(rules: Sequence[Rule], tables: Sequence[Table]) -> Iterator[tuple[str, Rule]]:
    yield from ((f"rules.{index}", rule) for index, rule in enumerate(rules))
    for index, table in enumerate(tables):
        yield from ((f"tables.{index}.rows.{place}", row) for place, row in enumerate(table.rows))


def _members(document: Mapping[str, Any], name: str, context: Context) -> Iterator[tuple[str, Any]]:
    items = _optional_items(document.get(name), name, context)
    return ((f"{name}.{index}", each) for index, each in enumerate(items))


def _optional_items(raw: Any, path: str, context: Context) -> list[Any]:
    return [] if raw is None else context.items(raw, path, empty_ok=True) or []


def _refuse_duplicates(document: Mapping[str, Any], context: Context) -> None:
    seen: dict[str, str] = {}
    for name in ("rules", "tables"):
        members = document.get(name)
        for index, each in enumerate(members if isinstance(members, (list, tuple)) else ()):
            identifier = each.get("id") if isinstance(each, Mapping) else None
            if not isinstance(identifier, str):
                continue
            if identifier in seen:
                context.problem(f"{name}.{index}.id", "duplicate-id", f"{identifier} is already {seen[identifier]}")
            seen.setdefault(identifier, f"{name}.{index}")


def _refuse_other_stage(name: str, ruleset: Ruleset) -> None:
    if ruleset.stage != name:
        raise RulebookError([Problem("stage", "invalid-type", f"is {ruleset.stage}, but stands under {name}")])


def _under(name: str, problem: Problem) -> Problem:
    path = f"{name}.{problem.path}" if problem.path else name
    return Problem(path, problem.code, problem.message, problem.line, problem.suggestion, problem.file)


def _pipeline(document: Any, context: Context) -> Pipeline | None:
    if context.fields(document, "", ("stages", "preference"), ("triggers", "note", "stage")) is None:
        return None
    if not isinstance(document.get("note") or "", str):
        context.problem("note", "invalid-type", "must be text")
    stages = _names(document.get("stages"), "stages", STAGES, context)
    preference = _names(document.get("preference"), "preference", PREFERENCES, context)
    if list(stages) != sorted(stages, key=STAGES.index):
        context.problem("stages", "out-of-range", f"must keep the order {', '.join(STAGES)}")
    return Pipeline(stages, preference, document, _triggers(document.get("triggers"), stages, context))


def _names(raw: Any, path: str, known: Collection[str], context: Context) -> tuple[str, ...]:
    items = (context.items(raw, path) or []) if raw is not None else []
    found = [context.choice(each, f"{path}.{index}", known) for index, each in enumerate(items)]
    for index, each in enumerate(items):
        if each in items[:index]:
            context.problem(f"{path}.{index}", "duplicate-key", f"{each} is named twice")
    return tuple(each for each in found if each is not None)


def _triggers(raw: Any, stages: tuple[str, ...], context: Context) -> dict[str, tuple[str, ...]]:
    """Which stages an event starts; a plain list of events starts all of them."""
    if raw is None:
        return {}
    if isinstance(raw, Mapping):
        known = {name: context.choice(name, f"triggers.{name}", TRIGGERS) for name in raw}
        return {name: _names(raw[name], f"triggers.{name}", stages, context) for name in known if known[name]}
    return {name: stages for name in _names(raw, "triggers", TRIGGERS, context)}


def _check_list(document: Any, path: str, context: Context) -> None:
    prefix = f"{path}." if path else ""
    if context.fields(document, path, ("code", "title", "items"), _LIST_FIELDS) is None:
        return
    title = document.get("title")
    if title is not None and not isinstance(title, str):
        context.fields(title, f"{prefix}title", ("zh", "en"))
    items = _optional_items(document.get("items"), f"{prefix}items", context)
    for index, item in enumerate(items):
        try:
            text(item)
        except NotValid as wrong:
            context.problem(f"{prefix}items.{index}", wrong.code, wrong.message, wrong.suggestion)


class _FolderReader:
    """Reads the files of a folder, keeping where everything stands."""

    def __init__(self, root: Path):
        self.root = root
        self.places: dict[str, dict[str, Place]] = {}
        self.problems: list[Problem] = []

    def ruleset(self, stage: str) -> dict[str, Any]:
        files = [file for file in sorted((self.root / stage).glob("*.yaml")) if file.stem != OF_RULESET]
        note, order = self._of_ruleset(stage, [f"{stage}.{file.stem}" for file in files])
        found: dict[str, Any] = {"stage": stage, "note": note, "rules": [], "tables": []}
        for file in sorted(files, key=lambda file: order.get(f"{stage}.{file.stem}", len(order))):
            document, lines = self._read(file)
            if document is None:
                continue
            kind = "tables" if isinstance(document, Mapping) and "rows" in document else "rules"
            self._keep(stage, f"{kind}.{len(found[kind])}", file, lines)
            found[kind].append(document)
            self._refuse_other_name(document, stage, file, lines.get("id"))
        return found

    def _of_ruleset(self, stage: str, ids: Collection[str]) -> tuple[Any, Mapping[str, int]]:
        """The ruleset's note, and places of its rules by id."""
        file = self.root / stage / f"{OF_RULESET}.yaml"
        if not file.is_file():
            return "", {}
        document, lines = self._read(file)
        places = {path: Place(self._name(file), line) for path, line in lines.items()}
        context = Context(Catalogue(()), {}, places=places, problems=self.problems)
        if document is None or context.fields(document, "", (), ("note", "order")) is None:
            return "", {}
        self._keep(stage, "", file, {path: line for path, line in lines.items() if path == "note"})
        order = _names(document.get("order"), "order", ids, context)
        return document.get("note") or "", {each: place for place, each in enumerate(order)}

    def single(self, name: str) -> Any:
        document, lines = self._read(self.root / f"{name}.yaml")
        self._keep(name, "", self.root / f"{name}.yaml", lines)
        return document

    def lists(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for file in sorted((self.root / "lists").glob("*.yaml")):
            document, lines = self._read(file)
            if document is None:
                continue
            places = {path: Place(self._name(file), line) for path, line in lines.items()}
            context = Context(Catalogue(()), {}, places=places, problems=self.problems)
            load_list(document, "", context)
            code = document.get("code") if isinstance(document, Mapping) else None
            if code != file.stem:
                context.problem("code", "invalid-id", f"must be the file's name, {file.stem}")
            found[file.stem] = document
        return found

    def refuse_strangers(self) -> None:
        """Folders that are no stage would silently not count; nor would other files beside them, or .yml files."""
        for entry in sorted(self.root.iterdir()):
            if entry.is_dir() and entry.name not in (*STAGES, "lists") and not entry.name.startswith((".", "_")):
                hint = did_you_mean(entry.name, (*STAGES, "lists"))
                self.problems.append(Problem("", "unknown-field", "is no stage", None, hint, self._name(entry)))
        for file in sorted(self.root.glob("*.yaml")):
            if file.stem not in (PIPELINE, FACTS):
                hint = did_you_mean(file.stem, (PIPELINE, FACTS))
                said = "is neither pipeline.yaml nor facts.yaml"
                self.problems.append(Problem("", "unknown-field", said, None, hint, self._name(file)))
        for file in sorted(self.root.rglob("*.yml")):
            self.problems.append(Problem("", "unknown-field", "must be called .yaml", file=self._name(file)))

    def _read(self, file: Path) -> tuple[Any, dict[str, int]]:
        try:
            document, lines = strict_yaml.read(file.read_text(encoding="utf-8"), self._name(file))
        except RulebookError as error:
            self.problems.extend(error.problems)
            return None, {}
        except UnicodeDecodeError:
            self.problems.append(Problem("", "malformed-yaml", "is not UTF-8", file=self._name(file)))
            return None, {}
        if document is None:
            self.problems.append(Problem("", "required", "is empty", file=self._name(file)))
        return document, lines

    def _keep(self, name: str, prefix: str, file: Path, lines: Mapping[str, int]) -> None:
        places = self.places.setdefault(name, {})
        for path, line in lines.items():
            places[".".join(filter(None, (prefix, path)))] = Place(self._name(file), line)

    def _refuse_other_name(self, document: Any, stage: str, file: Path, line: int | None) -> None:
        identifier = document.get("id") if isinstance(document, Mapping) else None
        if isinstance(identifier, str) and identifier.startswith(f"{stage}.") and identifier != f"{stage}.{file.stem}":
            said = f"must be {stage}.{file.stem}, as its file is called"
            self.problems.append(Problem("id", "invalid-id", said, line, None, self._name(file)))

    def _name(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix()
