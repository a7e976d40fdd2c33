"""The shapes that a caption can have: ways to put a speaker's pieces in order. It does not know words or grammar.

Each shape takes a Speaker and returns text without a capital or a full stop; `caption.py` draws the shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from celaje.engine.world.captions import spoken
from celaje.engine.world.captions.speaker import Speaker

Shape = Callable[[Speaker], str]


# One sentence


def headline(speaker: Speaker) -> str:
    """Three words or a few more: "cat in alley", "red ball bouncing"."""
    if speaker.chance(0.5):
        return speaker.happening("gerund", bare=True) + (f" {speaker.place_bare()}" if speaker.chance(0.5) else "")
    return f"{speaker.everyone(bare=True)} {speaker.place_bare()}"


def sentence(speaker: Speaker) -> str:
    """A cat runs through an alley at night."""
    mode = "present" if speaker.chance(0.65) else "progressive"
    way = speaker.chance(0.4)
    action = speaker.happening("progressive" if mode == "progressive" else "present", way=way)
    return _append(speaker, action, speaker.circumstances(place="place" not in speaker.said and speaker.chance(0.85)))


def place_first(speaker: Speaker) -> str:
    """In an alley at night, a cat runs."""
    where = speaker.circumstances()
    return f"{' '.join(where)}, {speaker.happening('present' if speaker.chance(0.7) else 'progressive')}"


def time_first(speaker: Speaker) -> str:
    """At night, a cat runs through an alley."""
    when = speaker.circumstances(place=False, likely=1.0) if speaker.sky_is_seen else []
    action = speaker.happening("present", way=speaker.chance(0.5))
    action = action if "place" in speaker.said else f"{action} {speaker.place()}"
    return ", ".join([" ".join(when), action] if when else [action])


def there_is(speaker: Speaker) -> str:
    """There is a cat running in an alley."""
    many = speaker.groups[0].plural
    action = speaker.happening("gerund")
    start = f"{speaker.link('there are' if many else 'there is')} {action}"
    return _append(speaker, start, speaker.circumstances())


def gerund(speaker: Speaker) -> str:
    """A cat running in an alley at night."""
    action = speaker.happening("gerund", way=speaker.chance(0.4))
    return _append(speaker, action, speaker.circumstances(place="place" not in speaker.said))


def relative(speaker: Speaker) -> str:
    """A cat that runs, in an alley at night."""
    return _append(
        speaker, speaker.happening("relative", way=True), speaker.circumstances(place="place" not in speaker.said)
    )


def standing_there(speaker: Speaker) -> str:
    """A cat in an alley, at night: nobody does anything."""
    return _append(speaker, speaker.everyone(), speaker.circumstances())


def request(speaker: Speaker) -> str:
    """Show me a cat running in an alley."""
    return f"{speaker.pick(spoken.REQUESTS)} {gerund(speaker)}"


def opener(speaker: Speaker) -> str:
    """A video of a cat running in an alley."""
    return f"{speaker.opener()} {speaker.link('of')} {gerund(speaker)}"


def camera_first(speaker: Speaker) -> str:
    """A drone shot of a cat running; or "Drone shot: a cat runs"."""
    if speaker.chance(0.65):
        return f"{speaker.shot_noun()} {speaker.link('of')} {gerund(speaker)}"
    return f"{speaker.camera()}{': ' if speaker.chance(0.5) else ', '}{sentence(speaker)}"


def style_first(speaker: Speaker) -> str:
    """A film noir scene of a cat running; or "In film noir style, a cat runs"."""
    if speaker.chance(0.65):
        return f"{speaker.styled()} {speaker.link('of')} {gerund(speaker)}"
    return f"{speaker.style()}{': ' if speaker.chance(0.4) else ', '}{sentence(speaker)}"


def sound_last(speaker: Speaker) -> str:
    """A cat runs in an alley, with the sound of rain."""
    heard = speaker.sound()
    return sentence(speaker) + (f", {speaker.link('with the sound of')} {heard}" if heard else "")


# Lists


def tags(speaker: Speaker) -> str:
    """Cat, running, alley, night, rain, pixel art."""
    items = []
    for group in speaker.groups:
        items.append(speaker.who(group, bare=True))
        deed = speaker.deed(group, "gerund") if speaker.chance(0.7) else ""
        items += [deed] if deed else []
    items += [speaker.place_noun(bare=True)] if speaker.chance(0.85) else []
    items += _tail_tags(speaker, likely=0.55)
    if speaker.chance(0.3):
        speaker.random.shuffle(items)
    return ", ".join(items)


def form(speaker: Speaker) -> str:
    """Subject: a cat. Place: an alley. Time: night."""
    english = speaker.language == "en"
    rows = [("subject" if english else "sujeto", speaker.everyone())]
    rows += [
        ("action" if english else "acción", deed)
        for group in speaker.groups[:1]
        if (deed := speaker.deed(group, "gerund"))
    ]
    rows.append(("place" if english else "lugar", speaker.place_noun()))
    if speaker.sky_is_seen:
        rows += [("time" if english else "hora", speaker.time())] if speaker.chance(0.6) else []
        rows += [("weather" if english else "tiempo", speaker.weather())] if speaker.chance(0.5) else []
    rows += [("camera" if english else "cámara", speaker.camera())] if speaker.chance(0.5) else []
    rows += [("style" if english else "estilo", speaker.style())] if speaker.chance(0.5) else []
    mark = speaker.random.choice((". ", "; ", ", "))
    return mark.join(f"{name}: {value}" for name, value in rows)


# Several sentences


def paragraph(speaker: Speaker) -> str:
    """The action, then some of hour, weather, camera, style and sound as sentences of their own."""
    first = sentence(speaker) if speaker.chance(0.6) else place_first(speaker)
    return _sentences([first, *_more_sentences(speaker)])


def setting_first(speaker: Speaker) -> str:
    """Where we are and when; then who does what; then how it is filmed."""
    setting = f"{speaker.link('we are')} {speaker.place()}"
    more = _more_sentences(speaker)
    action = speaker.happening("present" if speaker.chance(0.6) else "progressive")
    return _sentences([setting, action, *more])


def subject_first(speaker: Speaker) -> str:
    """There is a woman in a red coat on a street. The woman walks. Then how it is filmed."""
    who = speaker.groups[0]
    seen = speaker.link("there are" if who.plural else "there is")
    introduction = f"{seen} {speaker.who(who)} {speaker.place()}"
    deed = speaker.happening("present")
    return _sentences([introduction, deed, *_more_sentences(speaker)])


def sequence(speaker: Speaker) -> str:
    """A cat walks and then jumps."""
    group = speaker.groups[0]
    actions = speaker.actions(group)[:3]
    who = speaker.who(group)
    where = "" if speaker.chance(0.3) else f" {speaker.place()}"
    deeds = [speaker.deed(group, "present", action=action) for action in actions]
    if speaker.chance(0.5):
        text = f"{who} {deeds[0]}{where}" + "".join(f", {speaker.link('then')} {deed}" for deed in deeds[1:])
    else:
        again = "" if speaker.language == "es" else f"{speaker.who(group)} "
        text = _sentences(
            [f"{who} {deeds[0]}{where}", *(f"{speaker.link('then')} {again}{deed}" for deed in deeds[1:])]
        )
    return text + ". " * speaker.chance(0.5)


# Nobody in the picture


def place_only(speaker: Speaker) -> str:
    """A drone shot over an active volcano."""
    shot = speaker.shot_noun() if speaker.chance(0.5) else speaker.styled() if speaker.chance(0.5) else speaker.opener()
    over = {"en": "over", "es": "sobre"}[speaker.language]
    link = (
        over
        if speaker.shot.camera == "drone" and "camera" in speaker.said and speaker.chance(0.6)
        else speaker.link("of")
    )
    text = f"{shot} {link} {speaker.place_noun()}"
    return _append(speaker, text, speaker.circumstances(place=False))


def place_bare(speaker: Speaker) -> str:
    """Snowy meadow, night, snow."""
    return ", ".join([speaker.place_noun(bare=speaker.chance(0.6)), *_tail_tags(speaker, likely=0.5)])


def place_request(speaker: Speaker) -> str:
    """Show me a snowy meadow at night."""
    text = f"{speaker.pick(spoken.REQUESTS)} {speaker.place_noun()}"
    return _append(speaker, text, speaker.circumstances(place=False))


def place_paragraph(speaker: Speaker) -> str:
    """Where we are, when, and how it is filmed, in sentences."""
    return _sentences([f"{speaker.link('we are')} {speaker.place()}", *_more_sentences(speaker)])


# Which shapes fit


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """A shape with how often it is drawn, and how long it is: 0 three words, 1 a paragraph."""

    shape: Shape
    weight: float
    length: float


WITH_SUBJECTS: Mapping[str, Fitting] = {
    "headline": Fitting(shape=headline, weight=1.3, length=0.0),
    "sentence": Fitting(shape=sentence, weight=2.0, length=0.35),
    "place first": Fitting(shape=place_first, weight=1.0, length=0.4),
    "time first": Fitting(shape=time_first, weight=0.8, length=0.4),
    "there is": Fitting(shape=there_is, weight=0.8, length=0.35),
    "gerund": Fitting(shape=gerund, weight=1.2, length=0.35),
    "relative": Fitting(shape=relative, weight=0.5, length=0.3),
    "standing there": Fitting(shape=standing_there, weight=0.8, length=0.2),
    "request": Fitting(shape=request, weight=1.0, length=0.4),
    "opener": Fitting(shape=opener, weight=0.8, length=0.4),
    "camera first": Fitting(shape=camera_first, weight=1.3, length=0.5),
    "style first": Fitting(shape=style_first, weight=1.2, length=0.5),
    "sound last": Fitting(shape=sound_last, weight=0.7, length=0.5),
    "tags": Fitting(shape=tags, weight=1.2, length=0.3),
    "form": Fitting(shape=form, weight=0.4, length=0.6),
    "paragraph": Fitting(shape=paragraph, weight=1.8, length=0.9),
    "setting first": Fitting(shape=setting_first, weight=1.0, length=0.9),
    "subject first": Fitting(shape=subject_first, weight=0.7, length=0.9),
}
WITHOUT_SUBJECTS: Mapping[str, Fitting] = {
    "place only": Fitting(shape=place_only, weight=2.0, length=0.4),
    "place bare": Fitting(shape=place_bare, weight=1.0, length=0.2),
    "place request": Fitting(shape=place_request, weight=1.0, length=0.4),
    "place paragraph": Fitting(shape=place_paragraph, weight=1.0, length=0.8),
}
CHANGING: Mapping[str, Fitting] = {"sequence": Fitting(shape=sequence, weight=5.0, length=0.5)}


def shapes_for(speaker: Speaker) -> Mapping[str, Fitting]:
    """The shapes that can speak of this shot."""
    if not speaker.groups:
        return WITHOUT_SUBJECTS
    changing = len({action.name for action in speaker.actions(speaker.groups[0])}) > 1
    return {**WITH_SUBJECTS, **(CHANGING if changing else {})}


def describe(speaker: Speaker, *, noun: bool) -> str:
    """One shot in one piece of text, as a noun phrase or as a sentence."""
    if not speaker.groups:
        return place_only(speaker) if noun else f"{speaker.link('we are')} {speaker.place()}"
    return gerund(speaker) if noun else sentence(speaker)


# What hangs at the end of a shape


def trailing(speaker: Speaker, text: str) -> str:
    """The text with some more tags behind it: camera, style, filler; at least one behind a word that stands alone."""
    tags = []
    usual = 0.3 if speaker.scene.style == "natural" else 1.0  # few people ask for what they get anyway
    if "style" not in speaker.said and speaker.chance(usual * (0.15 + 0.3 * speaker.detail)):
        tags.append(speaker.style())
    if "camera" not in speaker.said and speaker.chance(0.1 + 0.2 * speaker.detail):
        tags.append(speaker.camera())
    tags += [speaker.pick(spoken.FILLER_TAGS) for _ in range(2) if speaker.chance(0.05 + 0.12 * speaker.detail)]
    if not tags and len(text.split()) < 2:
        tags.append(speaker.pick(spoken.FILLER_TAGS))
    speaker.random.shuffle(tags)
    return ", ".join([text, *dict.fromkeys(tags)])


def _append(speaker: Speaker, text: str, circumstances: list[str]) -> str:
    """Where and when behind the action, with or without commas."""
    return (", " if speaker.chance(0.15) else " ").join([text, *circumstances])


def _more_sentences(speaker: Speaker) -> list[str]:
    """Sentences on what has not been said yet, in any order."""
    makers: list[tuple[bool, Callable[[], str]]] = [
        ("time" not in speaker.said and speaker.sky_is_seen, lambda: _hour(speaker)),
        ("weather" not in speaker.said and speaker.sky_is_seen, lambda: _weather(speaker)),
        ("camera" not in speaker.said, speaker.camera_sentence),
        ("style" not in speaker.said, lambda: f"{speaker.link('in style')} {speaker.styled()}"),
        (True, lambda: f"{speaker.link('we hear')} {heard}" if (heard := speaker.sound()) else ""),
        (True, lambda: speaker.pick(spoken.FILLER_SENTENCES)),
    ]
    speaker.random.shuffle(makers)
    likely = 0.25 + 0.5 * speaker.detail
    return [text for fits, make in makers if fits and speaker.chance(likely) and (text := make())]


def _hour(speaker: Speaker) -> str:
    speaker.said.add("time")
    return speaker.pick(spoken.TIME_SENTENCES[speaker.shot.time])


def _weather(speaker: Speaker) -> str:
    speaker.said.add("weather")
    return speaker.pick(spoken.WEATHER_SENTENCES[speaker.shot.weather])


def _tail_tags(speaker: Speaker, *, likely: float) -> list[str]:
    """Hour, weather, camera, style and filler as loose words."""
    items = []
    if speaker.sky_is_seen:
        items += [speaker.time()] if speaker.chance(likely) else []
        items += [speaker.weather()] if speaker.chance(likely) else []
    items += [speaker.camera()] if speaker.chance(0.6 * likely) else []
    items += [speaker.style()] if speaker.chance(likely) else []
    items += [speaker.pick(spoken.FILLER_TAGS)] if speaker.chance(0.4 * likely) else []
    return items


def _sentences(texts: list[str]) -> str:
    """The texts as sentences, each with a capital."""
    return ". ".join(text[:1].upper() + text[1:] for text in texts)
