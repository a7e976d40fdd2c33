"""What happens in a clip, in words: the meaning from which frames, sound and captions are all made.

A Scene is a frozen value drawn from a seed (`sample.py`). It does not know geometry, pixels or sentences. Names of
kinds, places and so on are the keys of the lists in `kinds/`, `places/`, `conditions.py` and `styles.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from celaje.clip import FRAMES_PER_SECOND, Size

TIMES = ("dawn", "day", "sunset", "night")
WEATHERS = ("clear", "rain", "heavy rain", "snow", "fog", "storm")
CAMERAS = ("still", "pan", "tilt", "dolly", "orbit", "drone", "tracking", "hand-held")
RATES = (FRAMES_PER_SECOND, 2 * FRAMES_PER_SECOND)  # frames a second: what the model learns from, and film's own
STYLES = ("natural", "film noir", "archival", "papercraft", "pixel art", "watercolour", "cel-shaded", "35 mm")
ACTIONS = (
    "stand", "walk", "run", "jump", "dance", "wave", "turn", "sit", "swim", "fly", "roll", "bounce", "fall", "collide",
    "follow", "talk", "call", "drive", "sail", "float",
)  # fmt: skip


MOUTH_RATE = 60  # values a second of how far a mouth is open


@dataclass(frozen=True, kw_only=True)
class Line:
    """Words that are said aloud, the `order`th of the clip, within the seconds of `span` if any were named.

    `gender` is "f", "m" or unknown. Who gives the words a voice adds when they begin, and how far the `mouth` is open
    from then on, 0 to 1, `MOUTH_RATE` times a second; without that, who says them talks in no language.
    """

    text: str
    order: int = 0
    span: tuple[float, float] | None = None
    gender: str = ""
    start_s: float = 0.0
    mouth: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it takes to say them."""
        return len(self.mouth) / MOUTH_RATE


@dataclass(frozen=True, kw_only=True)
class Action:
    """One subject does `name` from `start_s` to `end_s`; `target` is the index of whom it follows or meets."""

    name: str
    start_s: float
    end_s: float
    target: int | None = None
    line: Line | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Someone or something in the clip.

    `look` maps the kind's attribute slots ("coat", "shirt colour") to chosen values.
    """

    kind: str
    look: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What one uncut piece of the clip shows. `subjects` are indices into `Scene.subjects`."""

    start_s: float
    end_s: float
    place: str
    time: str
    weather: str
    camera: str
    subjects: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The whole clip: some subjects, shots that follow each other without a gap, one style, and who speaks unseen."""

    seed: int
    size: Size
    num_frames: int  # 1 is a still
    style: str
    subjects: tuple[Subject, ...]
    shots: tuple[Shot, ...]
    frames_per_second: int = FRAMES_PER_SECOND  # one of RATES
    voice_over: tuple[Line, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is shown."""
        return self.num_frames / self.frames_per_second


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that is seen and heard at one moment: a step, a bounce, a call, a flash of lightning.

    `sound` names a file in `sounds/`; `strength` is 0 to 1; `position` in metres in the world, None when everywhere.
    `surface` is the ground's name for steps and impacts; `length_s` is for calls and talk (mouth open as long).
    """

    time_s: float
    sound: str
    strength: float = 1.0
    position: tuple[float, float, float] | None = None
    subject: int | None = None
    surface: str = ""
    length_s: float = 0.0
