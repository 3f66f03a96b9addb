"""Live rules to files and back: for those who keep them under version control or carry them to another Gatehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import canonical
from engine.errors import Conflict, NotFound, Problem, RulebookError
from engine.language import strict_yaml
from engine.language.catalogue import CATALOGUE
from engine.language.context import Place
from engine.language.documents import Folder, load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.facts import STAGES
from engine.language.folders import write_folder
from engine.service.principals import Principal
from engine.service.rulebooks import Rulebooks


@dataclass(frozen=True, slots=True)
class FilesPublished:
    """What came of publishing files."""

    versions: Mapping[str, int]  # new ones by stage
    not_named: tuple[str, ...]  # stages that stay as they are, because the files do not speak of them
    lists_differ: tuple[str, ...]  # lists that stay as they are, because people keep them by hand


class RuleFiles:
    """Between files and what is live."""

    def __init__(self, rulebooks: Rulebooks):
        self._rulebooks = rulebooks

    def read(self, path: Path, stage: str | None = None) -> Folder:
        """A folder of rules, or the document of one stage in a file. Raises RulebookError with file and line."""
        if stage is None:
            return read_folder(path)
        try:
            document, lines = strict_yaml.read(path.read_text(encoding="utf-8"), path.name)
        except UnicodeDecodeError:
            raise RulebookError([Problem("", "malformed-yaml", "is not UTF-8", file=path.name)]) from None
        return Folder({stage: document}, {}, {stage: {where: Place(path.name, line) for where, line in lines.items()}})

    def publish(self, files: Folder, by: Principal, note: str = "") -> FilesPublished:
        """Publish what differs from what is live, with the lists that are not there yet.

        Raises as `Rulebooks.publish`; what is not valid as written is told with file and line.
        """
        live, lists = self._rulebooks.live_documents()
        if not files.documents:
            raise NotFound("there are no rules in these files")
        load_rulebook({**live, **files.documents}, CATALOGUE, EFFECTS, {**files.lists, **lists}, files.places)
        versions = self._rulebooks.publish_all(files.documents, by, note, new_lists=files.lists)
        differ = [code for code, each in files.lists.items() if code in lists and _items(each) != _items(lists[code])]
        return FilesPublished(versions, tuple(sorted(live.keys() - files.documents.keys())), tuple(differ))

    def export(self, folder: Path, replace: bool = False) -> list[Path]:
        """Write what is live, and every list; the files. Published again they change nothing.

        `replace`: files of rules that are no longer live are removed. Raises Conflict for a folder that holds something
        otherwise.
        """
        documents, lists = self._rulebooks.live_documents()
        if not replace and folder.is_dir() and any(folder.iterdir()):
            raise Conflict(f"{folder} is not empty")
        written = write_folder(folder, documents, lists)
        for place in (folder, *(folder / name for name in (*STAGES, "lists"))):
            for file in set(place.glob("*.yaml")) - set(written):
                file.unlink()
        return written


def _items(document: Any) -> bytes:
    return canonical.canonical_json(document["items"] or [])
