"""Personal data as those see it who only watch: enough to recognise a case, not enough to call or visit anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.language.personal import FREE_TEXT_FACTS, is_personal
from engine.service.principals import Principal

HIDDEN = "***"

_BESIDE_A_FACT = ("seen", "wanted", "from", "to")  # keys whose value is that of the fact named next to it
_FREE_TEXT = ("seen", "from", "to", "text", "note", *FREE_TEXT_FACTS)

# Names of things, not of people: never rewritten, whatever they look like.
_IDENTIFIERS = frozenset(
    {"id", "order_no", "channel_order_no", "decision_id", "rulebook", "rule", "code", "sku", "waybill_no",
     "shipment_no", "path", "fact", "stage", "subject"}
)  # fmt: skip

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_MANY_DIGITS = re.compile(r"\+?\d[\d -]{5,}\d")

Text = Callable[[str], str]


def mask_name(name: str) -> str:
    """张伟 as 张*."""
    return f"{name[:1]}*" if name else name


def mask_phone(phone: str) -> str:
    """13800138000 as 138****8000; a short one loses all but its last two digits."""
    if not phone:
        return phone
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-2:]}"


def mask_address(address: str) -> str:
    """大望路甲18号院3号楼 as 大望路***."""
    return f"{address[:3]}{HIDDEN}" if address else address


def mask_email(email: str) -> str:
    """zhang@example.com as z***@example.com."""
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}{at}{domain}" if at else mask_name(email)


def mask_order(order: Mapping[str, Any]) -> dict[str, Any]:
    """The order document without what identifies people, nor the free objects whose keys are not ours to know."""
    text = _text_of(order)
    return {
        **order,
        "buyer": {**_person(order["buyer"]), "id": text(order["buyer"]["id"] or "") or None},
        "receiver": _receiver(order["receiver"]),
        "lines": [{**line, "remark": _free_text(line["remark"], text)} for line in order["lines"]],
        "payment": {**order["payment"], "transaction_no": None},
        "remark": _free_text(order["remark"], text),
        "seller_memo": _free_text(order["seller_memo"], text),
        "invoice": None,
        "attributes": {},
    }


def mask_summary(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a list of orders."""
    masks = {"buyer_name": mask_name, "receiver_name": mask_name, "receiver_phone": mask_phone}
    return {**summary, **{key: mask(summary[key]) for key, mask in masks.items() if summary.get(key)}}


def mask_about(order: Mapping[str, Any], data: Any) -> Any:
    """What was decided, explained or replayed about an order, without the personal data of that order in it."""
    return _walk(data, None, _text_of(order))


def is_personal_list(document: Mapping[str, Any]) -> bool:
    """Whether the items of a list tell of people: those of kind personal, and blacklists."""
    return document.get("kind") == "personal" or str(document["code"]).startswith("blacklist-")


def reference_seen(kind: str, document: Mapping[str, Any], by: Principal) -> dict[str, Any]:
    """A reference document as they may see it: of lists of people only the beginnings."""
    if kind != "lists" or by.sees_people() or not is_personal_list(document):
        return dict(document)
    return {**document, "items": [_item(each) for each in document["items"]]}


def _item(text: str) -> str:
    return mask_phone(text) if _MANY_DIGITS.fullmatch(text) else f"{text[:1]}{HIDDEN}"


def _person(buyer: Mapping[str, Any]) -> dict[str, Any]:
    masks = {"name": mask_name, "phone": mask_phone, "email": mask_email}
    return {**buyer, **{key: mask(buyer[key]) for key, mask in masks.items() if buyer.get(key)}}


def _receiver(receiver: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if receiver is None:
        return None
    gone = {key: None for key in ("phone_extension", "lat", "lng", "token", "fingerprint")}
    masks = {"name": mask_name, "phone": mask_phone, "address": mask_address}
    return {**receiver, **gone, **{key: mask(receiver[key]) for key, mask in masks.items() if receiver.get(key)}}


def _text_of(order: Mapping[str, Any]) -> Text:
    """Rewrites a text: what the order says of its people, and any mobile number."""
    replaced = sorted(_secrets(order), key=lambda each: -len(each[0]))

    def text(value: str) -> str:
        for secret, masked in replaced:
            value = value.replace(secret, masked)
        return _MOBILE.sub(lambda match: mask_phone(match.group()), value)

    return text


def _secrets(order: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    masks = {"name": mask_name, "phone": mask_phone, "email": mask_email, "address": mask_address}
    for person in (order["buyer"], order["receiver"] or {}):
        for key, mask in masks.items():
            value = person.get(key)
            if value and len(value) > 1:  # a name of one character would be found everywhere
                yield value, mask(value)


def _free_text(value: str, text: Text) -> str:
    """People write phone numbers of all kinds into remarks."""
    return _MANY_DIGITS.sub(lambda match: mask_phone(match.group()), text(value))


def _walk(value: Any, key: str | None, text: Text) -> Any:
    if isinstance(value, str):
        if key in _IDENTIFIERS:
            return value
        return _free_text(value, text) if key in _FREE_TEXT else text(value)
    if isinstance(value, list):
        return [_walk(each, key, text) for each in value]
    if isinstance(value, Mapping):
        hidden = _BESIDE_A_FACT if is_personal(value.get("fact")) else ()
        return {
            name: HIDDEN if _is_said(each) and (name in hidden or is_personal(name)) else _walk(each, name, text)
            for name, each in value.items()
        }
    return value


def _is_said(value: Any) -> bool:
    """Whether there is something to hide; yes and no identify nobody."""
    return value is not None and not isinstance(value, bool)
