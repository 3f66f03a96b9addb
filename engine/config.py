"""Settings, read once from the environment. Every name is documented in docs/configuration.md."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SOFTWARE = "gatehouse 0.1.0"
SHORTEST_SECRET = 16
SOCKET_PATH_BYTES = 100  # a Unix socket's path ends at 104 bytes on macOS and 108 on Linux, terminator included


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs."""

    home: Path  # data directory: database, Valkey, credentials, secret key
    database_url: str
    redis_url: str | None  # None: the embedded Valkey under `home`
    host: str = "127.0.0.1"
    port: int = 8000
    time_zone: str = "Asia/Shanghai"
    matching: str = "both"  # both | evaluator | matcher: who evaluates the rules
    cross_check_percent: int = 100  # with both: the share of orders that the second one checks
    action_lease_s: int = 60  # an action without a receipt for so long is handed out again
    log_level: str = "INFO"
    web_processes: int = 2  # each holds its own compiled rules, some 100 MB
    web_threads: int = 8  # requests that one of them answers at a time
    pool_reminders: tuple[str, ...] = ("09:30", "14:00", "17:30")  # by when somebody should have looked at the pool
    auto_merge: bool = False  # orders that may go in one parcel do, without anybody asking for it
    auto_coupon_refund_below_cents: int = 0  # smaller differences of missed coupons go back by themselves; 0: none do
    writes_per_minute: int = 60_000  # requests that change something, of one caller to one web process
    sign_ins_per_minute: int = 60  # tries from one address at one web process
    trusted_proxies: int = 0  # reverse proxies in front whose X-Forwarded-For is believed
    require_review: bool = False  # rules go live only after somebody else than their authors approved them
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)  # addresses by the names that rules call
    webhook_secret: str | None = field(default=None, repr=False)  # signs what they are told

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Settings of an environment; unset names take the embedded defaults. Raises ValueError naming the variable."""
        home = Path(environ.get("GATEHOUSE_HOME") or "var").resolve()
        return cls(
            home=home,
            database_url=_database_url(environ.get("DATABASE_URL") or f"sqlite:///{home / 'gatehouse.db'}"),
            redis_url=environ.get("REDIS_URL") or None,
            host=environ.get("HOST") or "127.0.0.1",
            port=_integer(environ, "PORT", 8000, 1, 65535),
            time_zone=_time_zone(environ, "BUSINESS_TIME_ZONE", "Asia/Shanghai"),
            matching=_choice(environ, "MATCHING", ("both", "evaluator", "matcher")),
            cross_check_percent=_integer(environ, "CROSS_CHECK_PERCENT", 100, 0, 100),
            action_lease_s=_integer(environ, "ACTION_LEASE_S", 60, 1, 3600),
            log_level=_choice(environ, "LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
            web_processes=_integer(environ, "WEB_PROCESSES", 2, 1, 64),
            web_threads=_integer(environ, "WEB_THREADS", 8, 1, 256),
            pool_reminders=_times_of_day(environ, "POOL_REMINDERS", "09:30,14:00,17:30"),
            auto_merge=_choice(environ, "AUTO_MERGE", ("0", "1")) == "1",
            auto_coupon_refund_below_cents=_integer(environ, "AUTO_COUPON_REFUND_BELOW_CENTS", 0, 0, 10**12),
            writes_per_minute=_integer(environ, "WRITES_PER_MINUTE", 60_000, 1, 10**7),
            sign_ins_per_minute=_integer(environ, "SIGN_INS_PER_MINUTE", 60, 1, 10**7),
            trusted_proxies=_integer(environ, "TRUSTED_PROXIES", 0, 0, 10),
            require_review=_choice(environ, "REQUIRE_REVIEW", ("0", "1")) == "1",
            webhooks=_webhooks(environ.get("WEBHOOKS") or "", environ.get("WEBHOOK_SECRET") or ""),
            webhook_secret=environ.get("WEBHOOK_SECRET") or None,
        )

    @property
    def queue_url(self) -> str:
        """Where RQ finds its Redis: REDIS_URL, or the embedded Valkey's socket."""
        return self.redis_url or f"unix://{quote(str(self.valkey_socket))}"

    @property
    def valkey_socket(self) -> Path:
        """The embedded Valkey's socket: under `home`, or in a folder of its own where that path would be too long."""
        socket = self.home / "valkey.sock"
        if len(os.fsencode(socket)) <= SOCKET_PATH_BYTES:
            return socket
        owner = hashlib.sha256(os.fsencode(self.home) + str(os.geteuid()).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"gatehouse-{owner}" / "valkey.sock"


def _database_url(url: str) -> str:
    """The URL as SQLAlchemy wants it; a relative SQLite file is made absolute, for not all our processes stand
    alike."""
    if url.startswith("sqlite:///") and not url.startswith(("sqlite:////", "sqlite:///:")) and url != "sqlite:///":
        return f"sqlite:///{Path(url.removeprefix('sqlite:///')).resolve()}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")) or url in ("sqlite:///", "sqlite:///:memory:"):
        # Not quoted: it may hold a password.
        raise ValueError("DATABASE_URL must be sqlite:///path/to/file.db or postgresql://user:password@host/name")
    return url


def _time_zone(environ: Mapping[str, str], name: str, default: str) -> str:
    value = environ.get(name) or default
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name} must be a time zone such as Asia/Shanghai, not {value!r}") from None
    return value


def _times_of_day(environ: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    """Times such as 09:30, between commas; "off": none."""
    text = environ.get(name) or default
    times = () if text == "off" else tuple(sorted({each.strip() for each in text.split(",")}))
    if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", each) for each in times):
        raise ValueError(f"{name} must be times of day such as {default}, or off, not {text!r}")
    return times


def _webhooks(text: str, secret: str) -> dict[str, str]:
    """Addresses by name of `name=https://host/path`, with blanks or commas between them. Raises ValueError with
    everything that is wrong, which quotes no address: some hold a token."""
    entries = [each.partition("=") for each in re.split(r"[\s,]+", text) if each]
    names = [name for name, _, _ in entries]
    wrong = [wrong for name, _, url in entries for wrong in _wrong_webhook(name, url)]
    wrong += [f"{name} is there twice" for name in sorted({each for each in names if names.count(each) > 1})]
    said = [f"WEBHOOKS must be name=https://host/path, with blanks between them: {'; '.join(wrong)}"] if wrong else []
    if (entries or secret) and len(secret) < SHORTEST_SECRET:
        said.append(f"WEBHOOK_SECRET must be at least {SHORTEST_SECRET} characters, which sign what webhooks are sent")
    if said:
        raise ValueError(". ".join(said))
    return {name: url for name, _, url in entries}


def _wrong_webhook(name: str, url: str) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
        yield "a name is at most 64 letters, digits, dots, underscores and hyphens"  # not quoted: it may be an address
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or not re.fullmatch(r"[!-~]+", url) or parts.fragment:
        yield f"{name} has no such address"
    elif parts.username is not None or parts.password is not None:
        yield f"{name} has a user or password in its address"
    elif parts.scheme != "https" and (parts.scheme != "http" or host not in ("localhost", "127.0.0.1")):
        yield f"{name} is not https (http is for localhost and 127.0.0.1)"


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def _integer(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)
