"""The key that signs sessions: made once, kept beside the database."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

_BYTES = 32


def secret_key(home: Path) -> str:
    """The key in `home`, made at first use and readable by its owner alone. Every process there gets the same one."""
    path = home / "secret.key"
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def _make(path: Path) -> None:
    """Write aside and link into place: of several processes one wins, and nobody reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(_BYTES))
        with contextlib.suppress(FileExistsError):  # another process was first; its key counts
            os.link(aside, path)
    finally:
        os.unlink(aside)
