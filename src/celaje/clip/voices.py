"""Who may be asked for by name to say what stands in quotes. What a voice is and how it speaks, `celaje.speech` knows.

A package offers a voice by an entry point of the group `celaje.voices`: its name is what is asked for, perhaps with a
speaker of its own behind a colon, "piper:amy".
"""

from importlib.metadata import EntryPoint, entry_points

GROUP = "celaje.voices"
#: Speakers of the built-in voice, whoever speaks in the prompt: kind and gender.
SPEAKERS = {
    "woman": ("woman", "f"),
    "man": ("man", "m"),
    "child": ("child", ""),
    "old woman": ("old person", "f"),
    "old man": ("old person", "m"),
    "robot": ("robot", ""),
    "astronaut": ("astronaut", ""),
    "narrator": ("", ""),
}


def other_voices() -> dict[str, EntryPoint]:
    """The voices that other packages bring, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def voice_names() -> tuple[str, ...]:
    """All that may be asked for; those of other packages without their speakers."""
    return (*SPEAKERS, *sorted(other_voices()))


def check_voice(name: str) -> None:
    """Raise ValueError for a name that is nobody's; "" is whoever fits."""
    if name and name not in SPEAKERS and name.partition(":")[0] not in other_voices():
        raise ValueError(f'there is no voice "{name}": give {", ".join(voice_names())}')
