"""Frames of any size made larger, and frames found between others: the two networks of `enlarge`, loaded and applied.

Frames are bytes [H, W, 3]. Memory follows one frame's size, not a clip's length.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from celaje.clip import Size
from celaje.engine.enlarge.draw import draw_between
from celaje.engine.enlarge.interpolator import Interpolator, InterpolatorConfig, Motion, warp
from celaje.engine.enlarge.retime import Retimer
from celaje.engine.enlarge.upscaler import Factor, Upscaler, UpscalerConfig
from celaje.engine.generate.weights import load_network, read_manifest
from celaje.engine.precision import fast_dtype

Frame = NDArray[np.uint8]

STRIP_PIXELS = 128 * 1024  # enlarged at once: 50 MB of channels
SMALLEST_STEP = 1.05  # what is nearly as large as it shall be is only fitted
ONCE = 2.1  # up to here one step of two is enough
MORE = 1.6  # when this much is still missing after a step of four, one of two follows
MOTION_PIXELS = 256 * 256  # of the small pictures in which motion is found
#: How much two frames may differ once they were moved onto each other, as a share of their contrast (or of that of a
#: flat picture). More is a cut, or as good as one.
CUT, FLAT = 0.5, 0.05


@dataclass(frozen=True, kw_only=True)
class Enlarger:
    """Both networks on one device, ready to work."""

    version: str
    upscaler: Upscaler
    interpolator: Interpolator
    device: torch.device

    @torch.no_grad()
    def grow(self, frame: Frame, reach: Size) -> Frame:
        """A frame made two, four or eight times as large, so that it covers `reach` or comes near it.

        What is large enough comes back as it is. Bringing it to the exact size is the caller's.
        """
        missing = max(reach.width / frame.shape[1], reach.height / frame.shape[0])
        if missing <= SMALLEST_STEP:
            return frame
        factor: Factor = 2 if missing <= ONCE else 4
        grown = self._step(frame, factor)
        return self._step(grown, 2) if missing / factor > MORE else grown

    def _step(self, frame: Frame, factor: Factor) -> Frame:
        """In strips, each seen with as much around it as the network looks at: no seams, and little memory."""
        height, width = frame.shape[:2]
        rows = max(16, STRIP_PIXELS // width)
        around = self.upscaler.reach + 2  # the bicubic picture beneath looks two pixels far
        grown = np.empty((factor * height, factor * width, 3), np.uint8)
        for top in range(0, height, rows):
            bottom = min(height, top + rows)
            above, below = max(0, top - around), min(height, bottom + around)
            made = self.upscaler(self._tensor(frame[above:below]), factor)
            inside = made[0, :, factor * (top - above) : factor * (bottom - above)]
            grown[factor * top : factor * bottom] = _bytes(inside)
        return grown

    @torch.no_grad()
    def between(self, before: Frame, after: Frame, moments: list[float]) -> list[Frame]:
        """The frames at `moments` (0 is the frame before, 1 the one after), as large as those two.

        Nothing is mixed across a cut: up to it, the frame before is shown.
        """
        if np.array_equal(before, after):
            return [before] * len(moments)
        small_before, small_after = self._small(before), self._small(after)
        drawn = []
        for moment in moments:
            motion = self._motion(small_before, small_after, moment)
            if _is_cut(small_before, small_after, motion):
                return [before] * len(moments)
            drawn.append(_draw(before, after, motion))
        return drawn

    @torch.no_grad()
    def is_cut(self, before: Frame, after: Frame) -> bool:
        """Whether no way leads from one frame to the other: they are of two shots, or a flash lies between."""
        small_before, small_after = self._small(before), self._small(after)
        return _is_cut(small_before, small_after, self._motion(small_before, small_after, 0.5))

    def retimer(
        self,
        given: Fraction | int,
        wanted: Fraction | int,
        *,
        loop: bool = False,
        unseen: Callable[[int], bool] = lambda number: False,
    ) -> Retimer:
        """What turns frames at one rate into frames at another; `unseen` are those that need not be drawn."""
        return Retimer(Fraction(given), Fraction(wanted), self.between, loop=loop, unseen=unseen)

    def _motion(self, before: Tensor, after: Tensor, moment: float) -> Motion:
        cell = max(self.interpolator.config.cells)
        height, width = before.shape[2:]
        edge = (0, -width % cell, 0, -height % cell)
        padded = (F.pad(one, edge, mode="replicate") for one in (before, after))
        motion = self.interpolator(*padded, torch.tensor([moment], device=self.device))
        found = (motion.before, motion.after, motion.share)
        to_before, to_after, share = (one[:, :, :height, :width] for one in found)
        return Motion(before=to_before, after=to_after, share=share)

    def _small(self, frame: Frame) -> Tensor:
        height, width = frame.shape[:2]
        scale = min(1.0, math.sqrt(MOTION_PIXELS / (height * width)))
        size = (max(8, round(height * scale)), max(8, round(width * scale)))
        whole = self._tensor(frame)
        return whole if size == (height, width) else F.interpolate(whole, size=size, mode="area")

    def _tensor(self, frame: Frame) -> Tensor:
        pixels = torch.from_numpy(np.require(frame, np.uint8, ["C", "W"])).to(self.device)
        return pixels.permute(2, 0, 1)[None].float() / 127.5 - 1


def load_enlarger(folder: Path, *, device: torch.device) -> Enlarger | None:
    """The two networks of a folder of weights; None when it holds none. Raises ValueError when they are damaged."""
    manifest = read_manifest(folder)
    if not {"upscaler", "interpolator"} <= manifest.parts.keys():
        return None
    upscaler = load_network(folder, manifest, "upscaler", lambda sizes: Upscaler(UpscalerConfig(**sizes)))
    interpolator = load_network(
        folder, manifest, "interpolator", lambda sizes: Interpolator(InterpolatorConfig(**sizes))
    )
    dtype = fast_dtype(device)
    for network in (upscaler, interpolator):
        network.to(device, dtype).eval().requires_grad_(requires_grad=False)
    upscaler.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # PyTorch documents it, its types do not
    return Enlarger(version=manifest.version, upscaler=upscaler, interpolator=interpolator, device=device)


def _is_cut(before: Tensor, after: Tensor, motion: Motion) -> bool:
    """Whether two small frames still differ when both are moved to the same moment, beside how rich they are."""
    apart = (warp(before, motion.before) - warp(after, motion.after)).abs().mean()
    return float(apart) > CUT * max(float(before.std() + after.std()) / 2, FLAT)


def _draw(before: Frame, after: Frame, motion: Motion) -> Frame:
    values = torch.cat([motion.before, motion.after, motion.share], 1)[0].permute(1, 2, 0)  # [h, w, 5]
    found = np.ascontiguousarray(values.float().cpu().numpy())
    drawn = np.empty_like(before)
    height, width = before.shape[:2]
    draw_between(
        np.require(before, np.uint8, ["C", "W"]),
        np.require(after, np.uint8, ["C", "W"]),
        found,
        width / found.shape[1],
        height / found.shape[0],
        drawn,
    )
    return drawn


def _bytes(picture: Tensor) -> Frame:
    """[3, H, W] in -1 to 1 as bytes [H, W, 3]."""
    pixels = (picture.clamp(-1, 1) + 1).mul_(127.5).round_().to(torch.uint8)
    return np.asarray(pixels.permute(1, 2, 0).cpu().numpy())
