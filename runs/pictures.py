"""What README and the docs show, made anew by the weights of this repository: `python runs/pictures.py`.

The numbered prompts of docs/prompts.md, seed 7, five seconds each: docs/celaje.webp moves, docs/prompts.webp is a sheet
with the sound below. And docs/cameras.webp: one prompt, filmed in six ways; docs/styles.webp: one still in all styles.
"""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from celaje.clip import FRAMES_PER_SECOND, Request
from celaje.clip.styles import in_style, style_names
from celaje.engine.evaluate.real_prompts import still_in_style
from celaje.engine.evaluate.sheets import clip_sheet, still_sheet
from celaje.engine.generate import Made, generate, load_engine
from celaje.media import whole
from celaje.settings import weights_folder

DOCS = Path(__file__).parents[1] / "docs"
SIDE, COLUMNS = 144, 4
FILMED = "a red car drives through the city at night"
CAMERAS = (
    "the camera pans left", "the camera tilts up", "the camera zooms in", "the camera orbits around it", "drone shot",
    "hand-held",
)  # fmt: skip


def main() -> None:
    """Write the pictures."""
    prompts = re.findall(r"^\d\. (.+)$", (DOCS / "prompts.md").read_text(encoding="utf-8"), re.MULTILINE)
    engine = load_engine(weights_folder())
    clips = [generate(engine, Request(prompt=prompt, seconds=5.0, seed=7)) for prompt in prompts]
    with whole(DOCS / "prompts.webp") as partial:
        clip_sheet(prompts, clips).save(partial, format="webp", quality=80)
    save_moving(DOCS / "celaje.webp", clips, COLUMNS)
    filmed = [Request(prompt=f"{FILMED}, {camera}", seconds=4.0, seed=7) for camera in CAMERAS]
    save_moving(DOCS / "cameras.webp", [generate(engine, request) for request in filmed], len(CAMERAS) // 2)
    names = ["", *style_names()]
    still = Request(prompt=FILMED, seconds=0.0, seed=7)
    stills = [still_in_style(engine, in_style(still, name or None)) for name in names]
    with whole(DOCS / "styles.webp") as partial:
        still_sheet(names, stills, columns=len(names) // 2).save(partial, format="webp", quality=80)


def save_moving(path: Path, clips: list[Made], columns: int) -> None:
    """Clips of one length side by side as an animation."""
    first, *others = [beside(clips, frame, columns) for frame in range(len(clips[0].frames))]
    with whole(path) as partial:
        duration = round(1000 / FRAMES_PER_SECOND)
        first.save(
            partial, format="webp", save_all=True, append_images=others, duration=duration, loop=0, quality=55, method=6
        )


def beside(clips: list[Made], frame: int, columns: int) -> Image.Image:
    """One moment of all clips, in rows."""
    cells = [
        np.asarray(Image.fromarray(clip.frames[frame]).resize((SIDE, SIDE), Image.Resampling.LANCZOS)) for clip in clips
    ]
    rows = [np.concatenate(cells[start : start + columns], 1) for start in range(0, len(cells), columns)]
    return Image.fromarray(np.concatenate(rows))


if __name__ == "__main__":
    main()
