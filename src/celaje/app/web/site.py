"""Where this house is on the net: what absolute addresses begin with."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> str:
    """Scheme and host, without a slash: the public address when there is one, else the one that was asked."""
    return settings.ADDRESS or f"{request.scheme}://{request.get_host()}"
