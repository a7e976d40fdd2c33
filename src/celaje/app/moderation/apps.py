"""Tells Django that this slice exists."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """The slice `moderation`."""

    name = "celaje.app.moderation"
