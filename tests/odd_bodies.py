"""Request bodies that are odd in one way each, with the answer they deserve from a marketplace channel such as taobao.

`ODD_BODIES` holds (name, body, status, code). A status of 201 means: odd, and accepted all the same. A name that starts
with a path ("lines.0.quantity: true") is a valid order but for that field. Every order has a number of its own.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

OddBody = tuple[str, bytes, int, str | None]

SAMPLE_ORDER: dict[str, Any] = {
    "channel_order_no": "TB20261111000123", "placed_at": "2026-11-11T00:00:05+08:00", "currency": "CNY",
    "priority": "normal", "ship_by": None,
    "buyer": {"id": "b-8812", "name": "张伟", "phone": "13800138000", "email": None,
              "registered_at": "2025-03-01T00:00:00+08:00", "level": None, "tags": []},
    "receiver": {"name": "张伟", "phone": "13800138000", "phone_extension": None, "country": "CN", "province": "北京市",
                 "city": "北京市", "district": "朝阳区", "town": None, "address": "大望路甲18号院3号楼2单元501",
                 "postcode": "010000", "lat": 39.9, "lng": 116.47, "masked": False, "token": None, "fingerprint": None},
    "lines": [{"line_no": "1", "channel_line_no": None, "sku": "LAUNDRY-2L", "title": "洗衣液 2L", "kind": "normal",
               "quantity": 3, "unit_cents": 3990, "discount_cents": 0, "refund_status": "none", "remark": ""}],
    "coupons": [{"code": "DOUBLE11-50", "kind": "amount", "group": "store", "stackable": True, "discount_cents": 5000,
                 "applied": True, "percent_bp": None, "min_spend_cents": None, "max_discount_cents": None,
                 "valid_from": None, "valid_until": None, "skus": None, "funded_by": "seller"}],
    "payment": {"status": "paid", "method": "alipay", "transaction_no": "2026111122001", "paid_cents": 6970,
                "settled_at": "2026-11-11T00:00:09+08:00", "cod_cents": 0},
    "delivery": {"method": "ship", "service_level": "standard", "deliver_on": None, "ship_not_before": None,
                 "pickup_store": None},
    "remark": "", "seller_memo": "", "invoice": None, "shipping_cents": 0, "tax_cents": 0, "adjustment_cents": 0,
    "payable_cents": 6970, "attributes": {},
}  # fmt: skip

TEXTS = (
    "buyer.id", "buyer.name", "buyer.phone", "buyer.email", "buyer.level", "buyer.tags.0", "receiver.name",
    "receiver.phone", "receiver.phone_extension", "receiver.country", "receiver.province", "receiver.city",
    "receiver.district", "receiver.town", "receiver.address", "receiver.postcode", "receiver.token",
    "receiver.fingerprint", "lines.0.line_no", "lines.0.channel_line_no", "lines.0.sku", "lines.0.title",
    "lines.0.remark", "coupons.0.code", "coupons.0.group", "coupons.0.funded_by", "coupons.0.skus.0",
    "payment.transaction_no", "delivery.pickup_store", "remark", "seller_memo",
)  # fmt: skip
CENTS = (
    "lines.0.unit_cents", "lines.0.discount_cents", "coupons.0.discount_cents", "coupons.0.min_spend_cents",
    "coupons.0.max_discount_cents", "payment.paid_cents", "payment.cod_cents", "shipping_cents", "tax_cents",
    "adjustment_cents", "payable_cents",
)  # fmt: skip
CHOICES = (
    "priority", "lines.0.kind", "lines.0.refund_status", "coupons.0.kind", "payment.status", "payment.method",
    "delivery.method", "delivery.service_level",
)  # fmt: skip
FLAGS = ("receiver.masked", "coupons.0.stackable", "coupons.0.applied")
INSTANTS = (
    "placed_at", "ship_by", "buyer.registered_at", "coupons.0.valid_from", "coupons.0.valid_until",
    "payment.settled_at",
)  # fmt: skip
DAYS = ("delivery.deliver_on", "delivery.ship_not_before")
OBJECTS = ("buyer", "receiver", "payment", "delivery", "lines.0", "coupons.0", "invoice", "attributes")
LISTS = ("lines", "coupons", "buyer.tags", "coupons.0.skus")
REQUIRED = (
    "channel_order_no", "placed_at", "currency", "buyer.id", "receiver", "lines", "lines.0.line_no", "lines.0.sku",
    "lines.0.quantity", "lines.0.unit_cents", "payment.status", "delivery.method", "payable_cents",
)  # fmt: skip

_numbers = itertools.count(1)


def sample(**changes: Any) -> dict[str, Any]:
    """The contract's sample order under a number of its own, with top-level fields changed."""
    return copy.deepcopy(SAMPLE_ORDER) | {"channel_order_no": f"ODD-{next(_numbers)}"} | changes


def with_value(path: str, value: Any) -> dict[str, Any]:
    """The sample order with one field changed; its lists of tags and coupon skus have an item to change."""
    document = sample()
    if "tags.0" in path:
        document["buyer"]["tags"] = ["vip"]
    if "skus.0" in path:
        document["coupons"][0]["skus"] = ["LAUNDRY-2L"]
    *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    place[last] = value
    return document


def without(path: str) -> dict[str, Any]:
    """The sample order without one field."""
    document = with_value(path, None)
    *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    del place[last]
    return document


def encoded(document: Any) -> bytes:
    """JSON in ASCII, so that lone surrogates can be written too."""
    return json.dumps(document).encode()


def _nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def _raw(old: str, new: bytes) -> bytes:
    """The sample order with a piece of its JSON text replaced by raw bytes."""
    text = json.dumps(sample(), ensure_ascii=False).encode()
    assert old.encode() in text
    return text.replace(old.encode(), new, 1)


def _unreadable() -> Iterator[OddBody]:
    good = encoded(sample())
    malformed = {
        "empty": b"",
        "blank": b"  \n",
        "not JSON": b"hello",
        "a form": b"order=1&lines=2",
        "XML": b"<order/>",
        "unfinished object": good[:-1],
        "unfinished string": b'{"remark": "',
        "two documents": good + good,
        "a comment": b'{"remark": "" /* none */}',
        "a trailing comma": b'{"remark": "",}',
        "single quotes": b"{'remark': ''}",
        "an unquoted key": b'{remark: ""}',
        "a leading zero": _raw('"quantity": 3', b'"quantity": 03'),
        "a plus sign": _raw('"quantity": 3', b'"quantity": +3'),
        "hexadecimal": _raw('"quantity": 3', b'"quantity": 0x3'),
        "a bare point": _raw('"quantity": 3', b'"quantity": 3.'),
        "NaN": _raw('"quantity": 3', b'"quantity": NaN'),
        "Infinity": _raw('"quantity": 3', b'"quantity": Infinity'),
        "minus Infinity": _raw('"payable_cents": 6970', b'"payable_cents": -Infinity'),
        "NaN in attributes": _raw('"attributes": {}', b'"attributes": {"x": NaN}'),
        "a byte order mark": b"\xef\xbb\xbf" + good,
        "UTF-16": good.decode().encode("utf-16"),
        "UTF-32": good.decode().encode("utf-32-le"),
        "GB 18030": json.dumps(sample(), ensure_ascii=False).encode("gb18030"),
        "a stray byte": _raw('"remark": ""', b'"remark": "\xff"'),
        "a stray continuation": _raw('"remark": ""', b'"remark": "\x80"'),
        "an overlong slash": _raw('"remark": ""', b'"remark": "\xc0\xaf"'),
        "a cut character": _raw('"remark": ""', b'"remark": "\xe5\xbc"'),
        "a surrogate in UTF-8": _raw('"remark": ""', b'"remark": "\xed\xa0\x80"'),
        "beyond Unicode": _raw('"remark": ""', b'"remark": "\xf4\x90\x80\x80"'),
        "a raw NUL in text": _raw('"remark": ""', b'"remark": "\x00"'),
        "a raw line break in text": _raw('"remark": ""', b'"remark": "\n"'),
        "a raw tab in text": _raw('"remark": ""', b'"remark": "\t"'),
        "a bad escape": _raw('"remark": ""', b'"remark": "\\x41"'),
        "a short unicode escape": _raw('"remark": ""', b'"remark": "\\u12"'),
        "51 lists": b"[" * 51 + b"]" * 51,
        "3,000 lists": b"[" * 3_000 + b"]" * 3_000,
        "3,000 lists left open": b"[" * 3_000,
        "300,000 lists left open": b"[" * 300_000,
        "3,000 objects": b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
        "3,000 lists in attributes": _raw('"attributes": {}', b'"attributes": ' + b"[" * 3_000 + b"]" * 3_000),
        "a string of quotes": b'"' + b'\\"' * 100_000,
    }
    for name, body in malformed.items():
        yield name, body, 400, "malformed-json"
    repeated = {
        "a repeated field": _raw('"remark": ""', b'"remark": "", "remark": ""'),
        "a repeated field with an escape": _raw('"remark": ""', b'"remark": "", "rem\\u0061rk": "x"'),
        "a repeated field in a line": _raw('"quantity": 3', b'"quantity": 3, "quantity": 3'),
        "a repeated key in attributes": _raw('"attributes": {}', b'"attributes": {"x": {"y": 1, "y": 2}}'),
    }
    for name, body in repeated.items():
        yield name, body, 400, "duplicate-key"
    yield "over 1 MB", encoded(sample()) + b" " * 1_048_576, 413, None
    yield "over 1 MB of text", encoded(sample(remark="长" * 200_000)), 413, None
    yield "2 MB that is no JSON", b"\xff" * 2_097_152, 413, None


def _not_an_order() -> Iterator[OddBody]:
    for value in (None, True, 3, 3.5, "order", [], [sample()], 1e300, "𠮷", _nested(40)):
        yield f"not an object: {json.dumps(value)[:30]}", encoded(value), 422, "invalid-type"
    yield "an empty object", b"{}", 422, "required"
    yield "50 lists", b"[" * 50 + b"]" * 50, 422, "invalid-type"


def _wrong(paths: tuple[str, ...], values: dict[str, Any], code: str) -> Iterator[OddBody]:
    for path, (name, value) in itertools.product(paths, values.items()):
        yield f"{path}: {name}", encoded(with_value(path, value)), 422, code


def _wrong_types() -> Iterator[OddBody]:
    numbers = {
        "text": "3",
        "a fraction": 3.5,
        "a whole float": 3.0,
        "true": True,
        "a list": [3],
        "an object": {"cents": 3},
    }
    texts = {"a number": 3, "true": True, "a list": ["x"], "an object": {"zh": "x"}}
    instants = {
        "a number": 1_762_790_405,
        "no offset": "2026-11-11T00:00:05",
        "a date": "2026-11-11",
        "a blank": "2026-11-11 00:00:05+08:00",
        "13th month": "2026-13-01T00:00:00Z",
        "25 hours": "2026-11-11T25:00:00Z",
        "30 February": "2026-02-30T00:00:00Z",
        "text": "yesterday",
        "empty": "",
        "a week": "2026-W46-3T00:00:00Z",
        "no marks": "20261111T000005+0800",
        "a far offset": "2026-11-11T00:00:05+99:00",
        "full-width digits": "２０２６-11-11T00:00:05+08:00",
    }
    days = {
        "a number": 20261113,
        "an instant": "2026-11-13T00:00:00Z",
        "30 February": "2026-02-30",
        "a German date": "13.11.2026",
        "empty": "",
        "no marks": "20261113",
    }
    yield from _wrong(TEXTS, texts, "invalid-type")
    yield from _wrong((*CENTS, "lines.0.quantity", "coupons.0.percent_bp"), numbers, "invalid-type")
    yield from _wrong(CHOICES, {"a number": 1, "a list": ["paid"], "true": True}, "invalid-type")
    yield from _wrong(FLAGS, {"text": "true", "one": 1, "zero": 0, "a list": []}, "invalid-type")
    yield from _wrong(
        ("receiver.lat", "receiver.lng"), {"text": "39.9", "true": True, "a list": [39.9]}, "invalid-type"
    )
    yield from _wrong(INSTANTS, instants, "invalid-type")
    yield from _wrong(DAYS, days, "invalid-type")
    yield from _wrong(OBJECTS, {"text": "x", "a number": 1, "a list": [], "false": False}, "invalid-type")
    yield from _wrong(LISTS, {"text": "x", "a number": 1, "an object": {}, "false": False}, "invalid-type")


def _wrong_values() -> Iterator[OddBody]:
    huge = {"a cent too many": 10**12 + 1, "10^30": 10**30, "5,000 digits": int("9" * 4_000) * 10**300}
    yield from _wrong(CENTS, huge, "out-of-range")
    yield from _wrong(tuple(each for each in CENTS if each != "adjustment_cents"), {"below zero": -1}, "out-of-range")
    yield from _wrong(("adjustment_cents",), {"far below zero": -(10**12) - 1}, "out-of-range")
    yield from _wrong(
        ("lines.0.quantity",), {"none": 0, "less": -1, "too many": 100_001, "10^30": 10**30}, "out-of-range"
    )
    yield from _wrong(("coupons.0.percent_bp",), {"over 100 %": 10_001, "below": -1}, "out-of-range")
    degrees = {"too far": 180.5, "too far down": -181, "10^30": 10**30, "10^400": 10**400}
    yield from _wrong(("receiver.lat", "receiver.lng"), degrees, "out-of-range")
    yield from _wrong(("receiver.lat",), {"beyond the pole": 90.0001}, "out-of-range")
    yield "receiver.lat: 1e999", _raw('"lat": 39.9', b'"lat": 1e999'), 422, "out-of-range"
    yield from _wrong(
        ("placed_at", "ship_by"),
        {"year 1": "0001-01-01T00:00:00+14:00", "year 9999": "9999-12-31T23:59:59-12:00"},
        "out-of-range",
    )
    yield from _wrong(("delivery.deliver_on",), {"year 9999": "9999-12-31"}, "out-of-range")
    yield from _wrong(
        CHOICES, {"another word": "perhaps", "capitals": "PAID", "empty": "", "a blank more": "paid "}, "not-a-choice"
    )
    yield from _wrong(
        ("channel_order_no",),
        {
            "a blank": "TB 1",
            "a slash": "TB/1",
            "Chinese": "单号1",
            "a line break": "TB1\n",
            "an umlaut": "TBä",
            "a dollar": "$1",
        },
        "out-of-range",
    )
    yield from _wrong(("currency",), {"small": "cny", "short": "CN", "long": "CNYY", "a sign": "￥"}, "out-of-range")


def _wrong_texts() -> Iterator[OddBody]:
    characters = {
        "NUL": "a\x00b",
        "an escape": "\x1b[31m",
        "a bell": "\x07",
        "a tab": "a\tb",
        "DEL": "\x7f",
        "C1": "\x85",
        "a lone high surrogate": "\ud800",
        "a lone low surrogate": "x\udfff",
        "reversed surrogates": "\udc00\ud800",
    }
    yield from _wrong(
        ("remark", "receiver.address", "lines.0.title", "buyer.tags.0", "lines.0.sku"), characters, "out-of-range"
    )
    yield from _wrong(TEXTS, {"NUL alone": "\x00"}, "out-of-range")
    yield from _wrong(TEXTS, {"1,001 characters": "长" * 1_001}, "too-long")
    yield from _wrong(
        ("remark", "receiver.name", "channel_order_no", "currency", "priority"),
        {"65,536 characters": "x" * 65_536},
        "too-long",
    )
    yield from _wrong(("remark",), {"60,000 combining marks": "e" + "\u0323\u0307" * 30_000}, "too-long")
    yield from _wrong(("channel_order_no",), {"65 characters": "x" * 65}, "too-long")


def _wrong_shapes() -> Iterator[OddBody]:
    line = SAMPLE_ORDER["lines"][0]
    for path in REQUIRED:
        yield f"{path}: missing", encoded(without(path)), 422, "required"
        yield f"{path}: null", encoded(with_value(path, None)), 422, "required"
    for path in ("channel_order_no", "currency", "buyer.id", "lines.0.line_no", "coupons.0.code"):
        code = "out-of-range" if path == "currency" else "required"
        yield f"{path}: empty", encoded(with_value(path, "")), 422, code
    yield "payment.status: no payment", encoded(without("payment")), 422, "required"
    yield "delivery.method: no delivery", encoded(sample(delivery=None)), 422, "required"
    yield "buyer.id: no buyer", encoded(sample(buyer=None)), 422, "required"
    yield from _wrong(("lines",), {"none": []}, "required")
    yield from _wrong(("lines.0", "coupons.0", "buyer.tags.0", "coupons.0.skus.0"), {"null": None}, "required")
    yield from _wrong(("lines",), {"201": [line | {"line_no": str(at)} for at in range(201)]}, "too-long")
    yield from _wrong(("coupons",), {"21": [{"code": str(at)} for at in range(21)]}, "too-long")
    yield from _wrong(("buyer.tags", "coupons.0.skus"), {"5,000": ["x"] * 5_000}, "too-long")
    yield "lines.1.line_no: repeated", encoded(sample(lines=[line, line])), 422, "duplicate-key"
    twice = [line | {"line_no": "\u00e9"}, line | {"line_no": "e\u0301"}]
    yield "lines.1.line_no: repeated in another spelling", encoded(sample(lines=twice)), 422, "duplicate-key"


def _unknown_fields() -> Iterator[OddBody]:
    for path in (
        "foo",
        "buyer.foo",
        "receiver.provnce",
        "lines.0.qty",
        "coupons.0.amount",
        "payment.state",
        "delivery.day",
        "order_no",
        "channel",
        "__proto__",
        "_schema",
        "id",
        "Remark",
        " remark",
        "lines.0.__class__",
    ):
        yield f"{path}: unknown", encoded(with_value(path, 1)), 422, "unknown-field"
    yield "unknown with a null", encoded(sample(foo=None)), 422, "unknown-field"
    yield "unknown with an empty name", encoded(sample(**{"": 1})), 422, "unknown-field"
    yield "unknown with a NUL in its name", encoded(sample(**{"remark\x00": 1})), 422, "unknown-field"
    yield "unknown with a lone surrogate in its name", encoded(sample(**{"\ud800": 1})), 422, "unknown-field"
    yield "unknown with a name of 65,536", encoded(sample(**{"x" * 65_536: 1})), 422, "unknown-field"
    yield "50,000 unknown", encoded(sample(**{f"u{at}": 1 for at in range(50_000)})), 422, "unknown-field"


def _free_objects() -> Iterator[OddBody]:
    for path in ("attributes", "invoice"):
        yield f"{path}: 40 deep", encoded(with_value(path, {"x": _nested(40)})), 422, "out-of-range"
        yield f"{path}: 501 values", encoded(with_value(path, {str(at): at for at in range(501)})), 422, "too-long"
        yield f"{path}.x: NUL", encoded(with_value(path, {"x": "\x00"})), 422, "out-of-range"
        yield f"{path}.x: 10^30", encoded(with_value(path, {"x": 10**30})), 422, "out-of-range"
        yield f"{path}.x.0: 1,001 characters", encoded(with_value(path, {"x": ["x" * 1_001]})), 422, "too-long"
        yield f"{path}: a lone surrogate as name", encoded(with_value(path, {"\udc00": 1})), 422, "out-of-range"
        yield (
            f"{path}: a name in two spellings",
            encoded(with_value(path, {"\u00e9": 1, "e\u0301": 2})),
            422,
            "duplicate-key",
        )
    yield "attributes.x: 1e999", _raw('"attributes": {}', b'"attributes": {"x": 1e999}'), 422, "out-of-range"


def _accepted() -> Iterator[OddBody]:
    odd = {
        "an emoji in the remark": sample(remark="🎂 生日快乐 👨‍👩‍👧‍👦🏳️‍🌈"),
        "line breaks in the remark": sample(remark="第一行\n第二行\r\n第三行"),
        "1,000 characters": sample(remark="长" * 1_000),
        "a rare character": with_value("receiver.name", "𠮷野家"),
        "right to left": with_value("receiver.name", "محمد"),
        "markup in text": sample(remark="<script>alert(1)</script>{{7*7}}'; DROP TABLE orders;--"),
        "a receiver of nulls": sample(receiver={}),
        "an empty sku": with_value("lines.0.sku", ""),
        "an unknown sku": with_value("lines.0.sku", "NO-SUCH-SKU"),
        "amounts that do not add up": sample(payable_cents=1),
        "the most cents": with_value("lines.0.unit_cents", 10**12),
        "the most pieces": with_value("lines.0.quantity", 100_000),
        "lat without lng": with_value("receiver.lng", None),
        "a whole number of degrees": with_value("receiver.lat", 39),
        "blanks around": json.loads(encoded(sample())),
        "an adjustment below zero": sample(adjustment_cents=-10),
        "200 lines": sample(lines=[SAMPLE_ORDER["lines"][0] | {"line_no": str(at)} for at in range(200)]),
        "a foreign currency": sample(currency="XXX"),
        "attributes": sample(attributes={"utm": {"source": "微博", "n": [1, 2.5, None, True]}}),
        "a placing in 1970": sample(placed_at="1970-01-01T00:00:00Z"),
        "a leap day": with_value("delivery.deliver_on", "2028-02-29"),
    }
    for name, document in odd.items():
        padding = b" \r\n\t" * 100 if name == "blanks around" else b""
        yield name, padding + encoded(document) + padding, 201, None
    bare = {
        "channel_order_no": f"ODD-{next(_numbers)}",
        "placed_at": "2026-11-11T00:00:05Z",
        "currency": "CNY",
        "buyer": {"id": "1"},
        "receiver": {},
        "lines": [{"line_no": "1", "sku": "X", "quantity": 1, "unit_cents": 0}],
        "payment": {"status": "unpaid"},
        "delivery": {"method": "none"},
        "payable_cents": 0,
    }
    yield "nothing but what is required", encoded(bare), 201, None


ODD_BODIES: list[OddBody] = [
    *_unreadable(),
    *_not_an_order(),
    *_wrong_types(),
    *_wrong_values(),
    *_wrong_texts(),
    *_wrong_shapes(),
    *_unknown_fields(),
    *_free_objects(),
    *_accepted(),
]
