"""Projections of the plane, computed with Python numbers."""

from __future__ import annotations

Point = list[float]


def _area(a: Point, b: Point, c: Point) -> float:
    """Returns twice the signed area of a triangle."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _barycentric(p: list[Point]) -> tuple[float, float, float]:
    """Returns the barycentric coordinates of the fourth point in the triangle of the first three."""
    area = _area(p[0], p[1], p[2])
    second, third = _area(p[0], p[3], p[2]) / area, _area(p[0], p[1], p[3]) / area
    return 1.0 - second - third, second, third


def projection(start: list[Point], end: list[Point]) -> list[list[float]]:
    """Returns the projection of homogeneous coordinates that maps each end point to its start point, as `ops` computes
    it from barycentric coordinates."""
    area = _area(end[0], end[1], end[2])
    rows = [[0.0] * 3 for _ in range(3)]
    for i, (s, e) in enumerate(zip(_barycentric(start), _barycentric(end), strict=True)):
        p, q = end[(i + 1) % 3], end[(i + 2) % 3]
        scale = s / e / area
        linear = (-(q[1] - p[1]) * scale, (q[0] - p[0]) * scale, (p[0] * q[1] - p[1] * q[0]) * scale)
        for row, of_point in zip(rows, (start[i][0], start[i][1], 1.0), strict=True):
            for j in range(3):
                row[j] += of_point * linear[j]
    return rows
