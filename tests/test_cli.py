"""The command line as a person meets it: files, lines and exit statuses, above all when something is wrong."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from celaje.cli import main
from celaje.media import FORMATS, read_request, write_clip

PROMPT = "un gato naranja en la playa"
QUICK = ["--seconds", "0.5", "--size", "64x64", "--steps", "1", "--seed", "7"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `celaje` in an empty folder, with the weights of the recipe `tiny`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELAJE_WEIGHTS", str(tiny_weights))
    monkeypatch.setenv("CELAJE_RUNS", str(tmp_path / "runs"))
    return lambda *arguments: CliRunner().invoke(main, [str(part) for part in arguments], prog_name="celaje")


def refused(result: Result, reason: str, folder: Path) -> None:
    """One line on standard error, status 2, and nothing in `folder`."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("celaje: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert reason in result.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"gato{suffix}"
    result = run("generate", PROMPT, "-o", path, *QUICK)
    assert result.exit_code == 0, result.stderr
    assert list(tmp_path.iterdir()) == [path]
    length = "0 s" if suffix == ".png" else "0.5 s"
    assert result.stdout.startswith(f"{path}  64x64, {length}, seed 7  (loading ")
    if suffix == ".wav":
        with wave.open(str(path)) as sound:
            assert sound.getnframes() == 12_000
    else:
        assert read_request(path)["celaje"]["prompt"] == PROMPT
    if suffix in (".mp4", ".webm"):
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 6
            assert len(container.streams.audio) == 1
    if suffix in (".gif", ".webp", ".png"):
        with Image.open(path) as picture:
            assert picture.size == (64, 64)


def test_an_upper_case_extension(run: Run, tmp_path: Path) -> None:
    assert run("generate", PROMPT, "-o", "GATO.MP4", *QUICK).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["GATO.MP4"]


def test_a_clip_shows_given_pictures(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (90, 50), "red").save(tmp_path / "first@2x.png")
    Image.new("RGB", (50, 90), "blue").save(tmp_path / "last.webp")
    images = ["--image", "first@2x.png@0", "--image", "last.webp@0.5"]
    result = run("generate", PROMPT, "-o", "gato.mp4", *QUICK, *images)
    assert result.exit_code == 0, result.stderr
    known = read_request(tmp_path / "gato.mp4")["celaje"]["known"]
    assert [(piece["source"], piece["at_s"]) for piece in known] == [("first@2x.png", 0), ("last.webp", 0.5)]


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("none.png@0", "there is no picture none.png"),
        ("none.png", "there is no picture none.png"),
        ("none.png@9", "outside the clip: give 0 to 0.5"),
        ("none.png@soon", "give FILE@SECOND"),
        (f"{__file__}@0", "cannot be read as a clip or sound"),
    ],
)
def test_wrong_pictures_are_refused(run: Run, tmp_path: Path, image: str, reason: str) -> None:
    refused(run("generate", PROMPT, *QUICK, "--image", image), reason, tmp_path)


@pytest.fixture
def clip(run: Run, tmp_path: Path) -> Path:
    """A clip of a second with sound."""
    frames = np.random.default_rng(0).integers(0, 255, (12, 8, 8, 3), np.uint8).repeat(8, 1).repeat(8, 2)
    write_clip(tmp_path / "given.mp4", frames, np.zeros(24_000, np.float32), {"celaje": {"prompt": PROMPT}})
    return tmp_path / "given.mp4"


@pytest.mark.parametrize(
    ("arguments", "name", "seconds"),
    [
        (["extend", "given.mp4", "--seconds", "0.5"], "given-extended.mp4", 1.5),
        (["extend", "given.mp4", "a dog", "--seconds", "1", "--backwards"], "given-extended.mp4", 2),
        (["connect", "given.mp4", "given.mp4", "--seconds", "1"], "given-connected.mp4", 3),
        (["loop", "given.mp4", "--length", "short"], "given-loop.mp4", 2),
        (["edit", "given.mp4", "a dog", "--strength", "subtle"], "given-edited.mp4", 1),
        (["edit", "given.mp4", "a dog", "--region", "8,8,40,40"], "given-edited.mp4", 1),
        (["blend", "given.mp4", "given.mp4", "--curve", "0:0,1:1"], "given-blended.mp4", 1),
        (["recut", "given.mp4", "--keep", "0-0.3,0.6-0.9@1"], "given-recut.mp4", 1.416667),
        (["score", "given.mp4", "-o", "scored.webm"], "scored.webm", 1),
        (["illustrate", "given.mp4", "a dog", "--size", "64x64"], "given-illustrated.mp4", 1),
        (["picture", "a dog", "--size", "128x64", "--style", "film-noir"], "picture.png", 0),
        (["generate", "a dog", "--seconds", "1", "--size", "64x64", "--loop", "--style", "archival"], "clip.mp4", 1),
    ],
)
def test_every_task(run: Run, clip: Path, arguments: list[str], name: str, seconds: float) -> None:
    result = run(*arguments, "--steps", 1, "--seed", 7)
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in clip.parent.iterdir()) == sorted(["given.mp4", name])
    request = read_request(clip.parent / name)["celaje"]
    assert request["seconds"] == pytest.approx(seconds, abs=1e-5)
    assert request["prompt"] == PROMPT or request["prompt"].startswith("a dog"), "its own words, or those it was told"


def test_a_storyboard_is_made(run: Run, clip: Path) -> None:
    cards = [{"second": 0, "text": "a dog"}, {"second": 1, "clip": "given.mp4"}]
    (clip.parent / "board.json").write_text(json.dumps({"seconds": 2, "cards": cards}))
    result = run("storyboard", "board.json", "--size", "64x64", "--steps", 1)
    assert result.exit_code == 0, result.stderr
    assert read_request(clip.parent / "board.mp4")["celaje"]["prompt"] == "[0s-1s] a dog"


def test_several_endings(run: Run, clip: Path) -> None:
    assert run("extend", "given.mp4", "--seconds", 1, "-n", 2, "--steps", 1, "--seed", 7).exit_code == 0
    names = ["given-extended-1.mp4", "given-extended-2.mp4", "given-extended-sheet.png", "given.mp4"]
    assert sorted(path.name for path in clip.parent.iterdir()) == names


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["extend", "none.mp4"], "there is no file none.mp4"),
        (["extend", __file__], "cannot be read as a clip or sound"),
        (["extend", "given.mp4", "--seconds", "100"], "to make 100 s more is not possible: give up to 60"),
        (["extend", "given.mp4", "-o", "given.mp4"], "is what the clip is made from"),
        (["edit", "given.mp4", "--strength", "wild"], '"wild" is no strength: give subtle, mild, strong, or 0 to 1'),
        (["edit", "given.mp4", "--region", "mask.png"], "there is no picture mask.png"),
        (["edit", "given.mp4", "--region", "0.5,0,0.2,1"], "give left, top, right, bottom"),
        (["blend", "given.mp4", "given.mp4", "--curve", "now"], '"now" is no curve'),
        (["recut", "given.mp4", "--keep", "all"], '"all" says no pieces'),
        (["recut", "given.mp4", "--keep", "0-9"], "no piece of a clip of 1 s"),
        (["picture", "a dog", "--style", "none"], 'there is no style "none"'),
        (["storyboard", "none.json"], "there is no storyboard none.json"),
        (["storyboard", "given.mp4"], "given.mp4 is no JSON"),
    ],
)
def test_what_cannot_be_gone_on_from(run: Run, clip: Path, arguments: list[str], reason: str) -> None:
    result = run(*arguments)
    clip.unlink()
    refused(result, reason, clip.parent)


def test_variations_come_with_a_sheet(run: Run, tmp_path: Path) -> None:
    result = run("generate", PROMPT, "-o", "gato.mp4", "-n", 2, *QUICK)
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gato-1.mp4", "gato-2.mp4", "gato-sheet.png"]
    requests = [read_request(tmp_path / f"gato-{index}.mp4")["celaje"] for index in (1, 2)]
    assert [request["seed"] for request in requests] == [7, 8]
    with Image.open(tmp_path / "gato-sheet.png") as sheet:
        assert sheet.height > 2 * 180
    assert [line.split("  ")[0] for line in result.stdout.splitlines()] == [
        "gato-1.mp4",
        "gato-2.mp4",
        "gato-sheet.png",
    ]


def test_a_variation_is_the_clip_of_its_seed(run: Run, tmp_path: Path) -> None:
    run("generate", PROMPT, "-o", "gato.webp", "-n", 2, *QUICK)
    run("generate", PROMPT, "-o", "alone.webp", *QUICK[:-1], 8)
    assert (tmp_path / "alone.webp").read_bytes() == (tmp_path / "gato-2.webp").read_bytes()
    assert (tmp_path / "alone.webp").read_bytes() != (tmp_path / "gato-1.webp").read_bytes()


def test_json_for_programs(run: Run, tmp_path: Path) -> None:
    result = run("generate", "a cat with a xylophone", "-o", "cat.mp4", "--json", *QUICK)
    assert result.stderr == ""
    said = json.loads(result.stdout)
    assert said["sheet"] is None
    (clip,) = said["clips"]
    assert (clip["path"], clip["size"], clip["seconds"], clip["seed"]) == ("cat.mp4", "64x64", 0.5, 7)
    assert clip["not_understood"] == ["xylophone"]
    assert set(clip["time_s"]) == {"loading", "imagining", "drawing", "enlarging", "writing"}
    assert json.loads(run("generate", PROMPT, "-n", 2, "--json", *QUICK).stdout)["sheet"] == "clip-sheet.png"


def test_words_not_understood_are_named(run: Run) -> None:
    result = run("generate", "a cat with a xylophone", *QUICK)
    assert result.exit_code == 0
    assert result.stderr.startswith("did not know: xylophone. Taken instead: ")
    assert run("generate", "a cat", *QUICK).stderr == ""


def test_a_clip_without_sound(run: Run, tmp_path: Path) -> None:
    assert run("generate", PROMPT, "-o", "gato.mp4", "--silent", *QUICK).exit_code == 0
    with av.open(str(tmp_path / "gato.mp4")) as container:
        assert not container.streams.audio


def test_a_seed_is_drawn_and_said(run: Run) -> None:
    seeds = [json.loads(run("generate", PROMPT, "--json", *QUICK[:-2]).stdout)["clips"][0]["seed"] for _ in range(2)]
    assert seeds[0] != seeds[1]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["generate", " "], "the prompt is empty"),
        (["generate", "x" * 33_000], "the prompt has 33000 characters; at most 32000 are allowed"),
        (["generate", "cat", "--size", "big"], 'size "big" is not understood'),
        (["generate", "cat", "--size", "16x16"], "each side must be 64 to 4096"),
        (["generate", "cat", "--size", "1:9"], "too long and thin"),
        (["generate", "cat", "--seconds", "99"], "a clip of 99 s is not possible"),
        (["generate", "cat", "--seconds", "-1"], "a clip of -1 s is not possible"),
        (["generate", "cat", "--seconds", "long"], "'long' is not a valid float"),
        (["generate", "cat", "--steps", "0"], "0 steps are not possible"),
        (["generate", "cat", "--guidance", "99"], "guidance 99 is not possible"),
        (["generate", "cat", "--seed", "-3"], "seed -3 is not possible"),
        (["generate", "cat", "-n", "17"], "17 is not in the range"),
        (["generate", "cat", "-o", "cat.avi"], '"cat.avi" has no known format'),
        (["generate", "cat", "-o", "cat"], '"cat" has no known format'),
        (["generate", "cat", "-o", "missing/cat.mp4"], "the folder missing does not exist"),
        (["generate", "cat", "-o", "cat.wav", "--silent"], "without sound cannot become cat.wav"),
        (["generate", "cat", "-o", "cat.wav", "--seconds", "0"], "without sound cannot become cat.wav"),
        (["generate", "cat", "--weights", "missing"], "there are no weights in missing"),
        (["generate", "cat", "--device", "abacus"], 'there is no device "abacus" here'),
        (["generate", "cat", "--sepia"], "No such option '--sepia'"),
        (["generate"], "Missing argument 'PROMPT'"),
        (["generate", "a", "cat"], "unexpected extra argument"),
        (["--sepia"], "No such option '--sepia'"),
        (["imagine"], "No such command 'imagine'"),
        (["world"], "Missing option '-o'"),
        (["world", "-o", "w.avi"], '"w.avi" has no known format'),
        (["world", "-o", "w.mp4", "--sheet", "2"], "end it with .png"),
        (["world", "-o", "w.mp4", "--device", "tpu"], 'the device "tpu": give one of cpu, cuda'),
        (["train", "huge"], 'there is no recipe "huge"'),
        (["train", "tiny", "--stage", "dance"], 'there is no stage "dance"'),
        (["train", "tiny", "--stage", "export"], "does not exist"),
        (["train", "tiny", "--stage", "video"], "no data in"),
        (["train", "tiny", "--device", "abacus"], 'there is no device "abacus" here'),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run: Run, tmp_path: Path, arguments: list[str], reason: str) -> None:
    result = run(*arguments)
    shutil.rmtree(tmp_path / "runs", ignore_errors=True)  # what training keeps is not output
    refused(result, reason, tmp_path)


def test_a_folder_that_may_not_be_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    refused(run("generate", PROMPT, *QUICK), "may not be written to", tmp_path)


def test_an_output_that_is_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "clips.mp4").mkdir()
    assert "is a folder: give a file in it" in run("generate", PROMPT, "-o", "clips.mp4", *QUICK).stderr


@contextmanager
def full_disk(free_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_disk_that_refuses(run: Run, tmp_path: Path, suffix: str) -> None:
    with full_disk(600):
        result = run("generate", PROMPT, "-o", f"gato{suffix}", *QUICK)
    refused(result, f"gato{suffix} could not be written: ", tmp_path)


def test_an_earlier_file_stays_when_a_new_one_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gato.mp4").write_text("precious")
    with full_disk(600):
        assert run("generate", PROMPT, "-o", "gato.mp4", *QUICK).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["gato.mp4"]
    assert (tmp_path / "gato.mp4").read_text() == "precious"


@pytest.fixture
def copied_weights(tiny_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(tiny_weights, tmp_path_factory.mktemp("copy") / "weights"))


@pytest.mark.parametrize(
    "name",
    [
        "text.safetensors",
        "transformer.safetensors",
        "video.safetensors",
        "audio.safetensors",
        "tokenizer.json",
        "words.json",
    ],
)
def test_damaged_and_missing_weights(run: Run, tmp_path: Path, copied_weights: Path, name: str) -> None:
    path = copied_weights / name
    whole = path.read_bytes()
    middle = len(whole) // 2
    for damaged in (whole[:middle], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]):
        path.write_bytes(damaged)
        refused(run("generate", PROMPT, "--weights", copied_weights, *QUICK), "the weights are damaged", tmp_path)
    path.unlink()
    refused(run("generate", PROMPT, "--weights", copied_weights, *QUICK), f"{name} is missing", tmp_path)


def test_an_evaluation_without_a_run_asks_the_judges_of_the_weights(
    run: Run, tmp_path: Path, copied_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    juries: list[object] = []

    def stop(engine: object, jury: object, **options: object) -> None:
        juries.append(jury)
        raise ValueError("that is enough")

    monkeypatch.setattr("celaje.engine.evaluate.evaluate", stop)
    evaluate = ("evaluate", "tiny", "--scenes", 1, "--no-keep", "--weights", copied_weights)
    result = run(*evaluate)
    assert "that is enough" in result.stderr
    assert "no judge" not in result.stderr
    assert juries[-1] is not None
    path = copied_weights / "judge.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    refused(run(*evaluate), f"the weights are damaged: {path}", tmp_path)
    manifest = json.loads((copied_weights / "manifest.json").read_text())
    del manifest["parts"]["judge"]
    (copied_weights / "manifest.json").write_text(json.dumps(manifest))
    missing = f"no judge is in {tmp_path / 'runs' / 'tiny'} or {copied_weights}: what clips show is not measured"
    assert missing in run(*evaluate).stderr
    assert juries[-1] is None


def test_a_damaged_manifest(run: Run, tmp_path: Path, copied_weights: Path) -> None:
    path = copied_weights / "manifest.json"
    whole = path.read_text()
    values = json.loads(whole)
    other_sizes = whole.replace('"width": 64', '"width": 128')
    other_names = whole.replace('"guidance"', '"guidanc3"')
    fewer = json.dumps(values | {"parts": {"text": values["parts"]["text"]}})
    for damaged in (whole[:100], "[]", "{}", other_sizes, other_names, fewer):
        path.write_text(damaged)
        refused(run("generate", PROMPT, "--weights", copied_weights, *QUICK), str(copied_weights), tmp_path)
    path.write_bytes(whole.encode()[:50] + b"\xff" + whole.encode()[51:])
    refused(run("generate", PROMPT, "--weights", copied_weights, *QUICK), "is damaged", tmp_path)


def test_help_and_version(run: Run) -> None:
    assert run("--version").stdout.startswith("celaje, version ")
    for arguments in (["--help"], ["generate", "-h"], ["world", "-h"], ["train", "-h"]):
        result = run(*arguments)
        assert result.exit_code == 0
        assert "Usage: celaje" in result.stdout


def test_the_world_is_recorded(run: Run, tmp_path: Path) -> None:
    result = run("world", "--seed", 7, "-o", "w.mp4", "--seconds", 0.5)
    assert result.exit_code == 0, result.stderr
    path, text = result.stdout.strip().split("  ", 1)
    assert path == "w.mp4"
    assert read_request(tmp_path / "w.mp4") == {"world": {"seed": 7}, "caption": text}
    assert run("world", "--seed", 7, "-o", "sheet.png", "--sheet", 2, "--seconds", 0.5).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sheet.png", "w.mp4"]


ANNOUNCED = """
import celaje.studio as studio
make = studio.film
def announced(*arguments, **more):
    print("making", flush=True)
    return make(*arguments, **more)
studio.film = announced
from celaje.cli import main
main(prog_name="celaje")
"""


def test_a_process_that_is_interrupted_ends_at_once_and_leaves_nothing(tmp_path: Path, tiny_weights: Path) -> None:
    options = ["-o", str(tmp_path / "gato.mp4"), "--weights", str(tiny_weights), "--seconds", "30", "--steps", "1000"]
    others = os.times().children_user + os.times().children_system
    process = subprocess.Popen(
        [sys.executable, "-c", ANNOUNCED, "generate", PROMPT, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "making\n"
        time.sleep(0.5)
        until_now = psutil.Process(process.pid).cpu_times()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        spent = os.times().children_user + os.times().children_system - others
        assert spent - until_now.user - until_now.system < 3  # seconds of a core; 0.8 was measured
        assert process.stderr.read() == "celaje: stopped, no unfinished file is left\n"
    assert list(tmp_path.iterdir()) == []


def test_a_real_process(tmp_path: Path, tiny_weights: Path) -> None:
    command = [sys.executable, "-m", "celaje.cli", "generate", PROMPT, "-o", "gato.mp4", *QUICK]
    environment = os.environ | {"CELAJE_WEIGHTS": str(tiny_weights)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("gato.mp4  64x64, 0.5 s, seed 7")
    assert [path.name for path in tmp_path.iterdir()] == ["gato.mp4"]
