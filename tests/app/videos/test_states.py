"""Whatever people and workers do, in whatever order: nobody is over their quota, and what has ended stays as it is."""

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from celaje.app.accounts.models import Person, Role
from celaje.app.errors import NotFoundError, QuotaError
from celaje.app.videos import actions, failures, making, queries
from celaje.app.videos.making import Result, Run
from celaje.app.videos.models import Asset, DoomedFile, Kind, Status, Video, new_file_name
from celaje.clip import Size

LIMIT_S = 60
MAX_WAITING = 4


class House(RuleBasedStateMachine):
    """Two people who ask, cancel, throw away and take back, and workers that make, fail, die and wake up too late."""

    videos = Bundle("videos")
    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        role = Role.objects.create(name="few", video_seconds_per_day=LIMIT_S, max_waiting_jobs=MAX_WAITING)
        self.people = [Person.objects.create(handle=f"machine{n}", role=role) for n in range(2)]
        self.charged: dict[str, float] = {}
        self.seen: dict[str, tuple[int, str]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def _now(self, video: Video) -> Video:
        return Video.objects.get(pk=video.pk)

    @rule(
        target=videos,
        who=st.integers(0, 1),
        seconds=st.sampled_from([0.0, 2.0, 10.0, 25.0]),
        takes=st.sampled_from([1, 2, 4]),
    )
    def ask(self, who: int, seconds: float, takes: int) -> Any:
        person = self.people[who]
        before = queries.quota(person)
        fits = before.waiting + takes <= MAX_WAITING and takes * queries.charge(seconds) <= before.left_s
        asked: dict[str, Any] = {"prompt": "a cat", "seconds": seconds, "takes": takes, "size": Size(256, 256)}
        if not fits:
            with pytest.raises(QuotaError) as caught:
                actions.create(person, **asked)
            assert (caught.value.code == "too_many_waiting") == (before.waiting + takes > MAX_WAITING)
            return None
        videos = actions.create(person, **asked)
        assert len({video.seed for video in videos}) == takes
        self.charged |= {video.pk: queries.charge(seconds) for video in videos}
        return videos[-1]

    @rule(video=videos)
    def cancel(self, video: Video | None) -> None:
        if video is None:
            return
        before = self._now(video)
        after = actions.cancel(video.owner, video)
        if before.has_ended:
            assert after.version == before.version
        else:
            assert after.status == Status.CANCELLED
            self.charged[video.pk] = 0

    @rule(video=videos)
    def delete(self, video: Video | None) -> None:
        if video is None:
            return
        if not self._now(video).has_ended:
            self.charged[video.pk] = 0
        actions.delete(video.owner, video)
        assert self._now(video).has_ended

    @rule(video=videos)
    def restore(self, video: Video | None) -> None:
        if video is not None:
            actions.restore(video.owner, video)
            assert self._now(video).deleted_at is None

    @rule(video=videos)
    def another_persons_hands(self, video: Video | None) -> None:
        if video is None:
            return
        other = next(person for person in self.people if person.pk != video.owner_id)
        before = self._now(video).version
        for act in (actions.cancel, actions.delete, actions.restore, actions.retry, actions.look_at):
            with pytest.raises(NotFoundError):
                act(other, video)
        assert self._now(video).version == before

    @rule(target=runs, video=videos)
    def begin(self, video: Video | None) -> Any:
        """A worker takes it; also while another has it, as if that one were dead."""
        if video is None:
            return None
        before = self._now(video)
        run = making.begin(video.pk)
        if before.has_ended:
            assert run is None
        elif run is None:
            assert self._now(video).error_code == failures.INTERRUPTED
            self.charged[video.pk] = 0
        else:
            assert run.attempt == before.attempt + 1
        return run

    def _has(self, run: Run) -> bool:
        return Video.objects.filter(pk=run.video_id, attempt=run.attempt, status=Status.IN_PROGRESS).exists()

    @rule(run=runs, percent=st.integers(0, 99))
    def report(self, run: Run | None, percent: int) -> None:
        if run is not None:
            has = self._has(run)
            assert making.report(run, stage="imagining", progress=percent, preview=b"small") == has

    @rule(run=runs)
    def complete(self, run: Run | None) -> None:
        if run is None:
            return
        has, before = self._has(run), Video.objects.get(pk=run.video_id)
        names = [new_file_name(".bin") for _ in Kind]
        making.announce_files(names)
        assets = [
            Asset(kind=kind, name=name, content_type="x/y", num_bytes=1, width=1, height=1)
            for kind, name in zip(Kind, names, strict=True)
        ]
        published = making.complete(run, Result(assets=assets, model="m", understanding={}, making_s=1.0))
        already = before.status == Status.COMPLETED and before.attempt == run.attempt
        assert published == (has or already)
        doomed = DoomedFile.objects.filter(name__in=names).count()
        assert doomed == (0 if has else len(names))

    @rule(run=runs)
    def fail(self, run: Run | None) -> None:
        if run is not None:
            has = self._has(run)
            assert making.fail(run, failures.DISK_FULL) == has
            if has:
                self.charged[run.video_id] = 0

    @rule(run=runs)
    def hand_back(self, run: Run | None) -> None:
        if run is not None:
            has = self._has(run)
            assert making.hand_back(run) == has

    @invariant()
    def nobody_is_over_their_quota(self) -> None:
        for person in self.people:
            quota = queries.quota(person)
            mine = Video.objects.filter(owner=person)
            assert quota.used_s == sum(self.charged[video.pk] for video in mine)
            assert quota.used_s <= LIMIT_S
            assert quota.waiting <= MAX_WAITING
            assert (quota.returns_at is None) == (quota.used_s == 0)

    @invariant()
    def rows_are_sound(self) -> None:
        for video in Video.objects.prefetch_related("assets"):
            version, status = self.seen.get(video.pk, (-1, ""))
            assert video.version >= version
            if status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED):
                assert video.status == status
            self.seen[video.pk] = (video.version, video.status)
            assert len(video.assets.all()) == (len(Kind) if video.status == Status.COMPLETED else 0)
            assert not (video.has_ended and video.preview is not None)
            assert bool(video.error_message) == (video.status == Status.FAILED)

    @invariant()
    def what_waits_has_a_job(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select id from procrastinate_jobs where status = 'todo' and queue_name = 'clips'")
            waiting = {row[0] for row in cursor.fetchall()}
        unfinished = Video.objects.filter(status__in=(Status.QUEUED, Status.IN_PROGRESS))
        assert set(unfinished.values_list("job_id", flat=True)) <= waiting
        cancelled = Video.objects.filter(status=Status.CANCELLED)
        assert not set(cancelled.values_list("job_id", flat=True)) & waiting


def test_whatever_happens(db: None) -> None:
    few = settings(max_examples=15, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None)
    run_state_machine_as_test(House, settings=few)
