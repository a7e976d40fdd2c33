"""The pages' addresses: each module of views has its own list."""

from celaje.app.web.views import feed, health, joining, settings

urlpatterns = [*health.urlpatterns, *feed.urlpatterns, *joining.urlpatterns, *settings.urlpatterns]
