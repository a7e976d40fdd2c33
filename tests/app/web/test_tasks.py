"""Extend, loop, edit and use as start: their forms, what is asked for, and what the new clip's page says of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post
from celaje.app.videos.models import Relation, Status, Video
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
