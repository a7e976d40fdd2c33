"""What lies between two given pictures: a fade from one to the other, along the way that the camera went.

A camera that moves explains how two pictures of one place differ: filmed from where the other was taken, each looks
like it. Of the ways of filming in `camera.py` that one is taken under which they look most alike; where none explains
enough, as between pictures of two places, they only fade. The draft lies under noise: it tells the light, the colours
and the way, and how things move is made.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.generate.camera import CAMERAS, Filmed, Path, View, draw_move, film_stage
from celaje.engine.generate.canvas import Canvas
from celaje.engine.generate.drafts import share_of_tokens, view_of
from celaje.engine.generate.engine import Engine
from celaje.engine.latents import FRAMES_PER_LATENT, LATENTS_PER_SECOND

LONGEST_S = 4.0  # a gap that is longer is made of noise alone
SMALL = 4  # ways are compared in pictures of a fourth of the size
PARTS = (0.25, 0.5, 0.75, 1.0)  # of a whole move of the camera
OVERLAP = 0.35  # of a picture at least must be seen from where the other was taken
LEFT = 0.5  # of the mean square difference of two pictures is what a camera may leave that explains it
STEADY = [camera for camera in CAMERAS if camera != "hand-held"]
SEEN = 0.6  # of a token, from which on the draft counts
UNSEEN = 0.02  # what a picture does not show counts so much beside what another does
NOWHERE = draw_move("pan", 1.0, seed=0).at_rest()  # of a camera of which it is not known yet where it stood


@torch.no_grad()
def bridge(engine: Engine, canvas: Canvas) -> None:
    """Lay a draft under noise into every gap of the canvas between known latent frames in which all is noise.

    A loop has none: what is behind its end is its beginning.
    """
    if canvas.loop:
        return
    levels = canvas.highest.video[0]  # [T, H, W]
    sure = (levels.amax((1, 2)) == 0).nonzero().flatten().tolist()
    for before, after in pairwise(sure):
        gap, count = slice(before + 1, after), after - before - 1
        if not 0 < count <= LONGEST_S * LATENTS_PER_SECOND or not bool((levels[gap] == 1).all()):
            continue
        share = torch.linspace(0, 1, after - before + 1)[1:-1, None, None, None]
        ends = canvas.known.video[0, before], canvas.known.video[0, after]
        canvas.known.video[0, gap] = (1 - share) * ends[0] + share * ends[1]
        levels[gap] = engine.sampling.fade_level
        _film(engine, canvas, before, after)


def _film(engine: Engine, canvas: Canvas, before: int, after: int) -> None:
    """Film a gap along the way of the camera, if one is found."""
    first = view_of(engine, _decoded(engine, canvas, before)[-1:], NOWHERE)
    last = view_of(engine, _decoded(engine, canvas, after)[:1], NOWHERE)
    path = find_way(first, last, FRAMES_PER_LATENT * (after - before - 1) + 2)
    if path is None:
        return
    filmed = film_between(first, last, path)
    frames, seen = filmed.frames[None, 1:-1].to(engine.device), share_of_tokens(filmed.seen[1:-1])
    gap = slice(before + 1, after)
    canvas.known.video[:, gap] = engine.video.encode(frames).float().cpu()
    canvas.highest.video[:, gap] = torch.where(seen >= SEEN, engine.sampling.way_level, 1.0)


def find_way(first: View, last: View, num_frames: int) -> Path | None:
    """The way of a camera that showed `first` in the first of so many frames, and `last` in the last of them.

    None where no camera explains enough of how they differ.
    """
    first, last = _small(first), _small(last)
    apart = float((first.pictures - last.pictures).square().mean())
    left, path = min(((_left(first, last, path), path) for path in _ways(num_frames)), key=lambda way: way[0])
    return path if left < LEFT * apart else None


def film_between(first: View, last: View, path: Path) -> Filmed:
    """What is seen on the way between two pictures: a fade from what the first shows of it to what the last does."""
    begin, end = _filmed(first, path[:1], path), _filmed(last, path[-1:], path)
    share = torch.linspace(0, 1, len(path.eye))[:, None, None]
    weights = (1 - share) * (begin.seen + UNSEEN), share * (end.seen + UNSEEN)
    both = begin.frames * weights[0][..., None] + end.frames * weights[1][..., None]
    frames = both / (weights[0] + weights[1])[..., None]
    return Filmed(frames=frames, seen=torch.maximum(begin.seen, end.seen), above=begin.above * end.above)


def _ways(num_frames: int) -> Iterator[Path]:
    for camera in STEADY:
        for way in (1.0, -1.0):
            for part in PARTS:
                yield draw_move(camera, num_frames / FRAMES_PER_SECOND, seed=0, way=way).stretch(part, num_frames)


def _left(first: View, last: View, path: Path) -> float:
    """How much two pictures still differ when each is filmed from where the other was taken (mean square)."""
    seen_last, seen_first = _filmed(first, path[:1], path[-1:]), _filmed(last, path[-1:], path[:1])
    if float(seen_first.seen.mean() + seen_last.seen.mean()) / 2 < OVERLAP:
        return math.inf
    total = 0.0
    for filmed, true in ((seen_last, last), (seen_first, first)):
        square = (filmed.frames - true.pictures).square().mean(-1) * filmed.seen
        total += float(square.sum() / filmed.seen.sum().clamp_min(1)) / 2
    return total


def _filmed(view: View, start: Path, path: Path) -> Filmed:
    taken = replace(view, start=start)
    return film_stage(taken, taken, path)


def _small(view: View) -> View:
    pictures = F.avg_pool2d(view.pictures.permute(0, 3, 1, 2), SMALL).permute(0, 2, 3, 1)
    return replace(view, pictures=pictures, somebody=(F.avg_pool2d(view.somebody, SMALL) > 0.5).float())


def _decoded(engine: Engine, canvas: Canvas, at: int) -> Tensor:
    """The frames [F, H, W, 3] in -1 to 1 of one latent frame that is known."""
    place = slice(at, at + 1)
    noise = engine.sampling.decoder_noise * canvas.invented[:, place]
    frames = engine.video.decode(canvas.known.video[:, place].to(engine.device), noise.to(engine.device))[0]
    return frames.float().clamp(-1, 1).cpu()
