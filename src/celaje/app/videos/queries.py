"""What people may know of their own videos: the library, the quota, how long a clip will take. It changes nothing.

Others see a video only through its post: that is decided in `posts`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FloatField, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.prepared import Prepared
from celaje.app.videos.models import ENDED, Asset, Kind, Picture, Status, Video
from celaje.clip import FRAMES_PER_SECOND, Known, Request
from celaje.clip.tasks import THIRD_FRAMES

DAY = timedelta(hours=24)
BIN_DAYS = 30
STILL_S = 0.5  # of quota: a still is no clip, but it is work
FIXED_S = 1.0  # reading, writing and starting cost about as much as a second of video
DEFAULT_PACE_S = 1.5  # seconds of making per second of video, before anything was measured here
NUM_MEASURED = 30
FAR_ENOUGH = 15  # percent
SHOWS = ("all", "drafts", "posts", "favourites", "bin")


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What a person may still make: seconds of video in 24 hours, and clips that wait or are made at once.

    `returns_at` is when the oldest clip of these 24 hours stops counting; None when nothing was used.
    """

    limit_s: float
    used_s: float
    left_s: float
    returns_at: datetime | None
    waiting: int
    max_waiting: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """How long it takes until all is ready, and how many clips are made before."""

    seconds: float
    before: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some videos, newest first. `after` gives the next page; empty at the end."""

    videos: list[Video]
    after: str


@dataclass(frozen=True, kw_only=True)
class GivenPicture:
    """A picture that a clip was asked to show at a second. `is_theirs`: its giver is the clip's owner."""

    picture: Picture
    at_s: float
    is_theirs: bool


def pictures_of(video: Video) -> list[GivenPicture]:
    """The pictures that a clip was asked to show and that are still there, in the order of their seconds."""
    known = sorted(Request.from_dict(video.request).known, key=lambda piece: piece.at_s)
    rows = {row.name: row for row in video.pictures.all()} if known else {}
    return [
        GivenPicture(picture=row, at_s=piece.at_s, is_theirs=row.giver_id == video.owner_id)
        for piece in known
        if piece.is_picture and (row := rows.get(piece.source)) is not None
    ]


def given_pictures(video: Video, seconds: float) -> list[tuple[str, float]]:
    """The same as `actions.create` takes them, as far as they lie in a clip of `seconds`."""
    return [(given.picture.name, given.at_s) for given in pictures_of(video) if seconds and given.at_s <= seconds]


def own(person: Person, video_id: str) -> Video:
    """A video of this person, also from the bin. Raises NotFoundError."""
    known = "\0" not in video_id  # PostgreSQL knows no such text
    video = Video.objects.filter(owner=person, pk=video_id).prefetch_related("assets").first() if known else None
    if video is None:
        raise NotFoundError(_("There is no such clip."))
    return video


def library(person: Person, *, show: str = "all", words: str = "", after: str | None = None, limit: int = 24) -> Page:
    """The person's videos, newest first, those whose prompts hold all `words`. Raises InvalidError for odd pages."""
    if show not in SHOWS:
        raise InvalidError(_("There is no such list."), field="show")
    found = Video.objects.filter(owner=person, deleted_at__isnull=show != "bin")
    if show == "drafts":
        found = found.filter(post__isnull=True)
    elif show == "posts":
        found = found.filter(post__isnull=False)
    elif show == "favourites":
        found = found.filter(is_favourite=True)
    elif show == "bin":
        found = found.filter(deleted_at__gt=timezone.now() - timedelta(days=BIN_DAYS))
    for word in words.replace("\0", " ").split():
        found = found.filter(Q(prompt__icontains=word) | Q(change__icontains=word))
    if after:
        at, video_id = _place(after)
        found = found.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=video_id))
    videos = list(found.select_related("post").prefetch_related("assets").order_by("-created_at", "-pk")[: limit + 1])
    more, videos = len(videos) > limit, videos[:limit]
    return Page(videos=videos, after=f"{videos[-1].created_at.isoformat()}_{videos[-1].pk}" if more else "")


def takes_of(video: Video) -> list[Video]:
    """All clips of the same request that are not in the bin, this one in any case, in order."""
    same = Video.objects.filter(owner_id=video.owner_id, takes=video.takes).filter(Q(deleted_at=None) | Q(pk=video.pk))
    return list(same.prefetch_related("assets").order_by("take"))


def num_takes(videos: Iterable[Video]) -> dict[UUID, int]:
    """How many clips outside the bin the requests of these videos have, by `Video.takes`."""
    same = Video.objects.filter(takes__in={video.takes for video in videos}, deleted_at=None)
    return dict(same.order_by().values_list("takes").annotate(Count("pk")))


def made_from(video: Video, *, limit: int = 12) -> list[Video]:
    """What its owner made from it and what is on its way, newest first."""
    made = Video.objects.filter(parent=video, owner_id=video.owner_id, deleted_at=None)
    made = made.exclude(status__in=(Status.FAILED, Status.CANCELLED))
    return list(made.prefetch_related("assets").order_by("-created_at")[:limit])


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many clips a person has that are no posts, and how many of them are not ready yet."""

    drafts: int
    on_their_way: int


def counts(person: Person) -> Counts:
    """What the library says of itself."""
    drafts = Video.objects.filter(owner=person, deleted_at=None, post__isnull=True)
    found = drafts.aggregate(drafts=Count("pk"), on_their_way=Count("pk", filter=~Q(status__in=ENDED)))
    return Counts(**found)


def _place(after: str) -> tuple[datetime, str]:
    stamp, _sign, video_id = after.partition("_")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or "\0" in video_id:
        raise InvalidError(_("There is no such page."), field="after")
    return at, video_id


def new_seconds(request: Request, lengths: Mapping[str, float]) -> float:
    """How much of a clip is made: what it keeps, in picture and sound, was there. `lengths` are the seconds of given
    clips by the names of their files.

    A single frame that begins a clip spares nothing: the model makes four at once.
    """
    num_frames = round(request.seconds * FRAMES_PER_SECOND)
    kept = set(range(num_frames))
    for track in ("video", "audio") if request.audio else ("video",):
        pieces = (piece for piece in request.known if piece.track == track and piece.is_kept and piece.region is None)
        kept &= {frame for piece in pieces for frame in _frames(piece, lengths.get(piece.source, 0.0))}
    return request.seconds - len(kept) / FRAMES_PER_SECOND


def _frames(piece: Known, length_s: float) -> Iterable[int]:
    """Which frames of the clip a piece of a file of `length_s` is."""
    end_s = length_s if piece.to_s is None else piece.to_s
    first, count = (round(seconds * FRAMES_PER_SECOND) for seconds in (piece.at_s, end_s - piece.from_s))
    return range(first, first + count) if count >= THIRD_FRAMES else ()


def lengths(clips: Iterable[Video]) -> dict[str, float]:
    """How long clips are, by the names of their files."""
    files = Asset.objects.filter(video__in=list(clips), kind=Kind.VIDEO)
    return dict(files.values_list("name", "video__seconds"))


def charge(seconds: float) -> float:
    """What making so many seconds of a clip costs of the quota, in seconds of video."""
    return max(seconds, STILL_S)


def quota(person: Person, *, now: datetime | None = None) -> Quota:
    """What is used and left at this moment. One query: it stands beside every page."""
    (row,) = _of_day(person, since=(now or timezone.now()) - DAY)
    return Quota(
        limit_s=float(row["limit_s"]),
        used_s=row["used_s"],
        left_s=max(0.0, row["limit_s"] - row["used_s"]),
        returns_at=None if row["oldest"] is None else row["oldest"] + DAY,
        waiting=row["waiting"],
        max_waiting=row["max_waiting"],
    )


@Prepared
def _of_day(person: Person, *, since: datetime) -> QuerySet[Person, Any]:
    counted = Q(videos__created_at__gt=since, videos__charged_s__gt=0)
    under_way = Q(videos__isnull=False) & ~Q(videos__status__in=ENDED)
    limits = {"limit_s": F("role__video_seconds_per_day"), "max_waiting": F("role__max_waiting_jobs")}
    return (
        Person.objects.filter(pk=person.pk)
        .values(**limits)
        .annotate(
            used_s=Sum("videos__charged_s", filter=counted, default=0.0),
            oldest=Min("videos__created_at", filter=counted),
            waiting=Count("videos", filter=under_way),
        )
    )


def enough_at(person: Person, seconds: float, *, now: datetime | None = None) -> datetime | None:
    """When `seconds` of video will be left, if nothing more is asked for. None: never, they are over the limit."""
    now = now or timezone.now()
    limit_s = float(person.role.video_seconds_per_day)
    if seconds > limit_s:
        return None
    charged = list(_charged(person, now).order_by("created_at").values_list("created_at", "charged_s"))
    used_s = sum(charged_s for _, charged_s in charged)
    for created_at, charged_s in charged:
        if used_s + seconds <= limit_s:
            break
        used_s -= charged_s
        now = created_at + DAY
    return now


def _charged(person: Person, now: datetime) -> QuerySet[Video]:
    return Video.objects.filter(owner=person, created_at__gt=now - DAY, charged_s__gt=0)


def estimate(person: Person, *, seconds: float, takes: int = 1) -> Estimate:
    """How long `takes` clips would take if they were asked for now, of which `seconds` are made."""
    turn = next_turn(person)
    waiting = Video.objects.exclude(status__in=ENDED).filter(turn__lt=turn + takes)
    rests = [(length + FIXED_S) * (1 - done / 100) for length, done in waiting.values_list("charged_s", "progress")]
    return Estimate(
        seconds=pace() * (sum(rests) + takes * (seconds + FIXED_S)),
        before=waiting.filter(turn__lte=turn).count(),
    )


def seconds_left(video: Video) -> float | None:
    """How long until this video is ready: those before it and the rest of itself. None when it has ended."""
    if video.has_ended:
        return None
    rest = Video.objects.exclude(status__in=ENDED).exclude(pk=video.pk)
    before = rest.filter(Q(turn__lt=video.turn) | Q(turn=video.turn, job_id__lt=video.job_id or 0))
    ahead = [(video.charged_s, video.progress)]
    if video.status == Status.QUEUED:
        ahead += before.values_list("charged_s", "progress")
    return (_pace_now() or pace()) * sum((length + FIXED_S) * (1 - percent / 100) for length, percent in ahead)


def _pace_now() -> float | None:
    """The pace of what is being made at this moment, when it is far enough to tell."""
    running = Video.objects.filter(status=Status.IN_PROGRESS, progress__gte=FAR_ENOUGH, started_at__isnull=False)
    now = timezone.now()
    paces = [
        (now - started_at).total_seconds() / ((length + FIXED_S) * percent / 100)
        for started_at, length, percent in running.values_list("started_at", "charged_s", "progress")
        if started_at is not None
    ]
    return median(paces) if paces else None


def num_before(video: Video) -> int:
    """How many clips are made before a waiting one."""
    rest = Video.objects.exclude(status__in=ENDED).exclude(pk=video.pk)
    return rest.filter(Q(turn__lt=video.turn) | Q(turn=video.turn, job_id__lt=video.job_id or 0)).count()


def pace() -> float:
    """Seconds of making per second that was new, fixed costs included: the median of what was made here last."""
    made = Video.objects.filter(status=Status.COMPLETED, making_s__isnull=False, charged_s__gt=0)
    per_second = Cast(F("making_s"), FloatField()) / (F("charged_s") + FIXED_S)
    paces = list(made.order_by("-completed_at").values_list(per_second, flat=True)[:NUM_MEASURED])
    return median(paces) if paces else DEFAULT_PACE_S


def next_turn(person: Person) -> int:
    """Whose turn it is when: a person's clips come one turn after another, and nobody starts before the present one.

    This is start-time fair queueing (Goyal et al. 1996): who asks for six clips waits between them for each person who
    asked for one, who asks again and again for one does not overtake the six, and yesterday does not count.
    """
    started = Video.objects.filter(started_at__isnull=False)
    present = started.order_by("-turn").values_list("turn", flat=True).first() or 0
    mine = Video.objects.filter(owner=person)
    mine = mine.filter(Q(started_at__isnull=False) | Q(status=Status.QUEUED))  # not what was cancelled before its turn
    last = mine.order_by("-turn").values_list("turn", flat=True).first()
    return present if last is None else max(present, last + 1)


def prompt_history(person: Person, *, limit: int = 20) -> list[str]:
    """What this person asked for, newest first, each prompt once."""
    recent = Video.objects.filter(owner=person, deleted_at=None, change="").order_by("-created_at")
    return list(dict.fromkeys(recent.values_list("prompt", flat=True)[:200]))[:limit]
