"""Areas on a map: polygons as GeoJSON says them, and whether a place lies in one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from rules import expect
from rules.errors import InvalidError

Point = tuple[float, float]
"""Longitude, then latitude, in degrees: GeoJSON's order."""
Ring = tuple[Point, ...]
Area = tuple[tuple[Ring, ...], ...]
"""Polygons; the first ring of each is its border, the others are holes."""

MOST_POINTS = 1_000
_LEAST_POINTS = 4
_TURN = 360
_HALF = 180


def read(raw: object, at: str) -> Area:
    """Return the polygons of a GeoJSON Polygon or MultiPolygon (RFC 7946, 3.1.6 and 3.1.7).

    Edges are straight on the map. One that spans more than 180 degrees of longitude is refused: it
    can be meant either way round. Longitudes may go on beyond 180 instead.

    >>> square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
    >>> contains(read({"type": "Polygon", "coordinates": square}, ""), 0.5, 0.5)
    True
    """
    said = expect.record(raw, at, ("type", "coordinates"))
    kind = expect.one_of(said["type"], f"{at}/type", ("Polygon", "MultiPolygon"))
    at, found = f"{at}/coordinates", said["coordinates"]
    single = kind == "Polygon"
    polygons = [found] if single else expect.items(found, at, MOST_POINTS)
    area = []
    room = MOST_POINTS
    for i, polygon in enumerate(polygons):
        place = at if single else f"{at}/{i}"
        rings = []
        for k, ring in enumerate(expect.items(polygon, place, MOST_POINTS)):
            points = expect.items(ring, f"{place}/{k}", room)
            room -= len(points)
            rings.append(_ring(points, f"{place}/{k}"))
        area.append(tuple(rings))
    return tuple(area)


def document(area: Area) -> dict[str, object]:
    """Return the GeoJSON of polygons; ``read`` brings it back.

    >>> document(((((0, 0), (1, 0), (1, 1), (0, 0)),),))["type"]
    'Polygon'
    """
    polygons = [[[list(point) for point in ring] for ring in polygon] for polygon in area]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def contains(area: Area, latitude: float, longitude: float) -> bool:
    """Tell whether a place in degrees lies in one of the polygons; their borders belong to them.

    >>> fiji = ((((177, -19), (182, -19), (182, -16), (177, -16), (177, -19)),),)
    >>> contains(fiji, -17, -179), contains(fiji, -17, 176)
    (True, False)
    """
    turned = (longitude, longitude - _TURN, longitude + _TURN)
    return any(_inside(polygon, x, latitude) for polygon in area for x in turned)


def _inside(polygon: tuple[Ring, ...], x: float, y: float) -> bool:
    border, *holes = (_side(ring, x, y) for ring in polygon)
    return border is not False and not any(hole is True for hole in holes)


def _side(ring: Ring, x: float, y: float) -> bool | None:
    """Tell whether a point is inside a ring; ``None`` for on it. Even-odd rule."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if cross == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return None
        if (y1 > y) is not (y2 > y) and (cross > 0) is (y2 > y1):
            inside = not inside
    return inside


def _ring(points: list[object], at: str) -> Ring:
    ring = tuple(_point(point, f"{at}/{i}") for i, point in enumerate(points))
    if len(ring) < _LEAST_POINTS or ring[0] != ring[-1]:
        raise InvalidError(at, "ring", "expected four points or more, the last one the first again")
    for i, (one, other) in enumerate(pairwise(ring)):
        if abs(one[0] - other[0]) > _HALF:
            expected = "expected an edge of at most 180 degrees; a longitude may go beyond 180"
            raise InvalidError(f"{at}/{i + 1}", "antimeridian", expected)
    return ring


def _point(raw: object, at: str) -> Point:
    pair = expect.items(raw, at, 3)
    if len(pair) < 2:  # noqa: PLR2004 a pair; a height may follow
        raise InvalidError(at, "length", "expected a longitude and a latitude")
    longitude = expect.number(pair[0], f"{at}/0", -_TURN, _TURN)
    return longitude, expect.number(pair[1], f"{at}/1", -90, 90)


_POINT: Mapping[str, object] = {
    "type": "array",
    "minItems": 2,
    "maxItems": 3,
    "prefixItems": [{"type": "number", "minimum": -most, "maximum": most} for most in (_TURN, 90)],
}
_RING: Mapping[str, object] = {"type": "array", "minItems": _LEAST_POINTS, "items": _POINT}
POLYGON: Mapping[str, object] = {"type": "array", "minItems": 1, "items": _RING}
"""The JSON Schema of a polygon's coordinates."""
