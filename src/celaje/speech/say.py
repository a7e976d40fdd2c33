"""From a prompt, or a scene of the world, to what is said in it: who says what, in which language and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from celaje.clip import FRAMES_PER_SECOND
from celaje.clip.language import language_of
from celaje.clip.quotes import quotations, without_quotations
from celaje.engine.world.outline import Doing, Outline, SubjectOutline
from celaje.engine.world.reading import read
from celaje.engine.world.scene import Action, Line, Scene, Subject
from celaje.speech.fit import LEAD_S, NOTHING_SAID, Note, Speech, Wish, say
from celaje.speech.lay import FADE_S
from celaje.speech.mouth import mouth_opening
from celaje.speech.voice import Speaker, VoiceError, find_voice

Stretch = tuple[float, float]  # from one second to another


@dataclass(frozen=True, kw_only=True)
class _Told:
    """A line, who says it (a subject's number and kind; nobody who is seen when None), between which seconds."""

    line: Line
    subject: int | None
    kind: str
    between: Stretch
    rather_s: float = 0.0
    action: int = 0  # of that subject, which the line belongs to


def say_prompt(prompt: str, seconds: float, *, voice: str = "", taken: Sequence[Stretch] = ()) -> Speech:
    """What a prompt wants to be said in a clip of that length, but not in or right beside the seconds that are `taken`.

    Sentences without seconds of their own use the longest stretch that is free. That no voice is installed is a note;
    a voice that was asked for by name and is not there raises VoiceError.
    """
    if not quotations(prompt) or not seconds:
        return NOTHING_SAID
    free = _free(seconds, taken)
    told = [
        replace(one, between=_longest([_both(one.line.span or _longest(free), stretch) for stretch in free]))
        for one in _lines(read(prompt).outline)
    ]
    told = [replace(one, rather_s=one.between[0] + LEAD_S) for one in told]
    return _say(told, prompt, voice)


def say_scene(scene: Scene, prompt: str = "", *, voice: str = "") -> tuple[Scene, Speech]:
    """The scene with a voice for its lines: mouths follow it, and actions make room for what is said. See `say_prompt`.

    Those who find no voice talk in no language, as others do.
    """
    told = _lines(scene)
    if not told or scene.num_frames == 1:
        return scene, NOTHING_SAID
    whole = (0.0, scene.seconds)
    speech = _say([replace(one, between=_both(one.line.span or whole, whole)) for one in told], prompt, voice)
    subjects = list(scene.subjects)
    for spoken in speech.spoken:
        one = told[spoken.wish]
        if one.subject is not None:
            who = subjects[one.subject]
            line = replace(one.line, start_s=spoken.start_s, mouth=mouth_opening(spoken.samples))
            subjects[one.subject] = replace(who, actions=_with_room(who.actions, one.action, line, scene.seconds))
    return replace(scene, subjects=tuple(subjects)), speech


def _lines(told: Outline | Scene) -> list[_Told]:
    """All lines in the order in which they are said."""
    nobody = _Told(line=Line(text=""), subject=None, kind="", between=(0.0, 0.0), rather_s=LEAD_S)
    lines = [replace(nobody, line=line) for line in told.voice_over]
    subjects: Sequence[SubjectOutline | Subject] = told.subjects or ()
    for number, who in enumerate(subjects):
        actions: Sequence[Doing | Action] = who.actions
        kind = who.kind.split("/")[0]
        for at, action in enumerate(actions):
            if action.line is not None:
                rather_s = (action.start_s or 0.0) + LEAD_S
                one = replace(nobody, line=action.line, subject=number, kind=kind, rather_s=rather_s, action=at)
                lines.append(one)
    return sorted(lines, key=lambda one: (one.line.order, one.rather_s))


def _say(told: Sequence[_Told], prompt: str, voice: str) -> Speech:
    try:
        speaking, always = find_voice(voice)
    except VoiceError as error:
        if voice:
            raise
        return Speech(notes=tuple(Note(why="no voice", text=one.line.text, reason=str(error)) for one in told))
    around = language_of(without_quotations(prompt))
    wishes = [
        Wish(
            text=one.line.text,
            language=language_of(one.line.text, around),
            speaker=always or speaker,
            from_s=one.between[0],
            to_s=one.between[1],
            rather_s=one.rather_s,
        )
        for one, speaker in zip(told, _speakers(told), strict=True)
    ]
    return say(wishes, speaking)


def _speakers(told: Sequence[_Told]) -> list[Speaker]:
    """Who speaks with which voice: several of a kind are told apart."""
    known: dict[tuple[str, str], list[int | None]] = {}
    speakers = []
    for one in told:
        alike = known.setdefault((one.kind, one.line.gender), [])
        if one.subject not in alike:
            alike.append(one.subject)
        speakers.append(Speaker(kind=one.kind, gender=one.line.gender, number=alike.index(one.subject) + 1))
    return speakers


def _with_room(actions: tuple[Action, ...], number: int, line: Line, length_s: float) -> tuple[Action, ...]:
    """The actions of one subject, with the one of this number as long as its line at least; others give way."""
    mine = actions[number]
    begin_s = min(mine.start_s, int(line.start_s * FRAMES_PER_SECOND) / FRAMES_PER_SECOND)
    over_s = -(-(line.start_s + line.seconds) * FRAMES_PER_SECOND // 1) / FRAMES_PER_SECOND
    end_s = min(length_s, max(mine.end_s, over_s))
    fitted = []
    for at, action in enumerate(actions):
        if at == number:
            action = replace(action, start_s=begin_s, end_s=end_s, line=line)
        elif action.start_s < mine.start_s:
            action = replace(action, end_s=min(action.end_s, begin_s) if action.end_s <= mine.start_s else action.end_s)
        elif action.start_s >= mine.end_s:
            action = replace(action, start_s=max(action.start_s, end_s))
        fitted.append(action)
    return tuple(action for action in fitted if action.end_s > action.start_s or action.line is not None)


def _free(seconds: float, taken: Sequence[Stretch]) -> list[Stretch]:
    """The stretches of a clip that are not taken."""
    free = [(0.0, seconds)]
    for begin_s, end_s in taken:
        before, after = begin_s - FADE_S, end_s + FADE_S
        free = [part for a, b in free for part in ((a, min(b, before)), (max(a, after), b)) if part[1] > part[0]]
    return free


def _both(one: Stretch, other: Stretch) -> Stretch:
    """What two stretches share; an empty stretch when nothing."""
    begin_s = max(one[0], other[0])
    return begin_s, max(begin_s, min(one[1], other[1]))


def _longest(stretches: Sequence[Stretch]) -> Stretch:
    return max(stretches, key=lambda stretch: stretch[1] - stretch[0], default=(0.0, 0.0))
