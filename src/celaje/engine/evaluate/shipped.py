"""The judges that ship beside the weights: whoever has the weights measures with the same eyes and ears.

They make no clips, so an engine leaves them on disk. It does not know training.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.generate.export import ASKED
from celaje.engine.generate.weights import Network, load_network, read_manifest
from celaje.engine.judge import Judge, JudgeConfig, MotionConfig, MotionJudge
from celaje.engine.world.captions.labels import vocabulary


def shipped_judge(folder: Path) -> Judge | None:
    """The judge of pictures and sounds of a folder of weights; None when it holds none.

    Raises ValueError when it is damaged, or tells of another world than this version of Celaje.
    """
    return _load(folder, "judge", lambda sizes: Judge(JudgeConfig(**sizes), slot_sizes()))


def shipped_motion(folder: Path) -> MotionJudge | None:
    """The judge of motion of a folder of weights; None when it holds none. Raises as `shipped_judge` does."""
    return _load(folder, "motion", lambda sizes: MotionJudge(MotionConfig(**sizes), slot_sizes()))


def _load(folder: Path, name: str, build: Callable[[dict[str, Any]], Network]) -> Network | None:
    manifest = read_manifest(folder)
    if name not in manifest.parts:
        return None
    if any(manifest.slots.get(slot) != list(vocabulary().names(slot)) for slot in ASKED[name]):
        raise ValueError(f"the {name} in {folder} tells of another world than this version of Celaje: train one")
    return load_network(folder, manifest, name, build)
