"""What programs are told about things: plain values in the shapes of the original's API, with a few fields more."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from celaje.app.developers import queries
from celaje.app.developers.models import Batch, BatchLine, StoredFile, WebhookEndpoint
from celaje.app.videos.models import Relation, Status, Video

#: Statuses that the original had. A cancelled video is a failed one with the code `cancelled`.
STATUSES = {Status.CANCELLED: Status.FAILED}


def unix(moment: datetime | None) -> int | None:
    """Seconds since 1970."""
    return None if moment is None else int(moment.timestamp())


def video(row: Video) -> dict[str, Any]:
    """A video. Ours do not expire."""
    name, _space, version = row.model.partition(" ")
    return {
        "id": row.pk,
        "object": "video",
        "model": name or queries.weights().name,
        "status": str(STATUSES.get(Status(row.status), row.status)),
        "progress": row.progress,
        "created_at": unix(row.created_at),
        "completed_at": unix(row.completed_at) if row.status == Status.COMPLETED else None,
        "expires_at": None,
        "prompt": row.prompt,
        "size": f"{row.width}x{row.height}",
        "seconds": f"{row.seconds:g}",
        "remixed_from_video_id": row.parent_id if row.relation == Relation.REMIX else None,
        "error": _error(row),
        "seed": row.seed,
        "style": row.style or None,
        "stage": row.stage or None,
        "model_version": version or None,
        "made_from": {"video_id": row.parent_id, "relation": row.relation} if row.parent_id else None,
    }


def _error(row: Video) -> dict[str, str] | None:
    if row.status == Status.CANCELLED:
        return {"code": "cancelled", "message": _("It was cancelled.")}
    if row.status == Status.FAILED:
        return {"code": row.error_code or "failed", "message": row.error_message or _("It could not be made.")}
    return None


def file(row: StoredFile) -> dict[str, Any]:
    """A file."""
    return {
        "id": row.pk,
        "object": "file",
        "bytes": row.num_bytes,
        "created_at": unix(row.created_at),
        "expires_at": unix(row.expires_at),
        "filename": row.filename,
        "purpose": row.purpose,
        "status": "processed",
        "status_details": None,
    }


def batch(row: Batch) -> dict[str, Any]:
    """A batch, with how many of its clips are ready."""
    ended = {f"{status}_at": None for status in ("completed", "failed", "expired", "cancelled")}
    if row.ended_at is not None:
        ended[f"{row.status}_at"] = unix(row.ended_at)  # type: ignore[assignment]
    lines = BatchLine.objects.filter(batch=row)
    return {
        "id": row.pk,
        "object": "batch",
        "endpoint": "/v1/videos",
        "completion_window": "24h",
        "errors": {"object": "list", "data": row.errors} if row.errors else None,
        "input_file_id": row.input_file_id,
        "output_file_id": row.output_file_id or None,
        "error_file_id": row.error_file_id or None,
        "status": row.status,
        "metadata": row.metadata,
        "created_at": unix(row.created_at),
        "in_progress_at": unix(row.in_progress_at),
        "finalizing_at": unix(row.ended_at) if row.output_file_id or row.error_file_id else None,
        "cancelling_at": unix(row.cancelling_at),
        "expires_at": unix(row.expires_at),
        **ended,
        "request_counts": {
            "total": lines.count(),
            "completed": lines.filter(video__status=Status.COMPLETED).count(),
            "failed": lines.filter(video__status__in=(Status.FAILED, Status.CANCELLED)).count()
            + lines.filter(error__isnull=False).count(),
        },
    }


def endpoint(row: WebhookEndpoint, *, with_secret: bool = False) -> dict[str, Any]:
    """A webhook; its secret only when it was just made."""
    shown = {
        "id": row.pk,
        "object": "webhook_endpoint",
        "name": row.name,
        "url": row.url,
        "event_types": row.event_types,
        "created_at": unix(row.created_at),
        "updated_at": unix(row.updated_at),
        "signing_secret_hint": f"{row.secret[:9]}…{row.secret[-4:]}",
    }
    return shown | ({"signing_secret": row.secret} if with_secret else {})


def model(name: str, since: int) -> dict[str, Any]:
    """A model, by one of its names."""
    return {"id": name, "object": "model", "created": since, "owned_by": "celaje", "shutdown_date": None}
