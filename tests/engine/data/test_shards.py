"""Shards appear whole; batches keep picture, sound, keyframes and captions of a clip together."""

from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celaje.engine.data import (
    ClipShards,
    LatentShards,
    rare_more_often,
    read_shard,
    shard_paths,
    shards,
    write_shard,
)

KEPT_FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def write_latents(folder: Path, name: str, *, first: int, count: int, length: int) -> None:
    """Clips whose every number says which clip and which moment it is of: clip + seconds / 100."""
    clips = torch.arange(first, first + count).float()
    frames_s, steps_s = torch.arange(length) / 3, torch.arange(4 * length) / 12
    tensors = {
        "video": (clips[:, None] + frames_s / 100)[..., None, None, None].expand(count, length, 2, 3, 64),
        "audio": (clips[:, None] + steps_s / 100)[..., None].expand(count, 4 * length, 64),
        "stills": clips[:, None, None, None, None].expand(count, 2, 2, 3, 64),
        "still_s": torch.tensor([0.0, 1.0]).expand(count, 2),
        "subjects": torch.tensor([0, 51, 255], dtype=torch.uint8).expand(count, length, 2, 3),
    }
    facts = [
        {"captions": [f"clip {clip} a", f"clip {clip} b"], "weather": "clear" if clip else "rain", "clip": clip}
        for clip in range(first, first + count)
    ]
    write_shard(folder / f"{name}.safetensors", tensors, facts)


@pytest.fixture
def latents(tmp_path: Path) -> Path:
    write_latents(tmp_path, "00", first=0, count=4, length=6)
    write_latents(tmp_path, "01", first=4, count=2, length=6)
    write_latents(tmp_path, "02", first=6, count=3, length=1)
    return tmp_path


@KEPT_FIXTURE
@given(num_latents=st.integers(1, 6), seed=st.integers(0, 1000))
def test_windows_keep_everything_of_a_clip_together(latents: Path, num_latents: int, seed: int) -> None:
    data = LatentShards(latents)
    drawn = data.draw((6, 2, 3), 5, num_latents, torch.Generator().manual_seed(seed))
    clips = torch.tensor([float(facts["clip"]) for facts in drawn.facts])
    assert drawn.clips.video.shape == (5, num_latents, 2, 3, 64)
    assert drawn.clips.audio.shape == (5, 4 * num_latents, 64)
    begin = clips + drawn.starts_s / 100
    torch.testing.assert_close(drawn.clips.video[:, 0, 0, 0, 0], begin)
    torch.testing.assert_close(drawn.clips.audio[:, 0, 0], begin)
    torch.testing.assert_close(drawn.stills.values[:, :, 0, 0, 0], clips[:, None].expand(5, 2))
    torch.testing.assert_close(drawn.stills.time_s + drawn.starts_s[:, None], torch.tensor([0.0, 1.0]).expand(5, 2))
    for caption, clip in zip(drawn.captions, clips.int().tolist(), strict=True):
        assert caption.startswith(f"clip {clip} ")


def test_every_clip_and_window_is_drawn_equally_often(latents: Path) -> None:
    drawn = LatentShards(latents).draw((6, 2, 3), 6000, 4, torch.Generator().manual_seed(0))
    clips = torch.tensor([facts["clip"] for facts in drawn.facts])
    torch.testing.assert_close(clips.bincount() / 6000, torch.full((6,), 1 / 6), atol=0.02, rtol=0)
    starts = (3 * drawn.starts_s).round().long()
    torch.testing.assert_close(starts.bincount() / 6000, torch.full((3,), 1 / 3), atol=0.02, rtol=0)
    assert len(set(drawn.captions)) == 12


@pytest.mark.parametrize("evenness", [0.5, 1.0])
def test_clips_of_a_rare_weather_are_drawn_more_often(latents: Path, evenness: float) -> None:
    data = LatentShards(latents, evenness=evenness)  # one clip in the rain and eight without, five of them as long
    drawn = data.draw((6, 2, 3), 6000, 4, torch.Generator().manual_seed(0))
    rainy = sum(facts["clip"] == 0 for facts in drawn.facts) / 6000
    assert rainy == pytest.approx(1 / (1 + 5 / 8**evenness), abs=0.02)


def test_latents_that_do_not_tell_the_weather_are_refused(latents: Path) -> None:
    tensors, facts = read_shard(latents / "01.safetensors")
    del facts[1]["weather"]
    write_shard(latents / "03.safetensors", tensors, facts)
    with pytest.raises(ValueError, match=r"03.safetensors .*weather: delete it and make it again"):
        LatentShards(latents)


def test_shapes_and_their_numbers(latents: Path) -> None:
    data = LatentShards(latents)
    assert data.shapes == [(1, 2, 3), (6, 2, 3)]
    assert data.shape_weights().tolist() == [3, 6]
    assert data.num_clips == 9


def test_half_of_the_clips_are_seen_in_a_mirror_with_their_keyframes(tmp_path: Path) -> None:
    columns = torch.tensor([0.0, 1.0, 2.0])[:, None].expand(3, 64)
    write_shard(
        tmp_path / "00.safetensors",
        {
            "video": columns.expand(1, 6, 2, 3, 64).contiguous(),
            "audio": torch.zeros(1, 24, 64),
            "stills": columns.expand(1, 2, 2, 3, 64).contiguous(),
            "still_s": torch.zeros(1, 2),
            "subjects": torch.tensor([0, 51, 255], dtype=torch.uint8).expand(1, 6, 2, 3),
        },
        [{"captions": ["a clip"], "weather": "fog"}],
    )
    drawn = LatentShards(tmp_path, mirror=-torch.eye(64)).draw((6, 2, 3), 400, 2, torch.Generator().manual_seed(0))
    left = drawn.clips.video[:, 0, 0, 0, 0]
    assert set(left.tolist()) == {0.0, -2.0}
    assert 150 < int((left < 0).sum()) < 250
    assert torch.equal(drawn.stills.values[:, 0, 0, 0, 0], left)
    there = drawn.subjects[:, 0, 0]
    torch.testing.assert_close(there[left == 0], torch.tensor([0.0, 0.2, 1.0]).expand(int((left == 0).sum()), 3))
    torch.testing.assert_close(there[left < 0], torch.tensor([1.0, 0.2, 0.0]).expand(int((left < 0).sum()), 3))


def test_several_folders_are_one(latents: Path, tmp_path: Path) -> None:
    write_latents(tmp_path / "more", "00", first=9, count=2, length=6)
    assert LatentShards(latents, tmp_path / "more").num_clips == 11


def test_shards_that_came_later_are_read_once(latents: Path) -> None:
    data = LatentShards(latents, evenness=1.0)
    assert data.refresh() == 0
    write_latents(latents, "03", first=9, count=2, length=6)
    write_latents(latents, "04", first=11, count=1, length=2)
    assert data.refresh() == 3
    assert data.refresh() == 0
    assert data.shapes == [(1, 2, 3), (2, 2, 3), (6, 2, 3)]
    drawn = data.draw((6, 2, 3), 6000, 4, torch.Generator().manual_seed(0))
    clips = torch.tensor([facts["clip"] for facts in drawn.facts])
    torch.testing.assert_close(drawn.clips.video[:, 0, 0, 0, 0], clips + drawn.starts_s / 100)
    rainy = float((clips == 0).float().mean())  # the weights are those of all that there is by now
    assert rainy == pytest.approx(1 / (1 + 7 / 11), abs=0.02)
    assert set(clips.tolist()) == {0, 1, 2, 3, 4, 5, 9, 10}


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Two shards of clips of 12 frames; a pixel's value is its row, its column and its frame."""
    for index, (height, width) in enumerate(((32, 48), (48, 32))):
        frames = torch.zeros(2, 12, height, width, 3, dtype=torch.uint8)
        frames[..., 0] += torch.arange(height, dtype=torch.uint8)[:, None]
        frames[..., 1] += torch.arange(width, dtype=torch.uint8)
        frames[..., 2] += torch.arange(12, dtype=torch.uint8)[:, None, None]
        samples = torch.arange(1000, dtype=torch.int16).expand(2, 1000)
        write_shard(
            tmp_path / f"{index}.safetensors", {"frames": frames, "samples": samples[:, : 1000 - 100 * index]}, {}
        )
    return tmp_path


@KEPT_FIXTURE
@given(num_frames=st.sampled_from([4, 8, 12]), side=st.none() | st.integers(8, 32), seed=st.integers(0, 1000))
def test_pieces_of_clips_begin_on_a_chunk(clips: Path, num_frames: int, side: int | None, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    drawn = ClipShards(clips).frames(generator, batch=3, num_frames=num_frames, side=side)
    values = ((drawn + 1) * 127.5).round().long()  # [B, F, H, W, 3]
    assert values.shape[:2] == (3, num_frames)
    if side is not None:
        assert values.shape[2:4] == (side, side)
    start = values[:, 0, 0, 0, 2]
    assert bool((start % 4 == 0).all())
    assert torch.equal(
        values[..., 2], (start[:, None] + torch.arange(num_frames))[..., None, None].expand(values.shape[:4])
    )
    assert bool((values[..., 0].diff(dim=2) == 1).all()), "rows follow each other"
    columns = values[..., 1].diff(dim=3)
    assert bool((columns == columns[:, :1, :1, :1]).all()), "a clip is mirrored as a whole"
    assert bool((columns.abs() == 1).all())


def test_half_of_the_squares_are_mirrored(clips: Path) -> None:
    drawn = ClipShards(clips).frames(torch.Generator().manual_seed(0), batch=600, num_frames=4, side=8)
    mirrored = drawn[:, 0, 0, 1, 1] < drawn[:, 0, 0, 0, 1]
    assert float(mirrored.float().mean()) == pytest.approx(0.5, abs=0.06)


def test_pieces_of_sound(clips: Path) -> None:
    data = ClipShards(clips)
    assert data.num_samples == 900
    drawn = data.samples(torch.Generator().manual_seed(0), batch=4, num_samples=300) * 32767
    torch.testing.assert_close(drawn.diff(dim=1), torch.ones(4, 299), atol=0.01, rtol=0)
    assert len(set(drawn[:, 0].tolist())) > 1


def test_a_shard_is_read_back(tmp_path: Path) -> None:
    tensors = {"numbers": torch.arange(6).reshape(2, 3).T}
    write_shard(tmp_path / "deep" / "0.safetensors", tensors, [{"caption": "una niña"}])
    read, facts = read_shard(tmp_path / "deep" / "0.safetensors")
    assert torch.equal(read["numbers"], tensors["numbers"])
    assert facts == [{"caption": "una niña"}]


@given(evenness=st.floats(0, 1), common=st.integers(1, 9), rare=st.integers(1, 9))
def test_what_is_rare_is_drawn_more_often(evenness: float, common: int, rare: int) -> None:
    shown = ["clear"] * common, ["clear"] * common + ["storm"] * rare
    first, second = rare_more_often(shown, evenness)
    assert (len(first), len(second)) == (common, common + rare)
    clear, storm = float(first.sum() + second[:common].sum()), float(second[common:].sum())
    assert storm / clear == pytest.approx((rare / (2 * common)) ** (1 - evenness), rel=1e-4)


def test_unfinished_shards_are_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(tensors: object, target: Path, metadata: object) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shards, "save_file", half)
    with pytest.raises(OSError, match="No space left"):
        write_shard(tmp_path / "0.safetensors", {}, {})
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "0.partial17").write_bytes(b"killed")
    with pytest.raises(ValueError, match=r"no data in .*: make it first"):
        shard_paths(tmp_path)


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    path = tmp_path / "0.safetensors"
    write_shard(path, {"numbers": torch.ones(100)}, {})
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"0\.safetensors is damaged, delete it"):
        read_shard(path)
