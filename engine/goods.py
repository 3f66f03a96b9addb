"""What an order asks for in our own terms: channels' codes as our skus, and bundles as what is in them.

The stored order stays as it was posted. Amounts, coupons and limits of a bundle are judged on the line as ordered; what
is weighed, routed, reserved and picked are the components, each a line of its own beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.coupons import apportion
from engine.decision import AliasedLine, ComponentLine
from engine.order import Coupon, Line, Order
from engine.world import Sku, World

MAX_DEPTH = 5  # bundles in bundles
MAX_COMPONENTS = 200  # named in one bundle, nested ones opened

Skus = Mapping[str, Sku]


def ours(order: Order, world: World) -> Order:
    """The order with our skus in place of the channel's codes: on its lines, and in what its coupons are for."""
    known = world.aliases
    if not known:
        return order
    lines = tuple(replace(line, sku=known.get(line.sku, line.sku)) for line in order.lines)
    return replace(order, lines=lines, coupons=tuple(_for_our_skus(each, known) for each in order.coupons))


def _for_our_skus(coupon: Coupon, known: Mapping[str, str]) -> Coupon:
    if coupon.skus is None:
        return coupon
    return replace(coupon, skus=tuple(known.get(sku, sku) for sku in coupon.skus))


def codes_in(order: Order) -> set[str]:
    """Every code of goods that an order as posted names."""
    return {line.sku for line in order.lines} | {sku for coupon in order.coupons for sku in coupon.skus or ()}


def aliased(order: Order, world: World) -> tuple[AliasedLine, ...]:
    """The lines of an order as posted whose code stands for another sku."""
    named = (line for line in order.lines if line.sku in world.aliases)
    return tuple(AliasedLine(line.line_no, line.sku, world.aliases[line.sku]) for line in named)


def opened(codes: Iterable[str], read: Callable[[Sequence[str]], Skus]) -> dict[str, Sku]:
    """The skus of these codes, and of all that is in them, by code; `read` gives those of some codes that exist."""
    found: dict[str, Sku] = {}
    asked: set[str] = set()
    wanted = set(codes)
    for _ in range(MAX_DEPTH + 1):
        fresh = read(sorted(wanted)) if wanted else {}
        asked |= wanted
        found.update(fresh)
        wanted = {component.sku for sku in fresh.values() for component in sku.components} - asked
    return dict(sorted(found.items()))


def contents(bundle: Sku, skus: Skus) -> dict[str, int]:
    """Units of each sku in one bundle, nested ones opened, in the order in which they are named; {} for what is none.

    {} also for a bundle that holds itself, goes too deep or holds too much: saving it is refused, and one that came
    about all the same is taken for a sku that nobody stocks, so its order waits.
    """
    units: dict[str, int] = {}
    for at, (code, count) in enumerate(_leaves(bundle, skus, (), 1)):
        if code is None or at == MAX_COMPONENTS:
            return {}
        units[code] = units.get(code, 0) + count
    return units


def _leaves(bundle: Sku, skus: Skus, inside: tuple[str, ...], times: int) -> Iterator[tuple[str | None, int]]:
    """What is in it, piece by piece; None where no end is in sight."""
    inside = (*inside, bundle.code)
    for component in bundle.components:
        sku, count = skus.get(component.sku), times * component.quantity
        if sku is None or not sku.components:
            yield component.sku, count
        elif sku.code in inside or len(inside) >= MAX_DEPTH:
            yield None, count
            return
        else:
            yield from _leaves(sku, skus, inside, count)


def components(order: Order, skus: Skus) -> tuple[ComponentLine, ...]:
    """The lines that the bundles of an order (in our skus) come apart into, in line order."""
    taken = {line.line_no for line in order.lines}
    made: list[ComponentLine] = []
    for line in order.lines:
        sku = skus.get(line.sku)
        if sku is not None and sku.components:
            made.extend(_components(line, contents(sku, skus), skus, taken))
    return tuple(made)


def _components(line: Line, units: Mapping[str, int], skus: Skus, taken: set[str]) -> Iterator[ComponentLine]:
    weights = _weights(units, skus)
    shares = apportion(line.quantity * line.unit_cents - line.discount_cents, weights)
    for line_no, code in zip(_line_nos(line.line_no, len(units), taken), units, strict=True):
        quantity = line.quantity * units[code]
        unit_cents = -(-shares[code] // quantity)
        yield ComponentLine(line.line_no, line.sku, weights[code], Line(
            line_no=line_no, sku=code, quantity=quantity, unit_cents=unit_cents,
            title=skus[code].title if code in skus else "", kind=line.kind,
            discount_cents=unit_cents * quantity - shares[code], refund_status=line.refund_status,
        ))  # fmt: skip


def _weights(units: Mapping[str, int], skus: Skus) -> dict[str, int]:
    """How the price of a bundle is shared out: by floor prices where every component has one, else alike a unit."""
    floors = {code: skus[code].floor_cents or 0 if code in skus else 0 for code in units}
    return {code: count * (floors[code] if all(floors.values()) else 1) for code, count in units.items()}


def _line_nos(line_no: str, count: int, taken: set[str]) -> list[str]:
    """`1.1`, `1.2` … for line 1; with more dots where the order itself has such a number."""
    dots = "."
    while taken.intersection(numbers := [f"{line_no}{dots}{at}" for at in range(1, count + 1)]):
        dots += "."
    taken.update(numbers)
    return numbers


def judged(order: Order, parts: Sequence[ComponentLine]) -> tuple[Line, ...]:
    """The lines that rules judge: those as ordered, the components of each bundle after it."""
    if not parts:
        return order.lines
    return tuple(
        each for line in order.lines for each in (line, *(part.line for part in parts if part.of_line == line.line_no))
    )


def picked(order: Order, parts: Sequence[ComponentLine]) -> tuple[Line, ...]:
    """The lines that are shipped: those as ordered, with components in place of their bundle."""
    if not parts:
        return order.lines
    return tuple(each for line in order.lines for each in _in_place_of(line, parts))


def _in_place_of(line: Line, parts: Sequence[ComponentLine]) -> tuple[Line, ...]:
    return tuple(each.line for each in parts if each.of_line == line.line_no) or (line,)


def bundles_of(units: Mapping[str, int], available: Mapping[str, int]) -> int:
    """How many bundles of that content can be made of what is available."""
    return min((available.get(code, 0) // count for code, count in units.items()), default=0)


def why_not_a_bundle(bundle: Sku, read: Callable[[Sequence[str]], Skus]) -> str | None:
    """What is wrong with a bundle that somebody wants to keep: it holds itself, goes too deep, or holds too much."""
    skus = {**opened((each.sku for each in bundle.components), read), bundle.code: bundle}
    if not bundle.components or contents(bundle, skus):
        return None
    return f"must not hold itself, nor go deeper than {MAX_DEPTH} bundles, nor hold over {MAX_COMPONENTS} skus in all"
