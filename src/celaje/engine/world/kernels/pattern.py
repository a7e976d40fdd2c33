"""How two colours are laid on a solid, in metres of its own axes. It does not know light; a pattern may glow.

Edges are as soft as a pixel is wide, and what is finer than a pixel fades to its mean, so that nothing flickers.
"""

from math import asin, atan2, cos, floor, sqrt

from celaje.engine.world.kernels.air import mix
from celaje.engine.world.kernels.compiled import per_pixel
from celaje.engine.world.kernels.noise import hash_at, step_between, volume_at

PLAIN, STRIPES, SPOTS, CHECKS, TABBY, PATCHES, FUR, KNIT, CRACKS, WINDOWS = range(10)
SNOWCAP, LAVA, WOOD, BRICK, SECTORS, LEAVES, RUST, FLOWERS, SCALES, STONE = range(10, 20)


@per_pixel
def wave(value):  # type: ignore[no-untyped-def]
    """A smooth wave from -1 to 1 with period 1, nearly a sine, without trigonometry."""
    x = value - floor(value)
    a = 4 * x * (1 - 2 * x) if x < 0.5 else -4 * (x - 0.5) * (2 - 2 * x)
    return a * 2


@per_pixel
def band(value, soft):  # type: ignore[no-untyped-def]
    """0 where `value` is below 0, 1 above, `soft` wide between; one half when `soft` is wider than the pattern."""
    return min(1.0, max(0.0, value / soft + 0.5))


@per_pixel
def pattern_at(pattern, kind, volume, x, y, z, hx, hy, hz, face, up, world_y, scale, wide, night, time_s, identity):  # type: ignore[no-untyped-def]
    """How much of the second colour, a factor on the light of both, and a glow, at (x, y, z) metres.

    `kind` is the solid's. h are the same in units of its size; `up` how far the surface faces up; `wide` metres
    per pixel.
    """
    w = wide * scale  # repeats per pixel
    fade = max(0.0, 1 - 1.5 * w)
    if pattern == STRIPES:
        return mix(0.5, band(wave(x * scale), 0.15 + 5 * w), fade), 1.0, 0.0
    if pattern == SPOTS:
        return mix(0.25, _dot(kind, x, y, z, hx, hy, hz, face, scale, w), fade), 1.0, 0.0
    if pattern == CHECKS:
        soft = 0.10 + 5 * w
        a, b, c = wave(x * scale * 0.5 + 0.01), wave(y * scale * 0.5 + 0.26), wave(z * scale * 0.5 + 0.26)
        if face == 1 or face == 2:
            a = 1.0
        elif face == 3 or face == 4:
            b = 1.0
        elif face >= 5:
            c = 1.0
        p = 1 - 2 * band(a, soft)
        p *= 1 - 2 * band(b, soft)
        if face > 0:
            p *= 1 - 2 * band(c, soft)
        return mix(0.5, 0.5 + 0.5 * p, fade), 1.0, 0.0
    if pattern == TABBY:
        n = volume_at(volume, x * scale * 0.9 + 3, y * scale * 0.9 + identity, z * scale * 0.9)
        s = wave(x * scale + 1.1 * (n - 0.5))
        gap = step_between(0.16, 0.42, n) * step_between(-0.75, 0.0, hy)
        return mix(0.3, step_between(0.15, 0.65 + w, s) * gap, fade), 1.0, 0.0
    if pattern == PATCHES:
        n = volume_at(volume, x * scale * 2.2 + identity, y * scale * 2.2, z * scale * 2.2)
        return step_between(0.53, 0.60 + w, n), 1.0, 0.0
    if pattern == FUR:
        n = volume_at(volume, x * scale * 1.1 + identity, y * scale * 0.5, z * scale * 1.1)
        strand = volume_at(volume, x * scale * 4.0, y * scale * 0.9 + 7, z * scale * 4.0)
        return 0.55 * step_between(0.45, 0.95, strand) * fade, mix(1.0, 0.80 + 0.4 * n, max(0.3, fade)), 0.0
    if pattern == KNIT:
        around = (y if abs(hz) > abs(hy) else z) * scale
        ridge = wave(around * 0.6 + 0.35 * abs(wave(x * scale * 0.5)))
        return 0.5 * band(-ridge, 1.2) * fade, mix(1.0, 0.90 + 0.14 * ridge, fade), 0.0
    if pattern == CRACKS:
        n = volume_at(volume, x * scale * 0.8 + identity, y * scale * 0.8, z * scale * 0.8) - 0.5
        n2 = volume_at(volume, x * scale * 1.3 + 9, y * scale * 1.3, z * scale * 1.3) - 0.5
        vein = max(1 - step_between(0.035, 0.065 + w, abs(n)), 0.8 * (1 - step_between(0.025, 0.05 + w, abs(n2))))
        return vein, 1.0, 0.55 * vein
    if pattern == WINDOWS:
        return _windows(x, y, z, face, up, world_y, scale, w, night, identity)
    if pattern == SNOWCAP:
        n = volume_at(volume, x * scale * 0.7 + identity, y * scale * 0.7, z * scale * 0.7)
        return -step_between(0.18, 0.42, up + 0.5 * (n - 0.5)), mix(1.0, 0.86 + 0.28 * n, fade), 0.0
    if pattern == LAVA:
        around = abs(hy) + 2 * hz
        n = volume_at(volume, around * 4.5 + identity, hx * 1.6 - time_s * 0.10, hy * 3.5)
        hot = step_between(0.68 - 0.34 * max(0.0, hx), 0.80 - 0.34 * max(0.0, hx), n)
        hot = max(hot, step_between(0.72, 0.86, hx))
        rock = volume_at(volume, x * 0.7, y * 0.7, z * 0.7)
        return hot, 0.75 + 0.5 * rock, hot * (0.85 + 0.15 * wave(time_s * 0.4 + hx))
    if pattern == WOOD:
        n = volume_at(volume, x * scale * 0.5 + identity, y * scale * 2.6, z * scale * 2.6)
        return mix(0.4, 0.9 * step_between(0.42, 0.80 + w, n), fade), 1.0, 0.0
    if pattern == BRICK:
        return _bricks(x, y, z, face, scale, w, fade)
    if pattern == SECTORS:
        soft = 0.02 + 1.6 * wide / max(1e-3, abs(y / hy) if abs(hy) > 1e-3 else 1.0)
        p = 2 * band(hz, soft) - 1
        p *= 2 * band(0.5 * hz + 0.866 * hy, soft) - 1
        p *= 2 * band(0.5 * hz - 0.866 * hy, soft) - 1
        return 0.5 + 0.5 * p, 1.0, 0.0
    if pattern == LEAVES:
        n = volume_at(volume, x * scale * 2.0 + identity, y * scale * 2.0, z * scale * 2.0)
        return (
            mix(0.4, step_between(0.35, 0.75 + w, n) * 0.75, max(0.25, fade)),
            mix(1.0, 0.92 + 0.2 * (1 - n), fade),
            0.0,
        )
    if pattern == RUST:
        n = volume_at(volume, x * scale * 1.3 + identity, y * scale * 1.3, z * scale * 1.3)
        return 0.9 * step_between(0.42, 0.68, n), 0.94 + 0.12 * n, 0.0
    if pattern == FLOWERS:
        n = volume_at(volume, x * scale * 3.4 + identity, y * scale * 3.4, z * scale * 3.4)
        return step_between(0.72, 0.78 + w, n) * max(0.3, fade), mix(1.0, 0.86 + 0.28 * n, fade), 0.0
    if pattern == SCALES:
        around = (y if abs(hz) > abs(hy) else z) * scale
        row = floor(x * scale)
        u, v = around + 0.5 * (row % 2), x * scale - row
        u = abs(u - floor(u) - 0.5)
        rim = step_between(0.36, 0.50 + w, sqrt(u * u + 0.5 * v * v))
        return 0.8 * rim * fade, 1.0, 0.0
    if pattern == STONE:
        n = volume_at(volume, x * scale * 0.9 + identity, y * scale * 0.9, z * scale * 0.9)
        n2 = volume_at(volume, x * scale * 2.6, y * scale * 2.6 + 5, z * scale * 2.6)
        return 0.7 * step_between(0.50, 0.78, n), mix(1.0, 0.86 + 0.28 * n2, fade), 0.0
    return 0.0, 1.0, 0.0


@per_pixel
def _dot(kind, x, y, z, hx, hy, hz, face, scale, w):  # type: ignore[no-untyped-def]
    """Round dots in rows. Around a round solid each row has as many as fit, so that none is cut or stretched."""
    if face > 0:
        a, b = _across(x, y, z, face)
        a, u = a * scale, b * scale
        row = floor(a)
    else:
        half = abs(x) / max(1e-6, abs(hx))
        radius = 0.5 * (abs(y) / max(1e-6, abs(hy)) + abs(z) / max(1e-6, abs(hz)))
        ring = radius
        if kind == 0:
            reach = 0.5 * (half + radius) * scale
            a = asin(min(1.0, max(-1.0, hx))) * reach
            row = floor(a)
            ring *= max(0.0, cos((row + 0.5) / reach))
        else:
            a = x * scale
            row = floor(a)
            if kind == 3:
                ring *= 0.5 * max(0.0, 1 - (row + 0.5) / (half * scale))
        u = atan2(hz, hy) * 0.159155 * max(1.0, floor(6.28319 * ring * scale + 0.5))
    u += 0.5 * (row % 2)
    across, along = u - floor(u) - 0.5, a - row - 0.5
    return band(0.30 - sqrt(across * across + along * along), 0.08 + w)


@per_pixel
def _across(x, y, z, face):  # type: ignore[no-untyped-def]
    """Two coordinates on a face: along the solid's axis, and around it."""
    if face == 1 or face == 2:
        return y, z
    if face == 3 or face == 4:
        return x, z
    return x, y


@per_pixel
def _windows(x, y, z, face, up, world_y, scale, w, night, identity):  # type: ignore[no-untyped-def]
    """Glass in rows; at night some of it is lit. The roof has none."""
    if abs(up) > 0.6:
        return 0.0, 0.9, 0.0
    a, b = _across(x, y, z, face)
    if face == 0:
        b = z if abs(y) > abs(z) else y
    i, j = floor(a * scale), floor(b * scale + 0.5)
    u, v = a * scale - i, b * scale + 0.5 - j
    soft = 0.04 + w
    inside = band(0.30 - abs(u - 0.52), soft) * band(0.27 - abs(v - 0.5), soft)
    luck = hash_at(i, j + 17 * face, identity * 5 + 1)
    lit = 1.0 if luck > 1 - 0.5 * night else 0.0
    glass = -2.0 - inside  # below -2: the first colour gives way to glass, see `shade`
    if lit > 0:
        return inside, 1.0, inside * (0.45 + 0.5 * hash_at(j, i, identity + face))
    return glass, 1.0, 0.0


@per_pixel
def _bricks(x, y, z, face, scale, w, fade):  # type: ignore[no-untyped-def]
    a, b = _across(x, y, z, face)
    if face == 0:
        b = y if abs(z) > abs(y) else z
    a, b = a * scale * 1.6, b * scale * 0.8
    i = floor(a)
    b += 0.5 * (i % 2)
    j = floor(b)
    u, v = abs(a - i - 0.5), abs(b - j - 0.5)
    mortar = max(band(u - 0.42, 0.06 + 2 * w), band(v - 0.45, 0.04 + w))
    return mix(0.2, mortar, fade), mix(1.0, 0.86 + 0.26 * hash_at(i, j, 3), fade), 0.0
