"""Who hears of what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.moderation import actions as moderation
from celaje.app.posts import actions, jobs, queries, wording
from celaje.app.posts.models import Happening, Notice
from celaje.app.videos import actions as videos
from celaje.app.videos import making
from celaje.app.videos.models import Status, Video
from celaje.clip import Request

Make = Callable[..., Any]


def told(person: Person) -> list[str]:
    return [wording.words(notice) for notice in queries.notices(person).notices]


def test_people_hear_of_what_others_do(new_person: Make, new_post: Make, new_remix: Make) -> None:
    author, fan = new_person("author"), new_person("fan")
    post = new_post(author)
    actions.like(fan, post)
    said = actions.comment(fan, post, "what a sky")
    actions.comment(author, post, "is it not", said)
    people.follow(fan, author)
    new_remix(post, fan)
    assert told(author) == [
        "@fan remixed your clip.",
        "@fan follows you.",
        "@fan said something about your clip:",
        "@fan likes your clip.",
    ]
    assert told(fan) == ["@author answered you:"]
    assert [wording.quote(notice) for notice in queries.notices(fan).notices] == ["is it not"]
    assert [wording.address(notice) for notice in queries.notices(fan).notices] == [f"/p/{post.pk}#talk"]
    with translation.override("es"):
        assert [wording.address(notice) for notice in queries.notices(author).notices][1] == "/@fan"


def test_nobody_hears_of_themselves(new_post: Make, new_remix: Make) -> None:
    post = new_post()
    actions.like(post.author, post)
    said = actions.comment(post.author, post, "first")
    actions.comment(post.author, post, "second", said)
    new_remix(post, post.author)
    assert told(post.author) == []
    assert not Notice.objects.exists()


def test_a_reply_under_ones_own_post_is_told_once(new_person: Make, new_post: Make) -> None:
    post, other = new_post(), new_person("other")
    said = actions.comment(post.author, post, "ask me anything")
    actions.comment(other, post, "why?", said)
    assert told(post.author) == ["@other answered you:"]


def test_likes_of_a_post_are_one_line(new_person: Make, new_post: Make, django_assert_num_queries: Any) -> None:
    author = new_person()
    post, second = new_post(author), new_post(author)
    fans = [new_person(f"fan_{number}") for number in range(4)]
    for fan in fans:
        actions.like(fan, post)
    actions.like(fans[0], second)
    with django_assert_num_queries(3):
        assert told(author) == ["@fan_0 likes your clip.", "@fan_3 and 3 others like your clip."]
    with django_assert_num_queries(1):
        assert queries.num_unseen(author) == 2
    actions.mark_notices_seen(author)
    assert queries.num_unseen(author) == 0
    actions.unlike(fans[3], post)
    actions.unlike(fans[2], post)
    assert told(author)[1] == "@fan_1 and 1 other like your clip."
    new = new_person("latecomer")
    actions.like(new, post)
    assert told(author)[0] == "@latecomer and 2 others like your clip."
    assert queries.num_unseen(author) == 1


def test_the_list_has_pages(new_person: Make, new_post: Make) -> None:
    post = new_post()
    for number in range(7):
        actions.comment(new_person(), post, str(number))
    seen: list[str] = []
    after = ""
    while after or not seen:
        news = queries.notices(post.author, after=after, limit=3)
        seen += [notice.comment.text for notice in news.notices if notice.comment]
        after = news.after
    assert seen == list("6543210")
    with pytest.raises(InvalidError):
        queries.notices(post.author, after="x")


@pytest.mark.parametrize("between", [people.mute, people.block])
@pytest.mark.parametrize("before", [True, False])
def test_muted_and_blocked_people_are_not_heard(
    new_person: Make, new_post: Make, between: Callable[[Person, Person], None], before: bool
) -> None:
    post, other = new_post(), new_person()
    said = actions.comment(post.author, post, "hello")
    if before and between == people.mute:
        between(post.author, other)
    actions.like(other, post)
    actions.comment(other, post, "hm", said)
    people.follow(other, post.author)
    if not before or between == people.block:
        between(post.author, other)
    assert told(post.author) == []
    assert queries.num_unseen(post.author) == 0


def test_what_is_gone_is_told_no_more(new_person: Make, new_post: Make) -> None:
    post, fan = new_post(), new_person()
    said = actions.comment(fan, post, "oops")
    people.follow(fan, post.author)
    actions.like(fan, post)
    people.unfollow(fan, post.author)
    actions.unlike(fan, post)
    actions.delete_comment(fan, said)
    assert told(post.author) == []
    said = actions.comment(fan, post, "hm")
    actions.comment(post.author, post, "yes?", said)
    moderation.hide_post(new_person(is_staff=True), post)
    assert told(fan) == []
    assert told(post.author)[0] == "An admin has hidden your post. You still see it."


def run(person: Person, **fields: Any) -> Video:
    """A video that was begun."""
    [video] = videos.create(person, prompt="a cat", seconds=1, size=Request(prompt="x").size, **fields)
    begun = making.begin(video.pk)
    assert begun is not None
    video.attempt = begun.attempt
    return video


def end(video: Video, *, ready: bool) -> None:
    request = Request.from_dict(video.request)
    begun = making.Run(video_id=video.pk, attempt=video.attempt, request=request, prompt=video.prompt)
    if ready:
        assert making.complete(begun, making.Result(assets=[], model="small 1", understanding={}, making_s=1.0))
    else:
        assert making.fail(begun, "interrupted")


def test_finished_and_failed_clips_are_told(person: Person) -> None:
    end(run(person), ready=True)
    end(run(person), ready=False)
    assert told(person) == ["A clip did not work out. It says why, and costs nothing.", "Your clip is ready."]
    assert [notice.video is not None for notice in queries.notices(person).notices] == [True, True]
    Notice.objects.all().delete()
    end(run(person, source="api"), ready=True)
    videos.delete(person, Video.objects.latest("created_at"))
    assert told(person) == []


def test_takes_of_one_prompt_are_one_line(person: Person) -> None:
    made = videos.create(person, prompt="a cat", seconds=1, size=Request(prompt="x").size, takes=3)
    for video in made:
        begun = making.begin(video.pk)
        assert begun is not None
        video.attempt = begun.attempt
        end(video, ready=True)
    [notice] = queries.notices(person).notices
    assert notice.num_others == 2
    assert Video.objects.filter(status=Status.COMPLETED).count() == 3


def test_old_notices_are_forgotten(new_person: Make, new_post: Make) -> None:
    post = new_post()
    actions.like(new_person(), post)
    actions.comment(new_person(), post, "hi")
    Notice.objects.filter(kind=Happening.LIKE).update(created_at=timezone.now() - timedelta(days=91))
    jobs.forget_notices(timestamp=0)
    assert list(Notice.objects.values_list("kind", flat=True)) == [Happening.COMMENT]
