"""Whatever goes wrong is a problem document, on every path, and every answer has its headers."""

from __future__ import annotations

import io
import json

import pytest

from api import create_app
from api.problems import STATUS, status_of
from engine import errors
from tests.api.conftest import House, sample

SHAPE = ["type", "title", "status", "code", "errors"]


def every_error(kind=errors.GatehouseError):
    yield kind
    for each in kind.__subclasses__():
        yield from every_error(each)


def test_every_error_of_ours_has_a_status():
    assert set(STATUS) <= set(every_error())
    statuses = {kind: next(STATUS[each] for each in kind.__mro__ if each in STATUS) for kind in every_error()}
    assert statuses[errors.OrderChanged] == 409
    assert statuses[errors.MatcherError] == 500
    assert status_of(errors.NotFound("x")) == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/v1", 404, "not-found"),
        ("GET", "/v1/", 404, "not-found"),
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/v1//orders", 404, "not-found"),
        ("GET", "/v1/orders/", 404, "not-found"),
        ("GET", "/v1/orders/1/2", 404, "not-found"),
        ("GET", "/docs/../setup.cfg", 404, "not-found"),
        ("GET", "/docs/docs.html", 404, "not-found"),
        ("DELETE", "/v1/orders", 405, "method-not-allowed"),
        ("PATCH", "/v1/skus/A", 405, "method-not-allowed"),
        ("TRACE", "/v1/orders", 405, "method-not-allowed"),
        ("BREW", "/healthz", 405, "method-not-allowed"),
    ],
)
def test_what_is_not_there_is_told_as_a_problem(shared, method, path, status, code):
    response = shared.caller("admin")(method, path)
    assert (response.status_code, response.json["code"], response.json["status"]) == (status, code, status)
    assert response.mimetype == "application/problem+json"
    assert list(response.json) == SHAPE
    assert response.json["errors"] == []


def test_a_method_that_is_not_allowed_comes_with_those_that_are(shared):
    assert set(shared.client.delete("/v1/orders").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert set(shared.client.post("/v1/skus/A").headers["Allow"].split(", ")) >= {"GET", "PUT", "DELETE"}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_cap_is_refused_whether_its_length_is_told_or_not(shared, chunked):
    options = {"input_stream": io.BytesIO(b" " * 1_100_000), "environ_overrides": {"wsgi.input_terminated": True}}
    if not chunked:
        options = {"body": b" " * 1_000_001}
    response = shared.caller("taobao").post("/v1/orders", **options)
    assert (response.status_code, response.json["code"]) == (413, "too-large")


@pytest.fixture
def broken(gatehouse):
    """An application whose orders fail in a way that nobody expected, with a secret in the message."""

    def fail(*_, **__):
        raise RuntimeError("13800138000 张伟 gh_secret")

    gatehouse.orders.submit = fail
    gatehouse.orders.search = lambda *_: (_ for _ in ()).throw(errors.MatcherError("stage fraud: 13800138000"))
    return House(gatehouse)


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/orders"), ("GET", "/v1/orders")])
def test_what_nobody_expected_tells_nothing_and_is_logged(capsys, broken, method, path):
    headers = {"Authorization": f"Bearer {broken.keys['taobao']}", "X-Request-Id": "my-request"}
    response = broken.client.open(path, method=method, data=json.dumps(sample()), headers=headers)
    assert (response.status_code, response.json["code"]) == (500, "internal-error")
    assert response.mimetype == "application/problem+json"
    assert "my-request" in response.json["detail"]
    logged = capsys.readouterr().out
    assert '"request_id": "my-request", "error": [' in logged
    for secret in ("13800138000", "张伟", "gh_secret"):
        assert secret not in response.text
        assert secret not in logged


def test_a_failure_in_a_batch_is_that_lines_alone(broken):
    headers = {"Authorization": f"Bearer {broken.keys['taobao']}"}
    response = broken.client.post("/v1/orders/batch", data=b'{}\n{"a":1,"a":2}', headers=headers)
    told = [json.loads(line) for line in response.text.splitlines()]
    assert [(each["status"], each["problem"]["code"]) for each in told] == [
        (500, "internal-error"),
        (400, "malformed-json"),
    ]


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/nothing", "/healthz", "/openapi.json", "/docs", "/metrics", "/x"])
def test_every_answer_is_hardened(shared, path):
    with shared.client.get(path) as response:
        headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-Id"]
    assert "Server" not in headers
    assert (headers.get("Cache-Control") == "no-store") == path.startswith("/v1/")


def test_a_request_id_is_taken_over_only_where_it_is_plain(shared):
    def answered(given):
        return shared.client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]

    assert answered("abc-1") == "abc-1"
    assert answered("a b") != "a b"
    assert answered("x" * 65) != "x" * 65


def test_a_request_is_logged_with_its_order_and_without_its_people(capsys, house):
    document = sample()
    house.caller("taobao").post("/v1/orders", document)
    house.caller("ops").get("/v1/orders?phone=13800138000&q=张伟")
    house.caller("taobao").get(f"/v1/orders/{document['channel_order_no']}")
    house.client.get("/v1/orders", headers={"Authorization": "Bearer gh_wrong"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    posted, searched, read, refused = lines[-4:]
    assert (posted["route"], posted["status"], posted["principal"]) == ("/v1/orders", 201, "channel:taobao-key")
    assert posted["order_no"] == read["order_no"] == f"taobao.{document['channel_order_no']}"
    assert posted["ms"] > 0
    assert (searched["principal"], refused["principal"]) == ("token:ops-token", None)
    logged = json.dumps(lines, ensure_ascii=False)
    for secret in ("13800138000", "张伟", "大望路", "gh_wrong", *house.keys.values()):
        assert secret not in logged


def test_a_console_in_the_same_application_keeps_its_own_headers(gatehouse):
    app = create_app(gatehouse, gatehouse.settings)

    @app.get("/console/")
    def page():
        return "<p>", 200, {"Content-Security-Policy": "default-src 'self'"}

    headers = app.test_client().get("/console/").headers
    assert headers["Content-Security-Policy"] == "default-src 'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
