"""Children: started again after a crash, stopped in order, and gone when whoever started them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.children import Child, Children

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w'); time.sleep(600)",
]
# Starts a child, says its process id, and waits to be killed.
PARENT = """
import os, sys, time
from workers.children import Child, Children
children = Children(watched=sys.argv[1] == "watched")
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
children.start(child)
print(child.process.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether that process runs; one that ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def eventually(truth: Callable[[], bool], within_s: float = 15) -> bool:
    """Does it come true in time?"""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if truth():
            return True
        time.sleep(0.05)
    return truth()


# Only Linux tells a child that its parent died; a watchdog works everywhere.
WAYS = ["told by the kernel", "watched"] if sys.platform == "linux" else ["watched"]


@pytest.mark.parametrize("how", WAYS)
def test_a_child_ends_when_its_parent_is_killed(how: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, how], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not alive(child))


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture(params=WAYS)
def children(request: pytest.FixtureRequest, said: list[str]):
    family = Children(watched=request.param == "watched", say=said.append)
    yield family
    family.stop_all()


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_a_crashed_child_is_started_again_after_a_pause(children: Children, said: list[str]) -> None:
    child = Child("sleeper", SLEEPER, os.environ)
    children.start(child)
    first = pid_of(child)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: children.tend() or child.restart_at is not None)
    assert said == ["sleeper ended (SIGKILL); starting it again in 0.5 s"]
    assert eventually(lambda: children.tend() or child.process is not None)
    assert pid_of(child) != first


def test_the_pause_doubles_with_every_crash_in_a_row(children: Children, said: list[str]) -> None:
    child = Child("failing", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
    children.start(child)
    assert eventually(lambda: children.tend() or child.crashes == 3)
    assert [line.split(" in ")[-1] for line in said] == ["0.5 s", "1 s", "2 s"]
    assert "status 3" in said[0]


def test_stopping_ends_everyone_the_last_first(children: Children, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    program = "import signal, sys, time\ndef end(*_): open(sys.argv[1], 'a').write(sys.argv[2]); sys.exit()\n"
    program += "signal.signal(signal.SIGTERM, end); open(sys.argv[1] + sys.argv[2], 'w'); time.sleep(600)"
    for name in "abc":
        children.start(Child(name, [sys.executable, "-c", program, str(notes), name], os.environ))
    assert eventually(lambda: all((tmp_path / f"notes{name}").exists() for name in "abc"))
    children.stop_all()
    assert notes.read_text() == "cba"
    assert all(child.process is None for child in children.all)


def test_a_child_that_ignores_the_request_is_killed_after_its_grace(
    children: Children, said: list[str], tmp_path: Path
) -> None:
    started = tmp_path / "started"
    child = Child("stubborn", [*STUBBORN, str(started)], os.environ, grace_s=0.3)
    children.start(child)
    assert eventually(started.exists)
    pid = pid_of(child)
    children.stop(child)
    assert not alive(pid)
    assert said == ["stubborn did not end within 0 s and is killed"]


def test_what_a_child_started_goes_with_it(children: Children, tmp_path: Path) -> None:
    noted = tmp_path / "grandchild"
    program = f"import subprocess, sys, time; p = subprocess.Popen({SLEEPER!r}); "
    program += (
        "open(sys.argv[1] + '.new', 'w').write(str(p.pid)); import os; os.rename(sys.argv[1] + '.new', sys.argv[1]); "
    )
    program += "time.sleep(600)"
    child = Child("parent", [sys.executable, "-c", program, str(noted)], os.environ)
    children.start(child)
    assert eventually(noted.exists)
    children.stop(child)
    assert eventually(lambda: not alive(int(noted.read_text())))
