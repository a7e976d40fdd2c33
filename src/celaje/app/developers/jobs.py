"""Jobs of programs: deliver webhooks until they arrive or 72 hours have passed, work off batches, tidy up.

What is due stands in the rows; a job only looks at them. When one is lost with its machine, `sweep` enqueues it again.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from celaje.app.developers.models import BATCH_ENDED, Batch, KeptAnswer, StoredFile, WebhookDelivery
from celaje.app.jobs import LIGHT

#: Seconds until the next try; the last one counts for all that follow.
BACK_OFF_S = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 21600)
PATIENCE = timedelta(hours=72)
LATE = timedelta(minutes=2)  # what is due for so long has lost its job
LOG_KEPT = timedelta(days=30)
NUM_AT_ONCE = 500


def deliver_soon(delivery: WebhookDelivery, *, in_s: int) -> None:
    """Enqueue a try."""
    _enqueue(deliver, f"delivery:{delivery.pk}", in_s, delivery_id=delivery.pk)


def work_soon(batch: Batch, *, in_s: int = 0) -> None:
    """Enqueue a look at a batch, one at a time."""
    _enqueue(work_batch, f"batch:{batch.pk}", in_s, batch_id=batch.pk)


def _enqueue(task: "Task[Any, None, Any]", lock: str, in_s: int, **arguments: Any) -> None:
    at = timezone.now() + timedelta(seconds=in_s) if in_s else None
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock, lock=lock, schedule_at=at).defer(**arguments)
    except AlreadyEnqueued:
        return


@app.task(name="developers.deliver", queue=LIGHT)
def deliver(delivery_id: int) -> None:
    """Try to deliver, and see to the next try."""
    from celaje.app.developers import actions

    delivery = WebhookDelivery.objects.select_related("endpoint").filter(pk=delivery_id, delivered_at=None).first()
    if delivery is None or delivery.next_at is None or actions.send(delivery):
        return
    wait_s = BACK_OFF_S[min(delivery.attempts, len(BACK_OFF_S)) - 1]
    next_at = timezone.now() + timedelta(seconds=wait_s)
    with transaction.atomic():
        if next_at > delivery.created_at + PATIENCE:
            WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=None)
            return
        WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=next_at)
        deliver_soon(delivery, in_s=wait_s)


@app.task(name="developers.work_batch", queue=LIGHT)
def work_batch(batch_id: str) -> None:
    """Do what can be done for a batch now, and look again later."""
    from celaje.app.developers import batches

    batch = Batch.objects.select_related("owner__role").filter(pk=batch_id).exclude(status__in=BATCH_ENDED).first()
    if batch is None:
        return
    again_in_s = batches.work(batch)
    if again_in_s is not None:
        work_soon(batch, in_s=again_in_s)


@app.periodic(cron="* * * * *")
@app.task(name="developers.sweep", queue=LIGHT, queueing_lock="developers.sweep")
def sweep(timestamp: int) -> None:
    """Enqueue again what lost its job."""
    overdue = timezone.now() - LATE
    for delivery in WebhookDelivery.objects.filter(next_at__lt=overdue).order_by("next_at")[:NUM_AT_ONCE]:
        deliver_soon(delivery, in_s=0)
    for batch in Batch.objects.exclude(status__in=BATCH_ENDED)[:NUM_AT_ONCE]:
        work_soon(batch)


@app.periodic(cron="17 * * * *")
@app.task(name="developers.tidy", queue=LIGHT)
def tidy(timestamp: int) -> None:
    """Forget what has expired."""
    from celaje.app.developers.actions import ANSWERS_KEPT

    now = timezone.now()
    KeptAnswer.objects.filter(created_at__lte=now - ANSWERS_KEPT).delete()
    WebhookDelivery.objects.filter(created_at__lte=now - LOG_KEPT).delete()
    for file in StoredFile.objects.filter(expires_at__lte=now)[:NUM_AT_ONCE]:
        file.delete()
