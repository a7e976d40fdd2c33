"""Scenes make sense, are balanced, and depend on nothing but the seed."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.engine.world.kinds import KINDS
from celaje.engine.world.places import PLACES
from celaje.engine.world.sample import actions_for, main_look, sample
from celaje.engine.world.scene import STYLES


@given(st.integers(0, 2**62), st.sampled_from([1, 12, 64, 720]))
@settings(max_examples=100, deadline=None)
def test_a_scene_makes_sense(seed: int, num_frames: int) -> None:
    scene = sample(seed, num_frames=num_frames)
    assert scene == sample(seed, num_frames=num_frames)
    assert len(scene.subjects) <= 3
    assert scene.style in STYLES
    assert scene.shots[0].start_s == 0
    assert scene.shots[-1].end_s == pytest.approx(num_frames / 12)
    for shot in scene.shots:
        place = PLACES[shot.place]
        assert shot.time in place.times
        assert shot.weather in place.weathers
        for index in shot.subjects:
            subject = scene.subjects[index]
            kind = KINDS[subject.kind]
            assert all(action.name in actions_for(kind, place) for action in subject.actions)
            assert all(subject.look[slot] in values for slot, values in kind.looks.items())
    for one, other in zip(scene.shots, scene.shots[1:], strict=False):
        assert one.end_s == other.start_s
        assert one.camera != other.camera


def test_kinds_looks_and_places_are_balanced() -> None:
    scenes = [sample(seed) for seed in range(4000)]
    kinds = Counter(subject.kind for scene in scenes for subject in scene.subjects)
    places = Counter(shot.place for scene in scenes for shot in scene.shots)
    looks = Counter(main_look(subject) for scene in scenes for subject in scene.subjects if subject.kind == "cat")
    assert set(kinds) == set(KINDS)
    assert max(kinds.values()) < 2.5 * min(kinds.values())
    assert set(places) == set(PLACES)
    assert max(places.values()) < 2.5 * min(places.values())
    assert len(looks) == len(next(iter(KINDS["cat"].looks.values())))
    assert max(looks.values()) < 2.5 * min(looks.values())
    empty = sum(not scene.subjects for scene in scenes) / len(scenes)
    cut = sum(len(scene.shots) > 1 for scene in scenes) / len(scenes)
    assert 0.06 < empty < 0.1
    assert 0.1 < cut < 0.14


def test_subjects_of_one_kind_are_told_apart() -> None:
    for seed in range(300):
        scene = sample(seed, kinds=("cat",), places=("club", "alley"))
        looks = [main_look(subject) for subject in scene.subjects]
        assert len(set(looks)) == len(looks)


def test_combinations_can_be_held_out() -> None:
    for seed in range(200):
        scene = sample(seed, allow=lambda kind, look, place: (kind, place) != ("cat", "club") and look != "black")
        for shot in scene.shots:
            for index in shot.subjects:
                assert (scene.subjects[index].kind, shot.place) != ("cat", "club")
                assert main_look(scene.subjects[index]) != "black"


def test_usual_places_exist() -> None:
    assert {place for kind in KINDS.values() for place in kind.places} <= set(PLACES)


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="unicorn"):
        sample(0, kinds=("unicorn",))
    with pytest.raises(ValueError, match="0 frames"):
        sample(0, num_frames=0)
    with pytest.raises(ValueError, match="fits into any"):
        sample(2, kinds=("train",), places=("underwater",))
    with pytest.raises(ValueError, match="allowed"):
        sample(2, kinds=("cat",), places=("alley",), allow=lambda *_: False)


def test_what_goes_unsaid_is_about_as_usual_as_all_that_is_said() -> None:
    men = [sample(seed, kinds=("man",), num_frames=1) for seed in range(120)]
    hats = [subject.look["hat"] for scene in men for subject in scene.subjects]
    assert 0.38 < hats.count("none") / len(hats) < 0.62
