"""From a request to a clip: windows, conditioning, progress and cancelling.

It does not know files of media or training.
"""

from celaje.engine.generate.canvas import Given
from celaje.engine.generate.engine import Engine, Sampling, load_engine
from celaje.engine.generate.glimpse import glimpse, interruptible
from celaje.engine.generate.keep import FrameKeeper, KeptFrames
from celaje.engine.generate.make import Clock, Made, Piece, Progress, film, generate
from celaje.engine.generate.weights import Manifest, read_manifest, write_weights

__all__ = [
    "Clock",
    "Engine",
    "FrameKeeper",
    "Given",
    "KeptFrames",
    "Made",
    "Manifest",
    "Piece",
    "Progress",
    "Sampling",
    "film",
    "generate",
    "glimpse",
    "interruptible",
    "load_engine",
    "read_manifest",
    "write_weights",
]
