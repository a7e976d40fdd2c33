"""The canvas: what is given is there as it is, what lies between two pictures begins as a fade, the rest as noise."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from celaje.clip import Known, Request, Size
from celaje.engine.generate import Engine, make
from celaje.engine.generate.asking import Question, ask
from celaje.engine.generate.canvas import Canvas, Given, lay

REQUEST = Request(prompt="a cat runs", seconds=3.0, size=Size(256, 256), seed=3, steps=2)


def given(*pictures: tuple[float, int]) -> list[Given]:
    """Grey pictures of these seconds and grey levels."""
    return [
        Given(piece=Known(source=f"{grey}.png", at_s=at_s), frames=np.full((1, 256, 256, 3), grey, np.uint8))
        for at_s, grey in pictures
    ]


def laid(engine: Engine, *pictures: tuple[float, int], seconds: float = 3.0, loop: bool = False) -> Canvas:
    pieces = given(*pictures)
    known = tuple(one.piece for one in pieces)
    return lay(engine, replace(REQUEST, seconds=seconds, loop=loop, known=known), pieces)


def test_between_two_pictures_a_fade_begins(engine: Engine) -> None:
    canvas = laid(engine, (0.0, 20), (2.9, 230))
    video = canvas.known.video[0]
    share = torch.linspace(0, 1, canvas.num_latents)[:, None, None, None]
    assert torch.allclose(video, video[0] * (1 - share) + video[-1] * share, atol=1e-5)
    level = engine.sampling.fade_level
    assert canvas.highest.video.amax((0, 2, 3)).tolist() == pytest.approx([0.0, *[level] * 7, 0.0])
    assert canvas.invented.amax((0, 2, 3)).tolist() == [0.0, *[1.0] * 7, 0.0]


@pytest.mark.parametrize(
    ("pictures", "seconds", "loop"),
    [(((0.0, 20),), 3.0, False), (((0.0, 20), (6.9, 230)), 7.0, False), (((0.0, 20), (2.9, 230)), 3.0, True)],
    ids=["one picture", "far apart", "a loop"],
)
def test_else_what_is_not_given_begins_as_noise(
    engine: Engine, pictures: tuple[tuple[float, int], ...], seconds: float, loop: bool
) -> None:
    canvas = laid(engine, *pictures, seconds=seconds, loop=loop)
    is_given = canvas.invented == 0
    assert is_given.any()
    assert (canvas.highest.video[~is_given] == 1).all()


def test_who_changes_a_clip_fades_nothing_into_it(engine: Engine) -> None:
    """Between the pictures lies a clip that is half kept: it stays what is known there."""
    clip = Given(piece=Known(source="clip.mp4", strength=0.5), frames=np.full((36, 256, 256, 3), 90, np.uint8))
    pieces = [clip, *given((0.0, 20), (2.9, 230))]
    canvas = lay(engine, replace(REQUEST, known=tuple(one.piece for one in pieces)), pieces)
    alone = lay(engine, replace(REQUEST, known=(clip.piece,)), [clip])
    assert torch.equal(canvas.known.video[:, 1:-1], alone.known.video[:, 1:-1])
    assert torch.equal(canvas.highest.video[:, 1:-1], alone.highest.video[:, 1:-1])


def test_only_what_is_given_is_guided_less(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight seconds from a picture: the first window sees it, the others see what was made."""
    asked: list[bool] = []

    def listen(*args: object, picture_is_given: bool = False, **more: object) -> Question:
        asked.append(picture_is_given)
        return ask(*args, picture_is_given=picture_is_given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(make, "ask", listen)
    pieces = given((0.0, 20))
    make.generate(engine, replace(REQUEST, seconds=8.0, known=(pieces[0].piece,)), given=pieces)
    assert asked[0]
    assert len(asked) > 2
    assert not any(asked[1:])
