from __future__ import annotations

import re
from pathlib import Path

import pytest

import admin.pages
from admin import icons

TEMPLATES = Path(admin.pages.__file__).parents[1] / "templates"
SCRIPTS = TEMPLATES.parent / "static"


def used() -> set[str]:
    html = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    calls = "".join(re.findall(r"icon\((.*?)\)\s*[}%]", html, re.S))
    return {name for name in re.findall(r"'([a-z0-9-]+)'", calls) if name not in ("good", "warn")}


def scripts() -> str:
    return "".join(path.read_text("utf-8") for path in SCRIPTS.rglob("*.js"))


def test_the_sheet_has_what_pages_use_and_no_more():
    quoted = set(re.findall(r"'([a-z0-9-]+)'", scripts()))
    assert used() | (quoted & set(icons.NAMES)) == set(icons.NAMES)
    assert used() <= set(icons.NAMES)


def test_the_sheet_has_what_scripts_draw():
    drawn = re.findall(r"\bicon\('([a-z0-9-]+)'|\bbutton\(say\([^)]*\), '([a-z0-9-]+)'", scripts())
    assert {name for pair in drawn for name in pair if name} <= set(icons.NAMES)


@pytest.mark.parametrize("name", icons.NAMES)
def test_every_icon_is_one_of_bootstraps(name):
    assert f'id="{name}"' in icons.sheet()


def test_the_sheet_is_small():
    assert len(icons.sheet()) < 40_000


def test_everybody_may_keep_the_sheet(stranger):
    response = stranger.get("/console/icons.svg")
    assert response.mimetype == "image/svg+xml" and response.cache_control.max_age
