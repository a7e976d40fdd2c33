"""Real-world files, made here: other sizes and rates, turned, 10 bits, torn, without sound, without anything."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from celaje.clip import Size
from celaje.media import SourceError, read_facts, read_samples, stream_frames, write_clip

Frames = NDArray[np.uint8]
BRIGHTER = 60  # a second
MATRIX_UPRIGHT = b"\x00\x01\x00\x00" + bytes(12) + b"\x00\x01\x00\x00" + bytes(12) + b"\x40\x00\x00\x00"
MATRIX_TURNED = bytes(4) + b"\x00\x01\x00\x00" + bytes(4) + b"\xff\xff\x00\x00" + bytes(16) + b"\x40\x00\x00\x00"


def movie(
    path: Path,
    times: list[Fraction],
    *,
    size: tuple[int, int] = (64, 48),
    pixels: str = "yuv420p",
    sound_s: float = 0.0,
    aspect: Fraction | None = None,
) -> Path:
    """A movie whose frames are as bright as their second, of four at most, at these times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264" if path.suffix != ".webm" else "libvpx-vp9", rate=30)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.time_base = Fraction(1, 600)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        sound = container.add_stream("aac", rate=44_100, layout="stereo") if sound_s else None
        for time, after in zip(times, [*times[1:], times[-1] + Fraction(1, 12)], strict=True):
            gray = np.full((size[1], size[0], 3), int(BRIGHTER * time), np.uint8)
            frame = av.VideoFrame.from_ndarray(gray, format="rgb24")
            frame.pts, frame.time_base = int(time * 600), Fraction(1, 600)
            frame.duration = int((after - time) * 600)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            assert isinstance(sound, AudioStream)
            tone = np.sin(2 * np.pi * 440 * np.arange(round(44_100 * sound_s)) / 44_100).astype(np.float32) / 2
            heard = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
            heard.sample_rate, heard.pts = 44_100, 0
            container.mux(sound.encode(heard))
            container.mux(sound.encode())
    return path


def seconds_seen(path: Path, *, first: int = 0, count: int) -> NDArray[np.float64]:
    """The second that each frame at our rate shows, by its brightness."""
    frames = list(stream_frames(path, first=first, count=count))
    assert len(frames) == count
    return np.array([frame.mean() / BRIGHTER for frame in frames])


@pytest.mark.parametrize("rate", [12, 24, 25, 30, 60])
def test_other_rates_come_at_ours(tmp_path: Path, rate: int) -> None:
    path = movie(tmp_path / "a.mp4", [Fraction(index, rate) for index in range(4 * rate)])
    assert read_facts(path).num_frames == 48
    seen = seconds_seen(path, count=48)
    assert np.abs(seen - np.arange(48) / 12).max() < 1 / rate + 0.06  # brightness is coded in coarse steps


def test_a_varying_rate_goes_by_its_time_stamps(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(1, 30), Fraction(2), Fraction(61, 30), Fraction(5, 2), Fraction(119, 30)]
    seen = seconds_seen(movie(tmp_path / "a.mp4", times), count=48)
    shown = [max(float(time) for time in times if float(time) <= index / 12 + 0.02) for index in range(48)]
    assert np.abs(seen - shown).max() < 0.07


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    path = movie(tmp_path / "a.mp4", [Fraction(index, 30) for index in range(120)])
    assert np.abs(seconds_seen(path, first=30, count=12) - np.arange(30, 42) / 12).max() < 0.1
    assert np.abs(seconds_seen(path, first=47, count=6) - 3.95).max() < 0.1, "its last frame again"


def test_a_phone_held_upright(tmp_path: Path) -> None:
    path = movie(tmp_path / "a.mp4", [Fraction(index, 12) for index in range(12)], size=(64, 32))
    content = path.read_bytes()
    track = content.index(b"tkhd")
    place = content.index(MATRIX_UPRIGHT, track)
    path.write_bytes(content[:place] + MATRIX_TURNED + content[place + len(MATRIX_UPRIGHT) :])
    assert read_facts(path).size == Size(32, 64)
    assert next(stream_frames(path, count=1)).shape == (64, 32, 3)


def test_turning_goes_the_right_way(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    picture = np.zeros((12, 64, 96, 3), np.uint8)
    picture[:, :, :48] = 200  # bright on the left
    write_clip(path, picture, None, {})
    content = path.read_bytes()
    place = content.index(MATRIX_UPRIGHT, content.index(b"tkhd"))
    path.write_bytes(content[:place] + MATRIX_TURNED + content[place + len(MATRIX_UPRIGHT) :])
    [frame] = stream_frames(path, count=1)
    assert frame[:40].mean() > 150, "a quarter to the right: what was left is on top"
    assert frame[-40:].mean() < 50


def test_ten_bits_odd_sides_and_pixels_that_are_not_square(tmp_path: Path) -> None:
    times = [Fraction(index, 12) for index in range(24)]
    ten = movie(tmp_path / "ten.mp4", times, pixels="yuv420p10le")
    assert np.abs(seconds_seen(ten, count=24) - np.arange(24) / 12).max() < 0.07
    odd = movie(tmp_path / "odd.mp4", times, size=(71, 53), pixels="yuv444p")
    assert read_facts(odd).size == Size(71, 53)
    wide = movie(tmp_path / "wide.mp4", times, aspect=Fraction(2))
    assert read_facts(wide).size == Size(128, 48)


def test_large_frames_are_made_smaller_while_they_are_read(tmp_path: Path) -> None:
    path = movie(tmp_path / "large.mp4", [Fraction(0)], size=(640, 480))
    assert next(stream_frames(path, count=1, reach=Size(200, 160))).shape == (160, 213, 3)
    assert next(stream_frames(path, count=1)).shape == (480, 640, 3)


def test_sound_in_step_with_the_picture(tmp_path: Path) -> None:
    path = movie(tmp_path / "a.mp4", [Fraction(index, 12) for index in range(24)], sound_s=1.0)
    facts = read_facts(path)
    assert facts.seconds == 2
    assert facts.sound_s == pytest.approx(1, abs=0.1)
    samples = read_samples(path, seconds=2)
    assert samples is not None
    assert len(samples) == 48_000
    assert samples[4000:20_000].std() == pytest.approx(0.35, abs=0.05)
    assert np.abs(samples[28_000:]).max() < 0.01, "then silence"
    later = read_samples(path, from_s=0.5, seconds=0.25)
    assert later is not None
    assert np.abs(later - samples[12_000:18_000]).max() < 1e-3, "wherever it begins"


def test_our_own_clips_come_back(tmp_path: Path) -> None:
    frames = np.zeros((37, 64, 96, 3), np.uint8)
    frames[:] = (5 * np.arange(37))[:, None, None, None]
    samples = (np.sin(np.arange(37 * 2000) / 20) / 2).astype(np.float32)
    for name in ("a.mp4", "a.webm"):
        write_clip(tmp_path / name, frames, samples, {})
        facts = read_facts(tmp_path / name)
        assert (facts.num_frames, facts.size) == (37, Size(96, 64))
        again = np.stack(list(stream_frames(tmp_path / name, count=37)))
        assert np.abs(again.astype(int) - frames).max() < 8
        heard = read_samples(tmp_path / name, seconds=37 / 12)
        assert heard is not None
        assert np.corrcoef(heard, samples)[0, 1] > 0.98, "not a sample late"


def test_a_sound_alone(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.wav", np.zeros((6, 64, 64, 3), np.uint8), np.full(12_000, 0.25, np.float32), {})
    facts = read_facts(tmp_path / "a.wav")
    assert (facts.num_frames, facts.seconds, facts.size) == (0, 0.5, None)
    samples = read_samples(tmp_path / "a.wav", seconds=0.5)
    assert samples is not None
    assert np.abs(samples - 0.25).max() < 1e-3
    with pytest.raises(SourceError, match="has no picture"):
        next(stream_frames(tmp_path / "a.wav", count=1))


def test_a_clip_without_sound(tmp_path: Path) -> None:
    path = movie(tmp_path / "a.mp4", [Fraction(0), Fraction(1, 12)])
    assert read_facts(path).sound_s == 0
    assert read_samples(path, seconds=1) is None


@pytest.mark.parametrize("content", [b"", b"hello", bytes(3000), b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_what_is_no_movie_is_said_in_a_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"a\.mp4 (cannot be read|holds neither|is empty|has no frames)") as error:
        read_facts(path)
    assert "\n" not in str(error.value)
    with pytest.raises(SourceError, match=r"there is no file .*none\.mp4"):
        read_facts(tmp_path / "none.mp4")
    with pytest.raises(SourceError, match="there is no file"):
        read_facts(tmp_path)


def test_a_torn_movie_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    times = [Fraction(index, 30) for index in range(120)]
    movie(path, times, size=(320, 240))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    facts = read_facts(path)
    assert 0 < facts.num_frames <= 48
    assert len(list(stream_frames(path, count=facts.num_frames))) == facts.num_frames
    whole = movie(tmp_path / "b.mp4", times)
    whole.write_bytes(whole.read_bytes()[:400])
    with pytest.raises(SourceError, match="cannot be read"):
        read_facts(whole)
