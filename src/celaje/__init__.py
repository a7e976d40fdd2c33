"""Celaje: one sentence becomes a clip with synchronised sound."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from celaje.studio import Clip, Studio, load

__all__ = ["Clip", "Studio", "load"]


def __getattr__(name: str) -> Any:
    """The studio's names, imported when first used: the application's web process must start without torch."""
    if name in __all__:
        from celaje import studio

        return getattr(studio, name)
    raise AttributeError(f"module 'celaje' has no attribute {name!r}")
