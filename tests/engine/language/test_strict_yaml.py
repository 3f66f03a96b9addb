"""YAML is read without YAML's surprises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import RulebookError
from engine.language.strict_yaml import read, write


@pytest.mark.parametrize(
    "written, value",
    [
        ("010000", "010000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("+5", "+5"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("TRUE", "TRUE"),
        ("Null", "Null"),
        ("~", "~"),
        (".nan", ".nan"),
        ("12:30:00", "12:30:00"),
        ("2026-11-11", "2026-11-11"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("300000", 300000),
        ("100000000000000000000", "100000000000000000000"),
    ],
)
def test_only_plain_words_and_whole_numbers_are_not_text(written, value):
    document, _ = read(f"x: {written}")
    assert document == {"x": value}
    assert type(document["x"]) is type(value)


def test_keys_are_always_text():
    assert read("{on: 1, no: 2, true: 3, 4: 5, =: 6, <<: 7}")[0] == {
        "on": 1, "no": 2, "true": 3, "4": 5, "=": 6, "<<": 7,
    }  # fmt: skip


def test_anchors_are_followed():
    assert read("a: &x [1]\nb: *x")[0] == {"a": [1], "b": [1]}


def test_lines_are_kept_for_every_path():
    assert read("a:\n  - b: 1\n    c: 2\n")[1] == {"": 1, "a": 1, "a.0": 2, "a.0.b": 2, "a.0.c": 3}


@pytest.mark.parametrize(
    "source, line, code",
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "duplicate-key"),
        ("a: 1\na: 2", 2, "duplicate-key"),
        ("a: [1\nb: 2", 2, "malformed-yaml"),
        ("a: 1\n\tb: 2", 2, "malformed-yaml"),
        ("a: !!python/name:os.system x", 1, "invalid-type"),
        ("a: !!binary aGk=", 1, "invalid-type"),
        ("a: *nowhere", 1, "malformed-yaml"),
        ("? [1, 2]\n: 3", 1, "invalid-type"),
        ("a: 1\n---\nb: 2", 2, "malformed-yaml"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(source, line, code):
    with pytest.raises(RulebookError) as caught:
        read(source, "x.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.code) == ("x.yaml", line, code)


def test_a_document_that_unfolds_to_a_billion_nodes_is_refused():
    laughs = ["l0: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    laughs += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(RulebookError, match="too large"):
        read("\n".join(laughs))


@pytest.mark.parametrize("source", ["&a [*a]", "[" * 50 + "]" * 50, "[" * 5000], ids=["cycle", "deep", "very deep"])
def test_a_document_without_end_is_refused(source):
    with pytest.raises(RulebookError):
        read(source)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n ,:-#&*!|>'\"%@`{}[]?~=<01.eE_x"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(TEXTS, PLAIN, min_size=1, max_size=4))
def test_what_is_written_is_read_back_equal(document):
    found, _ = read(write(document))
    assert found == document and json.dumps(found) == json.dumps(document)


ODD = ["NO", "on", "~", "null", "", "010000", "1_000", "12:30:00", "1.5", "-0", "2026-11-11", "<<", "=", "- x", "a: b"]


@pytest.mark.parametrize("word", [*ODD, " x", "x ", "\n", "a\n", "\na\n\n", "\u2028", "\ufeff"])
def test_texts_that_yaml_would_take_for_something_else_are_written_so_that_they_stay(word):
    document = {"a": word, "b": [word], "c": {word or "d": word}}
    assert read(write(document))[0] == document
