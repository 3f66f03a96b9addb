from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from admin.secret_key import secret_key


def test_the_key_is_made_once(tmp_path):
    key = secret_key(tmp_path)
    assert len(key) == 64
    assert secret_key(tmp_path) == key


def test_only_its_owner_may_read_it(tmp_path):
    secret_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_two_homes_have_two_keys(tmp_path):
    assert secret_key(tmp_path / "one") != secret_key(tmp_path / "two")


def test_of_many_at_once_all_get_the_same(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: secret_key(tmp_path / "home"), range(64)))) == 1
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret.key"]


@pytest.mark.parametrize("damaged", [b"", b"x\n", b"\xff\x00" * 32, b"0" * 63, b"Z" * 64])
def test_what_is_no_key_is_replaced_by_one_that_stays(tmp_path, damaged):
    (tmp_path / "secret.key").write_bytes(damaged)
    with ThreadPoolExecutor(8) as pool:
        [key] = set(pool.map(lambda _: secret_key(tmp_path), range(16)))
    assert len(key) == 64 and key == secret_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
