"""Time zones by name: the visitor's, the site's, or one of the IANA's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.conditions import MICROSECONDS
from rules.errors import InvalidError
from rules.expect import text

VISITOR, SITE = "visitor", "site"
PATHS: Mapping[str, str] = {VISITOR: "context.timezone", SITE: "time.zone"}
"""Which attribute tells the zone of a name that is no zone itself."""
LONGEST = 64
_FOREIGN = ("posix/", "right/", "localtime", "posixrules", "Factory")
"""Files of the machine beside the IANA's names: with leap seconds, or its own clock."""


@lru_cache(maxsize=1024)
def zone(key: str) -> ZoneInfo | None:
    """Return the IANA zone of that name, or ``None``.

    >>> zone("Europe/Berlin").key, zone("nowhere")
    ('Europe/Berlin', None)
    """
    if len(key) > LONGEST or key.startswith(_FOREIGN):
        return None
    try:
        return ZoneInfo(key)
    except (ValueError, OSError, KeyError):
        return None


def name(raw: object, at: str) -> str:
    """Return the name of a zone: ``visitor``, ``site`` or an IANA name; else ``InvalidError``.

    >>> name("site", "/zone")
    'site'
    """
    known = text(raw, at, LONGEST)
    if known not in PATHS and zone(known) is None:
        raise InvalidError(at, "zone", "expected visitor, site or a zone like Europe/Berlin")
    return known


def told_by(key: str) -> tuple[str, ...]:
    """Return the attribute that tells the zone of this name, if one does.

    >>> told_by("visitor"), told_by("Europe/Berlin")
    (('context.timezone',), ())
    """
    return (PATHS[key],) if key in PATHS else ()


def reading(key: str) -> Callable[[Mapping[str, object]], ZoneInfo | None]:
    """Return the function that finds the zone of this name, among the attributes where told there.

    >>> reading("visitor")({"context.timezone": "Europe/Berlin"}).key, reading("site")({})
    ('Europe/Berlin', None)
    """
    if key not in PATHS:
        fixed = zone(key)
        return lambda _attributes: fixed
    path = PATHS[key]

    def read(attributes: Mapping[str, object]) -> ZoneInfo | None:
        told = attributes.get(path)
        return zone(told) if isinstance(told, str) and len(told) <= LONGEST else None

    return read


def has_offset(iso: str) -> bool:
    """Tell whether an ISO 8601 instant says its offset from UTC.

    >>> has_offset("2026-12-01T08:00Z"), has_offset("2026-12-01T08:00")
    (True, False)
    """
    return datetime.fromisoformat(iso).tzinfo is not None


def local(instant: int, zone: ZoneInfo) -> datetime:
    """Return microseconds UTC as the zone's wall clock, to the second.

    >>> local(0, ZoneInfo("Europe/Berlin")).hour
    1
    """
    return datetime.fromtimestamp(instant // MICROSECONDS, zone)


def instant(wall: datetime, zone: ZoneInfo) -> int:
    """Return the microseconds UTC at which the zone's clocks show this, the first time.

    An hour that the clocks skip counts on from before the skip (PEP 495, fold 0).

    >>> instant(datetime(1970, 1, 1, 1), ZoneInfo("Europe/Berlin"))
    0
    """
    gap = wall.replace(tzinfo=zone, fold=0) - datetime(1970, 1, 1, tzinfo=UTC)
    return (gap.days * 86_400 + gap.seconds) * MICROSECONDS + gap.microseconds
