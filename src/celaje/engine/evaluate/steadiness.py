"""What only shows over a long time or over many seeds, on a few scenes, for it costs clips: drift, identity, diversity.

Every number of generated clips stands beside that of recordings of the same length. It does not know judges.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, Known, Request
from celaje.engine.evaluate.clip_sets import REAL, ClipSets, Numbers
from celaje.engine.evaluate.likeness import Features, distances, found_again
from celaje.engine.evaluate.numbers import mean_of, share
from celaje.engine.evaluate.prompts import one_shot, telling_caption
from celaje.engine.generate import Engine, Given, Made, generate
from celaje.engine.world.direct import direct
from celaje.engine.world.reading import read
from celaje.engine.world.record import record
from celaje.engine.world.scene import Scene

WINDOW_FRAMES = 5 * FRAMES_PER_SECOND  # at both ends of a long clip
NUM_SEEDS = 3
GENERATED = "generated"
SHORT_FRAMES = 32


@dataclass(frozen=True, kw_only=True)
class LongClip:
    """One long clip with its scene, for those who judge it: `told` is what its prompt spoke of."""

    scene: Scene
    prompt: str
    told: frozenset[str]
    made: Made

    def ends(self) -> tuple[Made, Made]:
        """Its first and its last five seconds, or halves when it is shorter than ten."""
        window = min(WINDOW_FRAMES, len(self.made.frames) // 2)
        return _cut(self.made, slice(0, window)), _cut(self.made, slice(-window, None))


@dataclass
class _Steady:
    drifts: dict[str, dict[str, list[float]]] = field(default_factory=dict)  # by measure and row
    ends: dict[str, list[tuple[Features, Features]]] = field(default_factory=dict)
    given: list[tuple[Features, Features]] = field(default_factory=list)  # of a given picture, and of the clip's end
    apart: dict[str, list[float]] = field(default_factory=dict)


def steadiness(
    engine: Engine,
    sets: ClipSets,
    scenes: Sequence[Scene],
    *,
    seconds: float,
    on_long_clip: Callable[[LongClip], None] = lambda clip: None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Numbers:
    """Numbers by "group/measure/set" of `scenes`, with clips of `seconds` for drift. `sets` tells how far real features
    spread.
    """
    steady = _Steady()
    middle, spread = sets.spread()

    def see(frames: NDArray[np.uint8]) -> Features:
        return (sets.observer(frames, None).picture - middle) / spread

    for index, scene in enumerate(scenes):
        shown = one_shot(scene, round(seconds * FRAMES_PER_SECOND))
        caption = telling_caption(one_shot(scene, SHORT_FRAMES), "en")
        recording = record(shown)
        real = Made(frames=recording.frames, samples=recording.samples, seconds_by_stage={})
        made = _make(engine, scene, caption.text, seconds=seconds)
        clip = LongClip(scene=shown, prompt=caption.text, told=caption.mentioned, made=made)
        on_long_clip(clip)
        for row, ends in ((REAL, replace(clip, made=real).ends()), (GENERATED, clip.ends())):
            first, last = (end.frames for end in ends)
            steady.ends.setdefault(row, []).append((see(first), see(last)))
            for name, value in drift(first, last).items():
                steady.drifts.setdefault(name, {}).setdefault(row, []).append(value)
        picture = Known(source="first.png")
        given = Given(piece=picture, frames=real.frames[:1])
        short = SHORT_FRAMES / FRAMES_PER_SECOND
        begun = _make(engine, scene, caption.text, seconds=short, given=given)
        steady.given.append((see(real.frames[:1]), see(begun.frames)[-1:]))
        seeds = [scene.seed + 1 + number for number in range(NUM_SEEDS)]
        made_of_it = [see(_make(engine, scene, caption.text, seconds=short, seed=seed).frames) for seed in seeds]
        outline = read(caption.text).outline
        filmed = [
            see(record(direct(outline, seed=seed, size=scene.size, seconds=short).scene, sound=False).frames)
            for seed in seeds
        ]
        for row, clips in ((REAL, filmed), (GENERATED, made_of_it)):
            means = [one.mean(0) for one in clips]
            steady.apart.setdefault(row, []).append(
                float(distances(means, means)[np.triu_indices(NUM_SEEDS, 1)].mean())
            )
        on_progress(index + 1, len(scenes))
    return _numbers(steady, seconds)


def drift(first: NDArray[np.uint8], last: NDArray[np.uint8]) -> dict[str, float]:
    """How far the mean colour [grey levels], the contrast and the sharpness (shares) of `last` are from `first`."""
    colour, contrast, sharpness = zip(*(_manner(frames) for frames in (first, last)), strict=True)
    return {
        "colour, grey levels": float(np.abs(colour[1] - colour[0]).mean()),
        "contrast, share": abs(contrast[1] / max(contrast[0], 1e-6) - 1),
        "sharpness, share": abs(sharpness[1] / max(sharpness[0], 1e-6) - 1),
    }


def _manner(frames: NDArray[np.uint8]) -> tuple[NDArray[np.float64], float, float]:
    some = frames[:: max(1, len(frames) // 12)].astype(np.float64)
    grey = some.mean(-1)
    edges = np.abs(np.diff(grey, axis=2)).mean() + np.abs(np.diff(grey, axis=1)).mean()
    return some.mean((0, 1, 2)), float(grey.std((1, 2)).mean()), float(edges)


def _numbers(steady: _Steady, seconds: float) -> Numbers:
    found: Numbers = {}
    for name, rows in steady.drifts.items():
        for row, values in rows.items():
            found[f"drift over {seconds:g} s/{name}/{row}"] = mean_of(values)
    for row, ends in steady.ends.items():
        apart = [float(np.sqrt(np.square(first.mean(0) - last.mean(0)).mean())) for first, last in ends]
        found[f"drift over {seconds:g} s/features apart, spreads/{row}"] = mean_of(apart)
        if len(ends) > 1:
            again = found_again([first for first, _ in ends], [last for _, last in ends])
            found[f"identity/beginning found again after {seconds:g} s, of {len(ends)}/{row}"] = share(again)
    if len(steady.given) > 1:
        again = found_again([end for _, end in steady.given], [picture for picture, _ in steady.given])
        found[f"identity/given picture found again by the clip's end, of {len(steady.given)}/{GENERATED}"] = share(
            again
        )
    for row, values in steady.apart.items():
        found[f"diversity/apart among {NUM_SEEDS} seeds of a prompt, spreads/{row}"] = mean_of(values)
    return found


def _make(
    engine: Engine, scene: Scene, prompt: str, *, seconds: float, seed: int | None = None, given: Given | None = None
) -> Made:
    known = () if given is None else (given.piece,)
    seed = scene.seed if seed is None else seed
    request = Request(prompt=prompt, seconds=seconds, size=scene.size, seed=seed, known=known)
    return generate(engine, request, given=() if given is None else (given,))


def _cut(clip: Made, frames: slice) -> Made:
    assert clip.samples is not None, "long clips have sound"
    each = len(clip.samples) // len(clip.frames)
    shown = range(len(clip.frames))[frames]
    samples = clip.samples[shown.start * each : shown.stop * each]
    return Made(frames=clip.frames[frames], samples=samples, seconds_by_stage={})
