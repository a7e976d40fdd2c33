"""The pages' addresses: each module of views has its own list."""

from celaje.app.web.views import (
    clips,
    composer,
    feed,
    files,
    health,
    install,
    joining,
    library,
    live,
    making,
    notices,
    people,
    publishing,
    reports,
    search,
    settings,
)

urlpatterns = [
    *health.urlpatterns,
    *feed.urlpatterns,
    *files.urlpatterns,
    *live.urlpatterns,
    *composer.urlpatterns,
    *making.urlpatterns,
    *library.urlpatterns,
    *publishing.urlpatterns,
    *joining.urlpatterns,
    *settings.urlpatterns,
    *clips.urlpatterns,
    *people.urlpatterns,
    *reports.urlpatterns,
    *search.urlpatterns,
    *install.urlpatterns,
    *notices.urlpatterns,
]
