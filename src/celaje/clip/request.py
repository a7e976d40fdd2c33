"""What is asked for: one frozen value that walks from a person to the engine. It does not know how it is made."""

from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import Any, Literal

from celaje.clip.shape import FRAMES_PER_SECOND, MAX_SECONDS, MAX_SECONDS_IN_ALL, Size, check_rate

MAX_PROMPT_CHARACTERS = 32_000
PICTURES = (".png", ".jpg", ".jpeg", ".webp")

#: A part of the picture: left, top, right and bottom as shares of its sides, or the path of a mask, white inside.
Region = tuple[float, float, float, float] | str
KEYFRAME = 0.5  # the least strength of a picture that the clip meets


@dataclass(frozen=True, kw_only=True)
class Known:
    """A piece of the clip that is given rather than made.

    `source` is a path to a picture, sound or clip. Its seconds `from_s` to `to_s` (to the end when None) are laid on
    the clip's clock at `at_s`; a picture is shown at that moment. `strength` 1 keeps it as it is; less lets the model
    change it (0 ignores it). A `curve` of (second of the clip, strength) takes the place of `strength`, with straight
    lines between its points. With a `region`, the piece is changed in there and kept as it is outside.

    Where pieces overlap, the later one has its share of what the earlier one left, and what both pull at is left to
    the model. Raises ValueError for what cannot be laid.
    """

    source: str
    track: Literal["video", "audio"] = "video"
    at_s: float = 0.0
    from_s: float = 0.0
    to_s: float | None = None
    strength: float = 1.0
    curve: tuple[tuple[float, float], ...] = ()
    region: Region | None = None

    def __post_init__(self) -> None:
        if self.track not in ("video", "audio"):
            raise ValueError(f'"{self.track}" is no track of {self.source}: give video or audio')
        if not 0 <= self.from_s < float("inf") or not self.at_s >= 0:
            raise ValueError(
                f"{self.source}: at {self.at_s:g} s from {self.from_s:g} s is not possible: give 0 or more"
            )
        if self.to_s is not None and not self.to_s > self.from_s:
            raise ValueError(f"{self.source}: {self.from_s:g} to {self.to_s:g} s is no time: its end must be later")
        if any(not 0 <= strength <= 1 for strength in (self.strength, *(value for _, value in self.curve))):
            raise ValueError(f"{self.source}: a strength must lie between 0 and 1")
        if any(not before < after for (before, _), (after, _) in pairwise(self.curve)):
            raise ValueError(f"{self.source}: the seconds of a curve must rise")
        if self.is_picture and (self.from_s, self.to_s) != (0.0, None):
            raise ValueError(f"{self.source} is a picture, which has no seconds: leave from_s and to_s out")
        if self.region is not None and not isinstance(self.region, str):
            left, top, right, bottom = self.region
            if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                raise ValueError(f"region {self.region} is not possible: give left, top, right, bottom from 0 to 1")

    @property
    def is_picture(self) -> bool:
        """Whether it is one picture, shown at one moment."""
        return self.track == "video" and PurePath(self.source).suffix.lower() in PICTURES

    @property
    def is_hint(self) -> bool:
        """Whether it is a picture to lean on, not one to be met: less than half of it is kept."""
        return self.is_picture and not self.curve and self.strength < KEYFRAME

    @property
    def is_kept(self) -> bool:
        """Whether the clip returns it as it is, outside of its region if it has one."""
        return not self.is_picture and (self.region is not None or (self.strength == 1 and not self.curve))

    def strength_at(self, second: float) -> float:
        """How strongly it is kept at a second of the clip."""
        if not self.curve:
            return self.strength
        for (before_s, before), (after_s, after) in pairwise(self.curve):
            if before_s <= second < after_s:
                return before + (after - before) * (second - before_s) / (after_s - before_s)
        return self.curve[0][1] if second < self.curve[0][0] else self.curve[-1][1]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One clip to make.

    `seconds` 0 asks for a still. `size` and `frames_per_second` are what the file shall have; the model works in the
    nearest bucket, at 12 frames a second. `steps` and `guidance` of None mean the model's own defaults. What is `known`
    is the whole difference between one task and another. A `loop` ends where it begins. `vary` leads away from the clip
    of `seed`, by that share, towards `vary_seed`. Quoted sentences of the prompt are spoken, unless `speech` is not
    wanted, by who says them or by the `voice` of a name. Raises ValueError for what no model can do.
    """

    prompt: str
    seconds: float = 5.0
    size: Size = Size(256, 256)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    negative_prompt: str = ""
    audio: bool = True
    known: tuple[Known, ...] = ()
    loop: bool = False
    vary: float = 0.0
    vary_seed: int = 0
    frames_per_second: int = FRAMES_PER_SECOND
    speech: bool = True
    voice: str = ""

    def __post_init__(self) -> None:
        if not self.prompt.strip() and not self.known:
            raise ValueError("the prompt is empty: say in a sentence what the clip shall show")
        for name, text in (("prompt", self.prompt), ("negative prompt", self.negative_prompt)):
            if len(text) > MAX_PROMPT_CHARACTERS:
                raise ValueError(f"the {name} has {len(text)} characters; at most {MAX_PROMPT_CHARACTERS} are allowed")
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise ValueError(f"the {name} is not text: it holds bytes that are not UTF-8")
        longest = MAX_SECONDS_IN_ALL if self.known else MAX_SECONDS
        if not 0 <= self.seconds <= longest:
            raise ValueError(f"a clip of {self.seconds:g} s is not possible: give 0 (a still) to {longest:g}")
        check_rate(self.frames_per_second)
        for seed in (self.seed, self.vary_seed):
            if not 0 <= seed < 2**63:
                raise ValueError(f"seed {seed} is not possible: give a whole number from 0 to 2^63 - 1")
        if not 0 <= self.vary <= 1:
            raise ValueError(f"to vary by {self.vary:g} is not possible: give 0 to 1")
        if self.steps is not None and not 1 <= self.steps <= 1000:
            raise ValueError(f"{self.steps} steps are not possible: give 1 to 1000")
        if self.guidance is not None and not 0 <= self.guidance <= 30:
            raise ValueError(f"guidance {self.guidance:g} is not possible: give 0 to 30")
        for piece in self.known:
            if piece.at_s > self.seconds:
                raise ValueError(
                    f"{piece.source} at {piece.at_s:g} s lies outside the clip: give 0 to {self.seconds:g}"
                )
        if self.seconds == 0 and (self.loop or not all(piece.is_hint for piece in self.known)):
            raise ValueError("a still neither loops nor keeps to what is given: ask for a clip of some seconds")

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary, ready for JSON; `from_dict` reads it back."""
        return asdict(self) | {"size": str(self.size)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Request":
        """The request that `to_dict` wrote. Raises ValueError or TypeError for anything else."""
        width, height = (int(side) for side in str(values["size"]).split("x"))
        known = tuple(_known(piece) for piece in values.get("known", ()))
        return cls(**values | {"size": Size(width, height), "known": known})


def _known(values: dict[str, Any]) -> Known:
    """JSON's lists as the tuples that they were."""
    region = values.get("region")
    curve = tuple((float(second), float(strength)) for second, strength in values.get("curve", ()))
    return Known(**values | {"curve": curve, "region": tuple(region) if isinstance(region, list) else region})
