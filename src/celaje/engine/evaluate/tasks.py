"""Measure every task on held-out recordings of the world: against what really happened, and against the simplest way.

A clip is cut up, the model fills in what was taken out, and the truth is there to compare with. The simplest ways are
to hold a frame, to cross-fade, to leave a clip as it is, to take another clip's sound. What words steer is in
`steering.py`. A seam is measured by how much
picture, colour, motion and sound jump there, as a share of how much they change from frame to frame inside the real
clip: 1 is no seam.

PSNR asks for the one thing that happened, and a cross-fade is near the mean of all that could have: no clip that moves
can be nearer. So what is filled in is also compared as a set: how far the features of its pictures, and of how they
change, are from those of the real ones (`likeness.kernel_distance`; 0 is no difference).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Known, Request, Size, nearest_bucket, tasks
from celaje.clip.tasks import Source
from celaje.engine.evaluate.enlarging import measure_enlarging
from celaje.engine.evaluate.jury import Jury
from celaje.engine.evaluate.likeness import PlainObserver, Seen, kernel_distance
from celaje.engine.evaluate.onsets import agreement, sound_onsets
from celaje.engine.evaluate.prompts import one_shot, telling_caption
from celaje.engine.evaluate.scene_truth import SceneTruth
from celaje.engine.evaluate.sheets import clip_sheet
from celaje.engine.evaluate.steering import Told, measure_steering
from celaje.engine.generate import Engine, Given, Made, generate
from celaje.engine.world.record import record
from celaje.engine.world.scene import Scene

Frames = NDArray[np.uint8]
Samples = NDArray[np.float32]

NUM_FRAMES = 48
THIRD, HALF = NUM_FRAMES // 3, NUM_FRAMES // 2
SAMPLES_PER_FRAME = SAMPLE_RATE // FRAMES_PER_SECOND
NUM_SHOWN = 6
REGION = (0.5, 0.5, 1.0, 1.0)
MOTION = "motion, share of the real one"  # 1 is right
SEAMS = ("picture", "colour", "motion", "sound")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number of a task, beside that of the simplest way where there is one: the median over clips, of shares the
    mean.
    """

    task: str
    measure: str
    made: float
    simplest: float | None
    count: int


@dataclass(frozen=True, kw_only=True)
class TasksReport:
    """What was measured of all tasks."""

    model: str
    num_scenes: int
    rows: tuple[Row, ...]

    def table(self) -> str:
        """The rows for people."""
        lines = [f"{self.model}, {self.num_scenes} scenes of {NUM_FRAMES / FRAMES_PER_SECOND:g} s", ""]
        lines += ["| task | measure | made | simplest way |", "|---|---|---|---|"]
        for row in self.rows:
            simplest = "" if row.simplest is None else f"{row.simplest:.2f}"
            lines.append(f"| {row.task} | {row.measure} | {row.made:.2f} | {simplest} |")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class _Clip:
    """A recording under a name by which requests know it."""

    frames: Frames
    samples: Samples
    prompt: str

    def piece(self, begin: int, end: int) -> "_Clip":
        """Frames `begin` to `end` with their sound."""
        samples = self.samples[begin * SAMPLES_PER_FRAME : end * SAMPLES_PER_FRAME]
        return _Clip(frames=self.frames[begin:end], samples=samples, prompt=self.prompt)


@dataclass
class _Bench:
    """Makes clips of requests about recordings, and collects numbers."""

    engine: Engine
    steps: int | None
    guidance: float | None
    values: dict[tuple[str, str], list[tuple[float, float | None]]] = field(default_factory=dict)
    shown: dict[str, list[tuple[str, Made]]] = field(default_factory=dict)
    filled: dict[str, list[tuple[Seen, Seen, Seen]]] = field(default_factory=dict)  # made, simplest, real

    def ask(self, task: str, request: Request) -> Made:
        """What the model makes of a request about nothing but words."""
        made = generate(self.engine, replace(request, steps=self.steps, guidance=self.guidance))
        self.shown.setdefault(task, []).append((request.prompt, made))
        return made

    def make(self, task: str, ask: Callable[..., Request], clips: dict[str, _Clip], *about: Any, **more: Any) -> Made:
        """What the model makes of a task about `clips`, whose names `ask` is given as sources."""
        seed = len(self.shown.get(task, ())) + 1
        request = ask(*about, seed=seed, steps=self.steps, guidance=self.guidance, **more)
        made = generate(self.engine, request, given=[_given(piece, request, clips) for piece in request.known])
        self.shown.setdefault(task, []).append((request.prompt, made))
        return made

    def note(self, task: str, measure: str, made: float, simplest: float | None = None) -> None:
        """Keep a number of one clip, and what the simplest way reaches."""
        self.values.setdefault((task, measure), []).append((made, simplest))

    def fill(self, task: str, made: Frames, simplest: Frames, real: Frames) -> None:
        """Keep what was filled in, to be compared as a set."""
        look = PlainObserver()
        self.filled.setdefault(task, []).append((look(made, None), look(simplest, None), look(real, None)))

    def note_sets(self) -> None:
        """How far what was filled in is from the real as a set, and how far the simplest way is."""
        for task, clips in self.filled.items():
            made, simplest, real = zip(*clips, strict=True)
            for name in ("picture", "motion"):
                sets = [[np.asarray(getattr(one, name)) for one in each] for each in (made, simplest, real)]
                apart = [kernel_distance(one, sets[2]).value for one in sets[:2]]
                self.note(task, f"kernel distance, {name}", *apart)

    def show(self, task: str, seen: str, pictures: Frames) -> None:
        """Keep pictures [N, H, W, 3] for the task's sheet, with what is to be seen."""
        self.shown.setdefault(task, []).append((seen, Made(frames=pictures, samples=None, seconds_by_stage={})))

    def seams(self, task: str, made: Made, real: Mapping[int, _Clip]) -> None:
        """How much jumps between frames at - 1 and at, as a share of what the real clip there usually changes by.

        `real` has the clip that each place lies at; of several seams the largest counts.
        """
        assert made.samples is not None, "tasks are measured with sound"
        here = _changes(made.frames, made.samples)
        inside = {at: _changes(clip.frames, clip.samples) for at, clip in real.items()}
        for name in SEAMS:
            jumps = [here[name][at - 1] / max(float(np.mean(usual[name])), 1e-3) for at, usual in inside.items()]
            self.note(task, f"seam, {name}", float(max(jumps)))


def evaluate_tasks(
    engine: Engine,
    scenes: Sequence[Scene],
    *,
    jury: Jury | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    sheets: Path | None = None,
) -> TasksReport:
    """The numbers of all tasks on `scenes`, of which each is taken for four seconds; with `sheets`, what was made.

    Connecting, blending and what a `jury` tells want two scenes; connecting and blending, of one size. Raises
    ValueError without scenes.
    """
    if not scenes:
        raise ValueError("without scenes there is nothing to measure: give at least one")
    bench = _Bench(engine=engine, steps=steps, guidance=guidance)
    last: dict[Size, _Clip] = {}  # clips of one size can be connected
    previous: _Clip | None = None
    before: Told | None = None
    jury = None if jury is None else jury.to(engine.device)
    for index, scene in enumerate(scenes):
        size = nearest_bucket(scene.size)
        shown = replace(one_shot(scene, NUM_FRAMES), size=size)
        recording = record(shown)
        caption = telling_caption(shown, "en")
        clip = _Clip(frames=recording.frames, samples=recording.samples, prompt=caption.text)
        told = Told(
            scene=shown,
            prompt=caption.text,
            mentioned=caption.mentioned,
            truth=SceneTruth.of(shown, recording),
            frames=recording.frames,
            samples=recording.samples,
        )
        _keyframes(bench, clip)
        _extensions(bench, clip)
        _fillings(bench, clip)
        _edits(bench, clip, last.get(size, clip))
        _modalities(bench, clip, previous or clip)
        if engine.enlarger is not None:
            measure_enlarging(engine, engine.enlarger, shown, bench.note, bench.show)
        if size in last:
            _pairs(bench, last[size], clip)
        if before is not None:
            with torch.no_grad():
                measure_steering(
                    bench.ask, jury, told, before, bench.note, known_words=engine.known_words, number=index - 1
                )
        last[size] = previous = clip
        before = told
        on_progress(index + 1, len(scenes))
    if len(scenes) > 1:  # one clip is no set
        bench.note_sets()
    if sheets is not None:
        sheets.mkdir(parents=True, exist_ok=True)
        for task, made in bench.shown.items():
            some = made[:NUM_SHOWN]
            sheet = clip_sheet([f"{task}: {prompt}" for prompt, _ in some], [one for _, one in some])
            sheet.save(sheets / f"task-{task.replace(' ', '-')}.png")
    return TasksReport(
        model=f"{engine.manifest.name} {engine.manifest.version}",
        num_scenes=len(scenes),
        rows=tuple(_row(task, measure, values) for (task, measure), values in bench.values.items()),
    )


def _keyframes(bench: _Bench, clip: _Clip) -> None:
    """A first and a last picture are met; between them, something moves. The simplest way fades one into the other."""
    known = (Known(source="first.png"), Known(source="last.png", at_s=(NUM_FRAMES - 1) / FRAMES_PER_SECOND))
    pictures = {"first.png": clip.piece(0, 1), "last.png": clip.piece(NUM_FRAMES - 1, NUM_FRAMES)}
    made = bench.make("picture to video", Request, pictures, **_asked(clip), known=known)
    faded = _faded(clip.frames[0], clip.frames[-1], NUM_FRAMES)
    bench.note("picture to video", "first picture, PSNR dB", _psnr(made.frames[0], clip.frames[0]))
    bench.note("picture to video", "last picture, PSNR dB", _psnr(made.frames[-1], clip.frames[-1]))
    bench.note("picture to video", "between, PSNR dB", *(_psnr(one, clip.frames) for one in (made.frames, faded)))
    bench.note("picture to video", MOTION, *(_moves(one, clip.frames) for one in (made.frames, faded)))
    between = slice(4, NUM_FRAMES - 4)
    bench.fill("picture to video", made.frames[between], faded[between], clip.frames[between])
    first = slice(0, FRAMES_PER_SECOND)
    bench.note("picture to video", f"{MOTION}, first second", _moves(made.frames[first], clip.frames[first]))


def _extensions(bench: _Bench, clip: _Clip) -> None:
    """Half a clip goes on, or begins earlier. The simplest way holds the frame."""
    first, second = clip.piece(0, HALF), clip.piece(HALF, NUM_FRAMES)
    made = bench.make("extend", tasks.extend, {"a.mp4": first}, _source(first), clip.prompt, seconds=2.0)
    held = np.repeat(first.frames[-1:], HALF, axis=0)
    bench.note("extend", "given part untouched", float(np.array_equal(made.frames[:HALF], first.frames)))
    bench.note("extend", "next half second, PSNR dB", *_both(made.frames[HALF:], held, second.frames, slice(0, 6)))
    bench.note("extend", MOTION, _moves(made.frames[HALF:], second.frames), 0.0)
    bench.fill("extend", made.frames[HALF:], held, second.frames)
    bench.seams("extend", made, {HALF: clip})
    made = bench.make(
        "extend backwards", tasks.extend, {"a.mp4": second}, _source(second), clip.prompt, seconds=2.0, backwards=True
    )
    held = np.repeat(second.frames[:1], HALF, axis=0)
    bench.note("extend backwards", "given part untouched", float(np.array_equal(made.frames[HALF:], second.frames)))
    bench.note(
        "extend backwards",
        "half second before, PSNR dB",
        *_both(made.frames[:HALF], held, first.frames, slice(-6, None)),
    )
    bench.note("extend backwards", MOTION, _moves(made.frames[:HALF], first.frames), 0.0)
    bench.fill("extend backwards", made.frames[:HALF], held, first.frames)
    bench.seams("extend backwards", made, {HALF: clip})


def _fillings(bench: _Bench, clip: _Clip) -> None:
    """The middle third is filled, or what leads back to the beginning is made. The simplest way cross-fades."""
    begin, end = THIRD / FRAMES_PER_SECOND, 2 * THIRD / FRAMES_PER_SECOND
    keep = [(0.0, begin, 0.0), (end, NUM_FRAMES / FRAMES_PER_SECOND, end)]
    made = bench.make("recut", tasks.recut, {"a.mp4": clip}, _source(clip), keep, clip.prompt)
    truth, gap = clip.frames[THIRD : 2 * THIRD], made.frames[THIRD : 2 * THIRD]
    faded = _faded(clip.frames[THIRD - 1], clip.frames[2 * THIRD], THIRD)
    bench.note("recut", "gap, PSNR dB", *_both(gap, faded, truth, slice(None)))
    bench.note("recut", MOTION, *(_moves(one, truth) for one in (gap, faded)))
    bench.fill("recut", gap, faded, truth)
    bench.seams("recut", made, {THIRD: clip, 2 * THIRD: clip})
    part = clip.piece(0, HALF)
    made = bench.make("loop", tasks.loop, {"a.mp4": part}, _source(part), clip.prompt, seconds=2.0)
    turned = _turned(made)
    bench.seams("loop", turned, {HALF: clip})
    jump = float(_changes(np.stack([part.frames[-1], part.frames[0]]), np.zeros(4000, np.float32))["picture"][0])
    usual = max(float(np.mean(_changes(clip.frames, clip.samples)["picture"])), 1e-3)
    bench.values["loop", "seam, picture"][-1] = (bench.values["loop", "seam, picture"][-1][0], jump / usual)


def _edits(bench: _Bench, clip: _Clip, other: _Clip) -> None:
    """Another clip's prompt changes this one, more with more strength; outside of a region nothing changes."""
    for name, strength in tasks.STRENGTHS.items():
        made = bench.make(f"edit {name}", tasks.edit, {"a.mp4": clip}, _source(clip), other.prompt, strength=strength)
        bench.note(f"edit {name}", "structure kept, correlation of edges", _alike(made.frames, clip.frames))
        bench.note(f"edit {name}", "change, grey levels", _apart(made.frames, clip.frames))
    made = bench.make(
        "edit region", tasks.edit, {"a.mp4": clip}, _source(clip), other.prompt, strength=0.9, region=REGION
    )
    outside = _outside(clip.frames.shape[1:3])
    bench.note(
        "edit region", "outside untouched", float(np.array_equal(made.frames[:, outside], clip.frames[:, outside]))
    )
    bench.note("edit region", "change inside, grey levels", _apart(made.frames[:, ~outside], clip.frames[:, ~outside]))


def _modalities(bench: _Bench, clip: _Clip, previous: _Clip) -> None:
    """A sound for the picture, a picture for the sound. The simplest ways are another clip's sound, a grey picture."""
    made = bench.make("score", tasks.score, {"a.mp4": clip}, _source(clip, has_sound=False), clip.prompt)
    assert made.samples is not None, "a score is a sound"
    bench.note("score", "picture untouched", float(np.array_equal(made.frames, clip.frames)))
    if previous is not clip:
        loud, real, others = (_loudness(one) for one in (made.samples, clip.samples, previous.samples))
        bench.note("score", "loudness, dB off", *(float(np.abs(one - real).mean()) for one in (loud, others)))
        begun = sound_onsets(clip.samples)
        if len(begun):
            agreed = (agreement(sound_onsets(one), begun).f1 for one in (made.samples, previous.samples))
            bench.note("score", "onsets, F1", *agreed)
    seen = bench.make(
        "illustrate", tasks.illustrate, {"a.mp4": clip}, _source(clip), clip.prompt, size=_source(clip).size
    )
    gray = np.full_like(clip.frames, 128)
    assert seen.samples is not None, "its sound was given"
    bench.note("illustrate", "sound untouched", float(np.array_equal(seen.samples, clip.samples)))
    bench.note("illustrate", "PSNR dB", *(_psnr(one, clip.frames) for one in (seen.frames, gray)))
    bench.fill("illustrate", seen.frames, gray, clip.frames)


def _pairs(bench: _Bench, first: _Clip, second: _Clip) -> None:
    """Two unrelated clips are connected and blended. The simplest way is a hard cut."""
    one, other = first.piece(0, HALF), second.piece(HALF, NUM_FRAMES)
    clips = {"a.mp4": one, "b.mp4": other}
    about = (_source(one), _source(other, "b.mp4"), f"{first.prompt} {second.prompt}")
    made = bench.make("connect", tasks.connect, clips, *about, seconds=2.0)
    bench.note("connect", "both ends untouched", float(
        np.array_equal(made.frames[:HALF], one.frames) and np.array_equal(made.frames[-HALF:], other.frames)
    ))  # fmt: skip
    largest = [float(_changes(frames, first.samples)["picture"].max()) for frames in (
        made.frames, np.concatenate([one.frames, other.frames])
    )]  # fmt: skip
    bench.note("connect", "largest jump, grey levels", *largest)
    bench.seams("connect", made, {HALF: first, len(made.frames) - HALF: second})
    clips = {"a.mp4": first, "b.mp4": second}
    about = (_source(first), _source(second, "b.mp4"), f"{first.prompt} {second.prompt}")
    made = bench.make("blend", tasks.blend, clips, *about)
    begin, end = slice(0, FRAMES_PER_SECOND), slice(NUM_FRAMES - FRAMES_PER_SECOND, NUM_FRAMES)
    bench.note("blend", "first second, PSNR dB to the first and the second clip",
        _psnr(made.frames[begin], first.frames[begin]), _psnr(made.frames[begin], second.frames[begin]))  # fmt: skip
    bench.note("blend", "last second, PSNR dB to the second and the first clip",
        _psnr(made.frames[end], second.frames[end]), _psnr(made.frames[end], first.frames[end]))  # fmt: skip


def _asked(clip: _Clip) -> dict[str, Any]:
    return {"prompt": clip.prompt, "seconds": NUM_FRAMES / FRAMES_PER_SECOND, "size": _source(clip).size}


def _source(clip: _Clip, path: str = "a.mp4", *, has_sound: bool = True) -> Source:
    height, width = clip.frames.shape[1:3]
    return Source(
        path=path, seconds=len(clip.frames) / FRAMES_PER_SECOND, size=Size(width, height), has_sound=has_sound
    )


def _given(piece: Known, request: Request, clips: dict[str, _Clip]) -> Given:
    """A known piece from a recording in memory; recordings have the size of the model's bucket."""
    clip = clips[piece.source]
    begin = round(piece.from_s * FRAMES_PER_SECOND)
    end = len(clip.frames) if piece.to_s is None else round(piece.to_s * FRAMES_PER_SECOND)
    end = min(end, begin + round((request.seconds - piece.at_s) * FRAMES_PER_SECOND) + piece.is_picture)
    part = clip.piece(begin, end)
    if piece.track == "audio":
        return Given(piece=piece, samples=part.samples)
    inside = None if piece.region is None else (~_outside(clip.frames.shape[1:3])).astype(np.float32)
    return Given(piece=piece, frames=part.frames, inside=inside)


def _outside(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where `REGION` is not, [H, W]."""
    height, width = shape
    outside = np.ones((height, width), bool)
    left, top, right, bottom = REGION
    outside[round(top * height) : round(bottom * height), round(left * width) : round(right * width)] = False
    return outside


def _turned(made: Made) -> Made:
    """A loop begun in its middle, so that its seam lies there."""
    assert made.samples is not None, "a loop has sound"
    frames = np.roll(made.frames, HALF, axis=0)
    samples = np.roll(made.samples, HALF * SAMPLES_PER_FRAME)
    return Made(frames=frames, samples=samples, seconds_by_stage={})


def _changes(frames: Frames, samples: Samples) -> dict[str, NDArray[np.float64]]:
    """How much picture, colour, motion (grey levels) and sound (dB) change from each frame to the next, [F - 1]."""
    steps = np.diff(frames.astype(np.float32), axis=0)
    turns = np.diff(steps, axis=0, prepend=steps[:1])
    return {
        "picture": np.sqrt((steps**2).mean((1, 2, 3))),
        "colour": np.abs(np.diff(frames.mean((1, 2)), axis=0)).mean(-1),
        "motion": np.sqrt((turns**2).mean((1, 2, 3))),
        "sound": np.abs(np.diff(_loudness(samples)[: len(frames)])),
    }


def _loudness(samples: Samples) -> NDArray[np.float64]:
    """dB of every frame's time; what is softer than -60 is as good as silent."""
    whole = len(samples) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
    power = np.square(samples[:whole].astype(np.float64)).reshape(-1, SAMPLES_PER_FRAME).mean(1)
    return np.asarray(np.maximum(10 * np.log10(power + 1e-12), -60.0), np.float64)


def _psnr(made: Frames, real: Frames) -> float:
    error = float(np.square(made.astype(np.float32) - real.astype(np.float32)).mean())
    return 10 * float(np.log10(255**2 / max(error, 1e-3)))


def _both(made: Frames, simplest: Frames, real: Frames, where: slice) -> tuple[float, float]:
    return _psnr(made[where], real[where]), _psnr(simplest[where], real[where])


def _faded(first: Frames, last: Frames, count: int) -> Frames:
    share = (np.arange(1, count + 1) / (count + 1))[:, None, None, None]
    return np.asarray((first * (1 - share) + last * share).round(), np.uint8)


def _moves(frames: Frames, real: Frames) -> float:
    """How much changes from frame to frame, as a share of what changes in `real`."""
    made, usual = (float(np.abs(np.diff(one.astype(np.float32), axis=0)).mean()) for one in (frames, real))
    return made / max(usual, 1e-3)


def _apart(made: Frames, real: Frames) -> float:
    return float(np.abs(made.astype(np.float32) - real).mean())


def _alike(made: Frames, real: Frames) -> float:
    """The correlation of the edges of two clips, -1 to 1."""
    edges = [np.hypot(*np.gradient(frames.mean(-1), axis=(1, 2))).ravel() for frames in (made, real)]
    return float(np.corrcoef(*edges)[0, 1])


def _row(task: str, measure: str, values: list[tuple[float, float | None]]) -> Row:
    simplest = [value for _, value in values if value is not None]
    middle = np.mean if measure.endswith("share") else np.median
    return Row(
        task=task,
        measure=measure,
        made=float(middle([value for value, _ in values])),
        simplest=float(middle(simplest)) if simplest else None,
        count=len(values),
    )
