"""`/videos`: make, list, look at, download, remix, edit, extend, connect, blend, re-cut, score, loop, cancel and
delete. Characters are refused until the engine has them, after what is asked was read: what is wrong with it is said
first.
"""

from collections.abc import Callable
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from celaje.app import ranges
from celaje.app.accounts.models import Person
from celaje.app.api import bodies, events, schemas
from celaje.app.api.keys import MAKE, READ, person
from celaje.app.api.pages import Paging, listed
from celaje.app.developers import actions, asking, creating, pictures, queries, resources
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.videos import actions as making
from celaje.app.videos import bringing, tasks
from celaje.app.videos.models import Kind, Relation, Status, Video
from celaje.app.videos.tasks import Wanted

router = Router(tags=["Videos"])
Operation = Callable[..., HttpResponse]

POLL_HEADER = "openai-poll-after-ms"
SHORTEST_POLL_MS, LONGEST_POLL_MS = 500, 5000
VARIANTS = {"video": Kind.VIDEO, "thumbnail": Kind.POSTER, "spritesheet": Kind.SPRITE_SHEET}


def _makes(path: str, operation_id: str, body: type[asking.Asked]) -> Callable[[Operation], Operation]:
    """The route of an operation that makes a video of what `body` describes."""
    return router.post(
        path,
        auth=MAKE,
        operation_id=operation_id,
        response={200: schemas.Video} | schemas.REFUSED,
        openapi_extra=schemas.takes(body),
    )


def _answer(video: Video) -> JsonResponse:
    """A video, and when it is worth to ask again."""
    response = JsonResponse(resources.video(video))
    if not video.has_ended:
        response.headers[POLL_HEADER] = str(_poll_ms(video))
    return response


def _poll_ms(video: Video) -> int:
    """The longer it has taken, the later: a clip that waits for an hour is not asked for every second."""
    since = video.started_at or video.created_at
    age_ms = (timezone.now() - since).total_seconds() * 1000
    rest = (100 - video.progress) / max(video.progress, 10)  # of the time so far, as far as one can tell
    return round(min(LONGEST_POLL_MS, max(SHORTEST_POLL_MS, age_ms * rest / 4)))


def _once(request: HttpRequest, values: bodies.Values, make: Callable[[], dict[str, Any]]) -> JsonResponse:
    """The answer of `make`, the same one for the same `Idempotency-Key`."""
    key = request.headers.get("Idempotency-Key")
    answer = make() if key is None else actions.answer_once(person(request), key, [request.path, values], make)
    response = JsonResponse(answer)
    if answer.get("status") == "queued":
        response.headers[POLL_HEADER] = str(SHORTEST_POLL_MS)
    return response


def _several(videos: list[Video]) -> dict[str, Any]:
    """The first of some takes, which names the others."""
    shown = resources.video(videos[0])
    return shown if len(videos) == 1 else shown | {"takes": [video.pk for video in videos]}


@_makes("", "createVideo", asking.Create)
def create(request: HttpRequest) -> HttpResponse:
    """Make a video from a prompt, or a storyboard's cards. An `Idempotency-Key` makes it safe to send this again."""
    values = bodies.read(request)
    asked = asking.read(asking.Create, values)
    owner = person(request)
    creating.check(owner, asked)
    with pictures.kept(owner, asked) as given:
        return _once(request, values, lambda: _several(creating.make(owner, asked, given, takes=asked.n)))


@router.get("", auth=READ, operation_id="listVideos", response={200: schemas.VideoList} | schemas.REFUSED)
def list_videos(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """One's own videos, also those made on the pages."""
    return listed(queries.videos(person(request)).defer("preview", "understanding"), paging, resources.video)


@_makes("/edits", "createVideoEdit", asking.Edit)
def edit(request: HttpRequest) -> HttpResponse:
    """Change a video by a sentence: its length, shape and, as far as it is not to change, its picture stay."""
    values = bodies.read(request)
    asked = asking.read(asking.Edit, values)
    owner = person(request)
    how: dict[str, Any] = {"change": asked.prompt, "strength": asked.strength, "region": asked.region}
    return _once(request, values, _made_from(owner, asked, tasks.edit, bringing.edit_later, how))


@_makes("/extensions", "createVideoExtend", asking.Extend)
def extend(request: HttpRequest) -> HttpResponse:
    """Go on from where a video ends, to 120 seconds in all: the new video is the old one and what comes after it."""
    values = bodies.read(request)
    asked = asking.read(asking.Extend, values)
    owner = person(request)
    how: dict[str, Any] = {"prompt": asked.prompt, "seconds": asked.seconds, "backwards": asked.backwards}
    return _once(request, values, _made_from(owner, asked, tasks.extend, bringing.extend_later, how))


@_makes("/connections", "createVideoConnection", asking.Connect)
def connect(request: HttpRequest) -> HttpResponse:
    """Lead from the end of a video to the beginning of another; both stay as they are."""
    values = bodies.read(request)
    asked = asking.read(asking.Connect, values)
    owner = person(request)
    first, second = _both(owner, asked.videos)
    how: dict[str, Any] = {"prompt": asked.prompt, "seconds": asked.seconds, "wanted": _wanted(asked)}
    return _once(request, values, lambda: _several(tasks.connect(owner, first, second, **how)))


@_makes("/blends", "createVideoBlend", asking.Blend)
def blend(request: HttpRequest) -> HttpResponse:
    """Make one video of two; `curve` says how much of the second is seen when."""
    values = bodies.read(request)
    asked = asking.read(asking.Blend, values)
    owner = person(request)
    first, second = _both(owner, asked.videos)
    curve = [(point.at, point.influence) for point in asked.curve]
    how: dict[str, Any] = {"prompt": asked.prompt, "curve": curve, "wanted": _wanted(asked)}
    return _once(request, values, lambda: _several(tasks.blend(owner, first, second, **how)))


@_makes("/recuts", "createVideoRecut", asking.Recut)
def recut(request: HttpRequest) -> HttpResponse:
    """Keep pieces of a video, where they were or elsewhere, and make what lies between them."""
    values = bodies.read(request)
    asked = asking.read(asking.Recut, values)
    owner = person(request)
    clip = _ready(owner, asked.video.id, field="video.id")
    keep = [(piece.begin, piece.to, piece.begin if piece.at is None else piece.at) for piece in asked.keep]
    how: dict[str, Any] = {"prompt": asked.prompt, "keep": keep, "wanted": _wanted(asked)}
    return _once(request, values, lambda: _several(tasks.recut(owner, clip, **how)))


@_makes("/scores", "createVideoScore", asking.Score)
def score(request: HttpRequest) -> HttpResponse:
    """Make another sound for a video, or one for a silent video; its picture stays as it is."""
    values = bodies.read(request)
    asked = asking.read(asking.Score, values)
    owner = person(request)
    clip = _ready(owner, asked.video.id, field="video.id")
    how: dict[str, Any] = {"prompt": asked.prompt, "wanted": _wanted(asked)}
    return _once(request, values, lambda: _several(tasks.score(owner, clip, **how)))


@_makes("/loops", "createVideoLoop", asking.Loop)
def loop(request: HttpRequest) -> HttpResponse:
    """Lead from a video's end back to its beginning, in 1, 2 or 4 seconds."""
    values = bodies.read(request)
    asked = asking.read(asking.Loop, values)
    owner = person(request)
    clip = _ready(owner, asked.video.id, field="video.id")
    how: dict[str, Any] = {"length": asked.length, "wanted": _wanted(asked)}
    return _once(request, values, lambda: _several(tasks.loop(owner, clip, **how)))


@router.post(
    "/characters",
    auth=MAKE,
    operation_id="createVideoCharacter",
    response={200: schemas.Character} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.CreateCharacter, "multipart/form-data"),
)
def create_character(request: HttpRequest) -> HttpResponse:
    """Somebody or something to put in videos, shown by a short one."""
    asking.read(asking.CreateCharacter, bodies.read(request))
    raise asking.unsupported("video")


@router.get(
    "/characters/{character_id}",
    auth=READ,
    operation_id="getVideoCharacter",
    response={200: schemas.Character} | schemas.REFUSED,
)
def get_character(request: HttpRequest, character_id: str) -> HttpResponse:
    """A character. There is none until the engine can learn them."""
    raise NotFoundError(_("There is no character '%(id)s'.") % {"id": character_id[:80]}, field="character_id")


@router.get("/{video_id}", auth=READ, operation_id="getVideo", response={200: schemas.Video} | schemas.REFUSED)
def get(request: HttpRequest, video_id: str) -> HttpResponse:
    """How far a video is. The header `openai-poll-after-ms` says when to ask again."""
    return _answer(queries.video(person(request), video_id))


@router.delete(
    "/{video_id}", auth=MAKE, operation_id="deleteVideo", response={200: schemas.DeletedVideo} | schemas.REFUSED
)
def delete(request: HttpRequest, video_id: str) -> HttpResponse:
    """Delete a video that is ready or failed. Its owner can take it out of the bin on the pages, for a while."""
    owner = person(request)
    video = queries.video(owner, video_id)
    if not video.has_ended:
        words = _("This video is still being made. Cancel it first: POST /v1/videos/%(id)s/cancel.")
        raise InvalidError(words % {"id": video.pk}, code="video_not_ready", field="video_id")
    making.delete(owner, video)
    return JsonResponse({"id": video.pk, "object": "video.deleted", "deleted": True})


@router.post(
    "/{video_id}/cancel", auth=MAKE, operation_id="cancelVideo", response={200: schemas.Video} | schemas.REFUSED
)
def cancel(request: HttpRequest, video_id: str) -> HttpResponse:
    """Stop making a video; it costs nothing. It is failed from then on, with the code `cancelled`."""
    owner = person(request)
    return _answer(making.cancel(owner, queries.video(owner, video_id)))


@_makes("/{video_id}/remix", "createVideoRemix", asking.Remix)
def remix(request: HttpRequest, video_id: str) -> HttpResponse:
    """Make another video from one's own and a change, such as "make it winter"."""
    values = bodies.read(request)
    asked = asking.read(asking.Remix, values)
    owner = person(request)
    original = _ready(owner, video_id, field="video_id")

    wanted = Wanted(seed=asked.seed, source="api", speech=asked.speech, voice=asked.voice)
    how: dict[str, Any] = {"change": asked.prompt, "strength": asked.strength, "relation": Relation.REMIX}

    def make() -> dict[str, Any]:
        return _several(tasks.edit(owner, original, **how, wanted=wanted))

    return _once(request, values, make)


@router.get(
    "/{video_id}/content",
    auth=READ,
    operation_id="retrieveVideoContent",
    response={200: None} | schemas.REFUSED | {416: None},
    openapi_extra=schemas.gives("video/mp4", "image/webp", "image/jpeg", "image/png"),
)
def content(
    request: HttpRequest, video_id: str, variant: Literal["video", "thumbnail", "spritesheet"] = "video"
) -> HttpResponseBase:
    """The bytes of a video, its thumbnail or its sprite sheet; a range of them when asked for."""
    video = _ready(person(request), video_id, field="video_id")
    asset = video.assets.filter(kind=VARIANTS[variant]).first()
    if asset is None:
        raise NotFoundError(_("This video has no %(variant)s.") % {"variant": variant}, field="variant")
    response = ranges.answer(request, asset.name, num_bytes=asset.num_bytes, content_type=asset.content_type)
    extension = asset.name.rpartition(".")[2]
    response.headers["Content-Disposition"] = f'attachment; filename="{video.pk}.{extension}"'
    return response


router.add_api_operation("/{video_id}/content", ["HEAD"], content, auth=READ, include_in_schema=False)

router.get(
    "/{video_id}/events",
    auth=READ,
    operation_id="watchVideo",
    response={200: None, 204: None} | schemas.REFUSED,
    openapi_extra={"responses": {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}},
)(events.watch)


def _ready(owner: Person, video_id: str, *, field: str) -> Video:
    """A video that is ready. Raises InvalidError when it is not: clients would try 409 again and again."""
    video = queries.video(owner, video_id, field=field)
    if video.status == Status.COMPLETED:
        return video
    if video.has_ended:
        words = _("There is nothing to see of this video: it %(what)s.")
        what = _("was cancelled") if video.status == Status.CANCELLED else _("failed")
        raise InvalidError(words % {"what": what}, code="video_failed", field=field)
    raise InvalidError(_("This video is not ready yet."), code="video_not_ready", field=field)


def _source(owner: Person, source: Any, model: str | None) -> Video | str:
    """The video that something is made from: one's own that is ready, or the name of a file that was sent along."""
    if model is not None:
        queries.check_model(model)
    if isinstance(source, asking.Named):
        return _ready(owner, source.id, field="video.id")
    return bringing.keep(source, field="video")


def _made_from(
    owner: Person,
    asked: asking.Edit | asking.Extend,
    now: Callable[..., list[Video]],
    later: Callable[..., list[Video]],
    how: dict[str, Any],
) -> Callable[[], dict[str, Any]]:
    """What makes the answer: `now` from a video that is there, `later` from a file, which becomes a clip first."""
    source = _source(owner, asked.video, asked.model)

    def make() -> dict[str, Any]:
        if isinstance(source, Video):
            return _several(now(owner, source, **how, wanted=_wanted(asked)))
        with transaction.atomic():
            clip = bringing.bring(owner, source, prompt="", source="api")
            return _several(later(owner, clip, **how, wanted=_wanted(asked)))

    return make


def _both(owner: Person, named: list[asking.Named]) -> tuple[Video, Video]:
    """Two videos of one's own that are ready."""
    first, second = (_ready(owner, one.id, field=f"videos[{place}].id") for place, one in enumerate(named))
    return first, second


def _wanted(asked: asking.Edit | asking.Extend | asking.Task | asking.Loop) -> Wanted:
    said: dict[str, Any] = {} if isinstance(asked, asking.Loop) else {"speech": asked.speech, "voice": asked.voice}
    return Wanted(takes=asked.n, seed=asked.seed, source="api", **said)
