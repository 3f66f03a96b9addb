"""Settings from an environment: defaults, what each name does, and words for what makes no sense."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from redis.connection import parse_url

from engine.config import SOFTWARE, Settings

ROOT = Path(__file__).parents[2]


def test_without_an_environment_everything_is_under_var(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environ({})
    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/gatehouse.db"
    assert settings.queue_url == f"unix://{tmp_path}/var/valkey.sock"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_an_empty_name_counts_as_unset() -> None:
    settings = Settings.from_environ({"PORT": "", "REDIS_URL": "", "MATCHING": ""})
    assert (settings.port, settings.redis_url, settings.matching) == (8000, None, "both")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_goes_through_psycopg(scheme: str) -> None:
    settings = Settings.from_environ({"DATABASE_URL": f"{scheme}://user@host/name"})
    assert settings.database_url == "postgresql+psycopg://user@host/name"


def test_a_relative_sqlite_file_is_made_absolute(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environ({"DATABASE_URL": "sqlite:///a.db"}).database_url == f"sqlite:///{tmp_path}/a.db"
    assert Settings.from_environ({"DATABASE_URL": "sqlite:////b/a.db"}).database_url == "sqlite:////b/a.db"


def test_a_redis_of_ones_own_replaces_the_embedded_one() -> None:
    assert Settings.from_environ({"REDIS_URL": "redis://host:1/2"}).queue_url == "redis://host:1/2"


@pytest.mark.parametrize("home", ["/data", "/with space", "/100%/ü?#"])
def test_the_socket_survives_its_trip_through_a_url(home: str) -> None:
    settings = Settings.from_environ({"GATEHOUSE_HOME": home})
    assert parse_url(settings.queue_url)["path"] == f"{home}/valkey.sock"


def test_a_long_home_has_a_short_socket_of_its_own() -> None:
    deep = [Settings.from_environ({"GATEHOUSE_HOME": f"/{'x' * 120}/{name}"}).valkey_socket for name in "aab"]
    assert all(len(str(path)) <= 100 for path in deep)
    assert deep[0] == deep[1] != deep[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("CROSS_CHECK_PERCENT", "101"),
        ("WEB_PROCESSES", "0"),
        ("WRITES_PER_MINUTE", "0"),
        ("SIGN_INS_PER_MINUTE", "many"),
        ("TRUSTED_PROXIES", "11"),
        ("POOL_REMINDERS", "9:30"),
        ("POOL_REMINDERS", "09:30,24:00"),
        ("POOL_REMINDERS", "09:30,"),
        ("MATCHING", "guess"),
        ("LOG_LEVEL", "loud"),
        ("BUSINESS_TIME_ZONE", "Asia/Atlantis"),
        ("BUSINESS_TIME_ZONE", "../etc/passwd"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        Settings.from_environ({name: value})


def test_times_of_reminders_are_put_in_order_and_may_be_none() -> None:
    assert Settings.from_environ({}).pool_reminders == ("09:30", "14:00", "17:30")
    assert Settings.from_environ({"POOL_REMINDERS": "18:00, 08:15,08:15"}).pool_reminders == ("08:15", "18:00")
    assert Settings.from_environ({"POOL_REMINDERS": "off"}).pool_reminders == ()


def test_every_setting_is_documented_with_its_default() -> None:
    source = (ROOT / "engine/config.py").read_text(encoding="utf-8")
    names = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source))
    assert len(names) >= len(dataclasses.fields(Settings))
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", (ROOT / "docs/configuration.md").read_text("utf-8"), re.M))
    assert names <= rows.keys()
    defaults = Settings.from_environ({})
    for name in ("HOST", "PORT", "MATCHING", "LOG_LEVEL", "CROSS_CHECK_PERCENT", "WEB_PROCESSES", "WEB_THREADS"):
        assert f"`{getattr(defaults, name.lower())}`" in rows[name], name


def test_the_software_has_the_version_of_its_package() -> None:
    version = re.search(r"^version = (.+)$", (ROOT / "setup.cfg").read_text(encoding="utf-8"), re.M)
    assert version and f"gatehouse {version[1]}" == SOFTWARE


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/n", "sqlite://", "sqlite:///", "sqlite:///:memory:", "hunter2"])
def test_a_database_that_cannot_be_is_refused_and_its_password_not_told(url):
    with pytest.raises(ValueError, match="DATABASE_URL must be") as refused:
        Settings.from_environ({"DATABASE_URL": url})
    assert "hunter2" not in str(refused.value)


SECRET = "sixteen-or-more-characters"
WEBHOOKS = "crm=https://crm.example.com/hooks?a=b%2Cc, wall=http://localhost:9000/\n lamp=http://127.0.0.1"


def test_webhooks_are_addresses_by_name():
    settings = Settings.from_environ({"WEBHOOKS": WEBHOOKS, "WEBHOOK_SECRET": SECRET})
    assert settings.webhooks == {
        "crm": "https://crm.example.com/hooks?a=b%2Cc", "wall": "http://localhost:9000/", "lamp": "http://127.0.0.1",
    }  # fmt: skip
    assert SECRET not in repr(settings) and "crm.example" not in repr(settings)
    assert (Settings.from_environ({}).webhooks, Settings.from_environ({}).webhook_secret) == ({}, None)


def test_everything_that_is_wrong_with_webhooks_is_said_at_once_and_no_address_told():
    wrong = (
        "crm=https://u:hunter2@h/ crm=https://h/ plain=http://hunter2.example/ none= odd=ftp://localhost/hunter2 "
        "port=https://h:99999/ zero=https://h:0/ far=https://h/#hunter2 https://hunter2.example/"
    )
    with pytest.raises(ValueError, match="^WEBHOOKS must be") as refused:
        Settings.from_environ({"WEBHOOKS": wrong, "WEBHOOK_SECRET": "too-short"})
    said = str(refused.value)
    for each in (
        "crm has a user or password", "crm is there twice", "plain is not https", "none has no such address",
        "odd is not https", "port has no such address", "zero has no such address", "far has no such address",
        "a name is at most", "WEBHOOK_SECRET must be at least 16 characters",
    ):  # fmt: skip
        assert each in said
    assert "hunter2" not in said and "too-short" not in said


@pytest.mark.parametrize("environ", [{"WEBHOOKS": "a=https://h/"}, {"WEBHOOK_SECRET": "x" * 15}])
def test_webhooks_want_a_secret_that_cannot_be_guessed(environ):
    with pytest.raises(ValueError, match="^WEBHOOK_SECRET must be at least 16 characters"):
        Settings.from_environ(environ)
