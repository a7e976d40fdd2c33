"""What is asked for: one frozen value that walks from a person to the engine. It does not know how it is made."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from celaje.clip.shape import MAX_SECONDS, Size

MAX_PROMPT_CHARACTERS = 32_000


@dataclass(frozen=True, kw_only=True)
class Known:
    """A piece of the clip that is given rather than made.

    `source` is a path to a picture, sound or clip. Its seconds `from_s` to `to_s` (to the end when None) are laid on
    the clip's clock at `at_s`. `strength` 1 keeps it as it is; less lets the model change it (0 ignores it).
    """

    source: str
    track: Literal["video", "audio"] = "video"
    at_s: float = 0.0
    from_s: float = 0.0
    to_s: float | None = None
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """One clip to make.

    `seconds` 0 asks for a still. `size` is what the file shall have; the model works in the nearest bucket. `steps` and
    `guidance` of None mean the model's own defaults. Raises ValueError for what no model can do.
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

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise ValueError("the prompt is empty: say in a sentence what the clip shall show")
        for name, text in (("prompt", self.prompt), ("negative prompt", self.negative_prompt)):
            if len(text) > MAX_PROMPT_CHARACTERS:
                raise ValueError(f"the {name} has {len(text)} characters; at most {MAX_PROMPT_CHARACTERS} are allowed")
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise ValueError(f"the {name} is not text: it holds bytes that are not UTF-8")
        if not 0 <= self.seconds <= MAX_SECONDS:
            raise ValueError(f"a clip of {self.seconds:g} s is not possible: give 0 (a still) to {MAX_SECONDS:g}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed {self.seed} is not possible: give a whole number from 0 to 2^63 - 1")
        if self.steps is not None and not 1 <= self.steps <= 1000:
            raise ValueError(f"{self.steps} steps are not possible: give 1 to 1000")
        if self.guidance is not None and not 0 <= self.guidance <= 30:
            raise ValueError(f"guidance {self.guidance:g} is not possible: give 0 to 30")

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary, ready for JSON; `from_dict` reads it back."""
        return asdict(self) | {"size": str(self.size)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Request":
        """The request that `to_dict` wrote. Raises ValueError or TypeError for anything else."""
        width, height = (int(side) for side in str(values["size"]).split("x"))
        known = tuple(Known(**piece) for piece in values.get("known", ()))
        return cls(**values | {"size": Size(width, height), "known": known})
