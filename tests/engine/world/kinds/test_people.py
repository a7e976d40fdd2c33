from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.engine.world.kinds import astronaut, child, dancer, diver, man, old_person, robot, woman
from celaje.engine.world.kinds.figure import Build, feet_tracks, skeleton
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, HAIR_COLOR_WORDS, HAIR_RGB, SKIN_RGB, SKIN_WORDS
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Pattern, Shapes
from celaje.engine.world.words import Noun

PEOPLE = [module.KIND for module in (woman, man, child, old_person, astronaut, diver, dancer, robot)]
WALKERS = [module.BUILD for module in (woman, man, child, old_person, astronaut, dancer, robot)]
AMOUNTS = ("mouth", "wave", "dance", "sit", "swim", "fly", "crouch", "squash")


def standing(num_frames: int, rate_hz: float = 12.0) -> Pose:
    zeros = {field.name: np.zeros(num_frames) for field in fields(Pose)}
    time = np.arange(num_frames) / rate_hz
    return Pose(**zeros | {"time": time, "beat": 2 * time, "position": np.zeros((num_frames, 3))})


def going(build: Build, gait: float, seconds: float = 3.0) -> Pose:
    """A pose that walks (1), runs (2) or something between at the speed of its gait, 240 frames a second."""
    still = standing(round(seconds * 240), 240.0)
    stride = np.interp(gait, (1, 2), (build.gait.walk_stride_m, build.gait.run_stride_m))
    rate = np.interp(gait, (1, 2), (build.gait.walk_rate_hz, build.gait.run_rate_hz))
    position = np.stack([stride * rate * still.time, 0 * still.time, 0 * still.time], axis=1)
    return replace(still, phase=2 * np.pi * rate * still.time, gait=still.gait + gait, position=position)


def slides_m(pose: Pose, body: np.ndarray, planted: np.ndarray) -> float:
    """How far a point of the body moves over the ground, at most, within one stretch of frames where it is planted."""
    world = body + pose.position
    edges = np.flatnonzero(np.diff(np.concatenate([[0], planted > 0, [0]]).astype(int)))
    spans = [world[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True) if stop - start > 10]
    assert len(spans) >= 2
    return max(float(np.ptp(span[:, [0, 2]], axis=0).max()) for span in spans)


@pytest.mark.parametrize("build", WALKERS, ids=lambda build: f"{build.height_m} m")
@pytest.mark.parametrize("gait", [1.0, 1.4, 2.0])
def test_a_planted_foot_stays_on_its_spot(build: Build, gait: float) -> None:
    pose = going(build, gait)
    for track in feet_tracks(build, pose):
        assert slides_m(pose, track.ball, track.planted) < 0.005


@pytest.mark.parametrize("build", WALKERS, ids=lambda build: f"{build.height_m} m")
@pytest.mark.parametrize("gait", [1.0, 2.0])
def test_the_drawn_leg_reaches_its_planted_foot(build: Build, gait: float) -> None:
    pose = going(build, gait)
    for track, leg in zip(feet_tracks(build, pose), skeleton(build, pose).legs, strict=True):
        back, down = 0.72 * build.foot_m, build.ankle_m
        rolling = track.pitch <= 0
        ball = leg.tip.at(back, -down, 0.0)
        assert slides_m(pose, ball, track.planted * rolling) < 0.02
        assert np.abs(ball[(track.planted > 0) & rolling, 1]).max() < 0.02


@pytest.mark.parametrize("build", WALKERS, ids=lambda build: f"{build.height_m} m")
def test_feet_touch_down_at_phase_0_and_pi(build: Build) -> None:
    pose = replace(standing(720), phase=np.linspace(0, 4 * np.pi, 720), gait=np.ones(720))
    for track, expected in zip(feet_tracks(build, pose), (0.0, np.pi), strict=True):
        landings = pose.phase[1:][np.diff(track.planted) > 0]
        assert len(landings) > 0
        assert np.abs(np.exp(1j * landings) - np.exp(1j * expected)).max() < 0.03


@pytest.mark.parametrize("build", WALKERS, ids=lambda build: f"{build.height_m} m")
def test_running_leaves_the_ground_and_walking_does_not(build: Build) -> None:
    def most_feet_up(gait: float) -> float:
        left, right = feet_tracks(build, going(build, gait))
        return 2 - float((left.planted + right.planted).min())

    assert most_feet_up(1.0) == 1.0
    assert most_feet_up(2.0) == 2.0


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), which=st.sampled_from(PEOPLE))
def test_any_look_in_any_pose_is_drawn_whole_and_above_the_ground(seed: int, which: Kind) -> None:
    rng = np.random.default_rng(seed)
    look = {slot: str(rng.choice(list(values))) for slot, values in which.looks.items()}
    pose = replace(
        standing(5), phase=rng.uniform(0, 7, 5), gait=rng.uniform(0, 2, 5), look_at=rng.uniform(-0.5, 0.5, 5)
    )
    pose = replace(pose, **{str(rng.choice(AMOUNTS)): rng.uniform(0, 1, 5)})
    shapes = Shapes(5)
    which.draw(shapes, look, pose)
    points = np.stack(shapes.starts + shapes.ends)
    assert np.isfinite(points).all()
    assert np.isfinite(np.stack(shapes.widths + shapes.heights + shapes.rolls)).all()
    assert points[..., 1].min() > (-0.35 if which.medium == "ground" else -0.8)  # a diver never stands
    assert points[..., 1].max() < 1.35 * which.height_m
    assert 20 <= len(shapes.solids) <= 95


@pytest.mark.parametrize("kind", PEOPLE, ids=lambda kind: kind.name)
def test_the_height_is_that_of_the_standing_body(kind: Kind) -> None:
    shapes = Shapes(1)
    kind.draw(shapes, {}, standing(1))
    top = np.stack(shapes.starts + shapes.ends)[..., 1].max()
    assert top == pytest.approx(kind.height_m, rel=0.1)


@pytest.mark.parametrize("kind", PEOPLE, ids=lambda kind: kind.name)
def test_the_first_slot_is_the_main_color(kind: Kind) -> None:
    first = next(iter(kind.looks))
    assert first.endswith("color")
    noun = first.removesuffix(" color")
    assert noun == "body" or any(isinstance(words, Noun) for words in kind.looks[noun].values())
    amounts = []
    for color in list(kind.looks[first])[:4]:
        shapes = Shapes(1)
        kind.draw(shapes, {first: color}, standing(1))
        amounts.append(np.stack(shapes.colors)[:, 0].sum(axis=0))
    assert np.ptp(np.stack(amounts), axis=0).max() > 1.0  # several solids change with it


@pytest.mark.parametrize("kind", PEOPLE, ids=lambda kind: kind.name)
def test_an_unknown_look_is_refused(kind: Kind) -> None:
    slot = next(iter(kind.looks))
    with pytest.raises(ValueError, match="mauve"):
        kind.draw(Shapes(1), {slot: "mauve"}, standing(1))
    with pytest.raises(ValueError, match="wings"):
        kind.draw(Shapes(1), {"wings": "red"}, standing(1))


def test_every_color_has_words() -> None:
    assert COLOR_RGB.keys() == COLOR_WORDS.keys()
    assert HAIR_RGB.keys() == HAIR_COLOR_WORDS.keys()
    assert SKIN_RGB.keys() == SKIN_WORDS.keys()


@pytest.mark.parametrize("kind", PEOPLE, ids=lambda kind: kind.name)
def test_spanish_words_have_their_forms(kind: Kind) -> None:
    nouns = [kind.noun] + [
        words for values in kind.looks.values() for words in values.values() if isinstance(words, Noun)
    ]
    for noun in nouns:
        assert all(text.count("/") == 1 and text[-2:] in (" m", " f") for text in noun.es)
        assert all(text.count("/") == 1 for text in noun.en)


def test_the_helmet_of_the_prompt_is_knitted_in_red() -> None:
    shapes = Shapes(1)
    astronaut.KIND.draw(shapes, {"helmet": "knitted", "helmet color": "red"}, standing(1))
    knitted = [
        color[0] for color, pattern in zip(shapes.colors, shapes.patterns, strict=True) if pattern == Pattern.KNIT
    ]
    assert len(knitted) >= 2
    assert all(red > 3 * max(green, blue) for red, green, blue in knitted)


def test_a_diver_swims_lying() -> None:
    swimming = skeleton(diver.BUILD, replace(standing(3), swim=np.ones(3)))
    along = swimming.chest.origin - swimming.pelvis.origin
    assert (along[:, 0] > 3 * np.abs(along[:, 1])).all()
    assert (swimming.head.forward[:, 0] > 0.5).all()
