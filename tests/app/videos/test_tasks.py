"""What is made from a clip: what the new one knows of it, what it costs, and when it cannot be made."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.videos import actions, queries, tasks
from celaje.app.videos.models import Kind, Picture, Relation, Status, Video
from celaje.app.videos.tasks import Wanted
from celaje.clip import Request
from celaje.clip.tasks import LOOPS

NewVideo = Callable[..., Video]
FRAME_S = 1 / 12


def file_of(video: Video) -> str:
    return video.assets.get(kind=Kind.VIDEO).name


def asked(video: Video) -> Request:
    return Request.from_dict(video.request)


@pytest.mark.parametrize("backwards", [False, True])
def test_an_extension_keeps_the_clip_and_costs_what_it_adds(
    person: Person, new_video: NewVideo, backwards: bool
) -> None:
    clip = new_video(person, seconds=5.0)
    first, second = tasks.extend(
        person, clip, prompt="it jumps", seconds=3, backwards=backwards, wanted=Wanted(takes=2, seed=9)
    )
    assert [(video.seed, video.relation, video.parent) for video in (first, second)] == [
        (9, Relation.EXTENSION, clip),
        (10, Relation.EXTENSION, clip),
    ]
    assert (first.seconds, first.prompt, asked(first).prompt, first.charged_s) == (8.0, "it jumps", "it jumps", 3.0)
    assert queries.quota(person).used_s == 6.0
    at_s = 3.0 if backwards else 0.0
    assert [(piece.source, piece.track, piece.at_s, piece.is_kept) for piece in asked(first).known] == [
        (file_of(clip), "video", at_s, True),
        (file_of(clip), "audio", at_s, True),
    ]


def test_without_words_a_clip_goes_on_in_its_own(person: Person, new_video: NewVideo) -> None:
    clip = new_video(person, prompt="a cat", style="snow")
    [longer] = tasks.extend(person, clip, prompt=" ", seconds=1)
    assert (longer.prompt, asked(longer).prompt, longer.style) == ("a cat", "a cat, in the snow.", "snow")


@pytest.mark.parametrize("length", LOOPS)
def test_a_loop_costs_its_way_back(person: Person, new_video: NewVideo, length: str) -> None:
    clip = new_video(person, seconds=2.0)
    [loop] = tasks.loop(person, clip, length=length)
    assert (loop.seconds, loop.charged_s, asked(loop).loop) == (2 + LOOPS[length], LOOPS[length], True)


def test_an_edit_costs_the_whole_clip(person: Person, new_video: NewVideo) -> None:
    clip = new_video(person, seconds=5.0)
    [edited] = tasks.edit(person, clip, change="make it winter", strength=0.75)
    assert (edited.charged_s, edited.seconds, edited.change, edited.strength) == (5.0, 5.0, "make it winter", 0.75)
    assert {piece.strength for piece in asked(edited).known} == {0.25}


@pytest.mark.parametrize("seconds", [5.0, 2.54, 0.0])
def test_a_start_is_the_last_picture(person: Person, new_video: NewVideo, seconds: float) -> None:
    clip = new_video(person, seconds=seconds)
    [begun] = tasks.start(person, clip, prompt="it rains", seconds=4)
    [piece] = asked(begun).known
    last_s = max(0, round(seconds * 12) - 1) / 12
    assert (piece.source, piece.at_s, piece.from_s) == (file_of(clip), 0.0, last_s)
    assert (begun.seconds, begun.charged_s, begun.relation) == (4.0, 4.0, Relation.START)
    assert not Picture.objects.exists()  # the file is the first clip's own


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)  # nothing is written
@given(has=st.floats(FRAME_S, 60), more=st.floats(0, 70))
def test_a_clip_has_120_seconds_in_all_or_it_is_said(db: None, has: float, more: float) -> None:
    """The new one is longer by what was asked for, to a frame, and never too long."""
    person = Person(pk=1)
    clip = Video(owner=person, prompt="a cat", seconds=has, width=256, height=256)
    clip.request = Request(prompt="a cat", seconds=has).to_dict()
    made: list[Request] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "_file", lambda clip: "te/clip.mp4")
        patch.setattr(actions, "ask_for", lambda actor, request, **fields: made.append(request))
        if more < FRAME_S or more > 60 or has + more > 120:
            with pytest.raises(InvalidError):
                tasks.extend(person, clip, prompt="", seconds=more)
            return
        tasks.extend(person, clip, prompt="", seconds=more)
    assert abs(made[0].seconds - has - more) <= FRAME_S
    assert made[0].seconds <= 120


def test_what_cannot_be_used_is_said(person: Person, new_video: NewVideo) -> None:
    still, waiting = new_video(person, seconds=0.0), new_video(person, status=Status.QUEUED)
    acts: list[Callable[[Video], object]] = [
        lambda clip: tasks.extend(person, clip, prompt="", seconds=4),
        lambda clip: tasks.loop(person, clip),
    ]
    for act in acts:
        with pytest.raises(InvalidError, match="picture"):
            act(still)
        with pytest.raises(InvalidError, match="not here any more"):
            act(waiting)
    clip = new_video(person)
    wrongs: list[Callable[[], object]] = [
        lambda: tasks.loop(person, clip, length="endless"),
        lambda: tasks.edit(person, clip, change="x", strength=1.5),
        lambda: tasks.start(person, clip, prompt=" ", seconds=4),
        lambda: tasks.start(person, clip, prompt="x", seconds=0),
        lambda: tasks.extend(person, clip, prompt="x\0", seconds=4),
        lambda: tasks.extend(person, clip, prompt="x", seconds=4, wanted=Wanted(takes=9)),
    ]
    for wrong in wrongs:
        with pytest.raises(InvalidError):
            wrong()
    assert queries.quota(person).used_s == 0


def test_a_retry_asks_for_the_same_of_the_same_clip(person: Person, new_video: NewVideo) -> None:
    clip = new_video(person, seconds=5.0)
    [longer] = tasks.extend(person, clip, prompt="it jumps", seconds=3, backwards=True)
    actions.cancel(person, longer)
    again = actions.retry(person, longer)
    assert (again.request, again.parent, again.relation) == (longer.request, clip, Relation.EXTENSION)
    assert again.charged_s == 3.0
    clip.delete()
    again.refresh_from_db()
    with pytest.raises(InvalidError, match="not here any more"):
        actions.retry(person, again)
