"""A whole training run, stage by stage: data, codecs, text, latents, transformer, export. Finished stages are skipped.

clips -> video, audio -> latents -> transformer -> guidance -> export
captions -> text -----------------^
The transformer learns what clips are like, then, as "guidance", to answer as guidance would in one pass.
The judge of the evaluation learns from clips of its own, which it makes first; so does the critic, from others. What
makes clips larger and smoother learns from pairs, which need the codec:
pairs -> upscaler, interpolator -> export
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from celaje.engine.codec.audio import AudioCodec
from celaje.engine.codec.video import VideoCodec
from celaje.engine.data import ClipShards, LatentShards, PairShards
from celaje.engine.enlarge.interpolator import Interpolator
from celaje.engine.enlarge.upscaler import Upscaler
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.evaluate.jury import Jury
from celaje.engine.evaluate.motion import motion_is_seen
from celaje.engine.evaluate.shipped import shipped_judge, shipped_motion
from celaje.engine.generate.engine import choose_device
from celaje.engine.generate.export import HELPERS, STORAGE, Network, export
from celaje.engine.generate.weights import as_stored, read_manifest, read_weights, sha256
from celaje.engine.judge import Judge, JudgeConfig, MotionConfig, MotionJudge
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.text.tokenizer import Tokenizer
from celaje.engine.training.checkpoint import load_average, load_tensors, save_tensors, with_prefix, without_prefix
from celaje.engine.training.codec_task import AudioCodecTask, VideoCodecTask, sound_pieces, video_pieces
from celaje.engine.training.enlarge_task import InterpolatorTask, UpscalerTask
from celaje.engine.training.guidance_task import GuidanceTask
from celaje.engine.training.judge_task import JudgeTask, read_views
from celaje.engine.training.loop import COOLING, STABLE, Budget, Progress, Task, run_facts, train
from celaje.engine.training.making import (
    SOUND_LATENTS,
    VIEWS,
    Job,
    clip_jobs,
    draw_scene,
    latent_jobs,
    make,
    pair_jobs,
    view_jobs,
)
from celaje.engine.training.motion_task import MotionShards, MotionTask
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import JudgeStage, Recipe
from celaje.engine.training.samples import Samples
from celaje.engine.training.text_task import TextTask, build_encoder, build_tokenizer, slot_names
from celaje.engine.training.transformer_task import TransformerTask, make_ready
from celaje.engine.world.scene import Scene

Stage = Literal[
    "adopt", "clips", "video", "audio", "text", "latents", "judge", "motion", "critic", "transformer",
    "guidance", "pairs", "upscaler", "interpolator", "export",
]  # fmt: skip
CODECS: tuple[Stage, ...] = ("video", "audio")
ENCODES = ("linear.analysis.", "encoder.", "scale.")  # the tensors of a codec that its latents depend on
EVALUATION_SEED = 910_000_000
TEACHER = "teacher.txt"  # beside what learned from it: the checksum of its checkpoint
PATIENCE_S = 300.0  # with a process that makes latents
REMEMBERED = 500_000  # captions, some hundred MB of their tokens
#: Starts from the weights that ship; only when asked for.
ADOPT: Stage = "adopt"
MOTION: Stage = "motion"
STAGES: tuple[Stage, ...] = (
    "clips", "video", "audio", "text", "latents", "judge", "motion", "critic", "transformer",
    "guidance", "pairs", "upscaler", "interpolator", "export",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who is told what: a stage begins, `made` of `total` shards are there, a learning step was logged."""

    begins: Callable[[str], None] = lambda stage: None
    making: Callable[[int, int], None] = lambda made, total: None
    learning: Callable[[Progress], None] = lambda progress: None


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where and how a recipe is run. `minutes` overrides how long each learning stage takes from now. With `growing`,
    another process is still making the data, and the minutes count from the run's beginning.
    """

    recipe: Recipe
    folder: Path
    weights: Path
    device: torch.device
    workers: int
    resume: bool
    growing: bool
    minutes: float | None
    watch: Watch
    began_s: float = field(default_factory=time.monotonic)

    def checkpoint(self, stage: Stage) -> Path:
        """The cooled checkpoint of a learning stage."""
        return self.folder / stage / COOLING

    def resumes(self, stage: Stage) -> bool:
        """Whether a learning stage goes on from a checkpoint."""
        return self.resume and (self.folder / stage / STABLE).exists()

    def budget(self, planned: Budget) -> Budget:
        """The recipe's budget, or the minutes that were given."""
        if self.minutes is None:
            return planned
        passed = (time.monotonic() - self.began_s) / 60 if self.growing else 0.0
        return replace(planned, steps=None, minutes=max(0.0, self.minutes - passed))


def run_recipe(
    recipe: Recipe,
    folder: Path,
    *,
    weights: Path,
    stages: tuple[Stage, ...] = STAGES,
    device: str = "cpu",
    workers: int = 2,
    resume: bool = True,
    growing: bool = False,
    minutes: float | None = None,
    watch: Watch | None = None,
) -> None:
    """Run `stages` of `recipe`, keeping everything in `folder` and exporting to `weights`. With `growing`, latents that
    another process makes meanwhile are learned from as they come.

    Raises ValueError when a stage lacks what an earlier one makes, or what is not installed.
    """
    if MOTION in stages and not motion_is_seen():
        raise ValueError("stage motion needs OpenCV: pip install celaje[measure], or name the other stages")
    run = Run(
        recipe=recipe,
        folder=folder,
        weights=weights,
        device=choose_device(device),
        workers=workers,
        resume=resume,
        growing=growing,
        minutes=minutes,
        watch=watch or Watch(),
    )
    does: dict[Stage, Callable[[Run], None]] = {
        "adopt": _adopt,
        "clips": _clips,
        "video": _video,
        "audio": _audio,
        "text": _text,
        "latents": _latents,
        "judge": _judge,
        "motion": _motion,
        "critic": _critic,
        "transformer": _transformer,
        "guidance": _guidance,
        "pairs": _pairs,
        "upscaler": _upscaler,
        "interpolator": _interpolator,
        "export": _export,
    }
    for stage in (ADOPT, *STAGES):
        if stage in stages:
            run.watch.begins(stage)
            torch.manual_seed(recipe.seed)
            does[stage](run)


def held_out_scenes(recipe: Recipe, count: int) -> list[Scene]:
    """Scenes for the evaluation: combinations that the recipe never trains on, in seeds that nothing else uses."""
    return [
        draw_scene(recipe.world, EVALUATION_SEED + index, "held_out", num_frames=64, size_index=index)
        for index in range(count)
    ]


def load_jury(recipe: Recipe, folder: Path, weights: Path) -> Jury | None:
    """The judges that a run trained, else those that ship in `weights`; None when none tells of pictures and sounds.

    Those of a run are rounded as they would be stored: so they tell the same, and are the same jury, once they ship.
    Raises ValueError when one is damaged, or of other sizes or another world than it should be.
    """
    checkpoint, of_motion = folder / "judge" / COOLING, folder / "motion" / COOLING
    if checkpoint.exists():
        judge = Judge(recipe.judge_stage.judge, slot_sizes())
        load_average(checkpoint, judge)
        judge.load_state_dict(as_stored(judge.state_dict(), STORAGE["judge"]), strict=True)
    elif (shipped := shipped_judge(weights)) is not None:
        judge = shipped
    else:
        return None
    if not motion_is_seen():
        return Jury(judge=judge, motion=None)
    if not of_motion.exists():
        return Jury(judge=judge, motion=shipped_motion(weights))
    motion = MotionJudge(recipe.motion_stage.judge, slot_sizes())
    load_average(of_motion, motion)
    motion.load_state_dict(as_stored(motion.state_dict(), STORAGE["motion"]), strict=True)
    return Jury(judge=judge, motion=motion)


def _adopt(run: Run) -> None:
    """Start from the weights that ship, for a machine that has no checkpoints: as if they had just been cooled."""
    manifest = read_manifest(run.weights)
    names: tuple[Stage, ...] = (
        "video", "audio", "text", "transformer", "upscaler", "interpolator", "critic", "judge", "motion",
    )  # fmt: skip
    recipe = run.recipe
    configs: dict[str, JudgeConfig | MotionConfig] = {
        "critic": recipe.critic_stage.judge, "judge": recipe.judge_stage.judge, "motion": recipe.motion_stage.judge,
    }  # fmt: skip
    for name in names:
        if name in HELPERS and name not in manifest.parts:
            continue
        part = manifest.parts[name]
        config = part.config | ({"guidance": 0.0} if name == "transformer" else {})
        if config != json.loads(json.dumps(asdict(configs.get(name) or getattr(recipe, name)))):
            raise ValueError(f"the weights in {run.weights} were not made by recipe {run.recipe.name}: {name} differs")
        if run.resumes(name):
            continue
        tensors, trained = read_weights(run.weights, part), manifest.scores["trained"]
        plain = {key: value for key, value in tensors.items() if not key.startswith("guidance_in.")}
        _adopt_checkpoint(run, name, plain, trained[name])
        if len(plain) < len(tensors):
            _adopt_checkpoint(run, "guidance", tensors, trained["guidance"])
            _note_teacher(run)
    (run.folder / "text").mkdir(parents=True, exist_ok=True)
    for file in ("tokenizer.json", "words.json"):
        shutil.copy(run.weights / file, run.folder / "text" / file)


def _adopt_checkpoint(run: Run, name: Stage, tensors: Mapping[str, Tensor], trained: Mapping[str, float]) -> None:
    """A checkpoint of a stage that was `trained` so long."""
    average = {key: value.clone() for key, value in tensors.items()}  # a file holds no tensor twice
    both = with_prefix("model", tensors) | with_prefix("average", average)
    steps = int(trained["steps"])
    facts: dict[str, Any] = {"step": steps, "begun": steps, "trained_s": 60 * trained["minutes"]}
    save_tensors(run.folder / name / STABLE, both, run_facts(**facts))
    save_tensors(run.checkpoint(name), both, run_facts(**facts, cool_from=steps))


def _clips(run: Run) -> None:
    _make(run, clip_jobs)


def _video(run: Run) -> None:
    data, held_out = (ClipShards(run.folder / name, device=run.device) for name in ("clips", "clips-held-out"))
    codec = VideoCodec(run.recipe.video)
    if not run.resumes("video"):
        codec.init_from_clips(video_pieces(data, seed=run.recipe.seed))
    stage = run.recipe.video_stage
    task = VideoCodecTask(codec, stage, data, held_out, seed=run.recipe.seed, device=run.device)
    _learn(run, "video", task, stage.optimizer, stage.budget)


def _audio(run: Run) -> None:
    data, held_out = (ClipShards(run.folder / name, device=run.device) for name in ("sounds", "sounds-held-out"))
    codec = AudioCodec(run.recipe.audio)
    if not run.resumes("audio"):
        codec.init_from_samples(sound_pieces(data, seed=run.recipe.seed))
    stage = run.recipe.audio_stage
    task = AudioCodecTask(codec, stage, data, held_out, seed=run.recipe.seed, device=run.device)
    _learn(run, "audio", task, stage.optimizer, stage.budget)


def _text(run: Run) -> None:
    stage = run.recipe.text_stage
    tokenizer, _ = build_tokenizer(run.recipe, run.folder / "text")
    _learn(run, "text", TextTask(run.recipe, tokenizer, device=run.device), stage.optimizer, stage.budget)


def _latents(run: Run) -> None:
    _check_encoders(run)
    _make(run, latent_jobs, coded=True)


def _judge(run: Run) -> None:
    _learn_to_judge(run, "judge", run.recipe.judge_stage)


def _motion(run: Run) -> None:
    _make(run, view_jobs)
    stage = run.recipe.motion_stage
    data, unseen = (MotionShards(run.folder / VIEWS["judge"], unseen=unseen) for unseen in (False, True))
    judge = MotionJudge(stage.judge, slot_sizes())
    task = MotionTask(judge, stage, data, unseen, seed=run.recipe.seed, device=run.device)
    _learn(run, "motion", task, stage.optimizer, stage.budget)


def _critic(run: Run) -> None:
    _learn_to_judge(run, "critic", run.recipe.critic_stage)


def _learn_to_judge(run: Run, name: Literal["judge", "critic"], stage: JudgeStage) -> None:
    _make(run, partial(view_jobs, name=name), coded=stage.data.made_share > 0)
    data, unseen = read_views(run.folder / VIEWS[name], evenness=stage.weather_evenness)
    task = JudgeTask(Judge(stage.judge, slot_sizes()), stage, data, unseen, seed=run.recipe.seed, device=run.device)
    _learn(run, name, task, stage.optimizer, stage.budget)


def _check_encoders(run: Run) -> None:
    """Note which encoders make a run's latents, the first time. Raises ValueError when these are others by now: what is
    decoded by the codec of another encoder than it learned from is wrong in a way that does not show.
    """
    digest = hashlib.sha256()
    for codec in CODECS:
        tensors = without_prefix("average", load_tensors(run.checkpoint(codec))[0])
        for name in sorted(name for name in tensors if name.startswith(ENCODES)):
            digest.update(name.encode() + tensors[name].float().numpy().tobytes())
    note, found = run.folder / "encoders-of-latents.txt", digest.hexdigest()[:12]
    if not note.exists():
        note.write_text(found)
    elif note.read_text() != found:
        folders = ", ".join(str(run.folder / name) for name in ("latents", "latents-held-out", SOUND_LATENTS))
        raise ValueError(
            f"the latents of this run were made by encoders {note.read_text()}, those in {run.folder} are {found}: "
            f"delete {folders} and {note}, and make them again"
        )


def _await_latents(run: Run) -> None:
    """Wait until another process has made some clips of each length. Raises ValueError when none come."""
    awaited: dict[tuple[Path, int], list[Path]] = {}
    for job in latent_jobs(run.recipe, run.folder):
        awaited.setdefault((job.path.parent, job.num_latents), []).append(job.path)
    begin = time.monotonic()
    while missing := [place for place, paths in awaited.items() if not any(path.exists() for path in paths)]:
        if time.monotonic() - begin > PATIENCE_S:
            raise ValueError(f"no latents came in {PATIENCE_S:.0f} s, {missing[0][1]} long in {missing[0][0]}")
        time.sleep(0.5)


def _transformer(run: Run) -> None:
    _check_encoders(run)
    stage, model = run.recipe.transformer_stage, Transformer(run.recipe.transformer)
    make_ready(model, run.device, compiled=stage.compiled)
    if run.growing:
        _await_latents(run)
    task = TransformerTask(
        model,
        transformer_samples(run.recipe, run.folder, run.device, growing=run.growing),
        LatentShards(run.folder / "latents-held-out", device=run.device),
    )
    _learn(run, "transformer", task, stage.optimizer, stage.budget)


def _guidance(run: Run) -> None:
    """The transformer goes on as a pupil of itself. Begun anew where another transformer was the teacher."""
    stage, source, folder = run.recipe.guidance_stage, run.checkpoint("transformer"), run.folder / "guidance"
    teacher, model = Transformer(run.recipe.transformer), Transformer(_guided(run.recipe))
    load_average(source, teacher)
    model.load_state_dict(teacher.state_dict(), strict=False)  # what guidance changes begins as nothing
    compiled = run.recipe.transformer_stage.compiled
    make_ready(model, run.device, compiled=compiled)
    make_ready(teacher, run.device, compiled=compiled, learns=False)
    if not _was_taught(run):
        for name in (STABLE, COOLING):
            (folder / name).unlink(missing_ok=True)
    _note_teacher(run)
    task = GuidanceTask(
        model,
        teacher,
        stage,
        transformer_samples(run.recipe, run.folder, run.device, growing=run.growing),
        LatentShards(run.folder / "latents-held-out", device=run.device),
        num_channels=run.recipe.sampling.guided_channels,
    )
    _learn(run, "guidance", task, stage.optimizer, stage.budget)


def _guided(recipe: Recipe) -> TransformerConfig:
    """The transformer that has learned guidance."""
    return replace(recipe.transformer, guidance=recipe.guidance_stage.largest)


def _note_teacher(run: Run) -> None:
    """Note of which transformer guidance is learned."""
    note = run.folder / "guidance" / TEACHER
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(sha256(run.checkpoint("transformer")))


def _was_taught(run: Run) -> bool:
    """Whether guidance was learned of the transformer that is there now."""
    note = run.folder / "guidance" / TEACHER
    return note.exists() and note.read_text() == sha256(run.checkpoint("transformer"))


def transformer_samples(recipe: Recipe, folder: Path, device: torch.device, *, growing: bool = False) -> Samples:
    """What a transformer learns from: the latents of a run in `folder`, as its codec and its text encoder made them."""
    stage = recipe.transformer_stage
    tokenizer, _ = build_tokenizer(recipe, folder / "text")
    text = build_encoder(recipe)
    load_average(folder / "text" / COOLING, text)
    tokenizer = Tokenizer(tokenizer.inner, remembered=REMEMBERED)
    data = LatentShards(
        folder / "latents",
        folder / SOUND_LATENTS,
        mirror=_mirror(recipe, folder),
        evenness=stage.weather_evenness,
        device=device,
    )
    return Samples(
        stage,
        data,
        tokenizer,
        text,
        as_answers=recipe.transformer.num_answers > 0,
        seed=recipe.seed,
        device=device,
        growing=growing,
    )


def _pairs(run: Run) -> None:
    _make(run, pair_jobs, coded=True)


def _upscaler(run: Run) -> None:
    stage = run.recipe.upscaler_stage
    data, unseen = PairShards(run.folder / "pairs"), PairShards(run.folder / "pairs-held-out")
    task = UpscalerTask(Upscaler(run.recipe.upscaler), stage, data, unseen, seed=run.recipe.seed, device=run.device)
    _learn(run, "upscaler", task, stage.optimizer, stage.budget)


def _interpolator(run: Run) -> None:
    stage = run.recipe.interpolator_stage
    data, unseen = PairShards(run.folder / "pairs"), PairShards(run.folder / "pairs-held-out")
    task = InterpolatorTask(
        Interpolator(run.recipe.interpolator), stage, data, unseen, seed=run.recipe.seed, device=run.device
    )
    _learn(run, "interpolator", task, stage.optimizer, stage.budget)


def _mirror(recipe: Recipe, folder: Path) -> Tensor | None:
    """How the codec's latents are mirrored, where they can be."""
    if recipe.video.encoder_widths is not None:
        return None
    codec = VideoCodec(recipe.video)
    load_average(folder / "video" / COOLING, codec)
    return codec.mirror_map()


def _export(run: Run) -> None:
    tokenizer, known_words = build_tokenizer(run.recipe, run.folder / "text")
    networks: dict[str, Network] = {
        "video": VideoCodec(run.recipe.video),
        "audio": AudioCodec(run.recipe.audio),
        "text": build_encoder(run.recipe),
        "transformer": Transformer(run.recipe.transformer),
        "upscaler": Upscaler(run.recipe.upscaler),
        "interpolator": Interpolator(run.recipe.interpolator),
        "critic": Judge(run.recipe.critic_stage.judge, slot_sizes()),
        "judge": Judge(run.recipe.judge_stage.judge, slot_sizes()),
        "motion": MotionJudge(run.recipe.motion_stage.judge, slot_sizes()),
    }
    networks = {name: one for name, one in networks.items() if name not in HELPERS or _learned(run, name)}
    sampling = run.recipe.sampling
    window = min(sampling.window, max(length for length, _ in run.recipe.transformer_stage.lengths))
    trained = {}
    for name, network in networks.items():
        facts = load_average(run.folder / name / COOLING, network)
        trained[name] = {"steps": facts["step"], "minutes": round(facts["trained_s"] / 60, 1)}
    if _learned(run, "guidance"):
        if not _was_taught(run):
            raise ValueError(
                f"the transformer in {run.folder} has learned since it learned guidance: run the stage guidance again, "
                f"or delete {run.folder / 'guidance'}"
            )
        networks["transformer"] = Transformer(_guided(run.recipe))
        facts = load_average(run.checkpoint("guidance"), networks["transformer"])
        trained["guidance"] = {"steps": facts["step"], "minutes": round(facts["trained_s"] / 60, 1)}
    export(
        run.weights,
        recipe=run.recipe.name,
        networks=networks,
        tokenizer=tokenizer,
        known_words=known_words,
        slots=slot_names(),
        sampling=replace(sampling, window=window, context=min(sampling.context, window // 2)),
        scores={"trained": trained},
    )


def _make(run: Run, jobs: Callable[[Recipe, Path], list[Job]], *, coded: bool = False) -> None:
    """Make the shards of `jobs`; what is `coded` needs the codecs that this run has trained."""
    make(
        run.recipe,
        jobs(run.recipe, run.folder),
        workers=run.workers,
        video=run.checkpoint("video") if coded else None,
        audio=run.checkpoint("audio") if coded else None,
        watch=run.watch.making,
    )


def _learned(run: Run, name: str) -> bool:
    """Whether this run has trained a part; helpers may come from another one."""
    return (run.folder / name / COOLING).exists()


def _learn(run: Run, stage: Stage, task: Task, optimizer: OptimizerConfig, budget: Budget) -> None:
    train(task, run.folder / stage, optimizer, run.budget(budget), resume=run.resume, watch=run.watch.learning)
