"""The key that signs sessions: made once, kept beside the database."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BYTES = 32


def secret_key(home: Path) -> str:
    """The key in `home`, made at first use and readable by its owner alone. Every process there gets the same one.

    What is there and is no key (a file that a full disk cut short, say) is replaced: then people sign in once more,
    which beats a console that does not start or sessions that anybody can sign.
    """
    path = home / "secret.key"
    home.mkdir(parents=True, exist_ok=True)
    with _alone_in(home):
        if not _is_key(path):
            _make(path)
        return path.read_text("ascii").strip()


def _is_key(path: Path) -> bool:
    return path.exists() and re.fullmatch(rb"[0-9a-f]{%d}\s*" % (2 * _BYTES), path.read_bytes()) is not None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One process, and thread, at a time."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(path: Path) -> None:
    """Write aside and move into place: who is killed meanwhile leaves no half a key."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 600
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(_BYTES))
    os.replace(aside, path)
