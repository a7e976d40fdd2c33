"""The simulated world: a seed becomes a scene, and the scene becomes frames, sound, captions and ground truth.

It does not know files, tensors or models.
"""
