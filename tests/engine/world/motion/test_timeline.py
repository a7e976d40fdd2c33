"""The clock of motion: exact on its ticks, smooth between changes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.world.motion.timeline import blank, crossings, doing, pose_at, smooth, spans, ticks
from celaje.engine.world.scene import Action


def test_a_pose_at_its_own_ticks_is_itself() -> None:
    pose = blank(ticks(1.0, 3.0))
    pose.position[:, 0] = np.sin(pose.time)
    again = pose_at(pose, pose.time[::10])
    np.testing.assert_allclose(again.position, pose.position[::10])
    np.testing.assert_allclose(again.beat, 2 * pose.time[::10])


@given(st.floats(0.3, 3.0), st.floats(0.0, 6.0))
def test_crossings_find_every_moment(rate: float, offset: float) -> None:
    time = ticks(0.0, 5.0)
    found = crossings(rate * 2 * np.pi * time, time, 2 * np.pi, offset)
    phase = rate * 2 * np.pi * found
    np.testing.assert_allclose((phase - offset + np.pi) % (2 * np.pi), np.pi, atol=1e-6)
    assert abs(len(found) - 5.0 * rate) <= 1


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40), st.floats(0.05, 2.0))
def test_smoothing_stays_between_the_extremes(levels: list[float], seconds: float) -> None:
    values = np.repeat(levels, 30)
    calm = smooth(values, seconds)
    assert len(calm) == len(values)
    assert calm.min() >= values.min() - 1e-9
    assert calm.max() <= values.max() + 1e-9
    assert np.abs(np.diff(calm)).max() <= np.abs(np.diff(values)).max() + 1e-9


def test_actions_are_cut_to_the_shot() -> None:
    actions = (Action(name="walk", start_s=0.0, end_s=2.0), Action(name="sit", start_s=2.0, end_s=5.0))
    parts = spans(actions, 1.0, 4.0)
    assert [(part.name, part.start_s, part.end_s) for part in parts] == [("walk", 1.0, 2.0), ("sit", 2.0, 4.0)]
    walking = doing(ticks(1.0, 4.0), parts, ("walk",))
    assert walking[0] == 1
    assert walking[-1] == 0
