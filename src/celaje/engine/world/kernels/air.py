"""Light, sky and fog of one frame as plain numbers, and the colour of the sky in a direction. It knows no solids."""

from math import floor, sqrt
from typing import NamedTuple

from celaje.engine.world.kernels.compiled import per_pixel
from celaje.engine.world.kernels.noise import hash_at, picture_at, step_between

Three = tuple[float, float, float]


class Air(NamedTuple):
    """All colours are squares of sRGB."""

    to_sun: Three
    sun: Three
    ambient: Three
    bounce: Three
    fill: Three
    zenith: Three
    horizon: Three
    glow: Three
    fog: Three
    cloud: Three
    hills: Three
    fog_density: float
    night: float
    lamplight: float
    wetness: float
    shadow: float
    stars: float
    clouds: float
    hills_height: float
    moon: float
    snow_cover: float
    indoors: bool
    underwater: bool
    time_s: float
    beat: float
    flash: float
    pixel: float  # how wide a pixel is at one metre
    seed: int


@per_pixel
def decay(x):  # type: ignore[no-untyped-def]
    """About exp(-x) for x >= 0, cheaper."""
    return 1 / (1 + x * (1 + x * (0.5 + x * (0.1667 + x * 0.0417))))


@per_pixel
def mix(a, b, amount):  # type: ignore[no-untyped-def]
    """`a` at 0, `b` at 1."""
    return a + (b - a) * amount


@per_pixel
def sky_color(air, picture, dx, dy, dz):  # type: ignore[no-untyped-def]
    """The sky in the unit direction d: gradient, sun or moon, stars, clouds, far hills, fog at the horizon."""
    h = max(0.0, dy)
    z, low = air.zenith, air.horizon
    g = sqrt(h) * 1.15
    g = min(1.0, g)
    r, gr, b = mix(low[0], z[0], g), mix(low[1], z[1], g), mix(low[2], z[2], g)
    if air.indoors:
        return r, gr, b
    s = air.to_sun
    towards = dx * s[0] + dy * s[1] + dz * s[2]
    if air.underwater:
        shine = max(0.0, towards)
        shine = (
            shine
            * shine
            * shine
            * (0.3 + 0.25 * picture_at(picture, dx / (h + 0.3) * 9 + air.time_s * 0.8, dz / (h + 0.3) * 9))
        )
        k = step_between(0.05, 0.6, dy) * shine
        return r + k * air.glow[0], gr + k * air.glow[1], b + k * air.glow[2]
    if air.stars > 0 and dy > 0.02:
        r, gr, b = _star(air, r, gr, b, dx, dy, dz)
    if towards > 0.5:
        a = (towards - 0.5) * 2
        a = a * a * (0.45 * a * a + 0.25) * (1 - 0.75 * air.moon)
        r, gr, b = r + a * air.glow[0], gr + a * air.glow[1], b + a * air.glow[2]
        size = 0.9975 if air.moon > 0 else 0.9965
        disc = (
            step_between(size, size + 0.0009, towards) * min(1.0, 1.6 - 1.6 * (air.clouds - 0.3))
            if air.clouds < 1
            else 0.0
        )
        if disc > 0:
            edge = 0.88 + 0.12 * picture_at(picture, dx * 160, dy * 160) if air.moon > 0 else 1.0
            r = mix(r, edge * (0.96 if air.moon > 0 else 1.1), disc)
            gr = mix(gr, edge * (0.96 if air.moon > 0 else 1.05), disc)
            b = mix(b, edge * (0.90 if air.moon > 0 else 0.85), disc)
    if dy > 0.015:
        far = 1 / (dy + 0.16)
        shape = picture_at(picture, dx * far * 11 + air.time_s * 0.35 + air.seed, dz * far * 11 + air.seed * 3)
        cover = step_between(1 - air.clouds - 0.10, 1 - air.clouds + 0.22, shape) * min(1.0, (dy - 0.015) * 6) * 0.9
        if cover > 0:
            under = 1.0 - 0.22 * step_between(1 - air.clouds, 1.2 - air.clouds, shape)
            c = air.cloud
            r, gr, b = mix(r, c[0] * under, cover), mix(gr, c[1] * under, cover), mix(b, c[2] * under, cover)
    if air.hills_height > 0 and dy < air.hills_height * 1.1:
        flat = 1 / sqrt(dx * dx + dz * dz)
        ridge = picture_at(picture, dx * flat * 13 + air.seed * 7, dz * flat * 13)
        ridge = air.hills_height * (0.25 + 0.85 * ridge)
        slope = dy * flat
        cover = step_between(-0.7 * air.pixel, 0.7 * air.pixel, ridge - slope)
        if cover > 0:
            haze = 0.34 + 0.34 * (1 - min(1.0, slope / max(0.02, ridge)))
            c, f = air.hills, air.fog
            top = 0.0
            if air.snow_cover > 0:
                top = air.snow_cover * step_between(0.45, 0.75, slope / air.hills_height + 0.5 * ridge - 0.1)
            light = 0.62 * (1 - 0.7 * air.night) + 0.10
            hr, hg, hb = mix(c[0], 0.95, top) * light, mix(c[1], 0.97, top) * light, mix(c[2], 1.0, top) * light
            r = mix(r, mix(hr, f[0], haze), cover)
            gr = mix(gr, mix(hg, f[1], haze), cover)
            b = mix(b, mix(hb, f[2], haze), cover)
    f = air.fog
    k = decay(h * (3.0 + 12 / (1 + air.fog_density * 90))) * min(1.0, 0.25 + air.fog_density * 14)
    r, gr, b = mix(r, f[0], k), mix(gr, f[1], k), mix(b, f[2], k)
    flash = air.flash * 0.55
    return r + flash, gr + flash, b + flash * 1.1


@per_pixel
def _star(air, r, g, b, dx, dy, dz):  # type: ignore[no-untyped-def]
    """Add the star, if any, of this cell of the sky: few, round, two pixels or more wide."""
    flat = 1 / (1.0 + dy)
    u, v = dx * flat * 26 + 100, dz * flat * 26 + 100
    i, j = floor(u), floor(v)
    luck = hash_at(i, j, air.seed + 11)
    if luck > 0.80:
        cx, cy = 0.3 + 0.4 * hash_at(i, j, 1), 0.3 + 0.4 * hash_at(i, j, 2)
        away = (u - i - cx) ** 2 + (v - j - cy) ** 2
        size = max(0.0035 + 0.012 * (luck - 0.80) * 5, (air.pixel * 26) ** 2 * 0.9)
        light = air.stars * max(0.0, 1 - away / size) * (0.5 + 0.5 * hash_at(i, j, 3)) * min(1.0, dy * 8)
        return r + light, g + light, b + light
    return r, g, b
