"""How a change is asked for: one prompt out of two sentences, which the model reads, and how much may change. It knows
no rows.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from celaje.clip import tasks

CHANGE_FIRST = 0.4  # from here on the change wins where it contradicts the original


@dataclass(frozen=True, kw_only=True)
class Strength:
    """A preset of how much may change."""

    slug: str
    label: Promise
    value: float


STRENGTHS = (
    Strength(slug="subtle", label=_("Subtle"), value=tasks.STRENGTHS["subtle"]),
    Strength(slug="mild", label=_("Mild"), value=tasks.STRENGTHS["mild"]),
    Strength(slug="strong", label=_("Strong"), value=tasks.STRENGTHS["strong"]),
)


def combined_prompt(original: str, change: str, strength: float) -> str:
    """Both sentences as one prompt, in whichever languages they are.

    The encoder believes the first of two clauses that contradict each other: "Make it winter. A mammoth walks on a
    beach" has snow, "A mammoth walks on a beach. Make it winter" has not (tried with places, times, weather and
    colours, in English, Spanish and mixed). So a subtle change is said last and adds what does not contradict, and
    others are said first. When a prompt is too long the encoder drops the last clauses, never the first.
    """
    sentences = [_sentence(text) for text in (change, original) if text.strip()]
    return " ".join(sentences if strength >= CHANGE_FIRST else reversed(sentences))


def _sentence(text: str) -> str:
    """One sentence with a capital and an end: "make it winter" is "Make it winter."."""
    text = " ".join(text.split())
    return text[:1].upper() + text[1:].rstrip(".,;: ") + ("" if text.endswith(("!", "?", "…")) else ".")
