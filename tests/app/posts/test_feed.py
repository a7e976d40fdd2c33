"""What feeds show, in which order, page after page, and in how many queries."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.posts import actions, queries
from celaje.app.posts.models import TOP, Audience, Post
from celaje.app.videos.models import Asset, Kind, Video

Make = Callable[..., Any]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_three_views(new_person: Make, new_post: Make) -> None:
    viewer, followed, stranger, muted = (new_person() for _ in range(4))
    people.follow(viewer, followed)
    people.follow(viewer, muted)
    people.mute(viewer, muted)
    own = new_post(viewer, audience="link")
    theirs = new_post(followed, audience="followers")
    others = new_post(stranger)
    new_post(stranger, audience="followers")
    silent = new_post(muted)
    actions.like(viewer, theirs)
    actions.like(stranger, others)
    actions.comment(stranger, others, "me first")
    assert queries.feed(viewer, "following").posts == [theirs, own]
    assert queries.feed(viewer, "latest").posts == [others, theirs, own]
    assert queries.feed(viewer, "top").posts == [others, theirs, own]
    assert queries.get(viewer, silent.pk) == silent
    assert queries.feed(None, "latest").posts == []
    with pytest.raises(InvalidError):
        queries.feed(viewer, "hot")


@pytest.mark.parametrize("after", ["x", "1", "1_", "_a", "1_a'b", "9" * 30 + "_a", "1_\0", "-99999999999999999_a"])
@pytest.mark.parametrize("view", ["latest", "top"])
def test_odd_pages_are_refused(person: Person, view: str, after: str) -> None:
    with pytest.raises(InvalidError):
        queries.feed(person, view, after=after)


@pytest.mark.parametrize(("likes", "comments", "remixes"), [(0, 0, 0), (1, 0, 0), (7, 3, 2), (1000, 10, 0)])
def test_top_sorts_by_the_formula_that_is_printed(new_post: Make, likes: int, comments: int, remixes: int) -> None:
    post = new_post()
    numbers = {"num_likes": likes, "num_comments": comments, "num_remixes": remixes, "created_at": NOON}
    Post.objects.filter(pk=post.pk).update(**numbers)
    post.refresh_from_db()
    applause = 1 + TOP.like * likes + TOP.comment * comments + TOP.remix * remixes
    assert post.score == pytest.approx(math.log2(applause) + NOON.timestamp() / TOP.doubling_s, rel=1e-12)
    assert TOP.doubling_hours == 12.5


def test_twice_the_applause_is_worth_half_a_day(new_post: Make) -> None:
    old, new = new_post(), new_post()
    Post.objects.filter(pk=old.pk).update(created_at=NOON, num_likes=7)
    Post.objects.filter(pk=new.pk).update(created_at=NOON + timedelta(hours=12.4), num_likes=3)
    assert list(Post.objects.order_by("-score")) == [old, new]
    Post.objects.filter(pk=new.pk).update(created_at=NOON + timedelta(hours=12.6))
    assert list(Post.objects.order_by("-score")) == [new, old]


def fill(author: Person, moments: list[int]) -> list[Post]:
    """Posts at these seconds, in three statements."""
    request = {"prompt": "a cat", "size": "256x256"}
    sizes = {"seconds": 5, "width": 256, "height": 256, "seed": 7, "status": "completed"}
    videos = Video.objects.bulk_create(Video(owner=author, request=request, prompt="a cat", **sizes) for _ in moments)
    facts = {"content_type": "image/webp", "num_bytes": 9, "width": 256, "height": 256}
    Asset.objects.bulk_create(Asset(video=video, kind=Kind.POSTER, name=video.pk, **facts) for video in videos)
    posts = [
        Post(author=author, video=video, audience=Audience.EVERYONE, created_at=NOON + timedelta(seconds=second))
        for video, second in zip(videos, moments, strict=True)
    ]
    return Post.objects.bulk_create(posts)


steps = st.lists(
    st.one_of(st.integers(0, 20).map(lambda at: ("post", at)), st.integers(0, 99).map(lambda n: ("delete", n)))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    view=st.sampled_from(["latest", "top", "following"]),
    moments=st.lists(st.integers(0, 20), max_size=14),
    between=st.lists(steps, max_size=8),
    limit=st.integers(1, 5),
)
def test_pages_have_no_duplicates_and_no_gaps(
    person: Person, view: str, moments: list[int], between: list[list[tuple[str, int]]], limit: int
) -> None:
    """While others post and delete, often within the same second."""
    with transaction.atomic():
        began = fill(person, moments)
        stayed, seen, after = {post.pk for post in began}, [], None
        for changes in [*between, *([[]] * 40)]:
            page = queries.feed(person, view, after=after, limit=limit)
            seen += [post.pk for post in page.posts]
            after = page.after
            if not after:
                break
            for what, number in changes:
                present = list(Post.objects.order_by("pk").values_list("pk", flat=True))
                if what == "post":
                    fill(person, [number])
                elif present:
                    Post.objects.filter(pk=present[number % len(present)]).delete()
                    stayed.discard(present[number % len(present)])
        assert not after
        assert len(seen) == len(set(seen))
        assert stayed <= set(seen)
        ordered = [post.pk for post in queries.feed(person, view, limit=100).posts if post.pk in stayed]
        assert [pk for pk in seen if pk in stayed] == ordered
        transaction.set_rollback(True)


@pytest.mark.parametrize("view", queries.VIEWS)
def test_a_page_takes_as_many_queries_however_long_it_is(
    new_person: Make, new_post: Make, new_remix: Make, django_assert_max_num_queries: Any, view: str
) -> None:
    viewer = new_person()
    for _ in range(3):
        first = new_post()
        for post in (first, new_remix(first)):
            people.follow(viewer, post.author)
            actions.like(viewer, post)
    for limit in (2, 6):
        with django_assert_max_num_queries(4):
            page = queries.feed(viewer, view, limit=limit)
            for post in page.posts:
                assert all((post.author.handle, post.video.prompt, post.files["poster"].name, post.liked, post.follows))
                assert post.origin is None or all((post.origin.author.handle, post.origin.files["poster"].name))
    assert sum(post.origin is not None for post in page.posts) == 3
    with django_assert_max_num_queries(2):
        queries.profile_posts(viewer, first.author)


def test_profiles(new_person: Make, new_post: Make, new_remix: Make) -> None:
    author, viewer = new_person(), new_person()
    shared, linked = new_post(author), new_post(author, audience="link")
    followers = new_post(author, audience="followers")
    remix = new_remix(shared, viewer)
    new_remix(shared, author)
    assert set(queries.profile_posts(author, author).posts) >= {shared, linked, followers}
    assert shared in queries.profile_posts(viewer, author).posts
    assert linked not in queries.profile_posts(viewer, author).posts
    assert queries.num_posts(viewer, author) == 2
    assert queries.remixes_of(author, author).posts == [remix]
    people.follow(viewer, author)
    assert followers in queries.profile_posts(viewer, author).posts
