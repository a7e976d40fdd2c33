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
from celaje.engine.generate.drafts import Shot, draft_first, draft_next, shot_at, way_told
from celaje.engine.generate.takes import first_picture
from celaje.engine.generate.windows import Window
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


def test_a_first_picture_is_seen_by_a_camera_that_moves(told: Engine) -> None:
    canvas = canvas_of(told, REQUEST)
    picture = first_picture(told, REQUEST, lambda step, estimate: None)
    shot = shot_at(told, REQUEST, canvas, 0)
    assert shot is not None
    shown = draft_first(told, shot, canvas, picture, 8)
    drafted, levels = canvas.known.video[:, :8], canvas.highest.video[:, :8]
    assert float(shown.time_s) == pytest.approx(2.0)  # the middle of the pan
    assert drafted.diff(dim=1).abs().mean() > 0
    level = told.sampling.camera_level
    assert ((levels == level) | (levels == 1)).all()
    assert level < levels[:, 0].mean() < 1  # at its beginning it sees what the picture does not show
    assert (canvas.highest.video[:, 8:] == 1).all()
    torch.testing.assert_close(canvas.invented, canvas.highest.video)


def test_the_camera_goes_on_where_it_was_and_no_further_than_its_shot(told: Engine) -> None:
    canvas = canvas_of(told, REQUEST)
    canvas.known.video[:, :4] = torch.randn(canvas.known.video[:, :4].shape)
    canvas.highest.video[:, :4] = 0
    before = canvas.known.video[:, :4].clone()
    shot = Shot(move=draw_move("pan", 2.0, seed=1, way=1.0), begin=0, end=6)
    draft_next(told, shot, canvas, Window(start=0, end=8, begin=4, done=8))
    torch.testing.assert_close(canvas.known.video[:, :4], before)
    assert (canvas.known.video[:, 4:6] != 0).any()
    assert (canvas.known.video[:, 6:] == 0).all()
    assert (canvas.highest.video[:, 6:] == 1).all()


def test_a_new_shot_does_not_begin_with_the_picture_before_it(told: Engine) -> None:
    canvas = canvas_of(told, REQUEST)
    shot = Shot(move=draw_move("pan", 2.0, seed=1), begin=4, end=10)
    draft_next(told, shot, canvas, Window(start=0, end=8, begin=4, done=8))
    assert (canvas.highest.video == 1).all()


@pytest.mark.parametrize("prompt", ["[0s-0.2s] the camera pans [0.2s-4s] a dog", "[0.2s-4s] the camera pans"])
def test_a_part_that_is_shorter_than_a_latent_does_no_harm(told: Engine, prompt: str) -> None:
    assert len(generate(told, replace(REQUEST, prompt=prompt)).frames) == 48


def test_a_given_picture_is_seen_by_a_camera_that_moves_and_is_itself_kept(told: Engine) -> None:
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
