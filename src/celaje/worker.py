"""The one bridge between the two towers: takes jobs from the database, makes clips with the engine, keeps their files.

One process works two queues: `clips`, one at a time, and `light`, everything else. It knows rows and tensors; nobody
else does. Any number of workers may share a database and a storage.

A clip is published by one transaction in `making.complete`; before it, only files that are announced as doomed exist.
So a worker may be killed at any point: another takes its job over and makes the clip anew.
"""

import asyncio
import errno
import logging
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps

from celaje import app as serving
from celaje import remote, settings

if not apps.ready:
    serving.begin()

from django.db import InterfaceError, InternalError, OperationalError, connection
from django.db.backends.signals import connection_created
from procrastinate import App, JobContext, RetryDecision
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, JobAborted, UniqueViolation
from procrastinate.job_context import AbortReason
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.retry import BaseRetryStrategy

from celaje.app import storage
from celaje.app.accounts.jobs import PORTRAIT, make_portrait
from celaje.app.jobs import CLIPS, LIGHT
from celaje.app.videos import failures, jobs, making, scenes
from celaje.app.videos.bringing import NotYetError
from celaje.app.videos.making import Result, Run
from celaje.app.videos.models import Asset, Kind, new_file_name
from celaje.clip import MAX_SECONDS_IN_ALL, SAMPLE_RATE, Known, Request, Size
from celaje.clip.shape import MIN_SIDE, whole_rate

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from celaje.engine.generate import Progress
    from celaje.engine.world.notes import Note as WorldNote
    from celaje.media.derive import Gathered
    from celaje.speech import Note as SpeechNote
    from celaje.studio import Film, Studio

NUM_LIGHT = 4
HEARTBEAT_S = 5.0
STALLED_AFTER_S = 20.0  # four heartbeats
DATABASE_AWAY_S = 120.0  # how long a running job waits for its database
REPORT_EVERY_S = 0.3
BROUGHT_SIDE = 1280  # of a clip that was brought along
LONGEST_SIDE = 640  # of the pictures that are drawn from another server's clip
TAKE_OVER_LOCK = 5_217_643  # an advisory lock's number: any, as long as nobody else uses it
#: What Django raises for a database that is away; the last, when it ended a transaction in which nothing happened.
AWAY = (OperationalError, InterfaceError, InternalError)

log = logging.getLogger(__name__)

Written = TypeVar("Written")


@dataclass(frozen=True, kw_only=True)
class Work:
    """How a worker works."""

    weights: Path | None
    device: str | None
    heartbeat_s: float
    stalled_after_s: float


class NoModelError(Exception):
    """The weights are missing or damaged."""


class SourceGoneError(Exception):
    """The clip that another one is made from was deleted meanwhile."""


class BroughtError(Exception):
    """Somebody's file cannot become a clip."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SceneError(Exception):
    """A scene's text says what the world cannot film; which, it says in English, as the text is."""


class StoppedError(JobAborted):
    """This run is over: its clip was cancelled, or another worker has it."""


class HandedBackError(JobAborted):
    """This run is over because its worker stops; the job goes back into the queue."""


class TryAgain(BaseRetryStrategy):
    """What a retry can mend: a worker that stopped, a clip that is not there yet, a database that was away for long."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """At once for a job that was handed back, after a while for what will be there then, else never."""
        if isinstance(exception, HandedBackError):
            return RetryDecision()
        if isinstance(exception, NotYetError):
            return RetryDecision(retry_in={"seconds": 2})
        if isinstance(exception, AWAY):
            return RetryDecision(retry_in={"seconds": 5})
        return None


def run_worker(
    *,
    weights: Path | None = None,
    device: str | None = None,
    heartbeat_s: float = HEARTBEAT_S,
    stalled_after_s: float = STALLED_AFTER_S,
) -> None:
    """Work until SIGTERM or Ctrl-C; a running job is handed back. A second signal ends the process at once.

    `weights` and `device` are those of `celaje.load`. A worker that says nothing for `stalled_after_s` counts as gone.
    """
    asyncio.run(_work(Work(weights=weights, device=device, heartbeat_s=heartbeat_s, stalled_after_s=stalled_after_s)))


def at(point: str) -> None:
    """Named points of a job, where the crash tests put something in place of this function."""


async def _work(work: Work) -> None:
    _sweep()
    if _elsewhere() is None:
        _loaded.begin(work)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_die, stop)
    limit = f"set idle_in_transaction_session_timeout = {round(1000 * work.stalled_after_s)}"

    def limit_django(connection: Any, **_: Any) -> None:
        connection.cursor().execute(limit)

    async def limit_pool(connection: "AsyncConnection") -> None:
        await connection.execute(limit)
        await connection.commit()

    connection_created.connect(limit_django)
    connector = PatientConnector(kwargs=connector_params("default"), configure=limit_pool, min_size=2, max_size=8)
    app = _app(connector)
    async with app.open_async():
        workers = [
            asyncio.create_task(_keep_working(app, work, [CLIPS], 1)),
            asyncio.create_task(_keep_working(app, work, [LIGHT], NUM_LIGHT)),
            asyncio.create_task(_take_over(app, connector, work)),
        ]
        log.info("working")
        await stop.wait()
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    log.info("stopped")


def _app(connector: "PatientConnector") -> App:
    """All tasks, on a connection for workers. What they enqueue themselves goes through Django's own app, and so into
    their transactions; what is enqueued by the clock goes through this one.
    """
    app = DjangoApp(connector=connector, import_paths=[])
    app.tasks = django_app.tasks
    for periodic in django_app.periodic_registry.periodic_tasks.values():
        task = copy(periodic.task)
        task.blueprint = app
        app.periodic_registry.register_task(task, periodic.cron, periodic.periodic_id, periodic.configure_kwargs)
    return app


def _stop_or_die(stop: asyncio.Event) -> None:
    if stop.is_set():
        os._exit(130)
    stop.set()


async def _keep_working(app: App, work: Work, queues: list[str], num_at_once: int) -> None:
    """A worker of Procrastinate, started anew should it ever end by itself."""
    while True:
        try:
            await app.run_worker_async(
                queues=queues,
                name=f"{'-'.join(queues)}-{os.getpid()}",
                concurrency=num_at_once,
                install_signal_handlers=False,
                shutdown_graceful_timeout=0,
                fetch_job_polling_interval=work.heartbeat_s,  # of jobs that were put back nobody is told
                update_heartbeat_interval=work.heartbeat_s,
                stalled_worker_timeout=work.stalled_after_s,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
            )
        except ConnectorException as error:
            log.warning("the worker of %s starts again: %s", queues, error)
        await asyncio.sleep(1)


async def _take_over(app: App, connector: "PatientConnector", work: Work) -> None:
    """Put the jobs of workers that are gone back into their queues. One worker at a time looks.

    When this worker could not look for a while, the database was away or the machine very busy: then others may have
    been silent for the same reason, and are given time to speak.
    """
    looked_at = time.monotonic()
    while True:
        await asyncio.sleep(work.stalled_after_s / 4)
        try:
            async with connector.pool.connection() as lock, lock.transaction():
                asked = await lock.execute("select pg_try_advisory_xact_lock(%s)", [TAKE_OVER_LOCK])
                is_ours = (await asked.fetchone() or (False,))[0]
                is_late = time.monotonic() - looked_at > work.stalled_after_s / 2
                if is_ours and not is_late:
                    at("looking")
                    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=work.stalled_after_s):
                        await _put_back(app, job)
            if is_late:
                await asyncio.sleep(work.stalled_after_s)
            elif is_ours:
                await asyncio.to_thread(_mend)
            looked_at = time.monotonic()
        except Exception:
            log.exception("stalled jobs could not be taken over; trying again")


async def _put_back(app: App, job: Job) -> None:
    """Let a job wait again. When its twin waits already, of which only one may, that one does its work."""
    try:
        await app.job_manager.retry_job(job)
        log.warning("job %s of a worker that is gone waits again", job.id)
    except UniqueViolation:
        await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
        log.warning("job %s of a worker that is gone has a twin that waits", job.id)
    except ConnectorException as error:
        log.warning("job %s of a worker that is gone could not be put back: %s", job.id, error)


def _mend() -> None:
    try:
        jobs.enqueue_lost()
    finally:
        connection.close()


class PatientConnector(PsycopgConnector):
    """Waits for a database that is away, so that a restart of PostgreSQL costs no running job."""

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Without a result."""
        await self._patiently(super().execute_query_async, query, arguments)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """One row."""
        row: dict[str, Any] = await self._patiently(super().execute_query_one_async, query, arguments)
        return row

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """All rows."""
        rows: list[dict[str, Any]] = await self._patiently(super().execute_query_all_async, query, arguments)
        return rows

    async def listen_notify(self, on_notification: Any, channels: Any) -> None:
        """Listen for ever."""
        while True:
            try:
                await super().listen_notify(on_notification, channels)
            except ConnectorException:
                await asyncio.sleep(0.5)

    async def _patiently(self, ask: Callable[..., Any], query: Any, arguments: dict[str, Any]) -> Any:
        until = time.monotonic() + DATABASE_AWAY_S
        while True:
            try:
                return await ask(query, **arguments)
            except ConnectorException as error:
                away = isinstance(error.__cause__, OSError) or _is_away(error.__cause__)
                if not away or time.monotonic() > until:
                    raise
                await asyncio.sleep(0.5)


def _is_away(error: BaseException | None) -> bool:
    import psycopg
    import psycopg_pool

    ended = psycopg.errors.IdleInTransactionSessionTimeout
    return isinstance(error, psycopg.OperationalError | psycopg_pool.PoolTimeout | ended)


@dataclass
class _Loaded:
    """The model, loaded once, in the background as soon as the worker starts."""

    weights: Path | None = None
    device: str | None = None
    studio: "Studio | None" = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, work: Work) -> None:
        """Begin to load what `work` names."""
        self.weights, self.device, self.studio = work.weights, work.device, None
        threading.Thread(target=self._try, name="load the model", daemon=True).start()

    def _try(self) -> None:
        try:
            self.get()
        except Exception as error:
            log.error("clips cannot be made: %s", error)

    def get(self) -> "Studio":
        """The model. Raises ValueError when its weights are missing or damaged; the next job tries again."""
        with self.lock:
            if self.studio is None:
                from celaje.studio import load  # torch takes seconds: the queues are worked meanwhile

                begin = time.perf_counter()
                self.studio = load(self.weights, device=self.device)
                log.info("the model is loaded (%.1f s)", time.perf_counter() - begin)
            return self.studio


_loaded = _Loaded()


@django_app.task(name=jobs.MAKE, queue=CLIPS, pass_context=True, retry=TryAgain())
def make(context: JobContext, video_id: str) -> None:
    """Make one clip from begin to end. What can go wrong ends in words on the video, not in an exception."""
    at("fetched")
    run = patiently(lambda: making.begin(video_id))
    if run is None:
        return
    try:
        result = _make(context, run)
        at("before publishing")
        if not patiently(lambda: making.complete(run, result)):
            storage.delete([asset.name for asset in result.assets])
        at("published")
    except HandedBackError:
        patiently(lambda: making.hand_back(run), for_s=0)
        raise
    except (StoppedError, *AWAY):
        raise
    except Exception as error:
        code = _why(error)
        log.exception("video %s failed: %s", video_id, code)
        detail = f"({error})" if isinstance(error, SceneError) else ""
        patiently(lambda: making.fail(run, code, detail))


def patiently(write: Callable[[], Written], *, for_s: float = DATABASE_AWAY_S) -> Written:
    """What `write` returns; while the database is away, it is tried again. Raises one of AWAY after `for_s`."""
    until = time.monotonic() + for_s
    while True:
        try:
            return write()
        except AWAY:
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _why(error: BaseException) -> str:
    """The code of what went wrong; the disk's own errors may lie below others."""
    from celaje.media.read import PictureError

    if isinstance(error, PictureError):
        return failures.PICTURE
    if isinstance(error, SourceGoneError):
        return failures.SOURCE
    if isinstance(error, BroughtError):
        return error.code
    if isinstance(error, SceneError):
        return failures.SCENE
    cause: BaseException | None = None if isinstance(error, remote.AwayError) else error
    while cause is not None:
        if isinstance(cause, OSError):
            full = cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            return failures.DISK_FULL if full else failures.STORAGE
        if isinstance(cause, MemoryError) or "OutOfMemory" in type(cause).__name__ or "allocate memory" in str(cause):
            return failures.MEMORY
        cause = cause.__cause__
    if isinstance(error, NoModelError):
        return failures.WEIGHTS
    if isinstance(error, remote.AwayError):
        return failures.AWAY
    return failures.NOT_POSSIBLE if isinstance(error, ValueError) else failures.UNEXPECTED


def _make(context: JobContext, run: Run) -> Result:
    """The clip's files in the storage, and what its row will say."""
    begin = time.perf_counter()
    watch = _Watch(context=context, run=run)
    if run.is_brought:
        return _bring(run, watch)
    if run.plan is not None and run.plan.get("task") == scenes.TASK:
        return _previz(run, watch)
    server = _elsewhere()
    if server is not None:
        return _ask(server, run, watch)
    studio = _model(watch)
    from celaje.engine.generate import interruptible

    with _fetched(run.request) as request, interruptible(studio.engine, watch.check):
        clip = studio.film(request, watch=lambda progress: watch.see(studio, progress))
        assets = _keep(clip, watch)
    own_words = run.prompt.lower()
    return Result(
        assets=assets,
        model=clip.model,
        understanding={
            "taken": {slot: list(values) for slot, values in clip.understanding.taken.items()},
            "unknown": [word for word in clip.understanding.unknown if word in own_words],  # not those of the style
            "instead": {words: said for words, said in clip.understanding.instead.items() if words in own_words},
            "shortened": clip.understanding.shortened,
            "silent": not clip.has_sound,
            "notes": [_noted(note) for note in clip.speech.notes],
        },
        making_s=time.perf_counter() - begin,
    )


@contextmanager
def _fetched(request: Request) -> Iterator[Request]:
    """The request, with the pictures and clips that it names in the storage as files here."""
    from celaje.media import read_facts
    from celaje.media.read import PictureError

    with _scratch() as folder:
        files: dict[str, Path] = {}
        known = []
        for piece in request.known:
            if piece.source not in files:
                path = folder / f"{len(files)}{Path(piece.source).suffix}"
                try:
                    storage.fetch(piece.source, path)
                except FileNotFoundError as error:
                    if piece.is_picture:
                        raise PictureError("a given picture is not in the storage any more") from error
                    raise SourceGoneError("the clip that it is made from is not in the storage any more") from error
                files[piece.source] = path
            path = files[piece.source]
            if piece.track == "audio" and not read_facts(path).sound_s:
                continue  # another server's clip may be silent though it was asked for sound
            known.append(replace(piece, source=str(path)))
        yield replace(request, known=tuple(known))


def _elsewhere() -> remote.Server | None:
    """The server that makes this worker's clips, when it does not make them itself."""
    address = settings.remote_address()
    if address is None:
        return None
    return remote.Server(address=address, key=settings.remote_key() or "", model=settings.remote_model() or "")


def _ask(server: remote.Server, run: Run, watch: "_Watch") -> Result:
    """A clip of another server's. Its file is kept as it came; stopping this run cancels it there too."""
    from celaje.media.derive import gathered
    from celaje.media.read import read_frames

    begin = time.perf_counter()
    request = run.request
    if not any(piece.is_kept or piece.is_picture for piece in request.known):
        request = replace(request, known=())  # an edit: its words say all, and clips cannot be given to another server

    def see(status: str, percent: int) -> None:
        watch.check()
        if time.monotonic() - watch.said_at > REPORT_EVERY_S:
            watch.tell("" if status == "queued" else "imagining", min(98, percent))

    with _scratch() as folder:
        path = folder / "clip.mp4"
        made = remote.make(server, request, path, lenient=True, watch=see)
        frames, size = read_frames(path, longest_side=LONGEST_SIDE)
        assets = _store(path, "video/mp4", size, gathered(frames), watch)
    understanding = {"taken": {}, "unknown": [], "shortened": False}
    making_s = time.perf_counter() - begin
    return Result(assets=assets, model=made.model[:60], understanding=understanding, making_s=making_s)


def _model(watch: "_Watch") -> "Studio":
    watch.tell("reading", 0)
    try:
        return _loaded.get()
    except ValueError as error:
        raise NoModelError(str(error)) from error


@dataclass
class _Watch:
    """Sees how a run goes on: says so in its row a few times a second, and stops it when it shall not go on."""

    context: JobContext
    run: Run
    said_at: float = 0.0
    stage: str = ""

    def check(self) -> None:
        """Raise StoppedError or HandedBackError when this run shall end."""
        reason = self.context.abort_reason()
        if reason == AbortReason.SHUTDOWN:
            raise HandedBackError
        if reason is not None:
            raise StoppedError

    def see(self, studio: "Studio", progress: "Progress") -> None:
        """What the engine tells after every step."""
        self.check()
        if self._was_said(progress.stage):
            return
        preview = None
        if progress.estimate is not None:
            from celaje.engine.generate import glimpse
            from celaje.media.derive import preview as draw_preview

            preview = draw_preview(glimpse(studio.engine, progress.estimate), blur=1 - progress.fraction)
        self.tell(progress.stage, min(98, round(100 * progress.fraction)), preview)
        at("step")

    def go_on(self, stage: str, fraction: float) -> None:
        """The same for what is made without the engine."""
        self.check()
        if not self._was_said(stage):
            self.tell(stage, min(98, round(100 * fraction)))

    def _was_said(self, stage: str) -> bool:
        """Whether the row says so already, and did a moment ago."""
        return stage == self.stage and time.monotonic() - self.said_at < REPORT_EVERY_S

    def tell(self, stage: str, percent: int, preview: bytes | None = None) -> None:
        """Say it in the row. A database that is away hears it another time."""
        self.said_at, self.stage = time.monotonic(), stage
        try:
            if not making.report(self.run, stage=stage, progress=percent, preview=preview):
                raise StoppedError
        except AWAY:
            connection.close()


def _keep(clip: "Film", watch: _Watch) -> list[Asset]:
    """Write a clip into the storage as it is made, so that a minute needs no more memory than a second; rows for its
    files, without their video.
    """
    from celaje.media import writing
    from celaje.media.derive import Gathered

    seconds, rate = clip.request.seconds, clip.frames_per_second
    asked = {"seconds": seconds, "size": str(clip.request.size), "seed": clip.request.seed}
    facts = {"celaje": asked, "model": clip.model}  # prompts are not for all
    pictures = Gathered(max(1, round(seconds * rate)), frames_per_second=rate)
    with _scratch() as folder:
        path = folder / ("clip.mp4" if seconds else "clip.png")
        with writing(path, facts, with_sound=clip.has_sound, frames_per_second=rate) as add:
            for part in clip.parts:
                add(part.frames, part.samples if clip.has_sound else None)
                pictures.add(part.frames)
        at("made")
        watch.tell("writing", 99)
        return _store(path, "video/mp4" if seconds else "image/png", pictures.size, pictures, watch)


def _bring(run: Run, watch: _Watch) -> Result:
    """A clip of ours out of somebody's file: upright, no larger than a page shows it, with a whole number of frames a
    second that is no higher than clips of ours have.
    """
    from itertools import islice

    import numpy as np

    from celaje.media import writing
    from celaje.media.derive import Gathered
    from celaje.media.fit import fit
    from celaje.media.open import SourceError, read_facts, read_samples, stream_frames

    begin = time.perf_counter()
    watch.tell("opening", 0)
    with _fetched(run.request) as request, _scratch() as folder:
        source = Path(request.known[0].source)
        try:
            held = read_facts(source)
            if held.size is None or not 0.25 <= held.size.ratio <= 4:
                raise BroughtError(failures.CLIP)
            if held.seconds > MAX_SECONDS_IN_ALL:
                raise BroughtError(failures.TOO_LONG)
            samples = read_samples(source, seconds=held.seconds) if held.sound_s else None
            size, rate = _shown_size(held.size), whole_rate(held.frames_per_second)
            num_frames = held.num_frames_at(Fraction(rate))
            pictures = Gathered(num_frames, frames_per_second=rate)
            path = folder / "clip.mp4"
            with writing(path, {}, with_sound=samples is not None, frames_per_second=rate) as add:
                frames = stream_frames(source, count=num_frames, reach=size, frames_per_second=rate)
                for number in range(0, num_frames, rate):
                    shown = fit(np.stack(list(islice(frames, rate))), size)
                    heard = slice(*(place * SAMPLE_RATE // rate for place in (number, number + len(shown))))
                    add(shown, None if samples is None else samples[heard])
                    pictures.add(shown)
                    watch.go_on("opening", number / num_frames)
        except SourceError as error:
            raise BroughtError(failures.CLIP) from error
        assets = _store(path, "video/mp4", size, pictures, watch)
    itself = Request(
        prompt=run.prompt,
        seconds=held.seconds,
        size=size,
        frames_per_second=rate,
        audio=samples is not None,
        known=(Known(source=assets[0].name),),
    )
    return Result(
        assets=assets,
        model="",
        understanding={"taken": {}, "unknown": [], "shortened": False, "silent": samples is None},
        making_s=time.perf_counter() - begin,
        found={
            "request": itself.to_dict(),
            "seconds": itself.seconds,
            "width": size.width,
            "height": size.height,
        },
    )


def _previz(run: Run, watch: _Watch) -> Result:
    """A clip that the world films of a scene's text, or of a prompt that it reads into one."""
    from celaje import previz
    from celaje.media import writing
    from celaje.media.derive import Gathered

    begin = time.perf_counter()
    watch.tell("reading", 0)
    request, script = run.request, str((run.plan or {}).get("script") or "")
    said: dict[str, Any] = {"speech": request.speech and request.audio, "voice": request.voice}
    try:
        planned = (
            previz.plan_from(script, seconds=request.seconds, size=request.size, **said)
            if script
            else previz.plan(run.prompt, seconds=request.seconds, size=request.size, seed=request.seed, **said)
        )
    except ValueError as error:
        raise SceneError(str(error)) from error
    scene = planned.scene
    pictures = Gathered(scene.num_frames, frames_per_second=scene.frames_per_second)
    with _scratch() as folder:
        path = folder / "clip.mp4"
        facts = {"model": previz.MODEL}
        rate = scene.frames_per_second
        with writing(path, facts, with_sound=request.audio, frames_per_second=rate) as add:
            done = 0
            for piece in previz.shoot(planned):
                add(piece.frames, piece.samples if request.audio else None)
                pictures.add(piece.frames)
                done += len(piece.frames)
                watch.go_on("filming", done / scene.num_frames)
        assets = _store(path, "video/mp4", pictures.size, pictures, watch)
    understanding = {
        "taken": {slot: list(values) for slot, values in planned.taken.items()},
        "unknown": list(planned.unknown),
        "shortened": False,
        "silent": not request.audio,
        "notes": [_noted(note) for note in planned.notes],
    }
    return Result(
        assets=assets,
        model=previz.MODEL,
        understanding=understanding,
        making_s=time.perf_counter() - begin,
        found={"plan": {"task": scenes.TASK, "script": planned.script}},
    )


def _noted(note: "WorldNote | SpeechNote") -> dict[str, str]:
    """What happened as plain values, which `celaje.app.videos.notes` has words for."""
    return {"why": note.why, **dict(note.facts)}


def _shown_size(size: Size) -> Size:
    """The size in which a brought clip is kept: even sides, for MP4, each at least the smallest of a clip."""
    scale = min(1.0, BROUGHT_SIDE / max(size.width, size.height))
    width, height = (max(MIN_SIDE, round(side * scale / 2) * 2) for side in (size.width, size.height))
    return Size(width, height)


def _folder() -> Path:
    """Where this process keeps what is only needed while it works."""
    return Path(tempfile.gettempdir()) / f"celaje-worker-{os.getpid()}"


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for as long as the block lasts."""
    _folder().mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        yield Path(folder)


def _sweep() -> None:
    """Remove what workers left here that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("celaje-worker-*"):
        try:
            os.kill(int(folder.name.rpartition("-")[2]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # somebody else's, and alive


def _store(path: Path, content_type: str, size: Size, pictures: "Gathered", watch: _Watch) -> list[Asset]:
    """Put a clip's file, the first of what is returned, and what is drawn from its frames into the storage."""
    watch.check()
    sheet, sheet_width, sheet_height = pictures.sprite_sheet()
    small, small_width, small_height = pictures.moving_thumbnail()
    width, height = pictures.size.width, pictures.size.height
    content: list[tuple[Kind, str, str, bytes | Path, int, int]] = [
        (Kind.VIDEO, path.suffix, content_type, path, size.width, size.height),
        (Kind.POSTER, ".webp", "image/webp", pictures.poster(), width, height),
        (Kind.SPRITE_SHEET, ".jpg", "image/jpeg", sheet, sheet_width, sheet_height),
        (Kind.SMALL, ".webp", "image/webp", small, small_width, small_height),
    ]
    names = [new_file_name(extension) for _, extension, *_ in content]
    patiently(lambda: making.announce_files(names))
    assets = []
    for name, (kind, _, kept_as, data, asset_width, asset_height) in zip(names, content, strict=True):
        watch.check()
        assets.append(
            Asset(
                kind=kind,
                name=name,
                content_type=kept_as,
                num_bytes=storage.put(name, data),
                width=asset_width,
                height=asset_height,
            )
        )
        at("file written")
    return assets


@django_app.task(name=PORTRAIT, queue=LIGHT)
def portrait(person_id: int, upload: str) -> None:
    """Cut somebody's picture."""
    from celaje.media.portrait import cut_portrait

    make_portrait(person_id, upload, cut_portrait)
