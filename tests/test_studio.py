"""Celaje from Python, as a person would use it."""

import threading
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from celaje import Clip, Studio, load
from celaje.clip import Known, Request, Size
from celaje.engine.generate import Given, Progress, generate
from celaje.engine.latents import VIDEO_CHANNELS
from celaje.known import bring
from celaje.media import read_request


@pytest.fixture(scope="module")
def studio(tiny_weights: Path) -> Studio:
    return load(tiny_weights)


@pytest.fixture(scope="module")
def clip(studio: Studio) -> Clip:
    return studio.generate("a cat on the beach", seconds=0.5, size="128x96", seed=7, steps=2, guidance=2.0)


def test_a_clip_has_what_was_asked_for(clip: Clip) -> None:
    assert clip.frames.shape == (6, 96, 128, 3)
    assert clip.frames.dtype == np.uint8
    assert clip.samples is not None
    assert clip.samples.shape == (12_000,)
    assert clip.samples.dtype == np.float32
    assert clip.request == Request(
        prompt="a cat on the beach", seconds=0.5, size=Size(128, 96), seed=7, steps=2, guidance=2.0
    )
    assert clip.model.startswith("celaje-tiny ")


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif", ".webp", ".png"])
def test_a_file_says_how_it_was_made(clip: Clip, tmp_path: Path, suffix: str) -> None:
    facts = read_request(clip.save(tmp_path / f"clip{suffix}"))
    assert Request.from_dict(facts["celaje"]) == clip.request
    assert facts["model"] == clip.model


def test_the_request_of_a_file_makes_the_same_clip(studio: Studio, clip: Clip, tmp_path: Path) -> None:
    facts = read_request(clip.save(tmp_path / "clip.mp4"))
    again = studio.make(Request.from_dict(facts["celaje"]))
    assert np.array_equal(again.frames, clip.frames)
    assert np.array_equal(again.samples, clip.samples)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "num_frames", "num_samples"),
    [(0, 1, None), (0.02, 1, 480), (1 / 3, 4, 8000), (0.4, 5, 9600), (3.1, 37, 74_400)],
)
def test_every_length_is_met(studio: Studio, seconds: float, num_frames: int, num_samples: int | None) -> None:
    made = studio.generate("a ball", seconds=seconds, size="64x64", steps=1)
    assert len(made.frames) == num_frames
    assert (None if made.samples is None else len(made.samples)) == num_samples


def test_silence_does_not_change_the_picture(studio: Studio, clip: Clip) -> None:
    silent = studio.generate(
        "a cat on the beach", seconds=0.5, size="128x96", seed=7, steps=2, guidance=2.0, audio=False
    )
    assert silent.samples is None
    assert np.array_equal(silent.frames, clip.frames)


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"steps": 3}, {"guidance": 5.0}, {"negative_prompt": "a car"}, {"prompt": "a car in a city"}],
)
def test_whatever_is_asked_changes_the_clip(studio: Studio, clip: Clip, change: dict[str, object]) -> None:
    wanted = clip.request.to_dict() | change
    assert not np.array_equal(studio.make(Request.from_dict(wanted)).frames, clip.frames)


def test_progress_rises_to_the_end(studio: Studio) -> None:
    told: list[Progress] = []
    studio.generate("a ball", seconds=3, size="64x64", steps=3, watch=told.append)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    stages = [stage for stage, _ in groupby(progress.stage for progress in told)]
    assert stages[:3] == ["reading", "imagining", "drawing"]
    previews = [progress.estimate for progress in told if progress.stage == "imagining"]
    assert all(preview is not None and preview.video.shape[2:] == (8, 8, VIDEO_CHANNELS) for preview in previews)


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("stage", ["reading", "imagining", "drawing"])
def test_a_callback_that_raises_stops_the_work(studio: Studio, clip: Clip, stage: str) -> None:
    told: list[str] = []

    def watch(progress: Progress) -> None:
        told.append(progress.stage)
        if progress.stage == stage:
            raise StoppedError

    with pytest.raises(StoppedError):
        studio.generate("a ball", seconds=0.5, size="64x64", steps=3, watch=watch)
    assert told.count(stage) == 1
    assert told[-1] == stage
    assert np.array_equal(studio.make(clip.request).frames, clip.frames), "the studio is as good as before"


def test_a_studio_works_in_another_thread(studio: Studio, clip: Clip) -> None:
    made: list[Clip] = []
    thread = threading.Thread(target=lambda: made.append(studio.make(clip.request)))
    thread.start()
    thread.join()
    assert np.array_equal(made[0].frames, clip.frames)


def test_words_that_the_model_never_met_are_named(studio: Studio) -> None:
    clip = studio.generate("a cat plays the xylophone", seconds=0, size="64x64", steps=1)
    assert "xylophone" in clip.understanding.unknown
    assert "cat" not in clip.understanding.unknown
    assert "xylophone" in clip.understanding.complaint()


@pytest.mark.parametrize("prompt", ["🐱🌧", "x", "a cat " * 600, "la niña\n\tsalta", "[0s-1s] a cat [1s-2s] a dog"])
def test_any_text_is_a_prompt(studio: Studio, prompt: str) -> None:
    assert studio.generate(prompt, seconds=0, size="64x64", steps=1).frames.shape == (1, 64, 64, 3)


def test_a_prompt_that_is_too_long_for_the_model_says_so(studio: Studio) -> None:
    assert studio.generate("a cat runs, " * 300, seconds=0, size="64x64", steps=1).understanding.shortened


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"prompt": " "}, "prompt is empty"),
        ({"prompt": "x" * 32_001}, "32001 characters; at most 32000"),
        ({"negative_prompt": "x" * 32_001}, "negative prompt has 32001 characters"),
        ({"prompt": "a cat \udcff"}, "not UTF-8"),
        ({"seconds": 61}, "0 .a still. to 60"),
        ({"seconds": float("nan")}, "not possible"),
        ({"size": "5x5"}, "64 to 4096"),
        ({"steps": 0}, "1 to 1000"),
        ({"guidance": -1}, "0 to 30"),
        ({"seed": -1}, "seed -1"),
        ({"images": [("first.png", 0)]}, "no picture first.png"),
        ({"images": [(__file__, 0)]}, "cannot be read as a clip or sound"),
        ({"images": [("first.png", 1)]}, "outside the clip: give 0 to 0.5"),
        ({"known": (Known(source="first.mp4"),)}, "there is no file first.mp4"),
        ({"known": (Known(source="first.png", track="audio"),)}, "there is no file first.png"),
    ],
)
def test_what_is_impossible_is_refused(studio: Studio, wrong: dict[str, object], reason: str) -> None:
    asked: dict[str, object] = {"prompt": "a cat", "seconds": 0.5} | wrong
    make: Callable[..., Clip] = studio.generate
    with pytest.raises(ValueError, match=reason):
        make(asked.pop("prompt"), **asked)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A red and a striped picture, of other shapes than the clip."""
    folder = tmp_path_factory.mktemp("pictures")
    stripes = np.zeros((300, 90, 3), np.uint8)
    stripes[:, ::8] = (0, 200, 255)
    Image.new("RGB", (640, 100), "red").save(folder / "red.jpg")
    Image.fromarray(stripes).save(folder / "stripes.png")
    return [folder / "red.jpg", folder / "stripes.png"]


def test_a_clip_keeps_to_pictures(studio: Studio, clip: Clip, pictures: list[Path]) -> None:
    asked = {"prompt": clip.request.prompt, "seconds": 0.5, "size": "128x96", "seed": 7, "steps": 2, "guidance": 2.0}
    make: Callable[..., Clip] = studio.generate
    red, other = [make(**asked, images=[(picture, 0)]) for picture in pictures]
    both = make(**asked, images=[(pictures[0], 0), (pictures[1], 0.5)])
    later = make(**asked, images=[(pictures[0], 0.5)])
    made = [clip, red, other, both, later]
    assert len({one.frames.tobytes() for one in made}) == len(made), "each of them shows"
    assert {one.frames.shape for one in made} == {clip.frames.shape}
    again = studio.make(Request.from_dict(red.request.to_dict()))
    assert np.array_equal(again.frames, red.frames)
    assert red.request.known == (Known(source=str(pictures[0])),)


def test_pictures_reach_the_windows_near_them(studio: Studio, pictures: list[Path]) -> None:
    asked = {"seconds": 12, "size": "64x64", "seed": 7, "steps": 1, "audio": False}
    make: Callable[..., Clip] = studio.generate
    plain = make("a ball", **asked)
    late = make("a ball", **asked, images=[(pictures[0], 12)])
    same = (plain.frames == late.frames).all(axis=(1, 2, 3))
    assert not same.any(), "all that comes before leads to it"


def test_a_picture_is_upright_and_cut_to_the_middle(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (200, 100), (0, 0, 255, 255))
    picture.paste((0, 255, 0, 0), (0, 0, 100, 100))  # the left half cannot be seen
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter to the right
    picture.save(tmp_path / "turned.png", exif=exif)
    request = Request(prompt="x", size=Size(256, 256), known=(Known(source=str(tmp_path / "turned.png"), at_s=2),))
    [given] = bring(request)
    assert given.frames is not None
    [pixels] = given.frames
    assert pixels.shape == (256, 256, 3)
    assert (pixels[:100] == 255).all()
    assert (pixels[-100:] == (0, 0, 255)).all()


def test_pictures_that_cannot_be_kept_to_are_refused(studio: Studio, pictures: list[Path], tmp_path: Path) -> None:
    torn = tmp_path / "torn.png"
    torn.write_bytes(pictures[1].read_bytes()[:60])
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        studio.generate("a cat", images=[(torn, 0)])
    with pytest.raises(ValueError, match="a still neither loops nor keeps to what is given"):
        studio.generate("a cat", seconds=0, images=[(pictures[0], 0)])
    request = Request(prompt="a cat", seconds=1, known=(Known(source="first.png"),))
    piece = Known(source="first.png")
    request = Request(prompt="a cat", seconds=1, known=(piece,))
    with pytest.raises(ValueError, match="not what the request calls known"):
        generate(studio.engine, request)
    with pytest.raises(ValueError, match="the model works in 256x256"):
        generate(studio.engine, request, given=[Given(piece=piece, frames=np.zeros((1, 8, 8, 3), np.uint8))])


def test_importing_celaje_does_not_import_torch() -> None:
    import subprocess
    import sys

    code = "import celaje, celaje.clip, celaje.cli, sys; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_loading_waits_for_nothing_that_is_not_needed(tiny_weights: Path) -> None:
    """PyTorch's compiler and SciPy's filters cost more than all weights: a second each on two cores."""
    import subprocess
    import sys

    slow = ("torch._dynamo", "scipy.signal", "scipy.stats", "scipy.ndimage")
    code = (
        f"import sys; from celaje import load; load(sys.argv[1]); print([one for one in {slow} if one in sys.modules])"
    )
    run = [sys.executable, "-c", code, str(tiny_weights)]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "[]\n"
