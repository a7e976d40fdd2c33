"""Drafts: what the camera that a prompt asks for would see, laid on the canvas under noise.

Left alone, the model films nearly everything with a camera that stands still. So each window of a shot is rehearsed
before such a camera, and the one that moves films who is in the rehearsal: they move, and so does it. As Hou et al.
(2024, arXiv 2406.10126) do with a point cloud, the clip is made of what is seen, under some noise. The stage is in
`camera.py`.
"""

import re
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.clip import Request
from celaje.engine.generate.camera import CAMERAS, Move, Path, View, draw_move, film_stage, ground_under
from celaje.engine.generate.canvas import Canvas
from celaje.engine.generate.develop import RUN_UP
from celaje.engine.generate.engine import Engine
from celaje.engine.generate.reading import spoken_of
from celaje.engine.generate.windows import Window
from celaje.engine.latents import AUDIO_PER_LATENT, FRAMES_PER_LATENT, LATENTS_PER_SECOND, PIXELS_PER_LATENT
from celaje.engine.text.tokenizer import timed_parts

_CAMERA = re.compile(
    r"\b(camera|cámara|shot|toma|plano|pan\w*|tilt\w*|doll(y|ies)|zoom\w*|orbit\w*|órbita|drone?|travelling)\b", re.I
)
_WAY = re.compile(
    r"\b(?:(right|up|upwards?|closer|nearer|derecha|arriba|acerca\w*|(?:zoom\w*|doll\w+|push\w*|mov\w*|com\w*) in)"
    r"|(left|down|downwards?|out|away|back|izquierda|abajo|aleja\w*))\b",
    re.I,
)

ABOVE_LEVEL = 0.8  # of noise over what is higher than any picture shows: of that only the colours are known


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
    begin, end = int(begin_s * LATENTS_PER_SECOND), int(end_s * LATENTS_PER_SECOND)
    said = spoken_of(request.prompt, at_s, at_s + 1 / LATENTS_PER_SECOND)
    camera = engine.understand(said).taken.get("camera", ("",))[0]
    if camera not in CAMERAS or end <= at:
        return None
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


@dataclass(kw_only=True)
class Rehearsal:
    """A shot as a camera that stands still films it, which a moving one then films frame by frame."""

    shot: Shot
    canvas: Canvas
    start: Path  # where the camera stands
    place: View | None = None  # known once there is a picture
    ground: float = 0.0


def rehearse(shot: Shot, canvas: Canvas, window: Window, before: Rehearsal | None) -> Rehearsal:
    """The rehearsal that a window of a shot belongs to: the one `before`, or one that begins with what is there."""
    if before is not None and before.shot.begin == shot.begin:
        return before
    first = (window.begin - shot.begin) * FRAMES_PER_LATENT
    return Rehearsal(
        shot=shot, canvas=canvas.copy(), start=shot.move.path(first - 1, 1) if first else shot.move.at_rest()
    )


def draft(engine: Engine, rehearsal: Rehearsal, canvas: Canvas, window: Window) -> None:
    """Lay what the moving camera sees of a window that is rehearsed on the canvas; what is heard of it is known.

    Who is there is filmed frame by frame, before the rehearsal's first picture of the place. A place that is filmed
    frame by frame flickers, too, and hides how the camera moves; one that is filmed off what the camera saw before
    wears away over a minute (docs/lab.md).
    """
    shot = rehearsal.shot
    done = min(window.done, shot.end)
    first = (window.begin - shot.begin) * FRAMES_PER_LATENT
    path = shot.move.path(first, (done - window.begin) * FRAMES_PER_LATENT)
    people = view_of(engine, _decoded(engine, rehearsal.canvas, window.begin, done), rehearsal.start)
    if rehearsal.place is None:
        rehearsal.place = replace(people, pictures=people.pictures[:1], somebody=people.somebody[:1])
        rehearsal.ground = ground_under(people.somebody)
    filmed = film_stage(rehearsal.place, people, path, ground=rehearsal.ground)
    places, steps = slice(window.begin, done), slice(window.begin * AUDIO_PER_LATENT, done * AUDIO_PER_LATENT)
    levels = torch.where(share_of_tokens(filmed.above) > 0.5, ABOVE_LEVEL, engine.sampling.camera_level)
    canvas.known.video[:, places] = engine.video.encode(filmed.frames[None].to(engine.device)).float().cpu()
    canvas.highest.video[:, places] = canvas.invented[:, places] = levels
    if canvas.has_sound:
        canvas.known.audio[:, steps] = rehearsal.canvas.known.audio[:, steps]
        canvas.highest.audio[:, steps] = 0


def share_of_tokens(places: Tensor) -> Tensor:
    """How much of each token's part of the picture is among `places`, [1, T, H, W] of frames [F, H, W]."""
    cells = F.avg_pool2d(places[:, None], PIXELS_PER_LATENT)[:, 0]
    return cells.view(1, -1, FRAMES_PER_LATENT, *cells.shape[1:]).mean(2)


def moment_s(shot: Shot) -> float:
    """The second of a clip that begins with a shot at which its camera stands where a picture of it was taken."""
    return min(shot.move.rest * shot.move.seconds, shot.end / LATENTS_PER_SECOND)


def view_of(engine: Engine, pictures: Tensor, start: Path) -> View:
    """Pictures [F, H, W, 3] that a camera at `start` took; without a critic nobody can tell who is in them."""
    somebody = torch.zeros(pictures.shape[:3])
    if engine.critic is not None:
        somebody = engine.critic.whereabouts(pictures.to(engine.device)).cpu()
    return View(pictures=pictures, somebody=somebody, start=start)


def _decoded(engine: Engine, canvas: Canvas, begin: int, end: int) -> Tensor:
    """Frames [F, H, W, 3] in -1 to 1 of latent frames `begin` to `end` of a canvas."""
    run_up = min(begin, RUN_UP)
    places = slice(begin - run_up, end)
    noise = engine.sampling.decoder_noise * canvas.invented[:, places]
    frames = engine.video.decode(canvas.known.video[:, places].to(engine.device), noise.to(engine.device))[0]
    return frames[run_up * FRAMES_PER_LATENT :].float().clamp(-1, 1).cpu()
