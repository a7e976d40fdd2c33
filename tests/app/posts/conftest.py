"""Posts for the tests of this slice."""

from collections.abc import Callable
from typing import Any

import pytest

from celaje.app.accounts.models import Person
from celaje.app.posts import actions
from celaje.app.posts.models import Post
from celaje.app.videos.models import Video

Make = Callable[..., Any]


@pytest.fixture
def new_post(new_person: Make, new_video: Make) -> Callable[..., Post]:
    """Makes posts: new_post(), new_post(author, caption="...", audience="link", prompt="...")."""

    def make(author: Person | None = None, *, video: Video | None = None, **fields: Any) -> Post:
        author = author or new_person()
        given: dict[str, Any] = {"caption": "", "audience": "everyone", "may_remix": True}
        given |= {name: fields.pop(name) for name in tuple(fields) if name in given}
        return actions.publish(author, video or new_video(author, **fields), **given)

    return make


@pytest.fixture
def new_remix(new_person: Make, new_video: Make) -> Callable[..., Post]:
    """Makes posted remixes without an engine: new_remix(post), new_remix(post, person, audience="link")."""

    def make(post: Post, author: Person | None = None, **fields: Any) -> Post:
        author = author or new_person()
        given: dict[str, Any] = {"caption": "", "audience": "everyone", "may_remix": True} | fields
        return actions.publish(author, new_video(author, parent=post.video, relation="remix"), **given)

    return make
