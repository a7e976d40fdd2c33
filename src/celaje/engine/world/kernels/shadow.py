"""Two maps around what the camera looks at: how far the sun reaches, and how the ground darkens under things.

The sun's map is seen straight along its rays (u, v across, w towards the sun). It does not know colours.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.kernels.compiled import per_picture, per_pixel
from celaje.engine.world.kernels.solids import FAR, hit

MAP_SIDE, CONTACT_SIDE = 288, 96
CASTS_SUN, CASTS_CONTACT = 0.3, 0.05  # what a solid's strength must exceed to be on each map
START = np.float32(40.0)  # metres towards the sun from which rays start at a cone, which can be missed from inside


class Shadows(NamedTuple):
    """`sun` holds the greatest w of any solid, `contact` how much of the sky the ground there loses."""

    sun: NDArray[np.float32]  # [MAP_SIDE, MAP_SIDE]
    contact: NDArray[np.float32]  # [CONTACT_SIDE, CONTACT_SIDE]
    across: tuple[float, float, float]  # unit vector of u
    along: tuple[float, float, float]  # unit vector of v
    towards: tuple[float, float, float]  # unit vector of w
    u: float  # of the map's middle
    v: float
    x: float  # of the contact map's middle
    z: float
    reach: float  # half the map's side, metres


@per_picture
def cast(shadows, kinds, strengths, matrices):  # type: ignore[no-untyped-def]
    """Fill both maps of `shadows` with the solids `matrices` [N, 3, 4]."""
    shadows.sun[:] = -FAR
    shadows.contact[:] = 0
    for n in range(kinds.shape[0]):
        if strengths[n] > CASTS_SUN:
            _cast_sun(shadows, kinds[n], matrices[n])
        if strengths[n] > CASTS_CONTACT:
            _cast_contact(shadows, matrices[n], strengths[n])


@per_pixel
def _cast_sun(shadows, kind, m):  # type: ignore[no-untyped-def]
    i0, i1, j0, j1, u, v = _sun_bounds(shadows, kind, m)
    if i0 > i1 or j0 > j1:
        return
    rows, w = _sun_rows(shadows, m)
    for i in range(i0, i1 + 1):
        for j in range(j0, j1 + 1):
            top = _top(shadows, kind, rows, w, i, j, u, v)
            if top > shadows.sun[i, j]:
                shadows.sun[i, j] = top


@per_pixel
def sun_map_at(i, j, shadows, kinds, strengths, matrices):  # type: ignore[no-untyped-def]
    """One cell of the sun's map: it asks all solids, where `cast` goes through each solid's cells."""
    highest = -FAR
    for n in range(kinds.shape[0]):
        if strengths[n] > CASTS_SUN:
            i0, i1, j0, j1, u, v = _sun_bounds(shadows, kinds[n], matrices[n])
            if i0 <= i <= i1 and j0 <= j <= j1:
                rows, w = _sun_rows(shadows, matrices[n])
                highest = max(highest, _top(shadows, kinds[n], rows, w, i, j, u, v))
    shadows.sun[i, j] = highest


@per_pixel
def _sun_bounds(shadows, kind, m):  # type: ignore[no-untyped-def]
    """The cells [i0, i1] x [j0, j1] that a solid may darken, and where its middle is on the map, in metres."""
    a, b = shadows.across, shadows.along
    side = shadows.sun.shape[0]
    texel = 2 * shadows.reach / side
    u = m[0, 3] * a[0] + m[1, 3] * a[1] + m[2, 3] * a[2] - shadows.u
    v = m[0, 3] * b[0] + m[1, 3] * b[1] + m[2, 3] * b[2] - shadows.v
    reach_u, reach_v, size = 0.0, 0.0, 1e9
    for axis in range(3):
        du = abs(m[0, axis] * a[0] + m[1, axis] * a[1] + m[2, axis] * a[2])
        dv = abs(m[0, axis] * b[0] + m[1, axis] * b[1] + m[2, axis] * b[2])
        reach_u, reach_v = (
            (sqrt(reach_u**2 + du * du), sqrt(reach_v**2 + dv * dv)) if kind == 0 else (reach_u + du, reach_v + dv)
        )
        size = min(size, m[0, axis] ** 2 + m[1, axis] ** 2 + m[2, axis] ** 2)
    if size < 1e-10:
        return 1, 0, 1, 0, u, v
    i0, i1 = max(0, int((u - reach_u) / texel + side / 2)), min(side - 1, int((u + reach_u) / texel + side / 2) + 1)
    j0, j1 = max(0, int((v - reach_v) / texel + side / 2)), min(side - 1, int((v + reach_v) / texel + side / 2) + 1)
    return i0, i1, j0, j1, u, v


@per_pixel
def _sun_rows(shadows, m):  # type: ignore[no-untyped-def]
    """Rows into a solid's own space and the sun's rays there, and how far its middle is towards the sun."""
    s = shadows.towards
    r00, r01, r02 = _row(m, 0)
    r10, r11, r12 = _row(m, 1)
    r20, r21, r22 = _row(m, 2)
    lx = np.float32(-(r00 * s[0] + r01 * s[1] + r02 * s[2]))
    ly = np.float32(-(r10 * s[0] + r11 * s[1] + r12 * s[2]))
    lz = np.float32(-(r20 * s[0] + r21 * s[1] + r22 * s[2]))
    w = m[0, 3] * s[0] + m[1, 3] * s[1] + m[2, 3] * s[2]
    return ((r00, r01, r02, lx), (r10, r11, r12, ly), (r20, r21, r22, lz)), w


@per_pixel
def _top(shadows, kind, rows, w, i, j, u, v):  # type: ignore[no-untyped-def]
    """How far towards the sun a solid reaches over one cell of the map; -FAR where it is not."""
    a, b = shadows.across, shadows.along
    side = shadows.sun.shape[0]
    texel = 2 * shadows.reach / side
    du, dv = (i + 0.5 - side / 2) * texel - u, (j + 0.5 - side / 2) * texel - v
    x, y, z = a[0] * du + b[0] * dv, a[1] * du + b[1] * dv, a[2] * du + b[2] * dv
    (r00, r01, r02, lx), (r10, r11, r12, ly), (r20, r21, r22, lz) = rows
    ox = np.float32(r00 * x + r01 * y + r02 * z)
    oy = np.float32(r10 * x + r11 * y + r12 * z)
    oz = np.float32(r20 * x + r21 * y + r22 * z)
    t = (
        hit(kind, ox - lx * START, oy - ly * START, oz - lz * START, lx, ly, lz)
        if kind == 3
        else hit(kind, ox, oy, oz, lx, ly, lz)
    )
    if t >= FAR:
        return -FAR
    return np.float32(w - t) if kind != 3 else np.float32(w - t + START)


@per_pixel
def _row(m, axis):  # type: ignore[no-untyped-def]
    scale = 1 / (m[0, axis] ** 2 + m[1, axis] ** 2 + m[2, axis] ** 2)
    return m[0, axis] * scale, m[1, axis] * scale, m[2, axis] * scale


@per_pixel
def _cast_contact(shadows, m, strength):  # type: ignore[no-untyped-def]
    """A soft dark blob under a solid: wide as the solid, weaker the higher its lowest point is above the ground."""
    i0, i1, j0, j1, x, z, rx, rz, depth = _contact_bounds(shadows, m, strength)
    for i in range(i0, i1 + 1):
        for j in range(j0, j1 + 1):
            dark = _darkness(shadows, i, j, x, z, rx, rz, depth)
            if dark > 0:
                shadows.contact[i, j] += dark * (1 - shadows.contact[i, j])


@per_pixel
def contact_map_at(i, j, shadows, strengths, matrices):  # type: ignore[no-untyped-def]
    """One cell of the contact map, as `sun_map_at`."""
    total = np.float32(0)
    for n in range(strengths.shape[0]):
        if strengths[n] > CASTS_CONTACT:
            i0, i1, j0, j1, x, z, rx, rz, depth = _contact_bounds(shadows, matrices[n], strengths[n])
            if i0 <= i <= i1 and j0 <= j <= j1:
                total = np.float32(total + _darkness(shadows, i, j, x, z, rx, rz, depth) * (1 - total))
    shadows.contact[i, j] = total


@per_pixel
def _contact_bounds(shadows, m, strength):  # type: ignore[no-untyped-def]
    """The cells that a solid darkens, its middle and half widths on the map, and how dark it makes them."""
    tall, wide_x, wide_z = 0.0, 0.0, 0.0
    for axis in range(3):
        tall += m[1, axis] ** 2
        wide_x += m[0, axis] ** 2
        wide_z += m[2, axis] ** 2
    gap = max(0.0, m[1, 3] - sqrt(tall))
    soft = 0.04 + 0.6 * gap
    rx, rz = sqrt(wide_x) * 1.15 + soft, sqrt(wide_z) * 1.15 + soft
    depth = strength * 0.75 * min(1.0, sqrt(wide_x * wide_z) / (rx * rz) * 1.4) / (1 + 4 * gap * gap / (rx * rz))
    side = shadows.contact.shape[0]
    texel = 2 * shadows.reach / side
    x, z = m[0, 3] - shadows.x, m[2, 3] - shadows.z
    if depth < 0.02:
        return 1, 0, 1, 0, x, z, rx, rz, depth
    rx, rz = max(rx, texel), max(rz, texel)
    i0, i1 = max(0, int((x - rx * 1.3) / texel + side / 2)), min(side - 1, int((x + rx * 1.3) / texel + side / 2) + 1)
    j0, j1 = max(0, int((z - rz * 1.3) / texel + side / 2)), min(side - 1, int((z + rz * 1.3) / texel + side / 2) + 1)
    return i0, i1, j0, j1, x, z, rx, rz, depth


@per_pixel
def _darkness(shadows, i, j, x, z, rx, rz, depth):  # type: ignore[no-untyped-def]
    """How dark a solid makes one cell, 0 to 1."""
    side = shadows.contact.shape[0]
    texel = 2 * shadows.reach / side
    dx = ((i + 0.5 - side / 2) * texel - x) / rx
    dz = ((j + 0.5 - side / 2) * texel - z) / rz
    away = (dx * dx + dz * dz) * 0.6
    return depth * (1 - away) * (1 - away) if away < 1 else 0.0


@per_pixel
def sun_at(shadows, x, y, z):  # type: ignore[no-untyped-def]
    """How much of the sun reaches the point: 0 in full shadow, 1 in full light, soft between; 1 outside the map."""
    a, b, s = shadows.across, shadows.along, shadows.towards
    side = shadows.sun.shape[0]
    scale = side / (2 * shadows.reach)
    u = (x * a[0] + y * a[1] + z * a[2] - shadows.u) * scale + side / 2 - 0.5
    v = (x * b[0] + y * b[1] + z * b[2] - shadows.v) * scale + side / 2 - 0.5
    if u < 2 or v < 2 or u > side - 3 or v > side - 3:
        return 1.0
    w = x * s[0] + y * s[1] + z * s[2] + 1.2 / scale
    i, j = int(u + 0.5), int(v + 0.5)
    p, q = u - i, v - j
    p0, p1, p2 = 0.5 * (0.5 - p) ** 2, 0.75 - p * p, 0.5 * (0.5 + p) ** 2
    q0, q1, q2 = 0.5 * (0.5 - q) ** 2, 0.75 - q * q, 0.5 * (0.5 + q) ** 2
    m = shadows.sun
    row0 = (
        (q0 if m[i - 1, j - 1] < w else 0.0) + (q1 if m[i - 1, j] < w else 0.0) + (q2 if m[i - 1, j + 1] < w else 0.0)
    )
    row1 = (q0 if m[i, j - 1] < w else 0.0) + (q1 if m[i, j] < w else 0.0) + (q2 if m[i, j + 1] < w else 0.0)
    row2 = (
        (q0 if m[i + 1, j - 1] < w else 0.0) + (q1 if m[i + 1, j] < w else 0.0) + (q2 if m[i + 1, j + 1] < w else 0.0)
    )
    lit = p0 * row0 + p1 * row1 + p2 * row2
    rim = min(min(u, v), min(side - u, side - v)) / (0.12 * side)
    return lit if rim >= 1 else 1 - (1 - lit) * rim


@per_pixel
def contact_at(shadows, x, z):  # type: ignore[no-untyped-def]
    """How dark the ground is under things at (x, z): 0 to 1."""
    side = shadows.contact.shape[0]
    scale = side / (2 * shadows.reach)
    u, v = (x - shadows.x) * scale + side / 2 - 0.5, (z - shadows.z) * scale + side / 2 - 0.5
    if u < 0 or v < 0 or u > side - 2 or v > side - 2:
        return 0.0
    i, j = int(u), int(v)
    p, q = u - i, v - j
    m = shadows.contact
    return (m[i, j] * (1 - p) + m[i + 1, j] * p) * (1 - q) + (m[i, j + 1] * (1 - p) + m[i + 1, j + 1] * p) * q
