"""Read any movie or sound at our rates: 12 upright frames a second (or as many as are asked for), mono sound at 24 kHz.

Frames are taken by their time stamps, so other and varying rates come out right. Only what is asked for is decoded, one
frame at a time: memory does not grow with the file. It does not know requests or models.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, MAX_RATE, SAMPLE_RATE, Size

Frames = NDArray[np.uint8]
Samples = NDArray[np.float32]

#: A frame stamped a little late still counts as shown: containers round their times.
EARLY_S = 0.02
#: How long after the wanted end sound is read on, and before the wanted begin: codecs need a run-up.
RUN_UP_S = 0.5
LONGEST_SIDE = 4096
USUAL_RATE = Fraction(30)  # where a file does not say its own


class SourceError(ValueError):
    """There is no such file, or it cannot be read as a clip or sound."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a file holds: whole frames at our rate (0 for a sound), seconds of sound (0 without), upright size.

    And how long its picture lasts, at how many frames a second (on average; None for a sound).
    """

    num_frames: int
    sound_s: float
    size: Size | None
    picture_s: float
    frames_per_second: Fraction | None

    @property
    def seconds(self) -> float:
        """How long it is: its picture, or its sound when there is none."""
        return self.num_frames / FRAMES_PER_SECOND if self.num_frames else self.sound_s

    def num_frames_at(self, rate: Fraction) -> int:
        """How many frames its picture has at another rate."""
        return max(1, math.ceil((self.picture_s - _early_s(rate)) * rate))


def read_facts(path: Path) -> Facts:
    """Look into a file. Raises SourceError when it is neither a clip nor a sound, or empty."""
    with _opened(path) as container:
        picture, sound = _picture(container), _sound(container)
        if picture is None and sound is None:
            raise SourceError(f"{path} holds neither pictures nor sound")
        begin_s, end_s, size, rate = 0.0, 0.0, None, None
        if picture is not None:
            first = next(_decoded(container, picture), None)
            if first is None:
                raise SourceError(f"{path} has no frames")
            size = _upright_size(picture, first)
            begin_s = _time(first)
            end_s = _end(container, picture)
            rate = _rate(picture)
        sound_s = 0.0
        if sound is not None:
            sound_s = max(0.0, _end(container, sound) - (begin_s if picture is not None else _start(sound)))
    num_frames = 0 if picture is None else max(1, math.ceil((end_s - begin_s - EARLY_S) * FRAMES_PER_SECOND))
    if not num_frames and sound_s <= 0:
        raise SourceError(f"{path} is empty")
    picture_s = max(0.0, end_s - begin_s)
    return Facts(num_frames=num_frames, sound_s=sound_s, size=size, picture_s=picture_s, frames_per_second=rate)


def stream_frames(
    path: Path,
    *,
    first: int = 0,
    count: int,
    reach: Size | None = None,
    frames_per_second: Fraction | int = FRAMES_PER_SECOND,
) -> Iterator[Frames]:
    """`count` frames [H, W, 3] from number `first` on, at our rate or another; the last again where it ends early.

    With `reach`, frames of more than twice that size are halved, thirded ... while they are decoded. Raises
    SourceError.
    """
    with _opened(path) as container:
        stream = _picture(container)
        if stream is None:
            raise SourceError(f"{path} has no picture")
        beginning = next(_decoded(container, stream), None)
        if beginning is None:
            raise SourceError(f"{path} has no frames")
        begin_s, size = _time(beginning), _upright_size(stream, beginning)
        draw = _drawer(stream, size, reach)
        rate = Fraction(frames_per_second)
        early_s = _early_s(rate)
        _seek(container, stream, begin_s + float(first / rate))
        shown: av.VideoFrame | None = beginning
        drawn: Frames | None = None
        number = first
        for frame in _decoded(container, stream):
            while _time(frame) - begin_s > float(number / rate) + early_s and number < first + count:
                drawn = draw(shown) if drawn is None else drawn
                yield drawn
                number += 1
            if number == first + count:
                return
            shown, drawn = frame, None
        for _ in range(number, first + count):
            drawn = draw(shown) if drawn is None else drawn
            yield drawn


def read_samples(path: Path, *, from_s: float = 0.0, seconds: float) -> Samples | None:
    """`seconds` of sound from `from_s` on, counted from the first frame; silence where there is none.

    None for a file without sound. Raises SourceError.
    """
    with _opened(path) as container:
        stream = _sound(container)
        if stream is None:
            return None
        picture = _picture(container)
        first = None if picture is None else next(_decoded(container, picture), None)
        begin_s = _start(stream) if first is None else _time(first)
        samples = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
        _seek(container, stream, begin_s + from_s - RUN_UP_S)
        layout = "mono" if stream.channels == 1 else "stereo"  # the mean of two, where FFmpeg's own mono is louder
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE)
        place: int | None = None
        for frame in _decoded(container, stream):
            at_s = _time(frame) - begin_s - from_s
            if at_s > seconds:
                break
            if place is None:
                place = round(at_s * SAMPLE_RATE)
            frame.pts = None
            place = _lay(samples, place, resampler.resample(frame))
        if place is not None:
            _lay(samples, place, resampler.resample(None))
    return samples


def _early_s(rate: Fraction) -> float:
    """How late a frame may be stamped: never so much that it takes the place of the one before it."""
    return min(EARLY_S, float(0.4 / rate))


def _rate(stream: VideoStream) -> Fraction:
    """How many frames a second there are, on average; no more than are worth keeping."""
    rate = stream.average_rate or stream.base_rate or USUAL_RATE
    return min(Fraction(MAX_RATE), max(Fraction(1), Fraction(rate).limit_denominator(1001)))


def _lay(samples: Samples, place: int, pieces: list[av.AudioFrame]) -> int:
    """Put decoded pieces into `samples` from `place` on, which may lie outside; where the next one goes."""
    for piece in pieces:
        values = piece.to_ndarray().mean(axis=0)
        begin, end = max(0, place), min(len(samples), place + len(values))
        if begin < end:
            samples[begin:end] = values[begin - place : end - place]
        place += len(values)
    return place


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """The file, with what can go wrong said in a line."""
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    try:
        with av.open(str(path)) as container:
            yield container
    except (av.FFmpegError, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read as a clip or sound: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def _picture(container: InputContainer) -> VideoStream | None:
    """The moving picture; the cover of a song is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            stream.thread_type = "AUTO"
            return stream
    return None


def _sound(container: InputContainer) -> AudioStream | None:
    return container.streams.audio[0] if container.streams.audio else None


def _decoded(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Frames with a time, as far as the file is whole."""
    try:
        for frame in container.decode(stream):
            if frame.pts is not None:
                yield frame
    except av.error.InvalidDataError:
        return  # torn: what came before it counts


def _time(frame: Any) -> float:
    return float(frame.pts * frame.time_base)


def _start(stream: AudioStream) -> float:
    return float((stream.start_time or 0) * (stream.time_base or Fraction(0)))


def _end(container: InputContainer, stream: VideoStream | AudioStream) -> float:
    """When a stream ends: as it says itself, else when its last packet does."""
    time_base = stream.time_base or Fraction(0)
    if stream.duration:
        return float(((stream.start_time or 0) + stream.duration) * time_base)
    container.seek(0)
    last_s = length_s = 0.0
    for packet in container.demux(stream):
        if packet.pts is not None:
            length_s = float((packet.duration or 0) * time_base) or length_s
            last_s = max(last_s, float(packet.pts * time_base))
    return last_s + length_s


def _seek(container: InputContainer, stream: VideoStream | AudioStream, second: float) -> None:
    """Go to a key frame at or before `second`; to the beginning where the file cannot be searched."""
    time_base = stream.time_base or Fraction(1, 1000)
    try:
        container.seek(max(stream.start_time or 0, int(second / time_base)), stream=stream)
    except (av.FFmpegError, OSError):
        container.seek(0)


def _upright_size(stream: VideoStream, frame: av.VideoFrame) -> Size:
    """Width and height as they are seen: square pixels, turned as the file says, no side beyond the largest."""
    width, height = _square_size(stream, frame)
    if frame.rotation % 180:
        width, height = height, width
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


def _square_size(stream: VideoStream, frame: av.VideoFrame) -> tuple[int, int]:
    aspect = float(stream.sample_aspect_ratio or 1)
    return max(1, round(frame.width * aspect)) if 0.1 < aspect < 10 else frame.width, frame.height


def _drawer(stream: VideoStream, size: Size, reach: Size | None) -> Callable[[av.VideoFrame | None], Frames]:
    """What turns decoded frames into upright pictures of `size`, or of a whole part of it that reaches `reach`."""
    part = 1 if reach is None else max(1, min(size.width // reach.width, size.height // reach.height))
    width, height = max(1, size.width // part), max(1, size.height // part)

    def draw(frame: av.VideoFrame | None) -> Frames:
        assert frame is not None, "there is a first frame"
        turned = bool(frame.rotation % 180)
        side = (height, width) if turned else (width, height)
        scaled = side != (frame.width, frame.height)
        pixels = frame.to_ndarray(
            format="rgb24",
            width=side[0],
            height=side[1],
            interpolation=Interpolation.AREA if scaled else Interpolation.BICUBIC,
        )
        return np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90) % 4))

    return draw
