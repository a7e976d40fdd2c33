"""The transformer learns to answer as guidance would."""

from dataclasses import replace
from pathlib import Path

import torch

from celaje.engine.latents import ClipLatents, Guidance, NoiseLevels, TextTokens
from celaje.engine.model import Transformer
from celaje.engine.precision import mixed_precision
from celaje.engine.sampling import guided
from celaje.engine.training.guidance_task import GuidanceTask
from celaje.engine.training.loop import Budget, train
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import GuidanceStage
from tests.engine.training.test_transformer_task import CONFIG, STAGE, some_samples

CHANNELS = 100
OPTIMIZER = OptimizerConfig(rate=2e-4, warmup_steps=5, average_decay=0.95)


def pupil(folder: Path) -> GuidanceTask:
    """One that has something to learn: a teacher whose answers depend on the prompt."""
    samples = some_samples(folder, replace(STAGE, no_text=0.0, lengths=((1, 0.4), (4, 0.6))))
    teacher, model = Transformer(CONFIG), Transformer(CONFIG)
    for name in ("video_out", "audio_out", "condition.2"):
        torch.nn.init.normal_(teacher.get_parameter(f"{name}.weight"), std=0.2)
    model.load_state_dict(teacher.state_dict())
    stage = GuidanceStage(optimizer=OPTIMIZER, budget=Budget(steps=100))
    return GuidanceTask(model, teacher, stage, samples, samples.data, num_channels=CHANNELS)


def test_what_is_wanted_is_what_guidance_makes_of_the_teacher(tmp_path: Path) -> None:
    task = pupil(tmp_path)
    sample = next(one for one in map(task.samples.draw, range(20)) if one.clean.video.shape[1] > 1)
    count = len(sample.text.values)
    factors = Guidance(video=torch.full((count,), 3.0), audio=torch.full((count,), 2.0))
    with torch.no_grad(), mixed_precision(torch.device("cpu")):

        def network(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
            stills = sample.stills
            twice = stills and replace(
                stills, **{name: torch.cat([getattr(stills, name)] * 2) for name in ("values", "time_s", "role")}
            )
            answer: ClipLatents = task.teacher(noisy, levels, text, twice)
            return answer

        unsaid = task.samples.read([""] * count, torch.zeros(count))
        walked = guided(network, unsaid, 3.0, sound_scale=2.0, num_channels=CHANNELS)
        expected = walked(sample.noisy, sample.levels, sample.text)
    wanted = task._guided(task._asked(sample, factors))
    torch.testing.assert_close(wanted.video, expected.video, rtol=0.02, atol=0.02)
    torch.testing.assert_close(wanted.audio, expected.audio, rtol=0.02, atol=0.02)


def test_it_learns_the_push_and_the_teacher_stays(tmp_path: Path) -> None:
    task = pupil(tmp_path)
    before = {name: value.clone() for name, value in task.teacher.state_dict().items()}
    plain = task.show(tmp_path, 0)
    assert all(abs(lacking - 1) < 1e-3 for lacking in plain.values()), "at first nothing is pushed"
    train(task, tmp_path / "run", OPTIMIZER, Budget(steps=100, cool_share=0.5))
    after = task.show(tmp_path, 150)
    assert after["video_lacking_0.85"] < 0.9 * plain["video_lacking_0.85"]
    assert all(value.equal(before[name]) for name, value in task.teacher.state_dict().items())


def test_a_factor_of_one_is_the_plain_answer(tmp_path: Path) -> None:
    task = pupil(tmp_path)
    assert task.model.guidance_in is not None
    torch.nn.init.normal_(task.model.guidance_in.weight)
    sample = task.samples.draw(0)
    count = len(sample.text.values)
    answers = [
        task._answer(task._asked(sample, Guidance(video=torch.full((count,), factor), audio=torch.ones(count))))
        for factor in (1.0, 2.0)
    ]
    assert answers[0].video.equal(task._plain(sample).video)
    assert not answers[1].video.equal(answers[0].video)
