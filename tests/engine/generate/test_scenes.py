"""A clip begins anew where its prompt comes to speak of another place or of others, and only there."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from celaje.clip import Known, Request, Size
from celaje.engine.generate import Engine, Given, generate
from celaje.engine.generate.scenes import NewScene, new_scenes
from celaje.engine.generate.takes import first_picture
from celaje.engine.text.understand import Understanding

MAKE = "celaje.engine.generate.make"
PLACES, KINDS = ("beach", "forest", "snow"), ("cat", "dog")


@pytest.fixture
def reader(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine that takes every prompt by its words, as the tiny encoder cannot."""

    def understand(self: Engine, prompt: str) -> Understanding:
        words = re.findall(r"\w+", prompt)
        named = {"place": PLACES, "kinds": KINDS}
        taken: Mapping[str, tuple[str, ...]] = {
            slot: tuple(name for name in names if name in words) for slot, names in named.items()
        }
        return Understanding(unknown=(), taken={slot: names for slot, names in taken.items() if names}, shortened=False)

    monkeypatch.setattr(Engine, "understand", understand)
    return engine


@pytest.mark.parametrize(
    ("prompt", "begins"),
    [
        ("a cat on the beach", []),
        ("[0s-2s] a cat on the beach [2s-4s] a dog in the forest", [6]),
        ("[0s-2s] a cat on the beach [2s-4s] the cat jumps", []),
        ("[0s-2s] a cat on the beach [2s-4s] a cat on the beach", []),
        ("[0s-2s] a cat on the beach [2s-4s] a dog comes", []),  # to the same beach
        ("[0s-2s] a cat on the beach [2s-4s] a dog and a cat on the beach", [6]),
        ("in the forest [0s-1s] a cat [1s-2s] a dog [2s-4s] a cat", [3, 6]),
        ("[0s-1s] a cat on the beach [1s-2s] it jumps [2s-3s] in the forest [3s-4s] in the snow", [6, 9]),
        ("[2s-4s] a dog in the forest [0s-2s] a cat on the beach", [6]),
        ("[0s-2s] a cat on the beach [9s-12s] a dog in the forest", []),  # after the clip's end
        ("a cat [2s-4s] in the snow", [6]),
    ],
)
def test_where_something_new_begins(reader: Engine, prompt: str, begins: list[int]) -> None:
    assert [scene.begin for scene in new_scenes(reader, prompt, 12)] == begins


def test_a_scene_is_told_by_what_is_said_of_its_seconds(reader: Engine) -> None:
    (scene,) = new_scenes(reader, "Rain. [0s-2s] a cat on the beach [2s-3s] a dog in the forest", 12)
    assert scene == NewScene(prompt="Rain. a dog in the forest", begin=6, end=9)


REQUEST = Request(
    prompt="[0s-2s] a cat on the beach [2s-4s] a dog in the forest", seconds=4.0, size=Size(256, 256), seed=3, steps=2
)


def test_a_new_scene_begins_with_a_picture_of_its_own(reader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    thought_of: list[str] = []

    def watched(engine: Engine, request: Request, *args: object, **more: object) -> object:
        thought_of.append(request.prompt)
        return first_picture(engine, request, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(f"{MAKE}.first_picture", watched)
    made = generate(reader, REQUEST)
    assert thought_of == [REQUEST.prompt, "a dog in the forest"]
    assert made.frames.shape[0] == 48
    thought_of.clear()
    same = generate(reader, replace(REQUEST, prompt="[0s-2s] a cat on the beach [2s-4s] the cat jumps"))
    assert len(thought_of) == 1
    assert (same.frames[24:] != made.frames[24:]).any()


def test_what_is_given_there_is_not_thought_of(reader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{MAKE}._is_new", lambda canvas: False)

    def never(*args: object, **more: object) -> None:
        raise AssertionError("a picture is there already")

    monkeypatch.setattr(f"{MAKE}.first_picture", never)
    shown = np.random.default_rng(4).integers(0, 256, (1, 256, 256, 3), np.uint8)
    known = Known(source="still.png", at_s=2.5)
    request = replace(REQUEST, known=(known,))
    assert len(generate(reader, request, given=[Given(piece=known, frames=shown)]).frames) == 48
