"""Write a clip as a file, by its extension. The file appears whole or not at all, and carries the request it was made
from.

`write_clip` takes a clip as a whole; `writing` takes it piece by piece, so that a minute needs no more memory than a
second (in MP4, WebM and WAV; the pictures of GIF and WebP are kept until the end). MP4 is H.264 with AAC and its index
at the front, so that it plays while it loads; WebM is VP9 with Opus.
"""

import fcntl
import io
import json
import os
import tempfile
import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE

Frames = NDArray[np.uint8]
Samples = NDArray[np.float32]
#: Takes the next frames [T, H, W, 3] and the samples that sound while they are shown, None without sound.
Add = Callable[[Frames, Samples | None], None]

FORMATS = (".mp4", ".webm", ".gif", ".webp", ".wav", ".png")
_CODECS = {".mp4": ("libx264", "aac", "yuv420p"), ".webm": ("libvpx-vp9", "libopus", "yuv420p")}
_OPTIONS = {
    ".mp4": {"crf": "17", "preset": "veryfast"},  # half the time of "fast" at 18, a tenth larger
    ".webm": {"crf": "30", "b:v": "0", "deadline": "realtime", "cpu-used": "6"},
}
OPUS_RATE = 48_000
AHEAD_S = 1 / 3  # how far the encoder looks ahead while a file grows: a second is seen once half of the next is made
HEAD_BYTES = 2**20  # of a file in fragments, that say what it is


def check_destination(path: Path, *, with_sound: bool = True) -> None:
    """Raise ValueError when `path` cannot become a file of a known format, before any work is done for it."""
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f'"{path.name}" has no known format: end it with one of {", ".join(FORMATS)}')
    if path.is_dir():
        raise ValueError(f"{path} is a folder: give a file in it")
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"the folder {path.parent} may not be written to")
    if path.suffix.lower() == ".wav" and not with_sound:
        raise ValueError(f"a clip without sound cannot become {path.name}")


def write_clip(
    path: Path,
    frames: Frames,
    samples: Samples | None,
    facts: Mapping[str, Any],
    *,
    frames_per_second: int | Fraction = FRAMES_PER_SECOND,
) -> None:
    """Write frames [T, H, W, 3] and samples [S] at 24 kHz in -1 to 1; `facts` are stored as JSON.

    A PNG shows the first frame, a WAV only sounds; a still makes a clip of one frame. Odd sides lose their last row or
    column in MP4 and WebM, whose pictures are stored in pairs of pixels. Raises ValueError when `path` is not possible
    or the disk refuses.
    """
    with writing(path, facts, with_sound=samples is not None, frames_per_second=frames_per_second) as add:
        add(frames, samples)


@contextmanager
def writing(
    path: Path,
    facts: Mapping[str, Any],
    *,
    with_sound: bool,
    frames_per_second: int | Fraction = FRAMES_PER_SECOND,
    growing: bool = False,
) -> Iterator[Add]:
    """As `write_clip`, for a clip that comes in pieces: the file is there when the block ends well.

    With `growing`, an MP4 can be watched before: what there is of it lies in `so_far(path)`. What a killed run left
    there of the same clip goes; somebody else's file, or one that another run is writing, stays and is in the way.
    """
    check_destination(path, with_sound=with_sound)
    _clear(so_far(path), needed=growing)
    comment = json.dumps(facts)
    kind = path.suffix.lower()
    if kind == ".mp4" and growing:
        with _grown(path, comment, with_sound=with_sound, frames_per_second=frames_per_second) as add:
            yield add
        return
    with whole(path) as partial:
        writer: AbstractContextManager[Add]
        if kind in _CODECS:
            writer = _movie(partial, kind, comment, with_sound=with_sound, frames_per_second=frames_per_second)
        elif kind == ".wav":
            writer = _sound(partial)
        elif kind == ".png":
            writer = _picture(partial, comment)
        else:
            writer = _animation(partial, kind, comment, frames_per_second=frames_per_second)
        with writer as add:
            yield add


def so_far(path: Path) -> Path:
    """Where an MP4 that is still being written can be watched."""
    return path.with_stem(f"{path.stem}-so-far")


def _clear(partial: Path, *, needed: bool) -> None:
    """Remove an unfinished clip that nobody writes any more. Raises ValueError when its place is `needed` and taken."""
    if not partial.exists():
        return
    with partial.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            problem = "" if _is_unfinished(partial) else "it is no unfinished clip: move it"
        except BlockingIOError:
            problem = "another run is writing it: wait"
        if not problem:
            partial.unlink()
        elif needed:
            raise ValueError(f"{partial} is in the way, {problem}, or give another name")


def _is_unfinished(path: Path) -> bool:
    """Whether `_grown` began to write it: it is empty still, or in fragments and with facts in its comment."""
    with path.open("rb") as file:
        content = file.read(HEAD_BYTES)
    if not content:
        return True
    try:
        with av.open(io.BytesIO(content)) as container:
            facts = json.loads(container.metadata.get("comment", ""))
    except (av.FFmpegError, ValueError):
        return False
    return b"mvex" in content and isinstance(facts, dict)


@contextmanager
def _grown(path: Path, comment: str, *, with_sound: bool, frames_per_second: int | Fraction) -> Iterator[Add]:
    """An MP4 that plays at every moment of being written (in fragments of a second), and ends as any other."""
    partial = so_far(path)
    try:
        with partial.open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # other runs see that it is being written
            with _movie(
                partial, ".mp4", comment, with_sound=with_sound, frames_per_second=frames_per_second, growing=True
            ) as add:
                yield add
            with whole(path) as final:
                _repack(partial, final)
    except OSError as error:
        raise ValueError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _repack(partial: Path, final: Path) -> None:
    """The same packets in another file, with the index at its front."""
    options = {"movflags": "faststart+use_metadata_tags"}
    with av.open(str(partial)) as source, av.open(str(final), "w", options=options) as target:
        target.metadata.update(source.metadata)
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A hidden neighbour of `path` that takes its place when all went well and vanishes when not.

    Raises ValueError when the disk refuses.
    """
    partial = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        partial = Path(name)
        yield partial
        umask = os.umask(0)
        os.umask(umask)
        partial.chmod(0o666 & ~umask)
        os.replace(partial, path)
    except OSError as error:
        raise ValueError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)


@contextmanager
def _movie(
    path: Path, kind: str, comment: str, *, with_sound: bool, frames_per_second: int | Fraction, growing: bool = False
) -> Iterator[Add]:
    video_codec, audio_codec, pixel_format = _CODECS[kind]
    options = {"movflags": "faststart+use_metadata_tags"} if kind == ".mp4" else {}
    often: dict[str, str] = {}
    if growing:
        options = {"movflags": "frag_keyframe+empty_moov+default_base_moof+use_metadata_tags", "flush_packets": "1"}
        often = {"g": str(round(frames_per_second)), "rc-lookahead": str(round(frames_per_second * AHEAD_S))}
    with av.open(str(path), "w", options=options) as container:
        container.metadata["comment"] = comment
        picture = container.add_stream(video_codec, rate=Fraction(frames_per_second), options=_OPTIONS[kind] | often)
        assert isinstance(picture, VideoStream)
        rate = OPUS_RATE if audio_codec == "libopus" else SAMPLE_RATE
        sound = container.add_stream(audio_codec, rate=rate, layout="mono") if with_sound else None
        assert sound is None or isinstance(sound, AudioStream)
        resampler = av.AudioResampler(format="fltp" if rate == SAMPLE_RATE else "flt", layout="mono", rate=rate)
        heard = 0

        def add(frames: Frames, samples: Samples | None) -> None:
            nonlocal heard
            height, width = frames.shape[1] // 2 * 2, frames.shape[2] // 2 * 2
            if not picture.pix_fmt or picture.width != width:
                picture.width, picture.height, picture.pix_fmt = width, height, pixel_format
            for pixels in frames:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:height, :width]), format="rgb24")
                container.mux(picture.encode(frame))
            if sound is not None and samples is not None and len(samples):
                for piece in resampler.resample(_audio_frame(samples, heard)):
                    container.mux(sound.encode(piece))
                heard += len(samples)

        yield add
        container.mux(picture.encode())
        if sound is not None:
            for piece in resampler.resample(None):
                container.mux(sound.encode(piece))
            container.mux(sound.encode())


def _audio_frame(samples: Samples, at: int) -> av.AudioFrame:
    """Samples of which the first is number `at` of the clip."""
    frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), at
    return frame


@contextmanager
def _sound(path: Path) -> Iterator[Add]:
    with path.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)

        def add(frames: Frames, samples: Samples | None) -> None:
            assert samples is not None, "check_destination asked for sound"
            sound.writeframes((np.clip(samples, -1, 1) * 32767).round().astype("<i2").tobytes())

        yield add


@contextmanager
def _picture(path: Path, comment: str) -> Iterator[Add]:
    shown: list[Frames] = []
    yield lambda frames, samples: shown.append(frames[:1]) if not shown else None
    info = PngInfo()
    info.add_itxt("comment", comment)
    Image.fromarray(shown[0][0]).save(path, pnginfo=info)


@contextmanager
def _animation(path: Path, kind: str, comment: str, *, frames_per_second: int | Fraction) -> Iterator[Add]:
    pictures: list[Image.Image] = []
    yield lambda frames, samples: pictures.extend(Image.fromarray(frame) for frame in frames)
    buffer = io.BytesIO()
    ends_ms = [round(1000 * (index + 1) / frames_per_second) for index in range(len(pictures))]
    times_ms = [int(time) for time in np.diff([0, *ends_ms])]
    if kind == ".gif":
        pictures[0].save(
            buffer,
            "GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=times_ms,
            loop=0,
            comment=comment.encode(),
        )
    else:
        exif = Image.Exif()
        exif[0x010E] = comment  # ImageDescription
        pictures[0].save(
            buffer, "WEBP", save_all=True, append_images=pictures[1:], duration=times_ms, loop=0, quality=80, exif=exif
        )
    path.write_bytes(buffer.getvalue())
