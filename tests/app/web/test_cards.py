"""A card that was kept shows each viewer what is theirs, and what has changed since."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from celaje.app.accounts.actions import follow
from celaje.app.accounts.models import Person
from celaje.app.posts.actions import like, publish
from celaje.app.posts.models import Audience, Post
from celaje.app.videos.models import Video
from celaje.app.web import cards

pytestmark = pytest.mark.django_db


@dataclass
class Viewer:
    """Somebody with a browser."""

    person: Person
    client: Client

    def card(self) -> str:
        """The first clip in their feed."""
        page = self.client.get("/?view=latest").content.decode()
        found = re.search(r"<article.*?</article>", page, re.DOTALL)
        assert found is not None, page
        return found[0]


@pytest.fixture
def viewer(new_person: Callable[..., Person]) -> Callable[..., Viewer]:
    def make(handle: str, **fields: Any) -> Viewer:
        person, client = new_person(handle, **fields), Client()
        client.force_login(person)
        return Viewer(person, client)

    return make


@pytest.fixture
def post(new_person: Callable[..., Person], new_video: Callable[..., Video]) -> Post:
    author = new_person("ana")
    caption = f"{cards.TOKEN[:8]} <b>the-next-page</b>"
    return publish(author, new_video(author), caption=caption, audience=Audience.EVERYONE, may_remix=True)


def without_tokens(card: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w{64}"', r"\1", card)


def test_the_second_viewer_gets_a_kept_card_with_their_own_token(viewer: Callable[..., Viewer], post: Post) -> None:
    one, other = viewer("eva"), viewer("leo")
    cards._kept.clear()
    first, second = one.card(), other.card()
    assert len(cards._kept) == 1
    tokens = [set(re.findall(r'csrfmiddlewaretoken" value="(\w{64})"', card)) for card in (first, second)]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert without_tokens(first) == without_tokens(second)
    assert cards.TOKEN not in first + second
    assert cards.NEXT not in first + second


def test_a_card_follows_what_it_shows(viewer: Callable[..., Viewer], post: Post) -> None:
    eva, leo = viewer("eva"), viewer("leo", language="es")
    seen = [without_tokens(eva.card())]
    changes: list[Callable[[], object]] = [
        lambda: like(eva.person, post),
        lambda: like(leo.person, post),
        lambda: follow(eva.person, post.author),
        lambda: Post.objects.filter(pk=post.pk).update(caption="another"),
        lambda: Post.objects.filter(pk=post.pk).update(may_remix=False),
        lambda: Person.objects.filter(pk=post.author_id).update(picture="pi/cture.webp"),
        lambda: Person.objects.filter(pk=post.author_id).update(handle="anna"),
    ]
    for change in changes:
        change()
        seen.append(without_tokens(eva.card()))
    assert len(set(seen)) == len(changes) + 1
    assert 'aria-pressed="true"' in seen[-1]
    leo.card()
    assert {key[0] for key in cards._kept} == {"en", "es"}


def test_authors_do_not_follow_themselves(viewer: Callable[..., Viewer], post: Post) -> None:
    own = Client()
    own.force_login(post.author)
    assert "/@ana/follow" not in Viewer(post.author, own).card()
    assert "/@ana/follow" in viewer("eva").card()


def test_the_first_clip_is_loaded_at_once(viewer: Callable[..., Viewer], post: Post) -> None:
    card = viewer("eva").card()
    frame = re.search(r'<img class="frame"[^>]*>', card)
    assert frame is not None
    assert 'fetchpriority="high"' in frame[0]
    assert "lazy" not in frame[0]
