"""The pages' addresses: each module of views has its own list."""

from celaje.app.web.views import feed, health

urlpatterns = [*health.urlpatterns, *feed.urlpatterns]
