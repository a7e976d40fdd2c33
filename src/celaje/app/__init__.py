"""Serves people: rows and pages, no tensors. It never imports the engine or torch; what needs an array is a job.

The slices stand on each other in this order: accounts, videos, developers, posts, moderation, leaving. `web` and `api`
are two faces of all of them and do not know each other.
"""


def begin() -> None:
    """Make Django ready in this process. The database must be running already: Django reads its address once."""
    from celaje import settings

    settings.choose(DJANGO_SETTINGS_MODULE="celaje.app.conf")
    import django

    django.setup(set_prefix=False)
