"""Quoted sentences are found in prompts as people type them, and nothing else is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celaje.clip.language import language_of
from celaje.clip.quotes import quotations, without_quotations


def said(prompt: str) -> list[str]:
    return [one.text for one in quotations(prompt)]


@pytest.mark.parametrize(
    ("prompt", "sentences"),
    [
        ('A woman says "Good morning, everyone" on a beach', ["Good morning, everyone"]),
        ("A woman says “Good morning, everyone” on a beach", ["Good morning, everyone"]),
        ("Una mujer dice «Buenos días» en la playa", ["Buenos días"]),
        ("„Good day“, says a man", ["Good day"]),
        ("a man says 'I don't like snow' in a forest", ["I don't like snow"]),
        ("a man says ‘I don’t like snow’ in a forest", ["I don’t like snow"]),
        ('A man: "Hello". He waves.', ["Hello"]),
        ('"Hello," says the old man. "How are you?" asks a robot.', ["Hello", "How are you?"]),
        ('A man says "Hello" and then "Goodbye"', ["Hello", "Goodbye"]),
        ('[0s-2s] she says "Hi" [2s-5s] he answers "No!"', ["Hi", "No!"]),
        ('Una niña grita: "¡Mira, mamá!"', ["¡Mira, mamá!"]),
        ('A woman waves. "Good to see you."', ["Good to see you."]),
        ('a woman with a sign says "Hello"', ["Hello"]),
        ('He says "She said ‘no’ to me."', ["She said ‘no’ to me."]),
    ],
)
def test_what_is_said_is_found(prompt: str, sentences: list[str]) -> None:
    assert said(prompt) == sentences


@pytest.mark.parametrize(
    "prompt",
    [
        "a dog that doesn't bark, and the boys' ball isn't red",
        "rock 'n' roll in the '90s and the dogs' bowl",
        'a neon sign that says "OPEN ALL NIGHT" in a city',
        'un cartel que dice "Se vende" en la ciudad',
        'a film called "Snow White" with a cat',
        'a "red" cat',
        'a 10" screen and a 12" screen',
        'a woman says ""',
        'a woman says "..." on a beach',
        'a woman says "I never stop',
        "",
    ],
)
def test_what_is_not_said_stays_as_it_is(prompt: str) -> None:
    assert said(prompt) == []
    assert without_quotations(prompt, said="talking") == prompt


@pytest.mark.parametrize(
    ("prompt", "seen"),
    [
        ('A woman in red says "I love the snow" on a beach', "A woman in red says on a beach"),
        ('A man: "Look." A dog runs.', "A man. A dog runs."),
        ('"Hola", dice un hombre', "dice un hombre"),
        ('A woman waves. "Good to see you."', "A woman waves. talking"),
        ('[0s-2s] she says "Hi" [2s-5s] he runs', "[0s-2s] she says [2s-5s] he runs"),
    ],
)
def test_the_rest_is_what_is_seen(prompt: str, seen: str) -> None:
    assert without_quotations(prompt, said="talking") == seen


def test_a_narrator_is_not_seen() -> None:
    assert [one.off for one in quotations('A narrator says "Once upon a time" over the sea. A man says "Yes".')] == [
        True,
        False,
    ]


@given(st.text(alphabet="ab A.,:!?'\"“”«»‘’„[]0s-5 says dice", max_size=200))
def test_any_text_is_read_and_places_are_true(prompt: str) -> None:
    found = quotations(prompt)
    for before, after in pairwise(found):
        assert before.end <= after.begin
    for one in found:
        assert one.text
        assert " ".join(prompt[one.begin : one.end].split()).find(one.text[0]) > 0
    assert len(without_quotations(prompt)) <= len(prompt)


def test_many_open_marks_take_no_time_in_their_square() -> None:
    for mark in "'\"“«‘„":
        assert isinstance(without_quotations(f" {mark}a" * 8000), str)
        assert isinstance(without_quotations(f"says {mark}" * 4000), str)


@pytest.mark.parametrize(
    ("text", "otherwise", "language"),
    [
        ("Good morning, everyone", "es", "en"),
        ("Buenos días a todos", "en", "es"),
        ("¿Dónde?", "en", "es"),
        ("I don't know", "es", "en"),
        ("Ana", "es", "es"),
        ("Ana", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_english_and_spanish_are_told_apart(text: str, otherwise: str, language: str) -> None:
    assert language_of(text, otherwise) == language  # type: ignore[arg-type]
