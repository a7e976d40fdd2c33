"""Variants of a recipe's transformer learn from the same latents for as many steps: what each choice is worth.

How well one does is told by the velocity losses that all share (see `TransformerTask.show`) on clips that were never
trained on, and by the judge: what the pictures that it makes of held-out captions show. It does not know which variants
are worth comparing.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from celaje.clip import Request
from celaje.engine.data import LatentShards
from celaje.engine.evaluate.judge import all_marks, truths
from celaje.engine.evaluate.jury import Jury
from celaje.engine.evaluate.prompts import one_shot, telling_caption
from celaje.engine.generate import Engine, generate
from celaje.engine.generate.views import BANDS, halved
from celaje.engine.judge import Views
from celaje.engine.model import Transformer
from celaje.engine.precision import fast_dtype
from celaje.engine.training.checkpoint import load_average
from celaje.engine.training.compute import step_flop
from celaje.engine.training.loop import train
from celaje.engine.training.recipe import Recipe
from celaje.engine.training.run import transformer_samples
from celaje.engine.training.transformer_task import TransformerTask, make_ready
from celaje.engine.world.captions.labels import labels
from celaje.engine.world.scene import Scene

PART = "picture/"
SLOTS = ("place", "time", "weather")  # what can be told of a picture after few steps


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one variant did from one seed: `losses` on held-out clips, the share of `right` answers by slot."""

    variant: str
    seed: int
    steps: int  # with those of the cool-down
    flop: float
    seconds: float = 0.0
    losses: Mapping[str, float] = field(default_factory=dict)
    right: Mapping[str, float] = field(default_factory=dict)

    @property
    def loss(self) -> float:
        """The mean loss of the picture over the levels that are shown."""
        values = [value for name, value in self.losses.items() if name.startswith("video")]
        return float(np.mean(values))


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What all variants share: a run's folder with latents, and who makes and judges pictures of `scenes`."""

    folder: Path
    held_out: Path
    engine: Engine
    jury: Jury
    scenes: Sequence[Scene]


def learn(variant: str, recipe: Recipe, grounds: Grounds, folder: Path, *, steps: int) -> Outcome:
    """Train `variant`, which is `recipe`, for so many stable steps and the cool-down, and measure it.

    A checkpoint in `folder` is gone on from. On a CPU.
    """
    torch.manual_seed(recipe.seed)
    stage, device = recipe.transformer_stage, torch.device("cpu")
    model = Transformer(recipe.transformer)
    make_ready(model, device, compiled=stage.compiled)
    task = TransformerTask(
        model, transformer_samples(recipe, grounds.folder, device), LatentShards(grounds.held_out, device=device)
    )
    begin = time.monotonic()
    budget = replace(stage.budget, steps=steps, minutes=None)
    facts = load_average(train(task, folder, stage.optimizer, budget), model)
    return measure(
        Outcome(
            variant=variant,
            seed=recipe.seed,
            steps=facts["step"],
            flop=facts["step"] * step_flop(recipe),
            seconds=time.monotonic() - begin,
        ),
        task,
        grounds,
    )


@torch.no_grad()
def measure(outcome: Outcome, task: TransformerTask, grounds: Grounds) -> Outcome:
    """The same with how well the weights that `task` has by now do."""
    task.model.eval()
    losses = task.show(grounds.folder, outcome.steps)
    return replace(outcome, losses=losses, right=told_of_pictures(task.model, grounds))


@torch.no_grad()
def told_of_pictures(model: Transformer, grounds: Grounds) -> dict[str, float]:
    """The share of right answers by slot, on a picture of each scene, made of its English caption at first attempt."""
    sampling = replace(grounds.engine.sampling, picture_takes=1)
    fast = model.to(fast_dtype(next(model.parameters()).device))
    fast.use_fastest_attention()
    engine = replace(grounds.engine, transformer=fast, critic=None, sampling=sampling)
    marks: dict[str, list[Tensor]] = {}
    for scene in grounds.scenes:
        shown = one_shot(scene, 1)
        caption = telling_caption(shown, "en")
        made = generate(engine, Request(prompt=caption.text, seconds=0.0, size=scene.size, seed=scene.seed))
        pictures = torch.from_numpy(made.frames)[None].float() / 127.5 - 1  # [1, 1, H, W, 3]
        answers = grounds.jury.judge(Views(frames=halved(pictures), mels=torch.zeros(1, 0, BANDS)))
        for name, mark in all_marks(answers, truths([labels(shown)], [[]])).items():
            slot = name.removeprefix(PART)
            if slot in SLOTS and slot in caption.mentioned:
                marks.setdefault(slot, []).append(mark)
    return {slot: float(torch.cat([mark.flatten() for mark in found]).mean()) for slot, found in marks.items()}
