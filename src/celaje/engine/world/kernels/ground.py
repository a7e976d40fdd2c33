"""The ground's materials: colour, glow and mirror of a point of the plane y = 0. It does not know light.

Everything is broad and calm: what is finer than a pixel fades out (`wide` metres per pixel), so that nothing flickers.
"""

from math import floor, sqrt
from typing import NamedTuple

from celaje.engine.world.kernels.air import decay, mix
from celaje.engine.world.kernels.compiled import per_pixel
from celaje.engine.world.kernels.noise import hash_at, picture_at, step_between
from celaje.engine.world.kernels.pattern import band, wave

GRASS, SNOW, ROAD, SAND, SALT, SHORE, WATER, SEABED, ROCK, LAVA, EARTH, TILES, WOOD, MOON, COBBLES = range(15)


class Painter(NamedTuple):
    """One place's ground: the material and its numbers, in metres."""

    material: int
    shore_z: float  # where SHORE's sand ends
    lane_z: float  # the middle of ROAD's lane
    lane_width: float
    wet: float  # 0 to 1, even when it does not rain


@per_pixel
def ground_color(painter, air, picture, x, z, wide):  # type: ignore[no-untyped-def]
    """sRGB colour, glow, and mirror strength (0 to 1) at (x, z)."""
    m = painter.material
    fine = 1 / (1 + wide * 14)
    n1 = (picture_at(picture, x * 6.0 + 9, z * 6.0) - 0.5) * fine
    n2 = picture_at(picture, x * 1.6 + 40, z * 1.6) - 0.5
    wet = max(air.wetness, painter.wet)
    if m == GRASS:
        d = 0.5 + 0.5 * min(1.0, max(-1.0, 2.4 * n2))
        k = 1 + 0.34 * n1
        return mix(0.24, 0.46, d) * k, mix(0.52, 0.66, d) * k, mix(0.17, 0.24, d) * k, 0.0, 0.0
    if m == SNOW:
        drift = n2 + 0.35 * n1
        return 0.89 + 0.09 * drift, 0.925 + 0.07 * drift, 0.985 + 0.03 * drift, 0.0, 0.0
    if m == ROAD:
        return _road(painter, x, z, wide, n1, n2, wet)
    if m == SAND:
        ripple = wave(z * 1.5 + x * 0.33 + 1.6 * n2) * max(0.0, 1 - wide * 9)
        k = 1 + 0.05 * ripple + 0.06 * n1 + 0.16 * n2
        return 0.93 * k, 0.765 * k, 0.49 * k, 0.0, 0.0
    if m == SALT:
        edge, luck = _cells(x * 0.62 + 0.22 * n2, z * 0.62 + 0.22 * n1)
        seam = band(0.055 - edge, 0.05 + 0.6 * wide) * max(0.25, 1 - 3.0 * wide)
        k = 1 - 0.17 * seam + 0.05 * (luck - 0.5) * fine + 0.04 * n2
        return 0.95 * k, 0.935 * k, 0.905 * k + 0.02 * seam, 0.0, 0.25 * wet
    if m == SHORE:
        return _shore(painter, air, picture, x, z, wide, n1, n2)
    if m == WATER:
        r, g, b = _water(air, picture, x, z, wide, 1.0)
        return r, g, b, 0.0, 0.62
    if m == SEABED:
        ripple = wave(z * 1.1 + x * 0.5 + 1.8 * n2) * max(0.0, 1 - wide * 7)
        k = 1 + 0.07 * ripple + 0.16 * n2 + 0.06 * n1
        return 0.86 * k, 0.78 * k, 0.56 * k, 0.0, 0.0
    if m in (ROCK, LAVA):
        return _rock(air, picture, x, z, wide, n1, n2, wet, m == LAVA)
    if m == EARTH:
        moss = step_between(0.04, 0.22, n2)
        k = 1 + 0.38 * n1
        return mix(0.44, 0.30, moss) * k, mix(0.33, 0.42, moss) * k, mix(0.20, 0.16, moss) * k, 0.0, 0.0
    if m == TILES:
        return _tiles(air, x, z, wide)
    if m == WOOD:
        v = z / 0.24
        j = floor(v)
        u = x / 1.7 + hash_at(j, 3, 1)
        luck = hash_at(floor(u), j, 2)
        seam = max(
            band(abs(v - j - 0.5) - 0.47, 0.03 + 4 * wide), band(abs(u - floor(u) - 0.5) - 0.49, 0.01 + 0.6 * wide)
        )
        grain = (picture_at(picture, x * 2.0 + 31 * luck, z * 16) - 0.5) * fine
        k = (1 - 0.35 * seam * max(0.0, 1 - 5 * wide)) * (0.90 + 0.20 * luck * fine + 0.22 * grain)
        return 0.66 * k, 0.45 * k, 0.27 * k, 0.0, 0.10
    if m == MOON:
        return _moon(air, x, z, n1, n2)
    return _cobbles(x, z, wide, n1, n2, wet)


@per_pixel
def _road(painter, x, z, wide, n1, n2, wet):  # type: ignore[no-untyped-def]
    away = abs(z - painter.lane_z)
    half = painter.lane_width / 2
    soft = 0.02 + wide
    k = 1 + 0.20 * n1 + 0.22 * n2
    puddle = step_between(0.02, 0.16, n2)
    mirror = wet * (0.30 + 0.5 * puddle)
    if away < half:
        dash = band(0.06 - away, soft) * band(0.62 - abs(x / 3.2 - floor(x / 3.2) - 0.5) * 2, 0.03 + wide)
        edge = band(0.05 - abs(away - half + 0.28), soft)
        r, g, b = mix(0.29 * k, 0.97, dash), mix(0.30 * k, 0.83, dash), mix(0.34 * k, 0.36, dash)
        return mix(r, 0.86, edge), mix(g, 0.86, edge), mix(b, 0.84, edge), 0.0, mirror
    kerb = band(0.16 - (away - half), soft)
    u, v = x / 1.1, z / 1.1
    seam = max(abs(u - floor(u) - 0.5), abs(v - floor(v) - 0.5))
    seam = band(seam - 0.475, 0.02 + wide) * max(0.0, 1 - 3 * wide)
    tone = (1 + 0.09 * (hash_at(floor(u), floor(v), 4) - 0.5)) * (1 + 0.10 * n1 + 0.10 * n2) * (1 - 0.22 * seam)
    r, g, b = 0.61 * tone, 0.585 * tone, 0.56 * tone
    return mix(r, 0.74, kerb), mix(g, 0.72, kerb), mix(b, 0.70, kerb), 0.0, mirror * 0.75


@per_pixel
def _water(air, picture, x, z, wide, deep):  # type: ignore[no-untyped-def]
    """Moving water: two trains of waves, pale crests with a little foam. `deep` 0 is shallow and turquoise."""
    t = air.time_s
    calm = 1 / (1 + wide * 2.5)
    a = picture_at(picture, x * 1.3 + t * 0.9, z * 2.4 - t * 1.1)
    b = picture_at(picture, x * 1.9 - t * 0.8 + 50, z * 3.2 + t * 0.5)
    crest = (a + b - 1.0) * calm
    foam = step_between(0.36, 0.52, crest) * 0.75
    light = 1 + 0.75 * crest
    r, g, bl = mix(0.22, 0.055, deep) * light, mix(0.70, 0.36, deep) * light, mix(0.74, 0.54, deep) * light
    return mix(r, 0.94, foam), mix(g, 0.97, foam), mix(bl, 1.0, foam)


@per_pixel
def _shore(painter, air, picture, x, z, wide, n1, n2):  # type: ignore[no-untyped-def]
    """Dry sand, wet sand, a line of foam that comes and goes, then the sea."""
    t = air.time_s
    swell = 0.42 * wave(t * 0.16) + 0.22 * wave(x * 0.11 + t * 0.07) + 0.5 * n2
    line = painter.shore_z + swell
    deep = z - line
    if deep < 0:
        wet = step_between(-1.5, -0.25, z - painter.shore_z - 0.5 * n2)
        k = (1 + 0.07 * n1 + 0.12 * n2) * (1 - 0.26 * wet)
        edge = band(0.07 + deep, 0.05 + wide)
        r, g, b = mix(0.95 * k, 0.97, edge), mix(0.84 * k, 0.98, edge), mix(0.62 * k, 0.99, edge)
        return r, g, b, 0.0, 0.30 * wet * (1 - edge)
    r, g, b = _water(air, picture, x, z, wide, 1 - decay(deep * 0.22))
    lace = 0.30 + 0.28 * n2 + 0.5 * n1
    foam = band(lace - deep, 0.08 + wide)
    roll = deep - 2.2 + 1.1 * wave(t * 0.16 + 0.15) + 0.7 * n2
    breaker = band(0.16 + 0.4 * n1 - abs(roll), 0.10 + wide) * 0.85
    foam = max(foam, breaker)
    return mix(r, 0.98, foam), mix(g, 0.99, foam), mix(b, 1.0, foam), 0.0, 0.42 * (1 - foam)


@per_pixel
def _rock(air, picture, x, z, wide, n1, n2, wet, lava):  # type: ignore[no-untyped-def]
    k = 0.25 * (1 + 0.45 * n1 + 0.6 * n2)
    if not lava:
        return k * 1.06, k, k * 0.98, 0.0, 0.25 * wet
    n = abs(picture_at(picture, x * 0.85 + 7, z * 0.85 + 90) - 0.5)
    hot = 1 - step_between(0.012, 0.040 + 0.03 * wide, n)
    near = 1 - step_between(0.02, 0.12, n)
    pulse = 0.86 + 0.14 * wave(air.time_s * 0.5 + x * 0.13 + n2)
    r, g, b = (
        mix(k * 1.06 + 0.16 * near, 1.0, hot),
        mix(k + 0.02 * near, 0.46 * pulse + 0.22 * (1 - n * 40) * hot, hot),
        mix(k * 0.98, 0.08, hot),
    )
    return r, g, b, hot * pulse, 0.2 * wet


@per_pixel
def _tiles(air, x, z, wide):  # type: ignore[no-untyped-def]
    """A dance floor: on each beat other tiles light up, then dim."""
    u, v = x / 1.0, z / 1.0
    i, j = floor(u), floor(v)
    beat = floor(air.beat)
    since = air.beat - beat
    luck = hash_at(i + 3 * beat, j - 5 * beat, air.seed)
    hue = hash_at(i, j + beat, air.seed + 7)
    on = (1.0 if luck > 0.45 else 0.16) * (1 - 0.55 * since)
    joint = band(max(abs(u - i - 0.5), abs(v - j - 0.5)) - 0.45, 0.04 + wide) * max(0.3, 1 - 2 * wide)
    if hue < 0.25:
        r, g, b = 1.0, 0.16, 0.62
    elif hue < 0.5:
        r, g, b = 0.10, 0.80, 1.0
    elif hue < 0.75:
        r, g, b = 0.58, 0.28, 1.0
    else:
        r, g, b = 1.0, 0.74, 0.12
    on *= 1 - joint
    return mix(0.08, r, on), mix(0.08, g, on), mix(0.11, b, on), 0.85 * on, 0.38


@per_pixel
def _moon(air, x, z, n1, n2):  # type: ignore[no-untyped-def]
    """Grey dust with round craters, lit on the side that faces the sun."""
    light = 0.0
    for level in range(2):
        size = 3.4 if level == 0 else 1.3
        u, v = x / size + 31.0, z / size + 17.0
        i, j = floor(u), floor(v)
        luck = hash_at(i, j, 40 + level)
        if luck > 0.35:
            radius = 0.16 + 0.2 * luck
            cx, cz = 0.4 + 0.2 * hash_at(i, j, 41) - u + i, 0.4 + 0.2 * hash_at(i, j, 42) - v + j
            away = sqrt(cx * cx + cz * cz) / radius
            if away < 1.25:
                facing = (cx * air.to_sun[0] + cz * air.to_sun[2]) / (away * radius + 0.05)
                wall = step_between(0.35, 0.8, away) * (1 - step_between(0.9, 1.05, away))
                rim = step_between(0.9, 1.02, away) * (1 - step_between(1.05, 1.25, away))
                light += 0.32 * facing * (wall - 0.8 * rim) - 0.10 * (1 - step_between(0.5, 1.0, away))
    k = 0.56 * (1 + 0.20 * n1 + 0.30 * n2 + light)
    return k, k * 0.985, k * 0.97, 0.0, 0.0


@per_pixel
def _cobbles(x, z, wide, n1, n2, wet):  # type: ignore[no-untyped-def]
    row = floor(z * 3.0)
    u = x * 2.4 + 0.5 * (row % 2) + 0.15 * wave(row * 0.37)
    i = floor(u)
    a, b = abs(u - i - 0.5), abs(z * 3.0 - row - 0.5)
    edge = 0.5 - max(a, b) - 0.25 * max(0.0, a + b - 0.72)
    fade = max(0.0, 1 - 3.2 * wide)
    gap = band(0.06 - edge, 0.08 + 3 * wide) * fade
    tone = 1 + (0.24 * (hash_at(i, row, 6) - 0.5) + 0.12 * min(edge, 0.2)) * fade + 0.16 * n1 + 0.18 * n2
    tone *= 1 - 0.48 * gap
    mirror = wet * (0.26 + 0.4 * step_between(0.0, 0.2, n2)) * (1 - 0.6 * gap)
    return 0.43 * tone, 0.42 * tone, 0.44 * tone, 0.0, mirror


@per_pixel
def _cells(x, z):  # type: ignore[no-untyped-def]
    """Distance to the nearest border between irregular cells about 1 wide, and the cell's own random number."""
    i, j = floor(x - 0.5), floor(z - 0.5)
    first, second, luck = 9.0, 9.0, 0.0
    for di in range(2):
        for dj in range(2):
            ci, cj = i + di, j + dj
            px = ci + 0.5 + 0.6 * (hash_at(ci, cj, 8) - 0.5) - x
            pz = cj + 0.5 + 0.6 * (hash_at(ci, cj, 9) - 0.5) - z
            away = sqrt(px * px + pz * pz)
            if away < first:
                second, first, luck = first, away, hash_at(ci, cj, 10)
            elif away < second:
                second = away
    return (second - first) * 0.5, luck
