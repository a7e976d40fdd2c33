"""Batches: what a file may hold, how its clips are made as the quota lets them, and what comes out."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.developers import actions, batches, jobs, queries
from celaje.app.developers.models import Batch, BatchStatus
from celaje.app.errors import InvalidError
from celaje.app.videos.models import Status, Video


def line(custom_id: str, **body: Any) -> str:
    """A line of a file."""
    asked = {"prompt": "a cat", "seconds": "4"} | body
    return json.dumps({"custom_id": custom_id, "method": "POST", "url": "/v1/videos", "body": asked})


def start(person: Person, *lines: str) -> Batch:
    """A batch of these lines."""
    upload = SimpleUploadedFile("lines.jsonl", "\n".join(lines).encode())
    file = actions.keep_file(person, upload, purpose="batch")
    return actions.create_batch(person, input_file_id=file.pk, metadata={"for": "tests"})


def look(batch: Batch) -> Batch:
    """Let its job look at it now."""
    Batch.objects.filter(pk=batch.pk).update(look_at=timezone.now())
    jobs.work_batch.func(batch.pk)
    return Batch.objects.get(pk=batch.pk)


def rows(person: Person, file_id: str) -> list[dict[str, Any]]:
    """The lines of a file that a batch wrote."""
    content = storage.get(queries.file(person, file_id).name)
    return [json.loads(row) for row in content.splitlines()]


def test_clips_come_as_the_quota_lets_them(person: Person) -> None:
    person.role.max_waiting_jobs = 3
    person.role.save()
    batch = look(start(person, *(line(str(number)) for number in range(4)), line("bad", seconds="90"), line("n", n=2)))
    seen = 0
    while batch.status == BatchStatus.IN_PROGRESS:
        waiting = Video.objects.filter(status=Status.QUEUED)
        assert waiting.count() <= 2  # one place stays free for the person
        seen += waiting.update(status=Status.COMPLETED, charged_s=0)
        batch = look(batch)
    assert batch.status == BatchStatus.COMPLETED
    assert seen == Video.objects.count() == 5
    outputs, errors = rows(person, batch.output_file_id), rows(person, batch.error_file_id)
    assert [row["custom_id"] for row in outputs] == ["0", "1", "2", "3", "n"]
    assert all(row["response"]["body"]["status"] == "completed" and row["error"] is None for row in outputs)
    assert [(row["custom_id"], row["error"]["code"], row["response"]) for row in errors] == [
        ("bad", "invalid_value", None)
    ]


def test_a_cancelled_batch_stops_what_runs(person: Person) -> None:
    batch = look(start(person, *(line(str(number)) for number in range(10))))
    Video.objects.filter(pk__in=Video.objects.values("pk")[:1]).update(status=Status.COMPLETED)
    assert actions.cancel_batch(person, batch.pk).status == BatchStatus.CANCELLING
    batch = look(batch)
    assert batch.status == BatchStatus.CANCELLED
    assert len(rows(person, batch.output_file_id)) == 1
    assert {row["error"]["code"] for row in rows(person, batch.error_file_id) if row["error"]} == {"batch_cancelled"}
    assert not Video.objects.filter(status=Status.QUEUED).exists()
    with pytest.raises(InvalidError):
        actions.cancel_batch(person, batch.pk)


def test_a_day_is_enough(person: Person) -> None:
    batch = look(start(person, line("a")))
    Batch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    batch = look(batch)
    assert batch.status == BatchStatus.EXPIRED
    assert rows(person, batch.error_file_id)[0]["response"]["body"]["error"]["code"] == "cancelled"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("no json", "invalid_line"),
        ("[]", "invalid_line"),
        (f"{line('a')}\n{line('a')}", "invalid_line"),
        (line("a").replace("/v1/videos", "/v1/chat/completions"), "invalid_line"),
        (line("x" * 300), "invalid_line"),
    ],
)
def test_a_file_that_cannot_be_read_fails_as_a_whole(person: Person, content: str, code: str) -> None:
    batch = look(start(person, content or " "))
    assert batch.status == BatchStatus.FAILED
    assert batch.errors is not None
    assert batch.errors[0]["code"] == code
    assert not Video.objects.exists()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_breaks_it(content: bytes) -> None:
    lines, errors = batches.parse(content)
    assert lines or errors


def test_only_ones_own_files_of_that_purpose(person: Person, new_person: Callable[..., Person]) -> None:
    theirs = actions.keep_file(new_person(), SimpleUploadedFile("a", b"x"), purpose="batch")
    other = actions.keep_file(person, SimpleUploadedFile("a", b"x"), purpose="vision")
    for file_id in (theirs.pk, other.pk, "file-0"):
        with pytest.raises(InvalidError) as refused:
            actions.create_batch(person, input_file_id=file_id, metadata=None)
        assert refused.value.field == "input_file_id"
