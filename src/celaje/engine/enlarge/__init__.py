"""More pixels and more frames: a network that enlarges pictures, and one that finds frames between frames.

It does not know the model that makes clips, nor the world.
"""
