"""The shapes of what is asked and answered, for the OpenAPI document. Answers are made by `developers.resources`."""

from typing import Any, Literal

from ninja import Schema

from celaje.app.developers import asking
from celaje.app.videos.models import Relation


class ErrorFacts(Schema):
    """What went wrong: `message` for people, `code` for programs, `param` when one field is to blame."""

    message: str
    type: str
    param: str | None
    code: str | None


class Error(Schema):
    """The answer to what was refused."""

    error: ErrorFacts


class VideoError(Schema):
    """Why there is no video."""

    code: str
    message: str


class MadeFrom(Schema):
    """Which video another one came from, and how."""

    video_id: str
    relation: Literal[tuple(Relation.values)]  # type: ignore[valid-type]


class Video(Schema):
    """A video, ready or on its way. What follows `error` is more than the original had."""

    id: str
    object: Literal["video"]
    model: str
    status: Literal["queued", "in_progress", "completed", "failed"]
    progress: int
    created_at: int
    completed_at: int | None
    expires_at: int | None
    prompt: str | None
    size: str
    seconds: str
    remixed_from_video_id: str | None
    error: VideoError | None
    seed: int
    style: str | None
    stage: str | None
    model_version: str | None
    made_from: MadeFrom | None
    takes: list[str] | None = None  # when n asked for several: the ids of all


class VideoList(Schema):
    """A page of videos."""

    object: Literal["list"]
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool


class DeletedVideo(Schema):
    """A video is gone."""

    id: str
    object: Literal["video.deleted"]
    deleted: bool


class Character(Schema):
    """Somebody or something that can be put in clips."""

    id: str | None
    name: str | None
    created_at: int


class Model(Schema):
    """A model, by one of its names."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    shutdown_date: str | None


class ModelList(Schema):
    """All names of models."""

    object: Literal["list"]
    data: list[Model]


class File(Schema):
    """A file."""

    id: str
    object: Literal["file"]
    bytes: int
    created_at: int
    expires_at: int | None
    filename: str
    purpose: str
    status: Literal["processed"]
    status_details: str | None


class FileList(Schema):
    """A page of files."""

    object: Literal["list"]
    data: list[File]
    first_id: str | None
    last_id: str | None
    has_more: bool


class DeletedFile(Schema):
    """A file is gone."""

    id: str
    object: Literal["file"]
    deleted: bool


class Batch(Schema):
    """Many clips asked for in one file."""

    id: str
    object: Literal["batch"]
    endpoint: str
    completion_window: str
    errors: dict[str, Any] | None
    input_file_id: str
    output_file_id: str | None
    error_file_id: str | None
    status: str
    metadata: dict[str, str] | None
    created_at: int
    in_progress_at: int | None
    finalizing_at: int | None
    completed_at: int | None
    failed_at: int | None
    expired_at: int | None
    cancelling_at: int | None
    cancelled_at: int | None
    expires_at: int | None
    request_counts: dict[str, int]


class BatchList(Schema):
    """A page of batches."""

    object: Literal["list"]
    data: list[Batch]
    first_id: str | None
    last_id: str | None
    has_more: bool


class Endpoint(Schema):
    """A webhook."""

    id: str
    object: Literal["webhook_endpoint"]
    name: str
    url: str
    event_types: list[str]
    created_at: int
    updated_at: int
    signing_secret_hint: str


class EndpointWithSecret(Endpoint):
    """A webhook, and what its deliveries are signed with: told once."""

    signing_secret: str


class EndpointList(Schema):
    """A page of webhooks."""

    object: Literal["list"]
    data: list[Endpoint]
    first_id: str | None
    last_id: str | None
    has_more: bool


class DeletedEndpoint(Schema):
    """A webhook is gone."""

    id: str
    object: Literal["webhook_endpoint.deleted"]
    deleted: bool


class EventTypes(Schema):
    """What a webhook may be told of."""

    object: Literal["list"]
    data: list[str]


class TestResult(Schema):
    """How a webhook answered a sample."""

    object: Literal["webhook_endpoint.test"]
    webhook_endpoint_id: str
    event_type: str
    success: Literal[True]
    status_code: int


#: What any operation may be refused with.
REFUSED = dict.fromkeys((400, 401, 403, 404, 413, 429), Error)


def takes(kind: type[asking.Asked], *encodings: str) -> dict[str, Any]:
    """The part of the document that says what an operation takes, in which encodings (all, when none is given)."""
    schema = kind.model_json_schema(mode="validation")
    definitions = schema.pop("$defs", {})
    schema = _inlined(schema, definitions)
    names = encodings or ("application/json", "multipart/form-data")
    return {"requestBody": {"required": True, "content": {name: {"schema": schema} for name in names}}}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema that refers to nothing outside itself."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(part, definitions) for name, part in schema.items()}


def gives(*content_types: str) -> dict[str, Any]:
    """The part of the document that says which bytes an operation answers with."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in content_types}
    return {"responses": {200: {"content": content}, 206: {"description": "Partial Content", "content": content}}}
