"""Windows cover a clip once, in order, and each knows enough of what came before."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.generate.reading import since
from celaje.engine.generate.windows import windows
from celaje.engine.text.tokenizer import EncodedText

SIZES = st.integers(2, 24).flatmap(lambda longest: st.tuples(st.just(longest), st.integers(1, longest - 1)))


@given(st.integers(1, 300), SIZES)
def test_windows_make_every_frame_once(num_latents: int, sizes: tuple[int, int]) -> None:
    longest, context = sizes
    plan = windows(num_latents, longest=longest, context=context)
    made = [frame for window in plan for frame in range(window.start + window.num_known, window.end)]
    assert made == list(range(num_latents))
    assert all(0 <= window.start < window.end <= window.start + longest for window in plan)
    assert plan[0].num_known == 0
    assert all(window.num_known == context for window in plan[1:])


@given(st.integers(1, 300), SIZES)
def test_new_frames_are_shared_out_evenly(num_latents: int, sizes: tuple[int, int]) -> None:
    plan = windows(num_latents, longest=sizes[0], context=sizes[1])
    new = [window.end - window.start - window.num_known for window in plan[1:]]
    assert not new or max(new) - min(new) <= 1


def test_a_clip_of_one_window() -> None:
    (window,) = windows(15, longest=16, context=6)
    assert (window.start, window.end, window.num_known) == (0, 15, 0)


@pytest.mark.parametrize("context", [0, 4, 9])
def test_an_impossible_context_is_refused(context: int) -> None:
    with pytest.raises(ValueError, match=f"a context of {context} latent frames"):
        windows(9, longest=4, context=context)


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
