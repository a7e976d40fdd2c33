"""How the upscaler and the interpolator learn: from clips of the world that were recorded small and large."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from celaje.engine.codec.quality import psnr
from celaje.engine.data import PairShards, Triplets, Views
from celaje.engine.enlarge.interpolator import Interpolator, drawn
from celaje.engine.enlarge.upscaler import Factor, Upscaler, enlarged
from celaje.engine.precision import mixed_precision
from celaje.engine.training.codec_task import save_sheet
from celaje.engine.training.loop import step_generator
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import EnlargeStage

#: What the upscaler is given: what the codec made, what the world recorded small, or a large recording made small.
GIVEN = {"coded": 0.4, "small": 0.2, "shrunk": 0.4}
NOISY = 0.25  # share of shrunk pictures with some blur and noise, as cameras have
FOURFOLD = 0.6  # share of the batches that are made four times as large
FINE = 0.5  # of the others, how many begin at twice the size that the model makes
FLOW_WEIGHT = 0.01
EARLIER_WEIGHT = 0.3  # of the interpolator's coarser levels
NUM_SHOWN = 8


class UpscalerTask:
    """A `Task` of the loop."""

    def __init__(
        self,
        model: Upscaler,
        stage: EnlargeStage,
        data: PairShards,
        held_out: PairShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.held_out = model.to(device), stage, data, held_out
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(model, stage.optimizer)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The distance to the large recording, for one factor a step."""
        generator = step_generator(self.seed, step)
        views = self.data.views(generator, batch=self.stage.batch, side=self.stage.side)
        given, real, factor = _drawn_task(views, generator)
        with mixed_precision(self.device):
            made = self.model(given.to(self.device), factor)
        loss = _distance(made, real.to(self.device))
        return {f"factor {factor}": loss, "total": loss}

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """PSNR on held-out pictures, and bicubic's; a sheet: given, made, real."""
        generator = torch.Generator().manual_seed(2)
        views = self.held_out.views(generator, batch=2 * NUM_SHOWN, side=min(96, self.held_out.side))
        values: dict[str, float] = {}
        rows = []
        for name, given in (("coded", views.coded), ("small", views.small), ("shrunk", _shrunk(views.large, 4))):
            for factor in (2, 4):
                real = views.large if factor == 4 else _shrunk(views.large, 2)
                with mixed_precision(self.device):
                    made = self.model(given.to(self.device), factor).cpu()
                plain = enlarged(given, factor)
                values[f"{name} {factor}"] = float(psnr(made, real).mean())
                values[f"{name} {factor} bicubic"] = float(psnr(plain, real).mean())
                if factor == 4 and name != "small":
                    shown = torch.stack([plain, made, real], 1)[:NUM_SHOWN]  # [n, 3, 3, H, W]
                    rows += [one.permute(0, 2, 3, 1) for one in shown]
        save_sheet(folder / f"sheet-{step:07d}.png", rows)
        return values


class InterpolatorTask:
    """A `Task` of the loop."""

    def __init__(
        self,
        model: Interpolator,
        stage: EnlargeStage,
        data: PairShards,
        held_out: PairShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.held_out = model.to(device), stage, data, held_out
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(model, stage.optimizer)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The distance to the frame between, and to the true motion, at every level."""
        generator = step_generator(self.seed, step)
        three = self.data.triplets(generator, batch=self.stage.batch, side=self.stage.side)
        with mixed_precision(self.device):
            found = self.model.refined(*(one.to(self.device) for one in (three.before, three.after, three.moment)))
        before, between, after = (one.to(self.device) for one in (three.before, three.between, three.after))
        pictures = [_distance(drawn(before, after, motion), between) for motion in found]
        real = torch.cat([three.to_before, three.to_after], 1).to(self.device)
        flows = [_flow_distance(torch.cat([motion.before, motion.after], 1), real) for motion in found]
        picture = pictures[-1] + EARLIER_WEIGHT * sum(pictures[:-1], start=torch.zeros(()).to(self.device))
        flow = torch.stack(flows).mean()
        return {"picture": pictures[-1], "flow": flow, "total": picture + FLOW_WEIGHT * flow}

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """PSNR on held-out frames, and that of a blend and of a repeated frame; a sheet: before, blend, made, real."""
        generator = torch.Generator().manual_seed(2)
        values: dict[str, list[float]] = {"made": [], "blended": [], "repeated": []}
        rows = []
        for index in range(4):
            three = self.held_out.triplets(generator, batch=NUM_SHOWN, side=self.held_out.side)
            with mixed_precision(self.device):
                motion = self.model(*(one.to(self.device) for one in (three.before, three.after, three.moment)))
            made = drawn(three.before.to(self.device), three.after.to(self.device), motion).cpu()
            blended = _blended(three)
            for name, one in (("made", made), ("blended", blended), ("repeated", three.before)):
                values[name] += psnr(one, three.between).tolist()
            if index == 0:
                shown = torch.stack([three.before, blended, made, three.between], 1)
                rows += [one.permute(0, 2, 3, 1) for one in shown]
        save_sheet(folder / f"sheet-{step:07d}.png", rows)
        return {name: float(np.mean(one)) for name, one in values.items()}


def _drawn_task(views: Views, generator: torch.Generator) -> tuple[Tensor, Tensor, Factor]:
    """What is given, what it shall become, and how many times as large that is."""
    kinds = torch.multinomial(torch.tensor(list(GIVEN.values())), len(views.small), True, generator=generator)
    factor: Factor = 4 if float(torch.rand((), generator=generator)) < FOURFOLD else 2
    if factor == 2 and float(torch.rand((), generator=generator)) < FINE:
        return _as_cameras_see(_shrunk(views.large, 2), generator), views.large, factor
    shrunk = _as_cameras_see(_shrunk(views.large, 4), generator)
    options = torch.stack([views.coded, views.small, shrunk])  # [3, B, 3, S, S]
    given = options[kinds, torch.arange(len(kinds))]
    return given, views.large if factor == 4 else _shrunk(views.large, 2), factor


def _as_cameras_see(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Some of the pictures a little blurred and noisy."""
    chosen = (torch.rand(len(pictures), 1, 1, 1, generator=generator) < NOISY).float()
    amount = torch.rand(len(pictures), 1, 1, 1, generator=generator)
    soft = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    noise = 0.04 * amount * torch.randn(pictures.shape, generator=generator)
    other = pictures + 0.5 * amount * (soft - pictures) + noise
    return pictures + chosen * (other - pictures)


def _shrunk(pictures: Tensor, factor: int) -> Tensor:
    """Pictures whose pixels are the means of squares: what a coarser camera sees."""
    return F.avg_pool2d(pictures, factor)


def _distance(made: Tensor, real: Tensor) -> Tensor:
    """Charbonnier's distance (1994), a square where it is small."""
    return ((made - real).square() + 1e-5).sqrt().mean()


def _flow_distance(made: Tensor, real: Tensor) -> Tensor:
    """Pixels between flows [B, 4, S, S] and the true ones [B, 4, S/2, S/2]; far too large is no worse than large."""
    return (F.avg_pool2d(made.float(), 2) - real).abs().clamp(max=20).mean()


def _blended(three: Triplets) -> Tensor:
    share = three.moment.view(-1, 1, 1, 1)
    return three.before * (1 - share) + three.after * share
