"""A scene in a sentence, or in a paragraph, in English or Spanish. It does not know pixels, sounds or tokens.

What is left out is not contradicted, and the caption says which slots it spoke of, so that a model is only asked for
what it was told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from celaje.engine.world.captions.grammar import Language
from celaje.engine.world.captions.lexicon import Lexicon, world_lexicon
from celaje.engine.world.captions.shapes import Fitting, describe, shapes_for, trailing
from celaje.engine.world.captions.speaker import Speaker
from celaje.engine.world.scene import Action, Scene

CUT, TIMELINE = 0.4, 0.45  # how often captions of clips with two shots, or changing actions, tell them one by one
LOOSE = ("headline", "tags", "place bare")  # shapes that rarely begin with a capital and end with a full stop


@dataclass(frozen=True, kw_only=True)
class Span:
    """A piece of a caption and the seconds it speaks of; both -1 for the whole clip."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is said of a scene.

    `text` is the prompt as a person writes it, with marks such as "[0s-2s]" where it has timed spans. `mentioned` names
    the slots it spoke of: "place", "look", "count", or "kinds:cat", "looks:cat/coat/black", "actions:run". `shape` is
    the name of its sentence shape.
    """

    text: str
    spans: tuple[Span, ...]
    language: Language
    mentioned: frozenset[str]
    shape: str


def caption(
    scene: Scene, language: Language, rng: np.random.Generator, *, after: str = "", lexicon: Lexicon | None = None
) -> Caption:
    """One caption of `scene`, drawn by `rng`; never of the shape named `after`."""
    random = Random(int(rng.integers(2**63)))
    lexicon = lexicon or world_lexicon()
    speaker = Speaker(
        scene=scene, shot=scene.shots[0], language=language, lexicon=lexicon, random=random, detail=random.random()
    )
    if len(scene.shots) > 1 and after != "cut" and random.random() < CUT:
        return _cut(speaker)
    periods = _periods(speaker)
    if len(periods) > 1 and after != "timeline" and random.random() < TIMELINE:
        return _timeline(speaker, periods)
    shapes = {name: fitting for name, fitting in shapes_for(speaker).items() if name != after}
    name = random.choices(list(shapes), [_weight(fitting, speaker.detail) for fitting in shapes.values()])[0]
    text = _finish(speaker, trailing(speaker, shapes[name].shape(speaker)), loose=name in LOOSE)
    return _whole(text, [speaker], name)


def captions(scene: Scene, language: Language, rng: np.random.Generator) -> Iterator[Caption]:
    """Captions of `scene` without end, no two in a row of the same shape."""
    shape = ""
    while True:
        drawn = caption(scene, language, rng, after=shape)
        shape = drawn.shape
        yield drawn


def _weight(fitting: Fitting, detail: float) -> float:
    """Short shapes for who wants to say little, long ones for who wants to say much."""
    return fitting.weight * (0.15 + (1 - abs(detail - fitting.length)) ** 2)


# Clips that change


def _cut(speaker: Speaker) -> Caption:
    """The first shot; "cut to" the second."""
    first = describe(speaker, noun=speaker.chance(0.4))
    second = speaker.next_shot(speaker.scene.shots[1])
    then = f"{_capital(speaker.link('cut'))} {describe(second, noun=True)}"
    return _whole(_finish(speaker, f"{first}. {then}", loose=False), [speaker, second], "cut")


def _periods(speaker: Speaker) -> list[tuple[float, float, Action | None]]:
    """The pieces of time that differ: the shots, or else what the first subject does one after the other."""
    if len(speaker.scene.shots) > 1:
        return [(shot.start_s, shot.end_s, None) for shot in speaker.scene.shots]
    actions = speaker.actions(speaker.groups[0]) if speaker.groups else []
    in_turn = all(one.end_s <= other.start_s + 0.05 for one, other in pairwise(actions))
    return [(action.start_s, action.end_s, action) for action in actions] if in_turn else []


def _timeline(speaker: Speaker, periods: list[tuple[float, float, Action | None]]) -> Caption:
    """Each period with its seconds before it; sometimes the style ahead of all."""
    mark = speaker.random.choice(("[{}s-{}s]", "[{}-{}s]", "[{}s - {}s]", "{}s-{}s:"))
    speakers = [speaker]
    spans = []
    if speaker.chance(0.3):
        spans.append(Span(start_s=-1.0, end_s=-1.0, text=_finish(speaker, speaker.style(), loose=False)))
    for number, (start_s, end_s, action) in enumerate(periods):
        if action is None:
            speakers += [speaker.next_shot(speaker.scene.shots[number])] if number else []
            text = describe(speakers[-1], noun=speaker.chance(0.3))
        else:
            group = speaker.groups[0]
            text = f"{speaker.who(group)} {speaker.deed(group, 'present', action=action)}"
            text = f"{text} {speaker.place()}" if number == 0 and speaker.chance(0.8) else text
        spans.append(Span(start_s=start_s, end_s=end_s, text=_finish(speaker, text, loose=False)))
    marks = [mark.format(f"{span.start_s:.3g}", f"{span.end_s:.3g}") if span.end_s >= 0 else "" for span in spans]
    return Caption(
        text=" ".join(f"{before} {span.text}".strip() for before, span in zip(marks, spans, strict=True)),
        spans=tuple(spans),
        language=speaker.language,
        mentioned=_mentioned(speakers),
        shape="timeline",
    )


# Finishing


def _whole(text: str, speakers: list[Speaker], shape: str) -> Caption:
    """A caption whose words all speak of the whole clip."""
    spans = (Span(start_s=-1.0, end_s=-1.0, text=text),)
    return Caption(text=text, spans=spans, language=speakers[0].language, mentioned=_mentioned(speakers), shape=shape)


def _mentioned(speakers: list[Speaker]) -> frozenset[str]:
    """What was said. Slots with one value per clip mean its first shot; sets ("kinds:cat") may come from any shot."""
    first = speakers[0]
    said = set(first.said) | {slot for speaker in speakers[1:] for slot in speaker.said if ":" in slot}
    told = {index for speaker in speakers for group in speaker.groups if group.introduced for index in group.indices}
    return frozenset(said | ({"count"} if told and len(told) == len(first.scene.subjects) else set()))


def _finish(speaker: Speaker, text: str, *, loose: bool) -> str:
    """Contractions, a capital at the beginning, a full stop at the end; people often leave both out."""
    text = speaker.grammar.tidy(text)
    careful = 0.25 if loose else 0.8
    text = _capital(text) if speaker.chance(careful) else text
    return text if text.endswith(".") or not speaker.chance(careful - 0.1) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
