"""How well words steer: cards of a storyboard, styles, a prompt that is filmed by the world, stills, near variations.

What is told of a clip is told by the judges, of what its words said and nothing else; the simplest way to show what
somebody asked for is to show them something else, so the same is asked of another scene's recording. It knows the
model as something that makes clips of requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Request
from celaje.clip.storyboard import Card, from_cards
from celaje.clip.styles import read_style, style_names
from celaje.clip.tasks import Source
from celaje.engine.evaluate.judge import all_marks, motion_marks
from celaje.engine.evaluate.jury import Jury
from celaje.engine.evaluate.scene_truth import SceneTruth
from celaje.engine.generate import Made, drawn_in_style
from celaje.engine.world.direct import direct
from celaje.engine.world.reading import read
from celaje.engine.world.record import record, record_frame
from celaje.engine.world.scene import Scene

Frames = NDArray[np.uint8]
#: Takes a task, what is measured, what was made and what the simplest way reaches.
Note = Callable[[str, str, float, float], None]
#: How right what is told of a clip is, 0 to 1, by slot.
Marks = Mapping[str, float]
#: Makes the clip of a request for a task.
Make = Callable[[str, Request], Made]

CARD_S = 2.0
NEAR_CUT = 2  # frames: so exactly a card's second is met
VARY = 0.3
TOLD = {"place": "where", "kinds": "who", "time": "when", "weather": "weather", "camera": "camera", "actions": "doing"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A scene, what a prompt told of it, and its recording."""

    scene: Scene
    prompt: str
    mentioned: frozenset[str]
    truth: SceneTruth
    frames: Frames
    samples: NDArray[np.float32]


def measure_steering(
    make: Make, jury: Jury | None, here: Told, other: Told, note: Note, *, known_words: frozenset[str], number: int
) -> None:
    """Tell `note` the numbers of one scene, beside those of an `other`; `number` says which style is tried.

    Without a `jury` nobody tells what cards, stills and scenes show.
    """
    if jury is not None:
        shown = Made(frames=other.frames, samples=other.samples, seconds_by_stage={})
        chance = _marks(jury, shown, here)
        _storyboard(make, jury, here, other, note, chance)
        _still(make, jury, here, note, chance)
        _previz(jury, here, note, chance)
    _style(make, here, note, style_names()[number % len(style_names())], known_words)
    _variations(make, here, note)


def _storyboard(make: Make, jury: Jury, here: Told, other: Told, note: Note, chance: Marks) -> None:
    """Two cards of two scenes. The simplest way lets the other scene go on."""
    cards = [Card(second=0, text=other.prompt), Card(second=CARD_S, text=here.prompt)]
    made = make("storyboard", from_cards(cards, seconds=2 * CARD_S, source=_nothing, size=here.scene.size))
    cut = round(CARD_S * FRAMES_PER_SECOND)
    first, second = _part(made, slice(0, cut)), _part(made, slice(cut, None))
    instead = _marks(jury, Made(frames=here.frames, samples=here.samples, seconds_by_stage={}), other)
    _tell(jury, "storyboard", "first card", first, other, note, instead)
    _tell(jury, "storyboard", "second card", second, here, note, chance)
    changes = np.abs(np.diff(made.frames.astype(np.float32), axis=0)).mean((1, 2, 3))
    met = abs(int(changes.argmax()) + 1 - cut) <= NEAR_CUT
    note("storyboard", "cut where the second card begins, share", float(met), (2 * NEAR_CUT + 1) / len(changes))


def _still(make: Make, jury: Jury, here: Told, note: Note, chance: Marks) -> None:
    made = make("picture", Request(prompt=here.prompt, seconds=0.0, size=here.scene.size))
    _tell(jury, "picture", "", made, here, note, chance)


def _previz(jury: Jury, here: Told, note: Note, chance: Marks) -> None:
    """The prompt is read into a scene of the world, which films it."""
    seconds = len(here.frames) / FRAMES_PER_SECOND
    scene = direct(read(here.prompt).outline, seed=here.scene.seed + 1, size=here.scene.size, seconds=seconds).scene
    filmed = record(scene)
    made = Made(frames=filmed.frames, samples=filmed.samples, seconds_by_stage={})
    _tell(jury, "previz", "", made, here, note, chance, slots=tuple(TOLD))


def _style(make: Make, here: Told, note: Note, name: str, known_words: frozenset[str]) -> None:
    """A still in a style is as the world draws that style. The simplest way leaves the style out."""
    words = read_style(name).words
    style = read(words).outline.style
    assert style is not None, "built-in styles are the world's"
    request = Request(prompt=f"{here.prompt.rstrip(' .')}, {words}.", seconds=0.0, size=here.scene.size)
    plain = make("styles", request).frames[0]
    real = record_frame(replace(here.scene, style=style), 0)
    styled, without = (_manner(one) for one in (drawn_in_style(plain, 0, request, known_words), plain))
    apart = [float(np.abs(one - _manner(real)).mean()) for one in (styled, without)]
    note("styles", "light and colours apart from the world's, grey levels", *apart)


def _variations(make: Make, here: Told, note: Note) -> None:
    """Near variations are nearer to a clip than those of other seeds."""
    about = Request(prompt=here.prompt, seconds=1.0, size=here.scene.size)
    one, near, far = (
        make("remix of many", replace(about, **more)).frames.astype(np.float32)
        for more in ({}, {"vary": VARY, "vary_seed": 1}, {"seed": 1})
    )
    note(
        "remix of many", f"varied by {VARY:g}, grey levels away", *(float(np.abs(a - one).mean()) for a in (near, far))
    )


def _tell(
    jury: Jury,
    task: str,
    part: str,
    made: Made,
    asked: Told,
    note: Note,
    chance: Marks,
    *,
    slots: tuple[str, ...] = ("place", "kinds"),
) -> None:
    """Note what of the `asked` scene is told in what was made, and by `chance` in another scene's recording."""
    found = _marks(jury, made, asked)
    for slot in slots:
        if slot in found and slot in chance and asked.truth.asked(slot, asked.mentioned):
            note(task, f"{part}: {TOLD[slot]} told, share".removeprefix(": "), found[slot], chance[slot])


def _marks(jury: Jury, clip: Made, asked: Told) -> Marks:
    silence = np.zeros(len(clip.frames) * SAMPLE_RATE // FRAMES_PER_SECOND, np.float32)
    answers, moved = jury.answers(clip.frames, silence if clip.samples is None else clip.samples)
    marks = all_marks(answers, asked.truth.told)
    marks |= {} if moved is None else motion_marks(moved, asked.truth.told)
    named = {name.removeprefix("picture/"): mark for name, mark in marks.items() if name.startswith("picture/")}
    return {slot: float(mark) for slot, mark in named.items() if not mark.isnan().item()}


def _part(made: Made, frames: slice) -> Made:
    return Made(frames=made.frames[frames], samples=None, seconds_by_stage={})


def _manner(frame: Frames) -> NDArray[np.float64]:
    """Mean and spread of each colour, and how colourful it is: [7] grey levels."""
    pixels = frame.reshape(-1, 3).astype(np.float64)
    return np.concatenate([pixels.mean(0), pixels.std(0), [np.ptp(pixels, axis=1).mean()]])


def _nothing(path: str) -> Source:
    raise AssertionError(f"no card has the clip {path}")
