"""The texts of the rule editor's scripts: each that is said is there, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

import admin
from admin.presenters.rule_words import WORDS

SCRIPTS = Path(admin.__file__).parent / "static" / "rules"


def said() -> str:
    return "".join(path.read_text("utf-8") for path in SCRIPTS.glob("*.js"))


def families() -> set[str]:
    """Beginnings of keys whose end is worked out: say(`how_${how}`)."""
    return set(re.findall(r"`([a-z_]+_)\$\{", said()))


def test_scripts_say_only_what_there_is():
    literal = set(re.findall(r"say\('(\w+)'", said()))
    literal |= set(re.findall(r"#show\('\w+', '(\w+)'", said()))  # the check's panel says it
    literal |= {key for pair in re.findall(r"say\([^()'`]*\? '(\w+)' : '(\w+)'", said()) for key in pair}
    assert literal - set(WORDS) == set()
    beginnings = re.findall(r"say\(`([a-z_]+_)\$\{", said())
    assert all(any(key.startswith(each) for key in WORDS) for each in beginnings)


def test_there_is_nothing_that_no_script_says():
    quoted = set(re.findall(r"'(\w+)'", said()))
    assert {key for key in WORDS if key not in quoted and not key.startswith(tuple(families()))} == set()


def test_what_is_filled_in_is_named_alike_in_both_languages(reading):
    with reading("zh_CN"):
        chinese = {key: set(re.findall(r"\{(\w+)\}", str(text))) for key, text in WORDS.items()}
    with reading("en"):
        english = {key: set(re.findall(r"\{(\w+)\}", str(text))) for key, text in WORDS.items()}
    assert chinese == english
