"""Tells who watches a video that its row has changed, through NOTIFY of PostgreSQL. It does not know what changed."""

from django.db import connection

CHANNEL = "celaje_videos"


def tell(video_id: str) -> None:
    """Notify the watchers of a video when the transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, video_id])
