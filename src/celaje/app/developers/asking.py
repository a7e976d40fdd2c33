"""What programs ask for, field by field: read from plain values as JSON or a form gave them, and checked.

Each class is one operation's body. Numbers may come as text, since forms know nothing else. It does not know how the
values arrived, nor rows: whether a file or a clip exists is asked elsewhere.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from celaje.app.developers.models import EVENT_TYPES
from celaje.app.errors import InvalidError
from celaje.app.videos.styles import STYLES
from celaje.clip import MAX_PROMPT_CHARACTERS, MAX_SECONDS, MAX_SECONDS_IN_ALL, Size, parse_size
from celaje.clip.voices import SPEAKERS

MAX_REFERENCE_CHARACTERS = 20_971_520  # of a picture as a data URL, as the original has it
PICTURES = ("image/jpeg", "image/png", "image/webp")
NUMBER = r"\s*[+-]?\d+(\.\d+)?\s*"


def _number(value: object) -> object:
    """Text that is a number, as that number."""
    if isinstance(value, str) and re.fullmatch(NUMBER, value, re.ASCII) and len(value) < 40:
        return float(value) if "." in value else int(value)
    return value


def _yes_or_no(value: object) -> object:
    """Text that is true or false, as that."""
    return {"true": True, "false": False}.get(value.strip().lower(), value) if isinstance(value, str) else value


def _structure(value: object) -> object:
    """Forms may hold a list or an object as JSON in one field."""
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _text(value: object) -> object:
    """Text that a database can keep."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= character <= "\udfff" for character in value)):
        raise ValueError(_("it holds characters that are no text"))
    return value


def _prompt(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError(_("say in a sentence what the clip shall show"))
    return _text(value)


def _size(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        size = parse_size(value)
    except ValueError as error:
        raise ValueError(str(error)) from error
    return str(size)


def _reference(value: object) -> object:
    """A picture: a file, or an object that names one."""
    if isinstance(value, UploadedFile):
        if value.content_type not in PICTURES:
            raise ValueError(_("give a picture of type JPEG, PNG or WebP"))
        if not value.size:
            raise ValueError(_("the file is empty"))
        return value
    if isinstance(value, Mapping):
        return PictureReference.model_validate(value)
    raise ValueError(
        _("expected a file, or an object with image_url or file_id, got %(kind)s") % {"kind": _kind(value)}
    )


def _source(value: object) -> object:
    """A clip: an object that names one of the person's clips, or a file."""
    if isinstance(value, UploadedFile):
        if value.content_type not in ("video/mp4", "application/octet-stream"):
            raise ValueError(_("give a clip of type MP4"))
        if not value.size:
            raise ValueError(_("the file is empty"))
        return value
    if isinstance(value, Mapping):
        return Named.model_validate(value)
    raise ValueError(_("expected a file, or an object with the id of a clip, got %(kind)s") % {"kind": _kind(value)})


def _sides(value: object) -> object:
    """Four numbers as a list, or as one in a form; a tuple, which JSON does not know."""
    value = _structure(value)
    return tuple(value) if isinstance(value, list) else value


def _clip_file(value: object) -> object:
    if not isinstance(value, UploadedFile):
        raise ValueError(_("expected a file of type MP4, got %(kind)s") % {"kind": _kind(value)})
    return _source(value)


def _any_file(value: object) -> object:
    if not isinstance(value, UploadedFile):
        raise ValueError(_("expected a file, got %(kind)s") % {"kind": _kind(value)})
    return value


def _kind(value: object) -> str:
    """What a value is, in words of JSON."""
    if value is None:
        return "null"
    for kinds, name in ((bool, _("true or false")), (str, _("text")), ((int, float), _("a number"))):
        if isinstance(value, kinds):
            return str(name)
    return str(_("a list") if isinstance(value, list) else _("an object"))


_BINARY = {"type": "string", "format": "binary"}
_NAMED = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
_PICTURE = {"type": "object", "properties": {"image_url": {"type": "string"}, "file_id": {"type": "string"}}}


def _as_text_too(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [schema, {"type": "string", "pattern": f"^{NUMBER}$"}]})


Prompt = Annotated[str, BeforeValidator(_prompt), Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)]
Seconds = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=1, le=MAX_SECONDS, allow_inf_nan=False),
    _as_text_too({"type": "number", "minimum": 1, "maximum": MAX_SECONDS}),
]
SizeText = Annotated[
    str,
    BeforeValidator(_size),
    WithJsonSchema({"type": "string", "description": "such as 720x1280, or a ratio such as 16:9"}),
]
Seed = Annotated[
    int,
    BeforeValidator(_number),
    Field(ge=0, lt=2**63),
    _as_text_too({"type": "integer", "minimum": 0, "exclusiveMaximum": 2**63}),
]
Takes = Annotated[
    int, BeforeValidator(_number), Field(ge=1, le=4), _as_text_too({"type": "integer", "minimum": 1, "maximum": 4})
]
Steps = Annotated[
    int,
    BeforeValidator(_number),
    Field(ge=1, le=1000),
    _as_text_too({"type": "integer", "minimum": 1, "maximum": 1000}),
]
Guidance = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=0, le=30, allow_inf_nan=False),
    _as_text_too({"type": "number", "minimum": 0, "maximum": 30}),
]
Strength = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=0, le=1, allow_inf_nan=False),
    _as_text_too({"type": "number", "minimum": 0, "maximum": 1, "description": "how much may change"}),
]
Side = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1, allow_inf_nan=False)]
Region = Annotated[
    tuple[Side, Side, Side, Side],
    BeforeValidator(_sides),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "number", "minimum": 0, "maximum": 1},
            "minItems": 4,
            "maxItems": 4,
            "description": "left, top, right and bottom of the part that changes, as shares of the picture's sides",
        }
    ),
]
Moment = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=0, le=MAX_SECONDS_IN_ALL, allow_inf_nan=False),
    _as_text_too({"type": "number", "minimum": 0, "maximum": MAX_SECONDS_IN_ALL}),
]
VoiceName = Annotated[
    str,
    BeforeValidator(_text),
    WithJsonSchema({"type": "string", "description": f"{', '.join(SPEAKERS)}, or another voice that is installed"}),
]
YesOrNo = Annotated[
    bool,
    BeforeValidator(_yes_or_no),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["true", "false"]}]}),
]
Words = Annotated[str, BeforeValidator(_text)]
Reference = Annotated[Any, BeforeValidator(_reference), WithJsonSchema({"anyOf": [_BINARY, _PICTURE]})]
Source = Annotated[Any, BeforeValidator(_source), WithJsonSchema({"anyOf": [_BINARY, _NAMED]})]
ClipFile = Annotated[Any, BeforeValidator(_clip_file), WithJsonSchema(_BINARY)]
AnyFile = Annotated[Any, BeforeValidator(_any_file), WithJsonSchema(_BINARY)]
EventType = Literal[EVENT_TYPES]  # type: ignore[valid-type]


class Asked(BaseModel):
    """A body. Fields that we do not know are refused by name, as the original did."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class Named(Asked):
    """Something of the person's, by its id."""

    id: Words


Two = Annotated[list[Named], BeforeValidator(_structure), Field(min_length=2, max_length=2)]


class PictureReference(Asked):
    """A picture, as an address, a data URL, or a file that was sent before: exactly one of them."""

    image_url: Annotated[Words, Field(max_length=MAX_REFERENCE_CHARACTERS)] | None = None
    file_id: Words | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.image_url is None) == (self.file_id is None):
            raise ValueError(_("give exactly one of image_url and file_id"))
        if self.image_url is not None and not self.image_url.startswith(("https://", "http://", "data:image/")):
            raise ValueError(_("image_url begins with https:// or data:image/"))
        return self


class Card(Asked):
    """A card of a storyboard: what is seen from `at` seconds on, in words, a picture or a clip, or words with one of
    the two.
    """

    at: Annotated[
        float,
        BeforeValidator(_number),
        Field(ge=0, lt=MAX_SECONDS, allow_inf_nan=False),
        _as_text_too({"type": "number"}),
    ]
    prompt: Annotated[Words, Field(max_length=MAX_PROMPT_CHARACTERS)] = ""
    image: Reference | None = None
    video: Annotated[Named, BeforeValidator(_structure)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.prompt.strip() or self.image is not None or self.video is not None):
            raise ValueError(_("a card has a prompt, an image or a video"))
        if self.image is not None and self.video is not None:
            raise ValueError(_("give an image or a video, not both"))
        return self


class Keyframe(Asked):
    """A picture that the clip shows at `at` seconds."""

    at: Annotated[
        float,
        BeforeValidator(_number),
        Field(ge=0, le=MAX_SECONDS, allow_inf_nan=False),
        _as_text_too({"type": "number"}),
    ]
    image: Reference


class Said(Asked):
    """Whether what stands in quotes is said aloud, and in which voice, which the original never had. Whatever is made
    from a clip speaks as that did, when nothing is given.
    """

    speech: YesOrNo | None = None
    voice: VoiceName | None = None


class Create(Said):
    """Make a clip. What follows `characters` is more than the original had."""

    prompt: Prompt
    model: Words = "sora-2"
    seconds: Seconds = 4.0
    size: SizeText = "720x1280"
    input_reference: Reference | None = None
    characters: Annotated[list[Named], BeforeValidator(_structure), Field(max_length=2)] = []
    seed: Seed | None = None
    n: Takes = 1
    negative_prompt: Annotated[Words, Field(max_length=MAX_PROMPT_CHARACTERS)] = ""
    style: Annotated[
        Literal[tuple(style.slug for style in STYLES)] | None,  # type: ignore[valid-type]
        BeforeValidator(lambda value: value or None),
    ] = None
    audio: YesOrNo = True
    guidance: Guidance | None = None
    steps: Steps | None = None
    storyboard: Annotated[list[Card], BeforeValidator(_structure), Field(max_length=20)] = []
    keyframes: Annotated[list[Keyframe], BeforeValidator(_structure), Field(max_length=20)] = []
    user: Words | None = None  # the original's; nothing is done with it

    @model_validator(mode="after")
    def _times_grow(self) -> Self:
        for name, times in (
            ("storyboard", [card.at for card in self.storyboard]),
            ("keyframes", [frame.at for frame in self.keyframes]),
        ):
            if times != sorted(set(times)) or (times and times[-1] > self.seconds):
                raise ValueError(_("the times of %(name)s must grow, and lie within the clip") % {"name": name})
        shown = [0.0] * (self.input_reference is not None) + [frame.at for frame in self.keyframes]
        shown += [card.at for card in self.storyboard if card.image is not None]
        if len(set(shown)) < len(shown):
            raise ValueError(
                _("input_reference, a keyframe and a card's image cannot be the same moment: give one of them")
            )
        return self

    def pictures(self) -> list[tuple[str, Any]]:
        """The pictures that the clip shall show: the field of each, and the picture."""
        first = [] if self.input_reference is None else [("input_reference", self.input_reference)]
        rest = [(f"keyframes[{place}].image", frame.image) for place, frame in enumerate(self.keyframes)]
        cards = [(f"storyboard[{place}].image", card.image) for place, card in enumerate(self.storyboard)]
        return [*first, *rest, *((field, image) for field, image in cards if image is not None)]

    def wanted(self) -> dict[str, Any]:
        """What of it a clip and a storyboard are asked for with alike."""
        width, height = (int(side) for side in self.size.split("x"))
        return {
            "size": Size(width, height),
            "style": self.style or "",
            "audio": self.audio,
            "negative_prompt": self.negative_prompt,
            "steps": self.steps,
            "guidance": self.guidance,
        }

    def needs(self) -> str | None:
        """The first field that needs what the engine cannot do yet."""
        return "characters" if self.characters else None


class Remix(Said):
    """Make another clip from one's own, changed by a sentence. What follows `prompt` is more than the original had."""

    prompt: Prompt
    strength: Strength = 0.5
    seed: Seed | None = None


class Edit(Said):
    """Change a clip by a sentence. What follows `model` is more than the original had."""

    prompt: Prompt
    video: Source
    model: Words | None = None
    strength: Strength = 0.5
    region: Region | None = None
    seed: Seed | None = None
    n: Takes = 1


class Extend(Said):
    """Go on from where a clip ends. `seconds` are those of the new part; what follows them is more than the original
    had.
    """

    prompt: Prompt
    video: Source
    seconds: Seconds
    model: Words | None = None
    backwards: YesOrNo = False
    seed: Seed | None = None
    n: Takes = 1


class Task(Said):
    """What the tasks have in common that the original never had. Without a prompt, a task goes on in the clips' own
    words.
    """

    prompt: Annotated[Words, Field(max_length=MAX_PROMPT_CHARACTERS)] = ""
    seed: Seed | None = None
    n: Takes = 1


class Connect(Task):
    """Lead from the end of a clip to the beginning of another, in so many seconds."""

    videos: Two
    seconds: Seconds = 3.0


class Influence(Asked):
    """How much of the second clip is seen at a second."""

    at: Moment
    influence: Side


class Blend(Task):
    """Make one clip of two."""

    videos: Two
    curve: Annotated[list[Influence], BeforeValidator(_structure), Field(max_length=50)] = []


class Piece(Asked):
    """Seconds of a clip that stay, and where they are laid; where they were, when `at` is not given."""

    begin: Annotated[Moment, Field(alias="from")]
    to: Moment
    at: Moment | None = None


class Recut(Task):
    """Keep pieces of a clip, and make what lies between them."""

    video: Named
    keep: Annotated[list[Piece], BeforeValidator(_structure), Field(min_length=1, max_length=20)]


class Score(Task):
    """Make another sound for a clip."""

    video: Named


class Loop(Asked):
    """Lead from a clip's end back to its beginning."""

    video: Named
    length: Literal["short", "normal", "long"] = "normal"
    seed: Seed | None = None
    n: Takes = 1


class CreateCharacter(Asked):
    """Somebody or something that can be put in clips, shown by a short one."""

    name: Annotated[Words, Field(min_length=1, max_length=80)]
    video: ClipFile


class ExpiresAfter(Asked):
    """When a file shall be forgotten."""

    anchor: Literal["created_at"]
    seconds: Annotated[int, BeforeValidator(_number), Field(ge=3600, le=2_592_000), _as_text_too({"type": "integer"})]


class Upload(Asked):
    """Send a file, to name it later."""

    file: AnyFile
    purpose: Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
    expires_after: ExpiresAfter | None = None


class CreateBatch(Asked):
    """Ask for all the clips of a file."""

    input_file_id: Words
    endpoint: Literal["/v1/videos"]
    completion_window: Literal["24h"]
    metadata: (
        Annotated[
            dict[Annotated[Words, Field(max_length=64)], Annotated[Words, Field(max_length=512)]], Field(max_length=16)
        ]
        | None
    ) = None


class CreateEndpoint(Asked):
    """Be told of events at an address."""

    name: Annotated[Words, Field(min_length=1, max_length=60)]
    url: Annotated[Words, Field(min_length=8, max_length=600)]
    event_types: Annotated[list[EventType], Field(min_length=1, max_length=20)]


class ChangeEndpoint(Asked):
    """Change what a webhook is told and where."""

    name: Annotated[Words, Field(min_length=1, max_length=60)] | None = None
    url: Annotated[Words, Field(min_length=8, max_length=600)] | None = None
    event_types: Annotated[list[EventType], Field(min_length=1, max_length=20)] | None = None


class RotateSecret(Asked):
    """Sign with another secret from now on."""

    keep_old_secret_active_for_24_hours: bool = False


class TestEndpoint(Asked):
    """Send a sample event."""

    event_type: EventType


Body = TypeVar("Body", bound=Asked)


def read(kind: type[Body], values: Mapping[str, Any]) -> Body:
    """The body of that kind. Raises InvalidError, which names the first field that is wrong and says why."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        raise _in_words(error) from error


def _in_words(error: ValidationError) -> InvalidError:
    first = error.errors(include_url=False)[0]
    field, kind, facts = _path(first["loc"]), first["type"], first.get("ctx", {})
    if kind == "missing":
        words = _("Missing required parameter: '%(field)s'.") % {"field": field}
        return InvalidError(words, code="missing_required_parameter", field=field)
    if kind == "extra_forbidden":
        return InvalidError(
            _("Unknown parameter: '%(field)s'.") % {"field": field}, code="unknown_parameter", field=field
        )
    if kind == "value_error":
        why, code = str(facts["error"]), "invalid_value"
    elif kind.endswith(("_type", "_parsing", "_from_float")):
        words = _("expected %(wanted)s, got %(given)s")
        wanted = next((name for start, name in _expected().items() if kind.startswith(start)), _("something else"))
        why, code = words % {"wanted": wanted, "given": _kind(first["input"])}, "invalid_type"
    else:
        why, code = _limit(kind, facts) or _lower(first["msg"]), "invalid_value"
    if not field:
        return InvalidError(f"{why[:1].upper()}{why[1:]}.", code=code)
    return InvalidError(
        _("Invalid value for '%(field)s': %(why)s.") % {"field": field, "why": why}, code=code, field=field
    )


def _expected() -> dict[str, str]:
    """What a field holds, by how pydantic's name of a mistake begins."""
    return {
        "int": _("a whole number"),
        "float": _("a number"),
        "string": _("text"),
        "bool": _("true or false"),
        "list": _("a list"),
        "dict": _("an object"),
        "model": _("an object"),
    }


def _limit(kind: str, facts: dict[str, Any]) -> str | None:
    """What is allowed, by pydantic's name of a mistake."""
    words = {
        "literal_error": _("choose %(expected)s"),
        "greater_than_equal": _("it must be %(ge)s or more"),
        "less_than_equal": _("it must be %(le)s or less"),
        "less_than": _("it must be less than %(lt)s"),
        "finite_number": _("it must be a finite number"),
        "string_too_long": _("it has more than %(max_length)s characters"),
        "string_too_short": _("it is empty"),
        "too_long": _("it has %(actual_length)s elements; at most %(max_length)s are possible"),
        "too_short": _("it is empty"),
    }
    if kind not in words:
        return None
    return words[kind] % {name: f"{value:g}" if isinstance(value, float) else value for name, value in facts.items()}


def _path(place: tuple[int | str, ...]) -> str:
    """Where in a body: characters[0].id."""
    path = ""
    for step in place:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not step.startswith(("function-", "literal[", "nullable", "constrained-")):
            path += f".{step}" if path else step
    return path


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].removesuffix(".")


def unsupported(field: str) -> InvalidError:
    """What cannot be done here yet, for the field that asks for it."""
    words = {
        "characters": _("The model here cannot put characters in clips yet: leave characters out."),
        "video": _("The model here cannot learn characters from clips yet."),
    }
    return InvalidError(words[field], code="unsupported_by_model", field=field)
