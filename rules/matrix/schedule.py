"""From when until when a row is in force, in the wall time of its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules import expect, zones
from rules.errors import InvalidError

_EXPECTED = "expected a wall time like 2026-12-01T08:00, without offset"


@dataclass(frozen=True, slots=True)
class Active:
    """The words, and the instants (microseconds UTC) they mean: from is included, until is not."""

    start: str | None
    until: str | None
    zone: str
    start_at: int | None
    until_at: int | None


def parse(raw: object, at: str) -> Active:
    """Return the schedule an object says: from, until (each may be null) and an IANA zone.

    >>> parse({"from": "1970-01-01T01:00", "zone": "Europe/Berlin"}, "/active").start_at
    0
    """
    said = expect.record(raw, at, ("zone",), ("from", "until"))
    key = expect.text(said["zone"], f"{at}/zone", 64)
    zone = zones.zone(key)
    if zone is None:
        raise InvalidError(f"{at}/zone", "zone", "expected a zone like Europe/Berlin")
    walls = [_wall(said.get(end), f"{at}/{end}") for end in ("from", "until")]
    start, until = (None if wall is None else zones.instant(wall, zone) for wall in walls)
    if start is not None and until is not None and start >= until:
        raise InvalidError(f"{at}/until", "order", "expected an instant after from")
    words = [None if wall is None else wall.isoformat(timespec="minutes") for wall in walls]
    return Active(words[0], words[1], key, start, until)


def document(active: Active) -> dict[str, object]:
    """Return the JSON of a schedule; ``parse`` reads it back.

    >>> document(Active(None, "2026-12-01T08:00", "UTC", None, 0))
    {'from': None, 'until': '2026-12-01T08:00', 'zone': 'UTC'}
    """
    return {"from": active.start, "until": active.until, "zone": active.zone}


def _wall(raw: object, at: str) -> datetime | None:
    if raw is None:
        return None
    try:
        wall = datetime.fromisoformat(expect.text(raw, at, 40))
    except InvalidError:
        raise
    except ValueError as error:
        raise InvalidError(at, "instant", _EXPECTED) from error
    if wall.tzinfo is not None or wall.second or wall.microsecond:
        raise InvalidError(at, "instant", f"{_EXPECTED}, to the minute")
    return wall
