"""How the network is asked."""

import torch

from celaje.engine.generate.asking import resting
from celaje.engine.latents import ClipLatents, NoiseLevels, TextTokens

NOTHING = torch.zeros(1, 0)
TEXT = TextTokens(values=torch.zeros(1, 0, 8), valid=NOTHING.bool(), start_s=NOTHING, end_s=NOTHING)


def test_a_still_is_not_told_how_it_moves() -> None:
    """A network that says of every channel what it was given; the last two of four are how things move."""
    rest = torch.diag(torch.tensor([1.0, 1.0, 0.0, 0.0]))
    noisy = ClipLatents(video=torch.randn(2, 1, 3, 2, 4), audio=torch.randn(2, 0, 5))
    levels = NoiseLevels(video=torch.ones(2, 1, 3, 2), audio=torch.ones(2, 0))
    clean = resting(lambda noisy, levels, text: noisy, rest)(noisy, levels, TEXT)
    assert torch.equal(clean.video[..., :2], noisy.video[..., :2])
    assert not clean.video[..., 2:].any()
    assert torch.equal(clean.audio, noisy.audio)
