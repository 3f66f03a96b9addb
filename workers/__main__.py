"""`python -m workers`: one process that relays the outbox, carries actions out and keeps the clock."""

from __future__ import annotations

import os
import threading

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from engine.config import Settings
from engine.service import Gatehouse
from engine.store.database import Database
from workers import jobs, logs, ticks
from workers.relay import QUEUE


def main() -> None:
    """Run until SIGTERM or Ctrl-C; a job that has begun is finished first."""
    settings = Settings.from_environ(os.environ)
    logs.configure(settings.log_level)
    gatehouse = Gatehouse(Database(settings.database_url), settings)
    jobs.bind(gatehouse)
    connection = Redis.from_url(settings.queue_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    stop = threading.Event()
    threads = ticks.start(gatehouse, queue, stop)
    # SimpleWorker does not fork for each job: a fork costs 13 ms, and compiled rules would not be kept.
    worker = SimpleWorker(
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=5,
    )
    try:
        worker.work(logging_level="WARNING")
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)
        gatehouse.close()


if __name__ == "__main__":
    main()
