"""Tells Django that this slice exists."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    """The slice `posts`."""

    name = "celaje.app.posts"
