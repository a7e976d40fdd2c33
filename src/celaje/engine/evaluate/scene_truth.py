"""What is true about a scene, and what of it a prompt told: that, and no more, a clip can be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celaje.engine.evaluate.judge import SOURCE, Truths, truths
from celaje.engine.evaluate.onsets import SUDDEN
from celaje.engine.judge.network import ACTIONS, KINDS
from celaje.engine.world.captions.labels import labels, vocabulary
from celaje.engine.world.record import Recording
from celaje.engine.world.scene import Scene
from celaje.engine.world.truth import audible, sounding_alike


@dataclass(frozen=True, kw_only=True)
class SceneTruth:
    """What holds for a scene. `named` is what is there as captions mention it; `moments` are of sudden events."""

    told: Truths
    named: Mapping[str, frozenset[str]]
    moments: NDArray[np.float64]

    @classmethod
    def of(cls, scene: Scene, recording: Recording) -> "SceneTruth":
        """What holds for `scene` and was heard in its `recording`."""
        names = vocabulary().names(KINDS)
        heard, alike = (
            [names.index(kind) for kind in sorted(kinds(scene, recording.events))]
            for kinds in (audible, sounding_alike)
        )
        there = frozenset(f"{KINDS}:{subject.kind}" for subject in scene.subjects)
        return cls(
            told=truths([labels(scene)], [heard], alike=[alike]),
            named={
                KINDS: there,
                SOURCE: there,
                ACTIONS: frozenset(f"{ACTIONS}:{action.name}" for who in scene.subjects for action in who.actions),
            },
            moments=np.array(sorted(event.time_s for event in recording.events if event.sound in SUDDEN)),
        )

    def asked(self, slot: str, mentioned: frozenset[str]) -> bool:
        """Whether a prompt that `mentioned` these told all of a slot."""
        if slot in self.named:
            return bool(self.named[slot]) and self.named[slot] <= mentioned
        return slot in mentioned
