"""Jobs of programs: deliver webhooks until they arrive or 72 hours have passed, work off batches, tidy up.

What is due stands in the rows; a job only looks at them. When one is lost with its machine, `sweep` enqueues it again.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from celaje.app.developers.models import BATCH_ENDED, Batch, KeptAnswer, StoredFile, WebhookDelivery
from celaje.app.jobs import LIGHT

#: Seconds until the next try; the last one counts for all that follow.
BACK_OFF_S = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 21600)
PATIENCE = timedelta(hours=72)
EARLY = timedelta(seconds=0.5)  # clocks differ a little
LATE = timedelta(minutes=2)  # what is due for so long has lost its job
LOG_KEPT = timedelta(days=30)
NUM_AT_ONCE = 500


def deliver_at(delivery: WebhookDelivery, when: datetime) -> None:
    """Write down when to try, and enqueue it, in one transaction with whatever the caller writes."""
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=when)
        deliver.configure(lock=f"delivery:{delivery.pk}", schedule_at=when).defer(delivery_id=delivery.pk)


def look_at(batch: Batch, when: datetime) -> None:
    """Write down when to look at a batch, and enqueue it."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(look_at=when)
        work_batch.configure(lock=f"batch:{batch.pk}", schedule_at=when).defer(batch_id=batch.pk)


@app.task(name="developers.deliver", queue=LIGHT)
def deliver(delivery_id: int) -> None:
    """Try to deliver, and see to the next try. What is not due has another job."""
    from celaje.app.developers import actions

    due = WebhookDelivery.objects.filter(pk=delivery_id, next_at__lte=timezone.now() + EARLY)
    delivery = due.select_related("endpoint").first()
    if delivery is None or actions.send(delivery):
        return
    next_at = timezone.now() + timedelta(seconds=BACK_OFF_S[min(delivery.attempts, len(BACK_OFF_S)) - 1])
    if next_at > delivery.created_at + PATIENCE:
        WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=None)
    else:
        deliver_at(delivery, next_at)


@app.task(name="developers.work_batch", queue=LIGHT)
def work_batch(batch_id: str) -> None:
    """Do what can be done for a batch now, and look again later."""
    from celaje.app.developers import batches

    due = Batch.objects.filter(pk=batch_id, look_at__lte=timezone.now() + EARLY).exclude(status__in=BATCH_ENDED)
    batch = due.select_related("owner__role").first()
    if batch is None:
        return
    again_in_s = batches.work(batch)
    if again_in_s is not None:
        look_at(batch, timezone.now() + timedelta(seconds=again_in_s))


@app.periodic(cron="* * * * *")
@app.task(name="developers.sweep", queue=LIGHT)
def sweep(timestamp: int) -> None:
    """Enqueue again what is overdue: its job was lost."""
    now = timezone.now()
    for delivery in WebhookDelivery.objects.filter(next_at__lt=now - LATE).order_by("next_at")[:NUM_AT_ONCE]:
        deliver_at(delivery, now)
    for batch in Batch.objects.filter(look_at__lt=now - LATE).exclude(status__in=BATCH_ENDED)[:NUM_AT_ONCE]:
        look_at(batch, now)


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
