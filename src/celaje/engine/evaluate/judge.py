"""What the judge is asked and what is right: the world's truth as its answers, its losses, and marks for its answers.

The judge of the evaluation is trained on real clips of all combinations and never sees a generated one. This module
knows the world, but not prompts or training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.engine.judge.motion import MOTION_SLOTS, MotionAnswers
from celaje.engine.judge.network import ACTIONS, KINDS, PICTURE_SLOTS, SOUND_SLOTS, Answers
from celaje.engine.world.captions.labels import NOT_SAID, Labels, Vocabulary, vocabulary
from celaje.engine.world.sample import MOVING, TOGETHER
from celaje.engine.world.scene import Scene

CELLS_WEIGHT, BEATS_WEIGHT, ACTIONS_WEIGHT = 3.0, 4.0, 0.5
EMPTY = 0.2  # what a cell without anybody counts: most have nobody
EMPTY_BEAT = 0.1
GOING = (*MOVING, *TOGETHER)
SOURCE = "source"  # of a sound: who is heard, or who would be heard as the same


@dataclass(frozen=True, kw_only=True)
class Truths:
    """What holds: per slot a class [B], NOT_SAID where there is none; as 0 and 1 [B, values] who is there, does what.

    `heard` are the kinds that make a sound, `alike` those that would make the same, where that is known.
    """

    one: Mapping[str, Tensor]
    kinds: Tensor
    actions: Tensor
    heard: Tensor
    alike: Tensor | None = None

    def to(self, device: torch.device) -> "Truths":
        """The same on another device."""
        return Truths(
            one={slot: value.to(device) for slot, value in self.one.items()},
            kinds=self.kinds.to(device),
            actions=self.actions.to(device),
            heard=self.heard.to(device),
            alike=None if self.alike is None else self.alike.to(device),
        )


@dataclass(frozen=True, kw_only=True)
class Places:
    """Who is where: numbers [B, T, h / 8, w / 8] of kinds and looks, 0 for nobody."""

    kinds: Tensor
    looks: Tensor


@dataclass(frozen=True, kw_only=True)
class Happenings:
    """Where somebody is, and when something is heard that is seen, as 0 and 1."""

    somebody: Tensor  # [B, F, h / 4, w / 4] of what a `MotionJudge` is shown
    beats: Tensor  # [B, F]


def slot_sizes(words: Vocabulary | None = None) -> dict[str, int]:
    """How many values there are to tell of each slot; of the whole world by default."""
    words = words or vocabulary()
    return {slot: len(names) for slot, names in (*words.one.items(), *words.many.items())}


def kind_numbers(scene: Scene) -> list[int]:
    """The number of each subject's kind in `Places`, in the order of `scene.subjects`."""
    return [1 + vocabulary().names(KINDS).index(subject.kind) for subject in scene.subjects]


def look_numbers(scene: Scene) -> list[int]:
    """The number of each subject's look in `Places`; 0 for who has none."""
    names = vocabulary().names("look")
    looks = (next(iter(subject.look.values()), "") for subject in scene.subjects)
    return [1 + names.index(look) if look else 0 for look in looks]


def truths(
    labels: Sequence[Labels],
    heard: Sequence[Sequence[int]] | None = None,
    words: Vocabulary | None = None,
    *,
    alike: Sequence[Sequence[int]] | None = None,
) -> Truths:
    """The truth of a batch of clips; `heard` are the numbers of the kinds that make a sound, by default all.

    `alike` are those that would make the same sound, see `sounding_alike`.

    The look is asked only of who is alone: nothing in a picture tells which of several is the first. A camera that
    tracks who does not go anywhere stands still, so it is not asked for.
    """
    words = words or vocabulary()
    going = {words.names(ACTIONS).index(name) for name in GOING}
    one = {slot: torch.tensor([label.one[slot] for label in labels]) for slot in (*PICTURE_SLOTS, *MOTION_SLOTS)}
    one["look"] = one["look"].masked_fill(one["count"] != words.names("count").index("one"), NOT_SAID)
    goes = torch.tensor([bool(label.many[ACTIONS] & going) for label in labels])
    one["camera"] = one["camera"].masked_fill(
        ~goes & (one["camera"] == words.names("camera").index("tracking")), NOT_SAID
    )
    kinds = _marked([sorted(label.many[KINDS]) for label in labels], len(words.names(KINDS)))
    return Truths(
        one=one,
        kinds=kinds,
        actions=_marked([sorted(label.many[ACTIONS]) for label in labels], len(words.names(ACTIONS))),
        heard=kinds if heard is None else _marked(heard, len(words.names(KINDS))),
        alike=None if alike is None else _marked(alike, len(words.names(KINDS))),
    )


def judge_loss(answers: Answers, truth: Truths, places: Places | None = None) -> dict[str, Tensor]:
    """Cross-entropy of every slot that was answered, and of every cell; "total" is minimised."""
    parts = {}
    if answers.picture:
        parts["picture"] = _slot_loss(answers.picture, truth, PICTURE_SLOTS) + _many_loss(
            answers.picture[KINDS], truth.kinds
        )
    if answers.picture and places is not None:
        parts["cells"] = cells_loss((answers.kind_cells, answers.look_cells), places)
    if answers.sound:
        parts["sound"] = _slot_loss(answers.sound, truth, SOUND_SLOTS) + _many_loss(answers.sound[KINDS], truth.heard)
    return {"total": torch.stack(list(parts.values())).sum()} | parts


def motion_loss(answers: MotionAnswers, truth: Truths, seen: Happenings) -> dict[str, Tensor]:
    """Cross-entropy of every slot, every moment, and of the cells where somebody is; "total" is minimised.

    There, everybody is taken to do all that is done, and to be where something is heard.
    """
    somebody, beats = seen.somebody.float(), seen.beats.float()
    done = truth.actions[:, :, None, None, None].expand_as(answers.action_cells)
    wrong = F.binary_cross_entropy_with_logits(answers.action_cells, done, reduction="none").sum(1)
    action_cells = (wrong * somebody).sum() / somebody.sum().clamp_min(1)
    beat_cells = F.binary_cross_entropy_with_logits(
        answers.beat_cells, beats[:, :, None, None] * somebody, weight=EMPTY_BEAT + somebody
    )
    parts = {
        "slots": _slot_loss(answers.slots, truth, MOTION_SLOTS),
        "actions": ACTIONS_WEIGHT * (_many_loss(answers.slots[ACTIONS], truth.actions) + action_cells),
        "beats": BEATS_WEIGHT * (F.binary_cross_entropy_with_logits(answers.beats, beats) + beat_cells),
    }
    return {"total": torch.stack(list(parts.values())).sum()} | parts


def cells_loss(found: tuple[Tensor, Tensor], places: Places) -> Tensor:
    """Cross-entropy of kinds and looks [..., values] in cells."""
    losses = []
    for given, asked in zip(found, (places.kinds, places.looks), strict=True):
        weights = torch.ones(given.shape[-1], device=given.device)
        weights[0] = EMPTY
        losses.append(F.cross_entropy(given.float().flatten(0, -2), asked.flatten().long(), weights))
    return CELLS_WEIGHT * torch.stack(losses).sum()


def all_marks(answers: Answers, truth: Truths) -> dict[str, Tensor]:
    """`marks` of all that was answered, "picture/place" and so on."""
    found = {f"picture/{slot}": value for slot, value in marks(answers.picture, truth, PICTURE_SLOTS).items()}
    return found | {f"sound/{slot}": value for slot, value in marks(answers.sound, truth, SOUND_SLOTS).items()}


def motion_marks(answers: MotionAnswers, truth: Truths) -> dict[str, Tensor]:
    """`marks` of how things move, under the names of the picture."""
    return {f"picture/{slot}": value for slot, value in marks(answers.slots, truth, MOTION_SLOTS).items()}


@torch.no_grad()
def judge_accuracy(answers: Answers, truth: Truths) -> dict[str, float]:
    """The share of right answers, "picture/place" and so on, of what can be asked of these clips."""
    return _shares(all_marks(answers, truth))


@torch.no_grad()
def motion_accuracy(answers: MotionAnswers, truth: Truths, beats: Tensor) -> dict[str, float]:
    """The share of right answers by slot.

    "beats" is the chance that a moment with a beat seems more like one than a moment without (0.5 is guessing).
    """
    shares = _shares(marks(answers.slots, truth, MOTION_SLOTS))
    with_one, without = answers.beats[beats > 0], answers.beats[beats == 0]
    if len(with_one) and len(without):
        shares["beats"] = float((with_one[:, None] > without).float().mean())
    return shares


def _shares(found: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: float(mark.nanmean()) for name, mark in found.items() if not mark.isnan().all()}


def marks(answers: Mapping[str, Tensor], truth: Truths, slots: Sequence[str]) -> dict[str, Tensor]:
    """How right the answers are, 0 to 1, by slot [B]; not a number where there is nothing to know.

    Of a clip with n kinds of subjects the n likeliest are taken, and the share of them that is there counts; of a clip
    without any it is right to find none likely. So with what they do, and with who is heard; but nothing is asked of a
    clip in which nobody is heard. The source of a sound is right where who is named would make the same one.
    """
    right: dict[str, Tensor] = {}
    for slot in slots if answers else ():
        known = truth.one[slot]
        mark = (answers[slot].argmax(-1) == known).float()
        right[slot] = mark.masked_fill(known == NOT_SAID, torch.nan)
    if KINDS in answers and slots == SOUND_SLOTS:
        nobody = ~truth.heard.any(-1)
        for slot, accepted in ((KINDS, truth.heard), (SOURCE, truth.alike)):
            if accepted is not None:
                right[slot] = _named(answers[KINDS], truth.heard, accepted).masked_fill(nobody, torch.nan)
    elif KINDS in answers:
        right[KINDS] = _named(answers[KINDS], truth.kinds, truth.kinds)
    if ACTIONS in answers:
        right[ACTIONS] = _named(answers[ACTIONS], truth.actions, truth.actions)
    return right


def _named(answers: Tensor, truth: Tensor, accepted: Tensor) -> Tensor:
    """The share of as many answers as are true that are `accepted`."""
    count = truth.sum(-1)
    rank = answers.argsort(dim=-1, descending=True).argsort(dim=-1)
    taken = (rank < count[:, None]).float()
    return torch.where(count > 0, (taken * accepted).sum(-1) / count.clamp_min(1), (answers < 0).all(-1).float())


def _marked(rows: Sequence[Sequence[int]], count: int) -> Tensor:
    found = torch.zeros(len(rows), count)
    for row, numbers in enumerate(rows):
        found[row, list(numbers)] = 1
    return found


def _slot_loss(answers: Mapping[str, Tensor], truth: Truths, slots: Sequence[str]) -> Tensor:
    parts = []
    for slot in slots:
        known = truth.one[slot]
        loss = F.cross_entropy(answers[slot].float(), known, ignore_index=NOT_SAID, reduction="sum")
        parts.append(loss / (known != NOT_SAID).sum().clamp_min(1))
    return torch.stack(parts).sum()


def _many_loss(answers: Tensor, truth: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(answers.float(), truth, reduction="none").sum(-1).mean()
