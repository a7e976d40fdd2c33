"""Quota and turns: what is left when, and whose clip is made next."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from celaje.app.accounts.models import Person, Role
from celaje.app.errors import InvalidError, QuotaError
from celaje.app.videos import actions, making, queries
from celaje.app.videos.models import Status, Video
from celaje.app.videos.styles import STYLES
from celaje.clip import Request, Size

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
SQUARE = Size(256, 256)


def test_asking_from_many_places_at_once_lets_nobody_over(transactional_db: None) -> None:
    role = Role.objects.create(name="racer", video_seconds_per_day=50, max_waiting_jobs=3)
    person = Person.objects.create_user("racer", "correct horse battery", role=role)
    done: list[str] = []
    start = threading.Barrier(8)

    def ask() -> None:
        try:
            start.wait()
            actions.create(person, prompt="a cat", seconds=10, size=SQUARE)
            done.append("made")
        except QuotaError as error:
            done.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["made"] * 3 + ["too_many_waiting"] * 5


def test_quota_returns_a_day_after_it_was_used(new_person: NewPerson, new_video: NewVideo) -> None:
    person, now = new_person(), timezone.now()
    Role.objects.filter(pk=person.role_id).update(video_seconds_per_day=100)
    person.refresh_from_db()
    for hours, charged_s in ((25, 90.0), (20, 30.0), (10, 40.0), (1, 20.0)):
        new_video(person, charged_s=charged_s, created_at=now - timedelta(hours=hours))
    quota = queries.quota(person, now=now)
    assert (quota.used_s, quota.left_s) == (90, 10)
    assert quota.returns_at == now + timedelta(hours=4)
    assert queries.enough_at(person, 5, now=now) == now
    assert queries.enough_at(person, 40, now=now) == now + timedelta(hours=4)
    assert queries.enough_at(person, 41, now=now) == now + timedelta(hours=14)
    assert queries.enough_at(person, 101, now=now) is None
    with pytest.raises(QuotaError) as caught:
        actions.create(person, prompt="a cat", seconds=20, takes=2, size=SQUARE)
    assert caught.value.facts["returns_at"] == now + timedelta(hours=4)
    assert "40 s" in str(caught.value)


def make_next() -> str:
    """What Procrastinate would give to a worker next, made at once; its owner's handle."""
    with connection.cursor() as cursor:
        cursor.execute("select procrastinate_register_worker_v1()")
        [worker] = cursor.fetchone()
        cursor.execute("select id, args->>'video_id' from procrastinate_fetch_job_v2(array['clips'], %s)", [worker])
        job_id, video_id = cursor.fetchone()
        run = making.begin(video_id)
        assert run is not None
        assert making.complete(run, making.Result(assets=[], model="m", understanding={}, making_s=3.0))
        cursor.execute("select procrastinate_finish_job_v1(%s, 'succeeded', true)", [job_id])
    return Video.objects.get(pk=video_id).owner.handle


def ask(person: Person, takes: int = 1) -> None:
    actions.create(person, prompt="a cat", seconds=1, takes=takes, size=SQUARE)


def test_who_asks_for_one_is_not_behind_who_asked_for_six(new_person: NewPerson) -> None:
    ana, bea = new_person("ana"), new_person("bea")
    ask(ana, 4)
    ask(ana, 2)
    ask(bea)
    assert queries.estimate(bea, seconds=1).before == 3  # bea's own, and two of ana's
    assert [make_next() for _ in range(7)] == ["ana", "bea", "ana", "ana", "ana", "ana", "ana"]


def test_who_asks_again_and_again_does_not_overtake(new_person: NewPerson) -> None:
    ana, bea = new_person("ana"), new_person("bea")
    ask(ana, 4)
    order = []
    for _ in range(8):
        if not Video.objects.filter(owner=bea, status=Status.QUEUED).exists():
            ask(bea)
        order.append(make_next())
    assert order.count("ana") == 4
    assert "bea,bea,bea" not in ",".join(order[:6])


def test_who_made_much_before_is_not_behind_now(new_person: NewPerson) -> None:
    ana, bea = new_person("ana"), new_person("bea")
    for _ in range(5):
        ask(ana)
        make_next()
    ask(ana)
    ask(bea)
    ask(ana)
    assert [make_next() for _ in range(3)] == ["bea", "ana", "ana"]


def test_the_estimate_follows_what_was_measured_here(new_person: NewPerson, new_video: NewVideo) -> None:
    person = new_person()
    assert queries.estimate(person, seconds=5) == queries.Estimate(seconds=6 * queries.DEFAULT_PACE_S, before=0)
    for making_s in (12.0, 12.0, 600.0):
        new_video(person, seconds=30, charged_s=5, making_s=making_s, completed_at=timezone.now() - queries.DAY)
    assert queries.estimate(person, seconds=2) == queries.Estimate(seconds=6.0, before=0)
    ask(new_person(), 2)
    estimate = queries.estimate(person, seconds=2, takes=2)
    assert (estimate.seconds, estimate.before) == (2 * (2 + 2 + 3 + 3), 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": "x" * 40_000}, "prompt"),
        ({"prompt": "a\0b"}, "prompt"),
        ({"prompt": "\ud83d"}, "prompt"),
        ({"negative_prompt": "x" * 40_000}, "negative_prompt"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": 61}, "seconds"),
        ({"seconds": float("nan")}, "seconds"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"takes": 0}, "takes"),
        ({"takes": 5}, "takes"),
        ({"style": "cubism"}, "style"),
        ({"steps": 0}, None),
        ({"guidance": 31}, None),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(person: Person, wrong: dict[str, object], field: str | None) -> None:
    given: dict[str, object] = {"prompt": "a cat", "seconds": 5, "size": SQUARE} | wrong
    with pytest.raises(InvalidError) as caught:
        actions.create(person, **given)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert not Video.objects.exists()


@pytest.mark.parametrize("style", [style.slug for style in STYLES])
def test_a_style_adds_words_for_the_model_alone(person: Person, style: str) -> None:
    [video] = actions.create(person, prompt="A cat runs.", seconds=1, size=SQUARE, style=style, seed=2**63 - 1)
    words = next(each.words for each in STYLES if each.slug == style)
    assert (video.prompt, video.style, video.seed) == ("A cat runs.", style, 2**63 - 1)
    assert Request.from_dict(video.request).prompt == f"A cat runs, {words}."
