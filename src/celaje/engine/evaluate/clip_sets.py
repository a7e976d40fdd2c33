"""What was seen and heard of many clips, set by set, and the numbers that follow: likeness, motion, identity, speed.

The sets ("real", "reconstructed", "generated en"...) hold clips of the same scenes in the same order. It does not know
where clips come from, nor what they were asked to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.evaluate.likeness import DISTANCES, Features, Observer, found_again
from celaje.engine.evaluate.motion import Motion, motion_is_seen, motion_of
from celaje.engine.evaluate.numbers import Number, mean_of, median_of, share
from celaje.engine.generate import Made

REAL, HALVES = "real", "real, two halves"
Numbers = dict[str, Number]


@dataclass
class ClipSets:
    """Features, motion and speed by set. All of `add` is told of one clip."""

    observer: Observer
    pictures: dict[str, list[Features]] = field(default_factory=dict)
    movements: dict[str, list[Features]] = field(default_factory=dict)
    sounds: dict[str, list[Features]] = field(default_factory=dict)
    motions: dict[str, list[Motion]] = field(default_factory=dict)
    speeds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, row: str, clip: Made) -> None:
        """One clip with sound."""
        assert clip.samples is not None, "clips to measure have sound"
        seen = self.observer(clip.frames, clip.samples)
        self.pictures.setdefault(row, []).append(seen.picture)
        self.movements.setdefault(row, []).append(seen.motion)
        self.sounds.setdefault(row, []).append(seen.sound)
        if motion_is_seen():
            self.motions.setdefault(row, []).append(motion_of(clip.frames))
        if clip.seconds_by_stage:
            spent_s = sum(clip.seconds_by_stage.values())
            self.speeds.setdefault(row, []).append(spent_s * FRAMES_PER_SECOND / len(clip.frames))

    def numbers(self) -> Numbers:
        """Every number by "group/measure/set"."""
        return self._likeness() | self._motion() | self._identity() | {
            f"speed/real-time factor/{row}": median_of(values) for row, values in self.speeds.items()
        }  # fmt: skip

    def spread(self) -> tuple[Features, Features]:
        """The middle and the spread of each feature of real pictures [D]."""
        real = np.concatenate(self.pictures[REAL])
        return real.mean(0), np.maximum(real.std(0), 1e-3)

    def _likeness(self) -> Numbers:
        found: Numbers = {}
        kinds: Mapping[str, Mapping[str, list[Features]]] = {
            "picture": self.pictures, "motion": self.movements, "sound": self.sounds
        }  # fmt: skip
        for kind, rows in kinds.items():
            real = rows[REAL]
            if len(real) < 2 or not len(real[0]):
                continue
            for name, measure in DISTANCES.items():
                for row, clips in rows.items():
                    if row != REAL:
                        found[f"likeness/{kind}, {name}/{row}"] = measure(clips, real)
                if len(real) > 3:
                    half = len(real) // 2
                    found[f"likeness/{kind}, {name}/{HALVES}"] = measure(real[:half], real[half : 2 * half])
        return found

    def _motion(self) -> Numbers:
        found: Numbers = {}
        for row, motions in self.motions.items():
            real = self.motions[REAL]
            found[f"motion/amount, pixels a frame/{row}"] = mean_of([one.amount for one in motions])
            found[f"motion/warping error, grey levels/{row}"] = mean_of([one.warp_error for one in motions])
            pairs = [(one, other) for one, other in zip(motions, real, strict=True) if not other.is_frozen]
            if pairs:
                found[f"motion/frozen though the real one moves/{row}"] = share([one.is_frozen for one, _ in pairs])
                found[f"motion/amount by the real one/{row}"] = median_of(
                    [one.amount / other.amount for one, other in pairs]
                )
        return found

    def _identity(self) -> Numbers:
        found: Numbers = {}
        for row, clips in self.pictures.items():
            third = len(clips[0]) // 3
            if third and len(clips) > 1:
                first, last = [clip[:third] for clip in clips], [clip[-third:] for clip in clips]
                found[f"identity/first third found again by the last, of {len(clips)}/{row}"] = share(
                    found_again(first, last)
                )
        return found
