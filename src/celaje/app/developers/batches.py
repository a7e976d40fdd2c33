"""Works off a batch: reads its file, asks for its clips as the owner's quota lets them, writes what came out.

One call does what can be done at this moment and says when to look again. Everything it decides is in rows, so that a
batch goes on after any of its jobs was lost.
"""

import json
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app import storage
from celaje.app.developers import actions, asking, creating, pictures, queries, resources
from celaje.app.developers.models import Batch, BatchLine, BatchStatus
from celaje.app.errors import AppError, NotFoundError, QuotaError
from celaje.app.videos import actions as making
from celaje.app.videos.models import Status
from celaje.app.videos.queries import quota

MAX_LINES = 5000
MAX_BYTES = 20 * 2**20
NUM_ERRORS_SHOWN = 20
SOON_S, LATER_S = 3, 60
URL = "/v1/videos"


def work(batch: Batch) -> int | None:
    """Do what can be done now; in how many seconds to look again, None when it has ended."""
    if batch.status == BatchStatus.VALIDATING and not _read(batch):
        return None
    if batch.status == BatchStatus.CANCELLING:
        _finish(batch, BatchStatus.CANCELLED, code="batch_cancelled", why=_("The batch was cancelled."))
        return None
    if timezone.now() >= batch.expires_at:
        _finish(batch, BatchStatus.EXPIRED, code="batch_expired", why=_("The batch did not end within 24 hours."))
        return None
    again_in_s = _ask(batch)
    if batch.lines.filter(asked_at=None, error__isnull=True).exists() or _running(batch):
        return again_in_s
    _finish(batch, BatchStatus.COMPLETED)
    return None


def _read(batch: Batch) -> bool:
    """Read the file into lines; whether it could be read."""
    try:
        file = queries.file(batch.owner, batch.input_file_id)
        lines, errors = parse(storage.get(file.name)) if file.num_bytes <= MAX_BYTES else ([], [_too_large()])
    except (NotFoundError, FileNotFoundError):
        lines, errors = [], [_complaint("file_not_found", _("The file is not there any more."))]
    now, mine = timezone.now(), Batch.objects.filter(pk=batch.pk, status=BatchStatus.VALIDATING)
    with transaction.atomic():
        if errors and mine.update(status=BatchStatus.FAILED, errors=errors[:NUM_ERRORS_SHOWN], ended_at=now):
            actions.tell(batch.owner, "batch.failed", batch.pk)
        elif not errors and mine.update(status=BatchStatus.IN_PROGRESS, in_progress_at=now):
            BatchLine.objects.bulk_create(
                BatchLine(batch=batch, position=position, custom_id=line["custom_id"], body=line["body"])
                for position, line in enumerate(lines)
            )
    batch.refresh_from_db(fields=["status"])  # it may have been cancelled meanwhile
    return batch.status != BatchStatus.FAILED


def parse(content: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines of a file, and what is wrong with it."""
    lines: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    seen: set[str] = set()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [_complaint("invalid_file", _("The file is not text in UTF-8."))]
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        problem = _line_problem(row, seen)
        if isinstance(problem, dict):
            lines.append(problem)
        else:
            errors.append(_complaint("invalid_line", problem, line=number))
    if not lines and not errors:
        errors.append(_complaint("empty_file", _("The file has no lines.")))
    if len(lines) > MAX_LINES:
        words = _("The file has %(given)d lines; at most %(allowed)d are possible.")
        errors.append(_complaint("too_many_lines", words % {"given": len(lines), "allowed": MAX_LINES}))
    return lines, errors


def _line_problem(row: str, seen: set[str]) -> dict[str, Any] | str:
    """The line, or what is wrong with it."""
    try:
        line = json.loads(row)
    except (ValueError, RecursionError):
        return _("This line is not JSON.")
    if not isinstance(line, dict) or not isinstance(line.get("body"), dict):
        return _("A line is an object with custom_id, method, url and body.")
    custom_id = line.get("custom_id")
    if not isinstance(custom_id, str) or not 1 <= len(custom_id) <= 200 or "\0" in row or "\\u0000" in row:
        return _("custom_id must be text of 1 to 200 characters.")
    if custom_id in seen:
        return _("This custom_id stands in the file twice.")
    if line.get("method") != "POST" or line.get("url") != URL:
        return _("A batch holds only POST %(url)s.") % {"url": URL}
    seen.add(custom_id)
    return line


def _complaint(code: str, message: str, line: int | None = None) -> dict[str, Any]:
    return {"code": code, "message": message, "param": None, "line": line}


def _too_large() -> dict[str, Any]:
    return _complaint("file_too_large", _("The file may have %(most)d MB.") % {"most": MAX_BYTES >> 20})


def _ask(batch: Batch) -> int:
    """Ask for as many clips as may wait now, one place left free for the owner; when to look again, in seconds."""
    now = quota(batch.owner)
    room = max(1, now.max_waiting - 1) - now.waiting
    for line in batch.lines.filter(asked_at=None, error__isnull=True)[: max(0, room)]:
        try:
            _ask_for(batch, line)
        except QuotaError as error:
            if error.code != "too_many_waiting" and error.facts.get("returns_at") is None:
                _give_up(line, error)  # it is longer than a day's quota
                continue
            return SOON_S if error.code == "too_many_waiting" else LATER_S
        except AppError as error:
            _give_up(line, error)
    return SOON_S


def _ask_for(batch: Batch, line: BatchLine) -> None:
    asked = asking.read(asking.Create, line.body)
    creating.check(batch.owner, asked)
    with pictures.kept(batch.owner, asked) as given, transaction.atomic():
        [line.video] = creating.make(batch.owner, asked, given, takes=1)
        line.asked_at = timezone.now()
        line.save(update_fields=["video", "asked_at"])


def _give_up(line: BatchLine, error: AppError) -> None:
    line.error = {"code": error.code, "message": str(error)}
    line.save(update_fields=["error"])


def _running(batch: Batch) -> bool:
    return batch.lines.filter(video__status__in=(Status.QUEUED, Status.IN_PROGRESS)).exists()


def _finish(batch: Batch, status: BatchStatus, *, code: str = "", why: str = "") -> None:
    """Stop what runs, write the files and say that it is over."""
    for line in batch.lines.filter(video__status__in=(Status.QUEUED, Status.IN_PROGRESS)).select_related("video"):
        if line.video is not None:
            making.cancel(batch.owner, line.video)
    batch.lines.filter(asked_at=None, error__isnull=True).update(error={"code": code, "message": why})
    outputs: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for line in batch.lines.select_related("video"):
        (outputs if line.video is not None and line.video.status == Status.COMPLETED else errors).append(_row(line))
    for field, rows in (("output_file_id", outputs), ("error_file_id", errors)):
        if rows:
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            filename = f"{batch.pk}_{field.partition('_')[0]}.jsonl"
            file = actions.write_file(batch.owner, text.encode(), filename=filename, purpose="batch_output")
            setattr(batch, field, file.pk)
    with transaction.atomic():
        batch.status, batch.ended_at = status, timezone.now()
        batch.save(update_fields=["status", "ended_at", "output_file_id", "error_file_id"])
        actions.tell(batch.owner, f"batch.{status}", batch.pk)


def _row(line: BatchLine) -> dict[str, Any]:
    """A line of the output or of the errors."""
    row = {"id": f"batch_req_{uuid.uuid4().hex}", "custom_id": line.custom_id, "response": None, "error": None}
    if line.video is not None:
        return row | {
            "response": {"status_code": 200, "request_id": line.video.pk, "body": resources.video(line.video)}
        }
    return row | {"error": line.error or {"code": "deleted", "message": _("The clip was deleted.")}}
