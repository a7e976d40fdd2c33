"""Write new pictures beside the sound of another file, which stays as it is: its packets are copied where the format
takes them, else it is coded anew at its own rate. Names, dates and the like come along too.
"""

import heapq
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from celaje.media.open import SourceError
from celaje.media.write import OPUS_RATE, Add, check_destination, whole, writing

#: Sound that each format holds as it is, and what other sound becomes.
COPIED = {".mp4": ("aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"), ".webm": ("opus", "vorbis")}
CODED = {".mp4": "aac", ".webm": "libopus"}
#: What a file says of itself rather than of what it shows.
OWN = ("comment", "major_brand", "minor_version", "compatible_brands", "encoder", "duration")
RUN_UP_S = 0.1  # of sound before the first frame that a codec may need

Timed = tuple[float, int, "Packet[Any]"]


@contextmanager
def writing_with_sound_of(
    source: Path, path: Path, facts: Mapping[str, Any], *, frames_per_second: Fraction
) -> Iterator[Add]:
    """As `writing`, for an MP4 or WebM that sounds as `source` does; samples that are given are not heard.

    Raises SourceError when the sound cannot be read.
    """
    check_destination(path, with_sound=False)
    with whole(path) as final, tempfile.TemporaryDirectory(prefix=".celaje-", dir=path.parent) as folder:
        picture = Path(folder) / path.name
        with writing(picture, facts, with_sound=False, frames_per_second=frames_per_second) as add:
            yield add
        try:
            _join(picture, source, final, path.suffix.lower())
        except av.FFmpegError as error:
            raise SourceError(f"the sound of {source} cannot be carried over: {error.strerror}") from error


def _join(picture: Path, source: Path, final: Path, kind: str) -> None:
    """The pictures of one file and the sound of another in a third."""
    options = {"movflags": "faststart+use_metadata_tags"} if kind == ".mp4" else {}
    with (
        av.open(str(picture)) as seen,
        av.open(str(source)) as heard,
        av.open(str(final), "w", options=options) as target,
    ):
        said = {name: value for name, value in heard.metadata.items() if name.lower() not in OWN}
        target.metadata.update(said | {"comment": _comment(seen)})
        tracks = [_pictures(seen, target)]
        if heard.streams.audio:
            tracks.append(_sound(heard, target, kind))
        for _, _, packet in heapq.merge(*tracks, key=lambda timed: timed[:2]):
            target.mux(packet)


def _comment(container: InputContainer) -> str:
    return container.metadata.get("comment") or container.metadata.get("COMMENT") or ""


def _pictures(seen: InputContainer, target: OutputContainer) -> Iterator[Timed]:
    track = target.add_stream_from_template(seen.streams.video[0])

    def packets() -> Iterator[Timed]:
        for packet in seen.demux(seen.streams.video[0]):
            if packet.dts is not None:
                at_s = float(packet.dts * packet.time_base)
                packet.stream = track
                yield at_s, 0, packet

    return packets()


def _sound(heard: InputContainer, target: OutputContainer, kind: str) -> Iterator[Timed]:
    stream = heard.streams.audio[0]
    if stream.codec_context.name in COPIED[kind]:
        return _copied(heard, target)
    return _coded(heard, target, kind)


def _copied(heard: InputContainer, target: OutputContainer) -> Iterator[Timed]:
    stream = heard.streams.audio[0]
    track = target.add_stream_from_template(stream)
    begin_s = _begin_s(heard)

    def packets() -> Iterator[Timed]:
        for packet in heard.demux(stream):
            if packet.dts is None or packet.pts is None:
                continue
            late = round(begin_s / packet.time_base)
            packet.pts, packet.dts = packet.pts - late, packet.dts - late
            at_s = float(packet.dts * packet.time_base)
            if at_s >= -RUN_UP_S:
                packet.stream = track
                yield at_s, 1, packet

    return packets()


def _coded(heard: InputContainer, target: OutputContainer, kind: str) -> Iterator[Timed]:
    stream = heard.streams.audio[0]
    layout = "mono" if stream.channels == 1 else "stereo"
    rate = OPUS_RATE if kind == ".webm" else min(stream.rate, OPUS_RATE)
    track = target.add_stream(CODED[kind], rate=rate, layout=layout)
    assert isinstance(track, AudioStream)
    resampler = av.AudioResampler(format="flt" if kind == ".webm" else "fltp", layout=layout, rate=rate)
    begin_s = _begin_s(heard)

    def packets() -> Iterator[Timed]:
        place: int | None = None
        for frame in _frames(heard, stream):
            if frame is not None and place is None:
                assert frame.time is not None, "frames without a time are left out"
                place = max(0, round((frame.time - begin_s) * rate))
            if frame is not None:
                frame.pts = None
            for piece in resampler.resample(frame):
                piece.pts, piece.time_base = place, Fraction(1, rate)
                place = (place or 0) + piece.samples
                yield from _timed(track.encode(piece))
        yield from _timed(track.encode(None))

    return packets()


def _frames(heard: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame | None]:
    """Decoded sound as far as it is whole, then None."""
    try:
        for frame in heard.decode(stream):
            if frame.time is not None:
                yield frame
    except av.error.InvalidDataError:
        pass
    yield None


def _timed(packets: "list[Packet[Any]]") -> Iterator[Timed]:
    for packet in packets:
        yield float((packet.dts or 0) * packet.time_base), 1, packet


def _begin_s(container: InputContainer) -> float:
    """When the first frame is shown: sound is counted from there."""
    for stream in container.streams.video:
        if stream.start_time is not None and stream.time_base is not None:
            return float(stream.start_time * stream.time_base)
    return 0.0
