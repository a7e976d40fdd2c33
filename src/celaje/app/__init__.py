"""Serves people: rows and pages, no tensors. It never imports the engine or torch; what needs an array is a job.

The slices stand on each other in this order: accounts, videos, posts, moderation, leaving. `web` and `api` are two
faces of all of them and do not know each other.
"""
