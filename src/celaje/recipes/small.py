"""What ships: a model that two CPU cores can train in days and use in real time, on the core of the world."""

from dataclasses import replace

from celaje.engine.codec.audio import SMALL_AUDIO
from celaje.engine.codec.video import SMALL_VIDEO
from celaje.engine.model import TransformerConfig
from celaje.engine.text.encoder import TextConfig
from celaje.engine.training.loop import Budget
from celaje.engine.training.noise import NoiseMix
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import (
    ClipsConfig,
    CodecStage,
    EnlargeStage,
    GuidanceStage,
    JudgeStage,
    LatentsConfig,
    MotionStage,
    Recipe,
    TextStage,
    TransformerStage,
    ViewsConfig,
    WorldConfig,
)

#: Twelve kinds and twelve places, what the prompts of docs/prompts.md speak of among them.
KINDS = (
    "woman", "man", "astronaut", "diver", "robot", "cat", "dog", "mammoth", "turtle", "ball", "car", "fish",
)  # fmt: skip
PLACES = (
    "city", "alley", "snowy meadow", "salt desert", "dunes", "beach", "underwater", "forest", "volcano", "club",
    "living room", "countryside",
)  # fmt: skip


def small() -> Recipe:
    """About 9 M parameters in the transformer. docs/lab.md says how long the shipped weights were trained."""
    return Recipe(
        name="small",
        seed=7,
        world=WorldConfig(kinds=KINDS, places=PLACES, styles=("natural",)),
        clips=ClipsConfig(num_clips=1400, num_frames=16, num_sounds=2000),
        latents=LatentsConfig(num_clips=((1, 36_000), (8, 4_400), (16, 600)), num_sounds=12_000),
        video=SMALL_VIDEO,
        audio=SMALL_AUDIO,
        text=TextConfig(),
        transformer=TransformerConfig(num_answers=12, head=512),
        video_stage=CodecStage(
            optimizer=OptimizerConfig(rate=8e-4, warmup_steps=100),
            budget=Budget(steps=20_000, cool_share=0.5),
            batch=2,
            piece=16,
            side=192,
        ),
        audio_stage=CodecStage(
            optimizer=OptimizerConfig(rate=6e-4, warmup_steps=100), budget=Budget(steps=8_000), batch=16, piece=24
        ),
        text_stage=TextStage(optimizer=OptimizerConfig(rate=5e-4, warmup_steps=200), budget=Budget(steps=6_000)),
        transformer_stage=TransformerStage(
            optimizer=OptimizerConfig(
                rate=1e-3,
                muon_rate=2e-3,
                slow_factor=0.3,
                warmup_steps=100,
                average_decay=0.998,
                clip_norm=2.0,
                batches=2,
            ),
            budget=Budget(steps=100_000, cool_share=0.7),
            tokens=1536,
            lengths=((1, 0.5), (8, 0.43), (16, 0.07)),
            mix=NoiseMix(
                together=0.48,
                apart=0.13,
                sound_for_picture=0.06,
                picture_for_sound=0.04,
                extend=0.13,
                between=0.06,
                inpaint=0.04,
                per_frame=0.06,
            ),
            audio_weight=1.0,
            subject_weight=2.0,
            leading=0.5,
            weather_evenness=0.5,
            sound_alone=0.2,
            with_stills=0.7,
            compiled=True,
        ),
        guidance_stage=GuidanceStage(
            optimizer=OptimizerConfig(
                rate=3e-4,
                muon_rate=6e-4,
                slow_factor=0.3,
                warmup_steps=100,
                average_decay=0.995,
                clip_norm=2.0,
                batches=2,
            ),
            budget=Budget(steps=4_000, cool_share=0.7),
        ),
        judge_stage=JudgeStage(
            optimizer=OptimizerConfig(
                rate=2e-3, muon_rate=2e-3, weight_decay=0.05, warmup_steps=100, average_decay=0.99, clip_norm=5.0
            ),
            budget=Budget(steps=5_000, cool_share=0.6, show_minutes=5.0),
            weather_evenness=0.5,
            elsewhere=0.5,
        ),
        motion_stage=MotionStage(
            optimizer=OptimizerConfig(rate=2e-3, weight_decay=0.05, warmup_steps=50, average_decay=0.99, clip_norm=5.0),
            budget=Budget(steps=2_000, cool_share=0.6, show_minutes=3.0),
        ),
        critic_stage=JudgeStage(
            optimizer=OptimizerConfig(
                rate=2e-3, muon_rate=2e-3, weight_decay=0.05, warmup_steps=100, average_decay=0.99, clip_norm=5.0
            ),
            budget=Budget(steps=4_000, cool_share=0.6, show_minutes=5.0),
            looking_steps=2_000,
            weather_evenness=0.5,
            elsewhere=0.5,
            clips=0,
            data=ViewsConfig(num_stills=24_000, num_clips=0, num_sounds=12_000, made_share=0.7),
        ),
        upscaler_stage=EnlargeStage(
            optimizer=OptimizerConfig(rate=2e-3, warmup_steps=50), budget=Budget(steps=20_000), batch=8, side=40
        ),
        interpolator_stage=EnlargeStage(
            optimizer=OptimizerConfig(rate=1e-3, warmup_steps=100), budget=Budget(steps=20_000), batch=4, side=128
        ),
    )


def small_on_gpu() -> Recipe:
    """`small`, its transformer and video decoder going on for minutes on a GPU, on scenes that the cores never showed.

    Batches are a hundred times as large, of which a step takes two: smaller ones leave an H200 waiting for its host
    (docs/lab.md). The rates are a quarter higher, a guess. There are more scenes than can be recorded meanwhile, and
    fewer batches of sound alone: a few thousand sounds would be learned by heart. Guidance is learned at higher rates.
    """
    recipe = small()
    video, transformer, guidance = recipe.video_stage, recipe.transformer_stage, recipe.guidance_stage
    return replace(
        recipe,
        clips=replace(recipe.clips, num_clips=1_600, num_sounds=40, first=4_000_000),
        latents=replace(
            recipe.latents,
            num_clips=((1, 50_000), (8, 10_000), (16, 1_200)),
            num_sounds=19_000,
            first=4_000_000,
            shard_clips=10,
        ),
        video_stage=replace(
            video,
            budget=replace(video.budget, checkpoint_minutes=1.0, show_minutes=60.0),
            batch=32,
        ),
        transformer_stage=replace(
            transformer,
            optimizer=replace(transformer.optimizer, rate=1.25e-3, muon_rate=2.5e-3),
            budget=replace(transformer.budget, cool_share=0.45, checkpoint_minutes=2.0, show_minutes=60.0),
            tokens=163_840,
            lengths=((1, 0.4), (8, 0.5), (16, 0.1)),
            sound_alone=0.06,
        ),
        guidance_stage=replace(guidance, optimizer=replace(guidance.optimizer, rate=5e-4, muon_rate=1e-3, batches=1)),
    )
