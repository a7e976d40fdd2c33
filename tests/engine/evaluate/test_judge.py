"""The judge learns what can be told from latents, asks nothing of what cannot, and counts fairly."""

import pytest
import torch

from celaje.engine.evaluate.judge import (
    PICTURE_SLOTS,
    SOUND_SLOTS,
    TINY_JUDGE,
    Judge,
    JudgeConfig,
    Truths,
    beats_of,
    judge_accuracy,
    judge_loss,
    marks,
    truths,
)
from celaje.engine.latents import AUDIO_CHANNELS, VIDEO_CHANNELS, ClipLatents
from celaje.engine.world.captions.labels import NOT_SAID, labels, vocabulary
from celaje.engine.world.sample import sample

NUM_KINDS = len(vocabulary().names("kinds"))


def toy(count: int, *, length: int = 2, rows: int = 3, columns: int = 2, seed: int = 0) -> tuple[ClipLatents, Truths]:
    """Clips in which every slot is a vector of its own, laid on some cells and steps."""
    generator = torch.Generator().manual_seed(seed)
    words = vocabulary()
    books = torch.Generator().manual_seed(99)
    video = 0.1 * torch.randn(count, length, rows, columns, VIDEO_CHANNELS, generator=generator)
    audio = 0.1 * torch.randn(count, 4 * length, AUDIO_CHANNELS, generator=generator)
    one = {}
    for slot in PICTURE_SLOTS:
        value = torch.randint(2, (count,), generator=generator)
        book = torch.randn(len(words.names(slot)), VIDEO_CHANNELS, generator=books)
        video = video + book[value][:, None, None, None]
        if slot in SOUND_SLOTS:
            audio = audio + book[value][:, None, :AUDIO_CHANNELS]
        one[slot] = value
    kind = torch.randint(2, (count,), generator=generator)
    book = torch.randn(NUM_KINDS, VIDEO_CHANNELS, generator=books)
    video[:, :, 0, 0] += 3 * book[kind][:, None]
    audio = audio + book[kind][:, None, :AUDIO_CHANNELS]
    audio[:, 2, 0] += 4
    return ClipLatents(video=video, audio=audio), Truths(one=one, kinds=torch.eye(NUM_KINDS)[kind])


def test_learns_what_latents_tell() -> None:
    torch.manual_seed(0)
    judge = Judge(TINY_JUDGE)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=4e-3)
    before = judge_accuracy(judge, *toy(64, seed=10_000))
    for step in range(110):
        loss = judge_loss(judge, *toy(32, seed=step))
        optimizer.zero_grad()
        loss.total.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = judge_accuracy(judge.eval(), *toy(64, seed=10_000))
    assert set(after) == {f"picture/{slot}" for slot in (*PICTURE_SLOTS, "kinds", "beats")} | {
        "sound/place", "sound/weather", "sound/kinds",
    }  # fmt: skip
    assert min(after.values()) > 0.85, after
    assert sum(before.values()) < sum(after.values()) - 2


@pytest.mark.parametrize("shape", [(1, 8, 8), (5, 6, 10), (16, 7, 9), (3, 2, 3)])
def test_any_length_and_shape(shape: tuple[int, int, int]) -> None:
    judge = Judge(TINY_JUDGE).eval()
    length = shape[0]
    clips = ClipLatents(video=torch.randn(2, *shape, VIDEO_CHANNELS), audio=torch.randn(2, 4 * length, AUDIO_CHANNELS))
    answers = judge(clips)
    assert answers.picture["place"].shape == (2, len(vocabulary().names("place")))
    assert answers.beats.shape == (2, 4 * length)
    alone = judge(clips.map(lambda values: values[:1]))
    torch.testing.assert_close(alone.picture["look"], answers.picture["look"][:1], rtol=1e-4, atol=1e-4)


def test_stills_are_not_asked_for_camera_or_sound() -> None:
    clips, truth = toy(4, length=1)
    clips = ClipLatents(video=clips.video, audio=clips.audio[:, :0])
    judge = Judge(TINY_JUDGE).eval()
    assert {"picture/camera", "sound/place"}.isdisjoint(judge_accuracy(judge, clips, truth))
    wrong = Truths(one=dict(truth.one) | {"camera": 1 - truth.one["camera"]}, kinds=truth.kinds)
    assert judge_loss(judge, clips, truth).total == judge_loss(judge, clips, wrong).total
    assert judge_loss(judge, clips, truth).sound == 0


def test_sound_answers_do_not_see_the_picture() -> None:
    clips, _ = toy(2)
    other = ClipLatents(video=clips.video.flip(0), audio=clips.audio)
    judge = Judge(TINY_JUDGE).eval()
    torch.testing.assert_close(judge(other).sound["place"], judge(clips).sound["place"])
    assert not torch.allclose(judge(other).picture["place"], judge(clips).picture["place"])


def test_marks() -> None:
    kinds = torch.zeros(3, NUM_KINDS)
    kinds[0, [1, 2]] = 1  # two are there; the judge names one of them
    kinds[1, 4] = 1
    said = torch.full((3, NUM_KINDS), -5.0)
    said[0, [1, 7]] = 3.0
    said[1, 4] = -2.0  # the likeliest, if not likely
    look = torch.zeros(3, 5)
    look[:, 2] = 1
    truth = Truths(one={"look": torch.tensor([2, 3, NOT_SAID])}, kinds=kinds)
    right = marks({"look": look, "kinds": said}, truth, ("look",))
    assert right["kinds"].tolist() == [0.5, 1.0, 1.0]
    assert right["look"][:2].tolist() == [1.0, 0.0]
    assert right["look"][2].isnan()


def test_truths_of_scenes() -> None:
    scenes = [sample(seed) for seed in range(40)]
    truth = truths([labels(scene) for scene in scenes])
    words = vocabulary()
    for row, scene in enumerate(scenes):
        assert words.names("place")[int(truth.one["place"][row])] == scene.shots[0].place
        there = {words.names("kinds")[int(index)] for index in truth.kinds[row].nonzero()}
        assert there == {subject.kind for subject in scene.subjects}
        if len(scene.subjects) != 1:
            assert truth.one["look"][row] == NOT_SAID
        elif scene.subjects[0].look:
            main = next(iter(scene.subjects[0].look.values()))
            assert words.names("look")[int(truth.one["look"][row])] == main


def test_beats_are_rises_of_loudness() -> None:
    audio = torch.zeros(1, 5, AUDIO_CHANNELS)
    audio[0, :, 0] = torch.tensor([1.0, 1.1, 2.0, 1.0, 1.0])
    assert beats_of(audio).tolist() == [[0, 0, 1, 0, 0]]


def test_size() -> None:
    assert 1e6 < sum(weight.numel() for weight in Judge(JudgeConfig()).parameters()) < 3e6
