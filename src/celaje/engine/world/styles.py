"""Ways a clip can look other than natural: functions from pictures to pictures. It does not know what they show.

Pictures inside are float32 [H, W, 3], 0 to 1. What is random comes from the seed and the frame's number in the clip, so
a clip made in pieces looks as if made at once. Grain is two pixels wide and weak: finer noise is hard to compress.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.kernels.filters import blur, brush, outlines
from celaje.engine.world.kernels.noise import noise_picture
from celaje.engine.world.scene import STYLES
from celaje.engine.world.shapes import Color

Picture = NDArray[np.float32]
BLOCK = 4  # pixel art
BLOCKY_PX = 480  # twice as wide a block for every so many pixels of the shorter side
LEVELS = 7
_PAPER = noise_picture(11)


@dataclass(frozen=True, kw_only=True)
class _Shot:
    """One frame's truth, and its own and its clip's random numbers."""

    depth: NDArray[np.float32]  # [H, W] metres
    instance: NDArray[np.uint8]  # [H, W]
    frame: int
    rng: np.random.Generator  # of this frame
    seed: int


def apply_style(
    color: NDArray[np.uint8],
    style: str,
    *,
    seed: int,
    first_frame: int,
    depth: NDArray[np.float32],
    instance: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """`color` [T, H, W, 3] in `style`. `first_frame` is the number of the first within the clip.

    `depth` and `instance` are those of `render`. Raises ValueError for a style that is not in the list.
    """
    if style not in STYLES:
        raise ValueError(f'style "{style}" is not known: give one of {", ".join(STYLES)}')
    if style == "natural":
        return color
    styled = np.empty_like(color)
    for t in range(len(color)):
        shot = _Shot(
            depth=depth[t],
            instance=instance[t],
            frame=first_frame + t,
            rng=np.random.default_rng((seed, first_frame + t)),
            seed=seed,
        )
        picture = _STYLES[style](color[t].astype(np.float32) / 255, shot)
        styled[t] = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    return styled


def _film_noir(picture: Picture, shot: _Shot) -> Picture:
    gray = _contrast(_luminance(picture), 1.75, 0.42)
    gray = gray * (1 - 0.62 * _vignette(gray.shape)) + _grain(gray.shape, shot.rng, 0.016)
    return np.repeat(gray[..., None], 3, axis=2)


def _archival(picture: Picture, shot: _Shot) -> Picture:
    """Sepia that flickers and jumps a little, with a few soft scratches and spots."""
    rng = shot.rng
    moved = np.roll(picture, tuple(rng.integers(-1, 2, 2)), (0, 1))
    gray = np.clip(1.45 * _luminance(blur(moved, 1)) - 0.16, 0, 1)
    gray = (0.05 + 0.93 * _contrast(gray, 1.45, 0.42)) * (1 + 0.05 * rng.normal())
    gray = gray * (1 - 0.5 * _vignette(gray.shape)) + _grain(gray.shape, rng, 0.012)
    height, width = gray.shape
    if rng.random() < 0.55:
        across = np.abs(np.arange(width) - rng.uniform(0, width))
        gray = gray + 0.16 * np.maximum(0, 1.4 - across).astype(np.float32)
    for _ in range(rng.integers(0, 3)):
        y, x, size = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(1.5, 3.5)
        away = (np.arange(height)[:, None] - y) ** 2 + (np.arange(width) - x) ** 2
        gray = gray - 0.5 * np.exp(-away / size**2).astype(np.float32)
    return _toned(gray, (0.13, 0.08, 0.05), (0.98, 0.89, 0.70))


def _papercraft(picture: Picture, shot: _Shot) -> Picture:
    """Sheets of one colour each, with a pale cut edge and a small shadow on the sheet below."""
    flat = brush(picture, 2)
    level = np.maximum(flat.max(axis=2, keepdims=True), 1e-3)
    steps = (np.floor(level * 5.99) + 0.7) / 6
    paper = _saturated(flat / level * np.minimum(1.0, steps), 1.08)
    edge = outlines(shot.depth, shot.instance, 0.10)
    shadow = np.zeros_like(edge)
    for reach, strength in ((1, 0.14), (2, 0.12), (3, 0.10), (4, 0.07)):
        above = np.roll(shot.depth, (reach, reach), (0, 1))
        above[:reach], above[:, :reach] = 1e4, 1e4
        shadow += strength * (above < shot.depth * 0.90)
    paper = paper * (1 - blur(shadow[..., None].astype(np.float32), 1))
    paper = paper + 0.30 * edge[..., None] * (1 - paper)
    return np.asarray(paper * (0.93 + 0.12 * _paper(edge.shape, 1.0, shot.seed)[..., None]), np.float32)


def _pixel_art(picture: Picture, shot: _Shot) -> Picture:
    """Blocks of 4 x 4 pixels, in large pictures of more, with few levels per colour; an ordered pattern stands for
    those between. At the right and lower edge blocks may be cut.
    """
    block = BLOCK * max(1, round(min(picture.shape[:2]) / BLOCKY_PX))
    height, width = (-(-side // block) * block for side in picture.shape[:2])
    padded = np.pad(picture, ((0, height - len(picture)), (0, width - picture.shape[1]), (0, 0)), mode="edge")
    small = padded.reshape(height // block, block, width // block, block, 3).mean(axis=(1, 3))
    small = _contrast(_saturated(small, 1.25), 1.12, 0.48)
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.47
    rows, columns = height // block, width // block
    dither = np.tile(bayer, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns, None]
    levels = np.clip(np.floor(small * (LEVELS - 1) + 0.5 + 0.28 * dither), 0, LEVELS - 1) / (LEVELS - 1)
    blocks = levels.repeat(block, 0).repeat(block, 1).astype(np.float32)
    return np.ascontiguousarray(blocks[: len(picture), : picture.shape[1]])


def _watercolour(picture: Picture, shot: _Shot) -> Picture:
    """Wet areas with darker rims, bleeding outlines, white paper that shows through and stays free at the border."""
    height, width, _ = picture.shape
    rows = np.arange(height)[:, None] + 5 * (_paper((height, width), 0.35, shot.seed) - 0.5)
    columns = np.arange(width)[None] + 5 * (_paper((height, width), 0.35, shot.seed + 5) - 0.5)
    bled = picture[np.clip(rows, 0, height - 1).astype(np.int64), np.clip(columns, 0, width - 1).astype(np.int64)]
    painted = brush(brush(bled, 3), 2)
    soft = blur(painted, 4)
    rim = np.clip(6 * (soft - painted).mean(axis=2, keepdims=True), 0, 0.35)
    washed = 1 - (1 - painted) * (0.78 + 0.24 * _paper((height, width), 0.6, shot.seed + 9)[..., None])
    washed = _saturated(washed, 1.18) * (1 - rim)
    frame = np.minimum.outer(np.minimum(np.arange(height), np.arange(height)[::-1]), np.full(width, 999))
    frame = np.minimum(frame, np.minimum(np.arange(width), np.arange(width)[::-1])[None]) / (0.03 * (height + width))
    white = np.clip(1.15 - frame - 0.9 * (_paper((height, width), 0.8, shot.seed + 3) - 0.5), 0, 1)[..., None].astype(
        np.float32
    )
    return np.asarray(
        (washed * (1 - white) + 0.965 * white) * (0.955 + 0.06 * _paper((height, width), 2.5, shot.seed)[..., None]),
        np.float32,
    )


def _cel_shaded(picture: Picture, shot: _Shot) -> Picture:
    """Light in four flat steps, strong colours, and an ink line around every form."""
    level = np.maximum(picture.max(axis=2, keepdims=True), 1e-3)
    position = blur(level, 1) * 4.5
    flat = np.floor(position)
    steps = (flat + np.clip((position - flat - 0.85) / 0.15, 0, 1) + 0.62) / 4.7
    cel = _saturated(picture / level * np.minimum(1.0, steps), 1.3)
    edge = outlines(shot.depth, shot.instance, 0.07)[..., None]
    ink = np.clip(2.7 * blur(edge, 1), 0, 1) * 0.94
    return np.asarray(cel * (1 - ink) + np.array([0.05, 0.04, 0.08], np.float32) * ink, np.float32)


def _film(picture: Picture, shot: _Shot) -> Picture:
    """35 mm: teal shadows, warm lights, a red halo around what is bright, soft grain, gentle vignette."""
    bright = np.clip(_luminance(picture) - 0.72, 0, 1)[..., None].astype(np.float32)
    halo = blur(blur(bright, 4), 4)
    gray = _luminance(picture)[..., None]
    toned = picture + (0.055 * (gray - 0.45)) * np.array([1.3, 0.1, -1.5], np.float32)
    toned = toned + (0.035 * (1 - gray) ** 2) * np.array([-0.6, 0.35, 0.8], np.float32)
    toned = 0.02 + 0.95 * _contrast(toned, 1.22, 0.46) + halo * np.array([0.85, 0.35, 0.12], np.float32)
    shape = toned.shape[:2]
    return np.asarray(
        (toned + _grain(shape, shot.rng, 0.009)[..., None]) * (1 - 0.34 * _vignette(shape)[..., None]), np.float32
    )


_STYLES: dict[str, Callable[[Picture, _Shot], Picture]] = {
    "film noir": _film_noir,
    "archival": _archival,
    "papercraft": _papercraft,
    "pixel art": _pixel_art,
    "watercolour": _watercolour,
    "cel-shaded": _cel_shaded,
    "35 mm": _film,
}


def _luminance(picture: Picture) -> Picture:
    return np.asarray(picture @ np.array([0.30, 0.56, 0.14], np.float32), np.float32)


def _contrast(picture: Picture, amount: float, middle: float) -> Picture:
    """Steeper around `middle`, never outside 0 to 1."""
    x = np.clip(picture, 0, 1)
    steep = x * x * (3 - 2 * x)
    mixed = x + (amount - 1) * 1.4 * (steep - x) + (amount - 1) * 0.35 * (0.5 - middle) * 4 * x * (1 - x)
    return np.asarray(np.clip(mixed, 0, 1), np.float32)


def _saturated(picture: Picture, amount: float) -> Picture:
    gray = _luminance(picture)[..., None]
    return np.asarray(np.clip(gray + (picture - gray) * amount, 0, 1), np.float32)


def _vignette(shape: tuple[int, ...]) -> Picture:
    """[H, W] 0 in the middle to 1 in the corners."""
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    return np.asarray(np.minimum(1.0, ((y[:, None] ** 2 + x**2) / 2) ** 1.3), np.float32)


def _grain(shape: tuple[int, ...], rng: np.random.Generator, strength: float) -> Picture:
    """[H, W] soft noise, two pixels wide, of the given spread."""
    height, width = shape
    coarse = rng.normal(0, strength, ((height + 3) // 2 + 1, (width + 3) // 2 + 1)).astype(np.float32)
    return np.asarray(
        blur(coarse.repeat(2, 0).repeat(2, 1)[1 : height + 1, 1 : width + 1, None].copy(), 1)[..., 0] * 1.5, np.float32
    )


def _paper(shape: tuple[int, ...], fineness: float, seed: int) -> Picture:
    """[H, W] the unevenness of a sheet, 0 to 1; the same in every frame."""
    rows = (np.arange(shape[0]) * fineness + 37 * seed).astype(np.int64) % 256
    columns = (np.arange(shape[1]) * fineness + 91 * seed).astype(np.int64) % 256
    return _PAPER[np.ix_(rows, columns)]


def _toned(gray: Picture, dark: Color, light: Color) -> Picture:
    """[H, W] to [H, W, 3]: from one colour to another."""
    low, high = np.array(dark, np.float32), np.array(light, np.float32)
    return np.asarray(low + (high - low) * np.clip(gray, 0, 1)[..., None], np.float32)
