"""What a later window sounds like, thought of before its picture, as `takes.py` thinks of the first window's sound.

A window's sound costs a sixteenth of its picture. So it can have guidance and all the steps that sound needs, and the
picture, which needs neither where it keeps to one that was thought of, is made for a sound that is known.
"""

from dataclasses import replace

from torch import Tensor

from celaje.clip import Request
from celaje.engine.generate.asking import ask
from celaje.engine.generate.engine import Engine
from celaje.engine.latents import ClipLatents, NoiseLevels
from celaje.engine.sampling import blend, sample, times


def later_sound(
    engine: Engine,
    request: Request,
    known: ClipLatents,
    noise: ClipLatents,
    levels: NoiseLevels,
    *,
    start_s: float,
    end_s: float,
) -> Tensor:
    """The sound [1, 4 T, A] of a window of T latent frames, of which what is known has a level of 0. On the CPU."""
    known, noise = (
        replace(clip, video=clip.video[:, :, :0, :0]).map(lambda values: values.to(engine.device))
        for clip in (known, noise)
    )
    highest = NoiseLevels(video=known.video[..., 0], audio=levels.audio.to(engine.device))
    question = ask(engine, request, start_s=start_s, end_s=end_s)
    at = times(request.steps or engine.sampling.steps, shift=engine.sampling.shift)
    made = sample(question.denoiser, blend(known, noise, highest), highest, question.wanted, at=at)
    return made.audio.float().cpu()
