"""Odd bodies get the answer they deserve, over HTTP as they do in the schema; none is stored, none is our fault."""

from __future__ import annotations

import pytest

from tests.odd_bodies import ODD_BODIES

REFUSED = [each for each in ODD_BODIES if each[2] >= 400]
ACCEPTED = [each for each in ODD_BODIES if each[2] < 400]


@pytest.fixture(scope="module")
def nothing_stored(shared):
    """After all odd bodies there are no orders but the accepted ones."""
    before = sum(shared.gatehouse.orders.counts()["status"].values())
    accepted: list[str] = []
    yield accepted
    assert sum(shared.gatehouse.orders.counts()["status"].values()) == before + len(accepted)


@pytest.mark.parametrize(("name", "body", "status", "code"), REFUSED, ids=[each[0] for each in REFUSED])
def test_an_odd_body_is_refused_with_its_reason(shared, nothing_stored, name, body, status, code):
    for path in ("/v1/orders", "/v1/decide"):
        response = shared.caller("taobao").post(path, body)
        assert response.status_code == status
        assert response.mimetype == "application/problem+json"
        assert response.json["status"] == status
        codes = [each["code"] for each in response.json["errors"]]
        assert code is None or code in codes
        assert status != 400 or len(codes) == 1


@pytest.mark.parametrize(("name", "body", "status", "code"), ACCEPTED, ids=[each[0] for each in ACCEPTED])
def test_an_odd_but_readable_order_is_accepted(shared, nothing_stored, name, body, status, code):
    response = shared.caller("taobao").post("/v1/orders", body)
    assert response.status_code == 201, response.json
    nothing_stored.append(name)
    again = shared.caller("taobao").post("/v1/orders", body)
    assert (again.status_code, again.json["decision"]) == (200, response.json["decision"])
    number = response.json["order"]["channel_order_no"]
    assert shared.caller("taobao").get(f"/v1/orders/{number}").json["order"] == response.json["order"]
