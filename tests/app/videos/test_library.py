"""The library, the bin, and what tidying removes for good."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.dispatch import Signal
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.posts.models import Audience, Post
from celaje.app.videos import actions, jobs, making, queries
from celaje.app.videos.models import Asset, DoomedFile, Relation, Status, Video
from celaje.clip import Size

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]


def ask(person: Person, **more: object) -> Video:
    asked: dict[str, object] = {"prompt": "a cat", "seconds": 1, "size": Size(256, 256)} | more
    [video] = actions.create(person, **asked)  # type: ignore[arg-type]
    return video


def begun(video: Video) -> making.Run:
    run = making.begin(video.pk)
    assert run is not None
    return run


def listed(person: Person, **asked: str) -> set[str]:
    return {video.pk for video in queries.library(person, **asked).videos}  # type: ignore[arg-type]


def test_each_list_shows_what_it_says(person: Person, new_person: NewPerson, new_video: NewVideo) -> None:
    draft, posted, liked, binned = (new_video(person, prompt=f"a cat number {n} runs") for n in range(4))
    new_video(new_person(), prompt="a cat of somebody else")
    Post.objects.create(author=person, video=posted, audience=Audience.EVERYONE)
    actions.set_favourite(person, liked, on=True)
    actions.delete(person, binned)
    assert listed(person) == {draft.pk, posted.pk, liked.pk}
    assert listed(person, show="drafts") == {draft.pk, liked.pk}
    assert listed(person, show="posts") == {posted.pk}
    assert listed(person, show="favourites") == {liked.pk}
    assert listed(person, show="bin") == {binned.pk}
    assert listed(person, words="CAT runs 1") == {posted.pk}
    assert listed(person, words="50% _ \\ '") == set()
    for wrong in ({"show": "everything"}, {"after": "yesterday"}, {"after": "2026-01-01T00:00:00_x"}):
        with pytest.raises(InvalidError):
            listed(person, **wrong)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(hours=st.lists(st.integers(0, 3), min_size=0, max_size=9), limit=st.integers(1, 4))
def test_pages_neither_repeat_nor_skip(person: Person, new_video: NewVideo, hours: list[int], limit: int) -> None:
    Video.objects.all().delete()
    now = timezone.now()
    made = {new_video(person, created_at=now - timedelta(hours=hour)).pk for hour in hours}
    seen: list[str] = []
    after: str | None = None
    while after != "":
        page = queries.library(person, after=after, limit=limit)
        seen += [video.pk for video in page.videos]
        after = page.after
        new_video(person)  # others come in meanwhile, at the top
    assert [pk for pk in seen if pk in made] == seen
    assert set(seen) == made


def test_the_history_has_each_prompt_once(person: Person) -> None:
    for prompt in ("a cat", "a dog", "a cat", "a robot"):
        ask(person, prompt=prompt)
    ask(person, prompt="a cat in winter", change="in winter")
    assert queries.prompt_history(person) == ["a robot", "a cat", "a dog"]


def test_a_retry_keeps_the_seed_of_what_never_came(person: Person) -> None:
    lost = ask(person, seed=5, style="snow", negative_prompt="rain", steps=9)
    actions.cancel(person, lost)
    again = actions.retry(person, lost)
    assert (again.seed, again.request, again.parent, again.relation) == (5, lost.request, lost, Relation.RETRY)
    Video.objects.filter(pk=again.pk).update(status=Status.COMPLETED, charged_s=0)
    third = actions.retry(person, again)
    assert third.seed != 5


def test_a_remix_that_is_tried_again_is_a_remix_still(person: Person, new_video: NewVideo) -> None:
    origin = new_video(person)
    remix = ask(person, parent=origin, relation=Relation.REMIX, change="make it winter", strength=0.5)
    again = actions.retry(person, remix)
    assert (again.parent, again.relation, again.change, again.strength) == (origin, "remix", "make it winter", 0.5)


def test_what_is_thrown_away_comes_back_for_thirty_days(person: Person, new_video: NewVideo) -> None:
    video = new_video(person)
    actions.delete(person, video)
    assert actions.restore(person, video).deleted_at is None
    actions.delete(person, video)
    Video.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    with pytest.raises(NotFoundError):
        actions.restore(person, video)
    assert listed(person, show="bin") == set()


def test_throwing_away_what_is_being_made_cancels_it(person: Person) -> None:
    video = ask(person)
    run = begun(video)
    actions.delete(person, video)
    assert not making.report(run, stage="imagining", progress=50)
    assert Video.objects.get().status == Status.CANCELLED
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs")
        assert cursor.fetchall() == [("cancelled",)]


def test_tidying_removes_rows_and_files(person: Person, new_video: NewVideo) -> None:
    kept, old, lately = (new_video(person) for _ in range(3))
    for name in Asset.objects.values_list("name", flat=True):
        storage.put(name, b"content")
    for video in (old, lately):
        actions.delete(person, video)
    Video.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    storage.put("abandoned/clip.mp4", b"of a run that died")
    making.announce_files(["abandoned/clip.mp4"])
    jobs.tidy(timestamp=0)
    assert set(Video.objects.all()) == {kept, lately}
    assert "abandoned/clip.mp4" in set(storage.names("abandoned"))  # its run might be at it still
    DoomedFile.objects.update(since=timezone.now())
    jobs.tidy(timestamp=0)
    assert set(storage.names("test")) == set(Asset.objects.values_list("name", flat=True))
    assert not list(storage.names("abandoned"))
    assert not DoomedFile.objects.exists()


def test_whoever_goes_takes_their_files_along(new_person: NewPerson, new_video: NewVideo) -> None:
    person = new_person()
    video = new_video(person)
    names = set(video.assets.values_list("name", flat=True))
    person.delete()
    assert set(DoomedFile.objects.values_list("name", flat=True)) == names


def test_what_lost_its_job_gets_another(person: Person) -> None:
    waiting, working, abandoned, cancelled = (ask(person) for _ in range(4))
    for video in (working, abandoned):
        begun(video)
    actions.cancel(person, cancelled)
    Video.objects.filter(pk=abandoned.pk).update(started_at=timezone.now() - timedelta(hours=1))
    before = dict(Video.objects.values_list("pk", "job_id"))
    jobs.enqueue_lost()
    assert dict(Video.objects.values_list("pk", "job_id")) == before
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    jobs.enqueue_lost()
    after = dict(Video.objects.values_list("pk", "job_id"))
    changed = {pk for pk in before if before[pk] != after[pk]}
    assert changed == {waiting.pk, abandoned.pk}


def test_who_fails_to_hear_of_a_clip_does_not_spoil_it(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = Signal()
    deaf.connect(_raise)
    monkeypatch.setattr(making, "ended", deaf)
    run = begun(ask(person))
    result = making.Result(assets=[], model="m", understanding={}, making_s=1.0)
    assert making.complete(run, result)
    assert making.complete(run, result)  # said twice, done once
    assert Video.objects.get().status == Status.COMPLETED


def _raise(**_more: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1 from a_table_that_is_not_there")


def test_a_request_of_another_version_fails_in_words(person: Person) -> None:
    video = ask(person)
    Video.objects.update(request={"prompt": "a cat", "flavour": "sweet"})
    assert making.begin(video.pk) is None
    assert Video.objects.get().error_code == "not_possible"
    assert queries.quota(person).used_s == 0


def test_words_of_failures_are_in_the_owners_language(new_person: NewPerson) -> None:
    person = new_person(language="es")
    assert making.fail(begun(ask(person)), "disk_full")
    assert Video.objects.get().error_message
