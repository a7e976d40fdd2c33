"""A contact sheet: many clips on one picture, four frames each, what they show in words below, their sound as a strip.

It does not know how clips are made.
"""

import textwrap
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.captions import caption
from celaje.engine.world.record import Recording, record
from celaje.engine.world.scene import Scene

FRAME_HEIGHT = 150
NUM_FRAMES = 4
LINE_HEIGHT = 12
STRIP_HEIGHT = 40
LETTER_WIDTH = 6
GAP = 6
PAPER, INK = (18, 20, 24), (225, 225, 220)


def sheet(
    scenes: Sequence[Scene],
    captions: Sequence[str] = (),
    *,
    width: int = 1540,
    sound: bool = True,
    device: str = "cpu",
) -> Image.Image:
    """One picture of all `scenes` in rows, each with its seed and caption (by default one drawn from its seed).

    `device` is that of `record`.
    """
    words = captions or [caption(scene, "en", np.random.default_rng((scene.seed, 29))).text for scene in scenes]
    cells = [
        _cell(record(scene, sound=sound, device=device), f"{scene.seed}: {text}")
        for scene, text in zip(scenes, words, strict=True)
    ]
    rows: list[list[Image.Image]] = [[]]
    for cell in cells:
        if rows[-1] and sum(other.width + GAP for other in rows[-1]) + cell.width > width:
            rows.append([])
        rows[-1].append(cell)
    heights = [max(cell.height for cell in row) for row in rows]
    widest = max(sum(cell.width + GAP for cell in row) for row in rows) + GAP
    page = Image.new("RGB", (widest, sum(heights) + GAP * (len(rows) + 1)), PAPER)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        left = GAP
        for cell in row:
            page.paste(cell, (left, top))
            left += cell.width + GAP
        top += height + GAP
    return page


def spectrogram(samples: NDArray[np.float32], width: int, height: int) -> NDArray[np.uint8]:
    """[height, width, 3] loudness by pitch (0 to 12 kHz in mel steps, high at the top) over time, 80 dB deep."""
    window = 512
    starts = np.linspace(0, max(len(samples) - window, 0), width).astype(int)
    padded = np.concatenate([samples, np.zeros(window, np.float32)])
    power = np.abs(np.fft.rfft(padded[starts[:, None] + np.arange(window)] * np.hanning(window))) ** 2
    mel = 700 * (np.exp(np.linspace(np.log1p(40 / 700), np.log1p(SAMPLE_RATE / 2 / 700), height)) - 1)
    bins = np.clip((mel / SAMPLE_RATE * window).round().astype(int), 0, power.shape[1] - 1)
    level = np.clip((10 * np.log10(power[:, bins[::-1]].T + 1e-9) + 45) / 80, 0, 1)
    return (np.stack([level**0.8, level**1.6, 0.15 + 0.5 * level**3], axis=-1) * 255).astype(np.uint8)


def _cell(clip: Recording, text: str) -> Image.Image:
    num_frames, height, width = clip.frames.shape[:3]
    chosen = np.linspace(0, num_frames - 1, min(NUM_FRAMES, num_frames)).round().astype(int)
    frame_width = round(FRAME_HEIGHT * width / height)
    total = frame_width * len(chosen)
    lines = textwrap.wrap(text, max(20, total // LETTER_WIDTH))
    strip = STRIP_HEIGHT if len(clip.samples) else 0
    cell = Image.new("RGB", (total, FRAME_HEIGHT + strip + LINE_HEIGHT * len(lines) + 4), PAPER)
    for column, frame in enumerate(chosen):
        picture = Image.fromarray(clip.frames[frame]).resize((frame_width, FRAME_HEIGHT), Image.Resampling.LANCZOS)
        cell.paste(picture, (column * frame_width, 0))
    if strip:
        cell.paste(Image.fromarray(spectrogram(clip.samples, total, strip)), (0, FRAME_HEIGHT))
    draw = ImageDraw.Draw(cell)
    font = ImageFont.load_default(10)
    for number, line in enumerate(lines):
        draw.text((2, FRAME_HEIGHT + strip + 2 + number * LINE_HEIGHT), line, fill=INK, font=font)
    return cell
