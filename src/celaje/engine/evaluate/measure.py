"""Measure a model on scenes that it never saw: what it makes of their captions, beside the real and the coded clip.

Every clip is judged by its pixels and samples. What a judge tells of clips is counted here; what needs none is in
`clip_sets.py`, `memory.py` and `steadiness.py`. It does not know where scenes, models or judges come from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND, Request, nearest_bucket
from celaje.engine.codec.quality import convergence_error, magnitude_error, mel_error, psnr, ssim
from celaje.engine.evaluate.clip_sets import REAL, ClipSets, Numbers
from celaje.engine.evaluate.judge import all_marks, motion_marks
from celaje.engine.evaluate.jury import Jury
from celaje.engine.evaluate.likeness import Observer, PlainObserver
from celaje.engine.evaluate.memory import memory
from celaje.engine.evaluate.numbers import mean_of, share, statistic
from celaje.engine.evaluate.onsets import Crossing, offsets_s, seen_moments, sound_onsets
from celaje.engine.evaluate.prompts import one_shot, telling_caption
from celaje.engine.evaluate.report import PICTURE_COLUMNS, SOUND_COLUMNS, CodecQuality, Report, Score, Sync
from celaje.engine.evaluate.scene_truth import SceneTruth
from celaje.engine.evaluate.sheets import clip_sheet, listening_sheet
from celaje.engine.evaluate.shelf import Shelf
from celaje.engine.evaluate.steadiness import LongClip, steadiness
from celaje.engine.generate import Engine, Made, generate
from celaje.engine.judge import MotionAnswers
from celaje.engine.latents import FRAMES_PER_LATENT, LATENTS_PER_SECOND, ClipLatents
from celaje.engine.world.captions.grammar import Language
from celaje.engine.world.record import record
from celaje.engine.world.scene import Scene

NUM_SHOWN = 8


#: What of a scene may be shown: its set ("real", "generated en"...), its prompt, the clip.
OnClip = Callable[[str, str, Made], None]


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What is measured beside what most scenes tell, for it takes longer or wants more.

    The first `num_long` scenes are made for `long_s` seconds, from a picture and from several seeds; `training` is the
    folder of latents that the model learned from.
    """

    num_long: int = 0
    long_s: float = 15.0
    training: Path | None = None


@torch.no_grad()
def evaluate(
    engine: Engine,
    jury: Jury | None,
    scenes: Sequence[Scene],
    *,
    languages: Sequence[Language] = ("en", "es"),
    seconds: float = 8 / LATENTS_PER_SECOND,
    steps: int | None = None,
    guidance: float | None = None,
    observer: Observer | None = None,
    extras: Extras | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    on_clip: OnClip = lambda row, prompt, clip: None,
    sheets: Path | None = None,
    shelf: Shelf | None = None,
) -> Report:
    """How well the model of `engine` does on `scenes`, each for `seconds` without cuts, in the model's nearest size.

    Without a `jury` it is not told what clips show. Distances are between features of `observer`. `on_progress` is
    told after each scene, `on_clip` of every clip; an exception that they raise stops the work. With `sheets`, contact
    sheets of the first clips and the listening sheet are written into that folder. What is made of the captions is kept
    on the `shelf`, and taken from there. Raises ValueError without scenes, or for stills.
    """
    scenes = [replace(scene, size=nearest_bucket(scene.size)) for scene in scenes]  # what the model makes
    num_latents = round(seconds * LATENTS_PER_SECOND)
    if not scenes or num_latents < 1:
        raise ValueError(f"{len(scenes)} scenes of {seconds:g} s cannot be measured: give at least one, of 1/3 s")
    jury = None if jury is None else jury.to(engine.device)
    tally, extras = _Tally(), extras or Extras()
    sets = ClipSets(observer=observer or PlainObserver())
    first_latents: dict[str, list[Tensor]] = {}  # [H, W, C] by set

    def look(row: str, clip: Made, truth: SceneTruth, prompt: str, told: frozenset[str] | None = None) -> None:
        if jury is not None:
            tally.judge(row, jury, truth, clip, told=told)
        sets.add(row, clip)
        if extras.training is not None:
            first_latents.setdefault(row, []).append(_first_latent(engine, clip))
        on_clip(row, prompt, clip)

    for index, scene in enumerate(scenes):
        shown = one_shot(scene, num_latents * FRAMES_PER_LATENT)
        recording = record(shown)
        truth = SceneTruth.of(shown, recording)
        real = Made(frames=recording.frames, samples=recording.samples, seconds_by_stage={})
        coded = _decoded(engine, _latents(engine, real), scene.seed)
        tally.compare(real, coded)
        captions = {language: telling_caption(shown, language) for language in languages}
        prompt = next(iter(captions.values())).text
        look(REAL, real, truth, prompt)
        look("reconstructed", coded, truth, prompt)
        for language, caption in captions.items():
            request = Request(
                prompt=caption.text,
                seconds=num_latents / LATENTS_PER_SECOND,
                size=scene.size,
                seed=scene.seed,
                steps=steps,
                guidance=guidance,
            )
            made = generate(engine, request) if shelf is None else shelf.made(engine, request)
            look(f"generated {language}", made, truth, caption.text, caption.mentioned)
            tally.keep(f"generated {language}", caption.text, made)
        on_progress(index + 1, len(scenes) + extras.num_long)
    numbers = sets.numbers() | _codec_numbers(tally)
    if extras.training is not None:
        numbers |= memory(first_latents, extras.training)
    if extras.num_long:
        ends = _Tally()

        def look_long(clip: LongClip) -> None:
            truth = SceneTruth.of(clip.scene, record(clip.scene, picture=False))
            for row, end in zip(("first 5 s", "last 5 s"), clip.ends(), strict=True):
                if jury is not None:
                    ends.judge(row, jury, truth, end, told=clip.told)
            on_clip("long", clip.prompt, clip.made)

        numbers |= steadiness(
            engine,
            sets,
            scenes[: extras.num_long],
            seconds=extras.long_s,
            on_long_clip=look_long,
            on_progress=lambda done, total: on_progress(len(scenes) + done, len(scenes) + total),
        )
        numbers |= {
            f"drift over {extras.long_s:g} s, {key}": number for key, number in ends.numbers(sync=False).items()
        }
    if sheets is not None:
        tally.draw(sheets)
    return Report(
        model=f"{engine.manifest.name} {engine.manifest.version}",
        judge="" if jury is None else jury.fingerprint,
        observer=sets.observer.name,
        num_scenes=len(scenes),
        seconds=num_latents / LATENTS_PER_SECOND,
        steps=steps or engine.sampling.led_steps,
        guidance=engine.sampling.guidance if guidance is None else guidance,
        picture=tally.scores("picture"),
        sound=tally.scores("sound"),
        sync=tally.sync(),
        codec=tally.codec(),
        numbers=tally.numbers() | numbers,
    )


def _codec_numbers(tally: "_Tally") -> Numbers:
    names = ("PSNR dB", "SSIM", "sound: log magnitude, Np", "sound: convergence", "sound: mel, Np")
    columns = zip(*tally.qualities, strict=True)
    return {f"codec/{name}/reconstructed": mean_of(values) for name, values in zip(names, columns, strict=True)}


@dataclass
class _Tally:
    """What was measured so far."""

    right: dict[tuple[str, str, str], list[float]] = field(default_factory=dict)  # by part, row, slot
    moments: dict[str, list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = field(default_factory=dict)
    qualities: list[list[float]] = field(default_factory=list)
    kept: dict[str, list[tuple[str, Made]]] = field(default_factory=dict)
    coded: list[tuple[Made, Made]] = field(default_factory=list)

    def judge(self, row: str, jury: Jury, truth: SceneTruth, clip: Made, *, told: frozenset[str] | None = None) -> None:
        """Count the jury's answers; of a clip made from a prompt only those that the prompt `told`."""
        assert clip.samples is not None, "clips to judge have sound"
        answers, moved = jury.answers(clip.frames, clip.samples)
        known = truth.told.to(answers.kind_cells.device)
        found = all_marks(answers, known) | ({} if moved is None else motion_marks(moved, known))
        for name, mark in found.items():
            part, slot = name.split("/")
            if (told is None or truth.asked(slot, told)) and not mark.isnan().item():
                self.right.setdefault((part, row, slot), []).append(mark.item())
        if not len(truth.moments):
            return
        onsets = sound_onsets(clip.samples)
        if row == REAL:
            self._pair("real: true events", onsets, truth.moments)
        if row == REAL and moved is not None:
            self._pair("real: what the picture tells of true events", _seen(moved), truth.moments)
        if moved is not None:
            self._pair(f"{row}: what the picture tells", onsets, _seen(moved))

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
        """Onsets against the moments of the same clip, and against those of all others."""
        agreed = {}
        for name, pairs in self.moments.items():
            crossing = Crossing.of(pairs)
            agreed[name] = Sync(
                matched=crossing.f1(), mismatched=crossing.f1_by_chance(), count=int(crossing.moments.sum())
            )
        return agreed

    def numbers(self, *, sync: bool = True) -> Numbers:
        """The same with how sure they are, by "group/measure/row"."""
        found: Numbers = {}
        for part, columns in (("picture", PICTURE_COLUMNS), ("sound", SOUND_COLUMNS)):
            for (of, row, slot), values in self.right.items():
                if of == part:
                    found[f"{part} told/{columns.get(slot, slot)}/{row}"] = share(values)
        for name, pairs in self.moments.items() if sync else ():
            crossing, count = Crossing.of(pairs), len(pairs)
            found[f"sync/onset F1/{name}"] = statistic(crossing.f1, count)
            if count > 1:
                found[f"sync/onset F1, mismatched/{name}"] = statistic(crossing.f1_by_chance, count)
                found[f"sync/onset F1 over chance/{name}"] = statistic(
                    lambda chosen, of=crossing: of.f1(chosen) - of.f1_by_chance(chosen),  # type: ignore[misc]
                    count,
                )
            if apart := [offset for onsets, moments in pairs for offset in offsets_s(onsets, moments)]:
                found[f"sync/mean offset, s/{name}"] = mean_of(apart)
        return found

    def codec(self) -> CodecQuality:
        """The means of what coding costs."""
        return CodecQuality(**dict(zip(CodecQuality.__dataclass_fields__, np.mean(self.qualities, 0), strict=True)))

    def _pair(self, name: str, onsets: NDArray[np.float64], moments: NDArray[np.float64]) -> None:
        self.moments.setdefault(name, []).append((onsets, moments))


def _seen(moved: MotionAnswers) -> NDArray[np.float64]:
    return seen_moments(moved.beats[0].sigmoid().cpu().numpy())


def _latents(engine: Engine, clip: Made) -> ClipLatents:
    """What the codecs make of a clip of whole latents."""
    assert clip.samples is not None, "clips to code have sound"
    return ClipLatents(
        video=engine.video.encode(_frames(clip).to(engine.device)).float(),
        audio=engine.audio.encode(_samples(clip.samples).to(engine.device)).float(),
    )


def _first_latent(engine: Engine, clip: Made) -> Tensor:
    """What the codec makes of a clip's first third of a second, [H, W, C]; as coarse as shards are."""
    begin = _frames(clip)[:, :FRAMES_PER_LATENT].to(engine.device)
    return engine.video.encode(begin)[0, 0].cpu().to(torch.bfloat16)


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
