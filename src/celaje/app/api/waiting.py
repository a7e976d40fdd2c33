"""Answers that take long hold no connection to the database: there are ten for each web process."""

from django.db import connection


def free_connection() -> None:
    """Give this request's connection back now, rather than when the last byte is sent."""
    if not connection.in_atomic_block:
        connection.close()
