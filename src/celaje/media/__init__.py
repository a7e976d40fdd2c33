"""Clips and files: frames and samples in, MP4, WebM, GIF, WebP, WAV or PNG out.

It does not know tensors or databases.
"""

from celaje.media.read import read_pictures, read_request
from celaje.media.sheet import write_sheet
from celaje.media.write import FORMATS, check_destination, whole, write_clip

__all__ = ["FORMATS", "check_destination", "read_pictures", "read_request", "whole", "write_clip", "write_sheet"]
