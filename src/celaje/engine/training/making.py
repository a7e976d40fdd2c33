"""Data: the world is recorded into shards, in parallel, and an interrupted making goes on where it stopped.

Never run this beside training on the same cores: measured four times slower.
"""

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from celaje.clip import FRAMES_PER_SECOND, Size
from celaje.engine.codec.audio import AudioCodec
from celaje.engine.codec.losses import as_made
from celaje.engine.codec.video import VideoCodec
from celaje.engine.data import write_shard
from celaje.engine.evaluate.judge import kind_numbers, look_numbers
from celaje.engine.evaluate.motion import motion_is_seen, motion_map
from celaje.engine.evaluate.onsets import SUDDEN
from celaje.engine.evaluate.prompts import one_shot
from celaje.engine.generate.glimpse import sketch
from celaje.engine.generate.views import cells, halved, log_mels
from celaje.engine.latents import AUDIO_CHANNELS, FRAMES_PER_LATENT, PIXELS_PER_LATENT
from celaje.engine.precision import mixed_precision
from celaje.engine.training.checkpoint import load_average
from celaje.engine.training.recipe import Recipe, WorldConfig
from celaje.engine.world.captions.caption import captions
from celaje.engine.world.captions.labels import labels, vocabulary
from celaje.engine.world.record import Recording, record, record_frame
from celaje.engine.world.sample import sample
from celaje.engine.world.scene import Scene
from celaje.engine.world.truth import audible

Split = Literal["train", "held_out"]
What = Literal["clips", "sounds", "latents", "pairs", "views"]
_CLIPS: What = "clips"
_SOUNDS: What = "sounds"
_PAIRS: What = "pairs"
_VIEWS: What = "views"
LANGUAGES: tuple[Literal["en", "es"], ...] = ("en", "es")
SEEDS = {
    "clips": 1_000_000,
    "sounds": 200_000_000,
    "latents": 400_000_000,
    "captions": 600_000_000,
    "views": 700_000_000,
    "pairs": 750_000_000,
}
SOUND_SEEDS = 5_000_000  # added to those of latents for sound alone
VIEW_SEEDS = 10_000_000  # between those of stills, clips and sound for a judge
CRITIC_SEEDS = 110_000_000  # added to those of the judge
CPU = torch.device("cpu")
SOUND_LATENTS = "latents-of-sound"
VIEWS = {"judge": "views", "critic": "views-of-critic"}  # where they are kept
HELD_OUT_SEEDS = 100_000_000  # added to the above for the held-out split
PAIR_RATE = 24  # frames a second of the clips that are recorded small and large
ENLARGED = 4  # how many times as large
LATENT_NOISE = 0.3  # at most, in the latents of what the upscaler sees: the model's own latents are not perfect
MADE_NOISE = 0.5  # at most, in what a model might make: the level at which a critic sees it
WIDER = 0.4  # at most, by which guidance spreads what it pushes
COMBINATIONS = "celaje 1"  # salt of the draw of held-out combinations


@dataclass(frozen=True, kw_only=True)
class Job:
    """One shard to make."""

    what: What
    split: Split | None  # None: of both
    path: Path
    first_seed: int
    count: int
    num_latents: int = 0
    size_index: int = 0
    picture: bool = True
    made_share: float = 0.0  # of stills: sketched from what a model might make of them


def is_held_out(kind: str, place: str, share: float) -> bool:
    """Whether a kind is never shown in a place during training. The same for everyone, forever."""
    return crc32(f"{COMBINATIONS}|{kind}|{place}".encode()) % 1000 < 1000 * share


def draw_scene(world: WorldConfig, seed: int, split: Split | None, *, num_frames: int, size_index: int) -> Scene:
    """A scene of the recipe's world.

    In the held-out split all its subjects are combinations that the train split never shows; None draws from both.
    """

    def allow(kind: str, look: str, place: str) -> bool:
        return split is None or is_held_out(kind, place, world.held_out) == (split == "held_out")

    return sample(
        seed,
        kinds=world.kinds,
        places=world.places,
        styles=world.styles,
        size=world.sizes[size_index % len(world.sizes)],
        num_frames=num_frames,
        allow=allow,
    )


def clip_jobs(recipe: Recipe, folder: Path) -> list[Job]:
    """Shards of raw frames and of sound for the codecs; one in sixteen (at least one of each) is held out."""
    clips, sounds = recipe.clips.num_clips, recipe.clips.num_sounds
    per_shard = recipe.clips.shard_clips
    jobs: list[Job] = []
    for what, total in ((_SOUNDS, sounds), (_CLIPS, clips)):
        num_shards = max(1, total // per_shard)
        num_held_out = max(1, num_shards // 16)
        jobs += _jobs(what, "held_out", folder / f"{what}-held-out", num_held_out, per_shard)
        jobs += _jobs(what, "train", folder / what, num_shards, per_shard)
    return [replace(job, first_seed=job.first_seed + recipe.clips.first) for job in jobs]


def latent_jobs(recipe: Recipe, folder: Path) -> list[Job]:
    """Shards of encoded clips, lengths interleaved so that an early stop leaves some of all."""
    ordered: list[tuple[float, Job]] = []
    per_shard = recipe.latents.shard_clips
    for num_latents, total in recipe.latents.num_clips:
        num_shards = max(len(recipe.world.sizes), total // per_shard)
        train = _jobs("latents", "train", folder / "latents", num_shards, per_shard, num_latents=num_latents)
        num_held_out = max(len(recipe.world.sizes), num_shards // 20)
        held_out = folder / "latents-held-out"
        unseen = _jobs("latents", "held_out", held_out, num_held_out, per_shard, num_latents=num_latents)
        for jobs in (train, unseen):
            ordered += [(index / len(jobs), job) for index, job in enumerate(jobs)]
    num_shards, length = recipe.latents.num_sounds // per_shard, recipe.latents.sound_latents
    sounds = _jobs("latents", "train", folder / SOUND_LATENTS, num_shards, per_shard, num_latents=length)
    ordered += [
        (index / len(sounds), replace(job, picture=False, first_seed=job.first_seed + SOUND_SEEDS))
        for index, job in enumerate(sounds)
    ]
    return [
        replace(job, first_seed=job.first_seed + recipe.latents.first)
        for _, job in sorted(ordered, key=lambda pair: pair[0])
    ]


def pair_jobs(recipe: Recipe, folder: Path) -> list[Job]:
    """Shards of clips recorded small and large; one in sixteen (at least one) is held out."""
    per_shard = recipe.pairs.shard_clips
    num_shards = max(1, recipe.pairs.num_clips // per_shard)
    held_out = _jobs(_PAIRS, "held_out", folder / f"{_PAIRS}-held-out", max(1, num_shards // 16), per_shard)
    return held_out + _jobs(_PAIRS, "train", folder / _PAIRS, num_shards, per_shard)


def view_jobs(recipe: Recipe, folder: Path, name: Literal["judge", "critic"] = "judge") -> list[Job]:
    """Shards of what a judge looks at and listens to, kinds of shards interleaved.

    The judge of the evaluation sees all combinations; the critic only those that the model learns from, in other seeds
    than either.
    """
    data = (recipe.judge_stage if name == "judge" else recipe.critic_stage).data
    ordered: list[tuple[float, Job]] = []
    for what, num_latents, total in (
        ("still", 0, data.num_stills), ("clip", data.num_latents, data.num_clips),
        ("sound", data.num_latents, data.num_sounds),
    ):  # fmt: skip
        count = max(len(recipe.world.sizes), total // data.shard_clips) if total else 0
        jobs = _jobs("views", "train", folder / VIEWS[name], count, data.shard_clips)
        first = VIEW_SEEDS * ("still", "clip", "sound").index(what) + (CRITIC_SEEDS if name == "critic" else 0)
        ordered += [
            (
                index / count,
                replace(
                    job,
                    split=None if name == "judge" else "train",
                    path=job.path.with_name(f"{what}-{job.path.name}"),
                    first_seed=job.first_seed + first,
                    num_latents=num_latents,
                    picture=what != "sound",
                    made_share=data.made_share if what == "still" else 0.0,
                ),
            )
            for index, job in enumerate(jobs)
        ]
    return [job for _, job in sorted(ordered, key=lambda pair: pair[0])]


def make(
    recipe: Recipe,
    jobs: Iterable[Job],
    *,
    workers: int,
    video: Path | None = None,
    audio: Path | None = None,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Make every shard that is not there yet. `video` and `audio` are codec checkpoints, for latents and pairs."""
    jobs = list(jobs)
    missing = [job for job in jobs if not job.path.exists()]
    done = len(jobs) - len(missing)
    watch(done, len(jobs))
    if not missing:
        return
    environment = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with ProcessPoolExecutor(
            workers, mp_context=_context(), initializer=_start_worker, initargs=(recipe, video, audio)
        ) as pool:
            try:
                for future in as_completed([pool.submit(_make_shard, job) for job in missing]):
                    future.result()
                    done += 1
                    watch(done, len(jobs))
            except BaseException:
                pool.shutdown(cancel_futures=True)  # else leaving the pool waits for every job
                raise
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _context() -> BaseContext:
    """On Linux workers are forked off a process that has imported all this and does nothing else: importing takes
    seconds. Elsewhere what was imported may not outlive a fork.
    """
    if sys.platform != "linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _jobs(what: What, split: Split, folder: Path, count: int, per_shard: int, *, num_latents: int = 0) -> list[Job]:
    first = SEEDS[what] + (HELD_OUT_SEEDS if split == "held_out" else 0) + 10_000_000 * num_latents
    name = f"{num_latents:02d}-" if num_latents else ""
    return [
        Job(
            what=what,
            split=split,
            path=folder / f"{name}{index:05d}.safetensors",
            first_seed=first + index * per_shard,
            count=per_shard,
            num_latents=num_latents,
            size_index=index,
        )
        for index in range(count)
    ]


@dataclass
class _Worker:
    """What a worker process keeps between shards."""

    recipe: Recipe
    video: VideoCodec | None
    audio: AudioCodec | None


_worker: _Worker | None = None


def _start_worker(recipe: Recipe, video: Path | None, audio: Path | None) -> None:
    global _worker
    torch.set_num_threads(1)
    video_codec = audio_codec = None
    if video is not None and audio is not None:
        video_codec, audio_codec = VideoCodec(recipe.video).eval(), AudioCodec(recipe.audio).eval()
        load_average(video, video_codec)
        load_average(audio, audio_codec)
    _worker = _Worker(recipe, video_codec, audio_codec)


def _make_shard(job: Job) -> None:
    assert _worker is not None, "the pool's initializer ran"
    makers = {
        "clips": _make_clips,
        "sounds": _make_sounds,
        "latents": _make_latents,
        "pairs": _make_pairs,
        "views": _make_views,
    }
    makers[job.what](_worker, job)


def _make_clips(worker: _Worker, job: Job) -> None:
    frames, seeds = [], range(job.first_seed, job.first_seed + job.count)
    for seed in seeds:
        scene = draw_scene(
            worker.recipe.world, seed, job.split, num_frames=worker.recipe.clips.num_frames, size_index=job.size_index
        )
        frames.append(record(scene, sound=False).frames)
    write_shard(job.path, {"frames": torch.from_numpy(np.stack(frames))}, {"first_seed": job.first_seed})


def _make_sounds(worker: _Worker, job: Job) -> None:
    samples, num_frames = [], round(12 * worker.recipe.clips.sound_s)
    for seed in range(job.first_seed, job.first_seed + job.count):
        scene = draw_scene(worker.recipe.world, seed, job.split, num_frames=num_frames, size_index=0)
        samples.append(np.round(record(scene, picture=False).samples * 32767).astype(np.int16))
    write_shard(job.path, {"samples": torch.from_numpy(np.stack(samples))}, {"first_seed": job.first_seed})


@torch.no_grad()
def _make_latents(worker: _Worker, job: Job) -> None:
    assert worker.video is not None, "latents need codecs"
    assert worker.audio is not None, "latents need codecs"
    rows: dict[str, list[Tensor]] = {"video": [], "audio": [], "stills": [], "still_s": [], "subjects": []}
    facts = []
    is_still = job.num_latents == 1
    for seed in range(job.first_seed, job.first_seed + job.count):
        num_frames = 1 if is_still else FRAMES_PER_LATENT * job.num_latents
        scene = draw_scene(worker.recipe.world, seed, job.split, num_frames=num_frames, size_index=job.size_index)
        recording = record(scene, sound=not is_still, picture=job.picture, truth=job.picture)
        rng = np.random.default_rng(seed)
        moments = np.array([] if is_still else [0, int(rng.integers(num_frames))], dtype=np.int64)
        if job.picture:
            video, keyframes = _see(worker.video, recording, moments)
        else:
            moments = moments[:0]
            video = torch.zeros(job.num_latents, 0, 0, worker.recipe.video.channels)
            keyframes = video[:0]
        rows["subjects"].append(_subjects(recording, job.num_latents))
        audio = torch.zeros(0, AUDIO_CHANNELS)
        if not is_still:
            audio = worker.audio.encode(torch.from_numpy(recording.samples)[None])[0]
        rows["video"].append(video.bfloat16())
        rows["stills"].append(keyframes.bfloat16())
        rows["audio"].append(audio.bfloat16())
        rows["still_s"].append(torch.from_numpy(moments).float() / 12)
        facts.append(
            {
                "captions": _captions(scene, rng, worker.recipe.latents.num_captions),
                "weather": scene.shots[0].weather,
                "seed": seed,
            }
        )
    write_shard(job.path, {name: torch.stack(values) for name, values in rows.items()}, facts)


@torch.no_grad()
def _make_pairs(worker: _Worker, job: Job) -> None:
    """Small clips with how they move, and of one frame of each what the codec makes of it, and a large recording."""
    assert worker.video is not None, "what is coded needs a codec"
    config = worker.recipe.pairs
    rows: dict[str, list[Tensor]] = {"frames": [], "flow": [], "moment": [], "coded": [], "large": []}
    for seed in range(job.first_seed, job.first_seed + job.count):
        num_frames = config.num_frames * FRAMES_PER_SECOND // PAIR_RATE
        scene = draw_scene(worker.recipe.world, seed, job.split, num_frames=num_frames, size_index=seed)
        scene = replace(scene, num_frames=config.num_frames, frames_per_second=PAIR_RATE)
        rng = np.random.default_rng(seed)
        small = record(scene, sound=False, truth=True)
        assert small.truth is not None, "it was asked for"
        moment = 2 * int(rng.integers(config.num_frames // 2))  # the model makes every other frame
        size = Size(ENLARGED * scene.size.width, ENLARGED * scene.size.height)
        large = record_frame(replace(scene, size=size), moment)
        coded = _coded(worker.video, small.frames[::2], LATENT_NOISE * float(rng.random()), seed)[moment // 2]
        side = min(config.side, *small.frames.shape[1:3])
        top, left = (2 * int(rng.integers((edge - side) // 2 + 1)) for edge in small.frames.shape[1:3])
        cut, cut_large = _square(top, left, side), _square(ENLARGED * top, ENLARGED * left, ENLARGED * side)
        flow = torch.from_numpy(small.truth.flow[:, *cut]).permute(0, 3, 1, 2)
        rows["frames"].append(torch.from_numpy(small.frames[:, *cut]))
        rows["flow"].append(F.avg_pool2d(flow, 2).half())
        rows["moment"].append(torch.tensor(moment))
        rows["coded"].append(torch.from_numpy(coded[cut]))
        rows["large"].append(torch.from_numpy(large[cut_large]))
    write_shard(job.path, {name: torch.stack(values) for name, values in rows.items()}, {"first_seed": job.first_seed})


def _as_made(worker: _Worker, stills: Tensor, seed: int) -> Tensor:
    """Stills [B, H, W, 3] of 0 to 255 as the codec's linear part draws what a model might make of them."""
    assert worker.video is not None, "what is drawn needs a codec"
    generator = torch.Generator().manual_seed(seed)
    chunks = stills[:, None].expand(-1, FRAMES_PER_LATENT, -1, -1, -1)
    latents = torch.cat([worker.video.encode(chunk.float() / 127.5 - 1) for chunk in torch.split(chunks, 8)]).float()
    level = MADE_NOISE * torch.rand(len(latents), 1, 1, 1, generator=generator).expand(latents.shape[:-1])
    made = as_made(latents, level, generator)
    made[..., : worker.recipe.sampling.guided_channels] *= 1 + WIDER * torch.rand(
        len(made), 1, 1, 1, 1, generator=generator
    )
    drawn = sketch(worker.video, made)
    return (drawn + 1) * 127.5


def _square(top: int, left: int, side: int) -> tuple[slice, slice]:
    return slice(top, top + side), slice(left, left + side)


def _coded(codec: VideoCodec, frames: NDArray[np.uint8], noise: float, seed: int) -> NDArray[np.uint8]:
    """Frames [T, H, W, 3] through the codec, their latents disturbed by this much."""
    whole = torch.from_numpy(frames).float()[None] / 127.5 - 1
    with mixed_precision(CPU):
        latents = codec.encode(whole)
        disturbance = torch.randn(latents.shape, generator=torch.Generator().manual_seed(seed))
        made = codec.decode(latents + noise * disturbance, torch.full(latents.shape[:-1], noise))[0]
    return np.asarray(((made.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).numpy())


def _subjects(recording: Recording, num_latents: int) -> Tensor:
    """How much of each latent shows somebody, 0 to 255, [T, H, W]; of each four frames the first is asked."""
    if recording.truth is None:
        return torch.zeros(num_latents, 0, 0, dtype=torch.uint8)
    there = torch.from_numpy(recording.truth.instance[::FRAMES_PER_LATENT] > 0).float()[:, None]
    return (255 * F.avg_pool2d(there, PIXELS_PER_LATENT)[:, 0]).round().to(torch.uint8)


@torch.no_grad()
def _make_views(worker: _Worker, job: Job) -> None:
    rows: dict[str, list[Tensor]] = {"frames": [], "flow": [], "kinds": [], "looks": [], "mels": [], "beats": []}
    whole: list[Tensor] = []
    num_made, facts = round(job.made_share * job.count), []
    num_frames = FRAMES_PER_LATENT * job.num_latents or 1
    for seed in range(job.first_seed, job.first_seed + job.count):
        scene = draw_scene(worker.recipe.world, seed, job.split, num_frames=num_frames, size_index=job.size_index)
        if num_frames > 1:
            scene = one_shot(scene, num_frames)
        recording = record(scene, truth=job.picture, sound=job.num_latents > 0, picture=job.picture)
        if recording.truth is not None:
            instance = torch.from_numpy(recording.truth.instance).long()
            frames = torch.from_numpy(recording.frames)
            if len(whole) < num_made:
                whole.append(frames)
            rows["frames"].append(halved(frames.float()).round().to(torch.uint8))
            if num_frames > 1 and motion_is_seen():
                rows["flow"].append(torch.from_numpy(motion_map(rows["frames"][-1].numpy())).half())
            for name, numbers in (("kinds", kind_numbers(scene)), ("looks", look_numbers(scene))):
                rows[name].append(cells(torch.tensor([0, *numbers])[instance]).to(torch.uint8))
        beats = torch.zeros(num_frames if job.num_latents else 0, dtype=torch.uint8)
        for event in recording.events if job.num_latents else ():
            if event.sound in SUDDEN:
                beats[min(num_frames - 1, int(event.time_s * FRAMES_PER_SECOND + 1e-6))] = 1
        rows["beats"].append(beats)
        rows["mels"].append(log_mels(torch.from_numpy(recording.samples)[None])[0].half())
        truth = labels(scene)
        facts.append(
            {
                "seed": seed,
                "one": dict(truth.one),
                "many": {slot: sorted(numbers) for slot, numbers in truth.many.items()},
                "heard": sorted(vocabulary().names("kinds").index(kind) for kind in audible(scene, recording.events)),
            }
        )
    if whole:
        made = halved(_as_made(worker, torch.cat(whole), job.first_seed))
        rows["frames"][:num_made] = [*made[:, None].round().to(torch.uint8)]
    write_shard(job.path, {name: torch.stack(values) for name, values in rows.items() if values}, facts)


def _see(codec: VideoCodec, recording: Recording, moments: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Latents [T, H, W, C] of a recording, or of its one frame, and those of the stills at `moments` [K, H, W, C]."""
    frames = torch.from_numpy(recording.frames).float()[None] / 127.5 - 1
    stills = frames[0, moments][:, None].expand(-1, FRAMES_PER_LATENT, -1, -1, -1)
    whole = frames if frames.shape[1] > 1 else frames.expand(-1, FRAMES_PER_LATENT, -1, -1, -1)
    with mixed_precision(CPU):
        video = codec.encode(whole)[0]
        return video, codec.encode(stills)[:, 0] if len(moments) else video[:0]


def _captions(scene: Scene, rng: np.random.Generator, count: int) -> list[str]:
    """Captions of a scene in both languages by turns."""
    streams = [captions(scene, language, rng) for language in LANGUAGES]
    return [next(streams[index % len(streams)]).text for index in range(count)]
