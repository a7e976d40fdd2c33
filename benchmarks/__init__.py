"""Measurements of speed and size, each number beside its target: `make bench`."""
