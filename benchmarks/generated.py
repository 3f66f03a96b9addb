"""Generated rulesets and orders: rules of 2-4 conditions over 17 facts that hold for about 3 % of orders, and a table.

Rules are documents of our language, loaded as an admin's would be; nothing here knows how they are matched.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.facts import Subject
from engine.language.rules import Rule, Rulebook
from engine.routing.divisions import atlas

FIRES = 0.03  # of all (rule, order) pairs
ORDERS = 100
SEED = 20261111
PIPELINE = {"stages": ["audit", "carrier"], "preference": ["rules", "code"]}

NUMBERS = {  # fact: lowest and highest; dates are yyyymmdd
    "order.payable_cents": (100, 1_000_000),
    "order.item_count": (1, 50),
    "order.weight_g": (50, 40_000),
    "order.placed_hour": (0, 23),
    "order.deliver_on": (20261101, 20261130),
    "buyer.paid_orders": (0, 200),
    "buyer.age_days": (0, 3_000),
    "buyer.orders_30d": (0, 40),
}
NAMES: Mapping[str, Sequence[str]] = {  # the first is the most frequent, as cities and channels are in life
    "order.channel": ("taobao", "jd", "douyin", "pinduoduo", "shopify", "own-shop", "store", "phone"),
    "order.service_level": tuple(value for value, _, _ in CATALOGUE["order.service_level"].choices),
    "order.delivery_method": tuple(value for value, _, _ in CATALOGUE["order.delivery_method"].choices),
    "payment.method": tuple(value for value, _, _ in CATALOGUE["payment.method"].choices),
    "buyer.level": ("new", "bronze", "silver", "gold", "diamond"),
    "receiver.province": tuple(each.name for each in atlas().provinces.all),
    "receiver.city": tuple(each.name for each in atlas().divisions if each.level == "city")[:300],
}
FLAG, SET = "order.invoice_wanted", "order.tags"
TAGS = tuple(f"tag-{number}" for number in range(12))
FACTS = (*NUMBERS, *NAMES, FLAG, SET)
SHAPES = {"mixed": FACTS, "thresholds": tuple(NUMBERS), "lookups": (*NAMES, FLAG, SET)}


@dataclass(frozen=True)
class Case:
    """A ruleset, and what it is asked about."""

    name: str
    stage: str
    about: str
    document: Mapping[str, Any]
    subjects: Sequence[Subject]

    @cached_property
    def rulebook(self) -> Rulebook:
        """Loaded and checked as a published one is."""
        return load_rulebook({"pipeline": PIPELINE, self.stage: self.document}, CATALOGUE, EFFECTS, {})

    @property
    def rules(self) -> Sequence[Rule]:
        """Rules, or rows of the table."""
        return self.rulebook.rules(self.stage)


def ruleset(shape: str, size: int) -> Case:
    """`size` rules of that shape, and ORDERS orders."""
    random_ = random.Random(f"{SEED} {shape} {size}")
    rules = [_rule(number, shape, random_) for number in range(size)]
    document = {"stage": "audit", "note": "", "rules": rules, "tables": []}
    return Case(f"{shape} {size:,}", "audit", "order", document, [_order(random_, number) for number in range(ORDERS)])


def carrier_table() -> Case:
    """1,000 rows: 8 services, 5 weight bands, 25 groups of provinces; a row or none fits."""
    random_ = random.Random(f"{SEED} table")
    services = tuple(f"SERVICE-{number}" for number in range(8))
    provinces = NAMES["receiver.province"][:25]
    bands = [(5_000 * number + 1, 5_000 * (number + 1)) for number in range(5)]
    rows = [[list(band), [province], service, random_.randint(1, 9)]
            for service in services for province in provinces for band in bands]  # fmt: skip
    facts = ("shipment.weight_g", "between"), ("receiver.province", "in"), ("service.code", "eq")
    table = {
        "id": "carrier.table", "title": "表", "why": "Because.", "about": "service", "hit": "first",
        "inputs": [{"fact": fact, "is": op} for fact, op in facts],
        "outputs": [{"do": "prefer", "rank": "int"}], "rows": rows,
    }  # fmt: skip
    subjects = [_service(random_, number, services) for number in range(ORDERS)]
    return Case("table 1,000", "carrier", "service", {"stage": "carrier", "rules": [], "tables": [table]}, subjects)


def _rule(number: int, shape: str, random_: random.Random) -> dict[str, Any]:
    return {
        "id": f"audit.r{number}",
        "title": "规则",
        "why": "Because.",
        "when": {"all": _conditions(shape, random_)},
        "then": [{"do": "tag", "name": "x"}],
    }


def _conditions(shape: str, random_: random.Random) -> list[dict[str, Any]]:
    """Conditions over facts, with chances that multiply to about FIRES; in some mixed rules two of them are `any`."""
    count = random_.choice((2, 3, 4))
    facts = random_.sample(SHAPES[shape], count)
    either = shape == "mixed" and count > 2 and random_.random() < 0.3
    places = count - 1 if either else count
    conditions, left = [], FIRES
    for place in range(places):
        wanted = left ** (1 / (places - place))
        if either and place == 0:
            one, other = (_condition(facts.pop(), wanted / 2, random_) for _ in range(2))
            condition, chance = {"any": [one[0], other[0]]}, one[1] + other[1] - one[1] * other[1]
        else:
            condition, chance = _condition(facts.pop(), wanted, random_)
        conditions.append(condition)
        left = min(1.0, left / chance)
    return conditions


def _condition(fact: str, chance: float, random_: random.Random) -> tuple[dict[str, Any], float]:
    """One that holds about so often, and how often it does."""
    if fact in NUMBERS:
        return _threshold(fact, chance, random_)
    if fact in NAMES:
        return _named(fact, chance, random_)
    if fact == FLAG:
        return {"fact": fact, "is": random_.choice(("is_true", "is_false"))}, 0.5
    return {"fact": fact, "is": "includes", "value": random_.choice(TAGS)}, 0.25


def _threshold(fact: str, chance: float, random_: random.Random) -> tuple[dict[str, Any], float]:
    low, high = NUMBERS[fact]
    values = high - low + 1
    kept = max(1, round(values * chance))
    start = random_.randint(low, high - kept + 1)
    is_, value = random_.choice(
        (
            ("gte", high - kept + 1),
            ("gt", high - kept),
            ("lt", low + kept),
            ("lte", low + kept - 1),
            ("between", [start, start + kept - 1]),
        )
    )
    if fact == "order.deliver_on":
        value = [_date(each) for each in value] if isinstance(value, list) else _date(min(max(value, low), high))
    return {"fact": fact, "is": is_, "value": value}, kept / values


def _named(fact: str, chance: float, random_: random.Random) -> tuple[dict[str, Any], float]:
    names = NAMES[fact]
    weights = _weights(names)
    picked = {random_.choices(names, weights)[0]}
    while len(picked) < min(6, len(names) - 1) and _share(picked, names) < chance * 0.8:
        picked.add(random_.choices(names, weights)[0])
    values = sorted(picked)
    if len(values) == 1:
        return {"fact": fact, "is": "eq", "value": values[0]}, _share(picked, names)
    return {"fact": fact, "is": "in", "value": values}, _share(picked, names)


def _weights(names: Sequence[str]) -> list[float]:
    return [1 / (place + 2) for place in range(len(names))]


def _share(picked: set[str], names: Sequence[str]) -> float:
    weights = _weights(names)
    return sum(weight for name, weight in zip(names, weights, strict=True) if name in picked) / sum(weights)


def _order(random_: random.Random, number: int) -> Subject:
    values: dict[str, Any] = {fact: random_.randint(*bounds) for fact, bounds in NUMBERS.items()}
    values |= {fact: random_.choices(names, _weights(names))[0] for fact, names in NAMES.items()}
    values[FLAG] = random_.random() < 0.5
    values[SET] = frozenset(tag for tag in TAGS if random_.random() < 0.25)
    return Subject("order", f"order:{number}", values)


def _service(random_: random.Random, number: int, services: Sequence[str]) -> Subject:
    names = NAMES["receiver.province"]
    values = {
        "shipment.weight_g": random_.randint(1, 27_000),
        "receiver.province": random_.choices(names, _weights(names))[0],
        "service.code": random_.choice(services),
    }
    return Subject("service", f"service:{number}", values)


def _date(value: int) -> str:
    text = str(value)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"
