"""A clip becomes a post, and a draft again: who sees it is chosen, what is wrong is said, what was typed stays."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Audience, Post
from celaje.app.videos.models import Status, Video

NewVideo = Callable[..., Video]


def chosen(page: str) -> list[str]:
    return re.findall(r'name="audience" value="(\w+)" checked', page)


def test_nothing_goes_to_everyone_unasked(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    video = new_video(person)
    page = signed_in.get(f"/videos/{video.pk}/publication").content.decode()
    assert chosen(page) == ["followers"]
    answer = signed_in.post(f"/videos/{video.pk}/publication", {"caption": "hello"})
    assert answer.status_code == 400
    assert "Choose who sees it." in answer.content.decode()
    assert "hello" in answer.content.decode()
    assert not Post.objects.exists()


@pytest.mark.parametrize("audience", Audience.values)
def test_posting_leads_to_the_post(signed_in: Client, person: Person, new_video: NewVideo, audience: str) -> None:
    video = new_video(person)
    asked = {"caption": "The dog knows", "audience": audience, "may_remix": "on"}
    answer = signed_in.post(f"/videos/{video.pk}/publication", asked)
    post = Post.objects.get(video=video)
    assert answer.headers["Location"] == f"/p/{post.pk}"
    assert (post.caption, post.audience, post.may_remix) == ("The dog knows", audience, True)


def test_a_post_is_changed_and_taken_down(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    video = new_video(person)
    address = f"/videos/{video.pk}/publication"
    signed_in.post(address, {"caption": "first", "audience": "followers", "may_remix": "on"})
    page = signed_in.get(address).content.decode()
    assert "first" in page
    assert chosen(page) == ["followers"]
    assert 'name="may_remix" checked' in page
    signed_in.post(address, {"caption": "second", "audience": "link"})
    post = Post.objects.get(video=video)
    assert (post.caption, post.audience, post.may_remix) == ("second", "link", False)
    assert "second" in signed_in.get(f"/videos/{video.pk}").content.decode()
    assert signed_in.post(f"/videos/{video.pk}/withdrawal").headers["Location"] == f"/videos/{video.pk}"
    assert not Post.objects.exists()
    assert "Post it" in signed_in.get(f"/videos/{video.pk}").content.decode()


def test_too_long_a_caption_is_said_and_stays(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    video = new_video(person)
    answer = signed_in.post(f"/videos/{video.pk}/publication", {"caption": "y" * 501, "audience": "link"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="caption-error"' in page
    assert "y" * 501 in page
    assert chosen(page) == ["link"]


@pytest.mark.parametrize("status", [Status.QUEUED, Status.FAILED, Status.CANCELLED])
def test_only_what_is_finished_can_be_posted(
    signed_in: Client, person: Person, new_video: NewVideo, status: Status
) -> None:
    video = new_video(person, status=status)
    assert signed_in.get(f"/videos/{video.pk}/publication").status_code == 400
    assert signed_in.post(f"/videos/{video.pk}/publication", {"audience": "everyone"}).status_code == 400
    assert not Post.objects.exists()
