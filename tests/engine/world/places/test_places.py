"""Every place keeps its promises: words, a free stage, a moderate number of solids, the same for the same seed."""

import re

import numpy as np
import pytest

from celaje.engine.world.places import PLACES, Ground, Place
from celaje.engine.world.scene import TIMES, WEATHERS
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.sounds import SOUNDS

EXPECTED = (
    "city", "alley", "snowy meadow", "mountain valley", "salt desert", "dunes", "beach", "open sea", "underwater",
    "forest", "volcano", "club", "living room", "moon", "countryside", "ruins",
)  # fmt: skip
SURFACES = {"snow", "grass", "stone", "sand", "wood", "water", "dust", "leaves"}
MEDIA = {"ground", "water", "underwater", "air", "road", "rails"}
FLAT_M = 0.1  # carpets, stripes and puddles may lie on the stage
PREPOSITIONS = {
    "en": ("in", "on", "at", "inside", "under", "by", "near", "amid", "among"),
    "es": ("en", "sobre", "bajo", "entre", "junto", "dentro", "cerca"),
}
SEEDS = range(6)

places = pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))


def built(place: Place, seed: int, time: str) -> Shapes:
    shapes = Shapes(1)
    place.build(shapes, np.random.default_rng(seed), time)
    return shapes


def boxes(shapes: Shapes) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest corner [N, 3] of a box around each solid: exact if upright, a little large if not."""
    starts, ends = np.concatenate(shapes.starts), np.concatenate(shapes.ends)
    axis = np.abs(ends - starts) / np.linalg.norm(ends - starts, axis=1, keepdims=True)
    across = np.sqrt(np.maximum(0.0, 1.0 - axis**2))
    widths, heights = np.concatenate(shapes.widths), np.concatenate(shapes.heights)
    upright = axis[:, 1] > 0.9
    reach = across * np.maximum(widths, heights)[:, None]
    reach[:, 0] = np.where(upright, heights, reach[:, 0])
    reach[:, 2] = np.where(upright, widths, across[:, 2] * np.maximum(widths, 0.0))
    reach[:, 1] = np.where(upright, 0.0, across[:, 1] * heights)
    return np.minimum(starts, ends) - reach, np.maximum(starts, ends) + reach


def test_all_places_are_there_under_their_names() -> None:
    assert tuple(PLACES) == EXPECTED
    assert all(name == place.name for name, place in PLACES.items())


@places
def test_says_only_what_others_know(place: Place) -> None:
    assert set(place.sounds) <= set(SOUNDS)
    assert all(SOUNDS[name].bed for name in place.sounds)
    assert place.sounds
    assert place.surface in SURFACES
    assert place.media
    assert set(place.media) <= MEDIA
    assert place.times
    assert set(place.times) <= set(TIMES)
    assert place.weathers[0] == "clear"
    assert set(place.weathers) <= set(WEATHERS)
    assert place.ground in Ground
    if place.indoors or place.underwater:
        assert place.weathers == ("clear",)


@places
def test_words_have_the_forms_that_sentences_need(place: Place) -> None:
    for language in ("en", "es"):
        phrases: tuple[str, ...] = getattr(place.phrase, language)
        assert len(set(phrases)) == len(phrases) >= 4
        for phrase in phrases:
            assert phrase.split()[0] in PREPOSITIONS[language], phrase
            assert not re.search(r"[,.;]|in front of|in the middle of|en medio de", phrase), phrase
    assert all(re.fullmatch(r"[^/]+/[^/]+", noun) for noun in place.noun.en)
    assert all(re.fullmatch(r"[^/]+/[^/]+ [mf]", noun) for noun in place.noun.es)


@places
def test_has_a_moderate_number_of_solids(place: Place) -> None:
    for seed in SEEDS:
        count = len(built(place, seed, place.times[seed % len(place.times)]).starts)
        assert 25 <= count <= 90, (seed, count)


@places
def test_numbers_are_sane(place: Place) -> None:
    for seed in SEEDS:
        shapes = built(place, seed, place.times[0])
        for colors in (shapes.colors, shapes.colors2):
            values = np.concatenate(colors)
            assert values.min() >= 0.0
            assert values.max() <= 1.0
        assert np.all(np.concatenate(shapes.widths) > 0.0)
        assert np.all(np.concatenate(shapes.heights) > 0.0)
        assert np.all(np.linalg.norm(np.concatenate(shapes.ends) - np.concatenate(shapes.starts), axis=1) > 0.0)
        assert set(shapes.instances) == {0}


@places
def test_the_stage_and_the_way_to_the_camera_are_free(place: Place) -> None:
    """Nothing taller than a puddle stands where subjects move, nor between them and a camera in front."""
    for seed in SEEDS:
        low, high = boxes(built(place, seed, place.times[0]))
        tall = (high[:, 1] > FLAT_M) & (low[:, 1] < 3.0)
        for x, near, far in ((8.9, -1.5, 2.0), (7.0, -9.0, -1.5)):
            inside = tall & (low[:, 0] < x) & (high[:, 0] > -x) & (low[:, 2] < far) & (high[:, 2] > near)
            assert not inside.any(), (seed, low[inside], high[inside])


@places
def test_sides_have_scenery_too(place: Place) -> None:
    """A camera that turns up to 60 degrees away still sees something on either side."""
    low, high = boxes(built(place, 3, place.times[0]))
    middle = (low + high) / 2
    for side in (-1.0, 1.0):
        beside = (middle[:, 0] * side > 8.0) & (high[:, 0] * side > 9.0) & (np.abs(middle[:, 2]) < 9.0)
        assert beside.sum() >= 1


@places
def test_same_seed_same_place_other_seed_other_place(place: Place) -> None:
    first, again, other = (np.concatenate(built(place, seed, place.times[0]).starts) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


@places
def test_lamps_light_the_scene(place: Place) -> None:
    lamps = place.build(Shapes(1), np.random.default_rng(1), place.times[-1])
    assert len(lamps) <= 8
    for lamp in lamps:
        assert lamp.reach_m > 0
        assert max(lamp.color) > 0.4
        assert lamp.position[1] > 0


def test_lamps_of_the_club_pulse_with_the_beat() -> None:
    lamps = PLACES["club"].build(Shapes(1), np.random.default_rng(0), "night")
    assert sum(lamp.beat for lamp in lamps) >= 3
