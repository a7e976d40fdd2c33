"""Losses, optimisers, averages, checkpoints and loops: how the parts of the model learn.

It does not know files of media.
"""
