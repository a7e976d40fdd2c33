"""The light and the sky of a place at some time in some weather: palettes. It does not know solids or pixels.

Colours are sRGB, 0 to 1 (the sun's may exceed 1: it is how strongly it shines).
"""

from dataclasses import dataclass, replace

from celaje.engine.world.places.place import Place
from celaje.engine.world.shapes import Color


@dataclass(frozen=True, kw_only=True)
class Light:
    """What shines, and what the air does to it. Densities are per metre; everything else without a unit is 0 to 1."""

    sun_direction: tuple[float, float, float]  # unit vector towards the sun, or the moon at night
    sun: Color
    ambient: Color  # from above
    bounce: Color  # from below
    fill: Color  # a lamp beside the camera that only subjects stand in, so that their colours are read
    zenith: Color
    horizon: Color
    glow: Color  # of the sky around the sun
    fog: Color
    fog_density: float
    night: float = 0.0
    lamplight: float = 0.0  # how many lamps and windows are lit
    wetness: float = 0.0
    shadow: float = 0.8
    stars: float = 0.0
    clouds: float = 0.4  # how much of the sky they cover
    cloud: Color = (1.0, 1.0, 1.0)
    moon: bool = False
    snow_cover: float = 0.0  # how much of what looks up is white


_TIMES = {
    "dawn": Light(
        sun_direction=(-0.83, 0.40, -0.40), sun=(1.02, 0.84, 0.86), ambient=(0.62, 0.56, 0.80),
        bounce=(0.46, 0.40, 0.48), fill=(0.46, 0.45, 0.44),
        zenith=(0.52, 0.56, 0.92), horizon=(1.0, 0.82, 0.88), glow=(1.0, 0.86, 0.62), fog=(0.92, 0.76, 0.92),
        fog_density=0.018, lamplight=0.3, shadow=0.66, clouds=0.45, cloud=(1.0, 0.80, 0.90),
    ),
    "day": Light(
        sun_direction=(-0.46, 0.74, -0.49), sun=(1.02, 0.98, 0.88), ambient=(0.60, 0.68, 0.80),
        bounce=(0.44, 0.43, 0.38), fill=(0.28, 0.28, 0.28),
        zenith=(0.20, 0.48, 0.90), horizon=(0.74, 0.89, 0.98), glow=(1.0, 0.96, 0.82), fog=(0.75, 0.87, 0.96),
        fog_density=0.006, shadow=0.85, clouds=0.42, cloud=(1.0, 1.0, 1.0),
    ),
    "sunset": Light(
        sun_direction=(0.83, 0.36, -0.42), sun=(1.22, 0.70, 0.34), ambient=(0.60, 0.42, 0.42),
        bounce=(0.46, 0.30, 0.22), fill=(0.48, 0.47, 0.45),
        zenith=(0.38, 0.20, 0.40), horizon=(1.0, 0.56, 0.16), glow=(1.0, 0.62, 0.16), fog=(0.96, 0.50, 0.24),
        fog_density=0.012, lamplight=0.7, shadow=0.75, clouds=0.5, cloud=(1.0, 0.48, 0.28),
    ),
    "night": Light(
        sun_direction=(0.60, 0.66, -0.45), sun=(0.62, 0.70, 0.90), ambient=(0.41, 0.46, 0.64), bounce=(0.26, 0.28,
        0.40), fill=(0.62, 0.60, 0.56),
        zenith=(0.035, 0.06, 0.19), horizon=(0.16, 0.24, 0.46), glow=(0.62, 0.72, 1.0), fog=(0.15, 0.21, 0.40),
        fog_density=0.010, night=1.0, lamplight=1.0, shadow=0.6, stars=1.0, clouds=0.3,
        cloud=(0.22, 0.28, 0.48), moon=True,
    ),
}  # fmt: skip
_UNDER_WATER = Light(
    sun_direction=(-0.25, 0.93, -0.27), sun=(0.62, 0.88, 0.84), ambient=(0.34, 0.62, 0.70), bounce=(0.20, 0.42, 0.48),
    fill=(0.80, 0.42, 0.36),
    zenith=(0.36, 0.80, 0.86), horizon=(0.05, 0.38, 0.52), glow=(0.6, 0.95, 0.95), fog=(0.05, 0.38, 0.52),
    fog_density=0.055, shadow=0.45, clouds=0.0,
)  # fmt: skip
_INDOORS = Light(
    sun_direction=(-0.40, 0.80, -0.45), sun=(0.72, 0.68, 0.60), ambient=(0.62, 0.60, 0.58), bounce=(0.42, 0.38, 0.34),
    fill=(0.34, 0.34, 0.34),
    zenith=(0.16, 0.14, 0.16), horizon=(0.22, 0.19, 0.20), glow=(0.3, 0.3, 0.3), fog=(0.22, 0.19, 0.20),
    fog_density=0.0, lamplight=0.6, shadow=0.6, clouds=0.0,
)  # fmt: skip


def light_for(time: str, weather: str, place: Place) -> Light:
    """The light of `place` at `time` in `weather`. Raises ValueError for a time that is not in the list."""
    if time not in _TIMES:
        raise ValueError(f'time "{time}" is not known: give one of {", ".join(_TIMES)}')
    if place.underwater:
        return _dimmed(_UNDER_WATER, time)
    if place.indoors:
        return _dimmed(_INDOORS, time)
    light = _tinted(_weathered(_TIMES[time], weather), place.tint)
    return _airless(light) if place.options.get("black_sky") else light


def facing_camera(light: Light, camera_x: float) -> Light:
    """The same light with the sun on the camera's side of the stage, which is `camera_x` metres to the right.

    Then it lights from the side or the front what is filmed, never from behind.
    """
    x, y, z = light.sun_direction
    return replace(light, sun_direction=(abs(x) if camera_x > 0 else -abs(x), y, z))


def _airless(light: Light) -> Light:
    """Where there is no air the sky is black and full of stars, and a hard white light falls from it."""
    return replace(
        light,
        sun=(1.0, 1.0, 1.0) if light.night == 0 else light.sun,
        zenith=(0.0, 0.0, 0.01),
        horizon=(0.02, 0.02, 0.04),
        glow=(0.0, 0.0, 0.0),
        fog=(0.02, 0.02, 0.04),
        fog_density=0.0,
        stars=1.0,
        clouds=0.0,
        moon=False,
    )


def _dimmed(light: Light, time: str) -> Light:
    """What time does where there is no sky: warmer at the edges of the day, darker at night."""
    warm = {
        "dawn": (0.94, 0.86, 1.04),
        "day": (1.0, 1.0, 1.0),
        "sunset": (1.12, 0.80, 0.56),
        "night": (0.56, 0.60, 0.78),
    }[time]
    return replace(
        _tinted(light, warm),
        sun=_times(light.sun, warm),
        ambient=_times(light.ambient, warm),
        bounce=_times(light.bounce, warm),
        fill=_mix(light.fill, (0.54, 0.52, 0.50), 0.8) if time == "night" else light.fill,
        night=1.0 if time == "night" else 0.0,
    )


def _weathered(light: Light, weather: str) -> Light:
    """The light under a sky of that weather, which keeps half of the hour's hue: a wet evening is still an evening."""
    veil = _mix(_grey(light.horizon), light.horizon, 0.5)
    if weather == "rain":
        return _overcast(light, 0.6, _mix(veil, (0.54, 0.64, 0.76), 0.35), density=0.020, wetness=0.8)
    if weather == "heavy rain":
        rain = _mix(_times(veil, (0.74, 0.82, 0.90)), (0.40, 0.50, 0.62), 0.35)
        return _darker(_overcast(light, 0.75, rain, density=0.048, wetness=1.0), 0.84)
    if weather == "snow":
        light = _overcast(light, 0.5, _mix(veil, (0.90, 0.93, 0.98), 0.5 - 0.4 * light.night), density=0.018, wetness=0)
        return replace(light, snow_cover=0.9)
    if weather == "fog":
        fog = _mix(veil, (0.82, 0.84, 0.86), 0.4 - 0.3 * light.night)
        return _overcast(light, 0.8, fog, density=0.085, wetness=0.1)
    if weather == "storm":
        dark = _times(_mix(veil, (0.36, 0.44, 0.44), 0.5), (0.60, 0.66, 0.70))
        light = _overcast(light, 0.85, dark, density=0.022, wetness=0.9)
        return _darker(replace(light, zenith=_times(dark, (0.42, 0.48, 0.56))), 0.66)
    return light


def _darker(light: Light, amount: float) -> Light:
    """The same with that share of what falls on the ground; what stands on it stays readable."""
    less = (amount,) * 3
    return replace(
        light, sun=_times(light.sun, less), ambient=_times(light.ambient, less), bounce=_times(light.bounce, less)
    )


def _overcast(light: Light, amount: float, sky: Color, *, density: float, wetness: float) -> Light:
    """`amount` of the light comes from a sky of one colour instead of from the sun."""
    flat = _mix(light.ambient, _mix(light.ambient, sky, 0.5), amount)
    return replace(
        light,
        sun=_times(light.sun, (1 - 0.62 * amount,) * 3),
        ambient=_times(flat, (1 + 0.10 * amount,) * 3),
        fill=_mix(light.fill, (0.62, 0.62, 0.62), 0.8 * amount),
        zenith=_mix(light.zenith, _times(sky, (0.78, 0.82, 0.88)), amount),
        horizon=_mix(light.horizon, sky, amount),
        fog=_mix(light.fog, sky, amount),
        glow=_times(light.glow, (1 - amount,) * 3),
        fog_density=density,
        wetness=wetness,
        lamplight=max(light.lamplight, 0.7 * amount),
        shadow=light.shadow * (1 - 0.6 * amount),
        stars=light.stars * (1 - amount) * 0.5,
        clouds=0.5 + 0.5 * amount,
        cloud=_mix(light.cloud, _times(sky, (0.92, 0.93, 0.95)), amount),
    )


def _tinted(light: Light, tint: Color) -> Light:
    return replace(
        light,
        zenith=_times(light.zenith, tint),
        horizon=_times(light.horizon, tint),
        fog=_times(light.fog, tint),
        cloud=_times(light.cloud, tint),
    )


def _mix(a: Color, b: Color, amount: float) -> Color:
    return (a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount)


def _times(a: Color, b: Color) -> Color:
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


def _grey(color: Color) -> Color:
    level = 0.3 * color[0] + 0.55 * color[1] + 0.15 * color[2]
    return (level, level, level)
