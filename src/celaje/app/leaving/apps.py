"""Tells Django that this slice exists."""

from django.apps import AppConfig


class LeavingConfig(AppConfig):
    """The slice `leaving`."""

    name = "celaje.app.leaving"
