"""Samples of addresses: one of every piece that networks cut out of their line."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network
from itertools import pairwise

from rules.conditions import Test

_MAPPED = 32
"""Addresses of version 6 that mean one of version 4 begin with 80 zeros and 16 ones."""


_FAMILIES = ((IPv4Address, 2**32 - 1), (IPv6Address, 2**128 - 1))


def addresses(atoms: list[Test], named: list[str], only: bool) -> list[str]:
    """Return an address of every piece the networks cut, none of those that are named.

    >>> addresses([Test("context.ip", "in_network", ("10.0.0.0/8",))], [], True)
    ['0.0.0.0', '10.0.0.0', '11.0.0.0', '::']
    """
    networks = [ip_network(text) for atom in atoms for text in _texts(atom)]
    taken = set(named)
    found: list[str] = []
    for family, last in _FAMILIES:
        mine = [net for net in networks if net.max_prefixlen == last.bit_length()]
        cuts = {0, last + 1}
        for net in mine:
            cuts |= {int(net.network_address), int(net.broadcast_address) + 1}
        for start, end in pairwise(sorted(cuts)):
            place = start
            while place < end and str(family(place)) in taken:
                place += 1
            if family is IPv6Address and place >> _MAPPED == 0xFFFF:  # noqa: PLR2004 RFC 4291
                place = 0x1_0000 << _MAPPED
            if place < end:
                found.append(str(family(place)))
    return found if only else [*found, "no address"]


def _texts(atom: Test) -> tuple[str, ...]:
    return atom.value if isinstance(atom.value, tuple) else (str(atom.value),)
