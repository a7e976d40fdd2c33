"""From what a scene says to how its subjects move and what is heard of it. It does not know pixels or samples."""

from celaje.engine.world.motion.perform import Performance, Play, perform

__all__ = ["Performance", "Play", "perform"]
