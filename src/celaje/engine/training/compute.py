"""What a step of the transformer costs."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from celaje.engine.latents import AUDIO_PER_LATENT, ClipLatents, NoiseLevels, TextTokens
from celaje.engine.model import Transformer
from celaje.engine.training.recipe import Recipe

SIDE, TEXT_TOKENS, NUM_LATENTS = 8, 16, 8


@torch.no_grad()
def step_flop(recipe: Recipe) -> float:
    """FLOP of one training step: forward, and twice as many backward."""
    model = Transformer(recipe.transformer).eval()
    clips = ClipLatents(
        video=torch.zeros(1, NUM_LATENTS, SIDE, SIDE, recipe.video.channels),
        audio=torch.zeros(1, NUM_LATENTS * AUDIO_PER_LATENT, recipe.audio.channels),
    )
    levels = NoiseLevels(video=torch.ones(clips.video.shape[:-1]), audio=torch.ones(clips.audio.shape[:-1]))
    whole = torch.full((1, TEXT_TOKENS), -1.0)
    text = TextTokens(
        values=torch.zeros(1, TEXT_TOKENS, recipe.transformer.text_width),
        valid=torch.ones(1, TEXT_TOKENS, dtype=torch.bool),
        start_s=whole,
        end_s=whole,
    )
    with FlopCounterMode(display=False) as counter:
        model(clips, levels, text)
    tokens = recipe.transformer_stage.tokens * recipe.transformer_stage.optimizer.batches
    return float(3 * counter.get_total_flops() * tokens / (NUM_LATENTS * SIDE * SIDE))
