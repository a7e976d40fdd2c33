"""Tells Django that this slice exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The slice `accounts`."""

    name = "celaje.app.accounts"
    verbose_name = _("People")
