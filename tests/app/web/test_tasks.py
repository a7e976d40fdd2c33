"""Extend, loop, edit and use as start: their forms, what is asked for, and what the new clip's page says of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts.actions import publish
from celaje.app.posts.models import Post
from celaje.app.videos.models import Relation, Status, Video
from celaje.app.web.taskforms import TASKS
from celaje.clip import Request

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
NewPost = Callable[..., Post]
ASKED: dict[str, dict[str, Any]] = {
    "extensions": {"prompt": "it jumps", "way": "before", "seconds": "3", "takes": "2"},
    "loops": {"length": "short"},
    "edits": {"change": "make it winter", "how": "custom", "strength": "20", "takes": "1"},
    "starts": {"prompt": "it rains", "seconds": "6", "takes": "1"},
}


@pytest.mark.parametrize("task", ASKED)
def test_each_leads_from_the_clip_to_where_it_is_made(
    signed_in: Client, person: Person, new_video: NewVideo, task: str
) -> None:
    clip = new_video(person, seconds=2.0)
    assert f'href="/videos/{clip.pk}/{task}/new"' in signed_in.get(clip.get_absolute_url()).content.decode()
    assert f'action="/videos/{clip.pk}/{task}"' in signed_in.get(f"/videos/{clip.pk}/{task}/new").content.decode()
    answer = signed_in.post(f"/videos/{clip.pk}/{task}", ASKED[task])
    made = list(Video.objects.filter(parent=clip).order_by("take"))
    assert answer.headers["Location"] == made[0].get_absolute_url()
    found = [(video.relation, video.seconds, video.prompt, video.change, video.strength) for video in made]
    assert (
        found
        == {
            "extensions": [(Relation.EXTENSION, 5.0, "it jumps", "", None)] * 2,
            "loops": [(Relation.LOOP, 3.0, clip.prompt, "", None)],
            "edits": [(Relation.EDIT, 2.0, "A cat runs on the beach. Make it winter.", "make it winter", 0.2)],
            "starts": [(Relation.START, 6.0, "it rains", "", None)],
        }[task]
    )
    at_s = [piece.at_s for piece in Request.from_dict(made[0].request).known]
    assert at_s == {"extensions": [3.0, 3.0], "starts": [0.0]}.get(task, [0.0, 0.0])
    Video.objects.filter(pk=made[0].pk).update(status=Status.COMPLETED)
    page = signed_in.get(made[0].get_absolute_url()).content.decode()
    words = {"extensions": "Extended from", "loops": "Loop of", "edits": "Edited from", "starts": "Begins where"}
    assert words[task] in page
    assert f'class="credit" href="{clip.get_absolute_url()}"' in page
    again = signed_in.post(f"/videos/{made[0].pk}/retry")
    assert Video.objects.get(pk=again.headers["Location"].rpartition("/")[2]).relation == made[0].relation


@pytest.mark.parametrize("task", ["connections", "blends"])
def test_two_clips_become_one_and_both_are_credited(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo, new_post: NewPost, task: str
) -> None:
    clip, post = new_video(person, seconds=2.0, prompt="a cat"), new_post(new_person("nube7"), prompt="a dog")
    closed = new_post(new_person("lluvia"), may_remix=False)
    page = signed_in.get(f"/videos/{clip.pk}/{task}/new").content.decode()
    assert f'value="{post.video_id}"' in page
    assert closed.video_id not in page
    more: dict[str, Any] = {"takes": "1"}
    more |= {"seconds": "3"} if task == "connections" else {f"point{at}": 25 * at for at in range(5)}
    answers = [signed_in.post(f"/videos/{clip.pk}/{task}", more | {"other": closed.video_id})]
    answers += [signed_in.post(f"/videos/{clip.pk}/{task}", more | {"address": "https://else.example/"})]
    answers += [signed_in.post(f"/videos/{clip.pk}/{task}", more)]
    words = ("not open for remixes", "no address of a clip here", "Choose the other clip.")
    for answer, said in zip(answers, words, strict=True):
        assert said in answer.content.decode()
    signed_in.post(f"/videos/{clip.pk}/{task}", more | {"address": f"http://testserver{post.get_absolute_url()}"})
    made = Video.objects.get(parent=clip)
    assert (made.prompt, list(made.also.all())) == ("a cat a dog", [post.video])
    asked = Request.from_dict(made.request)
    if task == "connections":
        assert (made.seconds, made.charged_s, made.relation) == (10.0, 3.0, Relation.CONNECTION)
        assert sorted({piece.at_s for piece in asked.known}) == [0.0, 5.0]
    else:
        assert (made.seconds, made.charged_s, made.relation) == (5.0, 5.0, Relation.BLEND)
        assert asked.known[-1].curve == tuple((1.25 * at, 0.25 * at) for at in range(5))
    Video.objects.update(status=Status.COMPLETED)
    assert "@nube7" in signed_in.get(made.get_absolute_url()).content.decode()
    published = publish(person, made, caption="", audience="everyone", may_remix=True)
    assert published.parent == post  # another one's, before one's own draft


def test_pieces_stay_and_a_sound_is_made_anew(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    clip = new_video(person, seconds=5.0)
    assert 'name="from3"' in signed_in.get(f"/videos/{clip.pk}/recuts/new").content.decode()
    kept = {"from0": "0", "to0": "2", "from1": "4", "to1": "5", "at1": "3", "takes": "1"}
    signed_in.post(f"/videos/{clip.pk}/recuts", kept)
    signed_in.post(f"/videos/{clip.pk}/scores", {"prompt": "rain on a roof", "takes": "1"})
    cut, scored = Video.objects.filter(parent=clip).order_by("seconds")
    assert (cut.seconds, cut.charged_s, cut.relation, cut.prompt) == (4.0, 1.0, Relation.RECUT, clip.prompt)
    assert (scored.seconds, scored.charged_s, scored.prompt) == (5.0, 5.0, "rain on a roof")
    assert [piece.track for piece in Request.from_dict(scored.request).known] == ["video"]
    for wrong, why in (
        ({"from0": ""}, "A piece has a beginning and an end."),
        ({"to1": "6"}, "4 to 6 s is no piece of a clip of 5 s."),
        ({"at1": "1"}, "begins before the one before it ends"),
        ({"from0": "", "to0": "", "from1": "", "to1": "", "at1": ""}, "Say which seconds stay."),
    ):
        answer = signed_in.post(f"/videos/{clip.pk}/recuts", kept | wrong)
        assert (answer.status_code, why in answer.content.decode()) == (400, True)
    again = signed_in.post(f"/videos/{cut.pk}/retry").headers["Location"]
    assert Video.objects.get(pk=again.rpartition("/")[2]).charged_s == 1.0


@pytest.mark.parametrize(
    ("task", "wrong", "why"),
    [
        ("extensions", {"seconds": "0"}, "greater than or equal to 1"),
        ("extensions", {"seconds": "60"}, "120 s in all"),
        ("extensions", {"takes": "3"}, ""),
        ("loops", {"length": "endless"}, "endless"),
        ("edits", {"change": " "}, "Write something first."),
        ("edits", {"how": "wild"}, "wild"),
        ("starts", {"prompt": ""}, "Say in a sentence"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    signed_in: Client, person: Person, new_video: NewVideo, task: str, wrong: dict[str, str], why: str
) -> None:
    clip = new_video(person, seconds=60.0)
    Video.objects.update(seconds=70.0)  # it was extended before
    for headers in ({}, {"HX-Request": "true"}):
        answer = signed_in.post(f"/videos/{clip.pk}/{task}", ASKED[task] | wrong, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == (200 if headers else 400)  # htmx shows only what went well
        assert why in page
        assert 'role="alert"' in page
        for kept in (
            value for name, value in ASKED[task].items() if name in ("prompt", "change") and name not in wrong
        ):
            assert kept in page
    assert Video.objects.count() == 1


def test_a_post_that_is_open_may_be_used_and_is_named(
    signed_in: Client, new_person: NewPerson, new_post: NewPost
) -> None:
    author = new_person("nube7")
    opened, closed = new_post(author), new_post(author, may_remix=False)
    assert signed_in.get(f"/videos/{opened.video_id}/loops/new").status_code == 200
    assert signed_in.get(f"/videos/{closed.video_id}/loops/new").status_code == 403
    assert signed_in.post(f"/videos/{closed.video_id}/loops", {"length": "short"}).status_code == 403
    assert signed_in.get(f"/videos/{new_post(author, audience='followers').video_id}/loops/new").status_code == 404
    made = signed_in.post(f"/videos/{opened.video_id}/loops", {"length": "short"}).headers["Location"]
    Video.objects.filter(pk=made.rpartition("/")[2]).update(status=Status.COMPLETED)
    assert "Loop of <b>@nube7</b>" in signed_in.get(made).content.decode()


def test_the_menu_of_an_open_post_leads_to_the_tasks(
    signed_in: Client, new_person: NewPerson, new_post: NewPost
) -> None:
    author = new_person("nube7")
    opened, closed = new_post(author), new_post(author, may_remix=False)
    menu = signed_in.get(f"/p/{opened.pk}/menu").content.decode()
    assert all(f"/videos/{opened.video_id}/{task}/new" in menu for task in TASKS)
    assert f"/storyboards/new?clip={opened.video_id}" in menu
    assert "/extensions/new" not in signed_in.get(f"/p/{closed.pk}/menu").content.decode()


def test_an_edit_may_change_a_part_of_the_picture(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    clip = new_video(person, seconds=2.0)
    page = signed_in.get(f"/videos/{clip.pk}/edits/new").content.decode()
    assert all(f'name="{side}"' in page for side in ("left", "top", "right", "bottom"))
    part = ASKED["edits"] | {"left": "50", "top": "25", "right": "100", "bottom": "75.5"}
    signed_in.post(f"/videos/{clip.pk}/edits", part)
    edited = Video.objects.get(parent=clip)
    picture, sound = Request.from_dict(edited.request).known
    assert (picture.region, picture.is_kept, sound.is_kept) == ((0.5, 0.25, 1.0, 0.755), True, True)
    assert edited.charged_s == 2.0
    for wrong in ({"right": ""}, {"right": "40"}, {"right": "101"}, {"right": "x"}):
        answer = signed_in.post(f"/videos/{clip.pk}/edits", part | wrong)
        assert answer.status_code == 400
        assert answer.content.decode().count('role="alert"') == 1
    assert Video.objects.count() == 2


def test_a_still_is_only_a_start(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    still = new_video(person, seconds=0.0)
    page = signed_in.get(still.get_absolute_url()).content.decode()
    assert "/starts/new" in page
    assert "/loops/new" not in page
    assert "it has no seconds" in signed_in.post(f"/videos/{still.pk}/loops", {"length": "short"}).content.decode()
    assert signed_in.get(f"/videos/{still.pk}/wishes/new").status_code == 404
