"""The whole chain, from the world to a file with sound, by the smallest recipe."""

import json
import math
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
import torch

import celaje
from celaje.engine.data import read_shard, shard_paths
from celaje.engine.generate import load_engine, read_manifest
from celaje.engine.generate.export import HELPERS, JUDGES
from celaje.engine.generate.views import halved
from celaje.engine.generate.weights import write_manifest
from celaje.engine.latents import AUDIO_CHANNELS, FRAMES_PER_LATENT, VIDEO_CHANNELS
from celaje.engine.training.checkpoint import load_tensors, save_tensors
from celaje.engine.training.loop import COOLING, Progress
from celaje.engine.training.making import (
    ENLARGED,
    Job,
    clip_jobs,
    draw_scene,
    is_held_out,
    latent_jobs,
    make,
    pair_jobs,
    view_jobs,
)
from celaje.engine.training.run import ADOPT, STAGES, Stage, Watch, load_jury, run_recipe
from celaje.engine.world.record import record
from celaje.recipes import RECIPES, find_recipe
from celaje.recipes.small import small
from celaje.recipes.tiny import tiny

SLOWEST_S = 180.0  # of one core; two that have nothing else to do take less


@pytest.fixture(scope="module")
def run_folder(tiny_folder: Path, tiny_seconds: dict[str, float]) -> Path:
    return tiny_folder / "run"


def test_the_chain_is_quick(tiny_seconds: dict[str, float]) -> None:
    print({stage: f"{seconds:.1f} s" for stage, seconds in tiny_seconds.items()})
    assert tuple(tiny_seconds) == STAGES
    assert sum(tiny_seconds.values()) < SLOWEST_S


def test_its_weights_make_a_clip_with_sound(tiny_weights: Path, tmp_path: Path) -> None:
    studio = celaje.load(tiny_weights)
    clip = studio.generate("a cat walks on the beach", seconds=0.5, size="1:1", seed=7)
    assert clip.frames.shape == (6, 256, 256, 3)
    assert clip.samples is not None
    assert clip.samples.shape == (12_000,)
    assert np.abs(clip.samples).max() <= 1
    with av.open(str(clip.save(tmp_path / "cat.mp4"))) as container:
        assert container.streams.video[0].frames == 6
        sound = container.streams.audio[0]
        assert sound.duration is not None
        assert sound.time_base is not None
        assert float(sound.duration * sound.time_base) == pytest.approx(0.5, abs=0.05)

    again = celaje.load(tiny_weights).generate("a cat walks on the beach", seconds=0.5, size="1:1", seed=7)
    assert np.array_equal(again.frames, clip.frames)
    assert np.array_equal(again.samples, clip.samples)  # type: ignore[arg-type]
    other = studio.generate("a cat walks on the beach", seconds=0.5, size="1:1", seed=8)
    assert not np.array_equal(other.frames, clip.frames)
    assert not np.array_equal(other.samples, clip.samples)  # type: ignore[arg-type]


def test_every_stage_learned_and_logged(run_folder: Path) -> None:
    for stage in ("video", "audio", "text", "judge", "motion", "transformer", "guidance", "upscaler", "interpolator"):
        assert (run_folder / stage / COOLING).exists()
        lines = [json.loads(line) for line in (run_folder / stage / "log.jsonl").read_text().splitlines()]
        assert [line["step"] for line in lines if "total" in line] == [1, 20]
        assert all(math.isfinite(value) for line in lines for value in line.values())
        assert any(name.startswith("held_out/") for name in lines[-1]), stage


def test_held_out_combinations_are_never_trained_on(run_folder: Path) -> None:
    recipe = find_recipe("tiny")
    found: dict[str, set[bool]] = {"train": set(), "held_out": set()}
    for job in latent_jobs(recipe, run_folder):
        num_frames = 1 if job.num_latents == 1 else FRAMES_PER_LATENT * job.num_latents
        for clip in read_shard(job.path)[1]:
            scene = draw_scene(recipe.world, clip["seed"], job.split, num_frames=num_frames, size_index=job.size_index)
            assert clip["weather"] == scene.shots[0].weather
            for subject in scene.subjects:  # none where only the place is shown
                found[str(job.split)].add(is_held_out(subject.kind, scene.shots[0].place, recipe.world.held_out))
    assert found == {"train": {False}, "held_out": {True}}


def test_shards_have_what_they_should(run_folder: Path) -> None:
    recipe = find_recipe("tiny")
    jobs = latent_jobs(recipe, run_folder)
    assert sorted(job.path for job in jobs) == sorted(run_folder.glob("latents*/*"))
    assert {job.picture for job in jobs} == {True, False}
    for job in jobs:
        tensors, facts = read_shard(job.path)
        size = recipe.world.sizes[job.size_index % len(recipe.world.sizes)]
        grid = (size.height // 32, size.width // 32) if job.picture else (0, 0)
        assert tensors["video"].shape == (job.count, job.num_latents, *grid, VIDEO_CHANNELS)
        num_steps, num_stills = (0, 0) if job.num_latents == 1 else (4 * job.num_latents, 2 if job.picture else 0)
        assert tensors["audio"].shape == (job.count, num_steps, AUDIO_CHANNELS)
        assert tensors["stills"].shape == (job.count, num_stills, *grid, VIDEO_CHANNELS)
        assert tensors["still_s"].shape == (job.count, num_stills)
        assert [clip["seed"] for clip in facts] == list(range(job.first_seed, job.first_seed + job.count))
        assert all(len(clip["captions"]) == recipe.latents.num_captions for clip in facts)


def test_pairs_show_the_same_small_and_large(run_folder: Path) -> None:
    recipe = find_recipe("tiny")
    side = recipe.pairs.side
    for folder in ("pairs", "pairs-held-out"):
        for path in shard_paths(run_folder / folder):
            tensors, _ = read_shard(path)
            count = len(tensors["moment"])
            assert tensors["frames"].shape == (count, recipe.pairs.num_frames, side, side, 3)
            assert tensors["flow"].shape == (count, recipe.pairs.num_frames, 2, side // 2, side // 2)
            assert tensors["coded"].shape == (count, side, side, 3)
            assert tensors["large"].shape == (count, ENLARGED * side, ENLARGED * side, 3)
            shown = tensors["frames"][torch.arange(count), tensors["moment"]].float()
            shrunk = tensors["large"].float().unfold(1, ENLARGED, ENLARGED).unfold(2, ENLARGED, ENLARGED).mean((-1, -2))
            apart = (shrunk[:, None] - shown[None]).abs().mean((2, 3, 4))
            assert torch.equal(apart.argmin(1), torch.arange(count))
            assert float(apart.diagonal().max()) < 10


def test_an_export_without_helpers_leaves_them(run_folder: Path, tiny_weights: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_weights, tmp_path / "weights")
    for part in run_folder.iterdir():
        if part.name not in HELPERS:
            (tmp_path / part.name).symlink_to(part)
    run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("export",))
    before, after = (
        json.loads((folder / "manifest.json").read_text()) for folder in (tiny_weights, tmp_path / "weights")
    )
    assert after == before


def test_clips_are_made_without_judges(tiny_weights: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_weights, tmp_path / "weights")
    for name in JUDGES:
        (tmp_path / "weights" / f"{name}.safetensors").unlink()
    assert load_engine(tmp_path / "weights", device="cpu").critic is not None


def test_other_judges_leave_the_model_its_version(run_folder: Path, tiny_weights: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_weights, tmp_path / "weights")
    for part in run_folder.iterdir():
        if part.name != "judge":
            (tmp_path / part.name).symlink_to(part)
    tensors, facts = load_tensors(run_folder / "judge" / COOLING)
    tensors["average.picture.questions"] += 1
    save_tensors(tmp_path / "judge" / COOLING, tensors, facts)
    run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("export",))
    before, after = read_manifest(tiny_weights), read_manifest(tmp_path / "weights")
    assert after.parts["judge"] != before.parts["judge"]
    assert after.version == before.version


def test_an_export_drops_judges_of_another_world(run_folder: Path, tiny_weights: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_weights, tmp_path / "weights")
    manifest = read_manifest(tiny_weights)
    write_manifest(
        tmp_path / "weights", replace(manifest, slots=manifest.slots | {"camera": manifest.slots["camera"][::-1]})
    )
    for part in run_folder.iterdir():
        if part.name not in HELPERS:
            (tmp_path / part.name).symlink_to(part)
    run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("export",))
    assert read_manifest(tmp_path / "weights").parts.keys() == manifest.parts.keys() - {"motion"}


def test_a_jury_is_of_the_run_or_of_the_weights(run_folder: Path, tiny_weights: Path, tmp_path: Path) -> None:
    def fingerprint(folder: Path) -> str:
        jury = load_jury(tiny(), folder, tiny_weights)
        assert jury is not None
        assert jury.motion is not None
        return jury.fingerprint

    shipped = fingerprint(tmp_path)
    assert fingerprint(run_folder) == shipped, "a judge is the same before and after it ships"
    found = {shipped}
    for stage in ("motion", "judge"):  # one of them may be the run's own
        tensors, facts = load_tensors(run_folder / stage / COOLING)
        for name in tensors:
            if name.startswith("average.") and name.endswith("bias"):
                tensors[name] += 1
        save_tensors(tmp_path / stage / COOLING, tensors, facts)
        found.add(fingerprint(tmp_path))
    assert len(found) == 3
    shutil.rmtree(tmp_path / "judge")
    bare = tmp_path / "weights"
    bare.mkdir()
    write_manifest(bare, replace(read_manifest(tiny_weights), parts={}))
    assert load_jury(tiny(), tmp_path, bare) is None


def test_making_resumes_and_gives_the_same_shards(run_folder: Path) -> None:
    jobs = clip_jobs(find_recipe("tiny"), run_folder)
    lost = next(job for job in jobs if job.what == "clips")
    before = {job.path: job.path.read_bytes() for job in jobs}
    times = {job.path: job.path.stat().st_mtime_ns for job in jobs}
    lost.path.unlink()
    told: list[tuple[int, int]] = []
    make(find_recipe("tiny"), jobs, workers=1, watch=lambda done, total: told.append((done, total)))
    assert told == [(len(jobs) - 1, len(jobs)), (len(jobs), len(jobs))]
    assert {job.path: job.path.read_bytes() for job in jobs} == before
    changed = {job.path for job in jobs if job.path.stat().st_mtime_ns != times[job.path]}
    assert changed == {lost.path}


def test_a_making_that_is_stopped_does_not_go_on(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    recipe = find_recipe("tiny")
    recipe = replace(recipe, clips=replace(recipe.clips, num_sounds=60, shard_clips=1))
    jobs = [job for job in clip_jobs(recipe, tmp_path) if job.what == "sounds"]
    with pytest.raises(KeyboardInterrupt):
        make(recipe, jobs, workers=1, watch=stop)
    made = list(tmp_path.rglob("*.*"))
    assert {path.suffix for path in made} == {".safetensors"}
    assert 1 <= len(made) < len(jobs) / 2


def test_a_finished_run_is_not_repeated(run_folder: Path, tiny_weights: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(tiny_weights, weights)
    manifest = (weights / "manifest.json").read_text()
    learned: list[int] = []
    run_recipe(
        find_recipe("tiny"),
        run_folder,
        weights=weights,
        watch=Watch(learning=lambda progress: learned.append(progress.step)),
    )
    assert learned == []
    assert (weights / "manifest.json").read_text() == manifest


@pytest.mark.parametrize("stage", ["latents", "transformer"])
def test_latents_of_another_encoder_are_refused(run_folder: Path, tmp_path: Path, stage: Stage) -> None:
    for part in run_folder.iterdir():
        if part.name != "video":
            (tmp_path / part.name).symlink_to(part)
    tensors, facts = load_tensors(run_folder / "video" / COOLING)

    def run() -> None:
        save_tensors(tmp_path / "video" / COOLING, tensors, facts)
        run_recipe(find_recipe("tiny"), tmp_path, weights=tmp_path / "weights", stages=(stage,))

    tensors["average.decoder.head.bias"] += 1
    run()  # a decoder may go on learning
    tensors["average.linear.analysis.weight"] += 1e-3
    with pytest.raises(ValueError, match="make them again"):
        run()


@pytest.mark.parametrize("stage", ["video", "audio", "text", "transformer", "guidance", "upscaler", "interpolator"])
def test_a_stage_killed_at_its_first_step_learns_the_same(run_folder: Path, tmp_path: Path, stage: Stage) -> None:
    for part in run_folder.iterdir():
        if part.name != stage:
            (tmp_path / part.name).symlink_to(part)

    def kill(progress: Progress) -> None:
        raise KeyboardInterrupt

    def run(watch: Watch) -> None:
        run_recipe(find_recipe("tiny"), tmp_path, weights=tmp_path / "weights", stages=(stage,), watch=watch)

    with pytest.raises(KeyboardInterrupt):
        run(Watch(learning=kill))
    assert not (tmp_path / stage / COOLING).exists()
    run(Watch())
    whole, cut = (load_tensors(folder / stage / COOLING)[0] for folder in (run_folder, tmp_path))
    assert whole.keys() == cut.keys()
    assert all(torch.equal(whole[name], cut[name]) for name in whole)


def test_a_machine_without_checkpoints_starts_from_the_weights_that_ship(tiny_weights: Path, tmp_path: Path) -> None:
    run_recipe(tiny(), tmp_path, weights=tiny_weights, stages=(ADOPT,))
    stages = ("video", "audio", "text", "transformer", "guidance", "upscaler", "interpolator", "judge", "motion")
    for stage in stages:
        tensors, facts = load_tensors(tmp_path / stage / "cooling.safetensors")
        assert any("guidance_in" in name for name in tensors) == (stage == "guidance")
        assert facts["step"] == facts["cool_from"] == 20 * 1.25
    assert (tmp_path / "text" / "words.json").read_bytes() == (tiny_weights / "words.json").read_bytes()
    shutil.copytree(tiny_weights, tmp_path / "weights")
    run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("export",))
    parts, shipped = (read_manifest(folder).parts for folder in (tmp_path / "weights", tiny_weights))
    assert parts["judge"] == shipped["judge"]
    assert parts["transformer"].config == shipped["transformer"].config
    with pytest.raises(ValueError, match="were not made by recipe small"):
        run_recipe(small(), tmp_path, weights=tiny_weights, stages=(ADOPT,))


def test_guidance_is_of_the_transformer_that_is_there(tiny_weights: Path, tmp_path: Path) -> None:
    run_recipe(tiny(), tmp_path, weights=tiny_weights, stages=(ADOPT,))
    assert read_manifest(tiny_weights).parts["transformer"].config["guidance"] == tiny().guidance_stage.largest
    path = tmp_path / "transformer" / COOLING
    tensors, facts = load_tensors(path)
    save_tensors(path, {name: 1.01 * value for name, value in tensors.items()}, facts)
    with pytest.raises(ValueError, match="has learned since it learned guidance"):
        run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("export",))
    shutil.rmtree(tmp_path / "guidance")
    run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("export",))
    manifest = read_manifest(tmp_path / "weights")
    assert manifest.parts["transformer"].config["guidance"] == 0
    assert "guidance" not in manifest.scores["trained"]


def test_seeds_of_all_recipes_stay_apart(tmp_path: Path) -> None:
    for name in RECIPES:
        recipe = find_recipe(name)
        asked = (clip_jobs, latent_jobs, view_jobs, pair_jobs)
        jobs: list[Job] = [job for jobs_of in asked for job in jobs_of(recipe, tmp_path)]
        spans = sorted((job.first_seed, job.first_seed + job.count) for job in jobs)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans)), name
        assert len({job.path for job in jobs}) == len(jobs)


def test_a_critic_learns_from_what_a_model_might_make(run_folder: Path) -> None:
    recipe = tiny()
    job = next(job for job in view_jobs(recipe, run_folder, "critic") if job.path.name.startswith("still"))
    tensors, facts = read_shard(job.path)
    apart = []
    for shown, fact in zip(tensors["frames"], facts, strict=True):
        scene = draw_scene(recipe.world, fact["seed"], "train", num_frames=1, size_index=job.size_index)
        real = halved(torch.from_numpy(record(scene, sound=False).frames).float())
        apart.append(float((shown.float() - real.round()).abs().mean()))
    num_made = round(0.5 * job.count)
    assert all(2 < difference < 80 for difference in apart[:num_made])  # of 256: it is still that picture
    assert apart[num_made:] == [0.0] * (job.count - num_made)


def test_a_gpu_learns_from_scenes_that_the_cores_never_showed(tmp_path: Path) -> None:
    recipes = [find_recipe(name) for name in ("small", "small-on-gpu")]
    assert recipes[0].name == recipes[1].name, "one goes on where the other stopped"
    seeds = [
        {
            seed
            for job in (*latent_jobs(recipe, tmp_path), *clip_jobs(recipe, tmp_path))
            if job.split == "train"
            for seed in range(job.first_seed, job.first_seed + job.count)
        }
        for recipe in recipes
    ]
    assert not seeds[0] & seeds[1]


def test_latents_that_nobody_makes_are_not_awaited_for_ever(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in run_folder.iterdir():
        if part.name not in ("latents", "transformer"):
            (tmp_path / part.name).symlink_to(part)
    monkeypatch.setattr("celaje.engine.training.run.PATIENCE_S", 0.2)
    with pytest.raises(ValueError, match=r"no latents came in 0 s, 1 long in .*/latents"):
        run_recipe(tiny(), tmp_path, weights=tmp_path / "weights", stages=("transformer",), growing=True)


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(ValueError, match='no recipe "huge": choose tiny, small, small-on-gpu, base'):
        find_recipe("huge")
