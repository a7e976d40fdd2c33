"""Looks that a prompt asks for and the weights never learned: left out of what they read, drawn over what they make.

"A cat in film noir style" is read as "a cat", and its frames are drawn as the world draws its own film noir. Weights
that learned a style are left to it. What is already there in a picture and only coloured otherwise looks right; a
style that follows forms (paper, ink) follows areas of one colour in place of things. It does not know networks.
"""

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, Request
from celaje.engine.generate.reading import spoken_of
from celaje.engine.text.augment import SMALL_WORDS
from celaje.engine.world.conditions import STYLE_PHRASES
from celaje.engine.world.kernels.filters import brush
from celaje.engine.world.reading import read
from celaje.engine.world.reading.index import world_index
from celaje.engine.world.reading.tokens import tokens
from celaje.engine.world.styles import apply_style

Frame = NDArray[np.uint8]

SMOOTHED = 1 / 85  # of the shorter side, by the brush: inside of its areas there are no edges
RELIEF = 0.6  # how much farther, as a power of e, white is than black
BRIGHTNESS = np.array([0.5, 0.35, 0.15], np.float32)  # warm things are nearer to us than the sky
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_SAYS_HOW = frozenset(("in", "en", "like", "como", "as", "style", "estilo", "look", "aspecto"))
_BEFORE = _SAYS_HOW | {"con", "with", "a", "an", "the", "un", "una", "el", "la"}
_AFTER = frozenset(
    (
        "style", "look", "aesthetic", "aesthetics", "cartoon", "film", "movie", "footage", "scene", "video",
        "animation", "estilo", "aspecto",
    )
)  # fmt: skip
_OF = frozenset(("of", "de"))


@lru_cache(maxsize=256)
def unlearned_style(prompt: str, known_words: frozenset[str]) -> str | None:
    """The world's style that a prompt asks for, where weights of these words never learned it; else None."""
    style = read(prompt).outline.style
    if style is None or style == "natural":
        return None
    is_learned = all(word in known_words or word.isdigit() for word in tokens(STYLE_PHRASES[style].en[0]))
    return None if is_learned else style


@lru_cache(maxsize=256)
def without_style(prompt: str, known_words: frozenset[str]) -> str:
    """The prompt without the words of a style that the weights never learned; a prompt of nothing else stays."""
    style = unlearned_style(prompt, known_words)
    if style is None:
        return prompt
    found = [(token, match.span()) for match in _WORD.finditer(prompt) for token in tokens(match[0])]
    words = [token for token, _ in found]
    gaps = [prompt[before[1] : after[0]] for (_, before), (_, after) in pairwise(found)]
    pieces: list[str] = []
    done = at = 0
    while at < len(words):
        length, meanings = world_index().at(words, at)
        if not any(meaning.slot == "style" and meaning.value == style for meaning in meanings):
            at += max(1, length)
            continue
        begin, end = at, at + length
        while begin > 0 and words[begin - 1] in _BEFORE and not gaps[begin - 1].strip(" -"):
            begin -= 1
        while end < len(words) and words[end] in _AFTER and not gaps[end - 1].strip(" -"):
            end += 1
        is_ahead = not prompt[: found[begin][1][0]].strip() or prompt[: found[begin][1][0]].rstrip()[-1] in ".;:]"
        if is_ahead and end < len(words) and words[end] in _OF:
            end += 1
        at = max(end, at + 1)
        is_strange = any(word not in known_words | SMALL_WORDS and not word.isdigit() for word in words[begin:end])
        if is_strange or _SAYS_HOW & set(words[begin:end]):  # "black and white" may be said of a cat
            pieces.append(prompt[done : found[begin][1][0]])
            done = found[end - 1][1][1]
    left = _tidy("".join([*pieces, prompt[done:]]))
    return left if _WORD.search(left) else prompt


def drawn_in_style(frame: Frame, number: int, request: Request, known_words: frozenset[str]) -> Frame:
    """Frame [H, W, 3] `number` of the model's, any size, in the style that the prompt asks for in that moment, where
    weights of these words never learned it; else as it is.
    """
    second = number / FRAMES_PER_SECOND
    style = unlearned_style(spoken_of(request.prompt, second, second + 1 / FRAMES_PER_SECOND), known_words)
    return frame if style is None else draw_style(frame, style, number=number, seed=request.seed)


def draw_style(frame: Frame, style: str, *, number: int, seed: int) -> Frame:
    """Frame [H, W, 3] `number` of a clip in a style of the world. Raises ValueError for another."""
    depth = _relief(frame)[None]
    nobody = np.zeros(depth.shape, np.uint8)
    drawn = apply_style(frame[None], style, seed=seed, first_frame=number, depth=depth, instance=nobody)
    return np.asarray(drawn[0])


def _relief(frame: Frame) -> NDArray[np.float32]:
    """What stands in for depth, [H, W] metres: areas of one colour, the brighter the farther, as haze has it."""
    smooth = brush(frame.astype(np.float32) / 255, max(1, round(min(frame.shape[:2]) * SMOOTHED)))
    return np.asarray(np.exp(RELIEF * (smooth @ BRIGHTNESS)), np.float32)


def _tidy(text: str) -> str:
    """Without the marks and blanks that stood around what was cut out."""
    text = re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", text))
    text = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text)
    text = re.sub(r"[,;:]\s*([.!?])", r"\1", text)
    return re.sub(r"^[\s,;:.]+|[\s,;:]+$", "", text)
