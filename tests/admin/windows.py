"""Windows of a real browser onto the console: fixtures for whoever drives one."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.serving import make_server

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = {"width": 1280, "height": 900}
TABLET = {"width": 820, "height": 1180}


def _without(reason: str) -> None:
    """Skip, plainly; fail where browser tests are required."""
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(f"browser tests need it: {reason}")


def _chromium() -> str | None:
    found = (os.environ.get("CHROMIUM_PATH"), *map(shutil.which, NAMES))
    return next((path for path in found if path and os.path.exists(path)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _without("playwright is not installed")
    executable = _chromium()
    if executable is None:
        _without("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def window(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of a fresh browser, at the sign-in page; afterwards nothing may have gone wrong in it.

    What has is in `wrong`; a test that means it to takes it out.
    """
    context = browser.new_context(base_url=address, viewport=getattr(request, "param", DESKTOP))
    page, wrong, hosts = context.new_page(), [], set()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    page.set_default_timeout(15_000)
    page.wrong = wrong
    page.goto("/")
    yield page
    context.close()
    assert wrong == []
    assert hosts <= {urlsplit(address).netloc}
