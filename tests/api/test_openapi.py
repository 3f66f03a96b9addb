"""The OpenAPI document is valid and true, and the documentation page needs nothing from elsewhere."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(shared):
    return shared.client.get("/openapi.json").json


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.")
    schemathesis.openapi.from_dict(document).validate()
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema), name


def test_every_reference_leads_somewhere(document):
    for target in set(re.findall(r"'\$ref': '#/components/(\w+/\w+)'", str(document))):
        kind, name = target.split("/")
        assert name in document["components"][kind], target


def test_every_route_is_described_with_its_answers_and_its_key(document, shared):
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    routes = {rule.rule for rule in shared.app.url_map.iter_rules()} - {"/openapi.json", "/docs", "/docs/<name>"}
    assert described == routes
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for method in set(operations) - {"parameters"}:
            operation = operations[method]
            assert operation["summary"], path
            assert any(status.startswith("2") for status in operation["responses"]), path
            assert ("401" in operation["responses"]) == path.startswith("/v1/")
            assert operation.get("security") == (None if path.startswith("/v1/") else [])


def test_the_order_is_described_as_it_is_checked(document):
    order = document["components"]["schemas"]["Order"]
    assert order["additionalProperties"] is False
    assert set(order["required"]) >= {"channel_order_no", "placed_at", "currency", "lines", "payable_cents"}
    assert order["properties"]["lines"]["maxItems"] == 200
    assert document["components"]["schemas"]["Line"]["properties"]["quantity"]["maximum"] == 100_000


@pytest.mark.parametrize(
    "path",
    ["rulesets/{stage}/drafts", *(f"rulesets/{{stage}}/drafts/{{draft_id}}/{step}" for step in ("submit", "approve")),
     "orders/{no}/unmerge"],
)  # fmt: skip
def test_a_body_that_may_be_left_out_is_described_so(document, path):
    operations = document["paths"][f"/v1/{path}"]
    assert operations["post"]["requestBody"]["required"] is False


def test_the_example_can_be_posted_as_it_stands(document, house):
    for path, status in (("/v1/decide", 200), ("/v1/orders", 201)):
        example = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
        assert house.caller("taobao").post(path, example).status_code == status


@pytest.mark.slow
def test_generated_requests_get_the_answers_that_are_described(shared):
    """Whatever is sent, the answer is one of those described; nothing is our fault."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", shared.app)
    headers = {"Authorization": f"Bearer {shared.keys['admin']}"}
    routes = shared.app.url_map.bind("localhost")

    def leads_elsewhere(case) -> bool:
        """Whether what was put into the path makes it that of another route: an order called `changes`."""
        if not routes.test(case.formatted_path, case.method):
            return False
        rule, _ = routes.match(case.formatted_path, case.method, return_rule=True)
        return rule.rule.replace("<", "{").replace(">", "}") != case.path

    def attempt(operation) -> None:
        @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def request(case):
            assume(not leads_elsewhere(case))
            if operation.path in ("/v1/orders", "/v1/decide") and case.method == "POST":
                case.query = {**(case.query or {}), "channel": "own-shop"}
            case.validate_response(case.call(headers=headers), checks=CHECKS)

        request()

    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path != "/v1/orders/batch":  # the generator writes no NDJSON
            attempt(operation)


def test_the_page_loads_only_what_we_serve(shared):
    page = served(shared, "/docs")
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(loaded) == 6
    for path in loaded:
        assert path.startswith("/"), path
        assert not path.startswith("//"), path
        text = served(shared, path)
        assert not path.endswith(".css") or not re.findall(r"url\(\s*['\"]?(?:https?:)?//|@import", text), path
    assert re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|style=", page) == []
    assert "//" not in served(shared, "/docs/docs.js").replace("// validatorUrl", "")


def served(shared, path) -> str:
    with shared.client.get(path) as response:
        assert response.status_code == 200, path
        return response.data.decode(errors="replace")


def test_the_page_may_load_nothing_else(shared):
    with shared.client.get("/docs") as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
