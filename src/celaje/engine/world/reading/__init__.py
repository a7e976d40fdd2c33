"""A prompt in English or Spanish back to what the world can show: the reverse of `captions/`, by rules."""

from celaje.engine.world.reading.read import Reading, read

__all__ = ["Reading", "read"]
