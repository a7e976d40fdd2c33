"""How good what is filled in is when a clip is made larger and smoother: beside the simplest ways, on true recordings.

The world films a scene at four times the size and twice the rate. The upscaler is given what a coarser camera would
have seen, and what the model's codec makes of the scene; the simplest way is Lanczos' filter. The interpolator is given
every other frame; the simplest ways are to blend two frames, and to show one twice.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from celaje.clip import Size
from celaje.engine.codec.quality import psnr, ssim
from celaje.engine.generate import Engine, Enlarger
from celaje.engine.latents import FRAMES_PER_LATENT
from celaje.engine.world.record import record_frame, stream
from celaje.engine.world.scene import Scene

Frames = NDArray[np.uint8]
#: Takes a task, what is measured, what was made and what the simplest way reaches.
Note = Callable[[str, str, float, float], None]
#: Takes a task, what is to be seen, and pictures [N, H, W, 3] to look at side by side.
Show = Callable[[str, str, Frames], None]

LARGER = 4
FRAME = FRAMES_PER_LATENT  # the one that is looked at
BETWEEN = 12  # frames that are left out, a second of the model's
RATE = 24
DETAIL = 160  # pixels a side of the square that is looked at


def measure_enlarging(
    engine: Engine,
    enlarger: Enlarger,
    scene: Scene,
    note: Note,
    show: Show = lambda task, seen, pictures: None,
) -> None:
    """Tell `note` the numbers of one scene at the model's own size, and `show` what is beside what."""
    size = Size(LARGER * scene.size.width, LARGER * scene.size.height)
    real = record_frame(replace(scene, size=size), FRAME)
    small = next(stream(scene, 2 * FRAMES_PER_LATENT, sound=False)).frames
    coarse = np.asarray(Image.fromarray(real).reduce(LARGER))
    for name, given in (("", coarse), (" what was coded", _coded(engine, small)[FRAME])):
        plain = np.asarray(Image.fromarray(given).resize((size.width, size.height), Image.Resampling.LANCZOS))
        made = enlarger.grow(given, size)
        for measure, value in (("PSNR dB", _psnr), ("SSIM", _ssim)):
            note(f"upscale{name}", measure, value(made, real), value(plain, real))
        show(f"upscale{name}", "Lanczos, made, real", np.stack([one[_finest(real)] for one in (plain, made, real)]))
    smooth = replace(scene, num_frames=scene.num_frames * RATE // scene.frames_per_second, frames_per_second=RATE)
    frames = next(stream(smooth, 2 * BETWEEN + 1, sound=False)).frames
    given, left_out = frames[::2], frames[1::2]
    pairs = list(pairwise(given))
    made = np.stack([enlarger.between(before, after, [0.5])[0] for before, after in pairs])
    blended = np.stack([((before.astype(np.uint16) + after + 1) // 2).astype(np.uint8) for before, after in pairs])
    for measure, value in (("PSNR dB", _psnr), ("SSIM", _ssim)):
        reached = value(made, left_out)
        note("smoother", f"{measure}, beside a blend", reached, value(blended, left_out))
        note("smoother", f"{measure}, beside a frame twice", reached, value(given[:-1], left_out))
    middle = len(pairs) // 2
    show("smoother", "before, blend, made, real, after", np.stack(
        [given[middle], blended[middle], made[middle], left_out[middle], given[middle + 1]]
    ))  # fmt: skip


@torch.no_grad()
def _coded(engine: Engine, frames: Frames) -> Frames:
    whole = torch.from_numpy(frames)[None].to(engine.device).float() / 127.5 - 1
    made = engine.video.decode(engine.video.encode(whole))[0].float()
    return np.asarray(((made.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu().numpy())


def _psnr(made: Frames, real: Frames) -> float:
    return float(psnr(*(_clip(one) for one in (made, real))))


def _ssim(made: Frames, real: Frames) -> float:
    return float(ssim(*(_clip(one) for one in (made, real))))


def _finest(picture: Frames) -> tuple[slice, slice]:
    """Where the square of a large picture lies in which neighbours differ most: most is to be seen there."""
    height, width = picture.shape[:2]
    squares = [
        (slice(top, top + DETAIL), slice(left, left + DETAIL))
        for top in range(0, height - DETAIL + 1, DETAIL)
        for left in range(0, width - DETAIL + 1, DETAIL)
    ]
    return max(squares, key=lambda square: float(np.abs(np.diff(picture[square].astype(np.int16), axis=1)).mean()))


def _clip(frames: Frames) -> torch.Tensor:
    """A frame or frames as a clip [1, F, H, W, 3] in -1 to 1."""
    whole = frames if frames.ndim == 4 else frames[None]
    return torch.from_numpy(np.require(whole, np.uint8, ["C", "W"]))[None].float() / 127.5 - 1
