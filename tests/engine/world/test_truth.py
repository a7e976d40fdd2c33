"""Who is heard, and who would sound the same: nobody can tell whose steps they are, but whose voice it is."""

import pytest

from celaje.clip import Size
from celaje.engine.world.direct import direct
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.motion.heard import could_be
from celaje.engine.world.outline import Doing, Outline, ShotOutline, SubjectOutline
from celaje.engine.world.record import record
from celaje.engine.world.sample import sample
from celaje.engine.world.scene import Scene
from celaje.engine.world.truth import audible, sounding_alike


def alone(kind: str, action: str, place: str) -> Scene:
    """Four seconds of somebody who does one thing."""
    doing = SubjectOutline(kind=kind, actions=(Doing(name=action),))
    outline = Outline(subjects=(doing,), shots=(ShotOutline(place=place),))
    return direct(outline, seed=3, size=Size(96, 64), seconds=4.0, frames_per_second=12).scene


@pytest.mark.parametrize(
    ("kind", "action", "alike", "others"),
    [
        ("man", "walk", {"man", "woman"}, {"robot", "cat", "mammoth", "car"}),
        ("dog", "walk", {"dog", "cat", "turtle"}, {"man", "ball"}),
        ("mammoth", "walk", {"mammoth", "elephant"}, {"man", "dog"}),
        ("dog", "call", {"dog"}, {"cat", "turtle"}),
        ("man", "talk", {"man"}, {"woman", "robot"}),
        ("robot", "walk", {"robot"}, {"man", "woman"}),
        ("car", "drive", {"car"}, {"train", "man"}),
        ("ball", "bounce", {"ball"}, {"cat", "car"}),
    ],
)
def test_who_sounds_the_same(kind: str, action: str, alike: set[str], others: set[str]) -> None:
    scene = alone(kind, action, "city")
    events = record(scene, picture=False).events
    assert audible(scene, events) == {kind}
    found = sounding_alike(scene, events)
    assert alike <= found
    assert not others & found


def test_nobody_is_like_who_is_silent() -> None:
    scene = alone("fish", "swim", "underwater")
    assert sounding_alike(scene, record(scene, picture=False).events) == frozenset()


def test_all_that_bodies_are_heard_of_is_known_to_be_theirs() -> None:
    for seed in range(60):
        scene = sample(seed, num_frames=24)
        events = record(scene, picture=False).events
        assert audible(scene, events) <= sounding_alike(scene, events)
        for event in events:
            if event.subject is not None and event.sound not in ("crash", "bounce"):  # of two, the harder one is heard
                kind = KINDS[scene.subjects[event.subject].kind]
                assert could_be(kind, event.sound, event.surface), (seed, kind.name, event)
