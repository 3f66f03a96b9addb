"""Tries a rulebook's compilation in a child process that may hang or die, before it is compiled here.

Nothing can interrupt the engine inside a process, so a document that would hang it is met in one that can be killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import Problem, RulebookError
from engine.language.rules import Rulebook
from engine.matching.chunks import cut

TIMEOUT_S = 20.0


def probe(rulebook: Rulebook, timeout_s: float = TIMEOUT_S) -> None:
    """Compiles, warms up and closes every chunk elsewhere. Raises RulebookError when that fails or takes too long."""
    probe_documents([chunk.document for chunks in cut(rulebook).values() for chunk in chunks], timeout_s)


def probe_documents(documents: Sequence[str], timeout_s: float = TIMEOUT_S) -> None:
    """The same for documents of the engine."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "engine.matching.probe"],
            input=json.dumps(list(documents)).encode(),
            capture_output=True,
            timeout=timeout_s,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, _python_path()))},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(f"did not compile within {timeout_s:g} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise _refused(f"did not compile (exit {done.returncode}): {''.join(said)}".rstrip(": "))


def _python_path() -> list[str]:
    return [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]


def _refused(message: str) -> RulebookError:
    return RulebookError([Problem("", "cannot-compile", message)])


def main() -> None:
    """Reads a JSON list of documents from standard input and tries each."""
    from engine.matching.matcher import try_document

    for number, document in enumerate(json.load(sys.stdin)):
        try_document(document, f"probe.{number}")


if __name__ == "__main__":
    main()
