"""Jobs of videos: the one that makes a clip, whose body is the worker's, and the one that tidies up."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from celaje.app import storage
from celaje.app.jobs import CLIPS, LIGHT
from celaje.app.videos.models import DoomedFile, Picture, Status, Video
from celaje.app.videos.queries import BIN_DAYS

MAKE = "videos.make"  # registered by celaje.worker: it needs the engine
NUM_AT_ONCE = 500
ABANDONED = timedelta(minutes=30)  # longer than a clip takes


def enqueue(video: Video) -> int:
    """Enqueue the making of a video, one at a time for each person, in the order of turns. The job's number."""
    task = app.configure_task(MAKE, queue=CLIPS, lock=f"person:{video.owner_id}", priority=-video.turn)
    return task.defer(video_id=video.pk)


def stop(job_id: int) -> None:
    """Take a job out of the queue, or ask the worker that has it to stop."""
    app.job_manager.cancel_job_by_id(job_id, abort=True)


def tidy_soon() -> None:
    """Enqueue `tidy`, unless it waits already."""
    try:
        with transaction.atomic():
            tidy.configure(queueing_lock="videos.tidy").defer(timestamp=0)
    except AlreadyEnqueued:
        return


@transaction.atomic
def enqueue_lost() -> None:
    """Enqueue anew what waits or is being made, and whose job is gone: after a restore, or an accident.

    A worker that was frozen ends a job that another has by now: what was begun lately may well be in good hands.
    """
    alive = ProcrastinateJob.objects.filter(queue_name=CLIPS, status__in=("todo", "doing"))
    unfinished = Video.objects.filter(
        Q(status=Status.QUEUED) | Q(status=Status.IN_PROGRESS, started_at__lt=timezone.now() - ABANDONED)
    ).exclude(job_id__in=alive.values("id"))
    for video in unfinished.select_for_update(no_key=True, skip_locked=True):
        Video.objects.filter(pk=video.pk).update(job_id=enqueue(video))


@app.periodic(cron="*/10 * * * *")
@app.task(name="videos.tidy", queue=LIGHT)
def tidy(timestamp: int) -> None:
    """Empty the bins of what is there for too long, and remove files that nobody needs."""
    gone = Video.objects.filter(deleted_at__lte=timezone.now() - timedelta(days=BIN_DAYS))
    for video in gone[:NUM_AT_ONCE]:
        video.delete()
    doomed = list(DoomedFile.objects.filter(since__lte=timezone.now()).values_list("name", flat=True)[:NUM_AT_ONCE])
    shared = set(Picture.objects.filter(name__in=doomed).values_list("name", flat=True))
    storage.delete([name for name in doomed if name not in shared])
    storage.sweep_unfinished()
    DoomedFile.objects.filter(name__in=doomed).delete()
