"""Rule documents as a folder of files, which `engine.language.documents.read_folder` reads back equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.language import strict_yaml
from engine.language.declared import FACTS
from engine.language.documents import OF_RULESET, PIPELINE

# In this order, as an author writes; all else follows by the alphabet.
_ORDER = (
    "id", "code", "name", "type", "title", "zh", "en", "kind", "note", "order", "why", "about", "hit",
    "all", "any", "not", "some", "every", "no", "count", "sum", "of", "where", "fact", "is", "value", "other",
    "when", "do", "reason", "then", "inputs", "outputs", "rows", "priority", "enabled", "effective", "by", "from",
    "until", "examples", "row", "fires", "quiet", "stages", "triggers", "preference", "facts", "items",
)  # fmt: skip


def write_folder(root: Path, documents: Mapping[str, Any], lists: Mapping[str, Any]) -> list[Path]:
    """Write documents by stage (and "pipeline", "facts") and lists by code; the files that were written."""
    written = []
    for file, document in _files(documents, lists):
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_file(document), encoding="utf-8")
        written.append(path)
    for stage in documents:
        if stage not in (PIPELINE, FACTS):
            (root / stage).mkdir(parents=True, exist_ok=True)  # an empty ruleset is not the same as none
    return written


def as_file(document: Any) -> str:
    """What a file says that holds the document. Raises TypeError for what no file can say."""
    return strict_yaml.write(_ordered(document))


def _files(documents: Mapping[str, Any], lists: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for stage, document in documents.items():
        if stage in (PIPELINE, FACTS):
            yield Path(f"{stage}.yaml"), document
        else:
            yield from _of_ruleset(stage, document)
    for code, document in lists.items():
        yield Path("lists") / f"{code}.yaml", document


def _of_ruleset(stage: str, document: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    said: dict[str, Any] = {"note": document["note"]} if document["note"] else {}
    for kind in ("rules", "tables"):
        files = [f"{each['id'].removeprefix(stage + '.')}.yaml" for each in document[kind]]
        yield from zip((Path(stage) / file for file in files), document[kind], strict=True)
        if files != sorted(files):  # which is how a folder is read
            said["order"] = said.get("order", []) + [each["id"] for each in document[kind]]
    if said:
        yield Path(stage) / f"{OF_RULESET}.yaml", said


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_place)}
    return [_ordered(each) for each in value] if isinstance(value, (list, tuple)) else value


def _place(key: str) -> tuple[int, str]:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER), key
