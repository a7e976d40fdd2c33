"""The judge learns what can be told from pictures and sound, asks nothing of what cannot, and counts fairly."""

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from celaje.engine.evaluate.judge import (
    Places,
    Truths,
    judge_accuracy,
    judge_loss,
    kind_numbers,
    look_numbers,
    marks,
    slot_sizes,
    truths,
)
from celaje.engine.generate.views import BANDS
from celaje.engine.judge import TINY_JUDGE, Judge, JudgeConfig, Views
from celaje.engine.judge.network import ACTIONS, KINDS, MOTION_SLOTS, PICTURE_SLOTS, SOUND_SLOTS
from celaje.engine.world.captions.labels import NOT_SAID, labels, vocabulary
from celaje.engine.world.sample import sample

NUM_KINDS, NUM_ACTIONS = (len(vocabulary().names(slot)) for slot in (KINDS, ACTIONS))


def toy(count: int, *, seed: int = 0) -> tuple[Views, Truths, Places]:
    """Clips of 8 frames of 32 x 32: the colour is the place, a bright cell is who, it moves or not, a band sounds."""
    generator = torch.Generator().manual_seed(seed)

    def coin() -> Tensor:
        return torch.randint(2, (count,), generator=generator)

    place, kind, moves = coin(), coin(), coin()
    frames = 0.1 * torch.randn(count, 8, 32, 32, 3, generator=generator)
    frames[..., 2] += place[:, None, None, None] * 0.8
    mels = 0.1 * torch.randn(count, 32, BANDS, generator=generator)
    where = torch.zeros(count, 2, 4, 4, dtype=torch.long)
    beats = torch.zeros(count, 8, dtype=torch.long)
    for row in range(count):
        for frame in range(8):
            left = 8 + frame * int(moves[row])
            frames[row, frame, 8:16, left : left + 8, int(kind[row])] += 1
        where[row, :, 1, 1] = 1 + kind[row]
        at = int(torch.randint(1, 8, (), generator=generator))
        frames[row, at] += 0.5  # a flash that is heard
        beats[row, at] = 1
        mels[row, :, 20 * int(place[row]) : 20 * int(place[row]) + 8] += 1
        mels[row, :, 45 + 8 * int(kind[row]) : 50 + 8 * int(kind[row])] += 1
    one = dict.fromkeys(PICTURE_SLOTS, torch.zeros(count, dtype=torch.long)) | {"place": place, "camera": moves}
    kinds = torch.eye(NUM_KINDS)[kind]
    truth = Truths(one=one, kinds=kinds, actions=torch.eye(NUM_ACTIONS)[moves], heard=kinds)
    return Views(frames=frames, mels=mels), truth, Places(kinds=where, looks=where, beats=beats)


def accuracy(judge: Judge, seed: int) -> Mapping[str, float]:
    """On clips that were not learned from."""
    clips, truth, places = toy(64, seed=seed)
    return judge_accuracy(judge.eval()(clips), truth, places)


def test_learns_what_clips_tell() -> None:
    torch.manual_seed(0)
    judge = Judge(TINY_JUDGE, slot_sizes())
    optimizer = torch.optim.AdamW(judge.parameters(), lr=4e-3)
    before = accuracy(judge, 10_000)
    judge.train()
    for step in range(120):
        clips, truth, places = toy(16, seed=step)
        loss = judge_loss(judge(clips), truth, places)
        optimizer.zero_grad()
        loss["total"].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = accuracy(judge, 10_000)
    assert set(after) == {f"picture/{slot}" for slot in (*PICTURE_SLOTS, *MOTION_SLOTS, KINDS, ACTIONS, "beats")} | {
        "sound/place", "sound/weather", "sound/kinds",
    }  # fmt: skip
    assert min(after.values()) > 0.85, after
    assert sum(before.values()) < sum(after.values()) - 2
    clips, truth, _ = toy(32, seed=20_000)
    answers = judge(clips)
    assert (answers.kind_cells[:, :, 1, 1].argmax(-1) == 1 + truth.kinds.argmax(-1)[:, None]).float().mean() > 0.9


@pytest.mark.parametrize("shape", [(1, 128, 128), (20, 96, 160), (64, 112, 144), (12, 48, 32)])
def test_any_length_and_shape(shape: tuple[int, int, int]) -> None:
    judge = Judge(TINY_JUDGE, slot_sizes()).eval()
    num_frames = shape[0] if shape[0] > 1 else 0
    clips = Views(frames=torch.randn(2, *shape, 3), mels=torch.randn(2, 4 * num_frames, BANDS))
    answers = judge(clips)
    assert answers.picture["place"].shape == (2, len(vocabulary().names("place")))
    assert answers.beats.shape == (2, num_frames)
    assert answers.kind_cells.shape == (2, max(1, shape[0] // 4), shape[1] // 8, shape[2] // 8, NUM_KINDS + 1)
    alone = judge(clips.map(lambda values: values[:1]))
    torch.testing.assert_close(alone.picture["look"], answers.picture["look"][:1], rtol=1e-4, atol=1e-4)


def test_stills_are_not_asked_for_camera_or_sound() -> None:
    clips, truth, _ = toy(4)
    judge = Judge(TINY_JUDGE, slot_sizes()).eval()
    answers = judge(Views(frames=clips.frames[:, :1], mels=clips.mels[:, :0]))
    assert set(judge_accuracy(answers, truth)) == {f"picture/{slot}" for slot in (*PICTURE_SLOTS, KINDS)}
    assert set(judge_loss(answers, truth)) == {"total", "picture"}


def test_sound_alone() -> None:
    clips, truth, _ = toy(4)
    answers = Judge(TINY_JUDGE, slot_sizes()).eval()(Views(frames=torch.zeros(4, 0, 0, 0, 3), mels=clips.mels))
    assert set(judge_accuracy(answers, truth)) == {"sound/place", "sound/weather", "sound/kinds"}
    assert set(judge_loss(answers, truth)) == {"total", "sound"}


def test_sound_answers_do_not_see_the_picture() -> None:
    clips, _, _ = toy(8)
    other = Views(frames=clips.frames.flip(0), mels=clips.mels)
    judge = Judge(TINY_JUDGE, slot_sizes()).eval()
    torch.testing.assert_close(judge(other).sound["place"], judge(clips).sound["place"])
    assert not torch.allclose(judge(other).picture["place"], judge(clips).picture["place"])


def test_marks() -> None:
    kinds = torch.zeros(3, NUM_KINDS)
    kinds[0, [1, 2]] = 1  # two are there; the judge names one of them
    kinds[1, 4] = 1
    heard = torch.zeros(3, NUM_KINDS)
    heard[0, 1] = 1
    said = torch.full((3, NUM_KINDS), -5.0)
    said[0, [1, 7]] = 3.0
    said[1, 4] = -2.0  # the likeliest, if not likely
    look = torch.zeros(3, 5)
    look[:, 2] = 1
    one = {"look": torch.tensor([2, 3, NOT_SAID])} | dict.fromkeys(SOUND_SLOTS, torch.zeros(3, dtype=torch.long))
    truth = Truths(one=one, kinds=kinds, actions=torch.zeros(3, NUM_ACTIONS), heard=heard)
    right = marks({"look": look, KINDS: said}, truth, ("look",))
    assert right[KINDS].tolist() == [0.5, 1.0, 1.0]
    assert right["look"][:2].tolist() == [1.0, 0.0]
    assert right["look"][2].isnan()
    of_sound = marks(dict.fromkeys(SOUND_SLOTS, look) | {KINDS: said}, truth, SOUND_SLOTS)[KINDS]
    assert of_sound[0] == 1
    assert of_sound[1:].isnan().all()  # nobody is heard: there is nothing to tell


def test_truths_of_scenes() -> None:
    scenes = [sample(seed) for seed in range(40)]
    truth = truths([labels(scene) for scene in scenes], [[] for _ in scenes])
    words = vocabulary()
    for row, scene in enumerate(scenes):
        assert words.names("place")[int(truth.one["place"][row])] == scene.shots[0].place
        there = {words.names(KINDS)[int(index)] for index in truth.kinds[row].nonzero()}
        assert there == {subject.kind for subject in scene.subjects}
        done = {words.names(ACTIONS)[int(index)] for index in truth.actions[row].nonzero()}
        assert done == {action.name for subject in scene.subjects for action in subject.actions}
        assert [words.names(KINDS)[number - 1] for number in kind_numbers(scene)] == [s.kind for s in scene.subjects]
        if len(scene.subjects) != 1:
            assert truth.one["look"][row] == NOT_SAID
        elif scene.subjects[0].look:
            main = next(iter(scene.subjects[0].look.values()))
            assert words.names("look")[int(truth.one["look"][row])] == main
            assert look_numbers(scene) == [1 + words.names("look").index(main)]
    assert not truth.heard.any()


def test_size() -> None:
    assert 3e6 < sum(weight.numel() for weight in Judge(JudgeConfig(), slot_sizes()).parameters()) < 6e6
