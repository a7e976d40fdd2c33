"""A camera that moves through one picture: what it would see if the picture were a stage.

The stage is the simplest there is: a ground, a backdrop far behind it, and who is there as a board that turns with the
camera (Horry et al. 1997, "Tour into the picture"). Lengths are in units of the distance from the camera to the middle
of the picture, which is where subjects are. It does not know latents, prompts or noise.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND

#: Ways of filming that are known; any other camera stands still, or follows who moves.
CAMERAS = ("pan", "tilt", "dolly", "orbit", "drone", "hand-held")
ON_THE_SPOT = ("pan", "tilt")
TANGENT = math.tan(math.radians(20))  # of half the angle that a picture shows, upwards
RISE, RISE_OF_DRONE = 0.18, 0.72  # radians that a camera is above what it looks at
PAN, TILT = 0.9, 0.84  # how far they look in all, in halves of what a square picture shows
NEARER, SWEEP, SWEEP_OF_DRONE, DESCENT = 0.43, 1.5, 0.9, 0.2
LONGEST_S = 5.0  # to one side takes no longer: then it goes back
BACKDROP = 5.0
GROUND = (0.1, 0.45)  # at least and at most so far under the middle
GROUND_OF_NOBODY = 0.25
GRAIN = 8  # pixels of a picture to one place that is traced through the stage


@dataclass(frozen=True, kw_only=True)
class Move:
    """A way of filming, the seconds that it has, and which way it goes: right, up or nearer are 1, the others -1.

    `phases` [6] are those of a hand that shakes.
    """

    camera: str
    seconds: float
    way: float = 1.0
    phases: Tensor

    def path(self, first: int, num_frames: int) -> "Path":
        """Where the camera is in frames `first` to `first + num_frames` of the move, as the simulated world films."""
        time_s = (first + torch.arange(num_frames)) / FRAMES_PER_SECOND
        lasts_s = max(self.seconds, 2 / FRAMES_PER_SECOND) - 1 / FRAMES_PER_SECOND
        lasts_s = lasts_s if self.camera == "dolly" else min(lasts_s, LONGEST_S)
        course = 1 - (1 - (time_s / lasts_s) % 2).abs()  # there and back again
        return self._path(course, time_s)

    def at_rest(self) -> "Path":
        """Where the camera is when it shows what there is to see best, one frame: there a still is taken."""
        return self._path(torch.tensor([self.rest]), torch.zeros(1))

    def stretch(self, part: float, num_frames: int) -> "Path":
        """The middle `part` of the whole move, or its first where it goes nearer or away, in `num_frames`."""
        begin = 0.0 if self.camera == "dolly" else (1 - part) / 2
        return self._path(torch.linspace(begin, begin + part, num_frames), torch.arange(num_frames) / FRAMES_PER_SECOND)

    @property
    def rest(self) -> float:
        """How far it has come by then, 0 to 1."""
        return {"dolly": float(self.way < 0), "hand-held": 0.0}.get(self.camera, 0.5)

    def _path(self, course: Tensor, time_s: Tensor) -> "Path":
        ease = course * course * (3 - 2 * course)
        nothing, phase = torch.zeros_like(course), self.phases
        azimuth, rise, distance, roll = nothing, nothing + RISE, nothing + 1, nothing
        target = torch.zeros(len(course), 3)
        if self.camera == "pan":
            target[:, 0] = self.way * PAN * TANGENT * (ease - 0.5)
        elif self.camera == "tilt":
            target[:, 1] = self.way * TILT * TANGENT * (ease - 0.5)
        elif self.camera == "dolly":
            distance = 1 - NEARER * (ease if self.way > 0 else 1 - ease)
        elif self.camera == "orbit":
            azimuth = self.way * SWEEP * (ease - 0.5)
        elif self.camera == "drone":
            rise, azimuth = nothing + RISE_OF_DRONE, self.way * SWEEP_OF_DRONE * (course - 0.5)
            distance = 1 - DESCENT * (course - 0.5)
        elif self.camera == "hand-held":
            azimuth = 0.07 * (1.9 * time_s + phase[0]).sin() + 0.03 * (5.3 * time_s + phase[1]).sin()
            rise = rise + 0.04 * (2.6 * time_s + phase[2]).sin() + 0.02 * (7.1 * time_s + phase[3]).sin()
            roll = 0.06 * (2.1 * time_s + phase[4]).sin() + 0.02 * (6.0 * time_s + phase[5]).sin()
            target[:, 0] = 0.1 * TANGENT * (3.1 * time_s + phase[1]).sin()
            target[:, 1] = 0.1 * TANGENT * (4.3 * time_s + phase[2]).sin()
        direction = torch.stack([azimuth.sin() * rise.cos(), rise.sin(), -azimuth.cos() * rise.cos()], 1)
        foot = torch.zeros_like(target) if self.camera in ON_THE_SPOT else target
        return Path(eye=foot + direction * distance[:, None], target=target, roll=roll)


def draw_move(camera: str, seconds: float, *, seed: int, way: float = 0.0) -> Move:
    """The move of a clip; who does not say which `way` (0) leaves it to the seed, but who comes nearer comes nearer.

    Raises ValueError for a camera that is not in the list.
    """
    if camera not in CAMERAS:
        raise ValueError(f'a camera that moves like "{camera}" is not known: give one of {", ".join(CAMERAS)}')
    generator = torch.Generator().manual_seed(seed)
    phases = 2 * math.pi * torch.rand(6, generator=generator)
    drawn = 1.0 if camera == "dolly" or float(torch.rand((), generator=generator)) < 0.5 else -1.0
    return Move(camera=camera, seconds=seconds, way=way or drawn, phases=phases)


@dataclass(frozen=True, kw_only=True)
class Path:
    """Where a camera is in each of T frames. Axes: right, up, and away from who looks at the picture."""

    eye: Tensor  # [T, 3]
    target: Tensor  # [T, 3]
    roll: Tensor  # [T] radians

    def __getitem__(self, frames: slice) -> "Path":
        return Path(eye=self.eye[frames], target=self.target[frames], roll=self.roll[frames])

    def axes(self) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors forward, right and up, each [T, 3]."""
        forward = F.normalize(self.target - self.eye, dim=-1)
        right = F.normalize(torch.linalg.cross(torch.tensor([0.0, 1.0, 0.0]).expand_as(forward), forward), dim=-1)
        up = torch.linalg.cross(forward, right)
        cosine, sine = self.roll.cos()[:, None], self.roll.sin()[:, None]
        return forward, right * cosine + up * sine, up * cosine - right * sine


@dataclass(frozen=True, kw_only=True)
class View:
    """Pictures [T, H, W, 3] that a camera took which stood at `start` (one frame), and `somebody` [T, H, W]: 1 where
    they show who stands in the middle of the stage, else 0.
    """

    pictures: Tensor
    somebody: Tensor
    start: Path


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """What a camera sees of a stage: frames [T, H, W, 3], and 0 or 1 [T, H, W] where the views tell it (`seen`), and
    where it looks over the horizon at what is higher than their upper edge (`above`).

    Beyond the edges of its picture the place goes on as its mirror image: that moves as the place would. But a mirror
    in the sky would hang the ground there: up there the picture's upper edge goes on.
    """

    frames: Tensor
    seen: Tensor
    above: Tensor


def film_stage(place: View, people: View, path: Path, *, ground: float | None = None) -> Filmed:
    """What a camera on `path` sees of a `place` of which there is one picture, and of `people` before it.

    Of them there is one picture for each frame of the path, or one for all. They stand on the ground, which is under
    their feet unless it is given.
    """
    ground = ground_under(people.somebody) if ground is None else ground
    count, (height, width) = len(path.eye), people.somebody.shape[1:]
    tangents = torch.tensor([TANGENT * width / height, TANGENT])
    eye, rays = path.eye[:, None, None], _rays(path, height // GRAIN, width // GRAIN, tangents)
    around = _finer(_project(_on_stage(eye, rays, ground), place.start, tangents), height, width)
    above = (_finer(rays[..., 1:], height, width)[..., 0] > 0) & (around[..., 1] < -1)
    board = _finer(_project(_on_board(eye, rays, people.start), people.start, tangents), height, width)
    there = _sampled(people.somebody[..., None], board, count)[..., 0] > 0.5
    hides = _sampled(place.somebody[..., None], around, count)[..., 0] > 0.5
    inside = around.abs().amax(-1) <= 1
    around[..., 1] = torch.where(above, 1 / height - 1, around[..., 1])
    frames = torch.where(
        there[..., None],
        _sampled(people.pictures, board, count, beyond="border"),
        _sampled(_without(place.pictures, place.somebody), around, count, beyond="reflection"),
    )
    return Filmed(frames=frames, seen=(there | (inside & ~hides)).float(), above=(above & ~there).float())


def _sampled(pictures: Tensor, places: Tensor, count: int, beyond: str = "zeros") -> Tensor:
    """Pictures [T or 1, H, W, C] at places [T, H, W, 2]; `beyond` their edges is nothing ("zeros"), their "border"
    or their "reflection".
    """
    planes = pictures.permute(0, 3, 1, 2).expand(count, -1, -1, -1)
    return F.grid_sample(planes, places, padding_mode=beyond, align_corners=False).permute(0, 2, 3, 1)


def ground_under(somebody: Tensor) -> float:
    """How far the ground is under the middle: where those who are there stand, in pictures [T, H, W]."""
    rows = somebody.amax((0, 2)).nonzero()
    if not len(rows):
        return GROUND_OF_NOBODY
    foot = 2 * (int(rows.max()) + 1) / somebody.shape[1] - 1
    return min(max(foot * TANGENT, GROUND[0]), GROUND[1])


def _without(pictures: Tensor, somebody: Tensor) -> Tensor:
    """The pictures [T, H, W, 3] with what is around somebody in their place, smoothed."""
    hidden = F.max_pool2d(somebody[:, None], 9, 1, 4)
    shown = pictures.permute(0, 3, 1, 2) * (1 - hidden)
    small = F.avg_pool2d(torch.cat([shown, 1 - hidden], 1), GRAIN)
    for _ in range(somebody.shape[1] // GRAIN):  # as far as the picture is high
        known = (small[:, 3:] > 0).float()
        small = small * known + F.avg_pool2d(small, 3, 1, 1) * (1 - known)
    filling = F.interpolate(small[:, :3] / small[:, 3:].clamp_min(1e-6), size=somebody.shape[1:], mode="bilinear")
    return (shown + filling * hidden).permute(0, 2, 3, 1)


def _rays(path: Path, rows: int, columns: int, tangents: Tensor) -> Tensor:
    """Where each of a grid of places in the picture looks, [T, h, w, 3]."""
    forward, right, up = (axis[:, None, None] for axis in path.axes())
    y = ((torch.arange(rows) + 0.5) / rows * 2 - 1)[None, :, None, None]
    x = ((torch.arange(columns) + 0.5) / columns * 2 - 1)[None, None, :, None]
    return forward + x * tangents[0] * right - y * tangents[1] * up


def _on_stage(eye: Tensor, rays: Tensor, ground: float) -> Tensor:
    """Where rays [T, h, w, 3] meet the ground, or the backdrop: an upright cylinder around the middle."""
    to_ground = (-ground - eye[..., 1]) / rays[..., 1].clamp(max=-1e-4)
    a = rays[..., 0] ** 2 + rays[..., 2] ** 2
    b = eye[..., 0] * rays[..., 0] + eye[..., 2] * rays[..., 2]
    c = eye[..., 0] ** 2 + eye[..., 2] ** 2 - BACKDROP**2
    to_backdrop = (-b + (b * b - a * c).clamp_min(0).sqrt()) / a.clamp_min(1e-6)
    return eye + rays * torch.minimum(to_ground, to_backdrop)[..., None]


def _on_board(eye: Tensor, rays: Tensor, start: Path) -> Tensor:
    """Where rays meet an upright board in the middle, told as of the board when it faced the first camera.

    It turns with the camera: nobody is as thin as a board.
    """
    level = torch.tensor([1.0, 0.0, 1.0])
    facing, faced = F.normalize(eye * level, dim=-1), F.normalize(start.eye * level, dim=-1)[0]
    towards = (rays * facing).sum(-1).clamp(max=-1e-4)
    points = eye - rays * ((eye * facing).sum(-1) / towards)[..., None]
    across = points[..., 2] * facing[..., 0] - points[..., 0] * facing[..., 2]
    return torch.stack([-across * faced[2], points[..., 1], across * faced[0]], -1)


def _project(points: Tensor, start: Path, tangents: Tensor) -> Tensor:
    """Where the first camera saw points of the stage: x and y, -1 to 1 inside of its picture."""
    forward, right, up = (axis[0] for axis in start.axes())
    offset = points - start.eye[0]
    depth = (offset @ forward).clamp_min(1e-3)
    return torch.stack([offset @ right / depth / tangents[0], -(offset @ up) / depth / tangents[1]], -1)


def _finer(places: Tensor, height: int, width: int) -> Tensor:
    """The same for every pixel, [T, H, W, 2]."""
    up = F.interpolate(places.permute(0, 3, 1, 2), size=(height, width), mode="bilinear", align_corners=False)
    return up.permute(0, 2, 3, 1)
