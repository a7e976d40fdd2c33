"""The house in numbers, as Prometheus reads them: what is in the database, and what the web processes counted."""

from collections.abc import Iterator
from pathlib import Path

from django.db.models import Count, Q, Sum
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from celaje import settings
from celaje.app import queue
from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post
from celaje.app.videos.models import Status, Video

MAKING_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)


def text() -> bytes:
    """All of it, in Prometheus's format."""
    registry = CollectorRegistry()
    registry.register(House())
    folder = settings.metrics_folder()
    if folder is not None and Path(folder).is_dir():
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)


class House:
    """What the database says at this moment."""

    def collect(self) -> Iterator[Metric]:
        """Called once for each reading."""
        yield GaugeMetricFamily("celaje_people", "People who have joined.", value=Person.objects.count())
        yield GaugeMetricFamily(
            "celaje_posts", "Posts that are shown.", value=Post.objects.filter(hidden_at=None).count()
        )
        yield from _videos()
        yield from _queue()
        yield _making()


def _videos() -> Iterator[Metric]:
    counts = dict(Video.objects.values_list("status").annotate(Count("pk")))
    family = GaugeMetricFamily("celaje_videos", "Videos by status.", labels=["status"])
    for status in Status.values:
        family.add_metric([str(status)], counts.get(status, 0))
    yield family


def _queue() -> Iterator[Metric]:
    length = GaugeMetricFamily("celaje_queue_length", "Jobs that wait, by queue.", labels=["queue"])
    age = GaugeMetricFamily("celaje_queue_oldest_seconds", "How long the oldest of them has waited.", labels=["queue"])
    for at in queue.waiting():
        length.add_metric([at.queue], at.number)
        age.add_metric([at.queue], at.oldest_s)
    yield length
    yield age
    yield GaugeMetricFamily("celaje_workers", "Workers that were seen lately.", value=queue.num_workers())


def _making() -> Metric:
    """How long clips took, since the house stands."""
    within = {f"within_{limit}": Count("pk", filter=Q(making_s__lte=limit)) for limit in MAKING_S}
    made = Video.objects.filter(making_s__isnull=False).aggregate(number=Count("pk"), total=Sum("making_s"), **within)
    buckets = [(f"{limit:.1f}", made[f"within_{limit}"]) for limit in MAKING_S]
    family = HistogramMetricFamily("celaje_making_seconds", "Seconds that finished clips took to be made.")
    family.add_metric([], [*buckets, ("+Inf", made["number"])], made["total"] or 0.0)
    return family
