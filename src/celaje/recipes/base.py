"""For one GPU of any kind: the whole world, larger codecs, 21 M parameters in the transformer."""

from dataclasses import replace

from celaje.engine.codec.audio import BASE_AUDIO
from celaje.engine.codec.video import BASE_VIDEO
from celaje.engine.model import TransformerConfig
from celaje.engine.training.recipe import ClipsConfig, LatentsConfig, Recipe, WorldConfig
from celaje.recipes.small import small


def base() -> Recipe:
    """The same stages as `small`, with larger batches and more data."""
    recipe = small()
    return replace(
        recipe,
        name="base",
        world=WorldConfig(),
        clips=ClipsConfig(num_clips=12_000, num_sounds=8_000),
        latents=LatentsConfig(num_clips=((1, 100_000), (8, 40_000), (16, 12_000))),
        video=BASE_VIDEO,
        audio=BASE_AUDIO,
        transformer=TransformerConfig(width=384, depth=12, feedforward=1024),
        video_stage=replace(recipe.video_stage, batch=16),
        audio_stage=replace(recipe.audio_stage, batch=64),
        transformer_stage=replace(recipe.transformer_stage, tokens=65_536, compiled=True),
    )
