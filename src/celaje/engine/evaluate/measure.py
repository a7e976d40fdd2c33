"""Measure a model on scenes that it never saw: what it makes of their captions, beside the real and the coded clip.

Every clip is judged through its pixels and samples: what was generated is decoded and encoded again before the judge
sees it, so latents cannot flatter themselves. It does not know where scenes, models or judges come from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND, Request
from celaje.engine.codec.quality import convergence_error, magnitude_error, mel_error, psnr, ssim
from celaje.engine.evaluate.judge import PICTURE_SLOTS, SOUND_SLOTS, Judge, Truths, marks, truths
from celaje.engine.evaluate.onsets import Agreement, agreement, seen_moments, sound_onsets
from celaje.engine.evaluate.prompts import one_shot, telling_caption
from celaje.engine.evaluate.report import CodecQuality, Report, Score, Sync
from celaje.engine.evaluate.sheets import clip_sheet, listening_sheet
from celaje.engine.generate import Engine, Made, generate
from celaje.engine.latents import FRAMES_PER_LATENT, LATENTS_PER_SECOND, ClipLatents
from celaje.engine.world.captions.grammar import Language
from celaje.engine.world.captions.labels import labels, vocabulary
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.record import Recording, record
from celaje.engine.world.scene import Event, Scene

#: Events that are seen and heard at one moment.
SUDDEN = ("step", "paw", "hoof", "bounce", "landing", "crash", "splash", "clank", "thunder")
NUM_SHOWN = 8


@torch.no_grad()
def evaluate(
    engine: Engine,
    judge: Judge,
    scenes: Sequence[Scene],
    *,
    languages: Sequence[Language] = ("en", "es"),
    seconds: float = 8 / LATENTS_PER_SECOND,
    steps: int | None = None,
    guidance: float | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    sheets: Path | None = None,
) -> Report:
    """How well the model of `engine` does on `scenes`, each taken for `seconds` without cuts, in its own size.

    `on_progress` is told after each scene; an exception that it raises stops the work. With `sheets`, contact sheets of
    the first clips and the listening sheet are written into that folder. Raises ValueError without scenes, or for
    stills.
    """
    num_latents = round(seconds * LATENTS_PER_SECOND)
    if not scenes or num_latents < 1:
        raise ValueError(f"{len(scenes)} scenes of {seconds:g} s cannot be measured: give at least one, of 1/3 s")
    judge = judge.to(engine.device).eval()
    tally = _Tally()
    for index, scene in enumerate(scenes):
        shown = one_shot(scene, num_latents * FRAMES_PER_LATENT)
        recording = record(shown)
        truth = _Truth.of(shown, recording)
        real = Made(frames=recording.frames, samples=recording.samples, seconds_by_stage={})
        latents = _latents(engine, real)
        coded = _decoded(engine, latents, scene.seed)
        tally.compare(real, coded)
        tally.judge("real", judge, latents, truth, real)
        tally.judge("reconstructed", judge, _latents(engine, coded), truth, coded)
        for language in languages:
            caption = telling_caption(shown, language)
            request = Request(
                prompt=caption.text,
                seconds=num_latents / LATENTS_PER_SECOND,
                size=scene.size,
                seed=scene.seed,
                steps=steps,
                guidance=guidance,
            )
            made = generate(engine, request)
            row = f"generated {language}"
            tally.judge(row, judge, _latents(engine, made), truth, made, told=caption.mentioned)
            tally.keep(row, caption.text, made)
        on_progress(index + 1, len(scenes))
    if sheets is not None:
        tally.draw(sheets)
    return Report(
        model=f"{engine.manifest.name} {engine.manifest.version}",
        num_scenes=len(scenes),
        seconds=num_latents / LATENTS_PER_SECOND,
        steps=steps or engine.sampling.steps,
        guidance=engine.sampling.guidance if guidance is None else guidance,
        picture=tally.scores("picture"),
        sound=tally.scores("sound"),
        sync=tally.sync(),
        codec=tally.codec(),
    )


@dataclass(frozen=True, kw_only=True)
class _Truth:
    """What holds for a scene. `heard` has only the kinds that make a sound; `moments` are of sudden events."""

    seen: Truths
    heard: Truths
    kinds: frozenset[str]  # as captions mention them
    moments: NDArray[np.float64]

    @classmethod
    def of(cls, scene: Scene, recording: Recording) -> "_Truth":
        seen = truths([labels(scene)])
        audible = torch.zeros_like(seen.kinds)
        names = vocabulary().names("kinds")
        for kind in _audible(scene, recording.events):
            audible[0, names.index(kind)] = 1
        return cls(
            seen=seen,
            heard=Truths(one=seen.one, kinds=audible),
            kinds=frozenset(f"kinds:{subject.kind}" for subject in scene.subjects),
            moments=np.array(sorted(event.time_s for event in recording.events if event.sound in SUDDEN)),
        )


@dataclass
class _Tally:
    """What was measured so far."""

    right: dict[tuple[str, str, str], list[float]] = field(default_factory=dict)  # by part, row, slot
    moments: dict[str, list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = field(default_factory=dict)
    qualities: list[list[float]] = field(default_factory=list)
    kept: dict[str, list[tuple[str, Made]]] = field(default_factory=dict)
    coded: list[tuple[Made, Made]] = field(default_factory=list)

    def judge(
        self,
        row: str,
        judge: Judge,
        latents: ClipLatents,
        truth: _Truth,
        clip: Made,
        *,
        told: frozenset[str] | None = None,
    ) -> None:
        """Count the judge's answers; of a clip made from a prompt only those that the prompt `told`."""
        answers = judge(latents)
        given = {
            "picture": marks(answers.picture, truth.seen.to(latents.video.device), PICTURE_SLOTS),
            "sound": marks(answers.sound, truth.heard.to(latents.audio.device), SOUND_SLOTS),
        }
        if not truth.heard.kinds.any():
            del given["sound"]["kinds"]  # nobody makes a sound: there is nothing to tell
        for part, by_slot in given.items():
            for slot, mark in by_slot.items():
                asked = told is None or (bool(truth.kinds) and truth.kinds <= told if slot == "kinds" else slot in told)
                if asked and not mark.isnan().item():
                    self.right.setdefault((part, row, slot), []).append(mark.item())
        if len(truth.moments) and clip.samples is not None:
            onsets = sound_onsets(clip.samples)
            if row == "real":
                self._pair("real: true events", onsets, truth.moments)
            seen = seen_moments(answers.beats[0].float().sigmoid().cpu().numpy())
            self._pair(f"{row}: what the picture tells", onsets, seen)

    def compare(self, real: Made, coded: Made) -> None:
        """Count what coding costs."""
        assert real.samples is not None, "clips to compare have sound"
        assert coded.samples is not None, "clips to compare have sound"
        pictures, sounds = (_frames(coded), _frames(real)), (_samples(coded.samples), _samples(real.samples))
        measured = [measure(*pictures) for measure in (psnr, ssim)]
        measured += [measure(*sounds) for measure in (magnitude_error, convergence_error, mel_error)]
        self.qualities.append([float(value) for value in measured])
        if len(self.coded) < NUM_SHOWN:
            self.coded.append((real, coded))

    def keep(self, row: str, prompt: str, made: Made) -> None:
        """Keep the first clips for the sheets."""
        if len(self.kept.setdefault(row, [])) < NUM_SHOWN:
            self.kept[row].append((prompt, made))

    def draw(self, folder: Path) -> None:
        """Write the sheets."""
        folder.mkdir(parents=True, exist_ok=True)
        for row, clips in self.kept.items():
            sheet = clip_sheet([prompt for prompt, _ in clips], [made for _, made in clips])
            sheet.save(folder / f"{row.replace(' ', '-')}.png")
        pairs = [(a.samples, b.samples) for a, b in self.coded if a.samples is not None and b.samples is not None]
        names = [prompt for clips in list(self.kept.values())[:1] for prompt, _ in clips] or [""] * len(pairs)
        listening_sheet(names, [a for a, _ in pairs], [b for _, b in pairs]).save(folder / "listening.png")

    def scores(self, part: str) -> dict[str, dict[str, Score]]:
        """The share of right answers by row and slot."""
        by_row: dict[str, dict[str, Score]] = {}
        for (of, row, slot), values in self.right.items():
            if of == part:
                by_row.setdefault(row, {})[slot] = Score(share=float(np.mean(values)), count=len(values))
        return by_row

    def sync(self) -> dict[str, Sync]:
        """Onsets against the moments of the same clip, and against those of the next one."""
        agreed = {}
        for name, pairs in self.moments.items():
            shifted = [(onsets, pairs[index - 1][1]) for index, (onsets, _) in enumerate(pairs)] if pairs[1:] else []
            matched, mismatched = (sum((agreement(*p) for p in some), Agreement()) for some in (pairs, shifted))
            agreed[name] = Sync(matched=matched.f1, mismatched=mismatched.f1, count=matched.expected)
        return agreed

    def codec(self) -> CodecQuality:
        """The means of what coding costs."""
        return CodecQuality(**dict(zip(CodecQuality.__dataclass_fields__, np.mean(self.qualities, 0), strict=True)))

    def _pair(self, name: str, onsets: NDArray[np.float64], moments: NDArray[np.float64]) -> None:
        self.moments.setdefault(name, []).append((onsets, moments))


def _audible(scene: Scene, events: Sequence[Event]) -> set[str]:
    """The kinds that are heard: those that do something that sounds, and those that hum."""
    sounding = {event.subject for event in events}
    return {
        subject.kind for index, subject in enumerate(scene.subjects) if index in sounding or KINDS[subject.kind].hum
    }


def _latents(engine: Engine, clip: Made) -> ClipLatents:
    """What the codecs make of a clip of whole latents."""
    assert clip.samples is not None, "clips to judge have sound"
    return ClipLatents(
        video=engine.video.encode(_frames(clip).to(engine.device)).float(),
        audio=engine.audio.encode(_samples(clip.samples).to(engine.device)).float(),
    )


def _decoded(engine: Engine, latents: ClipLatents, seed: int) -> Made:
    """The clip that the codecs give back, rounded like any clip."""
    frames = engine.video.decode(latents.video)[0].clamp(-1, 1)
    samples = engine.audio.decode(latents.audio, [torch.Generator().manual_seed(seed)])[0].clamp(-1, 1)
    return Made(
        frames=((frames + 1) * 127.5).round().to(torch.uint8).cpu().numpy(),
        samples=samples.cpu().numpy(),
        seconds_by_stage={},
    )


def _frames(clip: Made) -> Tensor:
    """[1, F, H, W, 3] in -1 to 1."""
    return torch.from_numpy(clip.frames)[None].float() / 127.5 - 1


def _samples(samples: NDArray[np.float32]) -> Tensor:
    """[1, N]."""
    return torch.from_numpy(samples)[None]


assert FRAMES_PER_LATENT * LATENTS_PER_SECOND == FRAMES_PER_SECOND, "latents and frames share one clock"
