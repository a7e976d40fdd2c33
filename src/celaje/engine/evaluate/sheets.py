"""Sheets to look at: clips with their prompts and sound, and real sound beside decoded sound."""

import textwrap
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from celaje.engine.generate import Made
from celaje.engine.world.sheet import spectrogram

NUM_FRAMES = 6
FRAME_HEIGHT, STRIP_HEIGHT, LINE_HEIGHT, GAP = 160, 48, 16, 6
STRIP_WIDTH, FONT_SIZE, LETTER_WIDTH = 600, 13, 7
AnyFont = ImageFont.FreeTypeFont | ImageFont.ImageFont
#: Acute, tilde and diaeresis as points above the middle of a letter.
MARKS = {
    "\u0301": ((0, 2), (1, 1), (2, 0)),
    "\u0303": ((-3, 2), (-2, 1), (-1, 1), (0, 2), (1, 2), (2, 1)),
    "\u0308": ((-2, 1), (2, 1)),
}
PLAIN = str.maketrans({"¿": "", "¡": "", "–": "-", "—": "-", "×": "x"})  # what the font has not either
PAPER, INK = (18, 20, 24), (225, 225, 220)


def clip_sheet(prompts: Sequence[str], clips: Sequence[Made]) -> Image.Image:
    """Clips below each other: six frames in a row, the sound as a spectrogram below, then the prompt."""
    return _stack([_clip(prompt, clip) for prompt, clip in zip(prompts, clips, strict=True)])


def still_sheet(prompts: Sequence[str], stills: Sequence[Made], *, columns: int = 6, side: int = 200) -> Image.Image:
    """Stills in rows, each with its prompt below."""
    cells = []
    for prompt, still in zip(prompts, stills, strict=True):
        picture = Image.fromarray(still.frames[0]).resize((side, side), Image.Resampling.LANCZOS)
        cells.append(_stack([picture, _words(textwrap.shorten(prompt, 90, placeholder="..."), side)], gap=0))
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    return _stack([_beside(row, columns * (side + GAP) - GAP) for row in rows])


def listening_sheet(
    names: Sequence[str], real: Sequence[NDArray[np.float32]], decoded: Sequence[NDArray[np.float32]]
) -> Image.Image:
    """Spectrograms side by side, one row for each sound [N]: real on the left, decoded on the right."""
    rows = [_words("real (left) and decoded (right), 40 Hz to 12 kHz in mel steps, 80 dB", 2 * STRIP_WIDTH + GAP)]
    for name, left, right in zip(names, real, decoded, strict=True):
        row = Image.new("RGB", (2 * STRIP_WIDTH + GAP, 2 * STRIP_HEIGHT), PAPER)
        for column, samples in enumerate((left, right)):
            picture = Image.fromarray(spectrogram(samples, STRIP_WIDTH, 2 * STRIP_HEIGHT))
            row.paste(picture, (column * (STRIP_WIDTH + GAP), 0))
        rows.append(_stack([row, _words(name, row.width)], gap=0))
    return _stack(rows)


def _clip(prompt: str, clip: Made) -> Image.Image:
    num_frames, height, width = clip.frames.shape[:3]
    chosen = np.linspace(0, num_frames - 1, min(NUM_FRAMES, num_frames)).round().astype(int)
    frame_width = round(FRAME_HEIGHT * width / height)
    strip = Image.new("RGB", (frame_width * len(chosen), FRAME_HEIGHT), PAPER)
    for column, frame in enumerate(chosen):
        picture = Image.fromarray(clip.frames[frame]).resize((frame_width, FRAME_HEIGHT), Image.Resampling.LANCZOS)
        strip.paste(picture, (column * frame_width, 0))
    parts = [strip]
    if clip.samples is not None:
        parts.append(Image.fromarray(spectrogram(clip.samples, strip.width, STRIP_HEIGHT)))
    return _stack([*parts, _words(prompt, strip.width)], gap=0)


def _words(text: str, width: int) -> Image.Image:
    """Lines of text in a picture of this width."""
    lines = textwrap.wrap(text, max(10, width // LETTER_WIDTH))
    picture = Image.new("RGB", (width, LINE_HEIGHT * len(lines) + 4), PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(FONT_SIZE)
    for number, line in enumerate(lines):
        _line(draw, font, line, top=1 + number * LINE_HEIGHT)
    return picture


def _line(draw: ImageDraw.ImageDraw, font: AnyFont, line: str, *, top: int) -> None:
    """A line of text. Pillow's own font has no accents, so letters are drawn bare and their marks above them."""
    bare = ""
    for letter in unicodedata.normalize("NFD", line.translate(PLAIN)):
        if not unicodedata.combining(letter):
            bare += letter
            continue
        left = 2 + font.getlength(bare[:-1])
        middle = round(left + font.getlength(bare[-1]) / 2)
        high = top + (1 if bare[-1].islower() else -1)
        if letter in MARKS:
            draw.point([(middle + x, high + y) for x, y in MARKS[letter]], fill=INK)
    draw.text((2, top), bare, fill=INK, font=font)


def _beside(pictures: Sequence[Image.Image], width: int) -> Image.Image:
    """Pictures beside each other."""
    row = Image.new("RGB", (width, max(picture.height for picture in pictures)), PAPER)
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + GAP
    return row


def _stack(pictures: Sequence[Image.Image], *, gap: int = GAP) -> Image.Image:
    """Pictures below each other."""
    page = Image.new(
        "RGB",
        (max(picture.width for picture in pictures), sum(picture.height + gap for picture in pictures) - gap),
        PAPER,
    )
    top = 0
    for picture in pictures:
        page.paste(picture, (0, top))
        top += picture.height + gap
    return page
