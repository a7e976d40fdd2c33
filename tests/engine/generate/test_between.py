"""Between two given pictures lies a draft: a fade, and the camera's way where one is found."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.clip import Known, Request, Size
from celaje.engine.generate import Engine, between
from celaje.engine.generate.between import NOWHERE, bridge, film_between, find_way
from celaje.engine.generate.camera import View, draw_move, film_stage
from celaje.engine.generate.canvas import Canvas, Given, lay

REQUEST = Request(prompt="a cat runs", seconds=3.0, size=Size(256, 256), seed=3, steps=2)
NUM_FRAMES = 30


def grey(level: int) -> NDArray[np.uint8]:
    return np.full((1, 256, 256, 3), level, np.uint8)


def laid(
    engine: Engine,
    *pictures: tuple[float, NDArray[np.uint8]],
    before: Sequence[Given] = (),
    seconds: float = 3.0,
    loop: bool = False,
) -> Canvas:
    """A canvas with pictures of these seconds on it, and what lies between them."""
    known = [
        Given(piece=Known(source=f"{index}.png", at_s=at_s), frames=frames)
        for index, (at_s, frames) in enumerate(pictures)
    ]
    pieces = [*before, *known]
    request = replace(REQUEST, seconds=seconds, loop=loop, known=tuple(one.piece for one in pieces))
    canvas = lay(engine, request, pieces)
    bridge(engine, canvas)
    return canvas


def place(seed: int) -> Tensor:
    """A place [1, 256, 256, 3] of soft patches of many colours."""
    generator = torch.Generator().manual_seed(seed)
    patches = torch.rand(1, 3, 10, 10, generator=generator) * 2 - 1
    return torch.nn.functional.interpolate(patches, size=(256, 256), mode="bicubic").clamp(-1, 1).permute(0, 2, 3, 1)


def filmed(camera: str, *, way: float = 1.0) -> Tensor:
    """The place as a camera films it [F, H, W, 3]; there is nobody."""
    move = draw_move(camera, NUM_FRAMES / 12, seed=0, way=way)
    view = View(pictures=place(1), somebody=torch.zeros(1, 256, 256), start=move.at_rest())
    return film_stage(view, view, move.stretch(0.5, NUM_FRAMES)).frames


def view(picture: Tensor) -> View:
    return View(pictures=picture, somebody=torch.zeros(1, 256, 256), start=NOWHERE)


def as_bytes(picture: Tensor) -> NDArray[np.uint8]:
    return np.asarray(((picture + 1) * 127.5).round().to(torch.uint8))


@pytest.mark.parametrize("way", [1.0, -1.0])
@pytest.mark.parametrize("camera", ["pan", "tilt", "dolly", "drone"])
def test_the_way_of_a_camera_is_found_and_filmed(camera: str, way: float) -> None:
    """What is drafted is nearer to what lies between than a fade is, at least by half."""
    true = filmed(camera, way=way)
    path = find_way(view(true[:1]), view(true[-1:]), NUM_FRAMES)
    assert path is not None
    made = film_between(view(true[:1]), view(true[-1:]), path)
    share = torch.linspace(0, 1, NUM_FRAMES)[:, None, None, None]
    faded = (1 - share) * true[0] + share * true[-1]
    inside = slice(48, -48)  # what is at the edges was seen by neither
    error, simple = ((one - true)[:, inside, inside].square().mean() for one in (made.frames, faded))
    assert error < simple / 2
    assert made.seen.mean() > 0.9


def test_two_places_have_no_way_between_them() -> None:
    assert find_way(view(place(1)), view(place(2)), NUM_FRAMES) is None
    assert find_way(view(place(1)), view(place(1)), NUM_FRAMES) is None, "who stands still has gone no way"


def test_between_pictures_of_two_places_a_fade_begins(engine: Engine) -> None:
    canvas = laid(engine, (0.0, grey(20)), (2.9, grey(230)))
    video = canvas.known.video[0]
    share = torch.linspace(0, 1, canvas.num_latents)[:, None, None, None]
    assert torch.allclose(video, video[0] * (1 - share) + video[-1] * share, atol=1e-5)
    level = engine.sampling.fade_level
    assert canvas.highest.video.amax((0, 2, 3)).tolist() == pytest.approx([0.0, *[level] * 7, 0.0])
    assert canvas.invented.amax((0, 2, 3)).tolist() == [0.0, *[1.0] * 7, 0.0], "all of it is made"


def test_between_pictures_of_one_place_the_camera_goes_its_way(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    true = filmed("pan")
    shown = {0: true[:1], 8: true[-1:]}  # as a decoder that has learned shows them
    monkeypatch.setattr(between, "_decoded", lambda engine, canvas, at: shown[at])
    canvas = laid(engine, (0.0, as_bytes(true[:1])), (2.9, as_bytes(true[-1:])))
    video, levels = canvas.known.video[0], canvas.highest.video[0]
    share = torch.linspace(0, 1, canvas.num_latents)[:, None, None, None]
    assert not torch.allclose(video, video[0] * (1 - share) + video[-1] * share, atol=0.1)
    assert (levels[[0, -1]] == 0).all()
    way_level = torch.tensor(engine.sampling.way_level)
    assert (torch.isclose(levels[1:-1], way_level) | (levels[1:-1] == 1)).all()
    assert torch.isclose(levels[1:-1], way_level).float().mean() > 0.8


@pytest.mark.parametrize(
    ("at_s", "seconds", "loop"),
    [((0.0,), 3.0, False), ((0.0, 6.9), 7.0, False), ((0.0, 2.9), 3.0, True)],
    ids=["one picture", "far apart", "a loop"],
)
def test_else_what_is_not_given_begins_as_noise(
    engine: Engine, at_s: tuple[float, ...], seconds: float, loop: bool
) -> None:
    canvas = laid(
        engine, *((second, grey(20 + 100 * at)) for at, second in enumerate(at_s)), seconds=seconds, loop=loop
    )
    is_given = canvas.invented == 0
    assert is_given.any()
    assert (canvas.highest.video[~is_given] == 1).all()


def test_who_changes_a_clip_fades_nothing_into_it(engine: Engine) -> None:
    """Between the pictures lies a clip that is half kept: it stays what is known there."""
    clip = Given(piece=Known(source="clip.mp4", strength=0.5), frames=np.full((36, 256, 256, 3), 90, np.uint8))
    canvas = laid(engine, (0.0, grey(20)), (2.9, grey(230)), before=[clip])
    alone = lay(engine, replace(REQUEST, known=(clip.piece,)), [clip])
    assert torch.equal(canvas.known.video[:, 1:-1], alone.known.video[:, 1:-1])
    assert torch.equal(canvas.highest.video[:, 1:-1], alone.highest.video[:, 1:-1])


def test_within_a_clip_nothing_is_looked_for(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes on from a clip waits for no search between frames that are there."""
    monkeypatch.setattr(between, "find_way", lambda *args: pytest.fail("a way was looked for"))
    clip = Given(piece=Known(source="clip.mp4"), frames=np.full((24, 256, 256, 3), 90, np.uint8))
    canvas = laid(engine, before=[clip])
    assert (canvas.highest.video[:, :6] == 0).all()
    assert (canvas.highest.video[:, 6:] == 1).all()
