"""What is made from clips that are there: extended, looped, edited, begun from an end, connected, blended, re-cut, or
with another sound.

`celaje.clip.tasks` says what is known of the new clip, as it does for the command line; the pieces name the clip's file
in the storage, and the worker brings it. Whether the actor may use the clip is checked by whoever gives it: it is their
own, or somebody's post that is open for remixes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.videos import actions, failures
from celaje.app.videos.changing import combined_prompt
from celaje.app.videos.models import Kind, Relation, Status, Video
from celaje.app.videos.styles import with_style
from celaje.clip import FRAMES_PER_SECOND, MAX_SECONDS_IN_ALL, Known, Request, Size, tasks
from celaje.clip.quotes import without_quotations
from celaje.clip.tasks import LOOPS, THIRD_FRAMES, Source


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What all of these may be asked with: how many takes, with seeds from which one on, through which face, whether
    what stands in quotes is said aloud, and in which voice; the clip's own where nothing is said of the last two.
    """

    takes: int = 1
    seed: int | None = None
    source: str = "web"
    speech: bool | None = None
    voice: str | None = None

    def spoken(self, request: Request) -> Request:
        """The same request with what is wanted to be said."""
        said: dict[str, Any] = {"speech": self.speech, "voice": self.voice}
        return replace(request, **{name: value for name, value in said.items() if value is not None})


WEB = Wanted()
FRAME_S = 1 / FRAMES_PER_SECOND
THIRD_S = THIRD_FRAMES * FRAME_S
#: A part of the picture: left, top, right and bottom as shares of its sides.
Box = tuple[float, float, float, float]


@transaction.atomic
def extend(
    actor: Person, clip: Video, *, prompt: str, seconds: float, backwards: bool = False, wanted: Wanted = WEB
) -> list[Video]:
    """`seconds` more after the clip, or before it, which cost as much as they are; the clip stays as it is.

    An empty `prompt` goes on in the clip's own words. Raises InvalidError, also for more than 120 s in all, and
    QuotaError; so do the others.
    """
    source = given(clip)
    words = prompt.strip() or _told(clip)
    actions.check(prompt=words, seconds=seconds, seed=wanted.seed, takes=wanted.takes)
    request = extension(source, clip, words, seconds=seconds, backwards=backwards)
    return ask(actor, request, clip, Relation.EXTENSION, wanted, prompt=words)


def extension(source: Source, clip: Video, prompt: str, *, seconds: float, backwards: bool) -> Request:
    """What an extension asks for. Raises InvalidError for a length that is not possible."""
    if seconds < FRAME_S:
        raise InvalidError(_("Say how many seconds are added."), field="seconds")
    if clip.seconds + seconds > MAX_SECONDS_IN_ALL:
        text = _("A clip has %(most)g s in all at most; this one has %(has)g s already.")
        facts = {"most": MAX_SECONDS_IN_ALL, "has": round(clip.seconds, 1)}
        raise InvalidError(text % facts, code="too_long", field="seconds")
    return _built(tasks.extend, source, clip, prompt, seconds=seconds, backwards=backwards)


@transaction.atomic
def loop(actor: Person, clip: Video, *, length: str = "normal", wanted: Wanted = WEB) -> list[Video]:
    """The clip and a way from its end back to its beginning, one of `LOOPS`, which costs as much as it is long."""
    source = given(clip)
    if length not in LOOPS:
        raise InvalidError(_("Choose how long the way back is."), field="length")
    if clip.seconds + LOOPS[length] > MAX_SECONDS_IN_ALL:
        raise InvalidError(_("This clip is too long for a loop."), code="too_long", field="length")
    request = _built(tasks.loop, source, clip, _told(clip), seconds=LOOPS[length])
    return ask(actor, request, clip, Relation.LOOP, wanted, prompt=clip.prompt)


@transaction.atomic
def edit(
    actor: Person,
    clip: Video,
    *,
    change: str,
    strength: float,
    region: Box | None = None,
    relation: Relation = Relation.EDIT,
    wanted: Wanted = WEB,
) -> list[Video]:
    """The clip as `change` says, changed by `strength` from 0 (nothing) to 1 (all), in its own length and shape; with a
    `region` only in there, and only the picture.

    A still cannot be known to the model, which begins a still from nothing: there the two sentences and, unless much
    may change, the seed are all that the new one has of the old one.
    """
    words = combined_prompt(clip.prompt, change, strength)
    actions.check(prompt=words, seconds=min(clip.seconds, 1.0), seed=wanted.seed, takes=wanted.takes)
    if not 0 <= strength <= 1:
        raise InvalidError(_("The strength goes from 0 to 1."), field="strength")
    if region is not None:
        check_region(region, clip)
    if clip.seconds:
        request = edition(given(clip), clip, words, strength=strength, region=region)
    else:
        request = replace(Request.from_dict(clip.request), prompt=with_style(words, clip.style))
        if strength <= tasks.STRENGTHS["mild"] and wanted.seed is None:
            wanted = replace(wanted, seed=clip.seed)
    return ask(actor, request, clip, relation, wanted, prompt=words, change=change, strength=strength)


def edition(source: Source, clip: Video, prompt: str, *, strength: float, region: Sequence[float] | None) -> Request:
    """What an edit asks for."""
    return _built(tasks.edit, source, clip, prompt, strength=strength, region=tuple(region) if region else None)


@transaction.atomic
def start(actor: Person, clip: Video, *, prompt: str, seconds: float, wanted: Wanted = WEB) -> list[Video]:
    """A clip of its own whose first picture is the last one of `clip`; a still may begin one too."""
    file = _file(clip)
    actions.check(prompt=prompt, seconds=seconds, seed=wanted.seed, takes=wanted.takes)
    if seconds < 1:
        raise InvalidError(_("Give it a second at least."), field="seconds")
    last_s = max(0, round(clip.seconds * FRAMES_PER_SECOND) - 1) / FRAMES_PER_SECOND
    first = Known(source=file) if not clip.seconds else Known(source=file, from_s=last_s)
    request = replace(
        Request.from_dict(clip.request),
        prompt=prompt,
        seconds=seconds,
        known=(first,),
        loop=False,
    )
    return ask(actor, request, clip, Relation.START, wanted, prompt=prompt, style="")


@transaction.atomic
def connect(
    actor: Person, first: Video, second: Video, *, prompt: str, seconds: float, wanted: Wanted = WEB
) -> list[Video]:
    """One clip, `seconds` that lead over, which cost as much as they are, and the other clip."""
    one, other = given(first), given(second)
    words = prompt.strip() or _told(first, second)
    actions.check(prompt=words, seconds=seconds, seed=wanted.seed, takes=wanted.takes)
    if seconds < THIRD_S:
        raise InvalidError(_("Say how many seconds lead over."), field="seconds")
    _check_length(first.seconds + seconds + second.seconds)
    request = _built(tasks.connect, one, first, words, second=other, seconds=seconds)
    return ask(actor, request, first, Relation.CONNECTION, wanted, also=[second], prompt=words)


@transaction.atomic
def blend(
    actor: Person,
    first: Video,
    second: Video,
    *,
    prompt: str,
    curve: Sequence[tuple[float, float]] = (),
    wanted: Wanted = WEB,
) -> list[Video]:
    """Two clips in one, as long as the longer one. `curve` says at which second the second clip has how much influence,
    0 to 1; without one, the first becomes the second from begin to end.
    """
    one, other = given(first), given(second)
    words = prompt.strip() or _told(first, second)
    actions.check(prompt=words, seconds=0, seed=wanted.seed, takes=wanted.takes)
    times = [second_s for second_s, _influence in curve]
    if times != sorted(set(times)) or any(time < 0 for time in times):
        raise InvalidError(_("The seconds of a curve must grow."), field="curve")
    if any(not 0 <= influence <= 1 for _second, influence in curve):
        raise InvalidError(_("An influence goes from 0 to 1."), field="curve")
    request = _built(tasks.blend, one, first, words, second=other, curve=tuple(curve))
    return ask(actor, request, first, Relation.BLEND, wanted, also=[second], prompt=words)


@transaction.atomic
def recut(
    actor: Person, clip: Video, *, keep: Sequence[tuple[float, float, float]], prompt: str, wanted: Wanted = WEB
) -> list[Video]:
    """Pieces of the clip, each (from_s, to_s, at_s); what lies between them is made, and costs as much as it is."""
    source = given(clip)
    words = prompt.strip() or _told(clip)
    actions.check(prompt=words, seconds=0, seed=wanted.seed, takes=wanted.takes)
    if not keep:
        raise InvalidError(_("Say which seconds stay."), field="keep")
    end_s = 0.0
    for from_s, to_s, at_s in sorted(keep, key=lambda piece: piece[2]):
        if not 0 <= from_s < to_s <= clip.seconds + FRAME_S:
            facts = {"begin": f"{from_s:g}", "end": f"{to_s:g}", "length": f"{clip.seconds:g}"}
            raise InvalidError(_("%(begin)s to %(end)s s is no piece of a clip of %(length)s s.") % facts, field="keep")
        if at_s < end_s - FRAME_S:
            text = _("The piece at %(at)s s begins before the one before it ends.") % {"at": f"{at_s:g}"}
            raise InvalidError(text, field="keep")
        end_s = at_s + to_s - from_s
    _check_length(end_s)
    pieces = [(from_s, min(to_s, clip.seconds), at_s) for from_s, to_s, at_s in keep]
    request = _built(tasks.recut, source, clip, words, keep=pieces)
    return ask(actor, request, clip, Relation.RECUT, wanted, prompt=words)


@transaction.atomic
def score(actor: Person, clip: Video, *, prompt: str, wanted: Wanted = WEB) -> list[Video]:
    """A new sound for the clip's picture, which stays as it is; the clip may be silent."""
    words = prompt.strip() or clip.prompt
    actions.check(prompt=words, seconds=0, seed=wanted.seed, takes=wanted.takes)
    request = _built(tasks.score, given(clip), clip, words)
    return ask(actor, request, clip, Relation.SCORE, wanted, prompt=words)


def _told(*clips: Video) -> str:
    """What the clips were made from, each once: without words of its own, a task goes on in theirs. Nothing is said
    aloud a second time, unless there is nothing else.
    """
    return " ".join(dict.fromkeys(without_quotations(clip.prompt).strip() or clip.prompt for clip in clips))


def _check_length(seconds: float) -> None:
    if seconds > MAX_SECONDS_IN_ALL:
        text = _("A clip has %(most)g s in all at most; this would have %(has)g s.")
        raise InvalidError(text % {"most": MAX_SECONDS_IN_ALL, "has": round(seconds, 1)}, code="too_long")


def check_region(region: Box, clip: Video) -> None:
    """Raise InvalidError for what is no part of a moving picture."""
    left, top, right, bottom = region
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        words = _("A part of the picture has a left side before its right one and a top above its bottom, from 0 to 1.")
        raise InvalidError(words, field="region")
    if not clip.seconds:
        raise InvalidError(_("A picture is drawn anew as a whole: leave the part out."), field="region")


def _built(task: Any, source: Source, clip: Video, prompt: str, **how: Any) -> Request:
    """The request of a task, in the clip's style and with what else it was asked with."""
    before = Request.from_dict(clip.request)
    more = {"negative_prompt": before.negative_prompt, "steps": before.steps, "guidance": before.guidance}
    more |= {"speech": before.speech, "voice": before.voice}
    words = with_style(prompt, clip.style)
    try:
        request: Request = task(source, prompt=words, **how, **more)
    except ValueError as error:
        raise InvalidError(str(error)) from error
    return request


def ask(
    actor: Person, request: Request, clip: Video, relation: Relation, wanted: Wanted, **columns: Any
) -> list[Video]:
    """Ask for clips that are made of `clip`, in its style where `columns` name no other. Raises QuotaError."""
    return actions.ask_for(
        actor,
        wanted.spoken(request),
        seed=wanted.seed,
        takes=wanted.takes,
        parent=clip,
        relation=relation,
        source=wanted.source,
        **{"style": clip.style} | columns,
    )


def given(clip: Video) -> Source:
    """The clip's file as the tasks take it. Raises InvalidError for a still."""
    if not clip.seconds:
        raise InvalidError(_("This is a picture: it has no seconds. Use it as the start of a clip."), code="no_seconds")
    asked = Request.from_dict(clip.request)
    size = Size(clip.width, clip.height)
    return Source(
        path=_file(clip),
        seconds=clip.seconds,
        size=size,
        has_sound=asked.audio,
        frames_per_second=asked.frames_per_second,
    )


def _file(clip: Video) -> str:
    """The name of its file. Raises InvalidError when it is not ready, or gone."""
    asset = clip.assets.filter(kind=Kind.VIDEO).first()
    if clip.status != Status.COMPLETED or asset is None:
        raise InvalidError(str(failures.WORDS[failures.SOURCE]), code=failures.SOURCE)
    return asset.name
