"""What stands in quotes is heard in a clip of the model, which makes its picture to it."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from celaje import Studio, load
from celaje.cli import main
from celaje.clip import Request, tasks
from celaje.media import read_request

PROMPT = 'A man says "Good morning" on a beach'
QUICK = {"seconds": 2.0, "size": "64x64", "seed": 3, "steps": 2}


@pytest.fixture(scope="module")
def studio(tiny_weights: Path) -> Studio:
    return load(tiny_weights)


def test_the_words_are_in_the_sound_and_the_request_keeps_the_prompt(studio: Studio, tmp_path: Path) -> None:
    clip = studio.generate(PROMPT, **QUICK)  # type: ignore[arg-type]
    (spoken,) = clip.speech.spoken
    assert clip.samples is not None
    at = round(spoken.start_s * 24_000)
    heard = clip.samples[at : at + len(spoken.samples)]
    assert np.corrcoef(heard, spoken.samples)[0, 1] > 0.8
    request = Request.from_dict(read_request(clip.save(tmp_path / "clip.mp4"))["celaje"])
    assert (request.prompt, request.known) == (PROMPT, ())
    assert np.array_equal(studio.make(request).samples, clip.samples)  # type: ignore[arg-type]


def test_the_picture_is_made_to_the_voice(studio: Studio) -> None:
    spoken, silent = (studio.generate(PROMPT, speech=speech, **QUICK) for speech in (True, False))  # type: ignore[arg-type]
    other = studio.generate(PROMPT, voice="child", **QUICK)  # type: ignore[arg-type]
    assert silent.speech.spoken == ()
    assert not np.array_equal(spoken.frames, silent.frames)
    assert not np.array_equal(spoken.frames, other.frames)


def test_the_words_are_not_read_as_a_scene(studio: Studio) -> None:
    said = studio.engine.understand('a dog says "xylophone in the snow" on a beach')
    plain = studio.engine.understand("a dog says on a beach")
    assert (said.unknown, said.taken) == (plain.unknown, plain.taken)


def test_a_given_sound_stays_as_it_is(studio: Studio, tmp_path: Path) -> None:
    path = studio.generate("a dog", **QUICK).save(tmp_path / "dog.mp4")  # type: ignore[arg-type]
    longer = tasks.extend(studio.source(path), 'A man says "Good morning"', seconds=3, steps=1)
    clip, without = studio.make(longer), studio.make(tasks.extend(studio.source(path), "A man", seconds=3, steps=1))
    assert clip.samples is not None
    assert without.samples is not None
    assert clip.speech.spoken[0].start_s > 2
    assert np.array_equal(clip.samples[:48_000], without.samples[:48_000])
    scored = studio.make(tasks.illustrate(studio.source(path), 'A man says "Good morning"', steps=1))
    assert [note.why for note in scored.speech.notes] == ["left out"]


def test_the_command_says_what_is_said(tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELAJE_WEIGHTS", str(tiny_weights))
    quick = ["--seconds", "2", "--size", "64x64", "--steps", "1"]

    def run(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, ["generate", *words, *quick], prog_name="celaje")
        return result.exit_code, result.stdout, result.stderr

    status, out, _ = run(PROMPT, "--json")
    assert status == 0
    report = json.loads(out)["clips"][0]
    assert [one["text"] for one in report["spoken"]] == ["Good morning"]
    assert report["notes"] == []
    status, _, err = run('A man says "' + "well " * 30 + '"')
    assert status == 0
    assert 'does not fit: said as far as "well' in err
    status, _, err = run(PROMPT, "--voice", "nobody")
    assert (status, err.count("\n")) == (2, 1)
    assert 'there is no voice "nobody"' in err
    status, _, err = run(PROMPT, "--voice", "man", "--remote", "http://localhost:1", "-o", "a.mp4")
    assert (status, "leave --voice and --no-speech out" in err) == (2, True)
    assert json.loads(run(PROMPT, "--no-speech", "--json")[1])["clips"][0]["spoken"] == []
