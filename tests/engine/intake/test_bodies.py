from __future__ import annotations

import contextlib
import time

import pytest

from engine.errors import MalformedJson, TooLarge
from engine.intake.bodies import MAX_BODY_BYTES, read_json


def test_plain_json_is_read_as_it_stands():
    body = '{"a": [1, -2.5, true, null, "张\\ud83d\\ude00"]}'.encode()
    assert read_json(body) == {"a": [1, -2.5, True, None, "张😀"]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff", "position 0"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{", "line 1, column 2"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"[" * 3_000, "50 levels"),
    ],
)
def test_a_refusal_says_what_is_wrong(body, said):
    with pytest.raises(MalformedJson) as caught:
        read_json(body)
    assert caught.value.problem.code == "malformed-json"
    assert caught.value.problem.path == ""
    assert said in caught.value.problem.message


def test_a_repeated_key_is_named():
    with pytest.raises(MalformedJson) as caught:
        read_json(b'{"a": {"sku": 1, "x": 2, "sku": 3}}')
    assert caught.value.problem.code == "duplicate-key"
    assert "sku" in caught.value.problem.message


def test_a_repeated_key_that_cannot_be_encoded_is_named_in_a_message_that_can():
    with pytest.raises(MalformedJson) as caught:
        read_json(b'{"\\ud800": 1, "\\ud800": 2}')
    caught.value.problem.message.encode()


def test_fifty_levels_are_read_and_one_more_is_not():
    assert read_json(b"[" * 50 + b"]" * 50)
    with pytest.raises(MalformedJson):
        read_json(b"[" * 51 + b"]" * 51)


def test_brackets_in_text_do_not_count_as_levels():
    assert read_json(b'["%s", "\\"%s"]' % (b"[{" * 500, b"[" * 500))


def test_one_megabyte_is_read_and_one_byte_more_is_not():
    assert read_json(b"[]" + b" " * (MAX_BODY_BYTES - 2)) == []
    with pytest.raises(TooLarge):
        read_json(b"[]" + b" " * (MAX_BODY_BYTES - 1))


def test_a_number_of_thousands_of_digits_is_readable_and_beyond_every_range():
    assert abs(read_json(b"-" + b"9" * 100_000)) > 10**30
    assert read_json(b"-" + b"9" * 100_000) < 0


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 499_000, b"[]" * 499_000, b"[" * 999_000, b'{"a":"' * 160_000, b"9" * 999_000]
)
def test_hostile_megabytes_are_answered_at_once(body):
    started = time.perf_counter()
    with contextlib.suppress(MalformedJson):
        read_json(body)
    assert time.perf_counter() - started < 2
