"""Complete training runs, each a function that returns one value."""

from collections.abc import Callable

from celaje.engine.training.recipe import Recipe
from celaje.recipes.base import base
from celaje.recipes.small import small, small_on_gpu
from celaje.recipes.tiny import tiny

RECIPES: dict[str, Callable[[], Recipe]] = {
    "tiny": tiny,
    "small": small,
    "small-on-gpu": small_on_gpu,
    "base": base,
}


def find_recipe(name: str) -> Recipe:
    """The recipe called `name`. Raises ValueError when there is none."""
    if name not in RECIPES:
        raise ValueError(f'there is no recipe "{name}": choose {", ".join(RECIPES)}')
    return RECIPES[name]()
