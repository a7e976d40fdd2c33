"""What colour each pixel has: light on the solid, ground or sky that it shows. It does not know how they were seen."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.kernels.air import decay, mix, sky_color
from celaje.engine.world.kernels.compiled import per_picture, per_pixel
from celaje.engine.world.kernels.ground import SNOW, ground_color
from celaje.engine.world.kernels.noise import picture_at, step_between
from celaje.engine.world.kernels.pattern import pattern_at
from celaje.engine.world.kernels.shadow import contact_at, sun_at
from celaje.engine.world.kernels.solids import GROUND, SKY, ray

GLOSSY, GLASS, SOFT = 1, 2, 3
SUBJECT_AIR = 0.55  # the air before subjects is so much thinner, so that they are told from what is behind them
HALO = 4  # the glow's picture is this many times smaller


class Things(NamedTuple):
    """One frame's N solids as the shader needs them. `inverses` and `eyes` are those of `solids.aim`."""

    kinds: NDArray[np.int32]  # [N]
    patterns: NDArray[np.int32]
    finishes: NDArray[np.int32]
    scales: NDArray[np.float32]
    colors: NDArray[np.float32]  # [N, 3] sRGB
    colors2: NDArray[np.float32]
    glows: NDArray[np.float32]  # [N]
    instances: NDArray[np.uint8]  # [N] 0 the place, else a subject
    sizes: NDArray[np.float32]  # [N, 3] half lengths, metres
    inverses: NDArray[np.float32]  # [N, 3, 3]
    eyes: NDArray[np.float32]  # [N, 3]


class Textures(NamedTuple):
    """The noise picture and volume."""

    picture: NDArray[np.float32]
    volume: NDArray[np.float32]


@per_picture
def shade(lens, air, painter, textures, things, lamps, shadows, mirror, depth, seen, image, surface, halo):  # type: ignore[no-untyped-def]
    """Fill `image` [H, W, 3] with squared sRGB, `surface` [H, W] with which face is seen, `halo` with all that glows.

    `mirror` [H', W', 4] is what a flat mirror on the ground would show (solids only, last channel: how much of them).
    """
    halo[:] = 0
    for y in range(depth.shape[0]):
        for x in range(depth.shape[1]):
            r, g, b, glow = shade_at(
                y, x, lens, air, painter, textures, things, lamps, shadows, mirror, depth, seen, image, surface
            )
            if glow > 0:
                halo[y // HALO, x // HALO, 0] += r * glow
                halo[y // HALO, x // HALO, 1] += g * glow
                halo[y // HALO, x // HALO, 2] += b * glow


@per_pixel
def shade_at(y, x, lens, air, painter, textures, things, lamps, shadows, mirror, depth, seen, image, surface):  # type: ignore[no-untyped-def]
    """One pixel of `shade`, and its colour and glow for the halo."""
    height, width = depth.shape
    dx, dy, dz = ray(lens, x + 0.5, y + 0.5, width, height)
    long = sqrt(dx * dx + dy * dy + dz * dz)
    n, t = seen[y, x], depth[y, x]
    surface[y, x] = n * 8
    if n == SKY:
        r, g, b = sky_color(air, textures.picture, dx / long, dy / long, dz / long)
        glow = 0.0
    elif n == GROUND:
        r, g, b, glow = _ground(
            lens, air, painter, textures, lamps, shadows, mirror, dx, dy, dz, long, t, x / width, y / height
        )
    else:
        r, g, b, glow, face = solid_color(things, n, lens.eye, air, textures, lamps, shadows, dx, dy, dz, long, t)
        surface[y, x] = n * 8 + face
    shaft = _shafts(air, textures.picture, dx, dy, dz, min(t, 30.0)) if air.underwater else 0.0
    image[y, x, 0] = r + shaft * air.glow[0]
    image[y, x, 1] = g + shaft * air.glow[1]
    image[y, x, 2] = b + shaft * air.glow[2]
    return r, g, b, glow


@per_pixel
def halo_at(row, column, glare, halo):  # type: ignore[no-untyped-def]
    """One cell of the halo: the sum of `glare` [H, W, 3] over its pixels, where `shade` adds pixel by pixel."""
    height, width = glare.shape[0], glare.shape[1]
    for c in range(3):
        total = np.float32(0)
        for y in range(row * HALO, min(height, (row + 1) * HALO)):
            for x in range(column * HALO, min(width, (column + 1) * HALO)):
                total += glare[y, x, c]
        halo[row, column, c] = total


@per_picture
def shade_mirror(lens, air, textures, things, lamps, shadows, depth, seen, seen_below, mirror):  # type: ignore[no-untyped-def]
    """Fill `mirror` [H', W', 4] from what `see` found with the eye below the ground."""
    for y in range(mirror.shape[0]):
        for x in range(mirror.shape[1]):
            shade_mirror_at(y, x, lens, air, textures, things, lamps, shadows, depth, seen, seen_below, mirror)


@per_pixel
def shade_mirror_at(y, x, lens, air, textures, things, lamps, shadows, depth, seen, seen_below, mirror):  # type: ignore[no-untyped-def]
    """One pixel of `shade_mirror`."""
    height, width = seen.shape
    rows = seen_below.shape[0] // height
    n = seen[y, x]
    mirror[y, x, 0], mirror[y, x, 1], mirror[y, x, 2], mirror[y, x, 3] = 0, 0, 0, 0
    if n < 0 or seen_below[y * rows + rows // 2, x * rows + rows // 2] != GROUND:
        return
    eye = (lens.eye[0], -lens.eye[1], lens.eye[2])
    dx, dy, dz = ray(lens, x + 0.5, y + 0.5, width, height)
    long = sqrt(dx * dx + dy * dy + dz * dz)
    r, g, b, _, _ = solid_color(things, n, eye, air, textures, lamps, shadows, dx, -dy, dz, long, depth[y, x])
    mirror[y, x, 0], mirror[y, x, 1], mirror[y, x, 2], mirror[y, x, 3] = r, g, b, 1


@per_pixel
def fogged(air, r, g, b, distance):  # type: ignore[no-untyped-def]
    """A colour seen through `distance` metres of air."""
    k = 1 - decay(max(0.0, distance - 2.5) * air.fog_density)
    f = air.fog
    return mix(r, f[0], k), mix(g, f[1], k), mix(b, f[2], k)


@per_pixel
def _lamp_light(lamps, x, y, z, nx, ny, nz):  # type: ignore[no-untyped-def]
    """Light of all lamps [L, 7] (position, squared colour, reach) at a point with the normal n."""
    r, g, b = 0.0, 0.0, 0.0
    for k in range(lamps.shape[0]):
        lx, ly, lz = lamps[k, 0] - x, lamps[k, 1] - y, lamps[k, 2] - z
        away2 = lx * lx + ly * ly + lz * lz
        left = 1 - away2 / (lamps[k, 6] * lamps[k, 6])
        if left <= 0:
            continue
        facing = 0.35 + 0.65 * (lx * nx + ly * ny + lz * nz) / sqrt(away2 + 1e-4)
        if facing > 0:
            amount = left * left * facing
            r, g, b = r + lamps[k, 3] * amount, g + lamps[k, 4] * amount, b + lamps[k, 5] * amount
    return r, g, b


@per_pixel
def _caustics(air, picture, x, y, z):  # type: ignore[no-untyped-def]
    """Bright moving lines of light under water, 0 to 1."""
    u, v, t = x * 1.5 - y * 0.5, z * 1.5 + y * 0.3, air.time_s
    a = picture_at(picture, u + t * 0.75, v + 0.4 * t)
    b = picture_at(picture, u * 1.13 - t * 0.65 + 60, v * 1.13 + t * 0.25)
    line = 1 - abs(a + b - 1) * 4.5
    return max(0.0, line) ** 2


@per_pixel
def _shafts(air, picture, dx, dy, dz, t):  # type: ignore[no-untyped-def]
    """Slanted rays of light under water between the eye and depth t."""
    lean = dx - 0.32 * dy
    n = picture_at(picture, lean * 7.0 + 20, air.time_s * 0.55 + air.seed)
    strength = step_between(0.48, 0.95, n) * step_between(-0.35, 0.55, dy)
    return 0.30 * strength * t / (t + 5)


@per_pixel
def _ground(lens, air, painter, textures, lamps, shadows, mirror, dx, dy, dz, long, t, across, down):  # type: ignore[no-untyped-def]
    px, pz = lens.eye[0] + t * dx, lens.eye[2] + t * dz
    ux, uy, uz = dx / long, dy / long, dz / long
    wide = air.pixel * t * 0.5 * (1 + 1 / max(0.03, -uy))
    r, g, b, glow, shine = ground_color(painter, air, textures.picture, px, pz, wide)
    s = air.to_sun
    sun = (1 - air.shadow * (1 - sun_at(shadows, px, 0.0, pz))) * (0.30 + 0.70 * s[1])
    sky = 1 - 0.75 * contact_at(shadows, px, pz)
    if air.underwater:
        sun *= 0.75 + 1.1 * _caustics(air, textures.picture, px, 0.0, pz)
    lr, lg, lb = _lamp_light(lamps, px, 0.0, pz, 0.0, 1.0, 0.0)
    lying = air.snow_cover * (1 - min(1.0, 3 * shine + glow))
    if lying > 0 and painter.material != SNOW:
        lying *= step_between(0.12, 0.42, picture_at(textures.picture, px * 0.7 + 5, pz * 0.7))
        r, g, b = mix(r, 0.90, lying), mix(g, 0.93, lying), mix(b, 0.99, lying)
    soak = 1 - 0.32 * min(1.0, shine * 1.6)
    r, g, b = max(0.0, r), max(0.0, g), max(0.0, b)
    lit = 1 - glow
    r = r * r * soak * ((air.ambient[0] * sky + air.sun[0] * sun + lr) * lit + 1.25 * glow)
    g = g * g * soak * ((air.ambient[1] * sky + air.sun[1] * sun + lg) * lit + 1.25 * glow)
    b = b * b * soak * ((air.ambient[2] * sky + air.sun[2] * sun + lb) * lit + 1.25 * glow)
    if shine > 0.02:
        graze = 1 + uy
        fresnel = shine * (0.18 + 0.82 * graze * graze * graze)
        hr, hg, hb = _sky_mirrored(air, ux, -uy, uz)
        rows, columns = mirror.shape[0], mirror.shape[1]
        wobble = (picture_at(textures.picture, px * 2.2 + air.time_s * 0.5, pz * 4.0 - air.time_s * 0.6) - 0.5) * min(
            0.05, 0.6 / (t + 2)
        )
        mx = min(columns - 2.0, max(0.0, (across + wobble) * columns - 0.5))
        my = min(rows - 2.0, max(0.0, (down + 0.4 * wobble) * rows - 0.5))
        i, j = int(my), int(mx)
        p, q = my - i, mx - j
        k00, k01, k10, k11 = (1 - p) * (1 - q), (1 - p) * q, p * (1 - q), p * q
        cover = (
            mirror[i, j, 3] * k00
            + mirror[i, j + 1, 3] * k01
            + mirror[i + 1, j, 3] * k10
            + mirror[i + 1, j + 1, 3] * k11
        )
        if cover > 0:
            hr = (
                hr * (1 - cover)
                + mirror[i, j, 0] * k00
                + mirror[i, j + 1, 0] * k01
                + mirror[i + 1, j, 0] * k10
                + mirror[i + 1, j + 1, 0] * k11
            )
            hg = (
                hg * (1 - cover)
                + mirror[i, j, 1] * k00
                + mirror[i, j + 1, 1] * k01
                + mirror[i + 1, j, 1] * k10
                + mirror[i + 1, j + 1, 1] * k11
            )
            hb = (
                hb * (1 - cover)
                + mirror[i, j, 2] * k00
                + mirror[i, j + 1, 2] * k01
                + mirror[i + 1, j, 2] * k10
                + mirror[i + 1, j + 1, 2] * k11
            )
            fresnel = max(fresnel, 0.55 * shine * cover)
        r, g, b = mix(r, hr, fresnel), mix(g, hg, fresnel), mix(b, hb, fresnel)
    r, g, b = fogged(air, r, g, b, t * long)
    return r, g, b, glow * 0.5


@per_pixel
def _sky_mirrored(air, dx, dy, dz):  # type: ignore[no-untyped-def]
    """The sky as still water shows it: its gradient and the glitter under the sun."""
    g = min(1.0, sqrt(max(0.0, dy)) * 1.15)
    s = air.to_sun
    towards = max(0.0, dx * s[0] + dy * s[1] * 0.8 + dz * s[2])
    towards *= towards
    towards *= towards
    shine = towards * towards * towards * 0.6 * (1 - 0.4 * air.moon)
    z, h, w = air.zenith, air.horizon, air.glow
    return mix(h[0], z[0], g) + shine * w[0], mix(h[1], z[1], g) + shine * w[1], mix(h[2], z[2], g) + shine * w[2]


@per_pixel
def solid_color(things, n, eye, air, textures, lamps, shadows, dx, dy, dz, long, t):  # type: ignore[no-untyped-def]
    """Squared sRGB, glow and face of solid n where the ray eye + t d meets it."""
    i, kind = things.inverses[n], things.kinds[n]
    hx = things.eyes[n, 0] + t * (i[0, 0] * dx + i[0, 1] * dy + i[0, 2] * dz)
    hy = things.eyes[n, 1] + t * (i[1, 0] * dx + i[1, 1] * dy + i[1, 2] * dz)
    hz = things.eyes[n, 2] + t * (i[2, 0] * dx + i[2, 1] * dy + i[2, 2] * dz)
    mx, my, mz, face = normal_in(kind, hx, hy, hz)
    nx = i[0, 0] * mx + i[1, 0] * my + i[2, 0] * mz
    ny = i[0, 1] * mx + i[1, 1] * my + i[2, 1] * mz
    nz = i[0, 2] * mx + i[1, 2] * my + i[2, 2] * mz
    k = 1 / sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    nx, ny, nz = nx * k, ny * k, nz * k
    px, py, pz = eye[0] + t * dx, eye[1] + t * dy, eye[2] + t * dz
    ux, uy, uz = dx / long, dy / long, dz / long
    r, g, b, glow, finish = (
        things.colors[n, 0],
        things.colors[n, 1],
        things.colors[n, 2],
        things.glows[n],
        things.finishes[n],
    )
    pattern = things.patterns[n]
    if pattern != 0:
        r, g, b, glow = _patterned(
            things, n, pattern, textures, air, hx, hy, hz, face, ny, py, air.pixel * t, r, g, b, glow
        )
    if air.snow_cover > 0 and things.instances[n] == 0 and glow <= 0:
        lying = air.snow_cover * step_between(0.25, 0.65, ny)
        r, g, b = mix(r, 0.92, lying), mix(g, 0.95, lying), mix(b, 1.0, lying)
    s = air.to_sun
    facing = nx * s[0] + ny * s[1] + nz * s[2]
    wrap = 0.45 if finish == SOFT else 0.18
    direct = max(0.0, (facing + wrap) / (1 + wrap))
    if direct > 0:
        off = 0.012 + 0.9 * shadows.reach / shadows.sun.shape[0]
        direct *= 1 - air.shadow * (1 - sun_at(shadows, px + nx * off, py + ny * off, pz + nz * off))
    if air.underwater and ny > 0:
        direct *= 0.8 + 0.9 * ny * _caustics(air, textures.picture, px, py, pz)
    low = 1 - 0.42 * (1 - step_between(0.0, 0.11 * shadows.reach, py)) * (0.75 - 0.25 * ny)
    sky = (0.5 + 0.5 * ny) * low
    lr, lg, lb = _lamp_light(lamps, px, py, pz, nx, ny, nz)
    r, g, b = r * r, g * g, b * b
    shine = 1 - min(1.0, glow)
    fr = max(0.0, 1 + nx * ux + ny * uy + nz * uz)
    clear = 1.0
    if things.instances[n] > 0:
        front = 0.3 + 0.7 * max(0.0, 1 - fr)
        lr, lg, lb = lr + front * air.fill[0], lg + front * air.fill[1], lb + front * air.fill[2]
        clear = SUBJECT_AIR
    rim = fr * fr * fr * (0.55 if finish == SOFT else 0.30) * (0.4 + 0.6 * sky)
    glare = glow * (1.0 + 0.35 * (1 - fr))
    low = 0.4 + 0.6 * low
    r = r * (
        (mix(air.bounce[0] * low, air.ambient[0], sky) + air.sun[0] * direct + lr) * shine + glare
    ) + rim * air.horizon[0] * shine * (0.15 + r)
    g = g * (
        (mix(air.bounce[1] * low, air.ambient[1], sky) + air.sun[1] * direct + lg) * shine + glare
    ) + rim * air.horizon[1] * shine * (0.15 + g)
    b = b * (
        (mix(air.bounce[2] * low, air.ambient[2], sky) + air.sun[2] * direct + lb) * shine + glare
    ) + rim * air.horizon[2] * shine * (0.15 + b)
    if finish in (GLOSSY, GLASS):
        r, g, b = _polished(air, lamps, finish, r, g, b, px, py, pz, nx, ny, nz, ux, uy, uz, fr, direct)
    r, g, b = fogged(air, r, g, b, t * long * clear * (1 - 0.45 * min(1.0, glow)))
    return r, g, b, glow, face


@per_pixel
def _patterned(things, n, pattern, textures, air, hx, hy, hz, face, up, world_y, wide, r, g, b, glow):  # type: ignore[no-untyped-def]
    size = things.sizes[n]
    amount, factor, shine = pattern_at(
        pattern, things.kinds[n], textures.volume, hx * size[0], hy * size[1], hz * size[2], hx, hy, hz, face, up,
        world_y, things.scales[n], wide, air.lamplight, air.time_s, n % 31,
    )  # fmt: skip
    if amount < -1.5:  # glass by day
        amount = -2 - amount
        return mix(r, 0.34, amount), mix(g, 0.46, amount), mix(b, 0.56, amount), glow
    if amount < 0:  # snow
        r, g, b = r * factor, g * factor, b * factor
        return mix(r, 0.95, -amount), mix(g, 0.97, -amount), mix(b, 1.0, -amount), glow
    c = things.colors2[n]
    return mix(r * factor, c[0], amount), mix(g * factor, c[1], amount), mix(b * factor, c[2], amount), max(glow, shine)


@per_pixel
def _polished(air, lamps, finish, r, g, b, px, py, pz, nx, ny, nz, ux, uy, uz, fr, direct):  # type: ignore[no-untyped-def]
    """Highlights of sun and lamps, and the sky in the reflection; glass also shows a bent piece of what is behind."""
    along = 2 * (nx * ux + ny * uy + nz * uz)
    rx, ry, rz = ux - along * nx, uy - along * ny, uz - along * nz
    s = air.to_sun
    spot = max(0.0, rx * s[0] + ry * s[1] + rz * s[2])
    spot *= spot
    spot *= spot
    spot *= spot
    spot = spot * spot * min(1.0, direct * 3) * 0.75
    k = min(1.0, max(0.0, ry * 1.2 + 0.1))
    ground = step_between(-0.25, 0.10, ry)
    z, h, o = air.zenith, air.horizon, air.bounce
    sr = mix(0.35 * o[0], mix(h[0], z[0], k), ground)
    sg = mix(0.35 * o[1], mix(h[1], z[1], k), ground)
    sb = mix(0.35 * o[2], mix(h[2], z[2], k), ground)
    if finish == GLASS:
        bent = step_between(-0.35, 0.35, uy - 0.9 * ny)
        tr = mix(0.55 * o[0] + 0.05, 0.5 * (h[0] + z[0]) + 0.10, bent)
        tg = mix(0.55 * o[1] + 0.05, 0.5 * (h[1] + z[1]) + 0.12, bent)
        tb = mix(0.55 * o[2] + 0.05, 0.5 * (h[2] + z[2]) + 0.14, bent)
        r, g, b = mix(r, tr, 0.42), mix(g, tg, 0.42), mix(b, tb, 0.42)
    weight = 0.07 + 0.55 * fr * fr * fr if finish == GLOSSY else 0.14 + 0.80 * fr * fr
    r, g, b = (
        mix(r, sr, weight) + spot * air.sun[0],
        mix(g, sg, weight) + spot * air.sun[1],
        mix(b, sb, weight) + spot * air.sun[2],
    )
    for k in range(lamps.shape[0]):
        lx, ly, lz = lamps[k, 0] - px, lamps[k, 1] - py, lamps[k, 2] - pz
        away2 = lx * lx + ly * ly + lz * lz
        left = 1 - away2 / (lamps[k, 6] * lamps[k, 6])
        if left > 0:
            spot = max(0.0, (rx * lx + ry * ly + rz * lz) / sqrt(away2 + 1e-4))
            spot *= spot
            spot *= spot
            spot *= spot * left * 0.7
            r, g, b = r + spot * lamps[k, 3], g + spot * lamps[k, 4], b + spot * lamps[k, 5]
    return r, g, b


@per_pixel
def normal_in(kind, x, y, z):  # type: ignore[no-untyped-def]
    """The outward normal in the solid's own space, not normalised, and which of its faces it is."""
    if kind == 0:
        return x, y, z, 0
    if kind == 1:
        ax, ay, az = abs(x), abs(y), abs(z)
        if ax > ay and ax > az:
            return 1.0 if x > 0 else -1.0, 0 * x, 0 * x, 1 if x > 0 else 2
        if ay > az:
            return 0 * x, 1.0 if y > 0 else -1.0, 0 * x, 3 if y > 0 else 4
        return 0 * x, 0 * x, 1.0 if z > 0 else -1.0, 5 if z > 0 else 6
    round2 = y * y + z * z
    if kind == 2:
        if abs(x) > 0.998 and round2 < 0.996:
            return 1.0 if x > 0 else -1.0, 0 * x, 0 * x, 1 if x > 0 else 2
        return 0 * x, y, z, 0
    if x < -0.998 and round2 < 0.99:
        return 1.0 if x > 0 else -1.0, 0 * x, 0 * x, 1
    return 0.25 * (1 - x), y, z, 0
