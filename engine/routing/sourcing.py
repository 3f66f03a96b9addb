"""How an order is shipped: which warehouses, which services, what goes where; and how every candidate did.

`route` brings together what the world excluded, what rules excluded, ranked and pinned, and what the order demands, and
chooses once for all. Its outcomes:

- `none` nothing to ship; `complete` all units ship; `backordered` some units ship, the rest is on backorder
- `short` too few units anywhere (on backorder: none at all)
- `split_forbidden` enough units, but not in as few shipments as allowed (or as are considered at all)
- `no_warehouse` every warehouse is excluded for other reasons than stock
- `not_covered` nobody delivers there from the warehouses that have the goods
- `no_service` somebody does, but no service that may be used takes the goods
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.decision import Backorder, Candidate, Plan, Shipment
from engine.order import Order
from engine.routing import report
from engine.routing.candidates import Demand, WarehouseOption
from engine.routing.choose import EXACT_SOURCES, Choice, Chooser
from engine.routing.contents import Filled, fill, shipments_of
from engine.routing.losing import Losing
from engine.routing.options import Options, options_of
from engine.routing.pricing import Source
from engine.routing.services import ServiceOption
from engine.world import World

WISH_TOLERANCE_CENTS = 500  # what a wished carrier may cost more than the best (R5)


@dataclass(frozen=True, slots=True)
class Route:
    """How an order is shipped, or why not."""

    shipments: tuple[Shipment, ...]
    backorders: tuple[Backorder, ...]
    outcome: str
    candidates: tuple[Candidate, ...]
    greedy: Mapping[str, Any] | None  # {cost_cents, shipments, warehouses} of nearest-first; None: it cannot fill all
    wish_unmet: bool = False  # another carrier than the one wished for
    gifts_short: tuple[Backorder, ...] = ()  # gifts that could not go along
    cost_cents: int | None = None  # freight and handling of all shipments
    split_added_cents: int | None = None  # what several shipments cost more than one would, had one place enough
    split_added_freight_cents: int | None = None  # of that, what carriers get
    least_cents: int | None = None  # the search was cut short: no way costs less than this; None: none is better

    losing: Losing | None = field(default=None, compare=False, repr=False)  # why the others lost, for who asks

    @property
    def exact(self) -> bool:
        """Whether there is surely no better way."""
        return self.least_cents is None


def route(
    order: Order,
    world: World,
    plan: Plan,
    demands: Sequence[Demand],
    warehouses: Sequence[WarehouseOption],
    services: Sequence[ServiceOption],
    now: dt.datetime,
    preference: Sequence[str],
    shipment_no: Callable[[int], str],
) -> Route:
    """The best way to ship the demands under the plan; ties by warehouse code, then service code.

    Without `plan.allow_backorder` everything ships or nothing does. `preference` names criteria of
    `choose.PREFERENCES`; raises ValueError for another name.
    """
    options = options_of(order, world, plan, demands, warehouses, services, preference)
    sources = options.sources()
    chooser = options.chooser(sources)
    answer = _answer(options, plan, sources, chooser)
    choice = answer.choice
    filled = fill(choice, options.goods, options.demands, answer.chooser.pricer) if choice else Filled((), (), ())
    shipments = shipments_of(order, plan, filled.contents, warehouses, shipment_no)
    one_only = _limit(plan) == 1 and not _may_be_short(plan)
    reasons = report.final_reasons(options, sources, filled.contents, one_only)
    added_cents, added_freight_cents = _split_added(choice, sources, chooser)
    return Route(
        shipments=shipments,
        backorders=filled.backorders,
        outcome=_outcome(options, plan, sources, chooser, choice),
        candidates=report.candidates_of(options, plan, reasons, sources, chooser, filled.contents, shipments),
        greedy=report.greedy_of(sources, chooser) if choice else None,
        wish_unmet=answer.wish_unmet,
        gifts_short=filled.gifts_short,
        cost_cents=sum(each.priced.cents for each in filled.contents) if choice else None,
        split_added_cents=added_cents,
        split_added_freight_cents=added_freight_cents,
        least_cents=choice.least_cents if choice else None,
        losing=_losing(options, plan, answer, filled) if choice else None,
    )


def _losing(options: Options, plan: Plan, answer: _Answer, filled: Filled) -> Losing | None:
    if answer.choice is None:
        return None
    wished = plan.wished_carrier if answer.granted else None
    return Losing(
        options, answer.among, answer.chooser, answer.choice, filled.contents, _limit(plan), _may_be_short(plan), wished
    )


def _limit(plan: Plan) -> int | None:
    return 1 if plan.ship_together else plan.max_shipments


def _may_be_short(plan: Plan) -> bool:
    """Shipping a part now is a split in time, so it goes against shipping together."""
    return plan.allow_backorder and not plan.ship_together


@dataclass(frozen=True, slots=True)
class _Answer:
    choice: Choice | None
    chooser: Chooser  # that made it
    among: Sequence[Source]
    wish_unmet: bool = False
    granted: bool = False  # among the services of the wished carrier alone


def _answer(options: Options, plan: Plan, sources: Sequence[Source], chooser: Chooser) -> _Answer:
    """The best choice; the best with the wished carrier alone instead, where that costs little more."""
    best = chooser.best(sources, _limit(plan), _may_be_short(plan))
    wish = plan.wished_carrier
    if best is None or not wish or options.pickup:
        return _Answer(best, chooser, sources)
    granting = options.sources(lambda service: wish in (service.carrier, service.carrier_name))
    granter = options.chooser(granting)
    wished = granter.best(granting, len(best.sources), _may_be_short(plan))
    if wished is None or wished.unfilled > best.unfilled or _cents(wished) > _cents(best) + WISH_TOLERANCE_CENTS:
        return _Answer(best, chooser, sources, wish_unmet=True)
    return _Answer(wished, granter, granting, granted=True)


def _cents(choice: Choice) -> int:
    return sum(priced.cents for priced in choice.allocation.priced)


def _outcome(
    options: Options, plan: Plan, sources: Sequence[Source], chooser: Chooser, choice: Choice | None
) -> str:
    if not options.demands:
        return "none"
    if choice is not None:
        return "backordered" if choice.unfilled else "complete"
    if not options.opened:
        return "no_warehouse"
    wanted, missing = sum(good.wanted for good in options.goods), options.short_units()
    if missing == wanted or missing and not _may_be_short(plan):
        return "short"
    if chooser.best(sources, None, _may_be_short(plan)) is not None:
        return "split_forbidden"
    too_many = len(sources) > EXACT_SOURCES and chooser.targets(sources) == chooser.wanted
    return "split_forbidden" if too_many else _unserved(options)


def _unserved(options: Options) -> str:
    stocked = {each.warehouse.code for each in options.opened if each.available_units}
    offered = [each for each in options.services if each.warehouse in stocked and not each.excluded_for("DISABLED")]
    nowhere = offered and all(each.excluded_for("NOT_COVERED") for each in offered)
    return "not_covered" if nowhere else "no_service"


def _split_added(
    choice: Choice | None, sources: Sequence[Source], chooser: Chooser
) -> tuple[int | None, int | None]:
    """Cost and freight that one shipment would spare; None, None: it is one, or nobody could send it as one."""
    alone = report.alone(sources, chooser) if choice and len(choice.sources) > 1 else None
    if choice is None or alone is None:
        return None, None
    freight = sum(priced.freight_cents for priced in choice.allocation.priced)
    return _cents(choice) - alone.cents, freight - alone.freight_cents
