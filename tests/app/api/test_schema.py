"""Whatever a program sends, it gets no 500 and no answer that our OpenAPI document does not know."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from celaje.app import outgoing
from celaje.app.accounts.models import Person
from celaje.app.api import keys
from celaje.app.api.urls import schema
from celaje.app.developers import actions
from celaje.app.developers.models import Scope
from celaje.app.videos.models import Status, Video

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = schema()
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
NUM_CASES = 6


@pytest.fixture
def open_connection() -> Iterator[None]:
    """The transaction of the test goes on from request to request, as Django's own test client sees to."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("open_connection")
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_no_500_and_nothing_undocumented(
    method: str, path: str, person: Person, new_video: Callable[..., Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "RATES", dict.fromkeys(Scope, keys.Rate(per_s=1e6, burst=1_000_000)))
    monkeypatch.setattr(outgoing, "resolve", lambda *parts, **more: "1.1.1.1")
    monkeypatch.setattr(outgoing, "post", lambda *parts, **more: outgoing.Answer(status=204, text=""))
    secret = actions.make_key(person, name="tests", scopes=Scope.values)[1]
    file = actions.keep_file(person, SimpleUploadedFile("lines", b"{}"), purpose="batch")
    real = {
        "video_id": [new_video(person).pk, new_video(person, status=Status.QUEUED).pk],
        "file_id": [file.pk],
        "batch_id": [actions.create_batch(person, input_file_id=file.pk, metadata=None).pk],
        "webhook_endpoint_id": [
            actions.create_endpoint(person, name="x", url="https://x.example/", event_types=["video.failed"]).pk
        ],
        "model": ["sora-2"],
    }
    if path.endswith(("/content", "/events")):
        real = {}  # they stream, which this transport cannot
    document: Any = schemathesis.openapi.from_wsgi("/v1/openapi.json", app=get_wsgi_application())
    turn = itertools.count()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        strategy = document[path][method.upper()].as_strategy(generation_mode=mode)

        @settings(
            max_examples=NUM_CASES, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=strategy)
        def call(case: Any) -> None:
            for name, ids in real.items():
                if name in (case.path_parameters or {}) and next(turn) % 2:
                    case.path_parameters[name] = ids[next(turn) % len(ids)]
            response = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(response, checks=CHECKS)

        call()


def test_the_document_names_every_address() -> None:
    paths = set(DOCUMENT["paths"])
    assert {f"/v1/videos{rest}" for rest in ("", "/edits", "/extensions", "/characters", "/{video_id}")} <= paths
    create = DOCUMENT["paths"]["/v1/videos"]["post"]["requestBody"]["content"]
    assert set(create) == {"application/json", "multipart/form-data"}
    assert "$ref" not in str(create)
