"""The box: a parcel with tape, or a painted crate. It falls and tumbles."""

from collections.abc import Mapping

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import WHITE, Paint, body_frame, shaded
from celaje.engine.world.kinds.vehicle import box
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Shapes
from celaje.engine.world.words import Noun

COLORS = ("brown", "red", "blue", "yellow", "green", "white", "black", "purple", "orange")
CARDBOARD: Color = (0.72, 0.5, 0.29)
SIDE_M = 0.7


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the box with a ribbon both ways; cardboard has tape on one."""
    name = look.get("color", "brown")
    color = CARDBOARD if name == "brown" else COLOR_RGB[name]
    half, low = SIDE_M / 2, SIDE_M / 2 * (1 - 0.25 * pose.squash)
    middle = body_frame(shapes.num_frames, low)
    box(shapes, middle, (0.0, 0.0, 0.0), (half, half, half), Paint(color=color))
    band = Paint(
        color=(0.88, 0.76, 0.52) if name == "brown" else shaded(COLOR_RGB["yellow"], 0.9) if name == "white" else WHITE
    )
    box(
        shapes,
        middle,
        (0.0, 0.0, 0.0),
        (half + 0.006, half + 0.006, 0.075),
        Paint(color=band.color, finish=Finish.GLOSSY),
    )
    box(shapes, middle, (0.0, 0.2, 0.0), (half + 0.018, 0.165, half + 0.018), Paint(color=shaded(color, 0.88)))
    box(shapes, middle, (0.0, 0.2, 0.0), (half + 0.024, 0.171, 0.075), Paint(color=band.color, finish=Finish.GLOSSY))


KIND = Kind(
    name="box",
    noun=Noun(en=("box/boxes", "parcel/parcels"), es=("caja/cajas f", "paquete/paquetes m")),
    draw=draw,
    height_m=0.72,
    length_m=0.75,
    actions=("fall", "stand", "collide"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0),
    step="",
)
