"""A prompt's sentences are said by who says them; in the world the mouth follows, and the sound carries the words."""

from pathlib import Path

import numpy as np
import pytest
from scipy import signal

from celaje import previz
from celaje.clip import SAMPLE_RATE
from celaje.engine.world.motion import perform
from celaje.engine.world.reading import read
from celaje.engine.world.scene import Scene
from celaje.media import read_samples, write_clip
from celaje.speech import Speaker, lay_over, say, say_prompt, say_scene
from celaje.speech.fit import Spoken
from celaje.speech.voice import Samples


def speakers(prompt: str) -> list[tuple[str, Speaker]]:
    told = say._lines(read(prompt).outline)
    return [(one.line.text, who) for one, who in zip(told, say._speakers(told), strict=True)]


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ('A woman in a red coat says "Good morning" on a beach', [("Good morning", "woman", "f", 1)]),
        ('"Hello," says an old man. "Hi," answers a girl.', [("Hello", "old person", "m", 1), ("Hi", "child", "f", 1)]),
        ('A man waves. "Hello there!" A dog runs.', [("Hello there!", "man", "m", 1)]),
        ('A man and a woman walk. "Hi," she says. "No," he says.', [("Hi", "woman", "f", 1), ("No", "man", "m", 1)]),
        ("Un robot en la luna: «Estoy solo aquí»", [("Estoy solo aquí", "robot", "", 1)]),
        ('A narrator says "Once upon a time" over the sea', [("Once upon a time", "", "", 1)]),
        ('The sea at dawn. "Where is everyone?"', [("Where is everyone?", "", "", 1)]),
        ('A man says "One" and "Two"', [("One. Two", "man", "m", 1)]),
        ('A man says "A" and a woman answers "B".', [("A", "man", "m", 1), ("B", "woman", "f", 1)]),
        (
            'A man says "A". A woman says "B". The man says "C".',
            [("A", "man", "m", 1), ("B", "woman", "f", 1), ("C", "man", "m", 1)],
        ),
        ('A red robot says "A". Another robot, blue, says "B".', [("A", "robot", "", 1), ("B", "robot", "", 2)]),
    ],
)
def test_who_says_what(prompt: str, told: list[tuple[str, str, str, int]]) -> None:
    assert speakers(prompt) == [
        (text, Speaker(kind=kind, gender=gender, number=number)) for text, kind, gender, number in told
    ]


def test_what_is_said_is_not_seen() -> None:
    reading = read('A man says "I love the snow and my dog" in a forest at night')
    assert [who.kind for who in reading.outline.subjects or ()] == ["man"]
    assert (reading.outline.shots[0].place, reading.outline.shots[0].weather) == ("forest", None)
    assert reading.unknown == ()


def test_sentences_keep_to_the_seconds_of_the_prompt_and_to_what_is_free() -> None:
    prompt = '[0s-2s] a woman says "Hi there" [3 to 5 seconds] a man answers "Don\'t go!"'
    first, second = say_prompt(prompt, 5.0).spoken
    assert 0 <= first.start_s < first.end_s <= 2
    assert 3 <= second.start_s < second.end_s <= 5
    (late,) = say_prompt('A woman says "Hi there"', 10.0, taken=[(0.0, 5.0)]).spoken
    assert late.start_s > 5
    nowhere = say_prompt('A woman says "Hi there"', 5.0, taken=[(0.0, 5.0)])
    assert [note.why for note in nowhere.notes] == ["left out"]
    assert say_prompt('A woman says "Hi there"', 0.0).spoken == ()
    assert say_prompt("A woman", 5.0).notes == ()


PROMPT = 'A {who} says "Good morning, everyone. It is a beautiful day to be alive" {where}'
CAST = [
    ("woman", "on a beach", 1),
    ("man", "in a city in the rain", 2),
    ("child", "in a forest", 3),
    ("robot", "on the moon", 4),
]


@pytest.mark.parametrize(("who", "where", "seed"), CAST)
def test_the_mouth_follows_the_voice(who: str, where: str, seed: int) -> None:
    planned = previz.plan(PROMPT.format(who=who, where=where), seconds=5, size="128x96", seed=seed)
    (spoken,) = planned.speech.spoken
    (play,) = perform(planned.scene)
    times = np.arange(planned.scene.num_frames) / planned.scene.frames_per_second
    mouth = play.performances[0].at(times).mouth
    loudness = np.array([loud_at(spoken, second) for second in times])
    assert np.corrcoef(mouth, loudness)[0, 1] >= 0.8
    silent = (times < spoken.start_s - 0.1) | (times > spoken.end_s + 0.1)
    assert mouth[silent].max(initial=0) < 0.02
    assert not [event for event in play.events if event.sound == "talk"]


def loud_at(spoken: Spoken, second: float) -> float:
    """How loud a voice is within a twentieth of a second around a moment."""
    at, half = round((second - spoken.start_s) * SAMPLE_RATE), SAMPLE_RATE // 20
    part = spoken.samples[max(0, at - half) : max(0, at + half)]
    return float(np.sqrt((part**2).sum() / (2 * half)))


def test_actions_make_room_for_what_is_said() -> None:
    prompt = 'A man talks: "Hello my dear friends, let us now walk together to the sea". Then he jumps.'
    planned = previz.plan(prompt, seconds=5, size="128x96", seed=3)
    (spoken,) = planned.speech.spoken
    talk, jump = planned.scene.subjects[0].actions
    assert (talk.name, jump.name) == ("talk", "jump")
    assert talk.end_s >= spoken.end_s
    assert jump.start_s >= talk.end_s
    assert jump.end_s == 5


def test_a_scene_file_says_the_same() -> None:
    planned = previz.plan('A woman walks and says «It\'s "here"»', seconds=2, size="64x64", seed=3)
    assert "say = \"It's" in planned.script
    again = previz.plan_from(planned.script)
    assert [one.text for one in again.speech.spoken] == [one.text for one in planned.speech.spoken]
    assert [mouths(one.scene) for one in (again, planned)] == [mouths(planned.scene)] * 2
    assert mouths(planned.scene)
    over = previz.plan('A narrator says "Once upon a time" over the sea', seconds=2, size="64x64", seed=3)
    assert [one.text for one in previz.plan_from(over.script).speech.spoken] == ["Once upon a time"]
    with pytest.raises(ValueError, match="say 3 is not possible"):
        previz.plan_from('[[subjects]]\nkind = "man"\nactions = [{ do = "talk", say = 3 }]')


def mouths(scene: Scene) -> list[tuple[float, ...]]:
    return [action.line.mouth for who in scene.subjects for action in who.actions if action.line is not None]


def test_nobody_speaks_when_not_wanted_or_in_a_still() -> None:
    prompt = 'A woman says "Hello"'
    assert previz.plan(prompt, seconds=2, size="64x64", speech=False).speech.spoken == ()
    assert previz.plan(prompt, seconds=0, size="64x64").speech.spoken == ()
    silent = previz.plan(prompt, seconds=3, size="64x64", seed=1, speech=False).scene
    assert [event.sound for event in perform(silent)[0].events].count("talk") > 0  # in no language
    assert say_scene(previz.plan("a cat", seconds=1, size="64x64").scene)[1].notes == ()


BANDS_HZ = 150.0 * 2 ** (np.arange(16) / 3)  # thirds of octaves, 150 Hz to 4.8 kHz


def intelligibility(dry: Samples, heard: Samples) -> float:
    """The mean correlation of short envelopes in thirds of octaves over 0.38 s, 0 to 1: STOI without its clipping.

    Taal et al. (2011), "An Algorithm for Intelligibility Prediction of Time-Frequency Weighted Noisy Speech", eq. 5.
    """
    tracks = []
    for samples in (dry, heard):
        frequencies, _, spectra = signal.stft(samples, SAMPLE_RATE, nperseg=614, noverlap=307)
        power = np.abs(spectra) ** 2
        bands = [power[(frequencies >= f / 2 ** (1 / 6)) & (frequencies < f * 2 ** (1 / 6))].sum(0) for f in BANDS_HZ]
        tracks.append(np.sqrt(np.array(bands)))
    loud = tracks[0].sum(0) > 10 ** (-40 / 20) * tracks[0].sum(0).max()
    clean, noisy = (track[:, loud] for track in tracks)
    found = []
    for at in range(30, clean.shape[1] + 1):
        a, b = (track[:, at - 30 : at] - track[:, at - 30 : at].mean(1, keepdims=True) for track in (clean, noisy))
        size = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        found.append(float(np.mean((a * b).sum(1)[size > 0] / size[size > 0])))
    return float(np.mean(found))


@pytest.mark.parametrize(("where", "least"), [("in a living room", 0.85), ("in a city in a storm", 0.7)])
def test_the_words_can_be_understood_in_the_file(tmp_path: Path, where: str, least: float) -> None:
    planned = previz.plan(PROMPT.format(who="woman", where=where), seconds=5, size="64x64", seed=5)
    path = previz.film(planned, tmp_path / "clip.mp4").paths[0]
    (spoken,) = planned.speech.spoken
    heard = read_samples(path, from_s=spoken.start_s, seconds=len(spoken.samples) / SAMPLE_RATE)
    assert heard is not None
    assert intelligibility(spoken.samples, heard) > least
    noise = np.random.default_rng(1).standard_normal(len(heard)).astype(np.float32)
    assert intelligibility(spoken.samples, noise) < 0.4  # what the measure says of something else


def test_laid_over_and_encoded_the_voice_is_where_it_was_said(tmp_path: Path) -> None:
    (spoken,) = say_prompt('A man says "Stop"', 2.0).spoken
    track = lay_over(np.zeros(2 * SAMPLE_RATE, np.float32), 0, [spoken])
    write_clip(tmp_path / "clip.mp4", np.zeros((24, 64, 64, 3), np.uint8), track, {})
    heard = read_samples(tmp_path / "clip.mp4", seconds=2.0)
    assert heard is not None
    late = int(signal.correlate(heard, track, mode="same").argmax()) - len(track) // 2
    assert abs(late) < SAMPLE_RATE / 100
