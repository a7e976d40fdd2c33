"""Windows make what is open once, in order, and each knows as much as it can of what lies before and behind it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.generate.reading import since, spoken_of
from celaje.engine.generate.windows import Window, windows
from celaje.engine.text.tokenizer import EncodedText

SIZES = st.integers(2, 24).flatmap(lambda longest: st.tuples(st.just(longest), st.integers(1, longest - 1)))
OPEN = st.lists(st.booleans(), min_size=1, max_size=80)


@given(OPEN, SIZES, st.integers(0, 79), st.booleans())
def test_what_is_open_is_made_once(is_open: list[bool], sizes: tuple[int, int], anchor: int, loop: bool) -> None:
    longest, context = sizes
    anchor = 0 if loop else anchor % len(is_open)
    plan = windows(is_open, longest=longest, context=context, anchor=anchor, loop=loop)
    made = [frame for window in plan for frame in range(window.begin, window.done)]
    assert sorted(made) == [frame for frame, one in enumerate(is_open) if one]
    known = [not one for one in is_open]
    for window in plan:
        assert window.start <= window.begin < window.done <= window.end <= window.start + longest
        around = [*range(window.start, window.begin), *range(window.done, window.end)]
        assert loop or all(0 <= frame < len(is_open) for frame in around)
        assert all(known[frame % len(known)] for frame in around), "a window takes in nothing that is still to be made"
        known[window.begin : window.done] = [True] * (window.done - window.begin)


def plan(text: str, *, anchor: int = 0, loop: bool = False) -> list[tuple[int, int, int, int]]:
    """Windows of 8 with a context of 4 over a clip in which dots are open."""
    made = windows([one == "." for one in text], longest=8, context=4, anchor=anchor, loop=loop)
    return [(window.start, window.begin, window.done, window.end) for window in made]


def test_a_clip_from_nothing() -> None:
    assert plan("." * 8) == [(0, 0, 8, 8)]
    assert plan("." * 15) == [(0, 0, 7, 7), (3, 7, 11, 11), (7, 11, 15, 15)]


def test_forwards_from_what_is_known() -> None:
    assert plan("######" + "." * 7) == [(2, 6, 9, 9), (5, 9, 13, 13)]


def test_backwards_from_what_is_known() -> None:
    assert plan("." * 7 + "######", anchor=7) == [(4, 4, 7, 11), (0, 0, 4, 8)]


def test_between_what_is_known_the_last_sees_both_ends() -> None:
    assert plan("####..####") == [(0, 4, 6, 8)]
    assert plan("####......####") == [(0, 4, 8, 8), (4, 8, 10, 12)]


def test_a_loop_ends_where_it_begins() -> None:
    assert plan("." * 8, loop=True) == [(0, 0, 4, 4), (0, 4, 6, 6), (2, 6, 8, 10)]
    last = plan("####....", loop=True)[-1]
    assert last[2] == 8
    assert last[3] == 10, "two frames of the next round"


@given(st.integers(1, 300), SIZES)
def test_new_frames_are_shared_out_evenly(num_latents: int, sizes: tuple[int, int]) -> None:
    longest, context = sizes
    new = [window.done - window.begin for window in windows([True] * num_latents, longest=longest, context=context)]
    assert not new[1:] or max(new[1:]) - min(new[1:]) <= 1


@pytest.mark.parametrize("context", [0, 4, 9])
def test_an_impossible_context_is_refused(context: int) -> None:
    with pytest.raises(ValueError, match=f"a context of {context} latent frames"):
        windows([True] * 9, longest=4, context=context)


def test_a_window_of_everything() -> None:
    assert windows([True] * 15, longest=16, context=6) == [Window(start=0, end=15, begin=0, done=15)]
    assert windows([False] * 15, longest=16, context=6) == []


def test_seconds_count_from_the_window() -> None:
    text = EncodedText(
        ids=torch.zeros(1, 4, dtype=torch.long),
        valid=torch.ones(1, 4, dtype=torch.bool),
        start_s=torch.tensor([[-1.0, 0.0, 1.0, 3.0]]),
        end_s=torch.tensor([[-1.0, 2.0, 3.0, 5.0]]),
        shortened=(False,),
    )
    later = since(text, torch.tensor([2.0]))
    assert later.valid.tolist() == [[True, False, True, True]]  # what is over says nothing any more
    assert later.start_s.tolist() == [[-1.0, 0.0, 0.0, 1.0]]
    assert later.end_s.tolist() == [[-1.0, 0.0, 1.0, 3.0]]


def test_a_window_hears_what_is_said_of_it() -> None:
    story = "Noir. [0s-2s] A cat walks. [2s-5s] It jumps. [5s-9s] It sleeps."
    assert spoken_of(story, 0, 2) == "Noir. [0s-2s] A cat walks."
    assert spoken_of(story, 4, 8) == "Noir. [2s-5s] It jumps. [5s-9s] It sleeps."
    assert spoken_of(story, 0, 60) == story
    assert spoken_of("[0s-2s] A cat walks.", 30, 40) == "[0s-2s] A cat walks.", "rather that than nothing"
