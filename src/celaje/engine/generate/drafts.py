"""Drafts: what the camera that a prompt asks for would see of what is there already, laid on the canvas under noise.

Without them the model films nearly everything with a camera that stands still. As Hou et al. (2024, arXiv 2406.10126)
do with a point cloud, the clip is made of what a simple stage shows, under some noise; what the stage does not show is
made of noise alone. The stage is in `camera.py`.
"""

import re
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.clip import Request
from celaje.engine.generate.camera import CAMERAS, Filmed, Move, Path, draw_move, film_stage
from celaje.engine.generate.canvas import Canvas
from celaje.engine.generate.develop import RUN_UP
from celaje.engine.generate.engine import Engine
from celaje.engine.generate.reading import spoken_of
from celaje.engine.generate.windows import Window
from celaje.engine.latents import FRAMES_PER_LATENT, LATENTS_PER_SECOND, PIXELS_PER_LATENT, StillLatents
from celaje.engine.text.tokenizer import timed_parts

SEEN = 0.6  # of a token, from which on the draft counts
_CAMERA = re.compile(
    r"\b(camera|cámara|shot|toma|plano|pan\w*|tilt\w*|doll(y|ies)|zoom\w*|orbit\w*|órbita|drone?|travelling)\b", re.I
)
_WAY = re.compile(
    r"\b(?:(right|up|upwards?|closer|nearer|derecha|arriba|acerca\w*|(?:zoom\w*|doll\w+|push\w*|mov\w*|com\w*) in)"
    r"|(left|down|downwards?|out|away|back|izquierda|abajo|aleja\w*))\b",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """How the camera moves in the latent frames `begin` to `end`, which are all that one part of a prompt speaks of."""

    move: Move
    begin: int
    end: int


def shot_at(engine: Engine, request: Request, canvas: Canvas, at: int) -> Shot | None:
    """The shot that latent frame `at` belongs to; None where the prompt asks for no camera that moves."""
    at_s = at / LATENTS_PER_SECOND
    begin_s, end_s = 0.0, canvas.num_latents / LATENTS_PER_SECOND
    for start_s, stop_s, _ in timed_parts(request.prompt):
        if stop_s < 0:
            continue
        if start_s <= at_s < stop_s:
            begin_s, end_s = max(begin_s, start_s), min(end_s, stop_s)
        elif stop_s <= at_s:
            begin_s = max(begin_s, stop_s)
        else:
            end_s = min(end_s, start_s)
    said = spoken_of(request.prompt, at_s, at_s + 1 / LATENTS_PER_SECOND)
    camera = engine.understand(said).taken.get("camera", ("",))[0]
    if camera not in CAMERAS:
        return None
    begin, end = int(begin_s * LATENTS_PER_SECOND), int(end_s * LATENTS_PER_SECOND)
    move = draw_move(camera, (end - begin) / LATENTS_PER_SECOND, seed=request.seed, way=way_told(said))
    return Shot(move=move, begin=begin, end=end)


def way_told(prompt: str) -> float:
    """Which way a prompt wants its camera to go: 1 right, up or nearer, -1 left, down or away, 0 when it does not say.

    >>> way_told("a cat runs to the right, the camera pans left")
    -1.0
    """
    for clause in re.split(r"[,.;:]", prompt):
        camera = _CAMERA.search(clause)
        if camera and (told := _WAY.search(clause, camera.start())):
            return 1.0 if told[1] else -1.0
    return 0.0


def draft_first(engine: Engine, shot: Shot, canvas: Canvas, picture: StillLatents, count: int) -> StillLatents:
    """Lay what the camera sees of a first `picture` on the first `count` latent frames.

    Returns the picture with the moment of it: when the camera shows what it shows.
    """
    noise = torch.full(picture.values.shape[:-1], engine.sampling.decoder_noise)
    shown = _decoded(engine, picture.values, noise).mean(0)
    _lay(engine, canvas, shown, shot.move.at_rest(), shot.move.path(0, count * FRAMES_PER_LATENT), 0)
    moment_s = min(shot.move.rest * shot.move.seconds, count / LATENTS_PER_SECOND)
    return StillLatents(values=picture.values, time_s=picture.time_s + moment_s, role=picture.role)


def draft_next(engine: Engine, shot: Shot, canvas: Canvas, window: Window) -> None:
    """Lay what the camera goes on to see of the last picture before a window on what the window makes."""
    last, done = window.begin - 1, min(window.done, shot.end)
    if last < shot.begin or done <= window.begin:
        return
    begin = max(0, last - RUN_UP)
    told = engine.sampling.decoder_noise * canvas.invented[:, begin : window.begin]
    shown = _decoded(engine, canvas.known.video[:, begin : window.begin], told)[-1]
    first = (window.begin - shot.begin) * FRAMES_PER_LATENT
    path = shot.move.path(first, (done - window.begin) * FRAMES_PER_LATENT)
    _lay(engine, canvas, shown, shot.move.path(first - 1, 1), path, window.begin)


def _lay(engine: Engine, canvas: Canvas, picture: Tensor, start: Path, path: Path, begin: int) -> None:
    """Film a picture [H, W, 3] as a stage, and lay what is seen on the canvas from latent frame `begin` on."""
    somebody = torch.zeros(picture.shape[:2])
    if engine.critic is not None:
        somebody = engine.critic.whereabouts(picture[None])[0].cpu()
    filmed = film_stage(picture.cpu(), somebody, start, path)
    latents = engine.video.encode(filmed.frames[None].to(engine.device)).float().cpu()
    places = slice(begin, begin + latents.shape[1])
    levels = torch.where(_share_seen(filmed) >= SEEN, engine.sampling.camera_level, 1.0)
    canvas.known.video[:, places] = latents
    canvas.highest.video[:, places] = canvas.invented[:, places] = levels


def _share_seen(filmed: Filmed) -> Tensor:
    """How much of each token's part of the picture the stage shows, [1, T, H, W]."""
    cells = F.avg_pool2d(filmed.seen[:, None], PIXELS_PER_LATENT)[:, 0]
    return cells.view(1, -1, FRAMES_PER_LATENT, *cells.shape[1:]).mean(2)


def _decoded(engine: Engine, latents: Tensor, noise: Tensor) -> Tensor:
    """Frames [F, H, W, 3] in -1 to 1 of latents [1, T, H, W, C]."""
    return engine.video.decode(latents.to(engine.device), noise.to(engine.device))[0].float().clamp(-1, 1)
