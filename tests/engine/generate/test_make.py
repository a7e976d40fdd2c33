"""A clip keeps to how it began: all windows start from the first picture, until the prompt speaks of something else."""

from dataclasses import replace

import pytest
import torch

from celaje.clip import Request, Size
from celaje.engine.generate import Engine, generate, walker
from celaje.engine.generate.asking import ask
from celaje.engine.latents import LATENTS_PER_SECOND, ClipLatents, NoiseLevels, StillLatents
from celaje.engine.sampling import sample

REQUEST = Request(prompt="a cat runs", seconds=8.0, size=Size(256, 256), seed=3, steps=2)


def levels_of(engine: Engine, request: Request, monkeypatch: pytest.MonkeyPatch) -> list[list[float]]:
    """From which levels of noise each window's latent frames are made."""
    seen: list[list[float]] = []

    def listen(
        denoiser: object, start: ClipLatents, highest: NoiseLevels, *args: object, **more: object
    ) -> ClipLatents:
        seen.append(highest.video.amax((0, 2, 3)).tolist())
        return sample(denoiser, start, highest, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(walker, "sample", listen)
    generate(engine, request)
    return seen


def test_every_window_comes_back_to_the_first_picture(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = engine.sampling
    first, *later = levels_of(engine, REQUEST, monkeypatch)
    assert first == pytest.approx(torch.linspace(settings.draft_level, settings.draft_end, len(first)).tolist())
    assert len(later) > 1
    for levels in later:
        made = len(levels) - settings.context
        assert levels == pytest.approx([0.0] * settings.context + [settings.return_level] * made)


def test_what_a_prompt_says_later_starts_from_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    request = replace(REQUEST, prompt="[0-5s] a cat runs. [5-8s] a cat runs")
    windows = levels_of(engine, request, monkeypatch)
    made = [level for levels in windows for level in levels if level > 0]
    count = 5 * LATENTS_PER_SECOND
    assert all(level < 1 for level in made[len(windows[0]) : count])
    assert all(level == 1 for level in made[count:])
    assert len(made) == 8 * LATENTS_PER_SECOND


def test_later_windows_keep_the_palette_until_the_prompt_changes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[float, bool]] = []

    def listen(*args: object, start_s: float, palette: torch.Tensor | None = None, **more: object) -> object:
        seen.append((start_s, palette is not None))
        return ask(*args, start_s=start_s, palette=palette, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(walker, "ask", listen)
    generate(engine, replace(REQUEST, prompt="[0-5s] a cat runs. [5-8s] a cat runs"))
    assert [keeps for _, keeps in seen] == [start_s > 0 and start_s < 3 for start_s, _ in seen]
    assert sum(keeps for _, keeps in seen) > 0


def test_later_windows_look_at_the_first_picture_as_if_it_were_near(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[float, list[float]]] = []

    def listen(*args: object, start_s: float, stills: StillLatents | None = None, **more: object) -> object:
        seen.append((start_s, [] if stills is None else stills.time_s[0].tolist()))
        return ask(*args, start_s=start_s, stills=stills, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(walker, "ask", listen)
    generate(engine, replace(REQUEST, seconds=11.0))
    assert max(start_s for start_s, _ in seen) > 6
    assert all(at_s == pytest.approx([max(-start_s, -walker.NEAR_S)]) for start_s, at_s in seen)
    seen.clear()
    generate(engine, replace(REQUEST, seconds=11.0, prompt="[0-5s] a cat runs. [5-11s] a cat runs"))
    assert [bool(at_s) for _, at_s in seen] == [start_s < 3 for start_s, _ in seen]


def test_the_last_steps_of_a_window_are_not_guided(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[float, int]] = []
    network = engine.transformer.forward

    def listen(noisy: ClipLatents, levels: NoiseLevels, *more: object, **named: object) -> ClipLatents:
        seen.append((float(levels.video.max()), len(noisy.video)))
        return network(noisy, levels, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.transformer, "forward", listen)
    settings = replace(engine.sampling, picture_steps=0, sound_takes=1, guided_above=0.6)
    generate(replace(engine, sampling=settings), replace(REQUEST, seconds=2.0, steps=8))
    assert len(seen) == 8
    assert all(count == (2 if level > 0.6 else 1) for level, count in seen)
    assert {count for _, count in seen} == {1, 2}


def test_windows_that_keep_to_a_picture_hear_before_they_see(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each window's sound is thought of alone, in all steps; then its picture, in few, for a sound that is known."""
    seen: list[tuple[bool, float]] = []
    network = engine.transformer.forward

    def listen(noisy: ClipLatents, levels: NoiseLevels, *more: object, **named: object) -> ClipLatents:
        is_window = noisy.video.shape[1] > 1 and noisy.video.shape[2] > 0
        if noisy.audio.shape[1]:
            seen.append((is_window, float(levels.audio.max())))
        return network(noisy, levels, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.transformer, "forward", listen)
    settings = replace(engine.sampling, sound_takes=1, steps=5, led_steps=3, again_level=1.0)
    generate(replace(engine, sampling=settings), replace(REQUEST, steps=None))
    sounds, pictures = ([level for is_window, level in seen if is_window == wanted] for wanted in (False, True))
    assert len(pictures) >= 2 * settings.led_steps
    assert len(sounds) == len(pictures) // settings.led_steps * settings.steps
    assert max(pictures) == 0
    assert min(sounds) > 0
    assert [is_window for is_window, _ in seen[: settings.steps + 1]] == [False] * settings.steps + [True]
