"""Prompts to measure with: captions that tell as much of a scene as a sentence does. It does not know models."""

from dataclasses import replace

import numpy as np

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.world.captions.caption import Caption, caption
from celaje.engine.world.captions.grammar import Language
from celaje.engine.world.scene import Scene

TOLD = ("place", "look", "time", "weather", "camera", "count")
TRIES = 60


def telling_caption(scene: Scene, language: Language) -> Caption:
    """Of many captions of `scene` the one that speaks of most: every kind of subject, then the slots of `TOLD`.

    The same scene gives the same caption. What it leaves out must not be asked of a clip made from it.
    """
    rng = np.random.default_rng((scene.seed, 41, ("en", "es").index(language)))
    kinds = {f"kinds:{subject.kind}" for subject in scene.subjects}
    best: tuple[int, Caption] | None = None
    for _ in range(TRIES):
        made = caption(scene, language, rng)
        told = 10 * len(kinds & made.mentioned) + sum(slot in made.mentioned for slot in TOLD)
        if best is None or told > best[0]:
            best = (told, made)
        if told == 10 * len(kinds) + len(TOLD):
            break
    assert best is not None, "at least one caption was drawn"
    return best[1]


def one_shot(scene: Scene, num_frames: int) -> Scene:
    """The first shot of `scene`, as long as `num_frames`: what labels and judges speak of."""
    end_s = num_frames / FRAMES_PER_SECOND
    subjects = []
    for subject in scene.subjects:
        begun = [action for action in subject.actions if action.start_s < end_s - 0.5] or list(subject.actions[:1])
        cut = [replace(action, end_s=min(action.end_s, end_s)) for action in begun[:-1]]
        subjects.append(replace(subject, actions=(*cut, replace(begun[-1], end_s=end_s))))
    shot = replace(scene.shots[0], start_s=0.0, end_s=end_s)
    return replace(scene, num_frames=num_frames, subjects=tuple(subjects), shots=(shot,))
