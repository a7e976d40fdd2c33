"""Workers that die, freeze, stop or lose their database or disk: no clip is lost, and none appears twice."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from celaje.app import database, storage
from celaje.app.accounts.models import Person
from celaje.app.videos import actions, failures, jobs, queries
from celaje.app.videos.models import Asset, DoomedFile, Kind, Status, Video
from celaje.clip import Size

Start = Callable[..., int]
POINTS = ("fetched", "step", "made", "file written", "before publishing", "published")
PATIENCE_S = 60.0


def wait_for(condition: Callable[[], object]) -> float:
    """Wait until the condition holds; how many seconds it took."""
    begin = time.monotonic()
    while not condition():
        rows = Video.objects.values_list("status", "stage", "progress", "attempt", "error_code")
        assert time.monotonic() - begin < PATIENCE_S, f"it never happened: {list(rows)}"
        time.sleep(0.02)
    return time.monotonic() - begin


def ask(person: Person, *, seconds: float = 1.0, steps: int = 4) -> Video:
    [video] = actions.create(person, prompt="a cat runs", seconds=seconds, steps=steps, size=Size(256, 256))
    return video


def shorten(video: Video) -> None:
    """So that a test ends whose first worker shall not come to the end."""
    Video.objects.filter(pk=video.pk).update(request=video.request | {"steps": 2, "seconds": 1.0})


def now(video: Video) -> Video:
    return Video.objects.get(pk=video.pk)


def state_of(pid: int) -> str:
    """A letter: R and S live, T is frozen; empty when it is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # the second when it goes while it is read
        return ""


def job_status(video: Video) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs where id = %s", [now(video).job_id])
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def assert_whole(video: Video) -> None:
    """One finished clip: each kind of file once, all in the storage, and after tidying nothing else."""
    made = now(video)
    assert (made.status, made.progress) == (Status.COMPLETED, 100)
    assets = {asset.kind: asset for asset in made.assets.all()}
    assert set(assets) == set(Kind.values)
    assert all(storage.size(asset.name) == asset.num_bytes for asset in assets.values())
    DoomedFile.objects.update(since=timezone.now())  # as if an hour had passed
    jobs.tidy(timestamp=0)
    assert set(storage.names()) == set(Asset.objects.values_list("name", flat=True))


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_is_killed_anywhere_is_replaced(person: Person, start: Start, point: str) -> None:
    video = ask(person)
    first = start("kill", point)
    wait_for(lambda: not state_of(first))
    ended_before = now(video).status == Status.COMPLETED
    assert ended_before == (point == "published")
    start()
    wait_for(lambda: now(video).has_ended)
    wait_for(lambda: job_status(video) is None)  # finished jobs are removed
    assert_whole(video)
    assert now(video).num_lost == (0 if point in ("fetched", "published") else 1)
    assert queries.quota(person).used_s == 1.0


@pytest.mark.parametrize("point", ["before publishing", "publishing"])
def test_a_worker_that_was_frozen_publishes_nothing_when_it_wakes(person: Person, start: Start, point: str) -> None:
    video = ask(person)
    first = start("freeze", point)
    wait_for(lambda: state_of(first) == "T")
    assert len(set(storage.names())) >= 4
    assert now(video).status == Status.IN_PROGRESS
    start()
    wait_for(lambda: now(video).has_ended)
    before = set(now(video).assets.values_list("name", flat=True))
    os.kill(first, signal.SIGCONT)
    wait_for(lambda: set(storage.names()) == before)  # it removes what it wrote
    assert set(now(video).assets.values_list("name", flat=True)) == before
    assert now(video).attempt == 2
    assert_whole(video)


def test_a_worker_that_was_frozen_while_it_looked_for_lost_jobs_keeps_no_other_from_looking(
    person: Person, start: Start
) -> None:
    video = ask(person, seconds=20, steps=900)
    first = start("freeze", "looking")
    wait_for(lambda: state_of(first) == "T")
    shorten(video)
    start()
    wait_for(lambda: now(video).has_ended)
    os.kill(first, signal.SIGCONT)
    next_one = ask(person)
    wait_for(lambda: now(next_one).has_ended)
    assert_whole(video)
    assert_whole(next_one)


def test_what_kills_three_workers_fails_and_costs_nothing(person: Person, start: Start) -> None:
    video = ask(person)
    for _ in range(3):
        worker = start("kill", "step")
        wait_for(lambda worker=worker: not state_of(worker))  # type: ignore[misc]
    start()
    wait_for(lambda: now(video).has_ended)
    assert (now(video).status, now(video).error_code) == (Status.FAILED, failures.INTERRUPTED)
    assert queries.quota(person).used_s == 0


def test_a_job_whose_twin_waits_keeps_no_other_from_being_taken_over(person: Person, start: Start) -> None:
    jobs.tidy_soon()
    video = ask(person)
    first = start("kill while tidying", "step")
    wait_for(lambda: not state_of(first))
    assert sorted(tidyings()) == ["doing"]
    later = timezone.now() + timedelta(hours=1)
    jobs.tidy.configure(queueing_lock="videos.tidy", schedule_at=later).defer(timestamp=0)
    start()
    wait_for(lambda: now(video).has_ended)
    assert now(video).status == Status.COMPLETED
    wait_for(lambda: tidyings() == ["todo"])


def tidyings() -> list[str]:
    """How far the jobs are that tidy up because somebody asked."""
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs where queueing_lock = 'videos.tidy' order by id")
        return [status for (status,) in cursor.fetchall()]


def test_cancelling_stops_the_work_within_a_second(person: Person, start: Start) -> None:
    long = ask(person, seconds=20, steps=900)
    start()
    wait_for(lambda: now(long).progress > 0)
    actions.cancel(person, long)
    assert wait_for(lambda: job_status(long) == "aborted") < 1
    assert (now(long).status, queries.quota(person).used_s) == (Status.CANCELLED, 0)
    next_one = ask(person)
    wait_for(lambda: now(next_one).has_ended)
    assert now(next_one).status == Status.COMPLETED


def test_a_worker_that_is_told_to_stop_hands_its_job_back(person: Person, start: Start) -> None:
    video = ask(person, seconds=20, steps=900)
    first = start()
    wait_for(lambda: now(video).progress > 0)
    os.kill(first, signal.SIGTERM)
    assert wait_for(lambda: job_status(video) == "todo") < 1
    wait_for(lambda: not state_of(first))
    handed_back = now(video)
    assert (handed_back.status, handed_back.progress, handed_back.num_lost) == (Status.QUEUED, 0, 0)
    shorten(video)
    start()
    wait_for(lambda: now(video).has_ended)
    assert_whole(video)


def test_a_database_that_crashes_under_a_job_costs_nothing(person: Person, start: Start) -> None:
    video = ask(person, seconds=2, steps=100)
    start()
    wait_for(lambda: now(video).progress > 0)
    restart_database()
    wait_for(lambda: now(video).has_ended)
    assert_whole(video)
    assert now(video).attempt == 1  # it went on where it was
    next_one = ask(person)
    wait_for(lambda: now(next_one).has_ended)  # and takes new jobs again
    assert_whole(next_one)


def restart_database() -> None:
    """As if PostgreSQL itself had crashed and was started again."""
    folder = Path(connections["default"].settings_dict["HOST"])
    postmaster = int((folder / "postmaster.pid").read_text().split()[0])
    connection.close()
    os.kill(postmaster, signal.SIGQUIT)  # at once, without a word to anybody
    wait_for(lambda: state_of(postmaster) in ("", "Z"))
    with suppress(subprocess.TimeoutExpired):
        database.keep_running()
    wait_for(answers)


def answers() -> bool:
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def test_a_full_disk_is_said_in_words_and_costs_nothing(person: Person, start: Start) -> None:
    video = ask(person)
    start("small disk")
    wait_for(lambda: now(video).has_ended)
    failed = now(video)
    assert (failed.status, failed.error_code) == (Status.FAILED, failures.DISK_FULL)
    assert "no space" in failed.error_message
    assert (queries.quota(person).used_s, failed.assets.count()) == (0, 0)
    again = actions.retry(person, failed)
    assert (again.seed, again.parent, again.status) == (failed.seed, failed, Status.QUEUED)
