"""`make test-all`: what would be skipped fails, and says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPING = """
import pytest

@pytest.fixture
def absent():
    pytest.skip("no such thing here")

def test_skipped_by_a_fixture(absent): ...
@pytest.mark.skipif(True, reason="by a mark")
def test_skipped_by_a_mark(): ...
def test_skipped_inside(): pytest.skip("inside")
@pytest.mark.xfail
def test_known_failure(): assert False
"""


@pytest.mark.parametrize(("required", "status"), [("1", 1), ("", 0)])
def test_a_skip_fails_only_where_everything_is_required(tmp_path: Path, required: str, status: int) -> None:
    path = tmp_path / "test_skipping.py"
    path.write_text(SKIPPING)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-rs", str(path)],
        cwd=tmp_path,
        env={**os.environ, "REQUIRE_ALL": required, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == status, result.stdout
    for why in ("no such thing here", "by a mark", "inside"):
        assert why in result.stdout
    assert ("3 skipped" in result.stdout) is not bool(required)


@pytest.mark.parametrize(
    ("body", "says"),
    [("...", "PostgreSQL: 1 tests ran on a real server, 0 failed"), ("pytest.skip('none')", "PostgreSQL: NOT TESTED")],
)
def test_the_summary_says_whether_postgresql_was_there(tmp_path: Path, body: str, says: str) -> None:
    path = tmp_path / "test_some.py"
    path.write_text(f"import pytest\n@pytest.mark.postgres\ndef test_it(): {body}\ndef test_other(): ...\n")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", str(path)],
        cwd=tmp_path,
        env={**os.environ, "REQUIRE_ALL": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert says in result.stdout
