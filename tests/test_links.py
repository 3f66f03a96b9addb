"""Links in what people read lead somewhere, and both front pages show the way to all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("rulesets/*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)")


def links_of(page: Path) -> set[Path]:
    """The files of this project that a page links to."""
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve() for target in targets if "://" not in target}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert [str(target) for target in links_of(page) if not target.exists()] == []


@pytest.mark.parametrize("front", ["README.md", "README.zh-CN.md"])
def test_a_front_page_leads_to_every_page_of_the_docs(front):
    assert set(ROOT.glob("docs/*.md")) <= links_of(ROOT / front)
