"""Prompt to text tokens: our own bilingual encoder, trained on captions. It does not know the world or pictures."""

from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import EncodedText, Tokenizer, train_tokenizer
from celaje.engine.text.understand import Understanding, understand

__all__ = [
    "EncodedText",
    "Slot",
    "TextConfig",
    "TextEncoder",
    "Tokenizer",
    "Understanding",
    "train_tokenizer",
    "understand",
]
