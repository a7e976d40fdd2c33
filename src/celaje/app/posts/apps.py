"""Tells Django that this slice exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    """The slice `posts`."""

    name = "celaje.app.posts"
    verbose_name = _("Posts")

    def ready(self) -> None:
        """Begin to hear of follows and finished clips."""
        from celaje.app.posts import telling  # noqa: F401
