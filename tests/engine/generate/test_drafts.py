"""Drafts: a prompt's camera goes through what is there already, in its own seconds; who asks for none has none."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch

from celaje.clip import Known, Request, Size
from celaje.engine.generate import Engine, generate
from celaje.engine.generate.camera import draw_move
from celaje.engine.generate.canvas import Canvas, Given, lay
from celaje.engine.generate.drafts import ABOVE_LEVEL, Rehearsal, Shot, draft, moment_s, rehearse, shot_at, way_told
from celaje.engine.generate.takes import first_picture
from celaje.engine.generate.windows import Window
from celaje.engine.latents import AUDIO_PER_LATENT
from celaje.engine.text.understand import Understanding

REQUEST = Request(prompt="a cat runs, the camera pans right", seconds=4.0, size=Size(256, 256), seed=3, steps=2)


@pytest.fixture
def told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine that takes every prompt with "pans" in it for a pan, as the tiny encoder cannot."""

    def understand(self: Engine, prompt: str) -> Understanding:
        taken: Mapping[str, tuple[str, ...]] = {"camera": ("pan",)} if "pans" in prompt else {}
        return Understanding(unknown=(), taken=taken, shortened=False)

    monkeypatch.setattr(Engine, "understand", understand)
    return engine


def canvas_of(engine: Engine, request: Request) -> Canvas:
    return lay(engine, request, [])


@pytest.mark.parametrize(
    ("prompt", "way"),
    [
        ("a cat runs to the right, the camera pans left", -1.0),
        ("the camera pans slowly to the right", 1.0),
        ("the camera zooms out in the forest", -1.0),
        ("a dog in the snow, zooming in", 1.0),
        ("un gato, la cámara se aleja", -1.0),
        ("paneo a la derecha de un bosque", 1.0),
        ("the camera tilts up", 1.0),
        ("a red car turns left", 0.0),
        ("a drone shot of the beach", 0.0),
        ("", 0.0),
    ],
)
def test_a_prompt_says_which_way_its_camera_goes(prompt: str, way: float) -> None:
    assert way_told(prompt) == way


def test_a_shot_is_what_its_part_of_the_prompt_speaks_of(told: Engine) -> None:
    request = replace(REQUEST, prompt="[0s-1s] a cat sits [1s-3s] the camera pans left [3s-4s] a dog")
    canvas = canvas_of(told, request)
    shots = [shot_at(told, request, canvas, at) for at in range(canvas.num_latents)]
    assert [shot is not None for shot in shots] == [False] * 3 + [True] * 6 + [False] * 3
    assert {(shot.begin, shot.end, shot.move.seconds, shot.move.way) for shot in shots if shot} == {(3, 9, 2.0, -1.0)}


def test_no_camera_no_shot(told: Engine) -> None:
    request = replace(REQUEST, prompt="a cat runs")
    assert shot_at(told, request, canvas_of(told, request), 0) is None


def rehearsed(engine: Engine, shot: Shot, window: Window) -> tuple[Canvas, Rehearsal]:
    """A canvas on which all before a window is made, and a rehearsal of that window: pictures, and sound of ones."""
    canvas = canvas_of(engine, REQUEST)
    for part in (canvas.known.video, canvas.known.audio):
        part.copy_(torch.randn(part.shape, generator=torch.Generator().manual_seed(2)))
    canvas.highest.video[:, : window.begin] = 0
    rehearsal = rehearse(shot, canvas, window, None)
    picture = first_picture(engine, REQUEST, lambda step, estimate: None).values
    rehearsal.canvas.known.video[:, window.begin : window.done] = picture
    rehearsal.canvas.known.audio.fill_(1.0)
    return canvas, rehearsal


def test_a_rehearsal_is_seen_by_a_camera_that_moves_and_keeps_its_sound(told: Engine) -> None:
    shot = shot_at(told, REQUEST, canvas_of(told, REQUEST), 0)
    assert shot is not None
    canvas, rehearsal = rehearsed(told, shot, Window(start=0, end=8, begin=0, done=8))
    draft(told, rehearsal, canvas, Window(start=0, end=8, begin=0, done=8))
    drafted, levels, level = canvas.known.video[:, :8], canvas.highest.video, told.sampling.camera_level
    assert drafted.diff(dim=1).abs().mean() > 0
    assert (levels[:, :8] == level).all()
    assert (levels[:, 8:] == 1).all()
    torch.testing.assert_close(canvas.invented, levels)
    assert (canvas.known.audio[:, : 8 * AUDIO_PER_LATENT] == 1).all()
    assert (canvas.highest.audio[:, : 8 * AUDIO_PER_LATENT] == 0).all()
    assert (canvas.highest.audio[:, 8 * AUDIO_PER_LATENT :] == 1).all()
    assert moment_s(shot) == pytest.approx(2.0)  # the middle of the pan


def test_what_comes_from_above_is_under_more_noise(told: Engine) -> None:
    shot = Shot(move=draw_move("tilt", 8 / 3, seed=1, way=1.0), begin=0, end=8)
    window = Window(start=0, end=8, begin=0, done=8)
    canvas, rehearsal = rehearsed(told, shot, window)
    draft(told, rehearsal, canvas, window)
    levels = canvas.highest.video[0, :8]
    assert (levels[-1, 0] == ABOVE_LEVEL).all()
    assert (levels[-1, 4:] == told.sampling.camera_level).all()
    assert (levels[0] == told.sampling.camera_level).all()


def test_the_camera_goes_on_where_it_was_and_no_further_than_its_shot(told: Engine) -> None:
    shot, window = (
        Shot(move=draw_move("pan", 2.0, seed=1, way=1.0), begin=0, end=6),
        Window(start=0, end=8, begin=4, done=8),
    )
    canvas, rehearsal = rehearsed(told, shot, window)
    before = canvas.known.video.clone()
    torch.testing.assert_close(rehearsal.start.target, shot.move.path(15, 1).target)
    draft(told, rehearsal, canvas, window)
    torch.testing.assert_close(canvas.known.video[:, :4], before[:, :4])
    torch.testing.assert_close(canvas.known.video[:, 6:], before[:, 6:])
    assert (canvas.known.video[:, 4:6] != before[:, 4:6]).any()
    assert (canvas.highest.video[:, 6:] == 1).all()
    assert rehearse(shot, canvas, Window(start=4, end=12, begin=8, done=12), rehearsal) is rehearsal


def test_a_place_does_not_wear_away(told: Engine) -> None:
    """Every window is filmed off the shot's first picture, not off what was made before it."""
    shot = Shot(move=draw_move("dolly", 4.0, seed=1), begin=0, end=12)
    canvas, rehearsal = rehearsed(told, shot, Window(start=0, end=6, begin=0, done=6))
    draft(told, rehearsal, canvas, Window(start=0, end=6, begin=0, done=6))
    drafted = []
    for spoilt in (False, True):
        again = canvas.copy()
        if spoilt:
            again.known.video[:, :6] *= 2
        draft(told, rehearsal, again, Window(start=4, end=12, begin=6, done=12))
        drafted.append(again.known.video[:, 6:12])
    torch.testing.assert_close(*drafted)


def test_a_new_shot_is_rehearsed_anew_from_where_its_camera_rests(told: Engine) -> None:
    first, second = (Shot(move=draw_move("pan", 2.0, seed=1), begin=begin, end=begin + 4) for begin in (0, 4))
    canvas, rehearsal = rehearsed(told, first, Window(start=0, end=4, begin=0, done=4))
    anew = rehearse(second, canvas, Window(start=0, end=8, begin=4, done=8), rehearsal)
    torch.testing.assert_close(anew.start.target, second.move.at_rest().target)
    torch.testing.assert_close(anew.canvas.known.video, canvas.known.video)
    anew.canvas.known.video.zero_()
    assert (canvas.known.video != 0).any()  # it is a canvas of its own


@pytest.mark.parametrize("prompt", ["[0s-0.2s] the camera pans [0.2s-4s] a dog", "[0.2s-4s] the camera pans"])
def test_a_part_that_is_shorter_than_a_latent_does_no_harm(told: Engine, prompt: str) -> None:
    assert len(generate(told, replace(REQUEST, prompt=prompt)).frames) == 48


def test_a_given_picture_is_seen_by_a_camera_that_moves(told: Engine) -> None:
    shown = np.random.default_rng(4).integers(0, 256, (1, 256, 256, 3), np.uint8)
    known = Known(source="still.png")
    free = replace(told, sampling=replace(told.sampling, camera_level=1.0))
    for prompt, differ in (("the camera pans", True), ("a cat runs", False)):
        request = replace(REQUEST, prompt=prompt, known=(known,))
        drafted, plain = (generate(one, request, given=[Given(piece=known, frames=shown)]) for one in (told, free))
        assert (drafted.frames != plain.frames).any() == differ


def test_the_same_prompt_and_seed_give_the_same_clip_and_a_level_of_one_drafts_nothing(told: Engine) -> None:
    one, same = (generate(told, REQUEST) for _ in range(2))
    assert (one.frames == same.frames).all()
    free = replace(told, sampling=replace(told.sampling, camera_level=1.0))
    assert (generate(free, REQUEST).frames != one.frames).any()
    silent = replace(REQUEST, prompt="a cat runs")
    assert (generate(told, silent).frames == generate(free, silent).frames).all()
