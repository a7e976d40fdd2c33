"""Two rails on sleepers, laid along the stage where a train drives. It does not know trains."""

from celaje.engine.world.places.props import block
from celaje.engine.world.shapes import Finish, Pattern, Shapes

GAUGE_M = 1.0  # between the middles of the rails
SLEEPERS_M = 0.75  # from one to the next
HALF_M = 22.0


def add_rails(shapes: Shapes, z: float) -> None:
    """Add straight rails along x whose middle lies at `z`."""
    for side in (-0.5, 0.5):
        block(
            shapes,
            0.0,
            z + side * GAUGE_M,
            (2 * HALF_M, 0.06, 0.07),
            (0.62, 0.63, 0.66),
            finish=Finish.GLOSSY,
            shadow=0.0,
        )
    for index in range(-int(HALF_M / SLEEPERS_M), int(HALF_M / SLEEPERS_M) + 1):
        block(
            shapes, index * SLEEPERS_M, z, (0.24, 0.03, 1.6 * GAUGE_M), (0.36, 0.25, 0.17), pattern=Pattern.WOOD,
            color2=(0.25, 0.17, 0.12), scale=6.0, shadow=0.0,
        )  # fmt: skip
