"""The app on a phone: its manifest, its service worker, and the page that is shown without a connection."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from celaje.app.accounts.models import House

#: What the service worker keeps from the first visit on. Everything else is kept when it was needed.
KEPT = (
    "tokens.css",
    "app.css",
    "icons.svg",
    "js/celaje.js",
    "vendor/htmx.min.js",
    "font/commissioner-latin-flar-normal.woff2",
    "icons/app-192.png",
)
#: The behaviours of every page: scripts import them under their plain names, without a hash.
IMPORTED = ("js/behaviours/toast.js",)


@require_GET
@cache_control(max_age=3600, private=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the app. It carries the name of the house."""
    name = House.current().name

    def icon(file: str, size: int, purpose: str = "any") -> dict[str, str]:
        return {"src": static(f"icons/{file}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    return JsonResponse(
        {
            "id": "/",
            "name": name,
            "short_name": name[:12],
            "description": _("One sentence becomes a clip with sound."),
            "lang": get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f9fd",
            "theme_color": "#f4f9fd",
            "categories": ["entertainment", "social", "photo"],
            "icons": [
                icon("app-192.png", 192),
                icon("app-512.png", 512),
                icon("maskable-192.png", 192, "maskable"),
                icon("maskable-512.png", 512, "maskable"),
            ],
            "shortcuts": [
                {"name": _("New clip"), "url": "/new", "icons": [icon("app-192.png", 192)]},
                {"name": _("Library"), "url": "/library", "icons": [icon("app-192.png", 192)]},
            ],
            "share_target": {
                "action": "/new",
                "method": "GET",
                "params": {"title": "title", "text": "text", "url": "url"},
            },
        },
        content_type="application/manifest+json",
    )


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script, with what it keeps. Its version is that of the files: a new one replaces what the old one kept."""
    kept = ["/offline", *(static(file) for file in KEPT), *(settings.STATIC_URL + file for file in IMPORTED)]
    facts = json.dumps({"kept": kept, "icon": static("icons/app-192.png"), "badge": static("icons/badge-96.png")})
    content = facts + "".join(static(file) for file in IMPORTED)
    version = hashlib.sha256(content.encode()).hexdigest()[:12]
    response = render(
        request, "install/sw.js", {"version": version, "facts": facts}, content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown when the house does not answer."""
    return render(request, "install/offline.html")


urlpatterns = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", service_worker, name="service_worker"),
    path("offline", offline, name="offline"),
]
