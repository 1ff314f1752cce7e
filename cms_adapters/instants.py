"""A CMS's dates as integer microseconds UTC, which is what versions are counted in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cms_adapters.messages import Unreadable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(text: object) -> int:
    """Return the instant of an ISO 8601 text; without an offset it is UTC. ``Unreadable`` if none.

    >>> micros("2026-11-21T06:00:00Z"), micros("2026-11-21T07:00:00.5+01:00")
    (1795240800000000, 1795240800500000)
    """
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Unreadable(f"expected a date, got {text!r:.60}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)
