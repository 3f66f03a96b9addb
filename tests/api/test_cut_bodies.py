"""Bodies that did not come whole are refused and change nothing, whatever of them could be read."""

from __future__ import annotations

import io
import json

import pytest

from tests.api.conftest import sample

ITEMS = "code,title,weight_g\nCUT-1,一,100\nCUT-2,二,200\n"


class BrokenChunks(io.RawIOBase):
    """What a server's stream does where the chunks of a body are wrong: an error of the server's own."""

    def readinto(self, _buffer) -> int:
        raise RuntimeError("invalid chunk size")


@pytest.fixture
def cut(shared):
    """cut(caller, path, body, announced) posts a body of which less comes than was announced."""

    def post(caller: str, path: str, body: bytes, announced: int):
        environ = {"CONTENT_LENGTH": str(announced), "wsgi.input_terminated": True}
        return shared.caller(caller).post(path, input_stream=io.BytesIO(body), environ_overrides=environ)

    return post


def refused(response) -> None:
    assert (response.status_code, response.json["code"]) == (400, "malformed-json"), response.data
    assert len(response.json["errors"]) == 1


def test_half_a_batch_posts_no_order(shared, cut):
    first = sample(channel_order_no="CUT-BATCH-1")
    body = json.dumps(first).encode() + b"\n"
    refused(cut("taobao", "/v1/orders/batch", body, len(body) * 2))
    assert shared.caller("taobao").get("/v1/orders/CUT-BATCH-1").status_code == 404


def test_half_a_file_changes_nothing(shared, cut):
    body = ITEMS.encode()
    refused(cut("admin", "/v1/skus/import", body[: body.index(b"CUT-2")], len(body)))
    assert shared.caller("admin").get("/v1/skus/CUT-1").status_code == 404


def test_half_an_order_says_how_much_came(cut):
    response = cut("taobao", "/v1/orders", b'{"a": 1', 5000)
    refused(response)
    assert "after 7 of 5,000 bytes" in response.json["detail"]


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/orders/batch", "/v1/decide"])
def test_a_stream_that_breaks_is_the_callers_and_not_our_fault(shared, path):
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "wsgi.input": BrokenChunks()}
    refused(shared.caller("taobao").post(path, environ_overrides=environ))
