"""Jobs of leaving: making an export, and removing those that have lain for a week."""

import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from celaje.app import storage
from celaje.app.jobs import LIGHT
from celaje.app.leaving.models import Export, ExportStatus
from celaje.app.leaving.queries import EXPORT_LIFE
from celaje.app.leaving.writing import write_export
from celaje.app.videos.models import DoomedFile

WRITING = timedelta(days=1)  # no export takes longer


@app.task(name="leaving.export", queue=LIGHT)
def make_export(export_id: int) -> None:
    """Write the zip, then put it into the storage. Runs twice unharmed; whoever left meanwhile leaves nothing."""
    export = Export.objects.select_related("person").filter(pk=export_id, status=ExportStatus.QUEUED).first()
    if export is None:
        return
    name = f"exports/{secrets.token_urlsafe(16)}.zip"
    DoomedFile.objects.create(
        name=name, since=timezone.now() + WRITING
    )  # should this process die before the row has it
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "export.zip"
            write_export(export.person, file)
            num_bytes = storage.put(name, file)
    except OSError:
        Export.objects.filter(pk=export_id).update(status=ExportStatus.FAILED)
        raise
    with transaction.atomic():
        ready = {"status": ExportStatus.READY, "ready_at": timezone.now(), "name": name, "num_bytes": num_bytes}
        is_wanted = Export.objects.filter(pk=export_id, status=ExportStatus.QUEUED).update(**ready)
        announced = DoomedFile.objects.filter(name=name)
        announced.delete() if is_wanted else announced.update(since=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(name="leaving.forget_exports", queue=LIGHT)
def forget_exports(timestamp: int) -> None:
    """Exports live for a week."""
    Export.objects.filter(created_at__lte=timezone.now() - EXPORT_LIFE).delete()
