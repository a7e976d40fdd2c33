"""The feed: what a page holds, how it goes on, and what it costs."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.posts import actions
from celaje.app.posts.models import Post
from celaje.app.videos.models import Relation, Video

MAX_QUERIES = 10
MAX_COMPRESSED_BYTES = 100_000

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
NewPost = Callable[..., Post]


def shown(page: str) -> list[str]:
    """The ids of the clips of a page, in order."""
    return re.findall(r'<article class="shot[^"]*" id="c-([0-9a-f]+)"', page)


def test_guests_are_asked_to_log_in(client: Client, person: Person) -> None:
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_an_empty_house_invites_to_write(signed_in: Client) -> None:
    page = signed_in.get("/").content.decode()
    assert "Clear sky. Write the first one." in page
    assert 'href="/new"' in page


@pytest.mark.parametrize("understanding", [None, {"taken": {"place": ["beach"]}, "silent": False}])
def test_a_clip_says_what_one_would_hear(
    signed_in: Client, new_person: NewPerson, new_video: NewVideo, understanding: dict[str, Any] | None
) -> None:
    author = new_person()
    video = new_video(author, understanding=understanding)
    actions.publish(author, video, caption="", audience="everyone", may_remix=True)
    page = signed_in.get("/?view=latest").content.decode()
    assert ("<span>Tap to hear: waves</span>" if understanding else "<span>Tap to hear</span>") in page
    assert f'data-on="{"Waves" if understanding else "Sound on"}"' in page


def test_following_nobody_leads_to_people(signed_in: Client) -> None:
    page = signed_in.get("/?view=following").content.decode()
    assert 'class="btn sun" href="/search"' in page


def test_pages_follow_each_other_without_gap_or_repeat(
    signed_in: Client, new_person: NewPerson, new_post: NewPost
) -> None:
    author = new_person()
    posts = [new_post(author) for _ in range(21)]
    seen: list[str] = []
    address = "/?view=latest"
    fragment: dict[str, str] = {}
    for _ in range(5):
        page = signed_in.get(address, headers=fragment).content.decode()
        seen += shown(page)
        if fragment:
            assert "<html" not in page
        new_post(author)  # what comes meanwhile moves nothing
        following = re.search(r'id="next"><a class="btn" href="([^"]+)"', page)
        if following is None:
            break
        address, fragment = following[1].replace("&amp;", "&"), {"HX-Request": "true"}
    assert seen == [post.id for post in reversed(posts)]


def test_the_view_is_remembered(signed_in: Client) -> None:
    assert "Top" in signed_in.get("/?view=top").content.decode()
    assert "<title>Top" in signed_in.get("/").content.decode()


def test_the_formula_of_top_is_printed(signed_in: Client) -> None:
    assert "Likes + 2 × comments + 3 × remixes" in signed_in.get("/?view=top").content.decode()


def test_an_unknown_view_is_said_to_be_unknown(signed_in: Client) -> None:
    answer = signed_in.get("/?view=best")
    assert answer.status_code == 400
    assert "There is no such view." in answer.content.decode()


def test_a_remix_names_its_origin_before_any_count(
    signed_in: Client, new_person: NewPerson, new_video: NewVideo, new_post: NewPost
) -> None:
    origin = new_post(new_person("nube7"))
    video = new_video(new_person(), parent=origin.video, relation=Relation.REMIX, change="make it winter")
    actions.publish(video.owner, video, caption="", audience="everyone", may_remix=True)
    page = signed_in.get("/?view=latest").content.decode()
    assert "Remix of <b>@nube7</b>" in page
    assert page.index("Remix of") < page.index('class="acts"')


def test_captions_are_text_and_never_markup(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    new_post(new_person(), caption='<img src=x onerror="alert(1)">')
    page = signed_in.get("/?view=latest").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_nothing_inline_that_the_policy_forbids(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    new_post(new_person())
    page = signed_in.get("/?view=latest").content.decode()
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", page)
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "<style" not in page


@pytest.mark.parametrize("view", ["following", "latest", "top"])
def test_a_page_costs_few_queries_however_much_there_is(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo, new_post: NewPost, view: str
) -> None:
    authors = [new_person() for _ in range(4)]
    origin = new_post(authors[0])
    for author in authors:
        people.follow(person, author)
        for _ in range(4):
            video = new_video(author, parent=origin.video, relation=Relation.REMIX, change="at night")
            post = actions.publish(author, video, caption="words", audience="everyone", may_remix=True)
            actions.like(person, post)
            actions.comment(authors[1], post, "lovely")
    signed_in.get("/healthz")  # the browser is noted, once in a while
    address = f"/?view={view}"
    fragment: dict[str, str] = {}
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = signed_in.get(address, headers=fragment).content.decode()
        assert len(shown(page)) == 8
        assert len(queries) <= MAX_QUERIES, "\n".join(query["sql"][:160] for query in queries)
        following: Any = re.search(r'id="next"><a class="btn" href="([^"]+)"', page)
        address, fragment = following[1].replace("&amp;", "&"), {"HX-Request": "true"}


def test_a_page_is_light(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    for _ in range(10):
        new_post(new_person(), caption="The cat counts the waves. She is on nine.")
    page = signed_in.get("/?view=latest").content
    files = set(re.findall(r"/static/([\w./-]+\.(?:css|js|svg))", page.decode()))
    behaviours = set(" ".join(re.findall(r'data-behaviour="([^"]+)"', page.decode())).split())
    files |= {f"js/behaviours/{name}.js" for name in behaviours} | {"js/sound.js", "js/video.js"}
    bodies = [page, *(Path(str(find(file))).read_bytes() for file in sorted(files))]
    assert sum(len(gzip.compress(body, 6)) for body in bodies) < MAX_COMPRESSED_BYTES
