"""What people do with their own videos: ask for one, cancel, try again, throw away and take back.

Every action takes the actor, changes rows and enqueues or cancels jobs in one transaction. It does not know pixels;
what the worker writes of a running job is in `making`.
"""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError, NotFoundError, QuotaError
from celaje.app.videos import failures, jobs, queries
from celaje.app.videos.live import change_row
from celaje.app.videos.models import DERIVED, DoomedFile, Picture, Relation, Status, Video
from celaje.app.videos.styles import find_style, with_style
from celaje.clip import MAX_PROMPT_CHARACTERS, MAX_SECONDS, Known, Request, Size
from celaje.clip.voices import check_voice, voice_names

MAX_TAKES = 4
NUM_SEEDS = 2**63
RANDOM_SEEDS = 2**31  # short enough to be read out

#: Sent with `video` in the transaction that cancels it.
cancelled = Signal()


@transaction.atomic
def create(
    owner: Person,
    *,
    prompt: str,
    seconds: float,
    size: Size,
    seed: int | None = None,
    takes: int = 1,
    style: str = "",
    audio: bool = True,
    negative_prompt: str = "",
    steps: int | None = None,
    guidance: float | None = None,
    speech: bool = True,
    voice: str = "",
    pictures: Sequence[tuple[str, float]] = (),
    source: str = "web",
    parent: Video | None = None,
    relation: str = "",
    change: str = "",
    strength: float | None = None,
) -> list[Video]:
    """Ask for `takes` clips of one prompt, with seeds one after another; they are charged to the owner's quota.

    `voice` is who says what stands in quotes, see `celaje.clip.voices`. `pictures` are names of files in the storage,
    each with the second at which the clip shows it; from now on they are the clips' own. Whether the owner may see and
    remix `parent` is checked by whoever gives it. Raises InvalidError, with the field that is wrong, and QuotaError.
    """
    check_pictures(pictures, seconds)
    check(prompt=prompt, seconds=seconds, negative_prompt=negative_prompt, seed=seed, takes=takes, style=style)
    try:
        request = Request(
            prompt=with_style(prompt, style),
            seconds=seconds,
            size=size,
            steps=steps,
            guidance=guidance,
            negative_prompt=negative_prompt,
            audio=audio,
            speech=speech,
            voice=voice,
            known=tuple(Known(source=name, at_s=at_s) for name, at_s in pictures),
        )
    except ValueError as error:
        raise InvalidError(str(error)) from error
    return ask_for(
        owner,
        request,
        seed=seed,
        takes=takes,
        pictures=[name for name, _at_s in pictures],
        prompt=prompt,
        style=style,
        source=source,
        parent=parent,
        relation=relation,
        change=change,
        strength=strength,
    )


@transaction.atomic
def ask_for(
    owner: Person,
    request: Request,
    *,
    seed: int | None,
    takes: int = 1,
    pictures: Sequence[str] = (),
    parent: Video | None = None,
    also: Sequence[Video] = (),
    **fields: Any,
) -> list[Video]:
    """Ask for `takes` clips of a request that was checked, with seeds from `seed` on, or a drawn one.

    `pictures` are those files of its known pieces that the clips share from now on, `parent` and `also` the clips that
    it is made of; `fields` are further columns. Raises QuotaError, and InvalidError for a voice that is not here.
    """
    try:
        check_voice(request.voice)
    except ValueError:
        words = _("There is no voice '%(name)s': choose %(known)s.")
        facts = {"name": request.voice[:60], "known": ", ".join(voice_names())}
        raise InvalidError(words % facts, code="invalid_value", field="voice") from None
    first_seed = secrets.randbelow(RANDOM_SEEDS) if seed is None else seed
    owner = _locked(owner)
    charged_s = 0.0
    if fields.get("relation") != Relation.BROUGHT:
        lengths = queries.lengths([parent, *also]) if parent is not None else {}
        charged_s = queries.charge(queries.new_seconds(request, lengths))
    _check_quota(owner, charged_s, takes)
    turn, together = queries.next_turn(owner), uuid.uuid4()
    videos = []
    for take in range(takes):
        asked = replace(request, seed=(first_seed + take) % NUM_SEEDS)
        video = Video(
            owner=owner,
            takes=together,
            take=take,
            request=asked.to_dict(),
            seconds=asked.seconds,
            width=asked.size.width,
            height=asked.size.height,
            seed=asked.seed,
            parent=parent,
            charged_s=charged_s,
            turn=turn + take,
            **fields,
        )
        video.job_id = jobs.enqueue(video)
        video.save(force_insert=True)
        if also:
            video.also.set(also)
        videos.append(video)
    if pictures:
        _take_over(owner, videos, sorted(set(pictures)))
    return videos


def _take_over(owner: Person, videos: Sequence[Video], names: Sequence[str]) -> None:
    """From now on these files live as long as a clip that shows them. Whoever gave one first stays its giver."""
    givers = dict(Picture.objects.filter(name__in=names).values_list("name", "giver_id"))
    Picture.objects.bulk_create(
        Picture(video=video, name=name, giver_id=givers.get(name, owner.pk)) for video in videos for name in names
    )
    DoomedFile.objects.filter(name__in=names).delete()


def check_pictures(pictures: Sequence[tuple[str, float]], seconds: float) -> None:
    """Raise InvalidError unless each has a moment of its own, within a clip that has some."""
    times = [at_s for _name, at_s in pictures]
    if times and not seconds:
        raise InvalidError(_("A still shows no given picture: choose a length above 0 s."), field="pictures")
    if any(not 0 <= at_s <= seconds for at_s in times):
        raise InvalidError(_("A picture lies outside the clip."), field="pictures")
    if len(set(times)) < len(times):
        raise InvalidError(_("Two pictures have the same moment: leave one of them out."), field="pictures")


def check(
    *, prompt: str, seconds: float, negative_prompt: str = "", seed: int | None = None, takes: int = 1, style: str = ""
) -> None:
    """Raise InvalidError for what no clip can be asked for: the same limits as those of `Request`, but in the
    person's language and beside the field. `seconds` are those that are made.
    """
    if not prompt.strip():
        raise InvalidError(_("Say in a sentence what the clip shall show."), field="prompt")
    for field, text in (("prompt", prompt), ("negative_prompt", negative_prompt)):
        if len(text) > MAX_PROMPT_CHARACTERS:
            words = _("This has %(given)d characters; at most %(allowed)d are possible.")
            raise InvalidError(words % {"given": len(text), "allowed": MAX_PROMPT_CHARACTERS}, field=field)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise InvalidError(_("This holds characters that are no text."), field=field)
    if not 0 <= seconds <= MAX_SECONDS:
        words = _("A clip has 0 (a still) to %(allowed)g seconds.")
        raise InvalidError(words % {"allowed": MAX_SECONDS}, field="seconds")
    if seed is not None and not 0 <= seed < NUM_SEEDS:
        raise InvalidError(_("A seed is a whole number from 0 to 2^63 - 1."), field="seed")
    if not 1 <= takes <= MAX_TAKES:
        raise InvalidError(_("Choose 1 to %(allowed)d takes.") % {"allowed": MAX_TAKES}, field="takes")
    if style:
        try:
            find_style(style)
        except ValueError:
            raise InvalidError(_("There is no such style."), field="style") from None


def _locked(person: Person) -> Person:
    """The person's row, locked: what they ask for twice at once is counted one after the other."""
    return Person.objects.select_for_update(of=("self",), no_key=True).select_related("role").get(pk=person.pk)


def charge_more(video: Video, charged_s: float) -> None:
    """Raise QuotaError when its owner has not enough left for a clip that costs more than was thought."""
    quota = queries.quota(_locked(video.owner))
    if charged_s - video.charged_s > quota.left_s:
        raise QuotaError(_("Not enough is left of the day for a clip of this length."), returns_at=None)


def _check_quota(owner: Person, charged_s: float, takes: int) -> None:
    """Raise QuotaError when so much for each take is not left. The owner's row is locked."""
    quota = queries.quota(owner)
    if quota.waiting + takes > quota.max_waiting:
        words = _("%(waiting)d of your clips are waiting; %(allowed)d may. Let some finish, or cancel one.")
        numbers = {"waiting": quota.waiting, "allowed": quota.max_waiting}
        raise QuotaError(words % numbers, code="too_many_waiting")
    wanted_s = takes * charged_s
    if wanted_s <= quota.left_s:
        return
    returns_at = queries.enough_at(owner, wanted_s)
    facts = {"wanted": f"{wanted_s:g}", "left": f"{quota.left_s:g}", "limit": f"{quota.limit_s:g}"}
    if returns_at is None:
        words = _("This takes %(wanted)s s of video; you may make %(limit)s s in a day.")
        raise QuotaError(words % facts, returns_at=None)
    words = _("This takes %(wanted)s s of video and you have %(left)s s left. There is enough again at %(time)s.")
    time = date_format(timezone.localtime(returns_at), "TIME_FORMAT")
    raise QuotaError(words % (facts | {"time": time}), returns_at=returns_at)


@transaction.atomic
def cancel(actor: Person, video: Video) -> Video:
    """Stop it, or take it out of the queue; it costs nothing. What has ended stays as it is."""
    current = _own(actor, video)
    if current.has_ended:
        return current
    if current.job_id is not None:
        jobs.stop(current.job_id)
    change_row(current, status=Status.CANCELLED, charged_s=0.0, preview=None, stage="", completed_at=timezone.now())
    cancelled.send(sender=Video, video=current)
    return current


@transaction.atomic
def retry(actor: Person, video: Video) -> Video:
    """Ask for it once more: with the same seed when it never came, with another one when it did.

    Whether the actor may still use the clips of others that it is made of is checked by whoever gives it. Raises
    InvalidError when one of them is gone.
    """
    current = _own(actor, video)
    request = Request.from_dict(current.request)
    pictures = [name for name, _at_s in queries.given_pictures(current, current.seconds)]
    also = list(current.also.all())
    made_of = queries.lengths([clip for clip in (current.parent, *also) if clip is not None])
    is_brought = current.relation == Relation.BROUGHT
    if is_brought:
        pictures = list(current.pictures.values_list("name", flat=True))
        made_of = dict.fromkeys(pictures, 0.0)
    if (is_brought and not pictures) or any(
        piece.source not in made_of for piece in request.known if not piece.is_picture
    ):
        raise InvalidError(str(failures.WORDS[failures.SOURCE]), code=failures.SOURCE)
    known = tuple(piece for piece in request.known if piece.source in made_of or piece.source in pictures)
    is_derived = current.relation in DERIVED
    [again] = ask_for(
        actor,
        replace(request, known=known),
        seed=None if current.status == Status.COMPLETED else current.seed,
        pictures=pictures,
        prompt=current.prompt,
        style=current.style,
        source=current.source,
        parent=current.parent if is_derived else None if is_brought else current,
        also=also,
        relation=current.relation if is_derived or is_brought else Relation.RETRY,
        plan=current.plan,
        change=current.change,
        strength=current.strength,
    )
    return again


@transaction.atomic
def delete(actor: Person, video: Video) -> None:
    """Put it in the bin; what is still being made is cancelled. After a while it goes for good, see `jobs.tidy`."""
    current = _own(actor, video)
    if current.deleted_at is None:
        cancel(actor, current)
        change_row(current, deleted_at=timezone.now())


@transaction.atomic
def restore(actor: Person, video: Video) -> Video:
    """Take it out of the bin. Raises NotFoundError when it is there for too long."""
    current = _own(actor, video)
    if current.deleted_at is None:
        return current
    if current.deleted_at <= timezone.now() - timedelta(days=queries.BIN_DAYS):
        raise NotFoundError(_("This clip is gone for good."))
    change_row(current, deleted_at=None)
    return current


@transaction.atomic
def forget(videos: Iterable[Video]) -> None:
    """Remove rows and doom their files, at once and for good. Whether that is right, the caller knows."""
    for video in videos:
        if not video.has_ended and video.job_id is not None:
            jobs.stop(video.job_id)
        video.delete()
    jobs.tidy_soon()


@transaction.atomic
def set_favourite(actor: Person, video: Video, on: bool) -> Video:
    """Mark it, or not."""
    current = _own(actor, video)
    Video.objects.filter(pk=current.pk).update(is_favourite=on)
    current.is_favourite = on
    return current


@transaction.atomic
def look_at(actor: Person, video: Video) -> Video:
    """They have seen the finished clip: it is new no more."""
    current = _own(actor, video)
    if current.is_new and current.status == Status.COMPLETED:
        Video.objects.filter(pk=current.pk).update(is_new=False)
        current.is_new = False
    return current


def _own(actor: Person, video: Video) -> Video:
    """The video's row as it is now, locked. Raises NotFoundError when it is not the actor's."""
    current = Video.objects.select_for_update(no_key=True).filter(pk=video.pk, owner_id=actor.pk).first()
    if current is None:
        raise NotFoundError(_("There is no such clip."))
    return current
