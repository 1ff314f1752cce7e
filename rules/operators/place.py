"""Where somebody is: in a network, near a point, inside an area."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network
from math import asin, cos, radians, sin, sqrt
from typing import Any

from rules import polygons
from rules.facts import Facts, Truth
from rules.operators.described import record_of
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import NEAR, NETWORKS, Shape
from rules.values import address, canonical

_EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG, R1)."""


AREA = Shape(
    "area",
    {
        "oneOf": [
            record_of(
                ["type", "coordinates"], type={"const": "Polygon"}, coordinates=polygons.POLYGON
            ),
            record_of(
                ["type", "coordinates"],
                type={"const": "MultiPolygon"},
                coordinates={"type": "array", "minItems": 1, "items": polygons.POLYGON},
            ),
        ]
    },
    polygons.read,
    polygons.document,  # type: ignore[arg-type]
    lambda _raw: polygons.MOST_POINTS,
)
_MOST_TEXT = 64
_address = lru_cache(maxsize=4096)(address)


@operator(
    "in_network",
    "is in the network",
    negation=("not_in_network", "is not in the network"),
    kinds=("ip",),
    shape=NETWORKS,
    example=Example(["10.0.0.0/8", "2001:db8::/32"], "10.1.2.3", "11.1.2.3"),
)
def in_network(operand: tuple[str, ...]) -> Check:
    """The address belongs to one of these networks (CIDR)."""
    networks: dict[tuple[int, int], set[int]] = {}
    for network in map(ip_network, operand):
        shift = network.max_prefixlen - network.prefixlen
        known = networks.setdefault((network.version, shift), set())
        known.add(int(network.network_address) >> shift)

    def check(value: Any, _facts: Facts) -> Truth:
        found = _address(value) if type(value) is str and len(value) <= _MOST_TEXT else None
        if found is None:
            return None
        version, number = found.version, int(found)
        return any(
            version == of and number >> shift in known for (of, shift), known in networks.items()
        )

    return check


@operator(
    "near",
    "is near",
    negation=("not_near", "is not near"),
    kinds=("location",),
    shape=NEAR,
    example=Example(
        {"latitude": 52.52, "longitude": 13.405, "within_km": 30}, (52.39, 13.06), (53.55, 9.99)
    ),
)
def near(operand: tuple[float, float, float]) -> Check:
    """The place is within so many kilometres of this point, as the crow flies (haversine)."""
    latitude, longitude, most = operand

    def check(value: Any, _facts: Facts) -> Truth:
        place: Any = canonical("location", value)
        return None if place is None else _distance(latitude, longitude, *place) <= most

    return check


@operator(
    "inside",
    "is inside the area",
    negation=("not_inside", "is not inside the area"),
    kinds=("location",),
    shape=AREA,
    example=Example(
        {"type": "Polygon", "coordinates": [[[13, 52], [14, 52], [14, 53], [13, 53], [13, 52]]]},
        (52.39, 13.06),
        (53.55, 9.99),
    ),
)
def inside(operand: polygons.Area) -> Check:
    """The place lies in one of these polygons (GeoJSON, RFC 7946) or on their border.

    Edges are straight on a map of longitudes and latitudes, holes are left out.
    """

    def check(value: Any, _facts: Facts) -> Truth:
        place: Any = canonical("location", value)
        return None if place is None else polygons.contains(operand, *place)

    return check


def _distance(latitude: float, longitude: float, other: float, along: float) -> float:
    first, second = radians(latitude), radians(other)
    rise, turn = sin((second - first) / 2), sin(radians(along - longitude) / 2)
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(rise**2 + cos(first) * cos(second) * turn**2)))
