"""Styles that the weights never learned: not read, drawn over the frames; what is said of a cat stays."""

from dataclasses import replace

import numpy as np
import pytest

from celaje.clip import Request, Size
from celaje.clip.styles import read_style, style_names
from celaje.engine.generate import Engine
from celaje.engine.generate.styles import draw_style, drawn_in_style, unlearned_style, without_style
from celaje.engine.world.scene import STYLES

KNOWN = frozenset(
    (
        "cat", "dog", "man", "robot", "runs", "black", "white", "dancing", "beach", "snow", "rain", "forest", "film",
        "look", "shot", "gato", "blanco", "negro", "playa", "perro", "hombre", "ciudad",
    )
)  # fmt: skip
PRESETS = {
    "35mm": "35 mm", "archival": "archival", "cel-shaded": "cel-shaded", "film-noir": "film noir",
    "papercraft": "papercraft", "pixel-art": "pixel art", "watercolour": "watercolour",
}  # fmt: skip


def picture(height: int = 96, width: int = 128) -> np.ndarray:
    """A red box before a blue and green ground."""
    y, x = np.mgrid[0:height, 0:width]
    frame = np.stack([40 + 0 * x, 200 * y // height, 255 - 200 * x // width], -1).astype(np.uint8)
    frame[height // 3 : height // 2, width // 3 : width // 2] = (220, 40, 30)
    return frame


@pytest.mark.parametrize("preset", style_names())
def test_every_preset_is_understood_and_left_out(preset: str) -> None:
    prompt = f"a cat runs, {read_style(preset).words}."
    assert unlearned_style(prompt, KNOWN) == PRESETS[preset]
    assert without_style(prompt, KNOWN) == "a cat runs."


@pytest.mark.parametrize(
    ("prompt", "style", "left"),
    [
        ("A film noir scene of a cat in the rain", "film noir", "a cat in the rain"),
        ("a black and white cat in film noir style", "film noir", "a black and white cat"),
        ("a black and white cat runs", None, "a black and white cat runs"),
        ("a cat in black and white", "film noir", "a cat"),
        ("un gato blanco y negro en la playa", None, "un gato blanco y negro en la playa"),
        ("en blanco y negro, un perro en la playa", "film noir", "un perro en la playa"),
        ("un gato estilo acuarela", "watercolour", "un gato"),
        ("Pixel art, a dog in the snow. Rain.", "pixel art", "a dog in the snow. Rain."),
        ("[0s-2s] a cat runs [2s-4s] a dog, cartoon style", "cel-shaded", "[0s-2s] a cat runs [2s-4s] a dog"),
        ("an anime-style clip of a robot dancing", "cel-shaded", "a robot dancing"),
        ("film noir", "film noir", "film noir"),  # nothing else to read
        ('a man says "in film noir style"', None, 'a man says "in film noir style"'),
        ("a realistic cat", None, "a realistic cat"),
        ("a vintage car by a painted wall", None, "a vintage car by a painted wall"),
        ("un hombre en el cine", None, "un hombre en el cine"),
        ("", None, ""),
    ],
)
def test_words_of_a_style(prompt: str, style: str | None, left: str) -> None:
    assert unlearned_style(prompt, KNOWN) == style
    assert without_style(prompt, KNOWN) == left


def test_weights_that_learned_a_style_are_left_to_it() -> None:
    prompt = "a cat in film noir style"
    learned = KNOWN | {"noir"}
    assert unlearned_style(prompt, learned) is None
    assert without_style(prompt, learned) == prompt
    request = Request(prompt=prompt, size=Size(128, 96))
    assert drawn_in_style(picture(), 0, request, learned) is not draw_style(picture(), "film noir", number=0, seed=0)
    np.testing.assert_array_equal(drawn_in_style(picture(), 0, request, learned), picture())


@pytest.mark.parametrize("style", [style for style in STYLES if style != "natural"])
def test_a_style_is_drawn_and_the_same_again(style: str) -> None:
    frame = picture()
    drawn = draw_style(frame, style, number=3, seed=5)
    assert drawn.shape == frame.shape
    assert np.abs(drawn.astype(int) - frame).mean() > 4
    np.testing.assert_array_equal(drawn, draw_style(frame, style, number=3, seed=5))
    np.testing.assert_array_equal(frame, picture())  # what was given is as it was
    before, after = (
        one.astype(float)[16:80, 16:112].mean(-1).reshape(8, 8, 12, 8).mean((1, 3)).ravel() for one in (frame, drawn)
    )
    assert np.corrcoef(before, after)[0, 1] > 0.6  # what is where is still seen


def test_ink_goes_around_forms_and_not_through_areas() -> None:
    frame = picture()
    ink = draw_style(frame, "cel-shaded", number=0, seed=0).astype(int).sum(-1) < 120
    assert ink[30:50, 40:66].sum() > 40  # around the box
    assert ink[60:90, 10:120].mean() < 0.02  # the ground only grows lighter


def test_a_style_may_belong_to_some_seconds() -> None:
    request = Request(prompt="[0s-1s] a cat runs [1s-2s] a dog in film noir style", seconds=2.0, size=Size(128, 96))
    early, late = (drawn_in_style(picture(), number, request, KNOWN) for number in (11, 12))
    np.testing.assert_array_equal(early, picture())
    assert np.ptp(late, axis=-1).max() == 0  # grey
    whole = replace(request, prompt="a dog in film noir style")
    assert np.ptp(drawn_in_style(picture(), 0, whole, KNOWN), axis=-1).max() == 0


def test_an_engine_does_not_hear_of_it_and_says_what_it_draws(engine: Engine) -> None:
    plain, styled = engine.read("a cat runs"), engine.read("a cat runs, in papercraft style")
    np.testing.assert_array_equal(plain.values, styled.values)
    understood = engine.understand("a cat runs, in papercraft style")
    assert understood.taken["style"] == ("papercraft",)
    assert "papercraft" not in understood.unknown
    assert "style" not in engine.understand("a cat runs").taken
