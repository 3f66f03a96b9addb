"""What happens by the clock: handing out the outbox, publishing what is scheduled, deciding what was left
behind or has come due."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError
from rq import Queue

from engine.matching.judge import Disagreement
from engine.service import Gatehouse
from workers.relay import relay_due, relay_previews
from workers.vendors.notices import remind_of_pool, send_digests, tell_of_silences
from workers.vendors.payments import ask_due

log = structlog.get_logger()
RELAY_EVERY_S = 0.3
SCHEDULE_EVERY_S = 0.2  # what is scheduled must decide everywhere within two seconds
SWEEP_EVERY_S = 0.5  # also how long an order waits that was posted without waiting for its decision

DIGEST_EVERY_S = 10  # to look whether a half hour is over
PAYMENTS_EVERY_S = 5  # to look whether a payment is to be asked about
MERGE_EVERY_S = 20  # where orders are merged, or differences refunded, without anybody asking
COMPLETE_EVERY_S = 60  # to look whether a delivery is a week old
REMIND_EVERY_S = 20  # to look whether a time of day has come, or the last hours of an order
SILENCE_EVERY_S = 60  # to look which channels have gone silent
TRACKING_EVERY_S = 300  # to look which shipments hang


def start(gatehouse: Gatehouse, queue: Queue, stop: threading.Event) -> list[threading.Thread]:
    """Threads that run until `stop` is set. Any number of processes may run them at once."""
    gatehouse.decisions.on_disagreement = _say_disagreement
    return [
        _every(RELAY_EVERY_S, "relay", lambda: relay_due(gatehouse, queue), stop),
        _every(RELAY_EVERY_S, "previews", lambda: relay_previews(gatehouse, queue), stop),
        _every(SWEEP_EVERY_S, "sweep", lambda: _sweep(gatehouse), stop),
        _every(DIGEST_EVERY_S, "digests", lambda: send_digests(gatehouse), stop),
        _every(REMIND_EVERY_S, "pool", lambda: remind_of_pool(gatehouse), stop),
        _every(SILENCE_EVERY_S, "silences", lambda: tell_of_silences(gatehouse), stop),
        _every(REMIND_EVERY_S, "ship-by", gatehouse.reminders.ship_by, stop),
        _every(PAYMENTS_EVERY_S, "payments", lambda: ask_due(gatehouse), stop),
        _every(SCHEDULE_EVERY_S, "schedule", gatehouse.schedule.publish_due, stop),
        _every(COMPLETE_EVERY_S, "completion", gatehouse.vendor_events.complete, stop),
        _every(TRACKING_EVERY_S, "tracking", gatehouse.tracking.sweep, stop),
        _every(MERGE_EVERY_S, "merging", gatehouse.merging.automatic, stop),
        _every(MERGE_EVERY_S, "coupon-refunds", gatehouse.coupon_refunds.automatic, stop),
        _every(SWEEP_EVERY_S, "reallocation", gatehouse.reallocation.sweep, stop),
    ]


def _every(seconds: float, name: str, turn: Callable[[], int], stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=_repeat, args=(seconds, name, turn, stop), name=name, daemon=True)
    thread.start()
    return thread


def _sweep(gatehouse: Gatehouse) -> int:
    waiting = gatehouse.orders.waiting()
    for each in waiting:
        try:
            gatehouse.orders.take_up(each)
        except Exception:  # the edge for this order: it must not keep those behind it waiting
            log.exception("order not decided", order_no=each.order_no, trigger=each.trigger)
    return len(waiting)


def _say_disagreement(order_no: str, rulebook: str, disagreement: Disagreement) -> None:
    said = disagreement.answers()
    log.error("evaluators differ", order_no=order_no, rulebook=rulebook, stage=disagreement.stage, **said)


def _repeat(seconds: float, name: str, turn: Callable[[], int], stop: threading.Event) -> None:
    while not stop.wait(seconds):
        try:
            turn()
        except RedisError as error:
            log.warning("queue unreachable; the outbox waits", tick=name, error=str(error))
            stop.wait(2)
        except Exception:  # the edge of the thread: the next turn must come whatever this one met
            log.exception("tick failed", tick=name)
            stop.wait(2)
