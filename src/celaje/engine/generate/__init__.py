"""From a request to a clip: windows, conditioning, progress and cancelling.

It does not know files of media or training.
"""

from celaje.engine.generate.engine import Engine, Sampling, load_engine
from celaje.engine.generate.glimpse import glimpse, interruptible
from celaje.engine.generate.make import Made, Pictures, Progress, generate
from celaje.engine.generate.weights import Manifest, read_manifest, write_weights

__all__ = [
    "Engine",
    "Made",
    "Manifest",
    "Pictures",
    "Progress",
    "Sampling",
    "generate",
    "glimpse",
    "interruptible",
    "load_engine",
    "read_manifest",
    "write_weights",
]
