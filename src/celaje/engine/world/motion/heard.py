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


def landing_sound(kind: Kind, surface: str) -> tuple[str, str]:
    """The sound of coming down after a jump or a fall."""
    return "landing", f"{surface} {weight(kind)}"


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


def could_be(kind: Kind, sound: str, detail: str) -> bool:
    """Whether a body of this kind makes that very sound: a man's steps on sand are a woman's, a dog's paws a cat's."""
    surface = detail.split(" ")[0]
    made = {landing_sound(kind, surface), knock_sound(kind, surface)}
    if kind.step:
        made.add(step_sound(kind, surface))
    if kind.voice:
        made.add(voice_sound(kind))
    return (sound, detail) in made
