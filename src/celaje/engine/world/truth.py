"""What is true about a recording: which pixel is whom, how far, where it moves; who is where; what sounds when.

It does not know how frames are made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.kinds import KINDS
from celaje.engine.world.motion.heard import could_be
from celaje.engine.world.render import Frames
from celaje.engine.world.scene import Event, Scene, Shot


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Facts about T frames with K subjects, in the order of `scene.subjects`, where their kinds and looks are."""

    instance: NDArray[np.uint8]  # [T, H, W] 0 the place, 1 to K the subjects
    depth: NDArray[np.float32]  # [T, H, W] metres along the camera's axis
    flow: NDArray[np.float32]  # [T, H, W, 2] pixels (x, y) to the next frame; 0 in the last of a shot
    boxes: NDArray[np.int32]  # [T, K, 4] left, top, right, bottom in pixels (the latter two outside); 0 when not seen
    share: NDArray[np.float32]  # [T, K] of the picture that each subject covers
    shots: tuple[Shot, ...]  # [T] the shot of each frame
    events: tuple[tuple[Event, ...], ...]  # [T] what begins while each frame is shown

    @property
    def middle(self) -> NDArray[np.float32]:
        """[T, K, 2] the middle of each subject's box: -1 left or top to 1 right or bottom."""
        height, width = self.instance.shape[1:]
        middle = (self.boxes[..., :2] + self.boxes[..., 2:]).astype(np.float32)
        return np.asarray(middle / np.array([width, height], np.float32) - 1, np.float32)


def truth_of(scene: Scene, shot: Shot, frames: Frames, num_frames: int, first: int, events: Sequence[Event]) -> Truth:
    """The truth about the first `num_frames` of `frames`, of which the first is frame `first` of the clip.

    `events` are those of these frames, with times from the clip's start.
    """
    instance = frames.instance[:num_frames]
    boxes, share = _boxes(instance, len(scene.subjects))
    heard: list[list[Event]] = [[] for _ in range(num_frames)]
    for event in events:
        heard[min(num_frames - 1, max(0, int(event.time_s * scene.frames_per_second + 1e-6) - first))].append(event)
    return Truth(
        instance=instance,
        depth=frames.depth[:num_frames],
        flow=frames.flow[:num_frames],
        boxes=boxes,
        share=share,
        shots=(shot,) * num_frames,
        events=tuple(tuple(moment) for moment in heard),
    )


def audible(scene: Scene, events: Sequence[Event]) -> frozenset[str]:
    """The kinds that are heard: those that do something that sounds, and those that hum."""
    sounding = {event.subject for event in events}
    return frozenset(
        subject.kind for index, subject in enumerate(scene.subjects) if index in sounding or KINDS[subject.kind].hum
    )


def sounding_alike(scene: Scene, events: Sequence[Event]) -> frozenset[str]:
    """The kinds that would sound as somebody who is heard does, those among them: steps do not tell man from woman."""
    alike = set(audible(scene, events))
    for index, subject in enumerate(scene.subjects):
        sounds = {(event.sound, event.surface) for event in events if event.subject == index}
        hum = KINDS[subject.kind].hum
        if sounds or hum:
            alike |= {
                name
                for name, kind in KINDS.items()
                if kind.hum == hum and all(could_be(kind, sound, detail) for sound, detail in sounds)
            }
    return frozenset(alike)


def joined(pieces: Sequence[Truth]) -> Truth:
    """One truth about all pieces, in order."""
    return Truth(
        instance=np.concatenate([piece.instance for piece in pieces]),
        depth=np.concatenate([piece.depth for piece in pieces]),
        flow=np.concatenate([piece.flow for piece in pieces]),
        boxes=np.concatenate([piece.boxes for piece in pieces]),
        share=np.concatenate([piece.share for piece in pieces]),
        shots=tuple(shot for piece in pieces for shot in piece.shots),
        events=tuple(moment for piece in pieces for moment in piece.events),
    )


def _boxes(instance: NDArray[np.uint8], num_subjects: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    boxes = np.zeros((len(instance), num_subjects, 4), np.int32)
    share = np.zeros((len(instance), num_subjects), np.float32)
    for index in range(num_subjects):
        mask = instance == index + 1
        share[:, index] = mask.mean(axis=(1, 2))
        rows, columns = mask.any(axis=2), mask.any(axis=1)
        seen = rows.any(axis=1)
        left, right = columns.argmax(axis=1), columns.shape[1] - columns[:, ::-1].argmax(axis=1)
        top, bottom = rows.argmax(axis=1), rows.shape[1] - rows[:, ::-1].argmax(axis=1)
        boxes[:, index] = np.stack([left, top, right, bottom], axis=1) * seen[:, None]
    return boxes, share
