"""Put trained networks into a folder of weights that `load_engine` reads."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from celaje.engine.codec.audio import AudioCodec
from celaje.engine.codec.video import VideoCodec
from celaje.engine.enlarge.interpolator import Interpolator
from celaje.engine.enlarge.upscaler import Upscaler
from celaje.engine.generate.engine import Sampling
from celaje.engine.generate.weights import (
    MANIFEST,
    Manifest,
    Part,
    Storage,
    check_files,
    read_manifest,
    sha256,
    write_manifest,
    write_weights,
)
from celaje.engine.judge import Judge, MotionJudge
from celaje.engine.judge.motion import MOTION_SLOTS
from celaje.engine.judge.network import ACTIONS, KINDS, PICTURE_SLOTS
from celaje.engine.model import Transformer
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import Tokenizer
from celaje.engine.text.understand import save_known_words

#: Rounding the transformer to int8 costs at most .0004 of the variance that it explains (docs/lab.md). No answer of the
#: judges about 24 real clips differs by it.
STORAGE: dict[str, Storage] = {
    "video": "int8", "audio": "int8", "text": "int8", "transformer": "int8", "upscaler": "bf16", "interpolator": "bf16",
    "critic": "int8", "judge": "int8", "motion": "int8",
}  # fmt: skip
#: These measure clips and make none.
JUDGES = ("judge", "motion")
#: These work on anybody's pictures and sounds: an export without them leaves those that are there.
HELPERS = ("upscaler", "interpolator", "critic", *JUDGES)
#: What is asked of a helper. It answers with numbers of names in a list, and is good for that list alone.
ASKED = {"critic": (*PICTURE_SLOTS, KINDS), "judge": (*PICTURE_SLOTS, KINDS), "motion": (*MOTION_SLOTS, ACTIONS)}

Network = VideoCodec | AudioCodec | TextEncoder | Transformer | Upscaler | Interpolator | Judge | MotionJudge


def export(
    folder: Path,
    *,
    recipe: str,
    networks: Mapping[str, Network],
    tokenizer: Tokenizer,
    known_words: frozenset[str],
    slots: Mapping[str, tuple[str, ...]],
    sampling: Sampling,
    scores: Mapping[str, Any],
) -> Manifest:
    """Write "video", "audio", "text" and "transformer" with all that they need; returns the manifest.

    `HELPERS` may be among them; else those that the folder holds stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept, kept_scores = _kept(folder, networks, slots)
    parts = kept | {
        name: write_weights(folder, name, network.state_dict(), network.config, storage=STORAGE[name])
        for name, network in networks.items()
    }
    tokenizer.save(folder / "tokenizer.json")
    save_known_words(known_words, folder / "words.json")
    for name in ("tokenizer", "words"):
        parts[name] = Part(files={f"{name}.json": sha256(folder / f"{name}.json")}, config={})
    text = networks["text"]
    assert isinstance(text, TextEncoder)
    version = hashlib.sha256(
        "".join(digest for name in sorted(parts.keys() - set(JUDGES)) for digest in parts[name].files.values()).encode()
    ).hexdigest()[:12]
    manifest = Manifest(
        name=f"celaje-{recipe}",
        version=version,
        recipe=recipe,
        parts=parts,
        slots={name: list(slots[name]) for name in text.slot_kinds},
        slots_with_many=[name for name, slot in text.slot_kinds.items() if slot.many],
        sampling=asdict(sampling),
        scores=dict(scores) | {"trained": kept_scores | scores.get("trained", {})},
    )
    write_manifest(folder, manifest)
    return manifest


def _kept(
    folder: Path, networks: Mapping[str, Network], slots: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Part], dict[str, Any]]:
    """The parts of the folder that are not written anew and stay good, and how they were trained."""
    if not (folder / MANIFEST).exists():
        return {}, {}
    former = read_manifest(folder)
    names = [
        name
        for name in HELPERS
        if name in former.parts
        and name not in networks
        and all(former.slots.get(slot) == list(slots.get(slot, ())) for slot in ASKED.get(name, ()))
    ]
    for name in names:
        check_files(folder, former.parts[name])
    trained = former.scores.get("trained", {})
    return {name: former.parts[name] for name in names}, {name: trained[name] for name in names if name in trained}
