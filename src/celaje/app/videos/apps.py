"""Tells Django that this slice exists."""

from django.apps import AppConfig


class VideosConfig(AppConfig):
    """The slice `videos`."""

    name = "celaje.app.videos"
