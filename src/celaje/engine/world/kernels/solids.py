"""Where rays meet solids: the solids' own axes, the nearest solid in every pixel, and the flow to the next frame.

A solid's own space: it reaches from -1 to 1 along x (from `start` to `end`), its height is along y, its width along z.
Rays are not normalised: their length along the camera's axis is 1, so a hit's t is its depth in metres.
It knows no colour.
"""

from math import cos, sin, sqrt
from typing import NamedTuple

import numpy as np

from celaje.engine.world.kernels.compiled import per_picture, per_pixel

FAR = np.float32(1e9)
NEAR_M = np.float32(0.05)
SKY, GROUND = -2, -1
ZERO, ONE, HALF, QUARTER, TINY = (np.float32(value) for value in (0.0, 1.0, 0.5, 0.25, 1e-9))


class Lens(NamedTuple):
    """One frame's camera. `right` and `up` are as long as half the picture at depth 1."""

    eye: tuple[float, float, float]
    forward: tuple[float, float, float]
    right: tuple[float, float, float]
    up: tuple[float, float, float]


@per_picture
def stand(starts, ends, widths, heights, rolls, matrices):  # type: ignore[no-untyped-def]
    """Fill `matrices` [T, N, 3, 4]: columns are the solid's x, y, z axes and its centre, in the world."""
    for t in range(starts.shape[0]):
        for n in range(starts.shape[1]):
            ax = ends[t, n, 0] - starts[t, n, 0]
            ay = ends[t, n, 1] - starts[t, n, 1]
            az = ends[t, n, 2] - starts[t, n, 2]
            length = sqrt(ax * ax + ay * ay + az * az) + 1e-6
            ux, uy, uz = ax / length, ay / length, az / length
            sx, sy, sz = side_of(ux, uy, uz)
            vx, vy, vz = sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux
            turn = rolls[t, n]
            if turn != 0:
                c, s = cos(turn), sin(turn)
                sx, sy, sz, vx, vy, vz = (
                    c * sx + s * vx, c * sy + s * vy, c * sz + s * vz,
                    c * vx - s * sx, c * vy - s * sy, c * vz - s * sz,
                )  # fmt: skip
            w, h = widths[t, n], heights[t, n]
            for axis in range(3):
                half = (ax, ay, az)[axis] * 0.5
                matrices[t, n, axis, 0] = half
                matrices[t, n, axis, 1] = (vx, vy, vz)[axis] * h
                matrices[t, n, axis, 2] = (sx, sy, sz)[axis] * w
                matrices[t, n, axis, 3] = starts[t, n, axis] + half


@per_pixel
def side_of(ux, uy, uz):  # type: ignore[no-untyped-def]
    """The unit vector "sideways" of the unit axis u: horizontal; near the vertical as close to z as it can be."""
    if abs(uy) > 0.8:
        sx, sy, sz = -uz * ux, -uz * uy, 1 - uz * uz
    else:
        sx, sy, sz = -uz, uy * 0, ux
    length = sqrt(sx * sx + sy * sy + sz * sz)
    return sx / length, sy / length, sz / length


@per_picture
def aim(lens, matrices, mirrored, width, height, inverses, eyes, bounds):  # type: ignore[no-untyped-def]
    """Prepare N solids for one camera: rows into own space, the eye there, and their [x0, y0, x1, y1] on the picture.

    What is thinner than a pixel is drawn one pixel wide. What cannot be seen gets empty bounds.
    """
    for n in range(matrices.shape[0]):
        aim_one(n, lens, matrices, mirrored, width, height, inverses, eyes, bounds)


@per_pixel
def aim_one(n, lens, matrices, mirrored, width, height, inverses, eyes, bounds):  # type: ignore[no-untyped-def]
    """Solid `n` of `aim`."""
    flip = -1.0 if mirrored else 1.0
    e, f, r, u = lens.eye, lens.forward, lens.right, lens.up
    tall = sqrt(u[0] ** 2 + u[1] ** 2 + u[2] ** 2)
    rr, uu = r[0] ** 2 + r[1] ** 2 + r[2] ** 2, tall * tall
    m = matrices[n]
    cx, cy, cz = m[0, 3] - e[0], m[1, 3] - e[1] * flip, m[2, 3] - e[2]
    depth = cx * f[0] + cy * f[1] * flip + cz * f[2]
    px = (cx * r[0] + cy * r[1] * flip + cz * r[2]) / rr
    py = (cx * u[0] + cy * u[1] * flip + cz * u[2]) / uu
    bounds[n, 0], bounds[n, 1], bounds[n, 2], bounds[n, 3] = 0, 0, 0, 0
    sizes2 = (
        m[0, 0] ** 2 + m[1, 0] ** 2 + m[2, 0] ** 2,
        m[0, 1] ** 2 + m[1, 1] ** 2 + m[2, 1] ** 2,
        m[0, 2] ** 2 + m[1, 2] ** 2 + m[2, 2] ** 2,
    )
    if sizes2[1] <= 1e-12 or sizes2[2] <= 1e-12:
        return
    thinnest = max(1e-4, 0.55 * depth * tall * 2 / height)
    radius = sqrt(sizes2[0] + sizes2[1] + sizes2[2])
    if depth + radius < 0.1:
        return
    lx, ly, hx, hy = 1e9, 1e9, -1e9, -1e9
    behind = False
    for axis in range(3):
        size = sqrt(sizes2[axis])
        grow = max(1.0, thinnest / size) if axis > 0 else max(1.0, 0.3 * thinnest / size)
        scale = 1 / (sizes2[axis] * grow)
        inverses[n, axis, 0] = m[0, axis] * scale
        inverses[n, axis, 1] = m[1, axis] * scale
        inverses[n, axis, 2] = m[2, axis] * scale
        eyes[n, axis] = -(m[0, axis] * cx + m[1, axis] * cy + m[2, axis] * cz) * scale
        ad = (m[0, axis] * f[0] + m[1, axis] * f[1] * flip + m[2, axis] * f[2]) * grow
        axx = (m[0, axis] * r[0] + m[1, axis] * r[1] * flip + m[2, axis] * r[2]) / rr * grow
        ayy = (m[0, axis] * u[0] + m[1, axis] * u[1] * flip + m[2, axis] * u[2]) / uu * grow
        if axis == 0:
            d0, x0, y0 = ad, axx, ayy
        elif axis == 1:
            d1, x1, y1 = ad, axx, ayy
        else:
            d2, x2, y2 = ad, axx, ayy
    for corner in range(8):
        a = 1.0 if corner & 1 else -1.0
        b = 1.0 if corner & 2 else -1.0
        c = 1.0 if corner & 4 else -1.0
        d = depth + a * d0 + b * d1 + c * d2
        if d < 0.06:
            behind = True
            break
        qx, qy = (px + a * x0 + b * x1 + c * x2) / d, (py + a * y0 + b * y1 + c * y2) / d
        lx, hx, ly, hy = min(lx, qx), max(hx, qx), min(ly, qy), max(hy, qy)
    if behind:
        lx, ly, hx, hy = -1.0, -1.0, 1.0, 1.0
    if hx < -1 or lx > 1 or hy < -1 or ly > 1:
        return
    bounds[n, 0] = max(0, int((max(-1.0, lx) + 1) * 0.5 * width))
    bounds[n, 2] = min(width, int((min(1.0, hx) + 1) * 0.5 * width) + 1)
    bounds[n, 1] = max(0, int((1 - min(1.0, hy)) * 0.5 * height))
    bounds[n, 3] = min(height, int((1 - max(-1.0, ly)) * 0.5 * height) + 1)


@per_pixel
def ray(lens, x, y, width, height):  # type: ignore[no-untyped-def]
    """Direction through the point (x, y) of the picture, in pixels; its length along the camera's axis is 1."""
    a, b = 2 * x / width - 1, 1 - 2 * y / height
    f, r, u = lens.forward, lens.right, lens.up
    return f[0] + r[0] * a + u[0] * b, f[1] + r[1] * a + u[1] * b, f[2] + r[2] * a + u[2] * b


@per_pixel
def hit(kind, ox, oy, oz, lx, ly, lz):  # type: ignore[no-untyped-def]
    """t where the ray o + t l, in a solid's own space, enters it; FAR when it misses. Float32 in, float32 out."""
    if kind == 0:
        a, b, c = lx * lx + ly * ly + lz * lz, ox * lx + oy * ly + oz * lz, ox * ox + oy * oy + oz * oz - ONE
        root = b * b - a * c
        return (-b - sqrt(root)) / a if root > ZERO else FAR
    if kind == 1:
        ix, iy, iz = ONE / (lx + TINY), ONE / (ly + TINY), ONE / (lz + TINY)
        ax, ay, az = abs(ix), abs(iy), abs(iz)
        t = max(-ox * ix - ax, -oy * iy - ay, -oz * iz - az)
        return t if t < min(-ox * ix + ax, -oy * iy + ay, -oz * iz + az) else FAR
    end_x = -ONE if lx > ZERO else ONE
    t_end = (end_x - ox) / (lx + TINY)
    qy, qz = oy + ly * t_end, oz + lz * t_end
    if kind == 2:
        a, b, c = ly * ly + lz * lz + TINY, oy * ly + oz * lz, oy * oy + oz * oz - ONE
        root = b * b - a * c
        if root <= ZERO:
            return FAR
        t = (-b - sqrt(root)) / a
        if abs(ox + lx * t) <= ONE:
            return t
        return t_end if qy * qy + qz * qz <= ONE else FAR
    base = t_end if lx > ZERO and qy * qy + qz * qz <= ONE else FAR
    gap = ONE - ox
    a, b, c = (
        ly * ly + lz * lz - QUARTER * lx * lx,
        oy * ly + oz * lz + QUARTER * gap * lx,
        oy * oy + oz * oz - QUARTER * gap * gap,
    )
    root = b * b - a * c
    if root <= ZERO or a == ZERO:
        return base
    root = sqrt(root)
    first, second = (-b - root) / a, (-b + root) / a
    if first > second:
        first, second = second, first
    if abs(ox + lx * first) <= ONE and first > ZERO:
        return min(first, base)
    if abs(ox + lx * second) <= ONE and second > ZERO:
        return min(second, base)
    return base


@per_picture
def see(lens, kinds, inverses, eyes, bounds, flip, depth, seen):  # type: ignore[no-untyped-def]
    """Fill `depth` [H, W] and `seen` [H, W] with the nearest solid of each pixel; elsewhere FAR and SKY or GROUND.

    `flip` is -1 to look into the ground's mirror, 1 otherwise.
    """
    height, width = depth.shape
    for y in range(height):
        for x in range(width):
            seen[y, x], depth[y, x] = _behind(lens, y, x, width, height, flip)
    for n in range(kinds.shape[0]):
        x0, y0, x1, y1 = bounds[n, 0], bounds[n, 1], bounds[n, 2], bounds[n, 3]
        if x1 <= x0 or y1 <= y0:
            continue
        kind, m = kinds[n], inverses[n]
        ox, oy, oz = eyes[n, 0], eyes[n, 1], eyes[n, 2]
        sx, sy, sz = _step(lens, m, flip, width)
        for y in range(y0, y1):
            lx, ly, lz = _row_start(lens, m, flip, y, x0, width, height)
            depth_row, seen_row = depth[y, x0:x1], seen[y, x0:x1]
            if kind == 0:
                _ellipsoid_row(depth_row, seen_row, n, ox, oy, oz, lx, ly, lz, sx, sy, sz)
                continue
            for x in range(x1 - x0):
                step = np.float32(x)
                t = hit(kind, ox, oy, oz, lx + sx * step, ly + sy * step, lz + sz * step)
                if NEAR_M < t < depth_row[x]:
                    depth_row[x] = t
                    seen_row[x] = n


@per_pixel
def _ellipsoid_row(depth_row, seen_row, n, ox, oy, oz, lx, ly, lz, sx, sy, sz):  # type: ignore[no-untyped-def]
    """As `hit`, without branches, so that the compiler works on many pixels at once."""
    c = ox * ox + oy * oy + oz * oz - ONE
    for x in range(depth_row.shape[0]):
        step = np.float32(x)
        px, py, pz = lx + sx * step, ly + sy * step, lz + sz * step
        a, b = px * px + py * py + pz * pz, ox * px + oy * py + oz * pz
        root = b * b - a * c
        t = (-b - sqrt(max(root, ZERO))) / a
        old = depth_row[x]
        nearer = (root > ZERO) & (t > NEAR_M) & (t < old)
        depth_row[x] = t if nearer else old
        seen_row[x] = np.int32(n) if nearer else seen_row[x]


@per_pixel
def see_at(y, x, lens, kinds, inverses, eyes, bounds, flip, depth, seen):  # type: ignore[no-untyped-def]
    """One pixel of `see`: it asks all solids, where `see` goes through each solid's pixels. Same numbers."""
    height, width = depth.shape
    found, nearest = _behind(lens, y, x, width, height, flip)
    for n in range(kinds.shape[0]):
        x0, y0, x1, y1 = bounds[n, 0], bounds[n, 1], bounds[n, 2], bounds[n, 3]
        if x < x0 or x >= x1 or y < y0 or y >= y1:
            continue
        m = inverses[n]
        sx, sy, sz = _step(lens, m, flip, width)
        lx, ly, lz = _row_start(lens, m, flip, y, x0, width, height)
        step = np.float32(x - x0)
        t = hit(kinds[n], eyes[n, 0], eyes[n, 1], eyes[n, 2], lx + sx * step, ly + sy * step, lz + sz * step)
        if NEAR_M < t < nearest:
            nearest, found = t, n
    depth[y, x], seen[y, x] = nearest, found


@per_pixel
def _behind(lens, y, x, width, height, flip):  # type: ignore[no-untyped-def]
    """What a pixel shows where no solid is, GROUND or SKY, and its depth. A mirror shows no ground."""
    dy = ray(lens, x + 0.5, y + 0.5, width, height)[1]
    if dy < 0 and lens.eye[1] > 0:
        return GROUND, min(FAR, np.float32(-lens.eye[1] / dy)) if flip > 0 else FAR
    return SKY, FAR


@per_pixel
def _step(lens, m, flip, width):  # type: ignore[no-untyped-def]
    """How the ray changes from one pixel to the next on its right, in the space of the solid with the rows `m`."""
    r = lens.right
    return (
        np.float32((m[0, 0] * r[0] + m[0, 1] * r[1] * flip + m[0, 2] * r[2]) * 2 / width),
        np.float32((m[1, 0] * r[0] + m[1, 1] * r[1] * flip + m[1, 2] * r[2]) * 2 / width),
        np.float32((m[2, 0] * r[0] + m[2, 1] * r[1] * flip + m[2, 2] * r[2]) * 2 / width),
    )


@per_pixel
def _row_start(lens, m, flip, y, x0, width, height):  # type: ignore[no-untyped-def]
    """The ray through the pixel (x0, y) in the space of the solid with the rows `m`."""
    dx, dy, dz = ray(lens, x0 + 0.5, y + 0.5, width, height)
    dy *= flip
    return (
        np.float32(m[0, 0] * dx + m[0, 1] * dy + m[0, 2] * dz),
        np.float32(m[1, 0] * dx + m[1, 1] * dy + m[1, 2] * dz),
        np.float32(m[2, 0] * dx + m[2, 1] * dy + m[2, 2] * dz),
    )


@per_picture
def flow_to(lens, after, matrices_after, inverses, eyes, depth, seen, flow):  # type: ignore[no-untyped-def]
    """Fill `flow` [H, W, 2]: where each pixel's point is in the next frame, minus where it is now, in pixels (x, y)."""
    for y in range(depth.shape[0]):
        for x in range(depth.shape[1]):
            flow_at(y, x, lens, after, matrices_after, inverses, eyes, depth, seen, flow)


@per_pixel
def flow_at(y, x, lens, after, matrices_after, inverses, eyes, depth, seen, flow):  # type: ignore[no-untyped-def]
    """One pixel of `flow_to`."""
    height, width = depth.shape
    e, f, r, u = after.eye, after.forward, after.right, after.up
    rr, uu = r[0] ** 2 + r[1] ** 2 + r[2] ** 2, u[0] ** 2 + u[1] ** 2 + u[2] ** 2
    dx, dy, dz = ray(lens, x + 0.5, y + 0.5, width, height)
    n, t = seen[y, x], depth[y, x]
    if n >= 0:
        i, m = inverses[n], matrices_after[n]
        hx = eyes[n, 0] + t * (i[0, 0] * dx + i[0, 1] * dy + i[0, 2] * dz)
        hy = eyes[n, 1] + t * (i[1, 0] * dx + i[1, 1] * dy + i[1, 2] * dz)
        hz = eyes[n, 2] + t * (i[2, 0] * dx + i[2, 1] * dy + i[2, 2] * dz)
        px = m[0, 0] * hx + m[0, 1] * hy + m[0, 2] * hz + m[0, 3] - e[0]
        py = m[1, 0] * hx + m[1, 1] * hy + m[1, 2] * hz + m[1, 3] - e[1]
        pz = m[2, 0] * hx + m[2, 1] * hy + m[2, 2] * hz + m[2, 3] - e[2]
    elif n == GROUND:
        px = lens.eye[0] + t * dx - e[0]
        py = -e[1]
        pz = lens.eye[2] + t * dz - e[2]
    else:
        px, py, pz = dx, dy, dz
    d = max(0.05, px * f[0] + py * f[1] + pz * f[2])
    a = (px * r[0] + py * r[1] + pz * r[2]) / rr / d
    b = (px * u[0] + py * u[1] + pz * u[2]) / uu / d
    flow[y, x, 0] = (a + 1) * 0.5 * width - x - 0.5
    flow[y, x, 1] = (1 - b) * 0.5 * height - y - 0.5


@per_picture
def tell(depth, seen, instances, farthest, told_depth, told_instance):  # type: ignore[no-untyped-def]
    """Write down each pixel's depth, `farthest` at most, and instance. `instances` ends with SKY's and GROUND's."""
    for y in range(depth.shape[0]):
        for x in range(depth.shape[1]):
            tell_at(y, x, depth, seen, instances, farthest, told_depth, told_instance)


@per_pixel
def tell_at(y, x, depth, seen, instances, farthest, told_depth, told_instance):  # type: ignore[no-untyped-def]
    """One pixel of `tell`."""
    told_depth[y, x] = min(depth[y, x], farthest)
    told_instance[y, x] = instances[seen[y, x]]
