"""The judge learns what can be told from pictures and sound, asks nothing of what cannot, and counts fairly."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from celaje.engine.evaluate.judge import (
    GOING,
    SOURCE,
    Happenings,
    Places,
    Truths,
    judge_accuracy,
    judge_loss,
    kind_numbers,
    look_numbers,
    marks,
    motion_accuracy,
    motion_loss,
    slot_sizes,
    truths,
)
from celaje.engine.generate.views import BANDS
from celaje.engine.judge import (
    TINY_JUDGE,
    TINY_MOTION,
    Judge,
    JudgeConfig,
    MotionConfig,
    MotionJudge,
    Moving,
    Views,
)
from celaje.engine.judge.motion import MOTION_SLOTS
from celaje.engine.judge.network import ACTIONS, KINDS, PICTURE_SLOTS, SOUND_SLOTS
from celaje.engine.world.captions.labels import NOT_SAID, labels, vocabulary
from celaje.engine.world.sample import sample

NUM_KINDS, NUM_ACTIONS = (len(vocabulary().names(slot)) for slot in (KINDS, ACTIONS))


def toy(count: int, *, seed: int = 0) -> tuple[Views, Truths, Places]:
    """Clips of 8 frames of 32 x 32: the colour is the place, a bright cell is who, a band sounds."""
    generator = torch.Generator().manual_seed(seed)

    def coin() -> Tensor:
        return torch.randint(2, (count,), generator=generator)

    place, kind = coin(), coin()
    frames = 0.1 * torch.randn(count, 8, 32, 32, 3, generator=generator)
    frames[..., 2] += place[:, None, None, None] * 0.8
    mels = 0.1 * torch.randn(count, 32, BANDS, generator=generator)
    where = torch.zeros(count, 2, 4, 4, dtype=torch.long)
    for row in range(count):
        frames[row, :, 8:16, 8:16, int(kind[row])] += 1
        where[row, :, 1, 1] = 1 + kind[row]
        mels[row, :, 20 * int(place[row]) : 20 * int(place[row]) + 8] += 1
        mels[row, :, 45 + 8 * int(kind[row]) : 50 + 8 * int(kind[row])] += 1
    one = dict.fromkeys(PICTURE_SLOTS, torch.zeros(count, dtype=torch.long)) | {"place": place}
    kinds = torch.eye(NUM_KINDS)[kind]
    truth = Truths(one=one, kinds=kinds, actions=torch.zeros(count, NUM_ACTIONS), heard=kinds)
    return Views(frames=frames, mels=mels), truth, Places(kinds=where, looks=where)


def accuracy(judge: Judge, seed: int) -> Mapping[str, float]:
    """On clips that were not learned from."""
    clips, truth, _ = toy(64, seed=seed)
    return judge_accuracy(judge.eval()(clips), truth)


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
    assert set(after) == {f"picture/{slot}" for slot in (*PICTURE_SLOTS, KINDS)} | {
        "sound/place", "sound/weather", "sound/kinds",
    }  # fmt: skip
    assert min(after.values()) > 0.85, after
    assert sum(before.values()) < sum(after.values()) - 1
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
    assert answers.kind_cells.shape == (2, max(1, shape[0] // 4), shape[1] // 8, shape[2] // 8, NUM_KINDS + 1)
    alone = judge(clips.map(lambda values: values[:1]))
    torch.testing.assert_close(alone.picture["look"], answers.picture["look"][:1], rtol=1e-4, atol=1e-4)


def test_stills_are_not_asked_for_sound() -> None:
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


def test_whose_sound_is_the_same_is_right_as_a_source() -> None:
    heard, alike, said = (torch.zeros(3, NUM_KINDS) for _ in range(3))
    heard[:2, 1] = 1
    alike[:2, [1, 2]] = 1
    said[0, 2] = said[1, 3] = said[2, 2] = 1.0
    truth = Truths(one={}, kinds=heard, actions=torch.zeros(3, NUM_ACTIONS), heard=heard, alike=alike)
    answers = dict.fromkeys(SOUND_SLOTS, torch.zeros(3, 5)) | {KINDS: said}
    one = dict.fromkeys(SOUND_SLOTS, torch.zeros(3, dtype=torch.long))
    right = marks(answers, replace(truth, one=one), SOUND_SLOTS)
    assert right[SOURCE][:2].tolist() == [1.0, 0.0]
    assert right[KINDS][:2].tolist() == [0.0, 0.0]
    assert right[SOURCE][2].isnan()
    assert SOURCE not in marks(answers, replace(truth, one=one, alike=None), SOUND_SLOTS)


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


def test_a_camera_that_tracks_nobody_who_goes_is_not_asked_for() -> None:
    scenes = [scene for scene in map(sample, range(400)) if scene.shots[0].camera == "tracking"]
    asked = truths([labels(scene) for scene in scenes]).one["camera"] != NOT_SAID
    going = [any(action.name in GOING for who in scene.subjects for action in who.actions) for scene in scenes]
    assert asked.tolist() == going
    assert 0 < sum(going) < len(going)
    still = [scene for scene in map(sample, range(100)) if scene.shots[0].camera == "still"]
    assert (truths([labels(scene) for scene in still]).one["camera"] != NOT_SAID).all()


def moving_toy(count: int, *, seed: int) -> tuple[Moving, Truths, Happenings]:
    """Clips of 8 frames: flow to the left or right is the camera, a blob that rises or not is what is done, and at one
    moment it flashes."""
    generator = torch.Generator().manual_seed(seed)

    def coin() -> Tensor:
        return torch.randint(2, (count,), generator=generator)

    camera, does = coin(), coin()
    pictures = 0.1 * torch.randn(count, 8, 16, 16, 3, generator=generator)
    flow = 0.1 * torch.randn(count, 7, 16, 16, 3, generator=generator)
    flow[..., 0] += (2.0 * camera - 1)[:, None, None, None]
    flow[:, :, 4:8, 4:8, 1] -= 2.0 * does[:, None, None, None]
    somebody, beats = torch.zeros(count, 8, 4, 4), torch.zeros(count, 8)
    somebody[:, :, 1, 1] = 1
    at = torch.randint(1, 7, (count,), generator=generator)
    beats[torch.arange(count), at] = 1
    pictures[torch.arange(count), at] += 0.8
    actions = torch.eye(NUM_ACTIONS)[does]
    truth = Truths(
        one={"camera": camera},
        kinds=torch.zeros(count, NUM_KINDS),
        actions=actions,
        heard=torch.zeros(count, NUM_KINDS),
    )
    return Moving(pictures=pictures, flow=flow), truth, Happenings(somebody=somebody, beats=beats)


def test_learns_how_things_move() -> None:
    torch.manual_seed(0)
    judge = MotionJudge(TINY_MOTION, slot_sizes())
    optimizer = torch.optim.AdamW(judge.parameters(), lr=1e-2)
    for step in range(160):
        clips, truth, seen = moving_toy(8, seed=step)
        loss = motion_loss(judge(clips), truth, seen)
        optimizer.zero_grad()
        loss["total"].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    clips, truth, seen = moving_toy(64, seed=10_000)
    with torch.no_grad():
        answers = judge.eval()(clips)
    told = motion_accuracy(answers, truth, seen.beats)
    assert set(told) == {*MOTION_SLOTS, ACTIONS, "beats"}
    assert min(told.values()) > 0.9, told
    there = answers.action_cells[:, :2, :, 1, 1].mean(2).argmax(1)
    assert (there == truth.actions[:, :2].argmax(1)).float().mean() > 0.9
    assert (answers.beat_cells[:, :, 1, 1].argmax(1) == seen.beats.argmax(1)).float().mean() > 0.9


@pytest.mark.parametrize("shape", [(2, 32, 32), (20, 24, 40), (12, 28, 36)])
def test_motion_of_any_length_and_shape(shape: tuple[int, int, int]) -> None:
    num_frames, height, width = shape
    judge = MotionJudge(TINY_MOTION, slot_sizes()).eval()
    clips = Moving(
        pictures=torch.randn(2, num_frames, height, width, 3), flow=torch.randn(2, num_frames - 1, height, width, 3)
    )
    answers = judge(clips)
    assert answers.beats.shape == (2, num_frames)
    assert answers.beat_cells.shape == (2, num_frames, height // 4, width // 4)
    assert answers.action_cells.shape == (2, NUM_ACTIONS, num_frames, height // 4, width // 4)
    alone = judge(Moving(pictures=clips.pictures[:1], flow=clips.flow[:1]))
    torch.testing.assert_close(alone.slots["camera"], answers.slots["camera"][:1], rtol=1e-4, atol=1e-4)


def test_size() -> None:
    assert 0.5e6 < sum(weight.numel() for weight in MotionJudge(MotionConfig(), slot_sizes()).parameters()) < 1e6
    assert 2.5e6 < sum(weight.numel() for weight in Judge(JudgeConfig(), slot_sizes()).parameters()) < 6e6
