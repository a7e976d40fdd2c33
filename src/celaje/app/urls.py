"""Which address is what. Each face says its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("v1/", include("celaje.app.api.urls")),
    path("", include("celaje.app.web.urls")),  # before allauth's: it closes a few of its pages
    path("accounts/", include("allauth.urls")),
]
