"""Exports that people asked for."""

from django.db import models
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Person
from celaje.app.videos.models import DoomedFile


class ExportStatus(models.TextChoices):
    """Where an export is."""

    QUEUED = "queued", _("waiting")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Export(models.Model):
    """A zip of all that a person made and said. The file goes after a week."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="exports")
    status = models.CharField(max_length=8, choices=ExportStatus.choices, default=ExportStatus.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=80, blank=True)  # of the file in the storage
    num_bytes = models.PositiveBigIntegerField(default=0)


@receiver(post_delete, sender=Export)
def doom_file(instance: Export, **_more: object) -> None:
    """However the row goes, its file goes too."""
    if instance.name:
        DoomedFile.objects.get_or_create(name=instance.name)
