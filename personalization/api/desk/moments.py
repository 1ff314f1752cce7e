"""Instants as people read them on the desk's pages: in the site's zone, which is always said."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from personalization.events import timestamps
from personalization.plant.instants import to_datetime
from rules.zones import zone

NAMES = frozenset((
    *("at", "since", "now", "from", "until", "started", "ends", "stopped"),
    *("first_seen", "next_change", "corrected", "revoked"),
))  # fmt: skip
"""What is an instant wherever it stands in an answer."""


def words(instant: int, where: str) -> str:
    """Return an instant in a zone.

    >>> words(0, "Europe/Vienna"), words(0, "nowhere")
    ('1970-01-01 01:00:00 CET', '1970-01-01 00:00:00 UTC')
    """
    moment = to_datetime(instant).astimezone(zone(where) or ZoneInfo("UTC"))
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"


def told(answer: Any, where: str) -> Any:
    """Return a JSON answer with its instants in words; a visitor's own word of such a name stays.

    >>> told({"at": "1970-01-01T00:00:01Z", "rows": [{"since": None}]}, "UTC")
    {'at': '1970-01-01 00:00:01 UTC', 'rows': [{'since': None}]}
    >>> told({"properties": {"since": "spring"}}, "UTC")
    {'properties': {'since': 'spring'}}
    """
    if isinstance(answer, list):
        return [told(one, where) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: _moment(one, where) if name in NAMES and isinstance(one, str) else told(one, where)
        for name, one in answer.items()
    }


def _moment(said: str, where: str) -> str:
    try:
        return words(timestamps.instant(said), where)
    except ValueError:
        return said
