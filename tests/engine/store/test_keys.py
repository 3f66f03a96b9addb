from __future__ import annotations

from dataclasses import replace

import pytest

from engine.phones import last4
from engine.store.keys import address_key, phone_key, receiver_key
from tests.engine.store.samples import RECEIVER


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("13800138000", "13800138000"), ("+86 138 0013 8000", "13800138000"), ("0086-138-0013-8000", "13800138000"),
        ("13800138000-1234", "13800138000"), ("13800138000转1234", "13800138000"),
        ("138 0013 8000 ext.12", "13800138000"), ("138001380001", "138001380001"), ("+1 310 555 1234", "+13105551234"),
        ("021-66668888", "02166668888"), ("(021) 6666 8888", "02166668888"), ("400-800-1234", "4008001234"),
        ("+852 2345 6789", "+85223456789"), ("+44 20 7946 0958", "+442079460958"),
        ("138****8000", None), ("", None), (None, None), ("无", None),
    ],
)  # fmt: skip
def test_a_phone_is_the_same_however_it_is_spelled(phone: str | None, key: str | None) -> None:
    assert phone_key(phone) == key


@pytest.mark.parametrize(
    ("phone", "digits"),
    [("13800138000-1234", "8000"), ("138****8000", "8000"), ("1380013****", None), (None, None), ("12", None)],
)
def test_the_last_four_digits_are_those_of_the_number(phone: str | None, digits: str | None) -> None:
    assert last4(phone) == digits


def test_another_town_is_another_address() -> None:
    assert address_key(RECEIVER) == address_key(replace(RECEIVER, address=f" {RECEIVER.address} ", name="李雷"))
    assert address_key(RECEIVER) != address_key(replace(RECEIVER, city="天津市"))
    assert address_key(RECEIVER) != address_key(replace(RECEIVER, address="大望路甲18号院3号楼2单元502"))
    assert address_key(replace(RECEIVER, address=None)) is None and address_key(None) is None


def test_a_masked_receiver_is_known_by_its_fingerprint() -> None:
    assert receiver_key(replace(RECEIVER, masked=True)) is None
    marked = replace(RECEIVER, masked=True, fingerprint="fp", address="***", phone="138****8000")
    assert address_key(marked) == "fp" and receiver_key(marked) is not None
    assert receiver_key(None) is None
