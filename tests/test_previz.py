"""A prompt or a scene file becomes a clip of the simulated world, from the command line and from Python."""

import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result

from celaje import load, previz
from celaje.cli import main
from celaje.clip import Known, Request, Size
from celaje.media import read_request

PROMPT = "un gato naranja salta en la playa de noche"
QUICK = ["--seconds", "0.5", "--size", "96x64", "--seed", "7"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `celaje previz` in an empty folder that knows of no weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELAJE_WEIGHTS", str(tmp_path / "nowhere"))
    return lambda *words: CliRunner().invoke(main, ["previz", *(str(word) for word in words)], prog_name="celaje")


def shape(path: Path) -> tuple[int, int, int, int, int]:
    """Frames, width, height, frames a second and sound tracks of a movie."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = round(float(stream.average_rate or 0))
        num_frames = sum(1 for _ in container.decode(video=0))
        return num_frames, stream.width, stream.height, rate, len(container.streams.audio)


def test_a_prompt_is_filmed(run: Run, tmp_path: Path) -> None:
    result = run(PROMPT, "-o", "gato.mp4", *QUICK)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("gato.mp4  96x64, 0.5 s at 24 frames a second, seed 7  (reading ")
    assert result.stderr == ""
    assert shape(tmp_path / "gato.mp4") == (12, 96, 64, 24, 1)
    facts = read_request(tmp_path / "gato.mp4")
    assert facts["prompt"] == PROMPT
    assert 'place = "beach"' in facts["previz"]
    assert [path.name for path in tmp_path.iterdir()] == ["gato.mp4"]


def test_a_scene_is_written_edited_and_filmed_again(run: Run, tmp_path: Path) -> None:
    assert run(PROMPT, "--edit", "scene.toml", *QUICK).exit_code == 0
    scene = tmp_path / "scene.toml"
    text = scene.read_text()
    assert 'kind = "cat"' in text
    scene.write_text(text.replace('kind = "cat"', 'kind = "dog"').split("[subjects.look]")[0])
    result = run("scene.toml", "-o", "dog.webm", "--fps", "12", "--silent", "--json")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert (said["size"], said["seconds"], said["frames_per_second"], said["seed"]) == ("96x64", 0.5, 12, 7)
    assert 'kind = "dog"' in said["scene"]
    assert shape(tmp_path / "dog.webm") == (6, 96, 64, 12, 0)
    again = run(PROMPT, "--edit", "scene.toml", *QUICK)
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    assert "scene.toml is there already" in again.stderr


def test_what_is_true_lies_beside_the_clip(run: Run, tmp_path: Path) -> None:
    result = run(PROMPT, *QUICK, "--truth", "depth", "--truth", "segmentation", "--truth", "flow", "--arrays")
    assert result.exit_code == 0, result.stderr
    for name in ("depth", "segmentation", "flow"):
        assert shape(tmp_path / f"clip-{name}.mp4") == (12, 96, 64, 24, 0)
    depth, instance, flow = (np.load(tmp_path / f"clip-{name}.npy") for name in ("depth", "segmentation", "flow"))
    assert (depth.shape, depth.dtype) == ((12, 64, 96), np.float32)
    assert set(np.unique(instance)) == {0, 1}
    assert flow.shape == (12, 64, 96, 2)
    assert depth[instance == 1].mean() < depth[instance == 0].mean()
    assert len(list(tmp_path.iterdir())) == 7


def test_what_was_not_understood_is_told(run: Run) -> None:
    result = run("a wolf with a xylophone in a park", *QUICK)
    assert result.exit_code == 0
    told = "did not know: xylophone. Filmed: place countryside; kinds dog"
    assert result.stderr.splitlines() == [told, "wolf: shown as dog", "park: shown as countryside"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["", *QUICK], "the prompt is empty"),
        (["a cat", "--size", "2560x1440"], "size 2560x1440 is not possible: the world films up to 1920x1080"),
        (["a cat", "--fps", "25"], "25 frames a second are not possible: give 12 or 24"),
        (["a cat", "--seconds", "61"], "a clip of 61 s is not possible"),
        (["a cat", "--arrays"], "arrays of what?"),
        (["a cat", "-o", "cat.txt"], "has no known format"),
        (["a cat", "--edit", "scene.txt", *QUICK], "end it with .toml"),
        (["none.toml"], "the scene file none.toml cannot be read: No such file"),
    ],
)
def test_what_cannot_be_filmed_is_refused_in_one_line(run: Run, tmp_path: Path, words: list[str], reason: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert reason in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    planned = previz.plan(PROMPT, seconds=8, size=Size(96, 64))
    seen: list[float] = []

    def watch(stage: str, fraction: float) -> None:
        seen.append(fraction)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        previz.film(planned, tmp_path / "clip.mp4", truth=["depth"], arrays=True, watch=watch)
    assert len(seen) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_world_is_a_model_like_another(tmp_path: Path) -> None:
    fractions: list[float] = []
    clip = load(model="world").generate(
        PROMPT, seconds=0.5, size="96x64", seed=7, watch=lambda progress: fractions.append(progress.fraction)
    )
    assert clip.frames.shape == (6, 64, 96, 3)
    assert clip.samples is not None
    assert clip.samples.shape == (12_000,)
    assert clip.understanding.taken["kinds"] == ("cat",)
    assert fractions[-1] == 1.0
    assert shape(clip.save(tmp_path / "clip.mp4")) == (6, 96, 64, 12, 1)
    film = previz.World().film(Request(prompt=PROMPT, seconds=0.5, size=Size(96, 64), seed=7, frames_per_second=24))
    assert shape(film.save(tmp_path / "film.mp4")) == (12, 96, 64, 24, 1)


def test_the_world_keeps_to_nothing_that_is_given() -> None:
    request = Request(prompt=PROMPT, known=(Known(source="cat.png"),))
    with pytest.raises(ValueError, match="keeps to no given pieces"):
        load(model="world").make(request)


def test_a_ratio_gives_a_large_picture() -> None:
    assert [str(previz.film_size(text)) for text in ("16:9", "1:1", "9:16", "640x360")] == [
        "1280x720", "960x960", "720x1280", "640x360",
    ]  # fmt: skip


def test_both_rates_show_the_same_film() -> None:
    half, full = (
        load(model="world").generate(PROMPT, seconds=1, size="96x64", seed=7, frames_per_second=rate).frames
        for rate in (12, 24)
    )
    error = np.abs(full[::2].astype(int) - half).mean()
    other = np.abs(full[6].astype(int) - full[0]).mean()
    assert error < 0.5 * other


def test_generate_takes_the_world_as_its_model(run: Run, tmp_path: Path) -> None:
    words = ["generate", PROMPT, "--model", "world", "-o", "gato.mp4", "-n", "2", "--seconds", "0.5", "--size", "96x64"]
    result = CliRunner().invoke(main, [*words, "--seed", "7"], prog_name="celaje")
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gato-1.mp4", "gato-2.mp4", "gato-sheet.png"]
    assert shape(tmp_path / "gato-2.mp4") == (6, 96, 64, 12, 1)
    assert read_request(tmp_path / "gato-2.mp4")["model"] == "world"
