"""Tells Django that this slice exists."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The slice `web`."""

    name = "celaje.app.web"
