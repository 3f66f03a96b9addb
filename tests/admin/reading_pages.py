"""Pages as readers get them: the words on them, without what somebody typed in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "img", "br", "hr", "use"}
_SPOKEN = {
    "title", "placeholder", "aria-label", "alt", "data-done", "data-identical", "data-different", "data-software",
    "data-failed", "data-approve", "data-hold", "data-reject",
}  # fmt: skip


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[bool] = []  # for each open element, whether it is inside data

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        data = named.get("translate") == "no" or bool(self._open and self._open[-1])
        if not data:
            spoken = [value for key, value in named.items() if key in _SPOKEN]
            self.words.extend(value for value in spoken if value)
        if tag not in _VOID:
            self._open.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1]):
            self.words.append(data.strip())


def words(html: str) -> list[str]:
    """Every text of the interface, names and remarks left out (they are marked `translate="no"`)."""
    parser = _Words()
    parser.feed(html)
    return parser.words


def text(html: str) -> str:
    """Everything that can be read, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<(head|svg).*?</\1>", " ", html, flags=re.S)))
