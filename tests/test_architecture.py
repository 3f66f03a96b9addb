"""Who may import whom. The rules are those of docs/architecture.md; a new exception belongs there first."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"engine", "api", "admin", "workers", "rulesets", "cli", "wsgi"}

# What a place may use beside the standard library. The longest prefix counts.
THIRD_PARTY = {
    "engine": set(),
    "engine.language.strict_yaml": {"yaml"},
    "engine.language.documents": {"yaml", "marshmallow"},
    "engine.intake": {"marshmallow"},
    "engine.intake.excel": {"openpyxl"},
    "engine.intake.excel_sheets": {"openpyxl"},
    "engine.demo": {"yaml"},
    "engine.matching.matcher": {"durable_rules_engine"},
    "engine.service.people": {"argon2"},
    "engine.store": {"sqlalchemy", "alembic"},
}

# Inside the engine arrows run one way: a place may import what stands in its set, and its own.
LAYERS = {
    "engine.errors": set(),
    "engine.canonical": set(),
    "engine.config": set(),
    "engine.holds": set(),
    "engine.order": {"canonical"},
    "engine.phones": set(),
    "engine.world": set(),
    "engine.decision": {"canonical", "order", "world"},
    "engine.goods": {"coupons", "decision", "order", "world"},
    "engine.merging": {"decision", "goods", "order", "world"},
    "engine.language": {
        "canonical", "decision", "errors", "goods", "holds", "merging", "order", "phones", "rounding", "world",
    },
    "engine.rounding": {"decision", "order"},
    "engine.routing": {"canonical", "decision", "errors", "language", "order", "world"},
    "engine.standing": {"canonical", "coupons", "decision", "holds", "order", "world"},
    "engine.recalls": {"decision", "goods", "order", "routing", "standing", "world"},
    "engine.tasks": {"decision"},
    "engine.intake": {"errors", "order", "reports", "world", "canonical", "language", "routing", "tasks"},
    "engine.matching": {"canonical", "decision", "errors", "language", "order", "world"},
    "engine.transfers": {"decision", "goods", "order", "routing", "standing", "tasks", "world"},
    "engine.reports": {"canonical", "order", "standing"},
    "engine.analysis": {"canonical", "decision", "errors", "language", "matching"},
    "engine.coupons": {"decision", "order"},
    "engine.demo": {"canonical", "goods", "order", "world", "routing", "intake", "errors"},
}
CORE = {"engine.store", "engine.service"}


def modules(folder: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path) -> set[str]:
    """Every absolute module that a file imports, those in functions and under TYPE_CHECKING too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.update({node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names})
    return found


def longest(name: str, table: dict) -> str | None:
    fitting = [key for key in table if name == key or name.startswith(key + ".")]
    return max(fitting, key=len, default=None)


def broken_third_party(name: str, imported: set[str]) -> set[str]:
    place = longest(name, THIRD_PARTY)
    heads = {module.split(".")[0] for module in imported}
    foreign = heads - set(sys.stdlib_module_names) - OURS - {"", "__future__"}
    return foreign - THIRD_PARTY[place] if place else set()


def broken_layers(name: str, imported: set[str]) -> set[str]:
    place = longest(name, LAYERS)
    if place is None:
        return set()
    allowed = {place, *(f"engine.{each}" for each in LAYERS[place])}
    inside = {module for module in imported if module.startswith("engine.")}
    return {module for module in inside if not any(module == each or module.startswith(each + ".") for each in allowed)}


ENGINE = list(modules("engine"))


@pytest.mark.parametrize(("name", "path"), ENGINE, ids=[name for name, _ in ENGINE])
def test_engine_keeps_to_its_libraries_and_layers(name, path):
    imported = imports(path)
    assert not broken_third_party(name, imported)
    assert not broken_layers(name, imported)
    assert not {module.split(".")[0] for module in imported} & {"api", "admin", "workers", "cli", "wsgi"}


@pytest.mark.parametrize(("name", "path"), ENGINE, ids=[name for name, _ in ENGINE])
def test_core_never_imports_the_store(name, path):
    if name.startswith("engine.store"):
        return
    assert not {module for module in imports(path) if module.startswith("engine.store")}


@pytest.mark.parametrize("folder", ["api", "admin", "workers"])
def test_doors_never_import_one_another(folder):
    others = {"api", "admin", "workers", "cli", "wsgi"} - {folder}
    for name, path in modules(folder):
        heads = {module.split(".")[0] for module in imports(path)}
        assert not heads & others, f"{name} imports {heads & others}"


@pytest.mark.parametrize("folder", ["api", "admin"])
def test_only_wiring_reaches_the_store(folder):
    for name, path in modules(folder):
        assert not {each for each in imports(path) if each.startswith("engine.store")}, name


def test_durable_rules_is_imported_in_one_place():
    users = [name for folder in OURS & {"engine", "api", "admin", "workers"} for name, path in modules(folder)
             if any(each.startswith("durable") for each in imports(path))]  # fmt: skip
    assert users == ["engine.matching.matcher"]


def test_the_checks_can_fail():
    assert broken_third_party("engine.stages", {"sqlalchemy"}) == {"sqlalchemy"}
    assert broken_third_party("engine.stages", {"flask.json"}) == {"flask"}
    assert broken_layers("engine.order", {"engine.stages"}) == {"engine.stages"}
    assert broken_layers("engine.language.rules", {"engine.matching.judge"}) == {"engine.matching.judge"}


def test_the_core_reads_no_clock():
    """Instants come in from outside, so a replay gives the same bytes. The service and the store are not the core."""
    for name, path in ENGINE:
        if name.startswith(tuple(CORE)):
            continue
        source = path.read_text(encoding="utf-8")
        for word in ("datetime.now(", "dt.datetime.now(", "time.time(", "date.today(", "utcnow(", "random."):
            assert word not in source, f"{name} reads the clock or chance: {word}"


CORE_FOLDERS = ["engine", "engine/intake", "engine/language", "engine/matching", "engine/routing"]


@pytest.mark.parametrize("folder", CORE_FOLDERS)
def test_every_module_of_the_core_is_on_the_map(folder):
    said = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / folder).glob("[!_]*.py") if path.name not in said] == []
