"""The numbers of an evaluation as one value, for programs and as a table for people. It does not know how they came."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from celaje.engine.evaluate.numbers import Number

#: What the first weights must reach on combinations that they have never seen, and the judge on real clips.
FLOORS = {"kinds": 0.6, "look": 0.6, "place": 0.9, "time": 0.9, "weather": 0.8}
#: Of sounds; not of who is heard, since nobody can tell whose steps they are.
SOUND_FLOORS = {"place": 0.8, "weather": 0.8, "source": 0.8}
JUDGE_FLOOR, PSNR_FLOOR_DB = 0.95, 30.0
PICTURE_COLUMNS = {
    "kinds": "who", "look": "color", "count": "count", "place": "where", "time": "when", "weather": "weather",
    "camera": "camera", "actions": "doing", "style": "style",
}  # fmt: skip
SOUND_COLUMNS = {"place": "where", "weather": "weather", "source": "source", "kinds": "who"}


@dataclass(frozen=True, kw_only=True)
class Score:
    """The share of right answers among `count`."""

    share: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Sync:
    """F1 of sound onsets against moments of the same clip, and of another clip. It counts moments."""

    matched: float
    mismatched: float
    count: int


@dataclass(frozen=True, kw_only=True)
class CodecQuality:
    """What coding alone costs on these scenes; the errors of sound are in nepers (convergence: a ratio)."""

    psnr_db: float
    ssim: float
    magnitude: float
    convergence: float
    mel: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """Scores by row ("real", "reconstructed", "generated en"...) and slot, and what else was measured.

    `numbers` has all of them and more, by "group/measure/row", with how sure they are. `judge` is a fingerprint, empty
    when there was none; `observer` names what distances were measured with.
    """

    model: str
    judge: str
    observer: str
    num_scenes: int
    seconds: float
    steps: int
    guidance: float
    picture: Mapping[str, Mapping[str, Score]]
    sound: Mapping[str, Mapping[str, Score]]
    sync: Mapping[str, Sync]
    codec: CodecQuality
    numbers: Mapping[str, Number]

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary, ready for JSON."""
        return asdict(self)

    def table(self) -> str:
        """Everything as lines of text."""
        codec = self.codec
        return "\n".join(
            [
                f"{self.model}: {self.num_scenes} scenes of {self.seconds:.2f} s, {self.steps} steps, "
                f"guidance {self.guidance:g}. Shares of right answers, in %.",
                "",
                *([] if self.judge else ["There was no judge: nobody told what clips show and sound like.", ""]),
                *_grid("picture", PICTURE_COLUMNS, self.picture, FLOORS),
                "",
                *_grid("sound", SOUND_COLUMNS, self.sound, SOUND_FLOORS),
                "",
                f"{'onsets of sound against':<40}{'F1':>8}{'mismatched':>12}{'moments':>9}",
                *(
                    f"{name:<40}{sync.matched:>8.2f}{sync.mismatched:>12.2f}{sync.count:>9}"
                    for name, sync in self.sync.items()
                ),
                "",
                f"codec: PSNR {codec.psnr_db:.2f} dB (floor {PSNR_FLOOR_DB:g}), SSIM {codec.ssim:.3f}; sound: STFT "
                f"{codec.magnitude:.3f} Np, convergence {codec.convergence:.3f}, mel {codec.mel:.3f} Np",
                "",
                f"{'more':<72}{'value':>10}{'95 % interval':>20}",
                *(
                    f"{key.replace('/', ': '):<72}{number.value:>10.3f}{number.low:>10.3f}{number.high:>10.3f}"
                    for key, number in self.numbers.items()
                    if not key.startswith(("picture told", "sound told", "sync", "codec"))
                ),
            ]
        )


def _grid(
    title: str,
    columns: Mapping[str, str],
    rows: Mapping[str, Mapping[str, Score]],
    floors: Mapping[str, float],
) -> list[str]:
    """A header, a line for each row, and the floors below."""

    def line(name: str, cells: list[str]) -> str:
        return f"{name:<16}" + "".join(f"{cell:>9}" for cell in cells)

    told = {slot for scores in rows.values() for slot in scores}
    if not told:
        return []
    columns = {slot: name for slot, name in columns.items() if slot in told}
    lines = [line(title, list(columns.values()))]
    for name, scores in rows.items():
        lines.append(line(name, [f"{100 * scores[slot].share:.1f}" if slot in scores else "-" for slot in columns]))
    generated = [scores for name, scores in rows.items() if name.startswith("generated")]
    if generated:
        asked = [
            min(scores[slot].count for scores in generated if slot in scores)
            if any(slot in scores for scores in generated)
            else 0
            for slot in columns
        ]
        lines.append(line("clips asked", [str(count) for count in asked]))
    return [
        *lines,
        line("floor generated", [f"{100 * floors[slot]:.0f}" if slot in floors else "-" for slot in columns]),
        line("floor real", [f"{100 * JUDGE_FLOOR:.0f}" if title == "picture" else "-" for _ in columns]),
    ]
