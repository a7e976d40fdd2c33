"""The renderer against geometry that can be worked out by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import Size
from celaje.engine.world.camera import CameraTrack
from celaje.engine.world.light import light_for
from celaje.engine.world.places.place import Ground, Place
from celaje.engine.world.pose import Pose
from celaje.engine.world.render import SKY_DEPTH_M, Frames, View, merge, place_body, render
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

SIZE = Size(64, 64)


def _place(ground: Ground = Ground.GRASS, **facts: Any) -> Place:
    words: dict[str, Any] = {"phrase": Phrase(en=(), es=()), "noun": Noun(en=(), es=())}
    return Place(name="test", ground=ground, build=lambda shapes, rng, time: (), surface="grass", **words | facts)


def _view(frames: int, *, place: Place | None = None, weather: str = "clear", eye_x: float = 0.0) -> View:
    place = place or _place()
    time_s = np.arange(frames) / 12
    eye = np.stack([eye_x * time_s, 0 * time_s + 1.0, 0 * time_s - 5.0], axis=1)
    camera = CameraTrack(eye=eye, target=eye + np.array([0.0, 0.0, 5.0]), roll=0 * time_s, field_of_view=np.pi / 4)
    return View(
        camera=camera, light=light_for("day", weather, place), ground=place.ground, options=place.options, lamps=(),
        place=place, weather=weather, time_s=time_s, beat=2 * time_s, flash=0 * time_s, burst=0 * time_s, seed=3,
    )  # fmt: skip


def _ball(frames: int, speed_m_s: float = 0.0) -> Shapes:
    shapes = Shapes(frames, 1)
    x = speed_m_s * np.arange(frames) / 12
    shapes.add((x - 0.5, 1.0, 0.0), (x + 0.5, 1.0, 0.0), 0.5, color=(0.9, 0.2, 0.2))
    return shapes


def test_a_ball_is_where_and_as_far_as_geometry_says() -> None:
    frames = render(_ball(1), _view(1), SIZE)
    mask = frames.instance[0] == 1
    assert mask[32, 32]
    assert frames.depth[0, 32, 32] == pytest.approx(4.5, abs=0.01)
    # The silhouette of a sphere of radius r at distance d has the half angle asin(r / d).
    radius = np.tan(np.arcsin(0.5 / 5.0)) / np.tan(np.pi / 8) * 32
    assert mask.sum() == pytest.approx(np.pi * radius**2, rel=0.06)
    red, green, _ = frames.color[0, 30, 32].astype(int)
    assert red > green + 60


def test_ground_and_sky_have_their_depth() -> None:
    frames = render(Shapes(1), _view(1), SIZE)
    assert frames.depth[0, 0, 0] == SKY_DEPTH_M
    slope = (2 * 63.5 / 64 - 1) * np.tan(np.pi / 8)
    assert frames.depth[0, 63, 10] == pytest.approx(1.0 / slope, rel=1e-3)


@settings(max_examples=8, deadline=None)
@given(speed=st.floats(-3, 3), eye=st.floats(-2, 2))
def test_flow_is_the_motion_relative_to_the_camera(speed: float, eye: float) -> None:
    frames = render(_ball(2, speed), _view(2, eye_x=eye), SIZE)
    pixels_per_m = 32 / np.tan(np.pi / 8) / frames.depth[0, 32, 32]
    assert frames.flow[0, 32, 32, 0] == pytest.approx((speed - eye) / 12 * pixels_per_m, abs=0.02)
    assert abs(frames.flow[0, 32, 32, 1]) < 0.02
    ground_depth = frames.depth[0, 60, 5]
    assert frames.flow[0, 60, 5, 0] == pytest.approx(-eye / 12 * 32 / np.tan(np.pi / 8) / ground_depth, abs=0.02)
    assert not frames.flow[1].any()


def test_the_nearer_of_two_is_seen_and_both_are_told_apart() -> None:
    far = Shapes(1, 2)
    far.add((-1.0, 1.0, 2.0), (1.0, 1.0, 2.0), 1.0, color=(0.1, 0.1, 0.9), solid=Solid.BOX)
    instance = render(merge(far, _ball(1)), _view(1), SIZE).instance[0]
    assert instance[32, 32] == 1
    assert set(np.unique(instance)) == {0, 1, 2}


def test_edges_are_smooth() -> None:
    color = render(_ball(1), _view(1), SIZE).color[0].astype(int)
    row = color[24]
    assert len(np.unique(row[:, 0])) > 10
    assert np.abs(np.diff(row[:, 1])).max() < 200


@pytest.mark.parametrize("ground", list(Ground))
def test_every_ground_is_painted_and_nothing_is_burnt_out(ground: Ground) -> None:
    color = render(Shapes(1), _view(1, place=_place(ground)), SIZE).color[0, 40:]
    assert color.std() > 0.5
    assert 5 < color.mean() < 252


@pytest.mark.parametrize("pattern", list(Pattern)[1:])
def test_every_pattern_shows(pattern: Pattern) -> None:
    shapes = Shapes(1, 1)
    common = {"color": (0.8, 0.5, 0.2), "scale": 3.0, "solid": Solid.BOX}
    plain = Shapes(1, 1)
    for target, kind in ((plain, Pattern.PLAIN), (shapes, pattern)):
        target.add((0.0, 0.2, 0.0), (0.0, 2.0, 0.0), 0.6, 0.9, pattern=kind, color2=(0.1, 0.2, 0.9), **common)  # type: ignore[arg-type]
    patterned, flat = render(shapes, _view(1), SIZE).color.astype(int), render(plain, _view(1), SIZE).color.astype(int)
    assert np.abs(patterned - flat).max() > 8


@pytest.mark.parametrize("solid", list(Solid))
@pytest.mark.parametrize("finish", list(Finish))
def test_every_solid_and_finish_is_drawn(solid: Solid, finish: Finish) -> None:
    shapes = Shapes(1, 1)
    shapes.add((0.0, 0.2, 0.0), (0.3, 1.8, 0.1), 0.6, color=(0.3, 0.7, 0.4), solid=solid, finish=finish)
    frames = render(shapes, _view(1), SIZE)
    assert 150 < (frames.instance == 1).sum() < 1500


@pytest.mark.parametrize("weather", ["rain", "heavy rain", "snow", "storm"])
def test_weather_falls_the_same_for_the_same_seed(weather: str) -> None:
    first, again = (render(_ball(2), _view(2, weather=weather), SIZE) for _ in range(2))
    assert np.array_equal(first.color, again.color)
    assert not np.array_equal(first.color[0], first.color[1])


def test_chunks_make_the_same_frames_as_the_whole() -> None:
    whole = render(_ball(4), _view(4), SIZE)
    view = _view(4)
    part = View(**vars(view) | {"camera": view.camera.frames(2, 4)} | {n: getattr(view, n)[2:] for n in _TRACKS})
    assert np.array_equal(render(_ball(2), part, SIZE).color, whole.color[2:])


_TRACKS = ("time_s", "beat", "flash", "burst")


def test_without_truth_the_pictures_are_the_same() -> None:
    fast: Frames = render(_ball(1), _view(1), SIZE, truth=False)
    assert np.array_equal(fast.color, render(_ball(1), _view(1), SIZE).color)
    assert not fast.depth.any()


@settings(max_examples=20, deadline=None)
@given(heading=st.floats(-3, 3), pitch=st.floats(-1, 1), roll=st.floats(-1, 1))
def test_a_placed_box_turns_as_a_rigid_body(heading: float, pitch: float, roll: float) -> None:
    still = np.zeros(1)
    tracks = dict.fromkeys(Pose.__dataclass_fields__, still)
    position = np.array([[0.0, 1.0, 0.0]])
    angles = {"heading": still + heading, "pitch": still + pitch, "roll": still + roll, "position": position}
    views = []
    for start, end, width, height in (((0, -0.6, 0), (0, 0.6, 0), 0.2, 0.4), ((-0.4, 0, 0), (0.4, 0, 0), 0.2, 0.6)):
        body = Shapes(1, 1)
        body.add(start, end, width, height, color=(0.5, 0.5, 0.5), solid=Solid.BOX)
        views.append(render(place_body(body, Pose(**tracks | angles)), _view(1), SIZE).instance)
    # The same box, told once by its vertical and once by its forward axis, must cover the same pixels.
    assert (views[0] != views[1]).sum() <= 4


def test_merging_unequal_lengths_is_refused() -> None:
    with pytest.raises(ValueError, match="give equal numbers"):
        merge(Shapes(2), Shapes(3))
