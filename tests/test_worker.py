"""The worker's parts that need no second process: what a clip's files are, and what is said of what goes wrong."""

import errno
import io
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.utils import timezone
from PIL import Image
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Job

from celaje import worker
from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.jobs import CLIPS
from celaje.app.videos import actions, bringing, failures, jobs, making, scenes, tasks
from celaje.app.videos.models import DoomedFile, Kind, Status, Video
from celaje.app.videos.tasks import Wanted
from celaje.clip import Request, Size
from celaje.media import derive, read_facts, read_request, write_clip
from celaje.media.read import read_frames


@pytest.fixture
def person(db: None) -> Person:
    """Somebody."""
    return Person.objects.create_user("maker", "correct horse battery")


@pytest.fixture
def loaded(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has the tiny model."""
    monkeypatch.setattr(worker, "_loaded", worker._Loaded(weights=tiny_weights, device="cpu"))
    monkeypatch.setattr(worker, "REPORT_EVERY_S", 0)


def ask(person: Person, **more: Any) -> Video:
    asked: dict[str, Any] = {
        "prompt": "a zyxwv cat",
        "seconds": 1,
        "size": Size(320, 192),
        "steps": 2,
        "seed": 4,
    } | more
    [video] = actions.create(person, **asked)
    return video


def run(video: Video, reason: Callable[[], AbortReason | None] = lambda: None) -> Video:
    """Make it in this thread; the row as it is then."""
    job = Job(id=1, queue=CLIPS, lock=None, queueing_lock=None, task_name=jobs.MAKE)
    worker.make(JobContext(app=app, job=job, start_timestamp=time.time(), abort_reason=reason), video_id=video.pk)
    return Video.objects.get(pk=video.pk)


def test_a_clip_has_its_four_files(person: Person, loaded: None, tmp_path: Path) -> None:
    video = run(ask(person, style="film-noir"))
    assert (video.status, video.progress, video.preview, video.stage) == (Status.COMPLETED, 100, None, "")
    assert video.model.startswith("celaje-")
    assert video.making_s is not None
    assert video.understanding is not None
    assert video.understanding["unknown"] == ["zyxwv"]  # the style's words are ours to know
    assert set(video.understanding["instead"]) <= {"zyxwv"}
    files = {asset.kind: (asset, storage.get(asset.name)) for asset in video.assets.all()}
    assert {kind: len(content) for kind, (_, content) in files.items()} == {
        kind: asset.num_bytes for kind, (asset, _) in files.items()
    }
    for kind, (asset, content) in files.items():
        if kind != Kind.VIDEO:
            with Image.open(io.BytesIO(content)) as picture:
                assert picture.size == (asset.width, asset.height)
                assert f"image/{(picture.format or '').lower()}" == asset.content_type
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(files[Kind.VIDEO][1])
    assert clip.read_bytes()[4:8] == b"ftyp"
    assert clip.read_bytes().index(b"moov") < clip.read_bytes().index(b"mdat")  # it plays while it loads
    assert len(read_frames(clip, longest_side=640)[0]) == 12
    assert read_request(clip) == {"celaje": {"seconds": 1, "size": "320x192", "seed": 4}, "model": video.model}
    assert not DoomedFile.objects.exists()


def test_a_still_is_a_picture(person: Person, loaded: None) -> None:
    video = run(ask(person, seconds=0))
    content = {asset.kind: (asset.content_type, storage.get(asset.name)) for asset in video.assets.all()}
    assert set(content) == set(Kind.values)
    content_type, picture = content[Kind.VIDEO]
    assert (content_type, Image.open(io.BytesIO(picture)).size) == ("image/png", (320, 192))


def test_a_clip_shows_a_given_picture(person: Person, loaded: None) -> None:
    plain = run(ask(person))
    buffer = io.BytesIO()
    Image.new("RGB", (90, 40), "red").save(buffer, "PNG")
    storage.put("te/red.png", buffer.getvalue())
    begun = run(ask(person, pictures=[("te/red.png", 0)]))
    assert (begun.status, begun.error_message) == (Status.COMPLETED, "")
    posters = [storage.get(video.assets.get(kind=Kind.POSTER).name) for video in (plain, begun)]
    assert posters[0] != posters[1]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n and so on", None])
def test_a_picture_that_cannot_be_read_is_said(person: Person, loaded: None, content: bytes | None) -> None:
    if content is not None:
        storage.put("te/torn.png", content)
    video = run(ask(person, pictures=[("te/torn.png" if content else "te/none.png", 0)]))
    assert (video.status, video.error_code, video.charged_s) == (Status.FAILED, failures.PICTURE, 0)


@pytest.fixture
def clip(person: Person, loaded: None) -> Video:
    """A clip that was made here."""
    return run(ask(person))


def frames_of(video: Video, folder: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    path = folder / f"{video.pk}.mp4"
    path.write_bytes(storage.get(video.assets.get(kind=Kind.VIDEO).name))
    return read_frames(path, longest_side=640)[0]


def test_a_clip_is_made_from_a_clip(person: Person, clip: Video, tmp_path: Path) -> None:
    [longer] = tasks.extend(person, clip, prompt="a cat jumps", seconds=1)
    [loop] = tasks.loop(person, clip, length="short")
    [edited] = tasks.edit(person, clip, change="in winter", strength=0.5)
    [begun] = tasks.start(person, clip, prompt="a dog", seconds=1)
    made = [run(video) for video in (longer, loop, edited, begun)]
    assert [(video.status, video.error_message) for video in made] == [(Status.COMPLETED, "")] * 4
    before, *after = (frames_of(video, tmp_path) for video in (clip, *made))
    assert [len(frames) for frames in after] == [24, 24, 12, 12]

    def distance(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
        return float(np.abs(one.astype(float) - other).mean())

    assert distance(after[0][:12], before) < 3  # written twice
    assert distance(after[1][:12], before) < 3
    assert distance(after[3][0], before[-1]) < 3
    assert distance(after[2], before) > 3


@pytest.fixture
def mine(tmp_path: Path) -> bytes:
    """An MP4 of somebody's: 1.5 s at 24 frames a second, with sound."""
    frames = np.zeros((36, 120, 200, 3), np.uint8)
    frames[..., 0] = np.arange(36)[:, None, None] * 7
    write_clip(tmp_path / "mine.mp4", frames, np.zeros(36_000, np.float32), {}, frames_per_second=24)
    return (tmp_path / "mine.mp4").read_bytes()


def test_a_file_becomes_a_clip_and_what_was_asked_of_it_follows(
    person: Person, loaded: None, mine: bytes, tmp_path: Path
) -> None:
    clip = bringing.bring(person, bringing.keep(SimpleUploadedFile("mine.mp4", mine)), prompt="a dog")
    [longer] = bringing.extend_later(person, clip, prompt="it runs", seconds=1, backwards=False, wanted=Wanted())
    [edited] = bringing.edit_later(person, clip, change="in winter", strength=0.5, region=None, wanted=Wanted(seed=3))
    file = Request.from_dict(clip.request).known[0].source
    with pytest.raises(bringing.NotYetError):
        run(longer)
    made = run(clip)
    assert (made.status, made.seconds, made.width, made.height, made.charged_s) == (Status.COMPLETED, 1.5, 200, 120, 0)
    assert {asset.kind for asset in made.assets.all()} == set(Kind.values)
    assert DoomedFile.objects.filter(name=file).exists()  # what was sent may hold more than the clip
    longer, edited = run(longer), run(edited)
    assert [(video.status, video.error_message) for video in (longer, edited)] == [(Status.COMPLETED, "")] * 2
    assert (longer.seconds, longer.charged_s, edited.seconds, edited.charged_s) == (2.5, 1.0, 1.5, 1.5)
    assert (longer.width, longer.height, edited.seed) == (200, 120, 3)
    for video in (made, longer, edited):
        path = tmp_path / f"{video.pk}.mp4"
        path.write_bytes(storage.get(video.assets.get(kind=Kind.VIDEO).name))
        assert read_facts(path).frames_per_second == 24, "it stays as smooth as it was"


@pytest.mark.parametrize(("content", "code"), [(b"\0\0\0\x18ftypmp42", failures.CLIP), (None, failures.TOO_LONG)])
def test_a_file_that_is_no_clip_is_said_to_whoever_waits_for_it(
    person: Person, mine: bytes, monkeypatch: pytest.MonkeyPatch, content: bytes | None, code: str
) -> None:
    monkeypatch.setattr(worker, "MAX_SECONDS_IN_ALL", 1.0)
    file = bringing.keep(SimpleUploadedFile("mine.mp4", content or mine))
    clip = bringing.bring(person, file, prompt="")
    [longer] = bringing.extend_later(person, clip, prompt="it runs", seconds=1, backwards=False, wanted=Wanted())
    for video in (run(clip), run(longer)):
        assert (video.status, video.error_code, video.charged_s) == (Status.FAILED, code, 0)


def test_the_world_films_a_prompt_and_then_its_scene(person: Person) -> None:
    [video] = scenes.film(person, prompt="a zyxwv cat runs on the beach to a wolf", seconds=1, size=Size(128, 128))
    made = run(video)
    assert (made.status, made.model, made.error_message) == (Status.COMPLETED, "world", "")
    assert made.understanding is not None
    assert made.understanding["unknown"] == ["zyxwv"]
    assert made.understanding["notes"] == [{"why": "shown as", "wish": "wolf", "seen": "dog"}]
    script = scenes.script_of(made)
    [place] = [field for field in scenes.fields(script) if field.name == "place"]
    assert place.value == "beach"
    assert "forest" in place.choices
    moved = scenes.changed(script, {place.line: "forest"})
    [again] = scenes.film(person, prompt=video.prompt, seconds=1, size=Size(128, 128), script=moved)
    assert 'place = "forest"' in scenes.script_of(run(again))
    [wrong] = scenes.film(person, prompt="x", seconds=1, size=Size(128, 128), script='style = "cubism"')
    failed = run(wrong)
    assert (failed.status, failed.error_code, failed.charged_s) == (Status.FAILED, failures.SCENE, 0)
    assert "cubism" in failed.error_message


def test_what_a_killed_worker_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    with subprocess.Popen(["true"]) as process:
        process.wait()
    left = tmp_path / f"celaje-worker-{process.pid}"
    left.mkdir()
    (left / "clip.mp4").write_bytes(b"half a clip")
    with worker._scratch() as folder:
        worker._sweep()
        assert folder.is_dir()  # ours
    assert not left.exists()


def test_a_clip_whose_source_was_deleted_meanwhile_says_so(person: Person, clip: Video) -> None:
    [longer] = tasks.extend(person, clip, prompt="", seconds=1)
    clip.delete()
    DoomedFile.objects.update(since=timezone.now())
    jobs.tidy(timestamp=0)
    video = run(longer)
    assert (video.status, video.error_code, video.charged_s) == (Status.FAILED, failures.SOURCE, 0)
    assert "not here any more" in video.error_message


def test_previews_come_while_it_is_made(person: Person, loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    video, seen = ask(person, steps=5), []

    def at(point: str) -> None:
        if point == "step":
            now = Video.objects.get(pk=video.pk)
            seen.append((now.stage, now.progress, bytes(now.preview or b""), now.version))

    monkeypatch.setattr(worker, "at", at)
    run(video)
    stages, percents, previews, versions = zip(*seen, strict=True)
    assert stages[0] == "reading"
    assert "imagining" in stages
    assert list(percents) == sorted(percents)
    assert list(versions) == sorted(set(versions))
    pictures = [preview for stage, preview in zip(stages, previews, strict=True) if stage == "imagining"]
    takes, chosen = 4, 1  # of five steps, those before the choice, and the rest
    assert len(pictures) == 2 * (takes + chosen) + 5, "of the first picture, of the first sound, and of the clip"
    assert all(0 < len(picture) <= 5000 for picture in pictures)
    assert {Image.open(io.BytesIO(picture)).size for picture in pictures} == {(160, 96)}


@pytest.mark.parametrize("reason", [AbortReason.USER_REQUEST, AbortReason.SHUTDOWN])
def test_a_run_ends_within_a_layer(
    person: Person, loaded: None, monkeypatch: pytest.MonkeyPatch, reason: AbortReason
) -> None:
    video, stop = ask(person, steps=500, seconds=5), []
    monkeypatch.setattr(worker, "at", lambda point: stop.append(reason) if point == "step" else None)
    with pytest.raises(worker.HandedBackError if reason == AbortReason.SHUTDOWN else worker.StoppedError):
        run(video, reason=lambda: stop[0] if len(stop) > 2 else None)
    now = Video.objects.get(pk=video.pk)
    assert now.status == (Status.QUEUED if reason == AbortReason.SHUTDOWN else Status.IN_PROGRESS)
    assert now.assets.count() == 0


def test_a_cancelled_row_ends_the_run(person: Person, loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    video = ask(person, steps=500)
    monkeypatch.setattr(worker, "at", lambda point: actions.cancel(person, video) if point == "step" else None)
    with pytest.raises(worker.StoppedError):
        run(video)


def test_a_clip_that_was_cancelled_at_the_last_moment_leaves_no_file(
    person: Person, loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.delete(list(storage.names()))
    video = ask(person)
    last = "before publishing"
    monkeypatch.setattr(worker, "at", lambda point: actions.cancel(person, video) if point == last else None)
    assert run(video).status == Status.CANCELLED
    assert list(storage.names()) == []


def test_missing_weights_are_said_and_cost_nothing(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_loaded", worker._Loaded(weights=tmp_path))
    video = run(ask(person))
    assert (video.status, video.error_code, video.charged_s) == (Status.FAILED, failures.WEIGHTS, 0)
    assert "weights" in video.error_message


def _raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), failures.DISK_FULL),
        (_raised(ValueError("clip.mp4 could not be written"), OSError(errno.ENOSPC, "full")), failures.DISK_FULL),
        (OSError(0, "the bucket is not there"), failures.STORAGE),
        (MemoryError(), failures.MEMORY),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), failures.MEMORY),
        (ValueError("this model cannot do that"), failures.NOT_POSSIBLE),
        (ZeroDivisionError(), failures.UNEXPECTED),
    ],
)
def test_what_went_wrong_has_a_code_and_words(error: BaseException, code: str) -> None:
    assert worker._why(error) == code
    assert failures.WORDS[code]


def test_only_what_a_retry_mends_is_tried_again() -> None:
    job = Job(id=1, queue=CLIPS, lock=None, queueing_lock=None, task_name=jobs.MAKE)
    decide = worker.TryAgain().get_retry_decision
    assert decide(exception=worker.HandedBackError(), job=job) is not None
    assert decide(exception=OperationalError("away"), job=job) is not None
    for error in (worker.StoppedError(), ValueError(), KeyError()):
        assert decide(exception=error, job=job) is None


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(connection, "close", lambda: None)
    times = iter((True, True, False))

    def write() -> str:
        if next(times):
            raise OperationalError from psycopg.OperationalError("the connection is closed")
        return "written"

    assert worker.patiently(write) == "written"
    with pytest.raises(OperationalError):
        worker.patiently(_never, for_s=0)


def _never() -> None:
    raise OperationalError


def test_every_task_of_the_clock_goes_through_the_workers_own_connection() -> None:
    connector = worker.PatientConnector()
    periodic = worker._app(connector).periodic_registry.periodic_tasks.values()
    assert {task.task.name for task in periodic} >= {"videos.tidy"}
    for task in periodic:
        assert task.task.blueprint.job_manager.connector is connector  # type: ignore[attr-defined]
        assert app.tasks[task.task.name].blueprint is not task.task.blueprint


def test_pictures_of_any_clip() -> None:
    for frames in (1, 2, 7, 60):
        for height, width in ((192, 320), (320, 192), (64, 64)):
            clip = np.random.default_rng(0).integers(0, 256, (frames, height, width, 3), np.uint8)
            sheet, sheet_width, sheet_height = derive.sprite_sheet(clip)
            small, small_width, small_height = derive.moving_thumbnail(clip)
            for content, size in ((sheet, (sheet_width, sheet_height)), (small, (small_width, small_height))):
                with Image.open(io.BytesIO(content)) as picture:
                    assert picture.size == size
            assert sheet_width == min(10, frames) * (sheet_width // min(10, frames))
            assert len(derive.preview(clip[0], blur=1)) <= 5000


def test_nothing_is_made_of_what_has_ended(person: Person) -> None:
    video = ask(person)
    actions.cancel(person, video)
    before = Video.objects.get(pk=video.pk).version
    assert run(video).version == before
    assert making.begin("video_that_never_was") is None
