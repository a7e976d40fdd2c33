"""Clips that people bring along: a file of theirs becomes a clip in their library, to go on from. Nobody else sees it.

The worker opens the file, see `celaje.worker`: its length and size are known only then. What was asked of it before,
by a program that sent the file with its request, waits for that: it has a row and a turn, and its request is laid out
when its turn comes, by `settle`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, InvalidError
from celaje.app.videos import actions, failures, queries, tasks
from celaje.app.videos.changing import combined_prompt
from celaje.app.videos.models import DoomedFile, Relation, Status, Video, new_file_name
from celaje.app.videos.tasks import Wanted
from celaje.clip import Known, Request, Size

MAX_BYTES = 200 * 2**20
WAITING = timedelta(hours=1)  # for the clip that takes the file over
UNKNOWN, UNKNOWN_S = Size(256, 256), 1.0  # until somebody has looked into the file


def keep(file: "UploadedFile[Any]", *, field: str = "file") -> str:
    """The name of somebody's file in the storage, where it is for an hour.

    Raises InvalidError beside `field` for what is plainly no MP4 or too large, and OSError.
    """
    if (file.size or 0) > MAX_BYTES:
        words = _("A clip may have %(most)d MB.") % {"most": MAX_BYTES >> 20}
        raise InvalidError(words, code="clip_too_large", field=field)
    file.seek(0)
    if file.read(12)[4:8] != b"ftyp":
        raise InvalidError(_("This is no MP4: give a clip of type MP4."), code="invalid_value", field=field)
    file.seek(0)
    name = new_file_name(".mp4")
    DoomedFile.objects.create(name=name, since=timezone.now() + WAITING)
    storage.put(name, Path(file.temporary_file_path()) if isinstance(file, TemporaryUploadedFile) else file.read())
    return name


@transaction.atomic
def bring(actor: Person, file: str, *, prompt: str, source: str = "web") -> Video:
    """Ask for a clip of one's own out of a file that was kept, which costs nothing of the day; `prompt` says what is
    seen in it. Raises InvalidError, and QuotaError when too much waits already.
    """
    if prompt:
        actions.check(prompt=prompt, seconds=0)
    request = Request(prompt=prompt, seconds=UNKNOWN_S, size=UNKNOWN, known=(Known(source=file),))
    [video] = actions.ask_for(
        actor, request, seed=0, pictures=[file], relation=Relation.BROUGHT, prompt=prompt, source=source
    )
    return video


@transaction.atomic
def extend_later(
    actor: Person, clip: Video, *, prompt: str, seconds: float, backwards: bool, wanted: Wanted
) -> list[Video]:
    """The same as `tasks.extend` of a clip that was brought along and is not ready yet."""
    actions.check(prompt=prompt, seconds=seconds, seed=wanted.seed, takes=wanted.takes)
    plan = {"task": "extend", "seconds": seconds, "backwards": backwards}
    request = Request(prompt=prompt, seconds=seconds, size=UNKNOWN)
    return tasks.ask(actor, request, clip, Relation.EXTENSION, wanted, plan=plan, prompt=prompt)


@transaction.atomic
def edit_later(
    actor: Person, clip: Video, *, change: str, strength: float, region: tasks.Box | None, wanted: Wanted
) -> list[Video]:
    """The same as `tasks.edit` of a clip that was brought along and is not ready yet."""
    if region is not None:
        tasks.check_region(region, clip)
    words = combined_prompt(clip.prompt, change, strength)
    actions.check(prompt=words, seconds=0, seed=wanted.seed, takes=wanted.takes)
    plan = {"task": "edit", "strength": strength, "region": region}
    request = Request(prompt=words, seconds=UNKNOWN_S, size=UNKNOWN)
    more = {"prompt": words, "change": change, "strength": strength}
    return tasks.ask(actor, request, clip, Relation.EDIT, wanted, plan=plan, **more)


def waits(video: Video) -> bool:
    """Whether its request is still to be laid out."""
    return video.plan is not None and video.plan.get("task") in ("extend", "edit")


def settle(video: Video) -> str | None:
    """Lay out the request of a clip whose turn has come, and whose row is locked. The code of why that cannot be, or
    None. What it costs is known only now.

    Raises NotYetError when the clip that it is made of is still being brought along.
    """
    clip = video.parent
    if clip is None or clip.status in (Status.FAILED, Status.CANCELLED):
        return (clip.error_code if clip is not None else "") or failures.SOURCE
    if clip.status != Status.COMPLETED:
        raise NotYetError
    plan = dict(video.plan or {})
    try:
        source = tasks.given(clip)
        if plan.pop("task") == "extend":
            request = tasks.extension(source, clip, video.prompt, **plan)
        else:
            request = tasks.edition(source, clip, video.prompt, **plan)
        charged_s = queries.charge(queries.new_seconds(request, queries.lengths([clip])))
        actions.charge_more(video, charged_s)
    except AppError as error:
        return failures.QUOTA if error.code == "quota_exceeded" else failures.TOO_LONG
    said = {name: video.request[name] for name in ("speech", "voice") if name in video.request}
    video.request = request.to_dict() | {"seed": video.seed} | said
    video.seconds, video.width, video.height = request.seconds, request.size.width, request.size.height
    video.charged_s, video.plan = charged_s, None
    video.save(update_fields=["request", "seconds", "width", "height", "charged_s", "plan"])
    return None


class NotYetError(Exception):
    """The clip that another one is made of is not ready."""
