"""What README and docs/prompts.md show, made anew by the weights of this repository: `python runs/pictures.py`.

The numbered prompts of docs/prompts.md, seed 7, five seconds each: docs/celaje.webp moves, docs/prompts.webp is a sheet
with the sound below.
"""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from celaje.clip import FRAMES_PER_SECOND, Request
from celaje.engine.evaluate.sheets import clip_sheet
from celaje.engine.generate import Made, generate, load_engine
from celaje.media import whole
from celaje.settings import weights_folder

DOCS = Path(__file__).parents[1] / "docs"
SIDE, COLUMNS = 144, 4


def main() -> None:
    """Write both pictures."""
    prompts = re.findall(r"^\d\. (.+)$", (DOCS / "prompts.md").read_text(encoding="utf-8"), re.MULTILINE)
    engine = load_engine(weights_folder())
    clips = [generate(engine, Request(prompt=prompt, seconds=5.0, seed=7)) for prompt in prompts]
    with whole(DOCS / "prompts.webp") as partial:
        clip_sheet(prompts, clips).save(partial, format="webp", quality=80)
    first, *others = [beside(clips, frame) for frame in range(len(clips[0].frames))]
    with whole(DOCS / "celaje.webp") as partial:
        duration = round(1000 / FRAMES_PER_SECOND)
        first.save(
            partial, format="webp", save_all=True, append_images=others, duration=duration, loop=0, quality=55, method=6
        )


def beside(clips: list[Made], frame: int) -> Image.Image:
    """One moment of all clips, in rows."""
    cells = [
        np.asarray(Image.fromarray(clip.frames[frame]).resize((SIDE, SIDE), Image.Resampling.LANCZOS)) for clip in clips
    ]
    rows = [np.concatenate(cells[start : start + COLUMNS], 1) for start in range(0, len(cells), COLUMNS)]
    return Image.fromarray(np.concatenate(rows))


if __name__ == "__main__":
    main()
