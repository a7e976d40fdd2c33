"""Tells Django that this slice exists."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The slice `accounts`."""

    name = "celaje.app.accounts"
