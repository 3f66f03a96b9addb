"""What a first start does beyond starting: schema, rules, demo, credentials and sample orders. It may run again."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.config import Settings
from engine.demo.orders import Sample, sample_orders
from engine.holds import HOLD_REASONS
from engine.service import Gatehouse
from engine.store.database import Database
from workers.own_api import base_url, post_order


def prepare(settings: Settings, rulesets: Path, demo: bool) -> bool:
    """Bring the database up to date, fill an empty one or offer rules that are shipped otherwise than before, and write
    the first credentials down, if these are the first.

    True: they were. Raises GatehouseError.
    """
    gatehouse = Gatehouse(Database(settings.database_url), settings)
    try:
        gatehouse.database.migrate()
        if not gatehouse.seeding.rules(rulesets):
            gatehouse.upgrading.offer(rulesets)
        if demo:
            gatehouse.seeding.demo(gatehouse.clock().astimezone(ZoneInfo(settings.time_zone)).date())
        return gatehouse.seeding.credentials(
            base_url(settings), lambda credentials: write_private(credentials_path(settings), credentials)
        )
    finally:
        gatehouse.close()


def send_samples(settings: Settings, stop: Callable[[], bool], say: Callable[[str], None]) -> None:
    """Send the sample orders through the API, where there are no orders yet and the demo's keys are known."""
    keys = _read_credentials(settings).get("channels", {})
    if not keys or _has_orders(settings):
        return
    say("样例订单 Sample orders")
    for sample in sample_orders(dt.datetime.now(dt.UTC)):
        if stop():
            return
        if sample.channel in keys:
            say(f"  {_send(settings, keys[sample.channel]['key'], sample)}")


def welcome(settings: Settings, show_password: bool, logs: Path | None = None) -> str:
    """Where everything is and how to sign in."""
    url = base_url(settings)
    sign_in = _sign_in(settings, show_password)
    return "\n".join(
        [
            "",
            f"控制台 Console  {url}/console/",
            f"登录 Sign in    {sign_in}",
            f"接口 API        {url}/v1    {url}/docs",
            f"数据 Data       {settings.home}",
            *([f"日志 Logs       {logs}"] if logs else []),
            "按 Ctrl-C 停止 · Ctrl-C stops everything",
        ]
    )


def _sign_in(settings: Settings, show_password: bool) -> str:
    console = _read_credentials(settings).get("console", {})
    path = credentials_path(settings)
    if not console:
        return f"{path} 不在 is not there: gatehouse users password admin"
    if show_password:
        return f"{console['username']} / {console['password']}   ({path})"
    return f"{console['username']}, 密码在 password in {path}"


def credentials_path(settings: Settings) -> Path:
    """Where the first keys and password stand in plain text; the database has only their hashes."""
    return settings.home / "credentials.json"


def write_private(path: Path, document: dict[str, Any]) -> None:
    """Write a file that only we can read, whole or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _read_credentials(settings: Settings) -> dict[str, Any]:
    try:
        return json.loads(credentials_path(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _has_orders(settings: Settings) -> bool:
    gatehouse = Gatehouse(Database(settings.database_url), settings)
    try:
        return bool(gatehouse.orders.search({}, None, 1)["items"])
    finally:
        gatehouse.close()


def _send(settings: Settings, key: str, sample: Sample) -> str:
    """Which order it is, its verdict and why, or what went wrong; a sample that fails stops nobody."""
    number = f"{sample.document['channel_order_no']:<13}"
    try:
        status, answer = post_order(settings, "/v1/orders", key, sample.document)
    except (OSError, HTTPException, ValueError) as error:
        return f"{number} failed ({type(error).__name__})"
    if status not in (200, 201):
        return f"{number} answered with {status}"
    return f"{number} {told(answer['decision'])}"


def told(decision: Mapping[str, Any]) -> str:
    """A decision in a line: the verdict, then the holds with their rules, or how it is shipped."""
    parts = [
        f"{HOLD_REASONS[hold['reason']].zh} {HOLD_REASONS[hold['reason']].en} ({hold['rule']})"
        for hold in decision["holds"]
    ] or [_shipped(shipment) for shipment in decision["shipments"]]
    changed = [each["coupon"] for each in decision["corrections"] if each["coupon"]]
    parts += [f"优惠纠正 coupon put right: {', '.join(changed)}"] if changed else []
    missing = sum(each["quantity"] for each in decision["backorders"])
    parts += [f"缺货后补 backordered: {missing}"] if missing else []
    return f"{_VERDICTS[decision['verdict']]}  {' + '.join(parts)}"


def _shipped(shipment: Mapping[str, Any]) -> str:
    if shipment["service"] is None:
        return f"{shipment['warehouse']} 自提 pickup"
    return f"{shipment['warehouse']} → {shipment['service']} ¥{shipment['freight_cents'] / 100:.2f}"


_VERDICTS = {"approve": "通过 approve", "hold": "挂起 hold   ", "reject": "拒绝 reject "}
