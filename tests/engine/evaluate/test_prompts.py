"""Prompts tell much of a scene, in the language asked for; one shot is what labels speak of."""

from typing import Literal

import pytest

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.evaluate.prompts import TOLD, one_shot, telling_caption
from celaje.engine.world.captions.labels import labels
from celaje.engine.world.sample import sample


@pytest.mark.parametrize("language", ["en", "es"])
def test_captions_tell_nearly_everything(language: Literal["en", "es"]) -> None:
    told = []
    for seed in range(12):
        scene = one_shot(sample(seed, num_frames=64), 32)
        made = telling_caption(scene, language)
        assert made.language == language
        assert made.text == telling_caption(scene, language).text
        wanted = {"place"} | {f"kinds:{subject.kind}" for subject in scene.subjects}
        told.append(len((wanted | {"time", "weather", "camera"}) & made.mentioned) / (len(wanted) + 3))
    assert sum(told) / len(told) > 0.9
    assert "place" in TOLD


def test_one_shot_keeps_what_the_labels_say() -> None:
    scenes = [sample(seed, num_frames=72) for seed in range(200)]
    assert any(len(scene.shots) == 2 for scene in scenes)
    for scene in scenes:
        for num_frames in (32, 60, 96):
            cut = one_shot(scene, num_frames)
            assert cut.num_frames == num_frames
            assert len(cut.shots) == 1
            assert cut.shots[0].end_s == num_frames / FRAMES_PER_SECOND
            assert labels(cut).one == labels(scene).one
            for subject in cut.subjects:
                assert subject.actions[0].start_s == 0
                assert subject.actions[-1].end_s == cut.shots[0].end_s
                assert all(action.start_s < action.end_s for action in subject.actions)
