"""A scene in words: captions in English and Spanish, and the labels that captions speak of."""

from celaje.engine.world.captions.caption import Caption, Span, caption, captions
from celaje.engine.world.captions.grammar import Language
from celaje.engine.world.captions.labels import Labels, Vocabulary, labels, targets, vocabulary
from celaje.engine.world.captions.lexicon import translations

__all__ = [
    "Caption",
    "Labels",
    "Language",
    "Span",
    "Vocabulary",
    "caption",
    "captions",
    "labels",
    "targets",
    "translations",
    "vocabulary",
]
