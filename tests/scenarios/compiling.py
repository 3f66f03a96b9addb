"""Rules that are the same are compiled once, whatever number of houses ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.matching.judge import Judge
from engine.service import compiled


class KeptJudge(Judge):
    """A judge that the next one needs too."""

    def close(self) -> None:
        pass


@contextmanager
def compiled_once(known: dict[Any, Any]) -> Iterator[None]:
    """Keep what is compiled in `known`, and take it from there."""
    compile_ = compiled.CompiledRulebooks._compile

    def kept(rulebooks: Any, digest: str) -> Any:
        which = (digest, rulebooks._settings.matching)
        if which not in known:
            known[which] = compile_(rulebooks, digest)
        return known[which]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "Judge", KeptJudge)
        patch.setattr(compiled.CompiledRulebooks, "_compile", kept)
        yield
