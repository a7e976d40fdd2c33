"""Tells Django that this slice exists."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    """The slice `posts`."""

    name = "celaje.app.posts"

    def ready(self) -> None:
        """Begin to hear of follows and finished clips."""
        from celaje.app.posts import telling  # noqa: F401
