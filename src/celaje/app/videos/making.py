"""What the worker writes of a clip that it makes: begun, how far, ready, failed, handed back.

A run is told apart by the video and its `attempt`. Every write checks under the row's lock that this run still has the
video: a worker that was frozen while another took its job over, or whose video was cancelled, changes nothing. It does
not know how a clip is made.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone, translation

from celaje.app.videos import bringing, failures
from celaje.app.videos.live import change_row
from celaje.app.videos.models import Asset, DoomedFile, Relation, Status, Video
from celaje.clip import Request

log = logging.getLogger(__name__)

MAX_LOST = 3
WRITING = timedelta(hours=1)  # longer than any clip takes from its first file to its row

#: Sent with `video` when one is ready or failed, in the transaction that writes it.
ended = Signal()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One attempt at making a video."""

    video_id: str
    attempt: int
    request: Request
    prompt: str  # without the words of the style
    plan: dict[str, Any] | None = None  # as in the row
    is_brought: bool = False  # its one known piece is somebody's file, which becomes a clip


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run made: rows for its files (which are in the storage already), and facts of how."""

    assets: Sequence[Asset]
    model: str
    understanding: dict[str, Any]
    making_s: float
    found: Mapping[str, Any] = field(default_factory=dict)  # columns that are known only now


@transaction.atomic
def begin(video_id: str) -> Run | None:
    """Take a video. None when there is nothing to make: it is gone, has ended, or was lost too often.

    Raises `bringing.NotYetError` for one whose time has not come.
    """
    video = Video.objects.select_for_update(no_key=True).filter(pk=video_id).first()
    if video is None or video.has_ended:
        return None
    if video.status == Status.IN_PROGRESS:  # and its worker never said how it went
        video.num_lost += 1
    if video.num_lost >= MAX_LOST:
        _fail(video, failures.INTERRUPTED)
        return None
    if bringing.waits(video) and (why := bringing.settle(video)):
        _fail(video, why)
        return None
    try:
        request = Request.from_dict(video.request)
    except (ValueError, TypeError, KeyError):
        _fail(video, failures.NOT_POSSIBLE)
        return None
    attempt = video.attempt + 1
    change_row(video, status=Status.IN_PROGRESS, attempt=attempt, num_lost=video.num_lost, started_at=timezone.now())
    brought = video.relation == Relation.BROUGHT
    return Run(
        video_id=video.pk,
        attempt=attempt,
        request=request,
        prompt=video.prompt,
        plan=video.plan,
        is_brought=brought,
    )


@transaction.atomic
def report(run: Run, *, stage: str, progress: int, preview: bytes | None = None) -> bool:
    """Say how far it is. False when the video is this run's no more."""
    video = _mine(run)
    if video is None:
        return False
    more = {} if preview is None else {"preview": preview}
    change_row(video, stage=stage, progress=progress, **more)
    return True


def announce_files(names: Sequence[str]) -> None:
    """Say which files will be written, so that they are removed if their run never ends."""
    files = [DoomedFile(name=name, since=timezone.now() + WRITING) for name in names]
    DoomedFile.objects.bulk_create(files, ignore_conflicts=True)


@transaction.atomic
def complete(run: Run, result: Result) -> bool:
    """Publish the clip. False when the video is this run's no more: then its files are doomed at once.

    Saying it twice is once: a database may go away between doing it and saying so.
    """
    announced = DoomedFile.objects.filter(name__in=[asset.name for asset in result.assets])
    video = _mine(run)
    if video is None:
        announced.update(since=timezone.now())
        done = {"pk": run.video_id, "attempt": run.attempt, "status": Status.COMPLETED}
        return Video.objects.filter(**done).exists()
    for asset in result.assets:
        asset.video = video
        asset.save(force_insert=True)
    announced.delete()
    change_row(
        video,
        status=Status.COMPLETED,
        stage="",
        progress=100,
        preview=None,
        completed_at=timezone.now(),
        making_s=result.making_s,
        model=result.model,
        understanding=result.understanding,
        **result.found,
    )
    if video.relation == Relation.BROUGHT:
        for file in video.pictures.all():
            file.delete()  # the clip is there; what was sent may hold more
    _tell_others(video)
    return True


@transaction.atomic
def fail(run: Run, code: str, detail: str = "") -> bool:
    """End it without a clip: it costs nothing. `detail` is said after the words of the code. False when the video is
    this run's no more.
    """
    video = _mine(run)
    if video is None:
        return False
    _fail(video, code, detail)
    return True


@transaction.atomic
def hand_back(run: Run) -> bool:
    """Put it back into the queue, because this worker stops. False when the video is this run's no more."""
    video = _mine(run)
    if video is None:
        return False
    change_row(video, status=Status.QUEUED, stage="", progress=0, preview=None)
    return True


def _mine(run: Run) -> Video | None:
    held = {"pk": run.video_id, "attempt": run.attempt, "status": Status.IN_PROGRESS}
    return Video.objects.select_for_update(no_key=True).filter(**held).first()


def _fail(video: Video, code: str, detail: str = "") -> None:
    with translation.override(video.owner.language):
        words = f"{failures.WORDS[code]} {detail}".strip()
    change_row(
        video,
        status=Status.FAILED,
        stage="",
        preview=None,
        charged_s=0.0,
        completed_at=timezone.now(),
        error_code=code,
        error_message=words,
    )
    _tell_others(video)


def _tell_others(video: Video) -> None:
    """Send `ended`. Whoever fails to hear it costs nobody a clip, unless nothing can be written any more."""
    try:
        with transaction.atomic():
            ended.send(sender=Video, video=video)
    except Exception:
        if transaction.get_rollback():
            raise
        log.exception("not everybody heard that video %s has ended", video.pk)
