"""What a body's steps, voice and knocks are called in `sounds/`, with the detail that makes them its own."""

from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.sounds import SOUNDS

SMALL_M, HEAVY_M = 0.9, 2.0  # bodies lower than the one and higher than the other


def weight(kind: Kind) -> str:
    """small, medium or heavy, by height."""
    return "small" if kind.height_m < SMALL_M else "heavy" if kind.height_m > HEAVY_M else "medium"


def step_sound(kind: Kind, surface: str) -> tuple[str, str]:
    """The sound of a footfall and its detail: "heavy step" on snow is ("step", "snow heavy")."""
    *words, sound = kind.step.split()
    return sound, " ".join([surface, *(words or [weight(kind)])])


def voice_sound(kind: Kind) -> tuple[str, str]:
    """The sound of its voice and its detail: who has no call of its own talks, as a woman, a child, a robot..."""
    if kind.voice == "talk" or kind.voice not in SOUNDS:
        return "talk", kind.name
    return kind.voice, weight(kind)


def knock_sound(kind: Kind, surface: str) -> tuple[str, str]:
    """The sound of hitting something: what rolls bounces, anything else crashes as its material does."""
    if "roll" in kind.actions:
        return "bounce", f"{surface} {weight(kind)}"
    if kind.gait.walk_rate_hz:
        return "crash", "soft"
    return "crash", "metal" if kind.medium in ("road", "rails", "air") else "wood"
