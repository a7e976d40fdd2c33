"""The whole chain in under three minutes on two cores: a test, not a model."""

from dataclasses import replace

from celaje.clip import Size
from celaje.engine.codec.audio import TINY_AUDIO
from celaje.engine.codec.video import TINY_VIDEO
from celaje.engine.enlarge.interpolator import TINY_INTERPOLATOR
from celaje.engine.enlarge.upscaler import TINY_UPSCALER
from celaje.engine.judge import TINY_JUDGE, TINY_MOTION
from celaje.engine.model import TransformerConfig
from celaje.engine.text.encoder import TextConfig
from celaje.engine.training.loop import Budget
from celaje.engine.training.recipe import (
    ClipsConfig,
    LatentsConfig,
    PairsConfig,
    Recipe,
    ViewsConfig,
    WorldConfig,
)
from celaje.recipes.small import small


def tiny() -> Recipe:
    """Three kinds, three places, 64 x 64 pixels, a few dozen steps of everything."""
    recipe = small()

    def short(budget: Budget, steps: int) -> Budget:
        return replace(budget, steps=steps, minutes=None, cool_share=0.25)

    return replace(
        recipe,
        name="tiny",
        world=WorldConfig(
            kinds=("ball", "cat", "car"),
            places=("beach", "forest", "city"),
            styles=("natural",),
            held_out=0.34,
            sizes=(Size(64, 64), Size(96, 64)),
        ),
        clips=ClipsConfig(num_clips=24, num_frames=8, num_sounds=24, sound_s=1.0, shard_clips=6),
        latents=LatentsConfig(
            num_clips=((1, 12), (4, 12)), num_sounds=6, sound_latents=4, shard_clips=6, num_captions=4
        ),
        video=TINY_VIDEO,
        audio=TINY_AUDIO,
        text=TextConfig(vocabulary=600, width=64, layers=1, heads=2, hidden=128),
        transformer=TransformerConfig(width=64, depth=2, feedforward=128, text_width=64, num_answers=12, head=64),
        video_stage=replace(recipe.video_stage, budget=short(recipe.video_stage.budget, 20), batch=2, piece=8, side=64),
        audio_stage=replace(recipe.audio_stage, budget=short(recipe.audio_stage.budget, 20), batch=2, piece=8),
        text_stage=replace(
            recipe.text_stage,
            budget=short(recipe.text_stage.budget, 20),
            num_scenes=8,
            vocabulary_captions=400,
            vocabulary_size=600,
        ),
        transformer_stage=replace(
            recipe.transformer_stage,
            budget=short(recipe.transformer_stage.budget, 20),
            tokens=64,
            lengths=((1, 0.3), (4, 0.7)),
            compiled=False,
        ),
        guidance_stage=replace(recipe.guidance_stage, budget=short(recipe.guidance_stage.budget, 20)),
        judge_stage=replace(
            recipe.judge_stage,
            budget=short(recipe.judge_stage.budget, 20),
            looking_steps=5,
            stills=4,
            clips=2,
            sounds=2,
            data=ViewsConfig(num_stills=24, num_clips=12, num_sounds=12, num_latents=4, shard_clips=6),
            judge=TINY_JUDGE,
        ),
        motion_stage=replace(
            recipe.motion_stage, budget=short(recipe.motion_stage.budget, 20), clips=2, judge=TINY_MOTION
        ),
        critic_stage=replace(
            recipe.critic_stage,
            budget=short(recipe.critic_stage.budget, 10),
            looking_steps=5,
            stills=4,
            sounds=2,
            data=ViewsConfig(num_stills=24, num_clips=0, num_sounds=12, num_latents=4, shard_clips=6, made_share=0.5),
            judge=TINY_JUDGE,
        ),
        sampling=replace(recipe.sampling, picture_takes=2, sound_takes=2),
        pairs=PairsConfig(num_clips=6, side=64, shard_clips=3),
        upscaler=TINY_UPSCALER,
        interpolator=TINY_INTERPOLATOR,
        upscaler_stage=replace(recipe.upscaler_stage, budget=short(recipe.upscaler_stage.budget, 20), batch=2, side=32),
        interpolator_stage=replace(
            recipe.interpolator_stage, budget=short(recipe.interpolator_stage.budget, 20), batch=2, side=64
        ),
    )
