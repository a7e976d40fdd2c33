"""From a request to a clip: windows, conditioning, progress and cancelling.

It does not know files of media or training.
"""

from celaje.engine.enlarge.retime import Retimer
from celaje.engine.generate.canvas import Given
from celaje.engine.generate.engine import Engine, Sampling, choose_device, load_engine
from celaje.engine.generate.enlarger import Enlarger, load_enlarger
from celaje.engine.generate.glimpse import glimpse, interruptible
from celaje.engine.generate.keep import FrameKeeper, FrameRestorer, KeptFrames
from celaje.engine.generate.make import Clock, Made, Piece, Progress, film, generate
from celaje.engine.generate.styles import drawn_in_style
from celaje.engine.generate.weights import Manifest, read_manifest, write_weights

__all__ = [
    "Clock",
    "Engine",
    "Enlarger",
    "FrameKeeper",
    "FrameRestorer",
    "Given",
    "KeptFrames",
    "Made",
    "Manifest",
    "Piece",
    "Progress",
    "Retimer",
    "Sampling",
    "choose_device",
    "drawn_in_style",
    "film",
    "generate",
    "glimpse",
    "interruptible",
    "load_engine",
    "load_enlarger",
    "read_manifest",
    "write_weights",
]
