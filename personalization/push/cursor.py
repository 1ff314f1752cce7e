"""A cursor: how far somebody has seen a profile, or read a site's feed, in a text of no meaning."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import crc32
from collections.abc import Iterable
from typing import NamedTuple

PREFIX = "c_"
PARTS = struct.Struct(">16sqqI")
"""The profile, its version, the site's generation, and a checksum of the segments."""
LENGTH = 48
"""Characters of a cursor behind its prefix."""
NOBODY = "0" * 32
"""The profile of somebody nothing is known of."""

FEED = "e_"
PLACE = struct.Struct(">IQI")
"""A site, a number of its feed, and a checksum."""
PLACE_LENGTH = 22


class Cursor(NamedTuple):
    """A profile's version and a site's generation, and which segments there were."""

    profile: str = NOBODY
    version: int = 0
    generation: int = 0
    segments: int = 0

    def text(self) -> str:
        """Return the cursor as it goes over the wire."""
        packed = PARTS.pack(
            bytes.fromhex(self.profile), self.version, self.generation, self.segments
        )
        return PREFIX + urlsafe_b64encode(packed).decode()


def read(text: object) -> Cursor | None:
    """Return the cursor of a text, ``None`` for what is none.

    >>> read(Cursor(version=3).text()).version
    3
    >>> read("c_nonsense") is None
    True
    """
    if not isinstance(text, str) or not text.startswith(PREFIX) or len(text) != LENGTH + 2:
        return None
    try:
        profile, version, generation, segments = PARTS.unpack(urlsafe_b64decode(text[2:]))
    except (ValueError, struct.error):
        return None
    return Cursor(profile.hex(), version, generation, segments)


def checksum(segments: Iterable[str]) -> int:
    """Return one number for a set of segments, so that two sets can be told apart."""
    return crc32("\0".join(sorted(segments)).encode())


def of_feed(site: int, number: int) -> str:
    """Return how far somebody has read a site's feed.

    >>> in_feed(of_feed(1, 12), 1)
    12
    """
    packed = PLACE.pack(site, number, _check(site, number))
    return FEED + urlsafe_b64encode(packed).rstrip(b"=").decode()


def in_feed(text: str, site: int) -> int | None:
    """Return the number of a cursor, ``None`` for what is none, or another site's.

    >>> in_feed(of_feed(1, 12), 2) is in_feed("e_", 1) is None
    True
    """
    if not text.startswith(FEED) or not text.isascii() or len(text) != PLACE_LENGTH + len(FEED):
        return None
    try:
        whose, number, check = PLACE.unpack(urlsafe_b64decode(text[len(FEED) :] + "=="))
    except (ValueError, struct.error):
        return None
    return int(number) if whose == site and check == _check(site, number) else None


def _check(site: int, number: int) -> int:
    return crc32(b"%d %d" % (site, number))
