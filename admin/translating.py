"""Keeps the English texts in step with the Chinese ones: `python -m admin.translating` after changing a text.

It reads every text out of code and templates, adds the new ones to the catalogue, drops those that are gone, and
compiles it to what pages read. New texts are then translated in `translations/en/LC_MESSAGES/messages.po`, and it is
run again; a test finds what was forgotten.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
PO = HERE / "translations/en/LC_MESSAGES/messages.po"
MO = PO.with_suffix(".mo")
_SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"encoding": "utf-8", "trimmed": "true"}}
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every text of the code and the templates, untranslated."""
    catalog = Catalog(project="Gatehouse", charset="utf-8", fuzzy=False)
    found = extract_from_dir(str(HERE), _METHODS, _OPTIONS, keywords=_KEYWORDS, strip_comment_tags=True)
    for _file, _line, message, _comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, context=context)
    return catalog


def translated() -> Catalog:
    """The English catalogue as it is written down."""
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain="messages")


def compiled(catalog: Catalog) -> bytes:
    """What pages read."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update() -> list[str]:
    """Bring both files up to date; the texts that still want an English one."""
    catalog = translated() if PO.exists() else Catalog(locale="en", project="Gatehouse", charset="utf-8", fuzzy=False)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, _plain(catalog), no_location=True, sort_output=True, width=120)
    MO.write_bytes(compiled(_plain(translated())))
    return missing(catalog)


def _plain(catalog: Catalog) -> Catalog:
    """With a head that stays the same whenever and by whomever this is run."""
    catalog.header_comment = "# The console in English; texts in the code are Chinese. See admin/translating.py."
    catalog.project, catalog.version = "Gatehouse", "console"
    catalog.creation_date = catalog.revision_date = _SINCE
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Gatehouse"
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """Texts without an English one."""
    return [str(message.id) for message in catalog if message.id and not _whole(message.string)]


def _whole(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(text) if isinstance(text, str) or not text else all(text)


if __name__ == "__main__":
    wanting = update()
    print("\n".join(wanting) or "every text is translated")
    sys.exit(1 if wanting else 0)
