"""One generation as its owner sees it: what was asked for, the job, the files, where it came from.

It knows people; it does not know posts, pixels or pages.
"""
