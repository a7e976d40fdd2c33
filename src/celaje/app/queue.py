"""The queue of jobs as those who run the house see it: who works, and what waits for too long."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

ALIVE_S = 30  # a worker tells every ten seconds that it is there


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits in one queue."""

    queue: str
    number: int
    oldest_s: float


def num_workers() -> int:
    """How many workers were seen lately."""
    return int(
        _rows("select count(*) from procrastinate_workers where last_heartbeat > now() - interval '1 s' * %s", ALIVE_S)[
            0
        ][0]
    )


def num_stalled() -> int:
    """How many jobs are in the hands of a worker that has not been seen lately."""
    query = (
        "select count(*) from procrastinate_jobs job"
        " left join procrastinate_workers worker on worker.id = job.worker_id"
        " where job.status = 'doing' and (worker.id is null or worker.last_heartbeat <= now() - interval '1 s' * %s)"
    )
    return int(_rows(query, ALIVE_S)[0][0])


def waiting() -> list[Waiting]:
    """What could be done now if somebody did it, by queue."""
    query = (
        "select job.queue_name, count(*), extract(epoch from now() - min(coalesce(job.scheduled_at, event.at)))"
        " from procrastinate_jobs job"
        " left join procrastinate_events event on event.job_id = job.id and event.type = 'deferred'"
        " where job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= now())"
        " group by job.queue_name order by job.queue_name"
    )
    return [
        Waiting(queue=queue, number=number, oldest_s=float(seconds or 0)) for queue, number, seconds in _rows(query)
    ]


def _rows(query: str, *parameters: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return list(cursor.fetchall())
