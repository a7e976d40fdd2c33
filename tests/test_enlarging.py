"""Files made larger and smoother: any movie or picture, with its own sound, and what it says of itself."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from PIL import Image

from celaje import load
from celaje.cli import main
from celaje.clip import Size
from celaje.engine.generate import Enlarger
from celaje.engine.generate.weights import read_manifest, write_manifest
from celaje.enlarging import enlarge, exact_size, find_enlarger, upscale
from celaje.media import read_facts, read_request, stream_frames, write_clip
from celaje.media.fit import fit

Frames = NDArray[np.uint8]


@pytest.fixture(scope="module")
def enlarger(tiny_weights: Path) -> Enlarger:
    return find_enlarger(tiny_weights)


def ball(count: int, width: int = 96, height: int = 64) -> Frames:
    """A bright ball that crosses a smooth ground, two pixels a frame."""
    rows, columns = np.mgrid[:height, :width]
    frames: list[NDArray[np.float64]] = []
    for index in range(count):
        far = np.hypot(rows - height / 2, columns - 16 - 2 * index)
        light = 60 + 0.5 * columns + 120 / (1 + np.exp(far - 9))
        frames.append(np.repeat(light[..., None], 3, axis=2))
    return np.clip(np.stack(frames), 0, 255).astype(np.uint8)


def tone(seconds: float, rate: int = 24_000) -> NDArray[np.float32]:
    return (np.sin(np.arange(round(seconds * rate)) / 9) / 3).astype(np.float32)


def movie(path: Path, *, rate: Fraction, count: int, sound: tuple[str, int, str] | None = None) -> Path:
    """A movie as others make them: another rate, its sound in stereo, with a title."""
    with av.open(
        str(path), "w", options={"movflags": "use_metadata_tags"} if path.suffix == ".mp4" else {}
    ) as container:
        container.metadata["title"] = "A ball"
        picture = container.add_stream("libx264" if path.suffix != ".webm" else "libvpx-vp9", rate=rate)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        track: AudioStream | None = None
        if sound is not None:
            added = container.add_stream(sound[0], rate=sound[1], layout=sound[2])
            assert isinstance(added, AudioStream)
            track = added
        for pixels in ball(count):
            container.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(picture.encode())
        if sound is not None and track is not None:
            values = tone(count / float(rate), sound[1])
            planes = np.stack([values, -values]) if sound[2] == "stereo" else values[None]
            heard = av.AudioFrame.from_ndarray(planes, format="fltp", layout=sound[2])
            heard.sample_rate, heard.pts = sound[1], 0
            resampler = av.AudioResampler(format=track.codec_context.format, layout=sound[2], rate=sound[1])
            for piece in [*resampler.resample(heard), *resampler.resample(None)]:
                container.mux(track.encode(piece))
            container.mux(track.encode())
    return path


def packets(path: Path) -> list[bytes]:
    """The coded sound of a file."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.audio[0]) if packet.size]


def shape(path: Path) -> tuple[int, str, float]:
    """Frames, size and rate of a movie."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        count = sum(1 for _ in container.decode(stream))
        assert stream.average_rate is not None
        return count, f"{stream.width}x{stream.height}", round(float(stream.average_rate), 2)


def test_one_of_ours_grows_and_keeps_what_it_says(enlarger: Enlarger, tmp_path: Path) -> None:
    clip = tmp_path / "ball.mp4"
    write_clip(clip, ball(12), tone(1), {"celaje": {"prompt": "a ball"}, "model": "celaje-test"})
    told: list[float] = []
    made = upscale(
        clip,
        tmp_path / "large.mp4",
        size=Size(384, 200),
        frames_per_second=24,
        enlarger=enlarger,
        watch=lambda stage, fraction: told.append(fraction),
    )
    assert shape(made.path) == (24, "384x200", 24.0)
    assert (made.size, made.frames_per_second, made.num_frames) == (Size(384, 200), Fraction(24), 24)
    assert packets(made.path) == packets(clip), "its sound is as it was"
    said = read_request(made.path)
    assert said["celaje"]["prompt"] == "a ball"
    assert said["upscaled"] == {
        "from": "96x64", "size": "384x200", "model": enlarger.version, "frames_per_second": "24",
    }  # fmt: skip
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ball.mp4", "large.mp4"]


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30000, 1001), Fraction(60), Fraction(10)])
def test_a_movie_keeps_its_own_rate(enlarger: Enlarger, tmp_path: Path, rate: Fraction) -> None:
    clip = movie(tmp_path / "in.mp4", rate=rate, count=20)
    made = upscale(clip, tmp_path / "out.mp4", size=Size(192, 128), enlarger=enlarger)
    assert shape(made.path) == (20, "192x128", round(float(rate), 2))
    before = np.stack(list(stream_frames(clip, count=20, frames_per_second=rate)))
    after = fit(np.stack(list(stream_frames(made.path, count=20, frames_per_second=rate))), Size(96, 64))
    apart = np.abs(after[:, None].astype(int) - before[None]).mean((2, 3, 4))
    assert np.array_equal(apart.argmin(1), np.arange(20)), "every frame is in its place"


@pytest.mark.parametrize(("wanted", "count"), [(60, 60), (24, 24), (25, 25), (7, 7)])
def test_any_rate_lasts_as_long(enlarger: Enlarger, tmp_path: Path, wanted: int, count: int) -> None:
    clip = movie(tmp_path / "in.mp4", rate=Fraction(30), count=30, sound=("aac", 44_100, "stereo"))
    made = upscale(clip, tmp_path / "out.mp4", frames_per_second=wanted, enlarger=enlarger)
    assert shape(made.path) == (count, "96x64", float(wanted))
    assert packets(made.path) == packets(clip)


@pytest.mark.parametrize(
    ("name", "sound", "becomes"),
    [
        ("a.mp4", ("aac", 48_000, "stereo"), "out.mp4"),
        ("a.mp4", ("mp3", 44_100, "stereo"), "out.mp4"),
        ("a.mov", ("pcm_s16le", 44_100, "stereo"), "out.mp4"),
        ("a.mp4", ("aac", 44_100, "mono"), "out.webm"),
        ("a.webm", ("libopus", 48_000, "stereo"), "out.webm"),
        ("a.webm", ("libopus", 48_000, "stereo"), "out.mp4"),
    ],
)
def test_sound_comes_along(
    enlarger: Enlarger, tmp_path: Path, name: str, sound: tuple[str, int, str], becomes: str
) -> None:
    clip = movie(tmp_path / name, rate=Fraction(25), count=25, sound=sound)
    made = upscale(clip, tmp_path / becomes, frames_per_second=12, enlarger=enlarger)
    with av.open(str(made.path)) as container:
        track = container.streams.audio[0]
        assert track.channels == (1 if sound[2] == "mono" else 2)
        planes = [frame.to_ndarray() for frame in container.decode(track)]
        assert sum(plane.shape[-1] for plane in planes) / track.rate == pytest.approx(1.0, abs=0.1)
        assert (container.metadata.get("title") or container.metadata.get("TITLE")) == "A ball"
    assert read_facts(made.path).sound_s == pytest.approx(read_facts(clip).sound_s, abs=0.06)


def test_pictures_grow_too(enlarger: Enlarger, tmp_path: Path) -> None:
    Image.fromarray(ball(1)[0]).save(tmp_path / "a.jpg")
    made = upscale(tmp_path / "a.jpg", tmp_path / "b.png", size=Size(400, 400), enlarger=enlarger)
    with Image.open(tmp_path / "b.png") as picture:
        assert picture.size == (400, 400)
    assert made.frames_per_second is None


def test_a_clip_in_memory_grows_as_its_file_does(tiny_weights: Path, tmp_path: Path) -> None:
    clip = load(tiny_weights).generate("a ball", seconds=1, size="64x64", steps=1)
    large = clip.upscale(size="192x128", frames_per_second=24, weights=tiny_weights)
    assert large.frames.shape == (24, 128, 192, 3)
    assert large.samples is clip.samples
    assert (large.request.size, large.frames_per_second) == (Size(192, 128), 24)
    assert shape(large.save(tmp_path / "large.mp4")) == (24, "192x128", 24.0)
    still = load(tiny_weights).generate("a ball", seconds=0, size="64x64", steps=1)
    assert still.upscale(size="128x128", weights=tiny_weights).frames.shape == (1, 128, 128, 3)


def test_what_is_generated_has_any_size_and_rate(tiny_weights: Path) -> None:
    studio = load(tiny_weights)
    fractions: list[float] = []
    asked = {"prompt": "a ball", "seconds": 1.0, "steps": 1, "seed": 7}
    clip = studio.generate(
        **asked,  # type: ignore[arg-type]
        size="500x300",
        frames_per_second=30,
        watch=lambda progress: fractions.append(progress.fraction),
    )
    assert clip.frames.shape == (30, 300, 500, 3)
    assert clip.samples is not None
    assert len(clip.samples) == 24_000
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    again = studio.generate(**asked, size="500x300", frames_per_second=30)  # type: ignore[arg-type]
    assert np.array_equal(again.frames, clip.frames)
    usual = studio.generate(**asked, size="500x300")  # type: ignore[arg-type]
    assert np.array_equal(usual.frames[::2], clip.frames[::5]), "what the model made is there as it was"


def test_frames_are_asked_for_one_by_one(enlarger: Enlarger) -> None:
    """Memory cannot grow with the clip: never more than two frames are taken before one is given."""
    taken = given = 0

    def frames() -> Iterator[Frames]:
        nonlocal taken
        for frame in ball(12):
            taken += 1
            yield frame

    for _ in enlarge(frames(), enlarger, size=Size(128, 96), given=12, wanted=36):
        given += 1
        assert taken <= given // 3 + 2
    assert (taken, given) == (12, 36)


def test_weights_without_these_networks_still_make_clips(tiny_weights: Path, tmp_path: Path) -> None:
    for path in tiny_weights.iterdir():
        (tmp_path / path.name).symlink_to(path)
    manifest = read_manifest(tiny_weights)
    (tmp_path / "manifest.json").unlink()
    parts = {name: part for name, part in manifest.parts.items() if name not in ("upscaler", "interpolator")}
    write_manifest(tmp_path, replace(manifest, parts=parts))
    studio = load(tmp_path)
    assert studio.generate("a ball", seconds=0.5, size="400x400", steps=1).frames.shape == (6, 400, 400, 3)
    with pytest.raises(ValueError, match="make 12 frames a second: they hold no interpolator"):
        studio.generate("a ball", seconds=0.5, frames_per_second=24)
    with pytest.raises(ValueError, match="cannot make clips larger or smoother"):
        find_enlarger(tmp_path)


def test_stopping_leaves_no_file(enlarger: Enlarger, tmp_path: Path) -> None:
    clip = movie(tmp_path / "in.mp4", rate=Fraction(12), count=12, sound=("aac", 48_000, "mono"))

    def stop(stage: str, fraction: float) -> None:
        if fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upscale(clip, tmp_path / "out.mp4", size=Size(192, 128), enlarger=enlarger, watch=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_weights: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELAJE_WEIGHTS", str(tiny_weights))
    write_clip(tmp_path / "in.mp4", ball(6), tone(0.5), {})
    write_clip(tmp_path / "in.wav", ball(6), tone(0.5), {})
    return lambda *words: CliRunner().invoke(main, list(words))


def test_the_command_says_what_it_made(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("upscale", "in.mp4", "--size", "192x128", "--fps", "24")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("in-upscaled.mp4  192x128, 24 frames a second  (enlarging ")
    result = run("upscale", "in.mp4", "--fps", "24", "-o", "smooth.webp", "--json")
    facts = json.loads(result.stdout)
    assert (facts["path"], facts["size"], facts["frames_per_second"], facts["num_frames"]) == (
        "smooth.webp", "96x64", 24, 12,
    )  # fmt: skip
    assert (tmp_path / "smooth.webp").exists()


def test_every_command_takes_a_rate(run: Callable[..., Result], tmp_path: Path) -> None:
    quick = ("--steps", "1", "--seed", "1", "--fps", "24", "-o", "out.mp4")
    assert run("generate", "a ball", "--seconds", "0.5", "--size", "64x64", *quick).exit_code == 0
    assert shape(tmp_path / "out.mp4") == (12, "64x64", 24.0)
    result = run("extend", "in.mp4", "it goes on", "--seconds", "0.5", *quick)
    assert result.exit_code == 0, result.output
    assert shape(tmp_path / "out.mp4") == (24, "96x64", 24.0)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["in.mp4"], "how large, or how smooth?"),
        (["in.mp4", "--size", "16:9"], "is a ratio: give WIDTHxHEIGHT"),
        (["in.mp4", "--size", "9000x90"], "too long and thin"),
        (["in.mp4", "--fps", "0"], "0 frames a second are not possible: give 1 to 60"),
        (["in.mp4", "--fps", "240"], "240 frames a second are not possible"),
        (["in.mp4", "--fps", "24", "-o", "in.mp4"], "is what it is made from"),
        (["in.mp4", "--fps", "24", "-o", "a.wav"], "cannot hold what in.mp4 becomes"),
        (["in.mp4", "--fps", "24", "-o", "nowhere/a.mp4"], "does not exist"),
        (["none.mp4", "--fps", "24"], "there is no file none.mp4"),
        (["none.png", "--size", "128x128"], "there is no picture none.png"),
        (["in.wav", "--fps", "24", "-o", "a.mp4"], "in.wav has no picture"),
    ],
)
def test_what_is_impossible_is_one_line(
    run: Callable[..., Result], tmp_path: Path, words: list[str], reason: str
) -> None:
    result = run("upscale", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert reason in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "in.wav"]


def test_a_size_in_pixels() -> None:
    assert exact_size("1920x1080") == Size(1920, 1080)
