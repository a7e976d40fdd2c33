"""Publishing, liking, commenting and remixing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError, QuotaError
from celaje.app.posts import actions, queries
from celaje.app.posts.models import Comment, Like, Post
from celaje.app.videos import actions as videos
from celaje.app.videos import tasks
from celaje.app.videos.changing import STRENGTHS, combined_prompt
from celaje.app.videos.models import Kind, Relation, Status, Video
from celaje.clip import Request
from celaje.clip.request import MAX_PROMPT_CHARACTERS

Make = Callable[..., Any]
PLAIN: dict[str, Any] = {"caption": "", "audience": "everyone", "may_remix": True}


# Publishing


def test_nothing_is_public_until_it_is_posted(new_person: Make, new_video: Make) -> None:
    author, other = new_person(), new_person()
    video = new_video(author)
    assert queries.may_see_video(author, video)
    assert not queries.may_see_video(other, video)
    post = actions.publish(author, video, **PLAIN | {"caption": "  first light \r\n"})
    assert post.caption == "first light"
    assert queries.may_see_video(other, video)
    assert not queries.may_see_video(None, video)
    actions.unpublish(author, post)
    assert not queries.may_see_video(other, video)
    assert actions.publish(author, video, **PLAIN).pk != post.pk


@pytest.mark.parametrize("status", [Status.QUEUED, Status.IN_PROGRESS, Status.FAILED, Status.CANCELLED])
def test_only_finished_clips_are_posted(person: Person, new_video: Make, status: str) -> None:
    with pytest.raises(InvalidError):
        actions.publish(person, new_video(person, status=status), **PLAIN)


def test_what_is_refused_changes_nothing(new_person: Make, new_video: Make, new_post: Make) -> None:
    author, other = new_person(), new_person()
    video = new_video(author)
    with pytest.raises(NotFoundError):
        actions.publish(other, video, **PLAIN)
    for wrong, field in (
        ({"caption": "x" * 501}, "caption"),
        ({"caption": "\0"}, "caption"),
        ({"audience": "all"}, "audience"),
    ):
        with pytest.raises(InvalidError) as error:
            actions.publish(author, video, **PLAIN | wrong)
        assert error.value.field == field
    assert not Post.objects.exists()
    post = actions.publish(author, video, **PLAIN)
    with pytest.raises(InvalidError):
        actions.publish(author, video, **PLAIN)
    for act in (actions.unpublish, lambda actor, post: actions.change(actor, post, caption="mine")):
        with pytest.raises(NotFoundError):
            act(other, post)
    videos.delete(author, video)
    with pytest.raises(NotFoundError):
        queries.get(other, post.pk)
    binned = new_video(author)
    videos.delete(author, binned)
    with pytest.raises(NotFoundError):
        actions.publish(author, binned, **PLAIN)


def test_a_post_can_be_changed(new_person: Make, new_post: Make) -> None:
    author, other = new_person(), new_person()
    post = new_post(author, caption="fog")
    actions.change(author, post, audience="link")
    assert queries.feed(other).posts == []
    assert queries.get(other, post.pk).caption == "fog"
    assert queries.get(None, post.pk) == post
    actions.change(author, post, caption="a volcano", may_remix=False)
    post = queries.get(other, post.pk)
    assert (post.caption, post.audience, post.may_remix) == ("a volcano", "link", False)
    assert queries.search_posts(author, "volcano").posts == [post]
    assert queries.search_posts(author, "fog").posts == []


def test_guests_reach_links_alone(new_post: Make) -> None:
    for audience in ("everyone", "followers"):
        with pytest.raises(NotFoundError):
            queries.get(None, new_post(audience=audience).pk)
    for nothing in ("", "x", "\0", "a" * 5000):
        with pytest.raises(NotFoundError):
            queries.get(None, nothing)


# Likes


def test_a_like_counts_once(new_person: Make, new_post: Make) -> None:
    post, fan = new_post(), new_person()
    for _ in range(2):
        actions.like(fan, post)
        assert queries.get(fan, post.pk).num_likes == 1
        assert queries.get(fan, post.pk).liked
    for _ in range(2):
        actions.unlike(fan, post)
        assert queries.get(fan, post.pk).num_likes == 0
    people.block(post.author, fan)
    with pytest.raises(NotFoundError):
        actions.like(fan, post)


def in_threads(num: int, act: Callable[[int], object]) -> list[BaseException | None]:
    """`act(0)` to `act(num - 1)` at once; what each raised."""

    def run(number: int) -> BaseException | None:
        try:
            act(number)
        except Exception as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(num) as pool:
        return list(pool.map(run, range(num)))


@pytest.mark.django_db(transaction=True)
def test_counts_are_right_whoever_comes_at_once(new_person: Make, new_post: Make) -> None:
    post, fans = new_post(), [new_person() for _ in range(6)]

    def like_and_talk(number: int) -> None:
        fan = fans[number // 2]  # two at a time are the same person
        actions.like(fan, post)
        actions.comment(fan, post, "hello")
        if number % 4 == 0:
            actions.unlike(fan, post)
            actions.like(fan, post)

    assert in_threads(12, like_and_talk) == [None] * 12
    post.refresh_from_db()
    assert (post.num_likes, post.num_comments) == (6, 12)
    assert (Like.objects.count(), Comment.objects.count()) == (6, 12)


@pytest.mark.django_db(transaction=True)
def test_a_clip_is_posted_once(person: Person, new_video: Make) -> None:
    video = new_video(person)
    errors = in_threads(4, lambda number: actions.publish(person, video, **PLAIN))
    assert sorted(type(error).__name__ for error in errors) == ["InvalidError"] * 3 + ["NoneType"]


def test_counts_stay_right_when_people_leave(new_person: Make, new_post: Make, new_remix: Make) -> None:
    post, leaving = new_post(), new_person()
    actions.like(leaving, post)
    said = actions.comment(leaving, post, "bye")
    actions.comment(post.author, post, "so long", said)
    remix = new_remix(post, leaving)
    new_remix(remix, post.author)
    post.refresh_from_db()
    assert (post.num_likes, post.num_comments, post.num_remixes) == (1, 2, 1)
    leaving.delete()
    post.refresh_from_db()
    assert (post.num_likes, post.num_comments, post.num_remixes) == (0, 0, 0)


# Comments


def test_one_level_of_replies(new_person: Make, new_post: Make) -> None:
    post, one, two = new_post(), new_person(), new_person()
    first = actions.comment(one, post, "  what a sky ")
    reply = actions.comment(two, post, "indeed", first)
    beside = actions.comment(one, post, "and the sea", reply)
    assert (first.text, reply.parent, beside.parent) == ("what a sky", first, first)
    [shown] = queries.comments(two, post).comments
    assert shown == first
    assert shown.shown_replies == [reply, beside]
    with pytest.raises(NotFoundError):
        actions.comment(one, new_post(), "elsewhere", first)
    for text in ("", " \n ", "x" * 501, "\0"):
        with pytest.raises(InvalidError):
            actions.comment(one, post, text)


def test_a_deleted_comment_keeps_its_place_as_long_as_it_has_replies(new_person: Make, new_post: Make) -> None:
    post, one, two = new_post(), new_person(), new_person()
    first = actions.comment(one, post, "a secret")
    reply = actions.comment(two, post, "what?", first)
    with pytest.raises(NotFoundError):
        actions.delete_comment(two, first)
    actions.delete_comment(one, first)
    [shown] = queries.comments(two, post).comments
    assert (shown.text, shown.deleted_at is None, shown.shown_replies) == ("", False, [reply])
    assert queries.get(two, post.pk).num_comments == 1
    with pytest.raises(NotFoundError):
        actions.comment(two, post, "still there?", first)
    actions.delete_comment(post.author, reply)  # it is under their post
    assert queries.comments(two, post).comments == []
    assert not Comment.objects.exists()
    assert queries.get(two, post.pk).num_comments == 0


def test_comments_come_in_pages_and_without_those_who_are_blocked(
    new_person: Make, new_post: Make, django_assert_num_queries: Any
) -> None:
    post, viewer, blocked = new_post(), new_person(), new_person()
    said = [actions.comment(viewer, post, str(number)) for number in range(5)]
    actions.comment(blocked, post, "hey")
    actions.comment(blocked, post, "hey", said[0])
    people.block(viewer, blocked)
    seen: list[Comment] = []
    after = ""
    while after or not seen:
        with django_assert_num_queries(2):
            talk = queries.comments(viewer, post, after=after, limit=2)
        seen += talk.comments
        after = talk.after
    assert seen == said
    assert seen[0].shown_replies == []


# Remixing


def test_a_remix_is_a_clip_of_ones_own_that_is_credited(new_person: Make, new_post: Make) -> None:
    author, other = new_person(), new_person()
    post = new_post(author, prompt="a woolly mammoth walks on a beach", seconds=3.0)
    [video] = actions.remix(other, post, change="make it winter", strength=0.5)
    assert (video.owner, video.parent, video.relation) == (other, post.video, Relation.REMIX)
    assert (video.change, video.strength, video.seconds) == ("make it winter", 0.5, 3.0)
    assert (video.width, video.height) == (256, 256)
    asked = Request.from_dict(video.request)
    assert asked.prompt == "Make it winter. A woolly mammoth walks on a beach."
    file = post.video.assets.get(kind=Kind.VIDEO).name
    assert [(piece.source, piece.track, piece.strength) for piece in asked.known] == [
        (file, "video", 0.5),
        (file, "audio", 0.5),
    ]
    assert queries.get(author, post.pk).num_remixes == 0  # nobody knows of a draft
    Video.objects.filter(pk=video.pk).update(status=Status.COMPLETED)
    made = actions.publish(other, video, **PLAIN)
    assert made.parent == post
    assert queries.get(author, post.pk).num_remixes == 1
    assert queries.get(author, made.pk).origin == post
    actions.unpublish(other, made)
    assert queries.get(author, post.pk).num_remixes == 0


def test_a_retry_of_a_remix_is_credited_too(new_person: Make, new_post: Make) -> None:
    post, other = new_post(), new_person()
    [failed] = actions.remix(other, post, change="at night")
    Video.objects.filter(pk=failed.pk).update(status=Status.FAILED)
    again = actions.retry(other, failed)
    Video.objects.filter(pk=again.pk).update(status=Status.COMPLETED)
    assert actions.publish(other, again, **PLAIN).parent == post


def test_who_may_remix(new_person: Make, new_post: Make) -> None:
    author, other = new_person(), new_person()
    closed = new_post(author, may_remix=False)
    with pytest.raises(NotAllowedError):
        actions.remix(other, closed, change="at night")
    assert actions.remix(author, closed, change="at night")
    with pytest.raises(NotFoundError):
        actions.remix(other, new_post(author, audience="followers"), change="at night")
    open_post = new_post(author)
    for wrong in (
        {"change": " "},
        {"change": "x" * 501},
        {"change": "x", "strength": 1.1},
        {"change": "x", "takes": 9},
    ):
        with pytest.raises(InvalidError):
            actions.remix(other, open_post, **wrong)
    other.role.max_waiting_jobs = 0
    other.role.save()
    with pytest.raises(QuotaError):
        actions.remix(other, open_post, change="at night")


def test_a_still_cannot_be_known_so_its_words_and_seed_are_kept(new_person: Make, new_post: Make) -> None:
    post, other = new_post(seconds=0.0), new_person()
    made = {strength.slug: actions.remix(other, post, change="x", strength=strength.value)[0] for strength in STRENGTHS}
    assert [Request.from_dict(video.request).known for video in made.values()] == [(), (), ()]
    assert (made["subtle"].seed, made["mild"].seed) == (7, 7)
    assert made["strong"].seed != 7


def test_what_is_made_of_a_post_is_credited_while_it_may_be_used(new_person: Make, new_post: Make) -> None:
    author, other = new_person(), new_person()
    post = new_post(author)
    [longer] = tasks.extend(other, queries.clip_to_use(other, post.video_id), prompt="", seconds=2)
    Video.objects.filter(pk=longer.pk).update(status=Status.COMPLETED)
    made = actions.publish(other, longer, **PLAIN)
    assert (made.parent, made.is_remix) == (post, True)
    assert actions.retry(other, longer).relation == Relation.EXTENSION
    actions.change(author, post, may_remix=False)
    with pytest.raises(NotAllowedError):
        actions.retry(other, longer)
    with pytest.raises(NotAllowedError):
        queries.clip_to_use(other, post.video_id)
    assert queries.clip_to_use(author, post.video_id) == post.video
    actions.unpublish(author, post)
    with pytest.raises(NotFoundError):
        actions.retry(other, longer)
    with pytest.raises(NotFoundError):
        queries.clip_to_use(other, post.video_id)
    assert actions.retry(author, tasks.loop(author, post.video)[0]).relation == Relation.LOOP
    Video.objects.filter(pk=post.video_id).update(deleted_at=timezone.now())
    with pytest.raises(NotFoundError):
        queries.clip_to_use(author, post.video_id)


@pytest.mark.parametrize(
    ("strength", "prompt"),
    [
        (0.3, "Un gato corre por un callejón. Que sea invierno."),
        (0.5, "Que sea invierno. Un gato corre por un callejón."),
        (0.75, "Que sea invierno. Un gato corre por un callejón."),
    ],
)
def test_two_sentences_become_one_prompt(strength: float, prompt: str) -> None:
    assert combined_prompt("un gato corre  por un callejón.", " que sea\ninvierno ", strength) == prompt


def test_a_prompt_that_a_change_makes_too_long_is_refused(new_person: Make, new_post: Make) -> None:
    almost = "a cat " * (MAX_PROMPT_CHARACTERS // 6 - 4)
    with pytest.raises(InvalidError):
        actions.remix(new_person(), new_post(prompt=almost), change="in the snow " * 8)
