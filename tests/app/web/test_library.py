"""One's own clips as a grid: what is shown where, how it goes on, and what becomes of several at once."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from celaje.app.accounts.models import Person
from celaje.app.videos.models import Status, Video

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
NewPost = Callable[..., Any]


def shown(page: str) -> list[str]:
    return re.findall(r'<li id="(video_\w+)"', page)


def test_an_empty_library_invites(signed_in: Client) -> None:
    page = signed_in.get("/library").content.decode()
    assert "Clear sky. Write the first one." in page
    assert 'href="/new"' in page
    assert "The bin is empty" in signed_in.get("/library?show=bin").content.decode()


def test_each_list_shows_its_own(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo, new_post: NewPost
) -> None:
    draft = new_video(person)
    posted = new_post(person).video
    loved = new_video(person, is_favourite=True)
    binned = new_video(person, deleted_at=timezone.now())
    new_video(new_person())
    lists = {
        "all": {draft.pk, posted.pk, loved.pk},
        "drafts": {draft.pk, loved.pk},
        "posts": {posted.pk},
        "favourites": {loved.pk},
        "bin": {binned.pk},
    }
    assert {show: set(shown(signed_in.get(f"/library?show={show}").content.decode())) for show in lists} == lists
    assert signed_in.get("/library?show=theirs").status_code == 400


def test_words_of_prompts_are_found_and_kept_in_the_field(
    signed_in: Client, person: Person, new_video: NewVideo
) -> None:
    found = new_video(person, prompt="A glass turtle")
    new_video(person, prompt="A red car")
    page = signed_in.get("/library?q=TURTLE+glass").content.decode()
    assert shown(page) == [found.pk]
    assert 'value="TURTLE glass"' in page
    assert shown(signed_in.get("/library?q=%00turtle").content.decode()) == [found.pk]
    nothing = signed_in.get("/library?q=%3Ci%3E").content.decode()
    assert "Nothing with “&lt;i&gt;”" in nothing
    assert "<i>" not in nothing


def test_pages_follow_each_other_without_gap_or_repeat(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    now = timezone.now()
    made = [new_video(person, created_at=now - timedelta(minutes=minute // 3)).pk for minute in range(60)]
    page = signed_in.get("/library").content.decode()
    seen = shown(page)
    while following := re.search(r'hx-get="(/library\?[^"]*after=[^"]*)"', page):
        new_video(person)  # what comes in meanwhile does not shift the pages
        page = signed_in.get(following[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in page
        seen += shown(page)
    assert len(seen) == len(set(seen)) == 60
    assert set(seen) == set(made)


def test_tags_say_what_a_clip_is(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    together = uuid.uuid4()
    new_video(person, is_new=True)
    new_video(person, takes=together, is_new=False)
    new_video(person, takes=together, take=1, is_new=False)
    running = new_video(person, status=Status.IN_PROGRESS, progress=62, preview=b"webp")
    page = signed_in.get("/library").content.decode()
    assert ">New<" in page
    assert page.count("2 takes") == 2
    assert "62%" in page
    assert "4 drafts, 1 on its way" in " ".join(page.split())
    assert f'data-heard="/videos/{running.pk}/events"' in page
    assert 'data-behaviour="live"' in page
    piece = signed_in.get("/library?part=tiles").content.decode()
    assert shown(piece) == shown(page)
    assert "<html" not in piece
    assert "More clips" not in piece


def test_several_are_thrown_away_and_taken_back(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo
) -> None:
    mine = [new_video(person) for _ in range(3)]
    theirs = new_video(new_person())
    assert signed_in.get("/library?select=1").content.decode().count('type="checkbox"') == 3
    chosen = [mine[0].pk, mine[1].pk, theirs.pk, "video_0", "\0"]
    answer = signed_in.post("/library/selection", {"video": chosen, "to": "bin", "show": "drafts"}, follow=True)
    page = answer.content.decode()
    assert set(shown(page)) == {mine[2].pk}
    theirs.refresh_from_db()
    assert theirs.deleted_at is None
    undo = re.findall(r'<input type="hidden" name="video" value="([^"]+)"', page)
    signed_in.post("/library/selection", {"video": undo, "to": "library"})
    assert Video.objects.filter(owner=person, deleted_at=None).count() == 3


@pytest.mark.parametrize("show", ["all", "bin"])
def test_a_page_costs_the_same_however_much_there_is(
    signed_in: Client, person: Person, new_video: NewVideo, show: str
) -> None:
    def num_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(f"/library?show={show}")
        return len(queries)

    deleted_at = timezone.now() if show == "bin" else None
    new_video(person, deleted_at=deleted_at)
    num_queries()
    few = num_queries()
    for _ in range(30):
        new_video(person, deleted_at=deleted_at)
    assert num_queries() == few <= 14
