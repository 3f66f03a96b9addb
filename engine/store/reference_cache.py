"""The slow reference data as this process last read it, so that no order reads or digests it again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import canonical
from engine.world import Reference


@dataclass(frozen=True, slots=True)
class CachedReference:
    """Reference data of one version."""

    version: int  # of the counter that every change bumps
    reference: Reference
    refs: Mapping[str, Any]  # {"channels": digest, …, "lists": {code: digest}}
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # channel: its code: our sku


class ReferenceCache:
    """The newest version that was read, and a few old ones that were rebuilt for replays."""

    def __init__(self) -> None:
        self.filling = threading.Lock()  # only one thread reads it all anew
        self._newest: CachedReference | None = None
        self._rebuilt: OrderedDict[bytes, Reference] = OrderedDict()

    def of_version(self, version: int) -> CachedReference | None:
        """What is known of a version."""
        newest = self._newest
        return newest if newest is not None and newest.version == version else None

    def keep(self, cached: CachedReference) -> None:
        """Remember a version, unless a newer one is known."""
        if self._newest is None or cached.version >= self._newest.version:
            self._newest = cached

    def of_refs(self, refs: Mapping[str, Any]) -> Reference | None:
        """Reference data that was read or rebuilt before, by its digests."""
        newest = self._newest
        if newest is not None and newest.refs == refs:
            return newest.reference
        return self._rebuilt.get(canonical.canonical_json(refs))

    def keep_rebuilt(self, refs: Mapping[str, Any], reference: Reference) -> None:
        """Remember rebuilt data; the oldest of more than eight is forgotten."""
        self._rebuilt[canonical.canonical_json(refs)] = reference
        while len(self._rebuilt) > 8:
            self._rebuilt.popitem(last=False)
