"""The package: what it needs is declared and pinned, and a built wheel works without the checkout."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("engine", "api", "workers", "admin")
# Used without an import of ours: a server run as a program, a driver that SQLAlchemy loads by URL, data for zoneinfo.
NOT_IMPORTED = {"psycopg", "tzdata"}


def normal(name: str) -> str:
    """A distribution's name in its one spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """Versions by name; anything but an exact version fails."""
    found = {}
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            match = re.fullmatch(r"([\w.-]+)(?:\[\w+\])?==([\w.]+)", line)
            assert match, f"{line!r} is not pinned to a version"
            found[normal(match[1])] = match[2]
    return found


@pytest.fixture(scope="module")
def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


@pytest.fixture(scope="module")
def required(config) -> dict[str, str]:
    return pins(config["options"]["install_requires"])


@pytest.fixture(scope="module")
def constraints() -> dict[str, str]:
    return pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))


def sources() -> Iterator[Path]:
    yield from (ROOT / "cli.py", ROOT / "wsgi.py")
    for folder in OURS:
        yield from (ROOT / folder).rglob("*.py")


def imported() -> set[str]:
    """Top-level modules that our code imports, our own and the standard library's left out."""
    heads = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                heads |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                heads.add((node.module or "").split(".")[0])
    return heads - set(sys.stdlib_module_names) - {*OURS, "cli", "wsgi", "__future__"}


def test_every_import_is_declared_and_every_declaration_used(required) -> None:
    owners = metadata.packages_distributions()
    used = {module: {normal(name) for name in owners.get(module, ())} for module in imported()}
    assert {module for module, names in used.items() if not names & required.keys()} == set()
    assert required.keys() - {name for names in used.values() for name in names} == NOT_IMPORTED


def test_constraints_repeat_what_setup_cfg_pins(config, required, constraints) -> None:
    extras = [pins(text) for text in config["options.extras_require"].values()]
    for wanted in (required, *extras):
        assert {name: constraints.get(name) for name in wanted} == wanted


def test_constraints_pin_everything_that_comes_along(required, constraints) -> None:
    loose = set()
    for name in required:
        for requirement in metadata.requires(name) or ():
            needed = normal(re.split(r"[\s<>=!~;\[(]", requirement, maxsplit=1)[0])
            if "extra ==" not in requirement and _is_installed(needed):
                loose |= {needed} - constraints.keys()
    assert loose == set()


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False  # for another platform or Python
    return True


def test_every_dependency_says_what_it_is_for(config) -> None:
    lines = [line for line in (ROOT / "setup.cfg").read_text("utf-8").splitlines() if line.startswith("    ")]
    names = pins(config["options"]["install_requires"])
    for before, line in zip(lines, lines[1:], strict=False):
        if "==" in line and normal(re.split(r"[\[=]", line.strip())[0]) in names:
            assert before.strip().startswith("#"), f"{line.strip()} has no reason"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A wheel of the files that git knows or would, built away from the checkout."""
    source = tmp_path_factory.mktemp("source")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listing.stdout.splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    [found] = folder.glob("*.whl")
    return found


@pytest.mark.slow
def test_a_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    folders = [ROOT / name for name in (*OURS, "rulesets")]
    wanted = {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()}
    missing = {name for name in wanted - inside if "__pycache__" not in name and not name.endswith(".md")}
    assert missing == set()


@pytest.mark.slow
def test_a_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "GATEHOUSE_HOME": str(tmp_path / "home")}
    for command in (["migrate"], ["rules", "check"]):
        result = subprocess.run(
            [sys.executable, "-P", "-m", "cli", *command], cwd=tmp_path, env=environ, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
    program = "import cli; print(cli.__file__)"
    found = subprocess.run([sys.executable, "-P", "-c", program], env=environ, capture_output=True, text=True).stdout
    assert found.startswith(str(tmp_path / "site"))
