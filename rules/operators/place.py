"""Where somebody is: in a network, near a point."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import asin, cos, radians, sin, sqrt
from typing import Any

from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import NEAR, NETWORKS
from rules.values import canonical

_EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG, R1)."""


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


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
    networks = [ip_network(text) for text in operand]

    def check(value: Any, _facts: Facts) -> Truth:
        address = _address(value) if type(value) is str else None
        return None if address is None else any(address in network for network in networks)

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
        place = value if type(value) is tuple else canonical("location", value)
        try:
            return _distance(latitude, longitude, *place) <= most  # type: ignore[misc]
        except (TypeError, ValueError, OverflowError):
            return None

    return check


def _distance(latitude: float, longitude: float, other: float, along: float) -> float:
    first, second = radians(latitude), radians(other)
    rise, turn = sin((second - first) / 2), sin(radians(along - longitude) / 2)
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(rise**2 + cos(first) * cos(second) * turn**2)))
