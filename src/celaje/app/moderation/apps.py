"""Tells Django that this slice exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """The slice `moderation`."""

    name = "celaje.app.moderation"
    verbose_name = _("Moderation")
