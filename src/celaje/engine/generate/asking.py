"""How the network is asked: the prompt for a window's seconds, the pictures to keep to, and the push of guidance."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from celaje.clip import Request
from celaje.engine.generate.engine import Engine
from celaje.engine.latents import ClipLatents, Denoiser, Guidance, NoiseLevels, StillLatents, TextTokens
from celaje.engine.model import Transformer
from celaje.engine.sampling import guided


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to make of noise: how the network is asked, and the prompt for each clip of the batch."""

    denoiser: Denoiser
    wanted: TextTokens


def ask(
    engine: Engine,
    request: Request,
    *,
    start_s: float,
    end_s: float,
    batch: int = 1,
    stills: StillLatents | None = None,
    picture_is_given: bool = False,
    is_led: bool = False,
    gain: float = 1.0,
    palette: Tensor | None = None,
    guided_above: float = 0.0,
) -> Question:
    """A question about the seconds `start_s` to `end_s` of a request, for `batch` clips at once.

    `stills` [1, K, ...] are shown to each. Where some of the picture is given, it is guided less: what is there tells
    most of what to make. What the model made before tells less, and is guided as if nothing were there. What `is_led`
    keeps to a picture that was guided, and is not guided unless a request says how. What moves within a latent does so
    by the factor `gain` of what the network says; in a still, by 0. The mean of the picture is drawn to a `palette`
    [C]. There is guidance where there is more noise than `guided_above`: for it a network is asked twice a step, one
    that has learned guidance once, unless it is told what is not wanted.
    """
    settings = engine.sampling
    guidance, sound_guidance = settings.guidance, settings.sound_guidance
    if request.guidance is not None:
        guidance, sound_guidance = request.guidance, None
    elif picture_is_given:
        guidance = min(guidance, settings.continued_guidance)
    elif is_led and not request.negative_prompt.strip():
        guidance, sound_guidance = min(guidance, settings.led_guidance), None
    if request.prompt.strip() == request.negative_prompt.strip():  # one answer, whatever the scale
        guidance, sound_guidance = 1.0, None
    sound_guidance = guidance if sound_guidance is None else sound_guidance
    if stills is not None:
        stills = StillLatents(
            values=stills.values.to(engine.device),
            time_s=stills.time_s.to(engine.device),
            role=stills.role.to(engine.device),
        )
    learned = min(guidance, sound_guidance) >= 1 and max(guidance, sound_guidance) <= engine.transformer.config.guidance
    if learned and not request.negative_prompt.strip():
        denoiser = _bound(engine.transformer, stills, guidance, sound_guidance, above=guided_above)
    else:
        denoiser = guided(
            _bound(engine.transformer, stills),
            engine.read(request.negative_prompt, start_s=start_s, end_s=end_s).expanded(batch),
            guidance,
            sound_scale=sound_guidance,
            num_channels=settings.guided_channels,
            above=guided_above,
        )
    if engine.rest is not None and gain != 1:
        denoiser = moving(denoiser, engine.rest, gain)
    if palette is not None:
        denoiser = drawn_to(denoiser, palette.to(engine.device), settings.palette)
    wanted = engine.read(request.prompt, start_s=start_s, end_s=end_s).expanded(batch)
    return Question(denoiser=denoiser, wanted=wanted)


def moving(denoiser: Denoiser, rest: Tensor, gain: float) -> Denoiser:
    """`denoiser` of pictures that move: what it says of how they do, within a latent, counts by the factor `gain`.

    A network that cannot know how something moves says the mean of how it may, which is less than any of it. In a still
    nothing moves, and what it says of how it would is left out by a gain of 0.
    """

    def denoise(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        clean = denoiser(noisy, levels, text)
        at_rest = clean.video @ rest
        return replace(clean, video=at_rest + gain * (clean.video - at_rest))

    return denoise


def drawn_to(denoiser: Denoiser, mean: Tensor, share: float) -> Denoiser:
    """`denoiser` of pictures whose `mean` [C] over time and place is known: what it says goes a `share` of the way."""

    def denoise(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        clean = denoiser(noisy, levels, text)
        return replace(clean, video=clean.video + share * (mean - clean.video.mean((1, 2, 3), keepdim=True)))

    return denoise


def _bound(
    network: Transformer,
    stills: StillLatents | None,
    guidance: float = 1.0,
    sound_guidance: float = 1.0,
    *,
    above: float = 0.0,
) -> Denoiser:
    """The network as a denoiser: each clip of a batch is shown the same stills, and pushed by the same factors where
    some token is noisier than `above`.
    """

    def denoise(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        count, device = len(noisy.video), noisy.video.device
        shown = stills and StillLatents(
            values=stills.values.expand(count, -1, -1, -1, -1),
            time_s=stills.time_s.expand(count, -1),
            role=stills.role.expand(count, -1),
        )
        is_pushed = levels.highest > above
        factors = Guidance(
            video=torch.full((count,), guidance if is_pushed else 1.0, device=device),
            audio=torch.full((count,), sound_guidance if is_pushed else 1.0, device=device),
        )
        result: ClipLatents = network(noisy, levels, text, shown, factors)
        return result

    return denoise
