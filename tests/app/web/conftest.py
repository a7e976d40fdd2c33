"""Posts for the tests of pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts import actions
from celaje.app.posts.models import Post
from celaje.app.videos.models import Video


@pytest.fixture
def new_post(new_video: Callable[..., Video]) -> Callable[..., Post]:
    """Makes posts: new_post(person), new_post(person, caption="...", audience="followers")."""

    def make(
        author: Person, *, caption: str = "", audience: str = "everyone", may_remix: bool = True, prompt: str = "a cat"
    ) -> Post:
        video = new_video(author, prompt=prompt)
        return actions.publish(author, video, caption=caption, audience=audience, may_remix=may_remix)

    return make


@pytest.fixture
def signed_in(client: Client, person: Person) -> Client:
    """A browser in which `person` is logged in."""
    client.force_login(person)
    return client
