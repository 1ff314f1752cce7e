"""When an event happened: RFC 3339 read strictly, a wrong clock corrected, the future clamped."""

from __future__ import annotations

from datetime import datetime

from personalization.plant.instants import EPOCH, MICROSECOND, SECOND

FUTURE = "future"
"""The mark of an event whose time was clamped to its receipt."""
SHORTEST = len("2026-11-21T00:00:00Z")


def instant(text: object) -> int:
    """Return an RFC 3339 time as integer microseconds UTC; ValueError where it is none.

    A date and a time with an offset are needed, digits after the sixth are cut off, a leap second
    counts as the last microsecond before it ends.

    >>> instant("1970-01-01T01:00:01.5+01:00")
    1500000
    """
    if not isinstance(text, str) or len(text) < SHORTEST:
        raise ValueError("no RFC 3339 time")
    if text[7] != "-" or text[10] not in "Tt " or text[13] != ":":
        raise ValueError("no RFC 3339 time")
    leap = text[17:19] == "60"
    moment = datetime.fromisoformat(f"{text[:17]}59{text[19:]}" if leap else text)
    if moment.tzinfo is None:
        raise ValueError("no RFC 3339 time: the offset is missing")
    found = (moment - EPOCH) // MICROSECOND
    if found < 0:
        raise ValueError("a time before 1970")
    return found - found % SECOND + SECOND - 1 if leap else found


def happened(said: int | None, sent: int | None, received: int) -> tuple[int, str]:
    """Return when an event happened by our clock, and its mark.

    ``said`` and ``sent`` are by the client's clock: their difference is how long it waited there.
    """
    if said is None:
        return received, ""
    at = said if sent is None else received - (sent - said)
    return (received, FUTURE) if at > received else (max(at, 0), "")
