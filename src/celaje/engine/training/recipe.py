"""A recipe: one value that says everything about a training run, from the world's seeds to the last cool-down."""

from dataclasses import dataclass, field

from celaje.clip import BUCKETS, Size
from celaje.engine.codec.audio import AudioCodecConfig
from celaje.engine.codec.video import VideoCodecConfig
from celaje.engine.enlarge.interpolator import InterpolatorConfig
from celaje.engine.enlarge.upscaler import UpscalerConfig
from celaje.engine.generate.engine import Sampling
from celaje.engine.judge import JudgeConfig, MotionConfig
from celaje.engine.model import TransformerConfig
from celaje.engine.text.encoder import TextConfig
from celaje.engine.training.loop import Budget
from celaje.engine.training.noise import NoiseMix
from celaje.engine.training.optimizer import OptimizerConfig


@dataclass(frozen=True, kw_only=True)
class WorldConfig:
    """What of the world is learned. None means all of it. `held_out` is the share of combinations never trained on."""

    kinds: tuple[str, ...] | None = None
    places: tuple[str, ...] | None = None
    styles: tuple[str, ...] | None = None
    sizes: tuple[Size, ...] = BUCKETS
    held_out: float = 0.1


@dataclass(frozen=True, kw_only=True)
class ClipsConfig:
    """Raw clips for the codecs: how many, of how many frames, and how much sound beside them; `first` as below."""

    num_clips: int = 2400
    num_frames: int = 16
    num_sounds: int = 3000
    sound_s: float = 5.0
    first: int = 0
    shard_clips: int = 40


@dataclass(frozen=True, kw_only=True)
class LatentsConfig:
    """Encoded clips for the transformer: how many of each length in latent frames (1 is a still).

    And how many of sound alone, of `sound_latents` latent frames: they cost a twentieth of a clip with a picture.
    `first` counts clips of each length that are passed over: what a run before has learned from.
    """

    num_clips: tuple[tuple[int, int], ...] = ((1, 16000), (8, 6000), (16, 1500))
    num_sounds: int = 0
    sound_latents: int = 8
    first: int = 0
    shard_clips: int = 50
    num_captions: int = 8


@dataclass(frozen=True, kw_only=True)
class PairsConfig:
    """Clips that are recorded small and large, for the upscaler and the interpolator: how many.

    Of each `num_frames` at 24 a second are kept, of a cut of `side` pixels in the small one (less where it is smaller).
    """

    num_clips: int = 400
    num_frames: int = 8
    side: int = 160
    shard_clips: int = 20


@dataclass(frozen=True, kw_only=True)
class CodecStage:
    """How a codec learns: pieces of `piece` frames (or sound latents), `batch` at a time; squares of `side` pixels."""

    optimizer: OptimizerConfig
    budget: Budget
    batch: int
    piece: int
    side: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextStage:
    """How the text encoder learns from captions alone: `num_scenes` scenes a step, one caption in each language."""

    optimizer: OptimizerConfig
    budget: Budget
    num_scenes: int = 32
    vocabulary_captions: int = 40000
    vocabulary_size: int = 6000


@dataclass(frozen=True, kw_only=True)
class TransformerStage:
    """How the transformer learns: batches of `tokens` video tokens, each of clips of one length.

    `lengths` are in latent frames with the share of batches that have them: stills show 16 times more scenes for the
    same work. A share of `sound_alone` of the batches has no picture. A token that shows nothing but somebody counts
    `subject_weight` more than one of the place, a channel of the picture as its spread to the power of `leading`: the
    first principal components tell what is there and how it moves, the last ones are mostly noise to a small network.
    For `weather_evenness` see `LatentShards`.
    """

    optimizer: OptimizerConfig
    budget: Budget
    tokens: int
    lengths: tuple[tuple[int, float], ...]
    mix: NoiseMix = field(default_factory=NoiseMix)
    no_text: float = 0.1
    with_stills: float = 0.5
    subject_weight: float = 0.0
    leading: float = 0.0
    weather_evenness: float = 0.0
    sound_alone: float = 0.0
    audio_weight: float = 0.5
    compiled: bool = False


@dataclass(frozen=True, kw_only=True)
class GuidanceStage:
    """How the transformer learns to answer as guidance would, by factors up to `largest`, from batches as before."""

    optimizer: OptimizerConfig
    budget: Budget
    largest: float = 5.0


@dataclass(frozen=True, kw_only=True)
class ViewsConfig:
    """What a judge learns from: stills, clips of `num_latents` latent frames with sound, and sound alone.

    A `made_share` of the stills is sketched from what a model might make of them, see `losses.as_made`: so is all that
    a critic looks at.
    """

    num_stills: int = 30_000
    made_share: float = 0.0
    num_clips: int = 2_800
    num_sounds: int = 16_000
    num_latents: int = 8
    shard_clips: int = 50


@dataclass(frozen=True, kw_only=True)
class JudgeStage:
    """How the judge of the evaluation or the critic learns: so many stills, clips and sounds in each step.

    In the first `looking_steps` it is only asked who is in each cell of stills: six times faster than everything at
    once, and what is asked of whole clips is hardly learned before it can be told who is where. Rare weathers come more
    often than they are, by `weather_evenness` (see `rare_more_often`). In a share of the stills who is there is put
    `elsewhere`, see `ViewShards.elsewhere`.
    """

    optimizer: OptimizerConfig
    budget: Budget
    looking_steps: int = 3000
    stills: int = 48
    elsewhere: float = 0.0
    clips: int = 2
    sounds: int = 24
    data: ViewsConfig = field(default_factory=ViewsConfig)
    weather_evenness: float = 0.0
    judge: JudgeConfig = field(default_factory=JudgeConfig)


@dataclass(frozen=True, kw_only=True)
class MotionStage:
    """How the judge of motion learns, on the moving clips of the judge: so many in each step."""

    optimizer: OptimizerConfig
    budget: Budget
    clips: int = 16
    judge: MotionConfig = field(default_factory=MotionConfig)


@dataclass(frozen=True, kw_only=True)
class EnlargeStage:
    """How the upscaler or the interpolator learns: `batch` squares of `side` pixels of what it is given."""

    optimizer: OptimizerConfig
    budget: Budget
    batch: int
    side: int


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A complete training run."""

    name: str
    seed: int
    world: WorldConfig
    clips: ClipsConfig
    latents: LatentsConfig
    video: VideoCodecConfig
    audio: AudioCodecConfig
    text: TextConfig
    transformer: TransformerConfig
    video_stage: CodecStage
    audio_stage: CodecStage
    text_stage: TextStage
    transformer_stage: TransformerStage
    guidance_stage: GuidanceStage
    judge_stage: JudgeStage
    motion_stage: MotionStage
    critic_stage: JudgeStage
    sampling: Sampling = field(default_factory=Sampling)
    pairs: PairsConfig = field(default_factory=PairsConfig)
    upscaler: UpscalerConfig = field(default_factory=UpscalerConfig)
    interpolator: InterpolatorConfig = field(default_factory=InterpolatorConfig)
    upscaler_stage: EnlargeStage
    interpolator_stage: EnlargeStage
