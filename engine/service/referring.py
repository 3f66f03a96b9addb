"""Who refers to reference data: live rules, drafts, and other documents. What is referred to is not deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import Conflict
from engine.language.mentions import Mention, members_naming, mentioning
from engine.language.rules import Rulebook
from engine.service.drafts import OPEN

_OURS: Mapping[str, frozenset[str]] = {  # what is used whatever rules ask
    "lists": frozenset(
        {"currency-rates", "name-titles", "placeholder-names", "surnames", "compound-surnames", "place-words",
         "promotion-days", "stop-words", "harmless-remarks", "remark-fillers", "wish-delivery-day"}
    ),
    "templates": frozenset(
        {"draft-refused", "no-answer", "order-shipped", "pickup-ready", "parcel-not-collected", "parcel-no-scan",
         "parcel-returned", "parcel-lost", "parcel-damaged", "ship-by-near", "pool-unseen", "aftersale-send-back",
         "aftersale-declined", "aftersale-closed", "channel-silent", "orders-missing"}
    ),
}  # fmt: skip
_ENGINE = {"zh": "系统自己", "en": "Gatehouse itself"}


@dataclass(frozen=True, slots=True)
class Referring:
    """A rule, a table, a draft or another document that names something."""

    kind: str  # rule, table, draft, engine, or a kind of reference data
    code: str  # of a draft: its id
    title: Any  # text, or {zh, en}
    stage: str | None = None


class ReferredTo(Conflict):
    """It cannot be deleted while something refers to it."""

    def __init__(self, code: str, referring: list[Referring]):
        named = ", ".join(f"{each.kind} {each.code}" for each in referring[:5])
        more = f" and {len(referring) - 5} more" if len(referring) > 5 else ""
        super().__init__(f"{code} cannot be deleted: {named}{more} refer to it.")
        self.referring = referring
        self.details = {"referring": [asdict(each) for each in referring]}


def referring_to(uow: Any, rulebook: Rulebook, kind: str, code: str) -> list[Referring]:
    """What names it, rules first, then drafts that are not published yet; orders and stock are the store's to tell."""
    meant = [(kind, code), *(("services", each) for each in _services(uow, kind, code))]
    rules = {each.id: each for mention in meant for each in mentioning(rulebook, *mention)}  # each once
    return [
        *(
            Referring("table" if each.is_table else "rule", each.id, dict(each.title), each.stage)
            for each in rules.values()
        ),
        *_drafts(uow, meant),
        *(
            Referring(other, document["code"], document.get("title") or document.get("name") or "")
            for other, names in _DOCUMENTS.get(kind, {}).items()
            for document in uow.reference.naming(other, code)
            if document["code"] != code and names(document, code)
        ),
        *(Referring(other, each, "") for other, each in _of_same_code(uow, kind, code)),
        *([Referring("engine", code, _ENGINE)] if code in _OURS.get(kind, ()) else ()),
    ]


def _drafts(uow: Any, meant: list[Mention]) -> Iterator[Referring]:
    """The drafts that name it, each by the first rule that does: publishing them would be refused without it."""
    for draft in uow.drafts.of(None, OPEN):
        named = next((each for mention in meant for each in members_naming(draft.document, mention)), None)
        if named is not None:
            yield Referring("draft", draft.id, _title(named), draft.stage)


def _title(named: Mapping[str, Any]) -> Any:
    """What a rule of a draft is called, as far as its author has come."""
    title = named.get("title")
    whole = isinstance(title, Mapping) and all(isinstance(title.get(each), str) for each in ("zh", "en"))
    return title if whole or (title and isinstance(title, str)) else str(named.get("id") or "")


def _services(uow: Any, kind: str, code: str) -> list[str]:
    document = uow.reference.get(kind, code) if kind == "carriers" else None
    return [service["code"] for service in (document or {}).get("services", ())]


def _of_same_code(uow: Any, kind: str, code: str) -> Iterator[tuple[str, str]]:
    """Documents under the code itself, or under that of a service."""
    if kind == "carriers":
        for service in _services(uow, kind, code):
            yield from ((other, service) for other in ("rate-cards", "coverage") if uow.reference.get(other, service))
    if kind == "channels" and uow.reference.get("sku-aliases", code):
        yield "sku-aliases", code


def _in_channels(document: Mapping[str, Any], code: str) -> bool:
    return code in (document.get("channels") or ())


_DOCUMENTS: Mapping[str, Mapping[str, Callable[[Mapping[str, Any], str], bool]]] = {
    "channels": {"skus": _in_channels, "warehouses": _in_channels, "coupons": _in_channels},
    "skus": {
        "skus": lambda document, code: (
            code in document["substitutes"] or any(each["sku"] == code for each in document["components"])
        ),
        "sku-aliases": lambda document, code: code in document["aliases"].values(),
        "coupons": lambda document, code: code in (document.get("skus") or ()),
    },
}
