"""Tells Django that this slice exists, and passes on to webhooks what happens to videos."""

from django.apps import AppConfig


class DevelopersConfig(AppConfig):
    """The slice `developers`."""

    name = "celaje.app.developers"

    def ready(self) -> None:
        """Listen."""
        from celaje.app.developers.actions import tell
        from celaje.app.videos.actions import cancelled
        from celaje.app.videos.making import ended
        from celaje.app.videos.models import Status, Video

        def pass_on(video: Video, **_more: object) -> None:
            happened = "completed" if video.status == Status.COMPLETED else "failed"
            tell(video.owner, f"video.{happened}", video.pk)

        for signal in (ended, cancelled):
            signal.connect(pass_on, weak=False, dispatch_uid="developers")
