"""Clips and files: frames and samples in, MP4, WebM, GIF, WebP, WAV or PNG out.

It does not know tensors or databases.
"""

from celaje.media.open import SourceError, read_facts, read_samples, stream_frames
from celaje.media.read import read_picture, read_request
from celaje.media.sheet import write_sheet
from celaje.media.write import FORMATS, check_destination, so_far, whole, write_clip, writing

__all__ = [
    "FORMATS",
    "SourceError",
    "check_destination",
    "read_facts",
    "read_picture",
    "read_request",
    "read_samples",
    "so_far",
    "stream_frames",
    "whole",
    "write_clip",
    "write_sheet",
    "writing",
]
