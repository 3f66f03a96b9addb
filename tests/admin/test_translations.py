from __future__ import annotations

import gettext
import re

from admin import translating

_PLACES = re.compile(r"%\((\w+)\)[sd]")


def texts(catalog):
    return {message.id: message for message in catalog if message.id}


def test_the_catalogue_has_every_text_and_no_other():
    said, wanted = texts(translating.translated()), texts(translating.extracted())
    assert set(said) ^ set(wanted) == set(), "run: python -m admin.translating"


def test_every_text_has_an_english_one():
    assert translating.missing(translating.translated()) == []


def test_translations_name_the_same_values():
    for wanted, message in texts(translating.translated()).items():
        originals = (wanted,) if isinstance(wanted, str) else wanted
        answers = (message.string,) if isinstance(message.string, str) else message.string
        for original, answer in zip(originals, answers, strict=True):
            assert set(_PLACES.findall(answer)) == set(_PLACES.findall(original)), original


def test_what_is_compiled_is_what_is_written():
    with translating.MO.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for wanted, message in texts(translating.translated()).items():
        if isinstance(wanted, str):
            assert compiled.gettext(wanted) == message.string
        else:
            assert [compiled.ngettext(*wanted, count) for count in (1, 2)] == list(message.string)


def test_no_english_text_is_chinese():
    chinese = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
    assert [
        message.id for message in texts(translating.translated()).values() if chinese.search(str(message.string))
    ] == []
