"""Captions are true of their scene, well formed, and never twice of one shape."""

import re
from collections.abc import Callable
from functools import cache
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from celaje.clip import Size
from celaje.engine.world.captions import Language, caption, captions, labels, shapes, targets, vocabulary
from celaje.engine.world.captions.speaker import Speaker
from celaje.engine.world.captions.verbs import VERBS
from celaje.engine.world.sample import sample
from celaje.engine.world.scene import ACTIONS, Action, Scene, Shot, Subject

LANGUAGES: tuple[Language, ...] = ("en", "es")


@cache
def scene_of(seed: int) -> Scene:
    return sample(seed)


def two_dogs() -> Scene:
    """A dog that another follows through an alley."""
    walk = Action(name="walk", start_s=0.0, end_s=4.0)
    follow = Action(name="follow", start_s=0.0, end_s=4.0, target=0)
    shot = Shot(start_s=0.0, end_s=4.0, place="alley", time="night", weather="rain", camera="still", subjects=(0, 1))
    return Scene(
        seed=0,
        size=Size(256, 256),
        num_frames=48,
        style="natural",
        subjects=(Subject(kind="dog", actions=(walk,)), Subject(kind="dog", actions=(follow,))),
        shots=(shot,),
    )


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 300), draw=st.integers(0, 10_000), language=st.sampled_from(LANGUAGES))
def test_what_is_said_holds(seed: int, draw: int, language: Language) -> None:
    scene = scene_of(seed)
    said = caption(scene, language, np.random.default_rng(draw))
    assert said == caption(scene, language, np.random.default_rng(draw))
    kinds = {subject.kind for subject in scene.subjects}
    looks = {f"{subject.kind}/{slot}/{value}" for subject in scene.subjects for slot, value in subject.look.items()}
    actions = {action.name for subject in scene.subjects for action in subject.actions}
    for slot in said.mentioned:
        name, _, value = slot.partition(":")
        assert value in {"kinds": kinds, "looks": looks, "actions": actions}.get(name, {""})


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 300), draw=st.integers(0, 10_000), language=st.sampled_from(LANGUAGES))
@example(seed=171, draw=16, language="en")  # a place and nothing else
def test_text_is_well_formed(seed: int, draw: int, language: Language) -> None:
    text = caption(scene_of(seed), language, np.random.default_rng(draw)).text
    assert len(text.split()) >= 2
    assert not re.search(r"[@/{}]|  | [,.;]|,,|\.\.|^[,. ]|[,;] ?$", text)
    assert not re.search(r"\b(de|a) el\b", text)
    if language == "en":
        assert not re.search(r"\b[Aa] [aeio]|\b[Aa]n [^aeiouh]", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_never_the_same_shape_twice_in_a_row(language: Language) -> None:
    for seed in range(20):
        drawn = list(islice(captions(scene_of(seed), language, np.random.default_rng(seed)), 20))
        assert all(one.shape != other.shape for one, other in pairwise(drawn))
        assert len({one.text for one in drawn}) > 12


def test_lengths_go_from_headlines_to_paragraphs() -> None:
    rng = np.random.default_rng(0)
    lengths = [len(caption(scene_of(seed), "en", rng).text.split()) for seed in range(300)]
    assert min(lengths) <= 3
    assert max(lengths) >= 50


def test_spanish_follows_whom_it_follows() -> None:
    rng = np.random.default_rng(1)
    texts = [caption(two_dogs(), "es", rng).text for _ in range(60)]
    follows = [
        text for text in texts if re.search(r"\b(sigue|persigue|siguiendo|persiguiendo) (al|a la|a un|a una) ", text)
    ]
    assert len(follows) > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_timed_spans_follow_each_other(language: Language) -> None:
    rng = np.random.default_rng(2)
    timed = [drawn for seed in range(300) if len((drawn := caption(scene_of(seed), language, rng)).spans) > 1]
    assert len(timed) > 10
    for drawn in timed:
        spans = [span for span in drawn.spans if span.end_s >= 0]
        assert spans[0].start_s == 0.0
        assert all(one.end_s <= other.start_s + 0.05 for one, other in pairwise(spans))
        assert all(span.text in drawn.text for span in spans)


def test_what_counts_as_said_is_in_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = {
        "time": ("time", "rainy_night", "_hour"),
        "weather": ("weather", "rainy_night", "sound", "_weather"),
        "camera": ("camera", "shot_noun", "camera_sentence"),
        "style": ("style", "styled"),
        "place": ("place", "place_noun"),
    }
    spoken: list[str] = []

    def marked(name: str, piece: Callable[..., str]) -> Callable[..., str]:
        def say(*words: object, **options: object) -> str:
            spoken.append(f"{name}{len(spoken)}")
            return f"in {spoken[-1]}" if piece(*words, **options) else ""

        return say

    for name in {name for names in pieces.values() for name in names}:
        owner = shapes if name.startswith("_") else Speaker
        monkeypatch.setattr(owner, name, marked(name, getattr(owner, name)))
    rng = np.random.default_rng(5)
    for seed in range(600):
        spoken.clear()
        said = caption(scene_of(seed % 300), LANGUAGES[seed % 2], rng)
        heard = {re.sub(r"\d", "", mark) for mark in spoken if mark in said.text.lower()}
        assert {slot for slot in said.mentioned & set(pieces) if not heard & set(pieces[slot])} == set(), said


def test_targets_are_only_what_was_said() -> None:
    words = vocabulary()
    rng = np.random.default_rng(3)
    for seed in range(100):
        scene = scene_of(seed)
        truth, said = labels(scene), caption(scene, "en", rng)
        known = targets(truth, said)
        for slot, names in words.one.items():
            assert (
                (int(known[slot]) >= 0) == (slot in said.mentioned) == bool(known["said"][list(words.one).index(slot)])
            )
            assert int(known[slot]) < len(names)
        for slot, names in words.many.items():
            told = {names[index] for index in np.flatnonzero(known[slot] == 1)}
            assert told == {name.partition(":")[2] for name in said.mentioned if name.startswith(f"{slot}:")}
            assert {int(index) for index in np.flatnonzero(known[slot] != 0)} == set(truth.many[slot])


def test_every_action_has_verbs_for_everybody() -> None:
    for action in ACTIONS:
        for language in LANGUAGES:
            assert any(getattr(verb, language) and not verb.only for verb in VERBS[action]), (action, language)
