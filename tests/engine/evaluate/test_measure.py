"""The whole evaluation with tiny untrained networks: every number is there, and each counts what it says."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from celaje.clip import Size
from celaje.engine.codec.audio import TINY_AUDIO, AudioCodec
from celaje.engine.codec.video import TINY_VIDEO, VideoCodec
from celaje.engine.evaluate import Extras, Jury, Report, Shelf, evaluate
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.evaluate.scores import Entry
from celaje.engine.generate import Engine, Made, Sampling, generate, load_engine
from celaje.engine.generate.export import export
from celaje.engine.judge import TINY_JUDGE, TINY_MOTION, Judge, MotionJudge
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import train_tokenizer
from celaje.engine.world.sample import sample
from celaje.engine.world.scene import Scene


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Tiny networks with random weights."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    tokenizer = train_tokenizer(["a cat runs", "un gato corre"] * 2, size=300)
    text = TextConfig(vocabulary=tokenizer.size, width=32, layers=1, heads=2, hidden=32)
    export(
        folder,
        recipe="test",
        networks={
            "video": VideoCodec(TINY_VIDEO),
            "audio": AudioCodec(TINY_AUDIO),
            "text": TextEncoder(text, {"place": Slot(size=2)}),
            "transformer": Transformer(TransformerConfig(width=64, depth=1, feedforward=64, text_width=32)),
        },
        tokenizer=tokenizer,
        known_words=frozenset({"cat"}),
        slots={"place": ("alley", "beach")},
        sampling=Sampling(steps=1, led_steps=1, guidance=1.0, sound_guidance=None),
        scores={},
    )
    return load_engine(folder, device="cpu")


def scenes() -> list[Scene]:
    """A dog that steps, a ball, and a place without anybody."""
    drawn = [sample(seed, kinds=["dog"], places=["beach"], styles=["natural"], num_frames=48) for seed in (1, 2)]
    empty = next(scene for scene in map(sample, range(100)) if not scene.subjects)
    return [replace(scene, size=Size(256, 256)) for scene in (*drawn, empty)]


def jury(*, motion: bool = True) -> Jury:
    """Judges that know nothing."""
    sizes = slot_sizes()
    return Jury(judge=Judge(TINY_JUDGE, sizes), motion=MotionJudge(TINY_MOTION, sizes) if motion else None)


def test_evaluation_is_complete(engine: Engine, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    shown: list[str] = []
    report = evaluate(
        engine,
        jury(),
        scenes(),
        seconds=1.0,
        extras=Extras(num_long=2, long_s=2.0),
        on_progress=lambda *at: heard.append(at),
        on_clip=lambda row, prompt, clip: shown.append(row),
        sheets=tmp_path / "sheets",
    )
    assert heard == [(index, 5) for index in range(1, 6)]
    rows = ["real", "reconstructed", "generated en", "generated es"]
    assert list(report.picture) == list(report.sound) == rows
    assert report.picture["real"]["place"].count == 3
    assert report.picture["real"]["look"].count == 2
    assert report.picture["generated en"]["kinds"].count == 2  # nobody was asked for in the third
    assert report.sound["real"]["kinds"].count <= 2
    assert all(0 <= score.share <= 1 for scores in report.picture.values() for score in scores.values())
    assert set(report.sync) <= {
        "real: true events",
        "real: what the picture tells of true events",
        *(f"{row}: what the picture tells" for row in rows),
    }
    assert shown == 3 * rows + 2 * ["long"]
    assert report.steps == 1
    numbers = report.numbers
    assert numbers["picture told/where/real"].value == report.picture["real"]["place"].share
    assert numbers["codec/PSNR dB/reconstructed"].value == pytest.approx(report.codec.psnr_db)
    for key in (
        "likeness/picture, Fréchet distance/generated es",
        "likeness/motion, kernel distance/reconstructed",
        "likeness/sound, Fréchet distance/generated en",
        "motion/amount, pixels a frame/real",
        "identity/first third found again by the last, of 3/generated en",
        "speed/real-time factor/generated es",
        "drift over 2 s/colour, grey levels/generated",
        "drift over 2 s, picture told/where/last 5 s",
        "identity/beginning found again after 2 s, of 2/real",
        "identity/given picture found again by the clip's end, of 2/generated",
        "diversity/apart among 3 seeds of a prompt, spreads/real",
    ):
        assert key in numbers, key
        assert numbers[key].low <= numbers[key].value <= numbers[key].high
    assert Entry.read(Entry.of(report, "2026-11-26").line()).judge == report.judge != ""
    assert json.loads(json.dumps(report.to_dict()))["codec"]["ssim"] == report.codec.ssim
    table = report.table()
    for words in (*rows, "floor generated", "PSNR", "who"):
        assert words in table
    for name, width in (("generated-en", 6 * 160), ("generated-es", 6 * 160), ("listening", 2 * 600 + 6)):
        with Image.open(tmp_path / "sheets" / f"{name}.png") as sheet:
            assert sheet.width == width


def test_evaluation_repeats(engine: Engine) -> None:
    judges = jury()
    once, again = (evaluate(engine, judges, scenes()[:1], seconds=1 / 3, languages=("es",)) for _ in range(2))
    assert replace(once, numbers={}) == replace(again, numbers={})
    differing = {key for key, number in once.numbers.items() if number != again.numbers[key]}
    assert all(key.startswith("speed/") for key in differing)


def test_a_measurement_that_was_cut_off_goes_on(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, made = Shelf(folder=tmp_path / "shelf"), 0

    def count(*asked: Any) -> Made:
        nonlocal made
        made += 1
        return generate(*asked)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    def measure(judges: Jury, on_progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
        return evaluate(engine, judges, scenes()[:2], seconds=1 / 3, shelf=shelf, on_progress=on_progress)

    monkeypatch.setattr("celaje.engine.evaluate.shelf.generate", count)
    judges = jury()
    with pytest.raises(KeyboardInterrupt):
        measure(judges, on_progress=stop)
    assert made == 2  # both languages of the first scene
    whole = measure(judges)
    assert made == 4
    assert measure(judges) == whole  # the speed, too: it is kept with the clip
    other = measure(jury())
    assert made == 4
    assert other.codec == whole.codec
    assert other.judge != whole.judge
    plain = evaluate(engine, judges, scenes()[:2], seconds=1 / 3)
    assert replace(plain, numbers={}) == replace(whole, numbers={})
    evaluate(engine, judges, scenes()[:1], seconds=1 / 3, languages=("en",), guidance=2.0, shelf=shelf)
    assert made == 5  # asked in another way it is another clip
    for file in (tmp_path / "shelf").iterdir():
        file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ValueError, match="is damaged, delete it"):
        measure(judges)


def test_without_a_judge_the_rest_is_measured(engine: Engine) -> None:
    report = evaluate(engine, None, scenes()[:2], seconds=1 / 3, languages=("en",))
    assert not report.picture
    assert not report.sync
    assert not any("told" in key for key in report.numbers)
    assert "no judge" in report.table()


def test_without_a_judge_of_motion_pictures_and_sounds_are_told(engine: Engine) -> None:
    report = evaluate(engine, jury(motion=False), scenes()[:2], seconds=1 / 3, languages=("en",))
    assert set(report.picture["real"]) == {"look", "count", "place", "time", "weather", "kinds"}
    assert set(report.sync) <= {"real: true events"}


def test_a_jury_tells_of_stills_without_motion() -> None:
    rng = np.random.default_rng(0)
    frames, samples = rng.integers(0, 255, (8, 64, 64, 3), np.uint8), np.zeros(16_000, np.float32)
    judges = jury().to(torch.device("cpu"))
    alone = jury(motion=False).to(torch.device("cpu"))
    assert len({judges.fingerprint, alone.fingerprint, jury().fingerprint}) == 3
    with torch.no_grad():
        answers, moved = judges.answers(frames, samples)
        assert moved is not None
        assert moved.beats.shape == (1, 8)
        assert "place" in answers.picture
        assert judges.answers(frames[:1], samples[:0])[1] is None
        assert alone.answers(frames, samples)[1] is None


def test_nothing_to_measure(engine: Engine) -> None:
    with pytest.raises(ValueError, match="0 scenes"):
        evaluate(engine, jury(), [])
    with pytest.raises(ValueError, match="0 s"):
        evaluate(engine, jury(), scenes(), seconds=0)
