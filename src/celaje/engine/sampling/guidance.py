"""Guidance: push the answer away from what would be made of no prompt, or of a prompt of what is not wanted."""

from dataclasses import replace

import torch

from celaje.engine.latents import ClipLatents, Denoiser, NoiseLevels, TextTokens


def guided(
    denoiser: Denoiser,
    unwanted: TextTokens,
    scale: float,
    *,
    sound_scale: float | None = None,
    num_channels: int | None = None,
    above: float = 0.0,
) -> Denoiser:
    """Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598, equation 6) with scale 1 meaning none.

    `sound_scale` is that of the sound, the picture's when None. Both answers come from one batch of twice the size.
    With `num_channels`, only that many leading channels of the picture are pushed: what a prompt says is in the first
    principal components, and pushing the last ones only makes noise. Only where some token is noisier than `above` are
    both asked for: late steps need no guidance (Kynkaanniemi et al. 2024, arXiv 2404.07724).
    """
    sound_scale = scale if sound_scale is None else sound_scale
    if scale == sound_scale == 1:
        return denoiser

    def denoise(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        if levels.highest <= above:
            return denoiser(noisy, levels, text)
        both = denoiser(_twice(noisy), _twice_levels(levels), _join(text, unwanted))
        (video, video_away), (audio, audio_away) = both.video.chunk(2), both.audio.chunk(2)
        pushed = video_away + scale * (video - video_away)
        if num_channels is not None:
            pushed = torch.cat([pushed[..., :num_channels], video[..., num_channels:]], dim=-1)
        return replace(noisy, video=pushed, audio=audio_away + sound_scale * (audio - audio_away))

    return denoise


def _twice(clip: ClipLatents) -> ClipLatents:
    return clip.map(lambda values: torch.cat([values, values]))


def _twice_levels(levels: NoiseLevels) -> NoiseLevels:
    return NoiseLevels(video=torch.cat([levels.video] * 2), audio=torch.cat([levels.audio] * 2))


def _join(wanted: TextTokens, unwanted: TextTokens) -> TextTokens:
    """One batch of both, padded to the longer."""
    length = max(wanted.valid.shape[1], unwanted.valid.shape[1])
    pairs = [wanted.padded(length), unwanted.padded(length)]
    return TextTokens(
        values=torch.cat([text.values for text in pairs]),
        valid=torch.cat([text.valid for text in pairs]),
        start_s=torch.cat([text.start_s for text in pairs]),
        end_s=torch.cat([text.end_s for text in pairs]),
    )
