"""`.ci/setup`: what it says about a machine that lacks something, and when it installs again.

The script under test is the real one. Only its surroundings are made up: a PATH with what a case needs and no more, and
an interpreter that notes what pip was asked for instead of fetching it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TOOLS = ("sh", "cat", "cksum", "dirname", "mkdir", "mktemp", "mv", "paste", "pwd", "rm", "sed", "sort")
COMPILER = """#!/bin/sh
exit 0
"""
COMPILER_WITHOUT_HEADERS = """#!/bin/sh
! grep -q Python.h
"""
# A real interpreter, but `-m venv` makes a .venv of itself and `-m pip` only notes its arguments.
PYTHON = """#!/bin/sh
case "$*" in
"-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip "*) echo "CC=$CC $*" >>pip.log ;;
*) exec {python} "$@" ;;
esac
"""
TOO_NEW = """#!/bin/sh
case "$*" in *version_info*) exit 1 ;; esac
exec {python} "$@"
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine's PATH with the usual small tools on it: neither Python nor compiler."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in (*TOOLS, "cp", "grep"):
        found = shutil.which(tool)
        assert found, tool
        (path / tool).symlink_to(found)
    return path


@pytest.fixture
def setup(tmp_path: Path, machine: Path) -> Run:
    """Run the script in a checkout of its own."""
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    for name in ("setup.cfg", "pyproject.toml", "constraints.txt", ".ci/setup"):
        shutil.copy(PROJECT / name, checkout / name)

    def run(*extras: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(checkout / ".ci/setup"), *extras],
            env={"PATH": str(machine), "TMPDIR": str(tmp_path)} | environ,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def pip_log(tmp_path: Path) -> Callable[[], list[str]]:
    """What pip was asked for so far."""
    path = tmp_path / "checkout" / "pip.log"
    return lambda: path.read_text().splitlines() if path.exists() else []


def put(machine: Path, name: str, script: str) -> None:
    """Put a program on the machine's PATH."""
    path = machine / name
    path.write_text(script.format(python=sys.executable) if "{python}" in script else script)
    path.chmod(0o755)


def compiler_name() -> str:
    """What this interpreter calls to build extensions."""
    return os.path.basename((sysconfig.get_config_var("CC") or "cc").split()[0])


@pytest.fixture
def complete(machine: Path) -> Path:
    """A machine that lacks nothing."""
    put(machine, "python3", PYTHON)
    put(machine, compiler_name(), COMPILER)
    return machine


def test_without_python_it_says_which_to_install(setup: Run) -> None:
    result = setup()
    assert result.returncode == 2
    assert "needs Python 3.11 or 3.12" in result.stderr
    for system in ("Debian/Ubuntu", "Fedora", "macOS"):
        assert system in result.stderr


def test_without_a_compiler_it_names_the_packages(setup: Run, machine: Path) -> None:
    put(machine, "python3", PYTHON)
    result = setup()
    assert result.returncode == 2
    assert "a C compiler" in result.stderr and "durable-rules" in result.stderr
    assert "apt-get install gcc libc6-dev" in result.stderr
    assert "dnf install gcc" in result.stderr
    assert "xcode-select --install" in result.stderr
    assert not (machine.parent / "checkout/.venv").exists()


def test_without_headers_it_names_the_package_of_that_python(setup: Run, machine: Path) -> None:
    put(machine, "python3", PYTHON)
    put(machine, compiler_name(), COMPILER_WITHOUT_HEADERS)
    result = setup()
    assert result.returncode == 2
    assert "Python.h" in result.stderr
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}-dev" in result.stderr


def test_a_python3_that_is_too_new_is_passed_over(setup: Run, machine: Path) -> None:
    put(machine, "python3", TOO_NEW)
    put(machine, "python3.12", PYTHON)
    put(machine, compiler_name(), COMPILER_WITHOUT_HEADERS)
    assert f"Python.h of {machine}/python3.12" in setup().stderr


def test_a_named_python_that_does_not_suit_is_refused_by_name(setup: Run, complete: Path) -> None:
    put(complete, "python3.13", TOO_NEW)
    result = setup(PYTHON="python3.13")
    assert result.returncode == 2
    assert "PYTHON=python3.13 is not" in result.stderr


def test_the_first_run_pins_what_builds_too(setup: Run, complete: Path, pip_log: Callable[[], list[str]]) -> None:
    result = setup("test")
    assert result.returncode == 0, result.stderr
    install = pip_log()[-1]
    assert install.endswith("--constraint constraints.txt --build-constraint constraints.txt --editable .[test]")


def test_the_rules_library_is_built_optimized_and_once(
    setup: Run, complete: Path, pip_log: Callable[[], list[str]]
) -> None:
    setup()
    setup("test")
    builds = [line for line in pip_log() if " durable_rules==" in line]
    assert len(builds) == 1
    assert builds[0].startswith(f"CC={compiler_name()} -O2 ") and "--no-cache-dir" in builds[0]
    assert "--force-reinstall" in builds[0]


def test_a_second_run_installs_nothing(setup: Run, complete: Path, pip_log: Callable[[], list[str]]) -> None:
    setup("test", "browser")
    before = pip_log()
    assert setup("test").returncode == 0
    assert setup().returncode == 0
    assert pip_log() == before


def test_another_extra_is_added_to_those_there(setup: Run, complete: Path, pip_log: Callable[[], list[str]]) -> None:
    setup("test")
    setup("dev")
    assert pip_log()[-1].endswith("--editable .[dev,test]")


@pytest.mark.parametrize("name", ["setup.cfg", "constraints.txt"])
def test_a_change_of_dependencies_installs_again(
    name: str, setup: Run, complete: Path, pip_log: Callable[[], list[str]]
) -> None:
    setup("test")
    before = len(pip_log())
    with open(complete.parent / "checkout" / name, "a") as file:
        file.write("# changed\n")
    setup()
    assert len(pip_log()) > before
    assert pip_log()[-1].endswith("--editable .[test]")


def test_an_install_that_fails_is_tried_again(setup: Run, complete: Path, pip_log: Callable[[], list[str]]) -> None:
    put(complete, "python3", PYTHON.replace("echo", "exit 1; echo"))
    assert setup().returncode != 0
    shutil.rmtree(complete.parent / "checkout/.venv")
    put(complete, "python3", PYTHON)
    assert setup().returncode == 0
    assert pip_log()
