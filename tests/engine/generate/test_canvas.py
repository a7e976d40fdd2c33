"""The canvas: what is given is there as it is, the rest is noise."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from celaje.clip import Known, Request, Size
from celaje.engine.generate import Engine, generate, walker
from celaje.engine.generate.asking import Question, ask
from celaje.engine.generate.canvas import Canvas, Given, lay

REQUEST = Request(prompt="a cat runs", seconds=3.0, size=Size(256, 256), seed=3, steps=2)


def given(*pictures: tuple[float, int]) -> list[Given]:
    """Grey pictures of these seconds and grey levels."""
    return [
        Given(piece=Known(source=f"{grey}.png", at_s=at_s), frames=np.full((1, 256, 256, 3), grey, np.uint8))
        for at_s, grey in pictures
    ]


def laid(engine: Engine, *pictures: tuple[float, int]) -> Canvas:
    pieces = given(*pictures)
    return lay(engine, replace(REQUEST, known=tuple(one.piece for one in pieces)), pieces)


def test_what_is_given_is_known_and_the_rest_is_noise(engine: Engine) -> None:
    canvas = laid(engine, (0.0, 20), (2.9, 230))
    assert canvas.highest.video.amax((0, 2, 3)).tolist() == [0.0, *[1.0] * 7, 0.0]
    assert torch.equal(canvas.invented, canvas.highest.video)


def test_only_what_is_given_is_guided_less(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight seconds from a picture: the first window sees it, the others see what was made."""
    asked: list[bool] = []

    def listen(*args: object, picture_is_given: bool = False, **more: object) -> Question:
        asked.append(picture_is_given)
        return ask(*args, picture_is_given=picture_is_given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(walker, "ask", listen)
    pieces = given((0.0, 20))
    generate(engine, replace(REQUEST, seconds=8.0, known=(pieces[0].piece,)), given=pieces)
    assert asked[0]
    assert len(asked) > 2
    assert not any(asked[1:])
