"""The sound of a window, thought of before its picture."""

from dataclasses import replace

import torch

from celaje.clip import Request, Size
from celaje.engine.generate import Engine
from celaje.engine.generate.hearing import later_sound
from celaje.engine.latents import ClipLatents, NoiseLevels


def test_what_is_known_of_a_sound_stays_and_the_rest_goes_on_from_it(engine: Engine) -> None:
    request = Request(prompt="a cat runs", seconds=2.0, size=Size(256, 256), seed=3)
    torch.manual_seed(0)
    known = ClipLatents(video=torch.randn(1, 3, 2, 2, 384), audio=torch.randn(1, 12, 64))
    noise = ClipLatents(video=torch.randn(1, 3, 2, 2, 384), audio=torch.randn(1, 12, 64))
    levels = NoiseLevels(video=torch.ones(1, 3, 2, 2), audio=torch.ones(1, 12))
    levels.audio[:, :4] = 0
    heard = later_sound(engine, request, known, noise, levels, start_s=0.0, end_s=1.0)
    assert torch.equal(heard[:, :4], known.audio[:, :4])
    assert bool((heard[:, 4:] != noise.audio[:, 4:]).all())
    other = replace(known, video=-known.video, audio=torch.cat([-known.audio[:, :4], known.audio[:, 4:]], 1))
    assert not torch.equal(
        later_sound(engine, request, other, noise, levels, start_s=0.0, end_s=1.0)[:, 4:], heard[:, 4:]
    )
    unseen = replace(known, video=-known.video)
    assert torch.equal(later_sound(engine, request, unseen, noise, levels, start_s=0.0, end_s=1.0), heard)
